-- How the next statement of this transaction reads the index; gone with the transaction (all connections of the
-- embedded database share one session). iterative_scan: with its default `off` a 1 % filter gave 0 of 10 rows and no
-- error; relaxed, since the studies found are ranked in full afterwards. Without sorting and sequential scans the
-- planner has no other way than the index, however wrong its guess about a filter is.
-- $1 ef_search, $2 vectors to look at before giving up.
select set_config('hnsw.ef_search', $1::int::text, true),
       set_config('hnsw.iterative_scan', 'relaxed_order', true),
       set_config('hnsw.max_scan_tuples', $2::int::text, true),
       set_config('enable_sort', 'off', true),
       set_config('enable_seqscan', 'off', true)
