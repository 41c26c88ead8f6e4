/*
 * The JSON report, schema boshscope.report/1. The order of the keys and what
 * they mean is fixed: see the JSON Schema beside boshscope.h.
 */
#include "report/inventory.h"
#include "report/report_parts.h"

static void write_texts(struct json *json, const char *key, const struct texts *texts) {
        json_key(json, key);
        json_begin_inline_array(json);
        for (size_t i = 0; i < texts->count; i++)
                json_cstr(json, texts->items[i]);
        json_end_array(json);
}

static void write_run(struct json *json, const struct report *report) {
        json_begin_object(json);
        json_put_text(json, "tool", "boshscope");
        json_put_text(json, "version", BOSHSCOPE_VERSION);
        write_texts(json, "argv", &report->options.argv);
        json_put_time(json, "started", report->started_ms);
        json_key(json, "seconds");
        json_decimal(json, report->seconds);
        json_put_number(json, "threads", report->bundle.threads);
        write_texts(json, "confinement", &report->options.confinement);
        json_end_object(json);
}

static void write_options(struct json *json, const struct report *report) {
        const char *name;
        uint64_t value;

        json_begin_object(json);
        json_key(json, "tz");
        json_zone(json, report->options.tz);
        json_put_time(json, "from", report->options.from_ms);
        json_put_time(json, "to", report->options.to_ms);
        json_put_bool(json, "redact", report->options.redact);
        json_key(json, "limits");
        json_begin_inline_object(json);
        for (size_t i = 0; limits_at(&report->options.limits, i, &name, &value); i++) {
                json_key(json, name);
                json_number(json, (int64_t)value);
        }
        json_end_object(json);
        json_end_object(json);
}

void write_ruleset(struct json *json, const struct ruleset *ruleset) {
        json_begin_object(json);
        json_put_string(json, "name", ruleset->name);
        json_put_string(json, "version", ruleset->version);
        json_put_text(json, "sha256", ruleset->sha256);
        json_end_object(json);
}

/* -------------------------------------------------------------- input */

void write_bundle(struct json *json, const struct report *report) {
        json_begin_object(json);
        json_put_string(json, "path", report->path);
        json_put_number(json, "bytes", (int64_t)report->bundle.bytes);
        json_put_text(json, "kind", bundle_kind_name(report->bundle.kind));
        json_end_object(json);
}

void write_containers(struct json *json, const struct bundle *bundle) {
        json_begin_array(json);
        for (size_t i = 0; i < bundle->container_count; i++) {
                const struct container *container = &bundle->containers[i];

                json_begin_object(json);
                json_put_string(json, "path", container->path);
                json_put_text(json, "kind", container_kind_name(container->kind));
                json_put_number(json, "bytes", (int64_t)container->bytes);
                json_put_number(json, "entries", (int64_t)container->entries);
                json_put_text(json, "status", container_status_name(container->status));
                json_put_name(json, "reason", container->reason);
                json_end_object(json);
        }
        json_end_array(json);
}

/* A count of an input that was read as a log, null of any other. */
static void write_count(struct json *json, const char *key, const struct summary *summary, uint64_t value) {
        json_key(json, key);
        if (summary)
                json_number(json, (int64_t)value);
        else
                json_null(json);
}

static void write_input_counts(struct json *json, const struct input *input) {
        const struct summary *summary = input->summary;

        write_count(json, "lines", summary, summary ? summary->lines : 0);
        write_count(json, "records", summary, summary ? summary->records : 0);
        write_count(json, "matched", summary, summary ? summary->matched : 0);
        write_count(json, "unmatched", summary, summary ? summary->records - summary->matched : 0);
        json_put_time(json, "first", input_first_utc(input));
        json_put_time(json, "last", input_last_utc(input));
}

static void write_input(struct json *json, const struct input *input) {
        json_begin_object(json);
        json_put_string(json, "path", input->path);
        json_put_name(json, "node", input->node);
        json_put_text(json, "family", family_name(input->family));
        json_put_text(json, "status", input_status_name(input->status));
        json_put_name(json, "reason", input->reason);
        json_put_number(json, "bytes", (int64_t)input->bytes);
        json_put_number(json, "crc32", input->crc32);
        write_input_counts(json, input);
        json_key(json, "duplicate_of");
        if (input->duplicate_of < 0)
                json_null(json);
        else
                json_number(json, input->duplicate_of);
        json_end_object(json);
}

static void write_inputs(struct json *json, const struct inputs *inputs) {
        json_begin_array(json);
        for (size_t i = 0; i < inputs->count; i++)
                write_input(json, inputs->items[i]);
        json_end_array(json);
}

/* ----------------------------------------------------- what was covered */

static void write_gaps(struct json *json, const struct coverage *coverage) {
        json_begin_array(json);
        for (size_t i = 0; i < coverage->gap_count; i++) {
                const struct gap *gap = &coverage->gaps[i];

                json_begin_object(json);
                json_put_name(json, "node", gap->node);
                json_put_text(json, "family", family_name(gap->family));
                json_put_time(json, "from", gap->from_ms);
                json_put_time(json, "to", gap->to_ms);
                json_key(json, "seconds");
                json_decimal(json, (double)(gap->to_ms - gap->from_ms) / MS_PER_SECOND);
                json_end_object(json);
        }
        json_end_array(json);
}

static void write_coverage(struct json *json, const struct report *report) {
        struct sums sum = inventory_sums(&report->inputs);

        json_begin_object(json);
        json_put_number(json, "inputs", (int64_t)sum.inputs);
        json_put_number(json, "bytes", (int64_t)sum.bytes);
        json_put_number(json, "lines", (int64_t)sum.lines);
        json_put_number(json, "records", (int64_t)sum.records);
        json_put_number(json, "matched", (int64_t)sum.matched);
        json_put_number(json, "unmatched", (int64_t)(sum.records - sum.matched));
        json_put_number(json, "continuation_lines", (int64_t)sum.continuation_lines);
        json_put_number(json, "orphan_lines", (int64_t)sum.orphan_lines);
        json_key(json, "gaps");
        write_gaps(json, &report->timeline.coverage);
        json_key(json, "missing");
        json_begin_inline_array(json);
        for (int family = 0; family < FAMILY_STORY_COUNT; family++)
                if (!inventory_has_family(&report->inputs, (enum family)family))
                        json_cstr(json, family_name((enum family)family));
        json_end_array(json);
        json_end_object(json);
}

static void write_changes(struct json *json, const struct offsets *offsets) {
        json_begin_inline_array(json);
        for (size_t i = 1; i < offsets->count; i++) {
                json_begin_object(json);
                json_put_time(json, "at", offsets->items[i].since_ms);
                json_key(json, "offset");
                json_zone(json, offsets->items[i].minutes);
                json_end_object(json);
        }
        json_end_array(json);
}

static void write_clock_fields(struct json *json, const struct clock *clock) {
        json_key(json, "openfire_utc_offset");
        json_zone(json, clock->offsets.items[0].minutes);
        json_put_text(json, "method", clock_method_name(clock->method));
        json_put_text(json, "confidence", confidence_name(clock->confidence));
        json_put_number(json, "votes", (int64_t)clock->votes);
        json_key(json, "skew_ms");
        if (clock->skew_ms == TIME_UNKNOWN)
                json_null(json);
        else
                json_number(json, clock->skew_ms);
        json_key(json, "changes");
        write_changes(json, &clock->offsets);
}

static void write_clock(struct json *json, const struct clocks *clocks) {
        json_begin_object(json);
        write_clock_fields(json, &clocks->items[clocks->top]);
        json_key(json, "nodes");
        json_begin_array(json);
        for (size_t i = 0; i < clocks->count; i++) {
                if (clocks->items[i].records == 0)
                        continue;
                json_begin_object(json);
                json_put_name(json, "node", clocks->items[i].node);
                write_clock_fields(json, &clocks->items[i]);
                json_end_object(json);
        }
        json_end_array(json);
        json_end_object(json);
}

static void write_product(struct json *json, const struct report *report) {
        const struct product *product = &report->product;

        json_begin_object(json);
        json_put_text(json, "name", product->name);
        json_put_name(json, "evidence", str_from(product->evidence));
        json_put_name(json, "notification_service", product->service);
        json_end_object(json);
}

void write_what_was_read(struct json *json, const struct report *report) {
        json_key(json, "inputs");
        write_inputs(json, &report->inputs);
        json_key(json, "coverage");
        write_coverage(json, report);
        json_key(json, "clock");
        write_clock(json, &report->timeline.clocks);
        json_key(json, "product");
        write_product(json, report);
}

static void write_rules(struct json *json, const struct report *report) {
        json_begin_array(json);
        for (size_t i = 0; i < report->ruleset->count; i++) {
                const struct rule *rule = &report->ruleset->rules[i];
                const uint64_t hits = report->timeline.hits[i];

                json_begin_inline_object(json);
                json_put_string(json, "id", rule->id);
                json_put_number(json, "hits", (int64_t)hits);
                json_put_text(json, "status",
                              hits                                                  ? "hit"
                              : inventory_has_family(&report->inputs, rule->family) ? "clear"
                                                                                    : "no-data");
                json_end_object(json);
        }
        json_end_array(json);
}

/* ------------------------------------------------------------- summary */

uint64_t report_kind_count(const struct report *report, enum finding_kind kind) {
        uint64_t count = 0;

        for (size_t i = 0; i < report->findings.count; i++)
                count += report->findings.items[i].kind == kind;
        return count;
}

static uint64_t count_recoveries(const struct findings *findings) {
        uint64_t count = 0;

        for (size_t i = 0; i < findings->count; i++)
                count += findings->items[i].kind == FINDING_IDLE_ESCALATION &&
                         findings->items[i].run->outcome == OUTCOME_RECOVERED;
        return count;
}

uint64_t report_session_count(const struct report *report) {
        uint64_t count = 0;

        for (size_t i = 0; i < report->timeline.session_count; i++)
                count += !report->timeline.sessions[i].service;
        return count;
}

static void write_causes(struct json *json, const struct findings *findings) {
        uint64_t counts[CAUSE_COUNT] = { 0 };

        for (size_t i = 0; i < findings->count; i++)
                if (findings->items[i].kind == FINDING_FORCED_LOGOUT)
                        counts[findings->items[i].forced->cause]++;
        json_begin_inline_object(json);
        for (int cause = 0; cause < CAUSE_COUNT; cause++) {
                if (counts[cause] == 0)
                        continue;
                json_key(json, cause_name((enum cause)cause));
                json_number(json, (int64_t)counts[cause]);
        }
        json_end_object(json);
}

static void write_reasons(struct json *json, const struct report *report) {
        json_begin_array(json);
        for (size_t i = 0; i < report->reason_count; i++) {
                const struct reason_count *reason = &report->reasons[i];

                json_begin_inline_object(json);
                json_put_name(json, "product", reason->product);
                json_put_number(json, "code", reason->code);
                json_put_name(json, "state", reason->state_name);
                json_put_number(json, "agents", (int64_t)reason->agents);
                json_put_number(json, "count", (int64_t)reason->count);
                json_put_name(
                        json, "name",
                        reason_name(&report->ruleset->knowledge, reason->product, reason->code, reason->state_name));
                json_end_object(json);
        }
        json_end_array(json);
}

static void write_summary(struct json *json, const struct report *report) {
        const struct findings *findings = &report->findings;

        json_begin_object(json);
        json_put_number(json, "agents", (int64_t)report->timeline.agents.listed_count);
        json_put_number(json, "sessions", (int64_t)report_session_count(report));
        json_put_number(json, "idle_escalations", (int64_t)report_kind_count(report, FINDING_IDLE_ESCALATION));
        json_put_number(json, "idle_closures", (int64_t)report_kind_count(report, FINDING_IDLE_CLOSURE));
        json_put_number(json, "forced_logouts", (int64_t)report_kind_count(report, FINDING_FORCED_LOGOUT));
        json_put_number(json, "mass_disconnects", (int64_t)report_kind_count(report, FINDING_MASS_DISCONNECT));
        json_put_number(json, "server_restarts", (int64_t)report_kind_count(report, FINDING_SERVER_RESTART));
        json_put_number(json, "recoveries", (int64_t)count_recoveries(findings));
        json_key(json, "by_cause");
        write_causes(json, findings);
        json_key(json, "by_reason");
        write_reasons(json, report);
        json_end_object(json);
}

static void write_diagnosis(struct json *json, const struct report *report) {
        const struct diagnosis *diagnosis = &report->findings.diagnosis;

        json_begin_object(json);
        json_put_text(json, "verdict", verdict_name(diagnosis->verdict));
        json_put_text(json, "confidence", confidence_name(diagnosis->confidence));
        json_key(json, "why");
        json_begin_array(json);
        for (size_t i = 0; i < diagnosis->why_count; i++)
                json_string(json, diagnosis->why[i]);
        json_end_array(json);
        json_key(json, "next_steps");
        write_verdict_steps(json, report);
        json_end_object(json);
}

/* -------------------------------------------------------- diagnostics */

static void write_diagnostic(struct json *json, const struct diag *diag) {
        const struct diag_info *info = &diag_infos[diag->code];

        json_begin_object(json);
        json_put_text(json, "code", info->code);
        json_put_text(json, "level", diag_level_name(info->level));
        json_key(json, "input");
        if (diag->input)
                json_number(json, ((const struct input *)diag->input)->index);
        else
                json_null(json);
        json_key(json, "line");
        if (diag->line)
                json_number(json, (int64_t)diag->line);
        else
                json_null(json);
        json_key(json, "offset");
        if (diag->offset != UINT64_MAX)
                json_number(json, (int64_t)diag->offset);
        else
                json_null(json);
        json_put_string(json, "text", diag->text);
        json_put_name(json, "advice", str_from(info->advice));
        json_put_name(json, "path", diag->path);
        json_put_number(json, "count", (int64_t)diag->count);
        json_end_object(json);
}

void write_diagnostics(struct json *json, const struct report *report) {
        json_begin_array(json);
        for (size_t i = 0; i < report->diags.count; i++)
                write_diagnostic(json, report->ordered[i]);
        json_end_array(json);
}

static void write_lists(struct json *json, const struct report *report) {
        json_key(json, "findings");
        json_begin_array(json);
        for (size_t i = 0; i < report->listed; i++)
                write_finding(json, report, &report->findings.items[i]);
        json_end_array(json);
        json_key(json, "sessions");
        write_sessions(json, report);
        json_key(json, "agents");
        write_agents(json, report);
        json_key(json, "server_events");
        write_server_events(json, &report->timeline.server);
        json_key(json, "diagnostics");
        write_diagnostics(json, report);
}

static void write_head(struct json *json, const struct report *report) {
        json_put_text(json, "schema", "boshscope.report/1");
        json_key(json, "run");
        write_run(json, report);
        json_key(json, "options");
        write_options(json, report);
        json_key(json, "ruleset");
        write_ruleset(json, report->ruleset);
        json_put_bool(json, "complete", report->complete);
        json_put_number(json, "exit_status", report->exit_status);
}

int report_write_json(const struct report *report, writer_fn *write, void *userdata) {
        struct json json;

        json_init(&json, write, userdata);
        json_begin_object(&json);
        write_head(&json, report);
        json_key(&json, "bundle");
        write_bundle(&json, report);
        json_key(&json, "containers");
        write_containers(&json, &report->bundle);
        write_what_was_read(&json, report);
        json_key(&json, "rules");
        write_rules(&json, report);
        json_key(&json, "summary");
        write_summary(&json, report);
        json_key(&json, "diagnosis");
        write_diagnosis(&json, report);
        write_lists(&json, report);
        json_end_object(&json);
        return json_finish(&json);
}
