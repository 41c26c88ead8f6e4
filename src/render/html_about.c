/*
 * What an HTML page says of the report as a whole: the verdict, what was read, what is odd.
 */
#include "render/html_data.h"

#include <stdio.h>

/* Times outside the columns are whole: milliseconds since 1970. */
static void put_time(struct json *json, int64_t utc_ms) {
        if (utc_ms == TIME_UNKNOWN)
                json_null(json);
        else
                json_number(json, utc_ms);
}

static void put_offset(struct json *json, int16_t offset) {
        if (offset == ZONE_UNKNOWN)
                json_null(json);
        else
                json_number(json, offset);
}

static void put_strings(struct json *json, const char *key, const struct view_texts *texts) {
        json_key(json, key);
        json_begin_inline_array(json);
        for (size_t i = 0; i < texts->count; i++)
                json_string(json, texts->items[i]);
        json_end_array(json);
}

static void write_bundle(struct html_data *data) {
        json_key(data->json, "bundle");
        json_begin_inline_array(data->json);
        json_string(data->json, data->view->bundle_path);
        json_string(data->json, data->view->bundle_kind);
        html_put_number(data, data->view->bundle_bytes);
        json_end_array(data->json);
}

static void write_clock(struct json *json, const struct view_clock *clock) {
        json_key(json, "clock");
        json_begin_inline_object(json);
        json_key(json, "offset");
        put_offset(json, clock->offset);
        json_put_string(json, "method", clock->method);
        json_put_string(json, "confidence", clock->confidence);
        json_key(json, "changes");
        json_begin_inline_array(json);
        for (size_t i = 0; i < clock->changes.count; i++) {
                put_time(json, clock->changes.items[i].at);
                put_offset(json, clock->changes.items[i].offset);
        }
        json_end_array(json);
        json_end_object(json);
}

static void write_product(struct json *json, const struct view *view) {
        json_key(json, "product");
        json_begin_inline_array(json);
        json_string(json, view->product);
        json_string(json, view->product_evidence);
        json_string(json, view->notification_service);
        json_end_array(json);
}

static void write_verdict(struct json *json, const struct view_diagnosis *diagnosis) {
        json_key(json, "verdict");
        json_begin_inline_object(json);
        json_put_string(json, "verdict", diagnosis->verdict);
        json_put_string(json, "confidence", diagnosis->confidence);
        put_strings(json, "why", &diagnosis->why);
        put_strings(json, "next_steps", &diagnosis->next_steps);
        json_end_object(json);
}

/* By kind and by cause, of all findings, also of those that the page does not hold. */
static void write_counts(struct json *json, const struct view_summary *summary) {
        const struct {
                const char *kind;
                int64_t count;
        } counts[] = {
                { "idle_escalation", summary->idle_escalations }, { "idle_closure", summary->idle_closures },
                { "forced_logout", summary->forced_logouts },     { "mass_disconnect", summary->mass_disconnects },
                { "server_restart", summary->server_restarts },
        };

        json_key(json, "kinds");
        json_begin_inline_object(json);
        for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
                if (counts[i].count != VIEW_NONE)
                        json_put_number(json, counts[i].kind, counts[i].count);
        json_end_object(json);
        json_key(json, "causes");
        json_begin_inline_array(json);
        for (size_t i = 0; i < summary->by_cause.count; i++) {
                json_begin_inline_array(json);
                json_string(json, summary->by_cause.items[i].key);
                json_string(json, summary->by_cause.items[i].value);
                json_end_array(json);
        }
        json_end_array(json);
}

/* Whom a page of one agent or one finding is of, [] for all. */
static void write_only(struct json *json, const struct style *style) {
        json_key(json, "only");
        json_begin_inline_array(json);
        if (style->finding.n || style->agent.n) {
                json_cstr(json, style->finding.n ? "finding" : "agent");
                json_string(json, style->finding.n ? style->finding : style->agent);
        }
        json_end_array(json);
}

static void write_summary(struct html_data *data) {
        const struct view_reasons *reasons = &data->view->summary.by_reason;

        json_key(data->json, "summary");
        json_begin_inline_object(data->json);
        json_key(data->json, "agents");
        html_put_number(data, data->view->summary.agents);
        json_key(data->json, "sessions");
        html_put_number(data, data->view->summary.sessions);
        write_counts(data->json, &data->view->summary);
        json_end_object(data->json);
        json_key(data->json, "reasons");
        json_begin_inline_array(data->json);
        for (size_t i = 0; i < reasons->count; i++) {
                const struct view_reason *reason = &reasons->items[i];

                json_begin_inline_array(data->json);
                json_string(data->json, reason->product);
                html_put_number(data, reason->code);
                json_string(data->json, reason->state);
                html_put_number(data, reason->agents);
                html_put_number(data, reason->count);
                json_string(data->json, reason->name);
                json_end_array(data->json);
        }
        json_end_array(data->json);
}

static void write_gaps(struct json *json, const struct view_gaps *gaps) {
        json_key(json, "gaps");
        json_begin_inline_array(json);
        for (size_t i = 0; i < gaps->count; i++) {
                json_begin_inline_array(json);
                json_string(json, gaps->items[i].node);
                json_string(json, gaps->items[i].family);
                put_time(json, gaps->items[i].from);
                put_time(json, gaps->items[i].to);
                json_end_array(json);
        }
        json_end_array(json);
}

static void write_coverage(struct html_data *data) {
        const struct view_coverage *coverage = &data->view->coverage;
        const struct {
                const char *key;
                int64_t value;
        } numbers[] = {
                { "inputs", coverage->inputs },
                { "lines", coverage->lines },
                { "records", coverage->records },
                { "matched", coverage->matched },
        };

        json_key(data->json, "coverage");
        json_begin_inline_object(data->json);
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
                json_put_number(data->json, numbers[i].key, numbers[i].value == VIEW_NONE ? 0 : numbers[i].value);
        write_gaps(data->json, &coverage->gaps);
        put_strings(data->json, "missing", &coverage->missing);
        json_end_object(data->json);
}

static void write_inputs(struct html_data *data) {
        const struct view_inputs *inputs = &data->view->inputs;

        html_cut_note(&data->cut, "files", "the first of the report", HTML_INPUTS, inputs->count);
        json_key(data->json, "inputs");
        json_begin_inline_array(data->json);
        for (size_t i = 0; i < inputs->count && i < HTML_INPUTS; i++) {
                const struct view_input *input = &inputs->items[i];

                json_begin_inline_array(data->json);
                json_string(data->json, input->path);
                json_string(data->json, input->node);
                json_string(data->json, input->family);
                json_string(data->json, input->status);
                json_string(data->json, input->reason);
                html_put_number(data, input->lines);
                put_time(data->json, input->first);
                put_time(data->json, input->last);
                json_end_array(data->json);
        }
        json_end_array(data->json);
}

static struct str diagnostic_path(const struct view *view, const struct view_diagnostic *diagnostic) {
        if (diagnostic->input == VIEW_NONE || (size_t)diagnostic->input >= view->inputs.count)
                return diagnostic->path;
        return view->inputs.items[diagnostic->input].path;
}

static void write_diagnostics(struct html_data *data) {
        const struct view_diagnostics *diagnostics = &data->view->diagnostics;

        html_cut_note(&data->cut, "diagnostics", "the first", HTML_DIAGNOSTICS, diagnostics->count);
        json_key(data->json, "diagnostics");
        json_begin_inline_array(data->json);
        for (size_t i = 0; i < diagnostics->count && i < HTML_DIAGNOSTICS; i++) {
                const struct view_diagnostic *diagnostic = &diagnostics->items[i];

                json_begin_inline_array(data->json);
                json_string(data->json, diagnostic->code);
                json_string(data->json, diagnostic->level);
                json_string(data->json, diagnostic->text);
                json_string(data->json, diagnostic->advice);
                json_string(data->json, diagnostic_path(data->view, diagnostic));
                html_put_number(data, diagnostic->line);
                json_number(data->json, diagnostic->count == VIEW_NONE ? 1 : diagnostic->count);
                json_end_array(data->json);
        }
        json_end_array(data->json);
}

static const char *zone_name(const struct style *style) {
        switch (style->clock) {
        case CLOCK_SERVER:
                return "server";
        case CLOCK_LOCAL:
                return "viewer";
        case CLOCK_FIXED:
                return "fixed";
        default:
                return "utc";
        }
}

static void write_versions(struct json *json, const struct view *view) {
        char text[256];

        snprintf(text, sizeof(text), "boshscope %.*s", (int)(view->tool_version.n < 64 ? view->tool_version.n : 64),
                 view->tool_version.p);
        json_put_text(json, "tool", text);
        snprintf(text, sizeof(text), "%.*s %.*s (%.*s)", (int)(view->ruleset_name.n < 64 ? view->ruleset_name.n : 64),
                 view->ruleset_name.p, (int)(view->ruleset_version.n < 64 ? view->ruleset_version.n : 64),
                 view->ruleset_version.p, (int)(view->ruleset_sha256.n < 12 ? view->ruleset_sha256.n : 12),
                 view->ruleset_sha256.p);
        json_put_text(json, "rules", text);
}

void html_write_about(struct html_data *data) {
        struct json *json = data->json;

        json_put_number(json, "format", 1);
        write_versions(json, data->view);
        json_put_bool(json, "redacted", data->view->redacted);
        json_put_bool(json, "complete", data->view->complete);
        json_put_text(json, "zone", zone_name(data->style));
        json_put_number(json, "fixed", data->style->zone);
        write_only(json, data->style);
        json_key(json, "window");
        json_begin_inline_array(json);
        put_time(json, data->view->from);
        put_time(json, data->view->to);
        json_end_array(json);
        write_bundle(data);
        write_clock(json, &data->view->clock);
        write_product(json, data->view);
        write_verdict(json, &data->view->diagnosis);
        write_summary(data);
        write_coverage(data);
        write_inputs(data);
        write_diagnostics(data);
}
