-- Statistics of requests, one row for each window and value of a dimension; meanings as in RequestStatistics.avsc.
-- Writers upsert by the primary key, so a window that is written again is neither lost nor counted twice.
--
-- An index entry holds at most about 2,700 bytes: writers bound host, method and value (see the column comments).
-- Partitions by time are made by the query service; what falls outside of them (replayed files of any date) goes to
-- the default partition, so that a row always has a place.

CREATE TABLE request_stats (
  run              text        NOT NULL,
  attempt          text        NOT NULL DEFAULT '',
  dimension        smallint    NOT NULL,
  window_start     timestamptz NOT NULL,
  window_seconds   int         NOT NULL,
  host             text        NOT NULL DEFAULT '',
  method           text        NOT NULL DEFAULT '',
  status_class     smallint    NOT NULL DEFAULT 0,
  value            text        NOT NULL DEFAULT '',
  requests         bigint      NOT NULL DEFAULT 0,
  errors           bigint      NOT NULL DEFAULT 0,
  request_bytes    bigint      NOT NULL DEFAULT 0,
  response_bytes   bigint      NOT NULL DEFAULT 0,
  latency_count    bigint      NOT NULL DEFAULT 0,
  latency_sum_us   bigint      NOT NULL DEFAULT 0,
  latency_sketch   bytea       NOT NULL DEFAULT ''::bytea,
  PRIMARY KEY (run, attempt, dimension, window_start, window_seconds, host, method, status_class, value)
) PARTITION BY RANGE (window_start);

CREATE TABLE request_stats_default PARTITION OF request_stats DEFAULT;

-- Questions ask for a dimension and a time range; the primary key starts with the run, for promotion and clean-up.
CREATE INDEX request_stats_by_time ON request_stats (dimension, window_start);

COMMENT ON TABLE request_stats IS 'Everything that was written, complete or not; ask visible_stats.';
COMMENT ON COLUMN request_stats.run IS '"live", or "file:" and a hash of the replayed file';
COMMENT ON COLUMN request_stats.attempt IS 'empty for live traffic, else one attempt to replay the file';
COMMENT ON COLUMN request_stats.dimension IS '0 RESPONSE (host, method, status class), 1 URL (host, path in value), 2 CLIENT (host, address in value)';
COMMENT ON COLUMN request_stats.host IS 'at most 255 bytes';
COMMENT ON COLUMN request_stats.method IS 'at most 32 bytes';
COMMENT ON COLUMN request_stats.value IS 'at most 1,024 bytes';
COMMENT ON COLUMN request_stats.status_class IS '1 to 5 for 1xx to 5xx, 0 where no response was seen';
COMMENT ON COLUMN request_stats.latency_sketch IS 'DDSketch of latency in microseconds, relative accuracy 1 %, Datadog protobuf form; may be empty';

-- Written once by the job when all rows of an attempt are in request_stats; promoted by the query service when
-- they add up. A writer that repeats its row leaves the first one as it is (ON CONFLICT DO NOTHING).
CREATE TABLE replay_runs (
  run          text        NOT NULL,
  attempt      text        NOT NULL,
  file         text        NOT NULL DEFAULT '',
  events       bigint      NOT NULL,
  promoted     boolean     NOT NULL DEFAULT false,
  completed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (run, attempt)
);

COMMENT ON TABLE replay_runs IS 'Replayed files; the rows of an attempt count once it is promoted.';

-- At most one attempt of a file counts, whatever else goes wrong.
CREATE UNIQUE INDEX replay_runs_one_promoted ON replay_runs (run) WHERE promoted;

CREATE VIEW visible_stats AS
  SELECT run, attempt, dimension, window_start, window_seconds, host, method, status_class, value,
         requests, errors, request_bytes, response_bytes, latency_count, latency_sum_us, latency_sketch
  FROM request_stats s
  WHERE s.attempt = ''
     OR EXISTS (SELECT 1 FROM replay_runs r WHERE r.run = s.run AND r.attempt = s.attempt AND r.promoted);

COMMENT ON VIEW visible_stats IS 'The rows that count: live traffic and the promoted attempts of replayed files.';

-- ${reader} is the role that answers questions: it can read these and nothing else.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ${reader};
GRANT SELECT ON request_stats, replay_runs, visible_stats TO ${reader};
