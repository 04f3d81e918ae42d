package io.sluice.collector.capture;

/** One open capture file in one format. Owned by one thread. */
interface CaptureFormat {
  /** The most of one frame that is believed, as in libpcap: a larger length is damage. */
  int MAX_FRAME_BYTES = 262_144;

  /**
   * Points the frame at the next packet; false at the end of a whole file.
   *
   * @throws CaptureFileException where the file is damaged or cut off
   */
  boolean next(Frame frame) throws CaptureFileException;
}
