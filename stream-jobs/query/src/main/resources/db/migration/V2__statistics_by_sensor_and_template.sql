-- Statistics by sensor, host, path template, method and status class; per host and for all hosts together sketches and
-- the most frequent values; each for four lengths of window. Meanings as in GroupStatistics.avsc and
-- HostStatistics.avsc. What the first version of these tables held is counted again from the topic.
--
-- Writers upsert by the primary key, so a window that is written again is neither lost nor counted twice.
-- An index entry holds at most about 2,700 bytes: writers bound what is in a key (see the column comments).
--
-- Each table is divided by length of window, and each of these by time. Partitions by time are made by the query service;
-- what falls outside of them (replayed files of any date) goes to a default partition, so that a row always has a place.

DROP VIEW visible_stats;
DROP TABLE request_stats;
DELETE FROM replay_runs;

CREATE TABLE request_stats (
  run              text        NOT NULL,
  attempt          text        NOT NULL,
  window_seconds   int         NOT NULL,
  window_start     timestamptz NOT NULL,
  sensor           text        NOT NULL,
  host             text        NOT NULL,
  path             text        NOT NULL,
  method           text        NOT NULL,
  status_class     smallint    NOT NULL,
  requests         bigint      NOT NULL,
  errors           bigint      NOT NULL,
  truncated        bigint      NOT NULL,
  request_bytes    bigint      NOT NULL,
  response_bytes   bigint      NOT NULL,
  latency_count    bigint      NOT NULL,
  latency_sum_us   bigint      NOT NULL,
  duration_sum_us  bigint      NOT NULL,
  PRIMARY KEY (window_seconds, window_start, host, path, method, status_class, sensor, run, attempt)
) PARTITION BY LIST (window_seconds);

CREATE TABLE host_stats (
  run              text        NOT NULL,
  attempt          text        NOT NULL,
  window_seconds   int         NOT NULL,
  window_start     timestamptz NOT NULL,
  host             text        NOT NULL,
  requests         bigint      NOT NULL,
  errors           bigint      NOT NULL,
  truncated        bigint      NOT NULL,
  request_bytes    bigint      NOT NULL,
  response_bytes   bigint      NOT NULL,
  latency_count    bigint      NOT NULL,
  latency_sum_us   bigint      NOT NULL,
  duration_sum_us  bigint      NOT NULL,
  latency_sketch   bytea       NOT NULL,
  duration_sketch  bytea       NOT NULL,
  client_sketch    bytea       NOT NULL,
  paths            text[]      NOT NULL,
  path_requests    bigint[]    NOT NULL,
  path_error       bigint      NOT NULL,
  templates        text[]      NOT NULL,
  template_requests bigint[]    NOT NULL,
  template_error   bigint      NOT NULL,
  clients          text[]      NOT NULL,
  client_requests  bigint[]    NOT NULL,
  client_error     bigint      NOT NULL,
  user_agents      text[]      NOT NULL,
  user_agent_requests bigint[]    NOT NULL,
  user_agent_error bigint      NOT NULL,
  referrers        text[]      NOT NULL,
  referrer_requests bigint[]    NOT NULL,
  referrer_error   bigint      NOT NULL,
  methods          text[]      NOT NULL,
  method_requests  bigint[]    NOT NULL,
  method_error     bigint      NOT NULL,
  statuses         text[]      NOT NULL,
  status_requests  bigint[]    NOT NULL,
  status_error     bigint      NOT NULL,
  PRIMARY KEY (window_seconds, window_start, host, run, attempt)
) PARTITION BY LIST (window_seconds);

-- All hosts together; its paths, templates and referrers begin with the host.
CREATE TABLE total_stats (
  run              text        NOT NULL,
  attempt          text        NOT NULL,
  window_seconds   int         NOT NULL,
  window_start     timestamptz NOT NULL,
  requests         bigint      NOT NULL,
  errors           bigint      NOT NULL,
  truncated        bigint      NOT NULL,
  request_bytes    bigint      NOT NULL,
  response_bytes   bigint      NOT NULL,
  latency_count    bigint      NOT NULL,
  latency_sum_us   bigint      NOT NULL,
  duration_sum_us  bigint      NOT NULL,
  latency_sketch   bytea       NOT NULL,
  duration_sketch  bytea       NOT NULL,
  client_sketch    bytea       NOT NULL,
  paths            text[]      NOT NULL,
  path_requests    bigint[]    NOT NULL,
  path_error       bigint      NOT NULL,
  templates        text[]      NOT NULL,
  template_requests bigint[]    NOT NULL,
  template_error   bigint      NOT NULL,
  clients          text[]      NOT NULL,
  client_requests  bigint[]    NOT NULL,
  client_error     bigint      NOT NULL,
  user_agents      text[]      NOT NULL,
  user_agent_requests bigint[]    NOT NULL,
  user_agent_error bigint      NOT NULL,
  referrers        text[]      NOT NULL,
  referrer_requests bigint[]    NOT NULL,
  referrer_error   bigint      NOT NULL,
  methods          text[]      NOT NULL,
  method_requests  bigint[]    NOT NULL,
  method_error     bigint      NOT NULL,
  statuses         text[]      NOT NULL,
  status_requests  bigint[]    NOT NULL,
  status_error     bigint      NOT NULL,
  PRIMARY KEY (window_seconds, window_start, run, attempt)
) PARTITION BY LIST (window_seconds);

-- The windows themselves are in the default list partition: their length is a setting of the job.
CREATE TABLE request_stats_base PARTITION OF request_stats DEFAULT PARTITION BY RANGE (window_start);
CREATE TABLE request_stats_base_default PARTITION OF request_stats_base DEFAULT;
CREATE TABLE request_stats_minute PARTITION OF request_stats FOR VALUES IN (60) PARTITION BY RANGE (window_start);
CREATE TABLE request_stats_minute_default PARTITION OF request_stats_minute DEFAULT;
CREATE TABLE request_stats_hour PARTITION OF request_stats FOR VALUES IN (3600) PARTITION BY RANGE (window_start);
CREATE TABLE request_stats_hour_default PARTITION OF request_stats_hour DEFAULT;
CREATE TABLE request_stats_day PARTITION OF request_stats FOR VALUES IN (86400) PARTITION BY RANGE (window_start);
CREATE TABLE request_stats_day_default PARTITION OF request_stats_day DEFAULT;
CREATE TABLE host_stats_base PARTITION OF host_stats DEFAULT PARTITION BY RANGE (window_start);
CREATE TABLE host_stats_base_default PARTITION OF host_stats_base DEFAULT;
CREATE TABLE host_stats_minute PARTITION OF host_stats FOR VALUES IN (60) PARTITION BY RANGE (window_start);
CREATE TABLE host_stats_minute_default PARTITION OF host_stats_minute DEFAULT;
CREATE TABLE host_stats_hour PARTITION OF host_stats FOR VALUES IN (3600) PARTITION BY RANGE (window_start);
CREATE TABLE host_stats_hour_default PARTITION OF host_stats_hour DEFAULT;
CREATE TABLE host_stats_day PARTITION OF host_stats FOR VALUES IN (86400) PARTITION BY RANGE (window_start);
CREATE TABLE host_stats_day_default PARTITION OF host_stats_day DEFAULT;
CREATE TABLE total_stats_base PARTITION OF total_stats DEFAULT PARTITION BY RANGE (window_start);
CREATE TABLE total_stats_base_default PARTITION OF total_stats_base DEFAULT;
CREATE TABLE total_stats_minute PARTITION OF total_stats FOR VALUES IN (60) PARTITION BY RANGE (window_start);
CREATE TABLE total_stats_minute_default PARTITION OF total_stats_minute DEFAULT;
CREATE TABLE total_stats_hour PARTITION OF total_stats FOR VALUES IN (3600) PARTITION BY RANGE (window_start);
CREATE TABLE total_stats_hour_default PARTITION OF total_stats_hour DEFAULT;
CREATE TABLE total_stats_day PARTITION OF total_stats FOR VALUES IN (86400) PARTITION BY RANGE (window_start);
CREATE TABLE total_stats_day_default PARTITION OF total_stats_day DEFAULT;

-- Promotion and removal of a replayed file look for its rows; live rows are not in these.
CREATE INDEX request_stats_replays ON request_stats (run, attempt) WHERE attempt <> '';
CREATE INDEX host_stats_replays ON host_stats (run, attempt) WHERE attempt <> '';
CREATE INDEX total_stats_replays ON total_stats (run, attempt) WHERE attempt <> '';

COMMENT ON TABLE request_stats IS 'Exact sums, complete or not; ask visible_stats.';
COMMENT ON COLUMN request_stats.run IS '"live", or "file:" and a hash of the replayed file';
COMMENT ON COLUMN request_stats.attempt IS 'empty for live traffic, else one attempt to replay the file';
COMMENT ON COLUMN request_stats.window_seconds IS '10, 60, 3600 or 86400: every request is in each of them, so ask for one';
COMMENT ON COLUMN request_stats.sensor IS 'at most 128 bytes';
COMMENT ON COLUMN request_stats.host IS 'at most 255 bytes';
COMMENT ON COLUMN request_stats.path IS 'path template, at most 1,024 bytes; {other} beyond the bound of templates';
COMMENT ON COLUMN request_stats.method IS 'at most 32 bytes';
COMMENT ON COLUMN request_stats.status_class IS '1 to 5 for 1xx to 5xx, 0 where no response was seen';
COMMENT ON COLUMN request_stats.errors IS 'responses with a status of 400 or more';
COMMENT ON COLUMN request_stats.truncated IS 'requests of which the event misses a part';
COMMENT ON COLUMN request_stats.latency_count IS 'requests with a response';
COMMENT ON TABLE host_stats IS 'Sketches and most frequent values per host; ask visible_hosts.';
COMMENT ON COLUMN host_stats.latency_sketch IS 'DDSketch of microseconds, relative accuracy 2 %, in the library''s own encoding, at most 1,024 bytes; empty without values';
COMMENT ON COLUMN host_stats.client_sketch IS 'distinct clients: 1,024 bytes are an UltraLogLog (p = 10, standard error 2.4 %), fewer are its 32-bit tokens, one for each client';
COMMENT ON COLUMN host_stats.client_requests IS 'requests of each of clients, lower bounds: at most client_error less than the true number; likewise the other lists';
COMMENT ON TABLE total_stats IS 'As host_stats for all hosts together; ask visible_totals.';

CREATE VIEW visible_stats AS
  SELECT run, attempt, window_seconds, window_start, sensor, host, path, method, status_class,
         requests, errors, truncated, request_bytes, response_bytes, latency_count, latency_sum_us, duration_sum_us
  FROM request_stats s
  WHERE s.attempt = ''
     OR EXISTS (SELECT 1 FROM replay_runs r WHERE r.run = s.run AND r.attempt = s.attempt AND r.promoted);

CREATE VIEW visible_hosts AS
  SELECT run, attempt, window_seconds, window_start, host,
         requests, errors, truncated, request_bytes, response_bytes, latency_count, latency_sum_us, duration_sum_us,
         latency_sketch, duration_sketch, client_sketch,
         paths, path_requests, path_error, templates, template_requests, template_error, clients, client_requests, client_error, user_agents, user_agent_requests, user_agent_error, referrers, referrer_requests, referrer_error, methods, method_requests, method_error, statuses, status_requests, status_error
  FROM host_stats s
  WHERE s.attempt = ''
     OR EXISTS (SELECT 1 FROM replay_runs r WHERE r.run = s.run AND r.attempt = s.attempt AND r.promoted);

CREATE VIEW visible_totals AS
  SELECT run, attempt, window_seconds, window_start,
         requests, errors, truncated, request_bytes, response_bytes, latency_count, latency_sum_us, duration_sum_us,
         latency_sketch, duration_sketch, client_sketch,
         paths, path_requests, path_error, templates, template_requests, template_error, clients, client_requests, client_error, user_agents, user_agent_requests, user_agent_error, referrers, referrer_requests, referrer_error, methods, method_requests, method_error, statuses, status_requests, status_error
  FROM total_stats s
  WHERE s.attempt = ''
     OR EXISTS (SELECT 1 FROM replay_runs r WHERE r.run = s.run AND r.attempt = s.attempt AND r.promoted);

COMMENT ON VIEW visible_stats IS 'The rows of request_stats that count: live traffic and the promoted attempts of replayed files.';
COMMENT ON VIEW visible_hosts IS 'The rows of host_stats that count.';
COMMENT ON VIEW visible_totals IS 'The rows of total_stats that count.';

-- How far the statistics are: each subtask of the sink writes here after all rows up to its event time.
CREATE TABLE stats_progress (
  subtask    int         PRIMARY KEY,
  event_time timestamptz NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE stats_progress IS 'Every window that ends at or before the least event_time has its rows; longer windows too.';

-- Where the job's records went: totals since the job first started, at its latest checkpoint in each minute.
-- consumed = heartbeats + replay_ends + replayed + unknown + malformed + future + duplicate + late + aggregated, in every row.
CREATE TABLE stream_ledger (
  minute      timestamptz NOT NULL,
  consumed    bigint      NOT NULL,
  heartbeats  bigint      NOT NULL,
  replay_ends bigint      NOT NULL,
  replayed    bigint      NOT NULL,
  unknown     bigint      NOT NULL,
  malformed   bigint      NOT NULL,
  future      bigint      NOT NULL,
  duplicate   bigint      NOT NULL,
  late        bigint      NOT NULL,
  aggregated  bigint      NOT NULL,
  clamped     bigint      NOT NULL,
  overflowed  bigint      NOT NULL,
  PRIMARY KEY (minute)
);

COMMENT ON COLUMN stream_ledger.minute IS 'by the clock of the job';
COMMENT ON COLUMN stream_ledger.clamped IS 'packet times that were not believed when event time was moved; the events are counted elsewhere too';
COMMENT ON COLUMN stream_ledger.overflowed IS 'requests whose path went to {other}';

-- Single requests of the last hours, for auditors. Written at least once; the key makes it once.
CREATE TABLE requests (
  ts             timestamptz NOT NULL,
  id             text        NOT NULL,
  sensor         text        NOT NULL,
  client         text        NOT NULL,
  client_ip      text        NOT NULL,
  client_port    int         NOT NULL,
  server_ip      text        NOT NULL,
  server_port    int         NOT NULL,
  method         text        NOT NULL,
  host           text        NOT NULL,
  target         text        NOT NULL,
  template       text        NOT NULL,
  status         smallint,
  request_bytes  bigint      NOT NULL,
  response_bytes bigint      NOT NULL,
  latency_us     bigint,
  duration_us    bigint,
  user_agent     text,
  referrer       text,
  flags          text[]      NOT NULL,
  PRIMARY KEY (ts, id)
) PARTITION BY RANGE (ts);

CREATE TABLE requests_default PARTITION OF requests DEFAULT;
CREATE INDEX requests_by_host ON requests (host, ts);
CREATE INDEX requests_by_client ON requests (client, ts);

COMMENT ON TABLE requests IS 'Live requests of the last hours; older ones are in the audit files.';
COMMENT ON COLUMN requests.client IS 'the client that trusted proxies name, else client_ip';
COMMENT ON COLUMN requests.target IS 'as sent, at most 2,048 bytes';
COMMENT ON COLUMN requests.status IS 'null where no response was seen, as are its times';

-- ${reader} is the role that answers questions: it can read these and nothing else.
GRANT SELECT ON request_stats, host_stats, total_stats, visible_stats, visible_hosts, visible_totals,
  stats_progress, stream_ledger, requests TO ${reader};
