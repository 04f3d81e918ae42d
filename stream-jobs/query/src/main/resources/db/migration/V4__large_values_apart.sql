-- Large values stand apart as soon as there are some: sums are read without the sketches and lists beside them.

ALTER TABLE host_stats_base_default SET (toast_tuple_target = 128);
ALTER TABLE host_stats_minute_default SET (toast_tuple_target = 128);
ALTER TABLE host_stats_hour_default SET (toast_tuple_target = 128);
ALTER TABLE host_stats_day_default SET (toast_tuple_target = 128);
ALTER TABLE total_stats_base_default SET (toast_tuple_target = 128);
ALTER TABLE total_stats_minute_default SET (toast_tuple_target = 128);
ALTER TABLE total_stats_hour_default SET (toast_tuple_target = 128);
ALTER TABLE total_stats_day_default SET (toast_tuple_target = 128);
