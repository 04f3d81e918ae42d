-- What each live sensor saw and lost, an interval (ten seconds as a rule) a row; meanings as in SensorHealth.avsc.
-- Written at least once; the key makes it once.
CREATE TABLE sensor_health (
  sensor     text        NOT NULL,
  run        text        NOT NULL,
  sequence   bigint      NOT NULL,
  from_time  timestamptz NOT NULL,
  to_time    timestamptz NOT NULL,
  last       boolean     NOT NULL,
  source     text        NOT NULL,
  version    text        NOT NULL,
  stages     text[]      NOT NULL,
  units      text[]      NOT NULL,
  inputs     text[]      NOT NULL,
  came_in    bigint[]    NOT NULL,
  pending    bigint[]    NOT NULL,
  way_stages text[]      NOT NULL,
  ways       text[]      NOT NULL,
  amounts    bigint[]    NOT NULL,
  PRIMARY KEY (sensor, run, sequence)
);

CREATE INDEX sensor_health_by_time ON sensor_health (to_time);

COMMENT ON TABLE sensor_health IS 'What live sensors saw and lost; intervals of a run follow each other without a hole.';
COMMENT ON COLUMN sensor_health.run IS 'of the collector, unique for each start';
COMMENT ON COLUMN sensor_health.sequence IS 'from 0; one that is missing could not be delivered';
COMMENT ON COLUMN sensor_health.last IS 'the run ended in order';
COMMENT ON COLUMN sensor_health.stages IS 'of the ledger, on the packets'' way; units, inputs, came_in and pending say more of each';
COMMENT ON COLUMN sensor_health.pending IS 'on its way at the end of the interval, no delta';
COMMENT ON COLUMN sensor_health.ways IS 'out of the stage of the same place in way_stages, with as much as amounts says';

GRANT SELECT ON sensor_health TO ${reader};
