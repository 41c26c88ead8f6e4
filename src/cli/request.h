/*
 * request: what the commands that read a bundle have in common: options, rules,
 * progress, interruption, and what is said at the end.
 *
 * A command has a table of its own long options, REQUEST_OPTIONS among them, and
 * gives those that are not its own to request_take().
 */
#ifndef CLI_REQUEST_H
#define CLI_REQUEST_H

#include <stdbool.h>

#include "boshscope.h"
#include "cli/forms.h"
#include "cli/options.h"

struct request {
        const char *command; /* for the messages */
        const char *help;    /* its page */
        struct boshscope_options *options;
        const char *path, *rules;
        const char *output;                  /* of a command that writes one thing, */
        struct forms *forms;                 /* or NULL; else the outputs of one that writes forms */
        const char *second_output;           /* or NULL: all that is to be written is known before the bundle is read */
        const char *redact_key, *redact_map; /* NULL without */
        bool redact, quiet, verbose, wants_help, unconfined;
        unsigned threads; /* 0: one a core */
};

/* Long options without a letter; the limits have the values from OPT_LIMIT on,
 * each its own: getopt takes a shortened name that fits several options of one
 * value for the first of them. A command's own begin at OPT_OWN. */
enum {
        OPT_TZ = 256,
        OPT_RULES,
        OPT_CHUNK_BYTES,
        OPT_THREADS,
        OPT_NO_CONFINE,
        OPT_REDACT,
        OPT_REDACT_KEY,
        OPT_REDACT_MAP,
        OPT_LIMIT,
        OPT_OWN = OPT_LIMIT + 64
};

/* A limit's name is the library's with '-' for '_'. */
#define REQUEST_OPTIONS                                                                                                \
        { "chunk-bytes", required_argument, NULL, OPT_CHUNK_BYTES }, { "help", no_argument, NULL, 'h' },               \
                { "match-limit", required_argument, NULL, OPT_LIMIT + 0 },                                             \
                { "max-containers", required_argument, NULL, OPT_LIMIT + 9 },                                          \
                { "max-depth", required_argument, NULL, OPT_LIMIT + 1 },                                               \
                { "max-evidence", required_argument, NULL, OPT_LIMIT + 2 },                                            \
                { "max-evidence-bytes", required_argument, NULL, OPT_LIMIT + 3 },                                      \
                { "max-findings", required_argument, NULL, OPT_LIMIT + 10 },                                           \
                { "max-input-bytes", required_argument, NULL, OPT_LIMIT + 11 },                                        \
                { "max-inputs", required_argument, NULL, OPT_LIMIT + 12 },                                             \
                { "max-kept", required_argument, NULL, OPT_LIMIT + 13 },                                               \
                { "max-kept-bytes", required_argument, NULL, OPT_LIMIT + 17 },                                         \
                { "max-line-bytes", required_argument, NULL, OPT_LIMIT + 4 },                                          \
                { "max-ratio", required_argument, NULL, OPT_LIMIT + 14 },                                              \
                { "max-record-bytes", required_argument, NULL, OPT_LIMIT + 5 },                                        \
                { "max-seconds", required_argument, NULL, OPT_LIMIT + 15 },                                            \
                { "max-session-events", required_argument, NULL, OPT_LIMIT + 6 },                                      \
                { "max-sessions", required_argument, NULL, OPT_LIMIT + 16 },                                           \
                { "max-signature-events", required_argument, NULL, OPT_LIMIT + 8 },                                    \
                { "max-unmatched-shapes", required_argument, NULL, OPT_LIMIT + 7 },                                    \
                { "no-confine", no_argument, NULL, OPT_NO_CONFINE }, { "output", required_argument, NULL, 'o' },       \
                { "quiet", no_argument, NULL, 'q' }, { "redact", no_argument, NULL, OPT_REDACT },                      \
                { "redact-key", required_argument, NULL, OPT_REDACT_KEY },                                             \
                { "redact-map", required_argument, NULL, OPT_REDACT_MAP },                                             \
                { "rules", required_argument, NULL, OPT_RULES }, { "threads", required_argument, NULL, OPT_THREADS },  \
                { "tz", required_argument, NULL, OPT_TZ }, {                                                           \
                "verbose", no_argument, NULL, 'v'                                                                      \
        }

#define REQUEST_LETTERS ":ho:qv"

/* What help pages of these commands end with. */
extern const char request_help[];

/* What became of handing an option's value to the library: STATUS_OK, or another
 * status after a message that says what was `wanted`. */
int request_set(const struct request *request, int result, const char *option, const char *value, const char *wanted);

/* An option of REQUEST_OPTIONS, or OPTION_BAD. STATUS_OK, or another status after a message. */
int request_take(struct request *request, int option, const struct option *found);

/* No output takes the key's place. STATUS_OK, or another status after a message. */
int request_check_key(const struct request *request, const char *option, const char *path);

/* Does the command write what it is for to that file? */
bool request_writes(const struct request *request, const char *path);

/* PATH is a report, whose names nothing replaces any more: with --redact they must not be shown. */
int request_read_report(const struct request *request);

/* Confine the process to the request's PATH and output, and load PATH as a report. STATUS_OK, or another
 * status after a message. */
int request_load_report(const struct request *request, struct boshscope_view **ret_view);

/* --redact and its key, for the options. STATUS_OK, or another status after a message. */
int request_set_redact(const struct request *request);

/* The operands: one PATH. STATUS_OK, or another status after a message. */
int request_take_path(struct request *request, int argc, char **argv);

/* Writes what the command is for. STATUS_OK, or another status after a message. */
typedef int request_deliver_fn(void *command, const struct boshscope_report *report);

/* What a command asks to be told about its input on standard error. */
enum request_telling { TELL_INPUT, TELL_NOTHING };

/*
 * Load the rules, read the bundle, deliver, say what was odd. The exit status.
 */
int request_run(const struct request *request, enum request_telling telling, request_deliver_fn *deliver,
                void *command);

/* Options with everything at its default. STATUS_OK, or STATUS_FAULT after a message. */
int request_init(struct request *request, const char *command, const char *help, int argc, char **argv);
void request_release(struct request *request);

/* Print the command's page. The exit status. */
int request_show_help(const struct request *request);

#endif
