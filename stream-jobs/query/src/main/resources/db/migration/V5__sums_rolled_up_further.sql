-- Sums of ten minutes, six hours and weeks, which the query service adds up from the jobs' minutes, hours and days:
-- a question over a long time reads a third of the rows. What the jobs write stays what counts: wherever it changes, the
-- longer window is forgotten within the same transaction, and questions read its parts until it was added up again.

CREATE TABLE rolled_stats (LIKE request_stats) PARTITION BY LIST (window_seconds);

CREATE TABLE rolled_stats_ten_minutes PARTITION OF rolled_stats FOR VALUES IN (600) PARTITION BY RANGE (window_start);
CREATE TABLE rolled_stats_ten_minutes_default PARTITION OF rolled_stats_ten_minutes DEFAULT;
CREATE TABLE rolled_stats_six_hours PARTITION OF rolled_stats FOR VALUES IN (21600) PARTITION BY RANGE (window_start);
CREATE TABLE rolled_stats_six_hours_default PARTITION OF rolled_stats_six_hours DEFAULT;
CREATE TABLE rolled_stats_week PARTITION OF rolled_stats FOR VALUES IN (604800) PARTITION BY RANGE (window_start);
CREATE TABLE rolled_stats_week_default PARTITION OF rolled_stats_week DEFAULT;

CREATE INDEX rolled_stats_by_time ON rolled_stats (window_start, host);

CREATE TABLE rolled_windows (
  window_seconds int         NOT NULL,
  window_start   timestamptz NOT NULL,
  seen_from      xid8,
  ready          boolean     NOT NULL DEFAULT false,
  PRIMARY KEY (window_seconds, window_start)
);

COMMENT ON TABLE rolled_stats IS 'As request_stats; only windows that are ready in rolled_windows count.';
COMMENT ON TABLE rolled_windows IS 'Windows of rolled_stats; one that is missing, or not ready, is told by its parts alone.';
COMMENT ON COLUMN rolled_windows.seen_from IS 'every transaction from this one on sees the row, and removes it where it changes a part';

-- Whoever changes a part forgets the whole. A reader never sees one without the other. Writers must be READ COMMITTED:
-- a transaction with an older view would not find the window that it has to forget.
CREATE FUNCTION forget_rolled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM rolled_windows w
  USING (SELECT DISTINCT CASE window_seconds WHEN 60 THEN 600 WHEN 3600 THEN 21600 ELSE 604800 END AS seconds, window_start
         FROM changed WHERE window_seconds IN (60, 3600, 86400)) c
  WHERE w.window_seconds = c.seconds
    AND w.window_start = date_bin(make_interval(secs => c.seconds), c.window_start, timestamptz 'epoch');
  RETURN NULL;
END $$;

CREATE FUNCTION forget_all_rolled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM rolled_windows;
  RETURN NULL;
END $$;

CREATE TRIGGER forget_rolled_by_insert AFTER INSERT ON request_stats
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_rolled();
CREATE TRIGGER forget_rolled_by_update AFTER UPDATE ON request_stats
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_rolled();
CREATE TRIGGER forget_rolled_by_delete AFTER DELETE ON request_stats
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_rolled();
CREATE TRIGGER forget_rolled_by_truncate AFTER TRUNCATE ON request_stats
  FOR EACH STATEMENT EXECUTE FUNCTION forget_all_rolled();

CREATE VIEW visible_rolled AS
  SELECT run, attempt, window_seconds, window_start, sensor, host, path, method, status_class,
         requests, errors, truncated, request_bytes, response_bytes, latency_count, latency_sum_us, duration_sum_us
  FROM rolled_stats s
  WHERE s.attempt = ''
     OR EXISTS (SELECT 1 FROM replay_runs r WHERE r.run = s.run AND r.attempt = s.attempt AND r.promoted);

-- For questions by the beginning of a target, compared as bytes whatever the database's language is.
CREATE INDEX requests_by_target ON requests (target text_pattern_ops);

GRANT SELECT ON rolled_stats, visible_rolled, rolled_windows TO ${reader};
