-- The store in DuckDB, as views over its files: run beside the folder "store" that
-- `boshscope store --out store ...` has made, then questions.sql.
--      duckdb -init duckdb.sql -f questions.sql
-- The partitions' day becomes the column `day`. Rows that were collected twice count once.

CREATE OR REPLACE VIEW all_events AS
SELECT * FROM read_json('store/events/*/*.ndjson', format = 'newline_delimited', hive_partitioning = true,
        hive_types = {'day': DATE}, columns = {
                event_id: 'VARCHAR', time: 'TIMESTAMPTZ', type: 'VARCHAR', event: 'VARCHAR', message: 'VARCHAR',
                node: 'VARCHAR', agent: 'VARCHAR', sid: 'VARCHAR', address: 'VARCHAR', site: 'VARCHAR',
                idle_ms: 'BIGINT', rid: 'BIGINT', threshold_s: 'BIGINT', wait_s: 'BIGINT', inactivity_s: 'BIGINT',
                epoch_ms: 'BIGINT', state: 'BIGINT', reason: 'BIGINT', force: 'BIGINT', jid: 'VARCHAR',
                client_ip: 'VARCHAR', presence: 'VARCHAR', state_name: 'VARCHAR', version: 'VARCHAR',
                duration_ms: 'BIGINT', fields: 'VARCHAR', input: 'VARCHAR', line: 'BIGINT', product: 'VARCHAR',
                bundle: 'VARCHAR', report: 'VARCHAR', complete: 'BOOLEAN', redacted: 'BOOLEAN', ruleset: 'VARCHAR',
                ruleset_version: 'VARCHAR', ruleset_sha256: 'VARCHAR', tool_version: 'VARCHAR'
        });
CREATE OR REPLACE VIEW events AS
SELECT DISTINCT ON (event_id) * FROM all_events
ORDER BY event_id, complete DESC, bundle, report;

CREATE OR REPLACE VIEW all_findings AS
SELECT * FROM read_json('store/findings/*/*.ndjson', format = 'newline_delimited', hive_partitioning = true,
        hive_types = {'day': DATE}, columns = {
                finding_id: 'VARCHAR', time: 'TIMESTAMPTZ', start_time: 'TIMESTAMPTZ', end_time: 'TIMESTAMPTZ',
                duration_ms: 'BIGINT', kind: 'VARCHAR', severity: 'VARCHAR', confidence: 'VARCHAR', rule: 'VARCHAR',
                why: 'VARCHAR', node: 'VARCHAR', agent: 'VARCHAR', sid: 'VARCHAR', address: 'VARCHAR',
                site: 'VARCHAR', cause: 'VARCHAR', agents: 'VARCHAR', resulting_state: 'VARCHAR', outcome: 'VARCHAR',
                aftermath: 'VARCHAR', idle_closure: 'VARCHAR', shape: 'VARCHAR', scope: 'VARCHAR',
                signature: 'VARCHAR', title: 'VARCHAR', requested_reason: 'BIGINT', resulting_reason: 'BIGINT',
                attempts: 'BIGINT', threshold_s: 'BIGINT', idle_ms: 'BIGINT', peak_idle_ms: 'BIGINT',
                samples: 'BIGINT', sessions: 'BIGINT', sessions_lost: 'BIGINT', window_ms: 'BIGINT', count: 'BIGINT',
                silent_since: 'TIMESTAMPTZ', stopped: 'TIMESTAMPTZ', started: 'TIMESTAMPTZ', clean: 'BOOLEAN',
                missing: 'VARCHAR', fields: 'VARCHAR', evidence: 'BIGINT', input: 'VARCHAR', line: 'BIGINT',
                "offset": 'BIGINT', text: 'VARCHAR', product: 'VARCHAR', bundle: 'VARCHAR', report: 'VARCHAR',
                complete: 'BOOLEAN', redacted: 'BOOLEAN', ruleset: 'VARCHAR', ruleset_version: 'VARCHAR',
                ruleset_sha256: 'VARCHAR', tool_version: 'VARCHAR'
        });
CREATE OR REPLACE VIEW findings AS
SELECT DISTINCT ON (finding_id, kind, agent) * FROM all_findings
ORDER BY finding_id, kind, agent, complete DESC, bundle, report;
