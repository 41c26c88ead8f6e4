#include "batch/index.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/json.h"

const char *const index_count_names[INDEX_COUNTS] = {
        [INDEX_AGENTS] = "agents",
        [INDEX_SESSIONS] = "sessions",
        [INDEX_IDLE_CLOSURES] = "idle_closures",
        [INDEX_FORCED_LOGOUTS] = "forced_logouts",
        [INDEX_MASS_DISCONNECTS] = "mass_disconnects",
        [INDEX_SERVER_RESTARTS] = "server_restarts",
};

static void span_of_inputs(const struct inputs *inputs, struct index_line *line) {
        for (size_t i = 0; i < inputs->count; i++) {
                const int64_t first = input_first_utc(inputs->items[i]), last = input_last_utc(inputs->items[i]);

                if (first != TIME_UNKNOWN && (line->first_ms == TIME_UNKNOWN || first < line->first_ms))
                        line->first_ms = first;
                if (last != TIME_UNKNOWN && (line->last_ms == TIME_UNKNOWN || last > line->last_ms))
                        line->last_ms = last;
        }
}

static int64_t count(const struct report *report, enum finding_kind kind) {
        return (int64_t)report_kind_count(report, kind);
}

void index_line_of(const struct report *report, struct index_line *line) {
        line->exit_status = report->exit_status;
        line->verdict = str_from(verdict_name(report->findings.diagnosis.verdict));
        line->complete = report->complete;
        line->counts[INDEX_AGENTS] = (int64_t)report->timeline.agents.listed_count;
        line->counts[INDEX_SESSIONS] = (int64_t)report_session_count(report);
        line->counts[INDEX_IDLE_CLOSURES] = count(report, FINDING_IDLE_CLOSURE);
        line->counts[INDEX_FORCED_LOGOUTS] = count(report, FINDING_FORCED_LOGOUT);
        line->counts[INDEX_MASS_DISCONNECTS] = count(report, FINDING_MASS_DISCONNECT);
        line->counts[INDEX_SERVER_RESTARTS] = count(report, FINDING_SERVER_RESTART);
        line->first_ms = line->last_ms = TIME_UNKNOWN;
        span_of_inputs(&report->inputs, line);
}

/* An inode may take all of 64 bits. */
static void put_unsigned(struct json *json, const char *key, uint64_t number) {
        char text[32];

        snprintf(text, sizeof(text), "%" PRIu64, number);
        json_key(json, key);
        json_raw(json, str_from(text));
}

static void put_counts(struct json *json, const struct index_line *line) {
        json_key(json, "counts");
        if (line->report.n == 0) {
                json_null(json);
                return;
        }
        json_begin_inline_object(json);
        for (size_t i = 0; i < INDEX_COUNTS; i++)
                json_put_number(json, index_count_names[i], line->counts[i]);
        json_end_object(json);
}

int index_write(const struct index_line *line, writer_fn *write, void *userdata) {
        struct json json;

        json_init(&json, write, userdata);
        json.tight = true;
        json_begin_inline_object(&json);
        json_put_text(&json, "schema", "boshscope.index/1");
        json_put_string(&json, "path", line->path);
        put_unsigned(&json, "size", line->bytes);
        json_put_number(&json, "mtime_ns", line->mtime_ns);
        put_unsigned(&json, "inode", line->inode);
        json_put_name(&json, "sha256", line->sha256);
        json_put_name(&json, "report", line->report);
        json_put_number(&json, "exit_status", line->exit_status);
        json_put_name(&json, "fault", line->fault);
        json_put_name(&json, "verdict", line->verdict);
        json_put_bool(&json, "complete", line->complete);
        put_counts(&json, line);
        json_put_time(&json, "first", line->report.n ? line->first_ms : TIME_UNKNOWN);
        json_put_time(&json, "last", line->report.n ? line->last_ms : TIME_UNKNOWN);
        json_key(&json, "seconds");
        json_decimal(&json, line->seconds);
        json_put_string(&json, "options", line->options);
        json_end_object(&json);
        return json_finish(&json);
}
