/*
 * boshscope.h, but for the rules (rules/api.c): thin covers over the inside.
 */
#include "boshscope.h"

#include <errno.h>
#include <stdlib.h>

#include "base/errors.h"
#include "base/pool.h"
#include "batch/api.h"
#include "pipeline.h"
#include "render/api.h"
#include "rules/api.h"

struct boshscope_options {
        struct options inner;
};

struct boshscope_report {
        struct report inner;
};

const char *boshscope_version(void) {
        return BOSHSCOPE_VERSION;
}

const char *boshscope_strerror(int error) {
        switch (error) {
        case 0:
                return "no error";
        case BOSHSCOPE_E_MEMORY:
                return "out of memory";
        case BOSHSCOPE_E_ARGUMENT:
                return "a value that was given cannot be used";
        case BOSHSCOPE_E_RULES:
                return "the rule pack has faults";
        case BOSHSCOPE_E_OUTPUT:
                return "the output could not be written";
        case BOSHSCOPE_E_REPORT:
                return "not a report that this version reads";
        default:
                return "an internal fault";
        }
}

/* ------------------------------------------------------------- options */

struct boshscope_options *boshscope_options_new(void) {
        struct boshscope_options *options = malloc(sizeof(*options));

        if (options)
                options_init(&options->inner);
        return options;
}

void boshscope_options_free(struct boshscope_options *options) {
        if (!options)
                return;
        options_release(&options->inner);
        free(options);
}

int boshscope_options_set_tz(struct boshscope_options *options, const char *offset) {
        int16_t zone = ZONE_UNKNOWN;

        if (offset && !zone_parse(str_from(offset), &zone))
                return BOSHSCOPE_E_ARGUMENT;
        options->inner.tz = zone;
        return 0;
}

int boshscope_options_set_window(struct boshscope_options *options, const char *from, const char *to) {
        int64_t from_ms = TIME_UNKNOWN, to_ms = TIME_UNKNOWN;

        if (from && !time_parse_rfc3339(str_from(from), &from_ms))
                return BOSHSCOPE_E_ARGUMENT;
        if (to && !time_parse_rfc3339(str_from(to), &to_ms))
                return BOSHSCOPE_E_ARGUMENT;
        if (from && to && from_ms > to_ms)
                return BOSHSCOPE_E_ARGUMENT;
        options->inner.from_ms = from_ms;
        options->inner.to_ms = to_ms;
        return 0;
}

int boshscope_options_set_fail_on(struct boshscope_options *options, const char *severity) {
        enum severity found;

        if (!severity) {
                options->inner.fail_on = FAIL_ON_NOTHING;
                return 0;
        }
        found = severity_by_name(str_from(severity));
        if (found == SEVERITY_COUNT)
                return BOSHSCOPE_E_ARGUMENT;
        options->inner.fail_on = (int)found;
        return 0;
}

/* Below this a limit would leave nothing to work with. */
static bool is_usable_limit(const struct limits *limits, const uint64_t *limit, uint64_t value) {
        enum { LEAST_INPUT_BYTES = 64 * 1024 };

        if (limit == &limits->max_input_bytes)
                return value >= LEAST_INPUT_BYTES && value <= INT64_MAX;
        if (value > UINT32_MAX)
                return false;
        if (limit == &limits->max_line_bytes || limit == &limits->max_record_bytes)
                return value >= 256;
        if (limit == &limits->max_depth)
                return value <= BUNDLE_DEEPEST;
        return value > 0;
}

int boshscope_options_set_limit(struct boshscope_options *options, const char *name, uint64_t value) {
        uint64_t *limit = limits_by_name(&options->inner.limits, str_from(name));

        if (!limit || !is_usable_limit(&options->inner.limits, limit, value))
                return BOSHSCOPE_E_ARGUMENT;
        *limit = value;
        return 0;
}

int boshscope_options_set_chunk_bytes(struct boshscope_options *options, size_t bytes) {
        if (bytes < 1 || bytes > 64 * 1024 * 1024)
                return BOSHSCOPE_E_ARGUMENT;
        options->inner.chunk_bytes = bytes;
        return 0;
}

int boshscope_options_set_threads(struct boshscope_options *options, unsigned threads) {
        if (threads > POOL_MOST_THREADS)
                return BOSHSCOPE_E_ARGUMENT;
        options->inner.threads = threads;
        return 0;
}

int boshscope_options_set_argv(struct boshscope_options *options, int argc, char *const argv[]) {
        if (argc < 0)
                return BOSHSCOPE_E_ARGUMENT;
        return error_public(texts_set(&options->inner.argv, (size_t)argc, (const char *const *)argv));
}

int boshscope_options_set_confinement(struct boshscope_options *options, size_t count, const char *const names[]) {
        return error_public(texts_set(&options->inner.confinement, count, names));
}

void boshscope_options_set_unmatched(struct boshscope_options *options, int wanted) {
        options->inner.unmatched = wanted != 0;
}

int boshscope_options_set_redact(struct boshscope_options *options, int wanted, const void *key, size_t key_bytes) {
        struct sha256 sha;

        if (key && key_bytes < BOSHSCOPE_REDACT_KEY_BYTES)
                return BOSHSCOPE_E_ARGUMENT;
        options->inner.redact = wanted != 0;
        options->inner.has_redact_key = key != NULL;
        if (!key)
                return 0;
        sha256_init(&sha);
        sha256_add(&sha, (struct str){ key, key_bytes });
        sha256_end(&sha, options->inner.redact_key);
        return 0;
}

void boshscope_options_set_progress(struct boshscope_options *options, boshscope_progress_fn *fn, void *userdata) {
        options->inner.progress = fn;
        options->inner.userdata = userdata;
}

/* ------------------------------------------------------------ analysis */

static int analyze(const struct boshscope_options *options, const struct boshscope_rules *rules, const char *path,
                   const struct feed *feed, struct boshscope_report **ret_report) {
        struct boshscope_report *report = calloc(1, sizeof(*report));
        int r;

        if (!report)
                return BOSHSCOPE_E_MEMORY;
        r = pipeline_run(&report->inner, &options->inner, rules->ruleset, path, feed);
        if (r < 0) {
                boshscope_report_free(report);
                return error_public(r);
        }
        *ret_report = report;
        return 0;
}

int boshscope_analyze(const struct boshscope_options *options, const struct boshscope_rules *rules, const char *path,
                      struct boshscope_report **ret_report) {
        return analyze(options, rules, path, NULL, ret_report);
}

int boshscope_analyze_stream(const struct boshscope_options *options, const struct boshscope_rules *rules,
                             const char *name, boshscope_read_fn *fn, void *userdata,
                             struct boshscope_report **ret_report) {
        const struct feed feed = { .read = fn, .userdata = userdata };

        if (!fn || !name || !*name)
                return BOSHSCOPE_E_ARGUMENT;
        return analyze(options, rules, name, &feed, ret_report);
}

void boshscope_report_free(struct boshscope_report *report) {
        if (!report)
                return;
        report_release(&report->inner);
        free(report);
}

int boshscope_report_exit_status(const struct boshscope_report *report) {
        return report->inner.exit_status;
}

uint64_t boshscope_report_forced_logouts(const struct boshscope_report *report) {
        return report_kind_count(&report->inner, FINDING_FORCED_LOGOUT);
}

size_t boshscope_report_diagnostics(const struct boshscope_report *report) {
        return report->inner.diags.count;
}

int boshscope_report_diagnostic(const struct boshscope_report *report, size_t index,
                                struct boshscope_diagnostic *ret_diagnostic) {
        const struct diag_info *info;
        const struct diag *diag;
        const char *path = NULL;

        if (index >= report->inner.diags.count)
                return BOSHSCOPE_E_ARGUMENT;
        diag = report->inner.ordered[index];
        info = &diag_infos[diag->code];
        if (diag->input)
                path = ((const struct input *)diag->input)->path.p;
        else if (diag->path.n)
                path = diag->path.p;
        *ret_diagnostic = (struct boshscope_diagnostic){
                .code = info->code,
                .level = (enum boshscope_level)info->level,
                .path = path,
                .line = diag->line,
                .text = diag->text.p,
                .advice = info->advice,
        };
        return 0;
}

int boshscope_report_write_json(const struct boshscope_report *report, boshscope_write_fn *fn, void *userdata) {
        return error_public(report_write_json(&report->inner, fn, userdata));
}

int boshscope_report_write_info_json(const struct boshscope_report *report, boshscope_write_fn *fn, void *userdata) {
        return error_public(report_write_info_json(&report->inner, fn, userdata));
}

int boshscope_report_write_info_text(const struct boshscope_report *report, int all, boshscope_write_fn *fn,
                                     void *userdata) {
        return error_public(report_write_info_text(&report->inner, all != 0, fn, userdata));
}

int boshscope_parse_time(const char *text, int64_t *ret_utc_ms) {
        return time_parse_rfc3339(str_from(text), ret_utc_ms) ? 0 : BOSHSCOPE_E_ARGUMENT;
}

/* The years 1 to 9999: what RFC 3339 can say, and what stays in range whatever is added. */
static bool is_question(const char *agent, int64_t at_ms) {
        return agent && agent[0] && at_ms >= -INT64_C(62135596800000) && at_ms <= INT64_C(253402300799999);
}

int boshscope_report_write_explain_text(const struct boshscope_report *report, const char *agent, int64_t at_ms,
                                        boshscope_write_fn *fn, void *userdata) {
        if (!is_question(agent, at_ms))
                return BOSHSCOPE_E_ARGUMENT;
        return error_public(report_write_explain_text(&report->inner, str_from(agent), at_ms, fn, userdata));
}

int boshscope_report_write_explain_json(const struct boshscope_report *report, const char *agent, int64_t at_ms,
                                        boshscope_write_fn *fn, void *userdata) {
        if (!is_question(agent, at_ms))
                return BOSHSCOPE_E_ARGUMENT;
        return error_public(report_write_explain_json(&report->inner, str_from(agent), at_ms, fn, userdata));
}

int boshscope_report_write_unmatched(const struct boshscope_report *report, boshscope_write_fn *fn, void *userdata) {
        if (!report->inner.options.unmatched)
                return BOSHSCOPE_E_ARGUMENT;
        return error_public(report_write_unmatched(&report->inner, fn, userdata));
}

int boshscope_report_write_redact_map(const struct boshscope_report *report, boshscope_write_fn *fn, void *userdata) {
        if (!report->inner.options.redact)
                return BOSHSCOPE_E_ARGUMENT;
        return error_public(report_write_redact_map(&report->inner, fn, userdata));
}

int boshscope_view_of(const struct boshscope_report *report, boshscope_write_fn *fn, void *userdata,
                      struct boshscope_view **ret_view) {
        struct boshscope_view *view = calloc(1, sizeof(*view));
        int r = view ? view_of_report(&view->inner, &report->inner, fn, userdata) : -ENOMEM;

        if (r < 0) {
                free(view);
                return error_public(r);
        }
        *ret_view = view;
        return 0;
}

/* -------------------------------------------------------------- batches */

int boshscope_options_sha256(const struct boshscope_options *options, const struct boshscope_rules *rules,
                             const char *more, char ret_hex[BOSHSCOPE_SHA256_HEX_BYTES]) {
        plan_options(&options->inner, rules->ruleset, str_from(more), ret_hex);
        return 0;
}

int boshscope_options_show_path(const struct boshscope_options *options, const struct boshscope_rules *rules,
                                const char *path, char **ret_shown) {
        return error_public(plan_show_path(&options->inner, rules->ruleset, str_from(path), ret_shown));
}

int boshscope_index_write(const struct boshscope_index_line *line, boshscope_write_fn *fn, void *userdata) {
        struct index_line inner;

        index_line_in(line, &inner);
        if (line->analysis)
                index_line_of(&line->analysis->inner, &inner);
        return error_public(index_write(&inner, fn, userdata));
}
