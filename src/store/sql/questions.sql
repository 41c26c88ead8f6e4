-- Ten questions that a triage lead asks of the store's tables, each with its name before it. They
-- are written in what DuckDB, ClickHouse and SQLite have in common, over `events` and `findings` as
-- duckdb.sql and clickhouse.sql make them: each row once, and the column `day` of its partition.

-- worst_agents: whom should somebody visit first?
SELECT agent, count(*) AS forced_logouts, count(DISTINCT day) AS days, count(DISTINCT site) AS sites,
       max(end_time) AS latest
FROM findings
WHERE kind = 'forced_logout' AND agent IS NOT NULL
GROUP BY agent
ORDER BY forced_logouts DESC, agent
LIMIT 20;

-- worst_sites: is it one branch, one floor, one VPN concentrator?
SELECT site, count(DISTINCT agent) AS agents_lost,
       sum(CASE WHEN kind = 'idle_closure' THEN 1 ELSE 0 END) AS idle_closures,
       sum(CASE WHEN kind = 'forced_logout' THEN 1 ELSE 0 END) AS forced_logouts
FROM findings
WHERE kind IN ('idle_closure', 'forced_logout') AND site IS NOT NULL
GROUP BY site
ORDER BY agents_lost DESC, idle_closures DESC, site
LIMIT 20;

-- trend_by_day: is it getting better or worse?
SELECT day, sum(CASE WHEN kind = 'idle_closure' THEN 1 ELSE 0 END) AS idle_closures,
       sum(CASE WHEN kind = 'forced_logout' THEN 1 ELSE 0 END) AS forced_logouts,
       sum(CASE WHEN kind = 'mass_disconnect' THEN 1 ELSE 0 END) AS bursts,
       sum(CASE WHEN kind = 'server_restart' THEN 1 ELSE 0 END) AS restarts,
       count(DISTINCT agent) AS agents
FROM findings
GROUP BY day
ORDER BY day;

-- forced_logouts_by_cause: whose side is it on?
SELECT cause, count(*) AS forced_logouts, count(DISTINCT agent) AS agents,
       sum(CASE WHEN resulting_reason = 255 THEN 1 ELSE 0 END) AS answered_255
FROM findings
WHERE kind = 'forced_logout'
GROUP BY cause
ORDER BY forced_logouts DESC, cause;

-- silence_to_closure: how long does the server wait, in the median, on each node?
SELECT node, max(of_node) AS closures, avg(duration_ms) / 1000.0 AS median_s, max(slowest_ms) / 1000.0 AS slowest_s
FROM (SELECT node, duration_ms, row_number() OVER (PARTITION BY node ORDER BY duration_ms) AS place,
             count(*) OVER (PARTITION BY node) AS of_node, max(duration_ms) OVER (PARTITION BY node) AS slowest_ms
      FROM findings
      WHERE kind = 'idle_closure' AND duration_ms IS NOT NULL) AS ranked
WHERE 2 * place >= of_node AND 2 * place <= of_node + 2
GROUP BY node
ORDER BY node;

-- bursts: when did many go at once, where, and who was in it?
SELECT start_time, node, cause, shape, scope, sessions, window_ms, agents
FROM findings
WHERE kind = 'mass_disconnect'
ORDER BY start_time, node;

-- sessions_per_agent: who signs in again and again?
SELECT agent, count(DISTINCT sid) AS sessions, count(DISTINCT day) AS days, count(DISTINCT address) AS addresses
FROM events
WHERE type = 'session' AND agent IS NOT NULL
GROUP BY agent
ORDER BY sessions DESC, agent
LIMIT 20;

-- recoveries_and_closures: how do silences end, day by day?
SELECT day, sum(CASE WHEN outcome = 'recovered' THEN 1 ELSE 0 END) AS recovered,
       sum(CASE WHEN outcome = 'closed' THEN 1 ELSE 0 END) AS closed,
       sum(CASE WHEN outcome IN ('replaced', 'terminated', 'open') THEN 1 ELSE 0 END) AS otherwise,
       max(peak_idle_ms) / 1000.0 AS longest_s
FROM findings
WHERE kind = 'idle_escalation'
GROUP BY day
ORDER BY day;

-- rule_hits: what speaks for a finding, in how many bundles, and by which version of the rules?
SELECT rule, kind, count(*) AS findings, count(DISTINCT bundle) AS bundles, min(ruleset_version) AS oldest_rules,
       max(ruleset_version) AS newest_rules
FROM findings
WHERE rule IS NOT NULL
GROUP BY rule, kind
ORDER BY findings DESC, rule, kind;

-- incomplete_bundles: which answers rest on less than the whole? (Those without an answer stand in the batch's index.)
SELECT bundle, report, sum(is_finding) AS findings, count(*) AS lines, min(time) AS first_time, max(time) AS last_time
FROM (SELECT bundle, report, time, complete, 0 AS is_finding FROM all_events
      UNION ALL
      SELECT bundle, report, time, complete, 1 AS is_finding FROM all_findings) AS everything
WHERE NOT complete
GROUP BY bundle, report
ORDER BY bundle, report;
