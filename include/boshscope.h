/*
 * boshscope: who lost the Finesse desktop connection, when, and how it ended.
 *
 * The library reads one log bundle (a file, a directory, standard input, or what a
 * function of the caller gives) and makes one report of it. The program `boshscope`
 * is its first client and uses nothing but this header.
 *
 * Life cycle:   options + rules  ->  boshscope_analyze()  ->  report  ->  write
 *
 * Conventions
 *   - Types are opaque. `_new`/`_load` make an object, `_free` ends it and takes
 *     NULL. The caller owns what it made and what a `ret_` parameter gave it.
 *   - Functions that can fail return 0 or a negative enum boshscope_error;
 *     `ret_` parameters are untouched on failure.
 *   - Faults of the input are never errors: they are diagnostics inside the
 *     report. An error means our own fault or the caller's mistake.
 *   - The library never exits, prints, installs signal handlers or changes the
 *     process's locale, and keeps no state outside these objects. Objects are
 *     not locked: use one from one thread at a time. Rules are immutable once
 *     loaded and may serve any number of analyses at once. An analysis may read
 *     ahead in a thread of its own; callbacks come from the caller's thread only, but
 *     for those of boshscope_view_write_forms().
 */
#ifndef BOSHSCOPE_H
#define BOSHSCOPE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BOSHSCOPE_API __attribute__((visibility("default")))
#else
#define BOSHSCOPE_API
#endif

enum boshscope_error {
        BOSHSCOPE_E_MEMORY = -1,   /* an allocation failed */
        BOSHSCOPE_E_ARGUMENT = -2, /* the caller's value is not usable */
        BOSHSCOPE_E_RULES = -3,    /* the rule pack does not load; messages say why */
        BOSHSCOPE_E_OUTPUT = -4,   /* the caller's write function refused */
        BOSHSCOPE_E_INTERNAL = -5, /* a fault of boshscope itself */
        BOSHSCOPE_E_REPORT = -6,   /* not a report that this version reads; messages say why */
};

/* "0.1.0" */
BOSHSCOPE_API const char *boshscope_version(void);

/* One English sentence for an enum boshscope_error; static. */
BOSHSCOPE_API const char *boshscope_strerror(int error);

/* ------------------------------------------------------------- options */

struct boshscope_options;

/* NULL when out of memory. Everything starts at its default. */
BOSHSCOPE_API struct boshscope_options *boshscope_options_new(void);
BOSHSCOPE_API void boshscope_options_free(struct boshscope_options *options);

/*
 * UTC offset of stamps that carry no zone (the notification service's):
 * "+05:30", "-0800", "Z". NULL means: find it from the logs.
 */
BOSHSCOPE_API int boshscope_options_set_tz(struct boshscope_options *options, const char *offset);

/*
 * Which findings to show: those that overlap [from, to]. All records are read
 * either way. RFC 3339 ("2017-06-17T00:10:00+05:30"; a time without a zone is
 * UTC; a space may stand for the T). NULL leaves that side open.
 */
BOSHSCOPE_API int boshscope_options_set_window(struct boshscope_options *options, const char *from, const char *to);

/*
 * Exit status 3 where a finding is at or above this severity, 4 where findings
 * exist but all are below: "info", "low", "medium", "high", "critical". NULL
 * (the default) leaves findings out of the exit status.
 */
BOSHSCOPE_API int boshscope_options_set_fail_on(struct boshscope_options *options, const char *severity);

/*
 * A limit by its name, as the report's options.limits shows it:
 *   max_depth           containers inside each other            (4)
 *   max_containers      of the bundle; further ones are not entered          (20000)
 *   max_inputs          files of the bundle; further ones are not looked at  (100000)
 *   max_input_bytes     of one file, unpacked; the rest is not read          (64 GiB)
 *   max_ratio           of unpacked to packed, past 1 GiB of a file and 256 MiB of
 *                       what lies in it                                      (250)
 *   max_line_bytes      longer lines are cut, and said so       (1 MiB)
 *   max_record_bytes    longer records are cut, and said so     (1 MiB)
 *   max_evidence_bytes  text kept of one record                 (2 KiB)
 *   max_evidence        records quoted for one finding          (16)
 *   max_session_events  timeline entries kept for one session   (1000)
 *   max_unmatched_shapes  kinds of unmatched records of one file (1000)
 *   max_signature_events  records of one rule in one file, kept for signatures (10000)
 *   max_sessions        of one file, and of the report                       (100000)
 *   max_kept            events kept, and sessions of each file               (2000000)
 *   max_kept_bytes      of memory for those; 16 more for each byte of the bundle    (80 MiB)
 *   max_findings        listed in the report                                 (100000)
 *   match_limit         PCRE2's match limit for one rule        (100000)
 *   max_seconds         of reading: what was read before is analysed         (3600)
 * All but max_seconds count in an order that is the same at every run.
 */
BOSHSCOPE_API int boshscope_options_set_limit(struct boshscope_options *options, const char *name, uint64_t value);

/* How many bytes one read asks for (default 256 KiB). Never changes a report. */
BOSHSCOPE_API int boshscope_options_set_chunk_bytes(struct boshscope_options *options, size_t bytes);

/*
 * How many threads share the work of one analysis, the caller's counted: at most
 * 256; 0 (the default) for as many as the process may use cores. Never changes a
 * report. A progress callback is called by the caller's thread alone.
 */
BOSHSCOPE_API int boshscope_options_set_threads(struct boshscope_options *options, unsigned threads);

/*
 * Whether to list what the records say that no rule matches, for
 * boshscope_report_write_unmatched(). 0 (the default) costs nothing.
 */
BOSHSCOPE_API void boshscope_options_set_unmatched(struct boshscope_options *options, int wanted);

/*
 * Whether to put pseudonyms in place of agents, people's names, hosts, addresses,
 * telephone numbers and what people wrote, in everything that comes of the analysis
 * (README, Security). The same key makes the same pseudonyms: any bytes, at least
 * BOSHSCOPE_REDACT_KEY_BYTES of them, which are not kept. NULL: each analysis draws a key,
 * and two of one bundle differ in their pseudonyms. BOSHSCOPE_E_ARGUMENT for a shorter key.
 */
enum { BOSHSCOPE_REDACT_KEY_BYTES = 16 };
BOSHSCOPE_API int boshscope_options_set_redact(struct boshscope_options *options, int wanted, const void *key,
                                               size_t key_bytes);

/* What the report's run.argv shows. The strings are copied. */
BOSHSCOPE_API int boshscope_options_set_argv(struct boshscope_options *options, int argc, char *const argv[]);

/*
 * What the report's run.confinement shows: what the caller has given up before the
 * analysis, such as "seccomp". The library itself confines nothing, since that is for
 * the whole process. The strings are copied.
 */
BOSHSCOPE_API int boshscope_options_set_confinement(struct boshscope_options *options, size_t count,
                                                    const char *const names[]);

struct boshscope_progress {
        const char *path;     /* the leaf being read, valid during the call; "" where names are redacted */
        uint64_t bytes_read;  /* of the bundle as it lies on disk */
        uint64_t bytes_total; /* 0 when unknown (a pipe) */
};

/*
 * Called now and then from boshscope_analyze(), the last time when all but the report's
 * end is done. A value other than 0 stops the run: the report then holds what there was,
 * `complete` is false and the exit status 130. It is not called again.
 */
typedef int boshscope_progress_fn(void *userdata, const struct boshscope_progress *progress);
BOSHSCOPE_API void boshscope_options_set_progress(struct boshscope_options *options, boshscope_progress_fn *fn,
                                                  void *userdata);

/* --------------------------------------------------------------- rules */

struct boshscope_rules;

/* One line of English without a newline; valid during the call. */
typedef void boshscope_message_fn(void *userdata, const char *message);

/*
 * Load a rule pack: every *.json file of `directory`, or the pack compiled into
 * the library where directory is NULL. Every fault is told to `fn` (which may
 * be NULL) with file, rule and key; with any fault the result is
 * BOSHSCOPE_E_RULES.
 */
BOSHSCOPE_API int boshscope_rules_load(const char *directory, boshscope_message_fn *fn, void *userdata,
                                       struct boshscope_rules **ret_rules);
BOSHSCOPE_API void boshscope_rules_free(struct boshscope_rules *rules);

/*
 * Run the samples that every rule carries. Returns how many failed, each told
 * to `fn`, or a negative error. `ret_samples` (may be NULL) gets how many ran.
 */
BOSHSCOPE_API int boshscope_rules_check(const struct boshscope_rules *rules, boshscope_message_fn *fn, void *userdata,
                                        size_t *ret_samples);

BOSHSCOPE_API const char *boshscope_rules_name(const struct boshscope_rules *rules);
BOSHSCOPE_API const char *boshscope_rules_version(const struct boshscope_rules *rules);
/* 64 lowercase hex digits over the pack's files. */
BOSHSCOPE_API const char *boshscope_rules_sha256(const struct boshscope_rules *rules);

/* One rule as `boshscope rules list` shows it. Strings live as long as the rules. */
struct boshscope_rule_info {
        const char *id;
        const char *title;
        const char *family;  /* "notification" or "webservices" */
        const char *event;   /* the event that a match makes */
        const char *literal; /* what must be present before the pattern is tried */
        const char *pattern; /* as written, macros not expanded */
        const char *file;
};
BOSHSCOPE_API size_t boshscope_rules_count(const struct boshscope_rules *rules);
BOSHSCOPE_API int boshscope_rules_get(const struct boshscope_rules *rules, size_t index,
                                      struct boshscope_rule_info *ret_info);

/* ------------------------------------------------------------ analysis */

struct boshscope_report;

/*
 * Analyse what lies at `path` ("-" is standard input). A bundle that cannot be
 * read at all still gives a report, whose diagnostics say so.
 */
BOSHSCOPE_API int boshscope_analyze(const struct boshscope_options *options, const struct boshscope_rules *rules,
                                    const char *path, struct boshscope_report **ret_report);

/*
 * Puts the next bytes of a bundle at `data`: how many, 1 to `bytes`; 0 at its end, after which it is
 * not called again; or a negative errno (-EIO) where reading failed: the report then says so and has
 * what came before. It may block, and give as few bytes at a time as it likes.
 */
typedef int64_t boshscope_read_fn(void *userdata, void *data, size_t bytes);

/*
 * Analyse what `fn` gives, in one pass and from the caller's thread, as a file of that name would be:
 * both give the same report. Only the progress callback can stop it, between two calls of `fn`.
 * BOSHSCOPE_E_ARGUMENT for an empty name, and where `fn` says it gave more than it was asked for.
 */
BOSHSCOPE_API int boshscope_analyze_stream(const struct boshscope_options *options, const struct boshscope_rules *rules,
                                           const char *name, boshscope_read_fn *fn, void *userdata,
                                           struct boshscope_report **ret_report);
BOSHSCOPE_API void boshscope_report_free(struct boshscope_report *report);

/* What a run came to, as a program says it by its exit status. 2 is for wrong usage. */
enum boshscope_exit {
        BOSHSCOPE_EXIT_OK = 0,
        BOSHSCOPE_EXIT_NOTHING = 1,      /* nothing could be analysed */
        BOSHSCOPE_EXIT_AT_LEVEL = 3,     /* findings at or above the level of boshscope_options_set_fail_on() */
        BOSHSCOPE_EXIT_BELOW_LEVEL = 4,  /* findings, all below it */
        BOSHSCOPE_EXIT_PARTIAL = 5,      /* input was damaged, cut or limited */
        BOSHSCOPE_EXIT_INTERRUPTED = 130 /* the report holds what was read before */
};

/* An enum boshscope_exit; where several apply, the first of 130, 1, 3, 5, 4, 0. */
BOSHSCOPE_API int boshscope_report_exit_status(const struct boshscope_report *report);

BOSHSCOPE_API uint64_t boshscope_report_forced_logouts(const struct boshscope_report *report);

enum boshscope_level { BOSHSCOPE_NOTE, BOSHSCOPE_WARNING, BOSHSCOPE_ERROR };

struct boshscope_diagnostic {
        const char *code; /* "BS201": stable */
        enum boshscope_level level;
        const char *path;   /* the input or container, or NULL */
        uint64_t line;      /* from 1; 0 when unknown */
        const char *text;   /* what is wrong */
        const char *advice; /* what to do, or "" */
};
BOSHSCOPE_API size_t boshscope_report_diagnostics(const struct boshscope_report *report);
BOSHSCOPE_API int boshscope_report_diagnostic(const struct boshscope_report *report, size_t index,
                                              struct boshscope_diagnostic *ret_diagnostic);

/* Takes all of it, or returns non-zero. */
typedef int boshscope_write_fn(void *userdata, const void *data, size_t bytes);

/* The JSON report, schema "boshscope.report/1", with a final newline. */
BOSHSCOPE_API int boshscope_report_write_json(const struct boshscope_report *report, boshscope_write_fn *fn,
                                              void *userdata);

/*
 * What the bundle holds, without what it means: as JSON, schema
 * "boshscope.info/1", blocks of the report; and as a page for people, UTF-8 in
 * columns of any width, where characters that drive a terminal show as '?'. With
 * `all` it names ignored files and notes one by one.
 */
BOSHSCOPE_API int boshscope_report_write_info_json(const struct boshscope_report *report, boshscope_write_fn *fn,
                                                   void *userdata);
BOSHSCOPE_API int boshscope_report_write_info_text(const struct boshscope_report *report, int all,
                                                   boshscope_write_fn *fn, void *userdata);

/*
 * "2017-06-17T00:17:00+05:30" as milliseconds since 1970-01-01T00:00:00Z: RFC 3339, no
 * zone meaning UTC; a space may stand for the T. BOSHSCOPE_E_ARGUMENT where it is none.
 */
BOSHSCOPE_API int boshscope_parse_time(const char *text, int64_t *ret_utc_ms);

/*
 * Was it the connection that logged `agent` out at `at_ms` (UTC), and on whose side? For
 * people, as the page of boshscope_report_write_info_text() is; and as JSON, schema
 * "boshscope.explain/1". `agent` is an id or a JID, in any case. What lies up to 5
 * minutes before or after counts, of the findings that the report shows: one made with a
 * window knows no others. BOSHSCOPE_E_ARGUMENT for an empty agent or a time outside the
 * years 1 to 9999; an agent that the logs do not know is an answer.
 */
BOSHSCOPE_API int boshscope_report_write_explain_text(const struct boshscope_report *report, const char *agent,
                                                      int64_t at_ms, boshscope_write_fn *fn, void *userdata);
BOSHSCOPE_API int boshscope_report_write_explain_json(const struct boshscope_report *report, const char *agent,
                                                      int64_t at_ms, boshscope_write_fn *fn, void *userdata);

/*
 * What the records say that no rule matched, most frequent first, as JSON, schema
 * "boshscope.unmatched/1". BOSHSCOPE_E_ARGUMENT unless the report was made with
 * boshscope_options_set_unmatched().
 */
BOSHSCOPE_API int boshscope_report_write_unmatched(const struct boshscope_report *report, boshscope_write_fn *fn,
                                                   void *userdata);

/*
 * What stands for what in a report that was made with boshscope_options_set_redact(), as
 * JSON, schema "boshscope.redact-map/1". It gives away what the report hides.
 * BOSHSCOPE_E_ARGUMENT for any other report.
 */
BOSHSCOPE_API int boshscope_report_write_redact_map(const struct boshscope_report *report, boshscope_write_fn *fn,
                                                    void *userdata);

/* --------------------------------------------------------------- views */

/*
 * A report as its JSON says it, of which every other form is made: at once, or later and
 * without the bundle. The same forms come of both.
 */
struct boshscope_view;

/*
 * Of a report that was just made. Its JSON, which is made for that, goes to `fn` as well (NULL:
 * to nobody): who wants both does not make it twice.
 */
BOSHSCOPE_API int boshscope_view_of(const struct boshscope_report *report, boshscope_write_fn *fn, void *userdata,
                                    struct boshscope_view **ret_view);

/*
 * Of the JSON that boshscope_report_write_json() wrote into a file ("-" is standard input).
 * BOSHSCOPE_E_REPORT where it cannot be read, is cut, is no report or one of a newer schema,
 * told to `fn` (which may be NULL).
 */
BOSHSCOPE_API int boshscope_view_load(const char *path, boshscope_message_fn *fn, void *userdata,
                                      struct boshscope_view **ret_view);
BOSHSCOPE_API void boshscope_view_free(struct boshscope_view *view);

/*
 * The findings of a view, by their index: 0 to boshscope_view_findings() - 1, in the report's
 * order. Their fields, a kind's own as well ("outcome", "threshold_s", "silent_since"), go by the
 * names that the report has for them (README, The report), so that more fields are no more
 * functions. What the report does not have, or says null of, is NULL or 0; so is what is of
 * another type. Strings are UTF-8, end in a NUL and live as long as the view; `ret_bytes` (may be
 * NULL) gets their length, since logs do hold NULs.
 */
BOSHSCOPE_API size_t boshscope_view_findings(const struct boshscope_view *view);

/* A text: "id", "kind", "severity", "node", "agent", "sid", "cause", "confidence", "why" ... */
BOSHSCOPE_API const char *boshscope_finding_text(const struct boshscope_view *view, size_t finding, const char *name,
                                                 size_t *ret_bytes);

/* A whole number, or a truth as 1 or 0. Whether there is one. */
BOSHSCOPE_API int boshscope_finding_number(const struct boshscope_view *view, size_t finding, const char *name,
                                           int64_t *ret_value);

/* "start", "end" ... as milliseconds since 1970-01-01T00:00:00Z. Whether there is one. */
BOSHSCOPE_API int boshscope_finding_time(const struct boshscope_view *view, size_t finding, const char *name,
                                         int64_t *ret_utc_ms);

/* A list of texts: "agents" (of a burst), "missing", "next_steps", "links". How many, and each. */
BOSHSCOPE_API size_t boshscope_finding_texts(const struct boshscope_view *view, size_t finding, const char *name);
BOSHSCOPE_API const char *boshscope_finding_text_at(const struct boshscope_view *view, size_t finding, const char *name,
                                                    size_t index, size_t *ret_bytes);

/*
 * The records that a finding rests on, likewise: "path" (of the file, as the report's `inputs` have
 * it) and "text"; "input" (the index into `inputs`), "line" (from 1) and "offset" (bytes into the
 * unpacked file); and their time.
 */
BOSHSCOPE_API size_t boshscope_finding_evidence(const struct boshscope_view *view, size_t finding);
BOSHSCOPE_API const char *boshscope_evidence_text(const struct boshscope_view *view, size_t finding, size_t index,
                                                  const char *name, size_t *ret_bytes);
BOSHSCOPE_API int boshscope_evidence_number(const struct boshscope_view *view, size_t finding, size_t index,
                                            const char *name, int64_t *ret_value);
BOSHSCOPE_API int boshscope_evidence_time(const struct boshscope_view *view, size_t finding, size_t index,
                                          int64_t *ret_utc_ms);

/* A form, sorted by name. The strings are static. */
struct boshscope_format {
        const char *name;   /* "md" */
        const char *suffix; /* ".md": of files that hold it; the longest suffix that fits counts */
        const char *title;  /* what it is, for people */
};
BOSHSCOPE_API size_t boshscope_format_count(void);
BOSHSCOPE_API int boshscope_format_get(size_t index, struct boshscope_format *ret_format);

/* How a view is shown. NULL when out of memory. Everything starts at its default. */
struct boshscope_style;
BOSHSCOPE_API struct boshscope_style *boshscope_style_new(void);
BOSHSCOPE_API void boshscope_style_free(struct boshscope_style *style);

/*
 * Whose time is shown by what people read (text, md, csv): "utc" (the default), "server"
 * (of the notification service, as the report found it), "local" (of this machine, by its
 * TZ) or an offset such as "+05:30". It is always named.
 */
BOSHSCOPE_API int boshscope_style_set_zone(struct boshscope_style *style, const char *zone);

/* One agent alone (in any case), one session or one finding by its id. NULL for all. The strings are copied. */
BOSHSCOPE_API int boshscope_style_set_agent(struct boshscope_style *style, const char *agent);
BOSHSCOPE_API int boshscope_style_set_session(struct boshscope_style *style, const char *sid);
BOSHSCOPE_API int boshscope_style_set_finding(struct boshscope_style *style, const char *id);

/* Does the view know the agent, the session and the finding that the style asks for? */
BOSHSCOPE_API int boshscope_view_fits(const struct boshscope_view *view, const struct boshscope_style *style);

/*
 * In the form of that name. BOSHSCOPE_E_ARGUMENT where there is none, for "json", which the
 * view was made of, and where the view knows no such agent or finding.
 */
BOSHSCOPE_API int boshscope_view_write(const struct boshscope_view *view, const struct boshscope_style *style,
                                       const char *format, boshscope_write_fn *fn, void *userdata);

/* One of several forms: what boshscope_view_write() takes, and what it made of it. */
struct boshscope_form {
        const char *format; /* NULL: it is written already, such as the JSON, and only its `end` is called */
        boshscope_write_fn *fn;
        void *userdata;
        void (*end)(void *userdata); /* NULL, or called when all is written, such as to wait for the disk */
        int result;
};

/*
 * All of them, by up to `threads` threads (0: one each, so that no core idles while a form waits
 * for the disk), the caller's counted. A form's functions are called by one thread, which need not be the caller's,
 * while those of another form run. 0, or an error that kept them all from being written; each has
 * a result of its own.
 */
BOSHSCOPE_API int boshscope_view_write_forms(const struct boshscope_view *view, const struct boshscope_style *style,
                                             struct boshscope_form *forms, size_t count, unsigned threads);

/*
 * For people: the style's agent or session in order of time, across all logs, from `from` to
 * `to` ("2017-06-17T00:10:00+05:30", as boshscope_parse_time() takes it; NULL for no end).
 */
BOSHSCOPE_API int boshscope_view_write_timeline(const struct boshscope_view *view, const struct boshscope_style *style,
                                                const char *from, const char *to, boshscope_write_fn *fn,
                                                void *userdata);

/* For people at a terminal: what the run came to, on one screen; `colour` not 0: with escapes for it. */
BOSHSCOPE_API int boshscope_view_write_screen(const struct boshscope_view *view, const struct boshscope_style *style,
                                              int colour, boshscope_write_fn *fn, void *userdata);

/* For people: the style's finding, its records whole, and how each of its spans was reckoned. */
BOSHSCOPE_API int boshscope_view_write_finding(const struct boshscope_view *view, const struct boshscope_style *style,
                                               boshscope_write_fn *fn, void *userdata);

/*
 * What is new, gone and changed from one report to another, for people and as JSON, schema
 * "boshscope.diff/1". Findings are the same where their ids are.
 */
BOSHSCOPE_API int boshscope_view_write_diff_text(const struct boshscope_view *before,
                                                 const struct boshscope_view *after,
                                                 const struct boshscope_style *style, boshscope_write_fn *fn,
                                                 void *userdata);
BOSHSCOPE_API int boshscope_view_write_diff_json(const struct boshscope_view *before,
                                                 const struct boshscope_view *after, boshscope_write_fn *fn,
                                                 void *userdata);

/* -------------------------------------------------------------- batches */

/*
 * Many bundles: which there are, which of them have their report, and a line about each in
 * an index (schema "boshscope.index/1", README). What analyses them side by side is the
 * caller's: a library makes no processes.
 */
struct boshscope_bundle {
        const char *path;
        uint64_t bytes;   /* of a directory: of all files in it */
        int64_t mtime_ns; /* of a directory: the newest in it */
        uint64_t inode;
        const char *fault; /* why it is no bundle that can be read, or NULL */
};

struct boshscope_bundles;

/* Asked now and then by what may take long; another value than 0 ends it. */
typedef int boshscope_stop_fn(void *userdata);

/* NULL when out of memory. */
BOSHSCOPE_API struct boshscope_bundles *boshscope_bundles_new(void);
BOSHSCOPE_API void boshscope_bundles_free(struct boshscope_bundles *bundles);

/* A directory, which must be there, of reports: it is not searched. */
BOSHSCOPE_API void boshscope_bundles_spare(struct boshscope_bundles *bundles, const char *directory);

/* Called in a search after each file and directory, with how many they are; another value than 0 ends it. */
typedef int boshscope_watch_fn(void *userdata, size_t looked);
BOSHSCOPE_API void boshscope_bundles_watch(struct boshscope_bundles *bundles, boshscope_watch_fn *fn, void *userdata);

/*
 * Add what lies at `path`: a file is a bundle, a directory is one (an unpacked one) or is
 * searched for them. What cannot be looked at is added with its fault. A path counts once.
 * BOSHSCOPE_E_ARGUMENT where the watch ended it: then there may be more.
 */
BOSHSCOPE_API int boshscope_bundles_find(struct boshscope_bundles *bundles, const char *path);
BOSHSCOPE_API size_t boshscope_bundles_count(const struct boshscope_bundles *bundles);
/* Strings live as long as the bundles. BOSHSCOPE_E_ARGUMENT past the last one. */
BOSHSCOPE_API int boshscope_bundles_get(const struct boshscope_bundles *bundles, size_t index,
                                        struct boshscope_bundle *ret_bundle);

enum { BOSHSCOPE_SHA256_HEX_BYTES = 65 };

/* 64 lowercase hex digits of what lies there, a NUL behind them. BOSHSCOPE_E_ARGUMENT where it cannot be read,
 * errno then says why: ECANCELED where `stop`, which may be NULL, wanted it. */
BOSHSCOPE_API int boshscope_bundle_sha256(const char *path, boshscope_stop_fn *stop, void *userdata,
                                          char ret_hex[BOSHSCOPE_SHA256_HEX_BYTES]);

/* Which of `count` shards it falls into, 0 to count - 1, told by its size and the first and last 64 KiB; what cannot
 * be read falls where its path falls. BOSHSCOPE_E_ARGUMENT for a count of 0. */
BOSHSCOPE_API int boshscope_bundle_shard(const char *path, uint32_t count, uint32_t *ret_shard);

/* A hash of the rules, of this version, and of every option that may change a report; `more` is the caller's own. */
BOSHSCOPE_API int boshscope_options_sha256(const struct boshscope_options *options, const struct boshscope_rules *rules,
                                           const char *more, char ret_hex[BOSHSCOPE_SHA256_HEX_BYTES]);

/* A line of an index; NULL is null. Of a line that was read `analysis` is NULL. */
struct boshscope_index_line {
        struct boshscope_bundle bundle; /* fault: why there is no report */
        const char *sha256;             /* of the content */
        const char *report;             /* the name of its file, beside the index; of a line that was read also NULL
                                         * where a later one of other options says that of its own report */
        const char *options;            /* boshscope_options_sha256() */
        const char *verdict;            /* filled by reading */
        int exit_status;                /* what was read, or to be written where there is no analysis */
        int64_t forced_logouts;         /* filled by reading */
        double seconds;                 /* that the analysis took */
        const struct boshscope_report *analysis; /* what verdict, counts and times are taken from */
};

/* One line of JSON with its newline, which goes to `fn` in pieces and is to be appended by one write.
 * BOSHSCOPE_E_OUTPUT where `fn` refused. */
BOSHSCOPE_API int boshscope_index_write(const struct boshscope_index_line *line, boshscope_write_fn *fn,
                                        void *userdata);

struct boshscope_index;

/* NULL when out of memory. */
BOSHSCOPE_API struct boshscope_index *boshscope_index_new(void);
BOSHSCOPE_API void boshscope_index_free(struct boshscope_index *index);

/* Take the lines of a file: the last one of a path counts, and what is no whole line is passed over.
 * BOSHSCOPE_E_ARGUMENT where the file cannot be read. */
BOSHSCOPE_API int boshscope_index_load(struct boshscope_index *index, const char *path);

/* 1 and what was read of that path, valid as long as the index; 0 without one. */
BOSHSCOPE_API int boshscope_index_find(const struct boshscope_index *index, const char *path,
                                       struct boshscope_index_line *ret_line);
/* The same of that file under whatever path: the last one with a report, of its base name, size, time and inode. */
BOSHSCOPE_API int boshscope_index_find_file(const struct boshscope_index *index, const struct boshscope_bundle *bundle,
                                            struct boshscope_index_line *ret_line);

/* What a name becomes where the options ask for pseudonyms, else itself: of a bundle's path, for an
 * index that gives nothing away. Wants a key (boshscope_options_set_redact). free() ends it. */
BOSHSCOPE_API int boshscope_options_show_path(const struct boshscope_options *options,
                                              const struct boshscope_rules *rules, const char *path, char **ret_shown);

/*
 * The reports that a path stands for: those of a folder, as its indexes name them, where it has
 * any, else its files *.json; of what is no folder, the path itself. In the order of their names.
 * What has none is told to `fn` (which may be NULL): a bundle without a report, an index that
 * cannot be read, a folder that holds nothing. BOSHSCOPE_E_ARGUMENT for an empty path. Paths live as
 * long as the reports.
 */
struct boshscope_reports;
BOSHSCOPE_API int boshscope_reports_at(const char *path, boshscope_message_fn *fn, void *userdata,
                                       struct boshscope_reports **ret_reports);
BOSHSCOPE_API void boshscope_reports_free(struct boshscope_reports *reports);
BOSHSCOPE_API size_t boshscope_reports_count(const struct boshscope_reports *reports);
/* NULL past the last one. */
BOSHSCOPE_API const char *boshscope_reports_get(const struct boshscope_reports *reports, size_t index);

/* --------------------------------------------------------------- fleets */

/*
 * Many reports as one: agents over bundles and servers, what several bundles tell of counted
 * once, bursts over servers. The order in which reports are added, how often, and by way of
 * which fleet reports makes no difference, to the byte.
 */
struct boshscope_fleet;

/* NULL when out of memory. */
BOSHSCOPE_API struct boshscope_fleet *boshscope_fleet_new(void);
BOSHSCOPE_API void boshscope_fleet_free(struct boshscope_fleet *fleet);

/* Does the file begin as a fleet report does? And a fleet of that report alone: BOSHSCOPE_E_REPORT, told to `fn`
 * (which may be NULL), where it cannot be read. */
BOSHSCOPE_API int boshscope_fleet_is(const char *path);
BOSHSCOPE_API int boshscope_fleet_load(const char *path, boshscope_message_fn *fn, void *userdata,
                                       struct boshscope_fleet **ret_fleet);

/* Add a report, which may be freed afterwards. BOSHSCOPE_E_REPORT for one whose bundle or findings have no name. */
BOSHSCOPE_API int boshscope_fleet_add_view(struct boshscope_fleet *fleet, const struct boshscope_view *view);

/*
 * Add what lies at `path` ("-" is standard input): a report, a fleet report, or a folder that a
 * batch wrote, by its index; of another folder all *.json. What cannot be read is told to `fn`
 * (which may be NULL) and listed in the fleet report; it is no error.
 */
BOSHSCOPE_API int boshscope_fleet_add_path(struct boshscope_fleet *fleet, const char *path, boshscope_message_fn *fn,
                                           void *userdata);

/*
 * BOSHSCOPE_EXIT_OK, _NOTHING where nothing could be read, _PARTIAL where something could not, or where a
 * bundle was not complete; or a negative error.
 */
BOSHSCOPE_API int boshscope_fleet_exit_status(struct boshscope_fleet *fleet);

/* In a form of boshscope_format_get(): "json" is schema "boshscope.fleet/1". A fleet report has not all: not 0 for
 * those that it has, and BOSHSCOPE_E_ARGUMENT for writing another. */
BOSHSCOPE_API int boshscope_fleet_has_format(const char *format);
BOSHSCOPE_API int boshscope_fleet_write(struct boshscope_fleet *fleet, const struct boshscope_style *style,
                                        const char *format, boshscope_write_fn *fn, void *userdata);

/* --------------------------------------------------------------- store */

/*
 * A view as rows for a database: tables "events" and "findings", one line of JSON a row, flat,
 * the same columns in every line (README, A database). The rows of a table lie by day (UTC), each
 * in a part of its own, whose path says so: "events/day=2017-06-16/0f3a....ndjson". The
 * same view gives the same parts at every run.
 */
struct boshscope_store;

/* `report`, which may be NULL, is what the rows call the report's file; it is copied. The view must live as long. */
BOSHSCOPE_API int boshscope_store_of(const struct boshscope_view *view, const char *report,
                                     struct boshscope_store **ret_store);
BOSHSCOPE_API void boshscope_store_free(struct boshscope_store *store);

/* The parts. A path lives as long as the store; NULL past the last one. */
BOSHSCOPE_API size_t boshscope_store_count(const struct boshscope_store *store);
BOSHSCOPE_API const char *boshscope_store_path(const struct boshscope_store *store, size_t part);

/* The rows of a part. BOSHSCOPE_E_ARGUMENT past the last one, BOSHSCOPE_E_OUTPUT where `fn` refused. */
BOSHSCOPE_API int boshscope_store_write(const struct boshscope_store *store, size_t part, boshscope_write_fn *fn,
                                        void *userdata);

#ifdef __cplusplus
}
#endif

#endif
