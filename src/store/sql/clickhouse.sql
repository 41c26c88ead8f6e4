-- The store in ClickHouse, as tables that are filled from its files: put the folder "store" that
-- `boshscope store --out store ...` has made under user_files_path, run this, then questions.sql.
-- (Of a bucket: s3('https://.../store/events/*/*.ndjson', 'JSONEachRow') in place of file().)
-- To be loaded again after another run: ReplacingMergeTree leaves one row of those that were loaded twice, the views
-- one of those that were collected twice.

CREATE TABLE IF NOT EXISTS all_events (
        day Date DEFAULT toDate(time), `event_id` String, `time` DateTime64(3, 'UTC'), `type` String, `event` String,
        `message` String, `node` Nullable(String), `agent` Nullable(String), `sid` Nullable(String),
        `address` Nullable(String), `site` Nullable(String), `idle_ms` Nullable(Int64), `rid` Nullable(Int64),
        `threshold_s` Nullable(Int64), `wait_s` Nullable(Int64), `inactivity_s` Nullable(Int64),
        `epoch_ms` Nullable(Int64), `state` Nullable(Int64), `reason` Nullable(Int64), `force` Nullable(Int64),
        `jid` Nullable(String), `client_ip` Nullable(String), `presence` Nullable(String),
        `state_name` Nullable(String), `version` Nullable(String), `duration_ms` Nullable(Int64),
        `fields` Nullable(String), `input` Nullable(String), `line` Nullable(Int64), `product` Nullable(String),
        `bundle` Nullable(String), `report` Nullable(String), `complete` Bool, `redacted` Bool,
        `ruleset` Nullable(String), `ruleset_version` Nullable(String), `ruleset_sha256` Nullable(String),
        `tool_version` Nullable(String)
) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(day) ORDER BY (event_id, bundle, report)
SETTINGS allow_nullable_key = 1;
INSERT INTO all_events (
        `event_id`, `time`, `type`, `event`, `message`, `node`, `agent`, `sid`, `address`, `site`, `idle_ms`, `rid`,
        `threshold_s`, `wait_s`, `inactivity_s`, `epoch_ms`, `state`, `reason`, `force`, `jid`, `client_ip`,
        `presence`, `state_name`, `version`, `duration_ms`, `fields`, `input`, `line`, `product`, `bundle`, `report`,
        `complete`, `redacted`, `ruleset`, `ruleset_version`, `ruleset_sha256`, `tool_version`)
SELECT * FROM file('store/events/*/*.ndjson', 'JSONEachRow')
SETTINGS date_time_input_format = 'best_effort';
CREATE VIEW IF NOT EXISTS events AS SELECT * FROM all_events
ORDER BY complete DESC, bundle, report LIMIT 1 BY event_id;

CREATE TABLE IF NOT EXISTS all_findings (
        day Date DEFAULT toDate(time), `finding_id` String, `time` DateTime64(3, 'UTC'),
        `start_time` Nullable(DateTime64(3, 'UTC')), `end_time` Nullable(DateTime64(3, 'UTC')),
        `duration_ms` Nullable(Int64), `kind` String, `severity` String, `confidence` String, `rule` Nullable(String),
        `why` String, `node` Nullable(String), `agent` Nullable(String), `sid` Nullable(String),
        `address` Nullable(String), `site` Nullable(String), `cause` Nullable(String), `agents` Nullable(String),
        `resulting_state` Nullable(String), `outcome` Nullable(String), `aftermath` Nullable(String),
        `idle_closure` Nullable(String), `shape` Nullable(String), `scope` Nullable(String),
        `signature` Nullable(String), `title` Nullable(String), `requested_reason` Nullable(Int64),
        `resulting_reason` Nullable(Int64), `attempts` Nullable(Int64), `threshold_s` Nullable(Int64),
        `idle_ms` Nullable(Int64), `peak_idle_ms` Nullable(Int64), `samples` Nullable(Int64),
        `sessions` Nullable(Int64), `sessions_lost` Nullable(Int64), `window_ms` Nullable(Int64),
        `count` Nullable(Int64), `silent_since` Nullable(DateTime64(3, 'UTC')),
        `stopped` Nullable(DateTime64(3, 'UTC')), `started` Nullable(DateTime64(3, 'UTC')), `clean` Nullable(Bool),
        `missing` Nullable(String), `fields` Nullable(String), `evidence` Int64, `input` Nullable(String),
        `line` Nullable(Int64), `offset` Nullable(Int64), `text` Nullable(String), `product` Nullable(String),
        `bundle` Nullable(String), `report` Nullable(String), `complete` Bool, `redacted` Bool,
        `ruleset` Nullable(String), `ruleset_version` Nullable(String), `ruleset_sha256` Nullable(String),
        `tool_version` Nullable(String)
) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(day) ORDER BY (finding_id, kind, agent, bundle, report)
SETTINGS allow_nullable_key = 1;
INSERT INTO all_findings (
        `finding_id`, `time`, `start_time`, `end_time`, `duration_ms`, `kind`, `severity`, `confidence`, `rule`,
        `why`, `node`, `agent`, `sid`, `address`, `site`, `cause`, `agents`, `resulting_state`, `outcome`,
        `aftermath`, `idle_closure`, `shape`, `scope`, `signature`, `title`, `requested_reason`, `resulting_reason`,
        `attempts`, `threshold_s`, `idle_ms`, `peak_idle_ms`, `samples`, `sessions`, `sessions_lost`, `window_ms`,
        `count`, `silent_since`, `stopped`, `started`, `clean`, `missing`, `fields`, `evidence`, `input`, `line`,
        `offset`, `text`, `product`, `bundle`, `report`, `complete`, `redacted`, `ruleset`, `ruleset_version`,
        `ruleset_sha256`, `tool_version`)
SELECT * FROM file('store/findings/*/*.ndjson', 'JSONEachRow')
SETTINGS date_time_input_format = 'best_effort';
CREATE VIEW IF NOT EXISTS findings AS SELECT * FROM all_findings
ORDER BY complete DESC, bundle, report LIMIT 1 BY finding_id, kind, agent;
