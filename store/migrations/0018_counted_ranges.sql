-- What was counted need not be known for longer than its counts are kept, the longest of them (keptDays in store/rollups.ts).
-- Planned ranges have no time yet: they stay until they are done.
ALTER TABLE custom_rollup_ranges MODIFY TTL toDate(Newest) + toIntervalDay(2000) DELETE WHERE IsDone = 1 AND Newest > toDateTime64(0, 3);
