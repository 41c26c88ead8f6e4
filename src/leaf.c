#include "leaf.h"

#include <errno.h>

#include "events/encoding.h"
#include "rules/foreign.h"

/* How much of a leaf is looked at to tell what it is. */
enum { HEAD_BYTES = 64 * 1024 };

/* --------------------------------------------------------- what it is */

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

/* ------------------------------------------------------------- a log */

/* A leaf on its way into the report. */
struct reading_leaf {
        const struct options *options;
        const struct limits *limits;
        const struct ruleset *ruleset;
        struct lane *lane;
        struct diags *diags;
        struct input *input;
        struct cutter cutter;
        uint32_t crc32;
};

static int tell_oddity(struct reading_leaf *leaf, enum diag_code code, const struct oddity *oddity) {
        struct diag place = { .code = code,
                              .input = leaf->input,
                              .line = oddity->line,
                              .offset = oddity->offset,
                              .count = oddity->count };

        return oddity->count ? diags_add(leaf->diags, &place, NULL) : 0;
}

static int tell_gave_up(struct reading_leaf *leaf, const struct lane_result *found) {
        struct diag place = { .code = DIAG_MATCH_LIMIT,
                              .input = leaf->input,
                              .line = found->gave_up.line,
                              .offset = found->gave_up.offset,
                              .count = found->gave_up.count };

        return found->rule ? diags_add(leaf->diags, &place, "rule %s gave up on a record", found->rule->id.p) : 0;
}

static int tell_secrets(struct reading_leaf *leaf, const struct oddity secrets[static SECRET_KIND_COUNT]) {
        static const enum diag_code codes[SECRET_KIND_COUNT] = {
                [SECRET_SASL] = DIAG_SECRET_SASL,         [SECRET_AUTHORIZATION] = DIAG_SECRET_AUTHORIZATION,
                [SECRET_COOKIE] = DIAG_SECRET_COOKIE,     [SECRET_SESSION] = DIAG_SECRET_SESSION,
                [SECRET_PASSWORD] = DIAG_SECRET_PASSWORD, [SECRET_TOKEN] = DIAG_SECRET_TOKEN,
                [SECRET_CODE] = DIAG_SECRET_CODE,
        };
        int r = 0;

        for (int kind = 0; kind < SECRET_KIND_COUNT && r == 0; kind++)
                r = tell_oddity(leaf, codes[kind], &secrets[kind]);
        return r;
}

static int tell_oddities(struct reading_leaf *leaf, const struct lane_result *found, const struct fold *fold) {
        int r = tell_gave_up(leaf, found);

        if (r == 0)
                r = tell_oddity(leaf, DIAG_LINE_CUT, &found->counts.cut_lines);
        if (r == 0)
                r = tell_oddity(leaf, DIAG_RECORD_CUT, &found->counts.cut_records);
        if (r == 0)
                r = tell_oddity(leaf, DIAG_NUL_BYTES, &found->counts.nul_bytes);
        if (r == 0)
                r = tell_oddity(leaf, DIAG_BAD_STAMP, fold_bad_stamps(fold));
        return r < 0 ? r : tell_secrets(leaf, found->secrets);
}

static void take_counters(struct summary *summary, const struct line_counts *counts) {
        summary->lines = counts->lines;
        summary->records = counts->records;
        summary->continuation_lines = counts->continuation_lines;
        summary->orphan_lines = counts->orphan_lines;
}

/* What the file's name says. */
static int match_name(struct reading_leaf *leaf, struct fold *fold) {
        const struct input *input = leaf->input;
        struct match match;
        int r = matcher_match_name(lane_matcher(leaf->lane), leaf->ruleset, input->family, input->name, &match, NULL);

        if (r > 0)
                fold_named(fold, &match);
        return r < 0 ? r : 0;
}

/* Before the first record. */
static int prepare(struct reading_leaf *leaf, struct fold *fold, struct str head) {
        int r = match_name(leaf, fold);

        fold_look_ahead(fold, head);
        return r == 0 && leaf->options->unmatched ? fold_list_unmatched(fold) : r;
}

/* A log: fold it. An interrupted one is folded as far as it was read. */
static int read_log(struct reading_leaf *leaf, struct str head) {
        struct input *input = leaf->input;
        struct fold *fold = fold_new(leaf->ruleset, leaf->limits, input->family);
        struct lane_result found;
        int r, read;

        if (!fold)
                return -ENOMEM;
        r = read = prepare(leaf, fold, head);
        if (r == 0) {
                cutter_set_family(&leaf->cutter, input->family);
                read = lane_run(leaf->lane, &leaf->cutter, fold, leaf->options->unmatched, &found);
                r = read == -ECANCELED ? 0 : read;
        }
        if (r == 0)
                r = tell_oddities(leaf, &found, fold);
        if (r == 0)
                r = fold_finish(fold, &input->summary);
        fold_free(fold);
        if (r == 0)
                r = tell_oddity(leaf, DIAG_SESSIONS_LIMITED, &input->summary->sessions_dropped);
        if (r < 0)
                return r;
        take_counters(input->summary, &found.counts);
        leaf->crc32 = found.crc32;
        input->status = read < 0 ? INPUT_PARTIAL : INPUT_ANALYSED;
        input->reason = read < 0 ? STR("interrupted") : STR("");
        return read;
}

/* Not even its counters may be kept. */
static bool has_no_room(const struct reading_leaf *leaf) {
        return leaf->limits->max_kept_bytes < SUMMARY_LEAST_BYTES;
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

/* -------------------------------------------------------- any leaf */

/* What the stream says of its own end. */
static int judge_stream(struct reading_leaf *leaf, const struct stream *stream) {
        struct input *input = leaf->input;
        struct diag place = { .code = stream->fault, .input = input, .offset = stream->fault_offset };

        if (stream->fault == DIAG_NONE)
                return 0;
        if (input->summary)
                input->status = INPUT_PARTIAL;
        else if (input->bytes == 0)
                input->status = INPUT_UNREADABLE;
        if (input->summary || input->bytes == 0)
                input->reason = str_from(diag_infos[stream->fault].meaning);
        return stream->fault_told ? 0 : diags_add(leaf->diags, &place, NULL);
}

static int judge_name(struct reading_leaf *leaf, enum family named) {
        const struct input *input = leaf->input;
        struct diag place = { .code = DIAG_LOG_NAME_ONLY, .input = input, .offset = UINT64_MAX };

        if (input->status != INPUT_IGNORED || !family_tells_story(named) || input->bytes == 0)
                return 0;
        return diags_add(leaf->diags, &place, "%s is named like a log of the %s family but is %s", input->name.p,
                         family_name(named), input->reason.p);
}

static int tell_encoding(struct reading_leaf *leaf, const char *encoding) {
        struct diag place = { .code = DIAG_UNREAD_ENCODING, .input = leaf->input, .offset = UINT64_MAX };

        return diags_add(leaf->diags, &place, "the log %s is %s; it was not read", leaf->input->name.p, encoding);
}

/* No log of ours; but if it is text, whoever sent it ought to know what it gives away. */
static int pass_over(struct reading_leaf *leaf, struct str head, bool unreadable) {
        const bool is_text = !unreadable && !is_binary(head) && !foreign_dump_by_name(leaf->input->name);
        struct oddity secrets[SECRET_KIND_COUNT] = { { 0 } };
        int r = cutter_skip(&leaf->cutter, &leaf->crc32, is_text ? secrets : NULL);
        int told = r < 0 && r != -ECANCELED ? 0 : tell_secrets(leaf, secrets);

        return told < 0 ? told : r;
}

/* A log of ours that is not read: how many there are, the timeline tells. */
static int leave_out(struct reading_leaf *leaf) {
        leaf->input->no_room = true;
        leaf->input->status = INPUT_UNREADABLE;
        leaf->input->reason = str_from(diag_infos[DIAG_KEPT_LIMITED].meaning);
        return cutter_skip(&leaf->cutter, &leaf->crc32, NULL);
}

static int read_known(struct reading_leaf *leaf, struct str head, const char *encoding) {
        if (!family_is_read(leaf->input->family))
                return pass_over(leaf, head, encoding != NULL);
        return has_no_room(leaf) ? leave_out(leaf) : read_log(leaf, head);
}

static int read_leaf(struct reading_leaf *leaf, const struct stream *stream) {
        struct input *input = leaf->input;
        enum family named = family_by_file_name(input->name);
        const char *foreign = NULL, *encoding = NULL;
        struct str head;
        int r = cutter_head(&leaf->cutter, HEAD_BYTES, &head);

        input->status = INPUT_IGNORED;
        if (r == 0) {
                encoding = encoding_fault(head);
                input->family = tell_family(input, head, named, encoding, &foreign);
                r = read_known(leaf, head, encoding);
        }
        if (r < 0 && r != -ECANCELED)
                return r;
        input->bytes = leaf->cutter.bytes;
        input->crc32 = leaf->crc32;
        forget_empty_log(input);
        if (r == 0)
                r = judge_stream(leaf, stream);
        if (r < 0 || encoding)
                return r < 0 ? r : tell_encoding(leaf, encoding);
        /* One damage makes one diagnostic; and many services call a log of theirs error.log. */
        if (stream->fault != DIAG_NONE || (foreign && named == FAMILY_NOTIFICATION))
                return 0;
        return judge_name(leaf, named);
}

int leaf_read(const struct options *options, const struct limits *limits, const struct ruleset *ruleset,
              struct lane *lane, struct diags *diags, struct input *input, struct stream *stream) {
        struct reading_leaf leaf = {
                .options = options, .limits = limits, .ruleset = ruleset, .lane = lane, .diags = diags, .input = input
        };
        int r;

        cutter_init(&leaf.cutter, stream, &options->limits, options->chunk_bytes);
        cutter_borrow(&leaf.cutter, lane_memory(lane));
        r = read_leaf(&leaf, stream);
        cutter_release(&leaf.cutter);
        return r;
}
