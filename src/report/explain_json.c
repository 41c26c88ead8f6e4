/*
 * The answer about one agent and one moment as JSON, schema boshscope.explain/1: see the
 * JSON Schema beside boshscope.h.
 */
#include <stdio.h>

#include "report/explain_words.h"
#include "report/report_parts.h"

static void write_offset_time(struct json *json, int64_t utc_ms, int16_t zone) {
        char time[TIME_RFC3339_BYTES], text[TIME_RFC3339_BYTES + ZONE_BYTES], offset[ZONE_BYTES];

        if (zone == ZONE_UNKNOWN) {
                json_null(json);
                return;
        }
        time_format_utc(utc_ms + (int64_t)zone * MS_PER_MINUTE, time);
        zone_format(zone, offset);
        snprintf(text, sizeof(text), "%.23s%s", time, offset);
        json_cstr(json, text);
}

static void write_question(struct json *json, const struct explanation *explanation) {
        json_begin_object(json);
        json_put_string(json, "agent", explanation->asked);
        json_put_time(json, "at", explanation->at_ms);
        json_key(json, "server_time");
        write_offset_time(json, explanation->at_ms, explanation->zone);
        json_put_number(json, "tolerance_ms", NEAR_MS);
        json_end_object(json);
}

static void write_names(struct json *json, const struct agent *const *agents, size_t count) {
        json_begin_inline_array(json);
        for (size_t i = 0; i < count; i++)
                json_string(json, agents[i]->name);
        json_end_array(json);
}

static void write_record_or_null(struct json *json, const struct event *event) {
        if (event)
                write_record(json, event);
        else
                json_null(json);
}

static void write_matters(struct json *json, const struct explanation *explanation) {
        json_begin_array(json);
        for (size_t i = 0; i < explanation->near_count; i++) {
                const struct matter *matter = &explanation->matters[i];

                json_begin_object(json);
                json_put_text(json, "what", ground_name(matter->ground));
                json_put_time(json, "from", matter->from_ms);
                json_put_time(json, "to", matter->to_ms);
                json_put_text(json, "finding", matter->finding ? matter->finding->id : NULL);
                json_key(json, "record");
                write_record_or_null(json, matter->event);
                json_key(json, "request");
                write_record_or_null(json, matter->request);
                json_end_object(json);
        }
        json_end_array(json);
}

static void write_around(struct json *json, const struct explanation *explanation) {
        json_begin_object(json);
        json_key(json, "before");
        write_record_or_null(json, explanation->before);
        json_key(json, "after");
        write_record_or_null(json, explanation->after);
        json_end_object(json);
}

static void write_lacks(struct json *json, const struct explanation *explanation) {
        json_begin_array(json);
        for (size_t i = 0; i < explanation->lack_count; i++) {
                const struct lack *lack = &explanation->lacks[i];
                const struct cover *cover = lack->cover;

                json_begin_inline_object(json);
                json_put_text(json, "family", family_name(lack->family));
                json_put_bool(json, "debug", lack->debug);
                json_put_name(json, "node", cover ? cover->node : STR(""));
                json_put_time(json, "first", cover ? cover->from_ms : TIME_UNKNOWN);
                json_put_time(json, "last", cover ? cover->to_ms : TIME_UNKNOWN);
                json_end_object(json);
        }
        json_end_array(json);
}

/* A finding that decided or is near, the closure behind a forced logout, or what held it. */
static bool is_named(const struct explanation *explanation, const struct finding *finding) {
        for (size_t i = 0; i < explanation->near_count; i++) {
                const struct finding *named = explanation->matters[i].finding;

                if (named == finding || (named && named->forced && strcmp(named->forced->closure_id, finding->id) == 0))
                        return true;
        }
        return finding == explanation->held_by;
}

/* Each once, in the order of the report. */
static void write_findings(struct json *json, const struct report *report, const struct explanation *explanation) {
        json_begin_array(json);
        for (size_t i = 0; i < report->findings.count; i++) {
                if (is_named(explanation, &report->findings.items[i]))
                        write_finding(json, report, &report->findings.items[i]);
        }
        json_end_array(json);
}

static void write_answer(struct json *json, const struct words *words) {
        const struct explanation *explanation = words->explanation;

        json_key(json, "question");
        write_question(json, explanation);
        json_put_name(json, "agent", explanation->agent ? explanation->agent->name : STR(""));
        json_put_text(json, "answer", answer_name(explanation->answer));
        json_put_text(json, "because", ground_name(explanation->ground));
        json_put_text(json, "side", explanation->faulted ? verdict_name(explanation->fault) : NULL);
        json_put_text(json, "confidence", confidence_name(explanation->confidence));
        json_key(json, "sentences");
        json_begin_array(json);
        for (size_t i = 0; i < words->count; i++)
                json_string(json, words->sentences[i]);
        json_end_array(json);
        json_put_text(json, "held_by", explanation->held_by ? explanation->held_by->id : NULL);
        json_key(json, "others");
        write_names(json, explanation->others, explanation->other_count);
        json_key(json, "similar");
        write_names(json, explanation->similar, explanation->similar_count);
        json_key(json, "matters");
        write_matters(json, explanation);
        json_key(json, "around");
        write_around(json, explanation);
        json_key(json, "not_covered");
        write_lacks(json, explanation);
}

static void write_document(struct json *json, const struct report *report, const struct words *words) {
        json_begin_object(json);
        json_put_text(json, "schema", "boshscope.explain/1");
        json_key(json, "ruleset");
        write_ruleset(json, report->ruleset);
        json_put_bool(json, "complete", report->complete);
        json_put_number(json, "exit_status", report->exit_status);
        write_answer(json, words);
        json_key(json, "findings");
        write_findings(json, report, words->explanation);
        write_what_was_read(json, report);
        json_key(json, "diagnostics");
        write_diagnostics(json, report);
        json_end_object(json);
}

int report_write_explain_json(const struct report *report, struct str agent, int64_t at_ms, writer_fn *write,
                              void *userdata) {
        struct explanation explanation;
        struct words words;
        struct json json;
        int r = explain_ask(&explanation, report, agent, at_ms);

        if (r == 0)
                r = explain_in_words(&words, &explanation, report);
        if (r == 0) {
                json_init(&json, write, userdata);
                write_document(&json, report, &words);
                r = json_finish(&json);
        }
        explain_release(&explanation);
        return r;
}
