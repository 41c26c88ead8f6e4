/*
 * The file to read first: bundle -> members -> records -> events -> timeline ->
 * findings -> report, on one page.
 */
#define _GNU_SOURCE /* clock_gettime */
#include "pipeline.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "boshscope.h"
#include "events/encoding.h"
#include "rules/foreign.h"
#include "timeline/fold.h"

/* How much of a leaf is looked at to tell what it is. */
enum { HEAD_BYTES = 64 * 1024 };

struct pipeline {
        struct report *report;
        const struct options *options;
        const struct ruleset *ruleset;
        struct matcher *matcher;
        uint64_t bytes_read, bytes_total;
        struct str current; /* path of the leaf at hand */
};

/* --------------------------------------------------------- one member */

/* Bytes that no text log holds: a picture, a heap dump. */
static bool is_binary(struct str head) {
        size_t odd = 0;

        for (size_t i = 0; i < head.n; i++) {
                unsigned char c = (unsigned char)head.p[i];

                odd += c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != 0x1b;
        }
        return odd * 10 > head.n;
}

/* Why a file is left aside, or NULL. Other components share the web service's line
 * grammar, so there a name counts too. */
static const char *why_not_read(const struct input *input, struct str head, enum family family, enum family named,
                                const char *foreign) {
        const char *by_name = foreign_by_name(input->name);

        if (head.n == 0)
                return "empty";
        if (family != FAMILY_NONE)
                return family == FAMILY_WEBSERVICES ? by_name : NULL;
        if (is_binary(head))
                return foreign_dump_by_name(input->name) ? foreign_dump_by_name(input->name) : "not text";
        if (foreign || by_name)
                return by_name ? by_name : foreign;
        if (named == FAMILY_NONE || (family_is_read(named) && head.n < HEAD_BYTES))
                return "no record of a log that boshscope reads";
        return NULL;
}

/* Content decides. A name decides only where the content could be a log's whose
 * first record lies further on. Without a reason the log is read. */
static enum family tell_family(struct input *input, struct str head, enum family named, const char *encoding,
                               const char **ret_foreign) {
        enum family family = encoding ? FAMILY_NONE : family_by_content(head, ret_foreign);

        input->reason = str_from(encoding ? encoding : why_not_read(input, head, family, named, *ret_foreign));
        if (input->reason.n)
                return FAMILY_NONE;
        if (family == FAMILY_NONE)
                family = named;
        if (!family_is_read(family))
                input->reason = STR("a log that this version does not read");
        return family;
}

static int tell_gave_up(struct pipeline *pipeline, const struct input *input, const struct record *record,
                        const struct rule *rule) {
        struct diag place = {
                .code = DIAG_MATCH_LIMIT, .input = input, .line = record->line, .offset = record->offset
        };

        return diags_add(&pipeline->report->diags, &place, "rule %s gave up on a record", rule->id.p);
}

static int match_record(struct pipeline *pipeline, const struct input *input, const struct record *record,
                        struct match *match) {
        const struct rule *gave_up = NULL;
        int r = matcher_match(pipeline->matcher, pipeline->ruleset, input->family, record->text,
                              record->header.message_at, match, &gave_up);
        int told = gave_up ? tell_gave_up(pipeline, input, record, gave_up) : 0;

        return told < 0 ? told : r;
}

/* What the file's name says. */
static int match_name(struct pipeline *pipeline, const struct input *input, struct fold *fold) {
        struct match match;
        int r = matcher_match_name(pipeline->matcher, pipeline->ruleset, input->family, input->name, &match, NULL);

        if (r > 0)
                fold_named(fold, &match);
        return r < 0 ? r : 0;
}

/* Record by record: what is it, and what does it add? */
static int fold_records(struct pipeline *pipeline, const struct input *input, struct reader *reader,
                        struct fold *fold) {
        struct record record;
        struct match match;
        int r;

        while ((r = reader_next(reader, &record)) > 0) {
                r = match_record(pipeline, input, &record, &match);
                if (r < 0)
                        return r;
                r = fold_record(fold, &record, r > 0 ? &match : NULL);
                if (r < 0)
                        return r;
        }
        return r;
}

static int tell_oddity(struct pipeline *pipeline, const struct input *input, enum diag_code code,
                       const struct oddity *oddity) {
        struct diag place = {
                .code = code, .input = input, .line = oddity->line, .offset = oddity->offset, .count = oddity->count
        };

        return oddity->count ? diags_add(&pipeline->report->diags, &place, NULL) : 0;
}

static int tell_oddities(struct pipeline *pipeline, const struct input *input, const struct reader *reader,
                         const struct fold *fold) {
        int r = tell_oddity(pipeline, input, DIAG_LINE_CUT, &reader->cut_lines);

        if (r == 0)
                r = tell_oddity(pipeline, input, DIAG_RECORD_CUT, &reader->cut_records);
        if (r == 0)
                r = tell_oddity(pipeline, input, DIAG_NUL_BYTES, &reader->nul_bytes);
        if (r == 0)
                r = tell_oddity(pipeline, input, DIAG_BAD_STAMP, fold_bad_stamps(fold));
        return r;
}

static void take_counters(struct summary *summary, const struct reader *reader) {
        summary->lines = reader->lines;
        summary->records = reader->records;
        summary->continuation_lines = reader->continuation_lines;
        summary->orphan_lines = reader->orphan_lines;
}

/* A log: fold it. An interrupted one is folded as far as it was read. */
static int read_log(struct pipeline *pipeline, struct input *input, struct reader *reader, struct str head) {
        struct fold *fold = fold_new(pipeline->ruleset, &pipeline->options->limits, input->family);
        int r, read;

        if (!fold)
                return -ENOMEM;
        reader_set_family(reader, input->family);
        fold_look_ahead(fold, head);
        r = match_name(pipeline, input, fold);
        if (r == 0 && pipeline->options->unmatched)
                r = fold_list_unmatched(fold);
        read = r == 0 ? fold_records(pipeline, input, reader, fold) : r;
        r = read == -ECANCELED ? 0 : read;
        if (r == 0)
                r = tell_oddities(pipeline, input, reader, fold);
        if (r == 0)
                r = fold_finish(fold, &input->summary);
        fold_free(fold);
        if (r < 0)
                return r;
        take_counters(input->summary, reader);
        input->status = read < 0 ? INPUT_PARTIAL : INPUT_ANALYSED;
        input->reason = read < 0 ? STR("interrupted") : STR("");
        return read;
}

/* It has a log's name, or began like text: but no record was in it. */
static void forget_empty_log(struct input *input) {
        if (!input->summary || input->summary->records > 0)
                return;
        summary_free(input->summary);
        input->summary = NULL;
        input->family = FAMILY_NONE;
        input->status = INPUT_IGNORED;
        input->reason = STR("no record of a log that boshscope reads");
}

/* What the stream says of its own end. */
static int judge_stream(struct pipeline *pipeline, struct input *input, const struct stream *stream) {
        struct diag place = { .code = stream->fault, .input = input, .offset = stream->fault_offset };

        if (stream->fault == DIAG_NONE)
                return 0;
        if (input->summary)
                input->status = INPUT_PARTIAL;
        else if (input->bytes == 0)
                input->status = INPUT_UNREADABLE;
        if (input->summary || input->bytes == 0)
                input->reason = str_from(diag_infos[stream->fault].meaning);
        return stream->fault_told ? 0 : diags_add(&pipeline->report->diags, &place, NULL);
}

static int judge_name(struct pipeline *pipeline, const struct input *input, enum family named) {
        struct diag place = { .code = DIAG_LOG_NAME_ONLY, .input = input, .offset = UINT64_MAX };

        if (input->status != INPUT_IGNORED || !family_tells_story(named) || input->bytes == 0)
                return 0;
        return diags_add(&pipeline->report->diags, &place, "%s is named like a log of the %s family but is %s",
                         input->name.p, family_name(named), input->reason.p);
}

static int tell_encoding(struct pipeline *pipeline, const struct input *input, const char *encoding) {
        struct diag place = { .code = DIAG_UNREAD_ENCODING, .input = input, .offset = UINT64_MAX };

        return diags_add(&pipeline->report->diags, &place, "the log %s is %s; it was not read", input->name.p,
                         encoding);
}

static int read_leaf(struct pipeline *pipeline, struct input *input, struct reader *reader) {
        enum family named = family_by_file_name(input->name);
        const char *foreign = NULL, *encoding = NULL;
        struct str head;
        int r = reader_head(reader, HEAD_BYTES, &head);

        input->status = INPUT_IGNORED;
        if (r == 0) {
                encoding = encoding_fault(head);
                input->family = tell_family(input, head, named, encoding, &foreign);
                r = family_is_read(input->family) ? read_log(pipeline, input, reader, head) : reader_skip(reader);
        }
        if (r < 0 && r != -ECANCELED)
                return r;
        input->bytes = reader->window.end;
        input->crc32 = reader->window.crc32;
        forget_empty_log(input);
        if (r == 0)
                r = judge_stream(pipeline, input, reader->window.stream);
        if (r < 0 || encoding)
                return r < 0 ? r : tell_encoding(pipeline, input, encoding);
        /* One damage makes one diagnostic; and many services call a log of theirs error.log. */
        if (reader->window.stream->fault != DIAG_NONE || (foreign && named == FAMILY_NOTIFICATION))
                return 0;
        return judge_name(pipeline, input, named);
}

static int visit_leaf(void *userdata, const struct leaf *leaf, struct stream *stream) {
        struct pipeline *pipeline = userdata;
        struct input *input;
        struct reader reader;
        int r;

        r = inputs_add(&pipeline->report->inputs, leaf->path, leaf->name, &input);
        if (r < 0)
                return r;
        pipeline->current = input->path;
        r = reader_init(&reader, stream, &pipeline->options->limits, pipeline->options->chunk_bytes);
        if (r == 0)
                r = read_leaf(pipeline, input, &reader);
        reader_release(&reader);
        return r;
}

static int tick(void *userdata, uint64_t more_bytes) {
        struct pipeline *pipeline = userdata;
        struct boshscope_progress progress;

        pipeline->bytes_read += more_bytes;
        if (!pipeline->options->progress)
                return 0;
        progress = (struct boshscope_progress){
                .path = pipeline->current.n ? pipeline->current.p : "",
                .bytes_read = pipeline->bytes_read,
                .bytes_total = pipeline->bytes_total,
        };
        return pipeline->options->progress(pipeline->options->userdata, &progress);
}

/* --------------------------------------------------------- the journey */

static int read_bundle(struct pipeline *pipeline, const char *path) {
        const struct bundle_visitor visitor = { .leaf = visit_leaf, .tick = tick, .userdata = pipeline };
        struct report *report = pipeline->report;
        struct diag place = { .code = DIAG_INTERRUPTED, .offset = UINT64_MAX };
        int r;

        pipeline->bytes_total = pipeline->options->progress ? bundle_size(path) : 0;
        r = bundle_walk(&report->bundle, path, &pipeline->options->limits, pipeline->options->chunk_bytes,
                        &report->diags, &visitor);
        if (r != -ECANCELED)
                return r;
        report->interrupted = true;
        return diags_add(&report->diags, &place, NULL);
}

/* An empty answer is never given without its reason. */
static int tell_if_nothing(struct report *report) {
        const struct inputs *inputs = &report->inputs;
        struct diag place = { .code = DIAG_NOTHING_ANALYSED, .offset = UINT64_MAX };

        if (report_has_analysed(report) || report->interrupted)
                return 0;
        if (diags_lose(&report->diags))
                return 0; /* what was in the way has been said */
        if (inputs->count == 1 && report->bundle.container_count == 0 && inputs->items[0]->bytes == 0 &&
            inputs->items[0]->status == INPUT_IGNORED) {
                place.code = DIAG_EMPTY_FILE;
                place.input = inputs->items[0];
        }
        return diags_add(&report->diags, &place, NULL);
}

static int conclude(struct pipeline *pipeline) {
        const struct options *options = pipeline->options;
        struct report *report = pipeline->report;
        int r;

        r = tell_if_nothing(report);
        if (r == 0)
                r = timeline_join(&report->timeline, pipeline->ruleset, &report->options.limits, &report->inputs,
                                  options->tz, &report->diags);
        if (r == 0)
                r = findings_detect(&report->findings, &report->timeline, options->from_ms, options->to_ms);
        return r < 0 ? r : report_finish(report);
}

static int64_t now_ms(clockid_t clock) {
        struct timespec now;

        clock_gettime(clock, &now);
        return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

static int report_init(struct report *report, const struct options *options, const struct ruleset *ruleset,
                       const char *path) {
        int r;

        *report = (struct report){ .ruleset = ruleset, .started_ms = now_ms(CLOCK_REALTIME) };
        arena_init(&report->arena);
        bundle_init(&report->bundle);
        inputs_init(&report->inputs);
        diags_init(&report->diags);
        r = options_copy(&report->options, options);
        return r < 0 ? r : arena_str(&report->arena, str_from(path), &report->path);
}

int pipeline_run(struct report *report, const struct options *options, const struct ruleset *ruleset,
                 const char *path) {
        struct pipeline pipeline = { .report = report, .options = options, .ruleset = ruleset };
        int64_t begun = now_ms(CLOCK_MONOTONIC);
        int r = report_init(report, options, ruleset, path);

        if (r < 0)
                return r;
        pipeline.matcher = matcher_new(options->limits.match_limit);
        if (!pipeline.matcher)
                return -ENOMEM;
        r = read_bundle(&pipeline, path);
        if (r == 0)
                r = conclude(&pipeline);
        matcher_free(pipeline.matcher);
        report->seconds = (double)(now_ms(CLOCK_MONOTONIC) - begun) / MS_PER_SECOND;
        return r;
}

void report_release(struct report *report) {
        unmatched_sum_release(&report->unmatched);
        findings_release(&report->findings);
        timeline_release(&report->timeline);
        inputs_release(&report->inputs);
        bundle_release(&report->bundle);
        diags_release(&report->diags);
        options_release(&report->options);
        arena_release(&report->arena);
}
