package io.sluice.jobs.time;

import java.io.Serializable;

/**
 * How event time moves; all in milliseconds. What is silent or idle is so while it could be read:
 * time in which the job itself held its source back does not count.
 *
 * @param outOfOrderMs how far the watermark stays behind the slowest sensor
 * @param silentAfterMs a sensor unheard for so long no longer holds the watermark
 * @param idleAfterMs a partition without live records for so long no longer holds the others
 * @param maxAheadMs a packet time further ahead of this machine's clock is clamped to that clock
 * @param maxBehindMs a sensor further behind the fastest in its partition no longer holds the
 *     watermark
 * @param maxSensors bound of the sensors told apart in one partition
 */
public record EventTimeOptions(
    long outOfOrderMs,
    long silentAfterMs,
    long idleAfterMs,
    long maxAheadMs,
    long maxBehindMs,
    int maxSensors)
    implements Serializable {}
