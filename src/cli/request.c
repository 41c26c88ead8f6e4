#include "cli/request.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "cli/command.h"
#include "cli/confinement.h"
#include "cli/diagnostics.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/reports.h"
#include "cli/ruleload.h"

const char request_help[] = "\n"
                            "Private data (README, Security):\n"
                            "      --redact           pseudonyms for agents, hosts, addresses, numbers,\n"
                            "                         people and what they wrote, in all that is written\n"
                            "      --redact-key FILE  the same ones in every run with this key, which has 16\n"
                            "                         bytes or more (without: a key that nobody knows)\n"
                            "      --redact-map FILE  write there what stands for what, for you alone\n"
                            "\n"
                            "Limits (N may end in K, M or G; a limit that was hit is in the report):\n"
                            "      --max-depth N             containers inside each other (4)\n"
                            "      --max-containers N        of the bundle (20000)\n"
                            "      --max-inputs N            files of the bundle (100000); of this and of\n"
                            "                                --max-containers an archive may take half of\n"
                            "                                what is left, for others may come behind it\n"
                            "      --max-input-bytes N       of one file, unpacked (64G)\n"
                            "      --max-ratio N             of unpacked to packed, past 1 GiB of a file and\n"
                            "                                256 MiB of what lies in it (250)\n"
                            "      --max-line-bytes N        longer lines are cut (1M)\n"
                            "      --max-record-bytes N      longer records are cut (1M)\n"
                            "      --max-evidence-bytes N    text kept of one record (2K)\n"
                            "      --max-evidence N          records quoted for one finding (16)\n"
                            "      --max-session-events N    timeline entries kept for one session (1000)\n"
                            "      --max-unmatched-shapes N  kinds of unmatched records of one file (1000)\n"
                            "      --max-signature-events N  records of one rule in a file (10000)\n"
                            "      --max-sessions N          of one file, and of the report (100000)\n"
                            "      --max-kept N              events kept, and sessions of each file (2000000)\n"
                            "      --max-kept-bytes N        of memory, for those; besides, 16 for each byte\n"
                            "                                that the bundle has on disk (80M)\n"
                            "      --max-findings N          listed in the report (100000)\n"
                            "      --match-limit N           PCRE2's match limit for one rule (100000)\n"
                            "      --max-seconds N           of reading; what came before counts (3600)\n"
                            "      --chunk-bytes N           bytes asked for by one read (256K); for tests:\n"
                            "                                never changes the report\n"
                            "      --threads N               threads that share the work (one a core);\n"
                            "                                never changes the report\n"
                            "      --no-confine              keep all rights while the bundle is read; for\n"
                            "                                systems where giving them up is in the way\n";

int request_init(struct request *request, const char *command, const char *help, int argc, char **argv) {
        *request =
                (struct request){ .command = command, .help = help, .options = boshscope_options_new(), .output = "-" };
        /* Before getopt puts the words into an order of its own. */
        if (request->options && boshscope_options_set_argv(request->options, argc, argv) == 0)
                return STATUS_OK;
        message("out of memory");
        return STATUS_FAULT;
}

void request_release(struct request *request) {
        boshscope_options_free(request->options);
}

int request_show_help(const struct request *request) {
        return help_show(request->help, request_help);
}

/* ------------------------------------------------------------- options */

int request_set(const struct request *request, int result, const char *option, const char *value, const char *wanted) {
        if (result == 0)
                return STATUS_OK;
        if (result == BOSHSCOPE_E_ARGUMENT)
                return usage_error(request->command, "--%s '%s': not a usable value; give %s", option, value, wanted);
        message("--%s '%s': %s", option, value, boshscope_strerror(result));
        return STATUS_FAULT;
}

static int set_number(struct request *request, const struct option *option, const char *text) {
        static const char wanted[] = "digits, with an optional K, M or G behind them";
        char name[64];
        uint64_t value;
        int r;

        if (!number_parse(text, &value) || value > SIZE_MAX)
                return request_set(request, BOSHSCOPE_E_ARGUMENT, option->name, text, wanted);
        if (option->val == OPT_CHUNK_BYTES) {
                r = boshscope_options_set_chunk_bytes(request->options, (size_t)value);
                return request_set(request, r, option->name, text, "another number of bytes");
        }
        if (option->val == OPT_THREADS) {
                r = value > 0 && value <= UINT_MAX ? boshscope_options_set_threads(request->options, (unsigned)value)
                                                   : BOSHSCOPE_E_ARGUMENT;
                if (r == 0)
                        request->threads = (unsigned)value;
                return request_set(request, r, option->name, text, "a number from 1 to 256");
        }
        snprintf(name, sizeof(name), "%s", option->name);
        for (char *p = name; *p; p++)
                if (*p == '-')
                        *p = '_';
        r = boshscope_options_set_limit(request->options, name, value);
        return request_set(request, r, option->name, text, "another number");
}

int request_take(struct request *request, int option, const struct option *found) {
        switch (option) {
        case OPTION_BAD:
                return STATUS_USAGE;
        case 'h':
                request->wants_help = true;
                return STATUS_OK;
        case 'o':
                request->output = optarg;
                return request->forms ? forms_add(request->forms, optarg) : STATUS_OK;
        case 'q':
                request->quiet = true;
                return STATUS_OK;
        case 'v':
                request->verbose = true;
                return STATUS_OK;
        case OPT_NO_CONFINE:
                request->unconfined = true;
                return STATUS_OK;
        case OPT_RULES:
                request->rules = optarg;
                return STATUS_OK;
        case OPT_REDACT:
                request->redact = true;
                return STATUS_OK;
        case OPT_REDACT_KEY:
                request->redact = true;
                request->redact_key = optarg;
                return STATUS_OK;
        case OPT_REDACT_MAP:
                request->redact = true;
                request->redact_map = optarg;
                return STATUS_OK;
        case OPT_TZ:
                return request_set(request, boshscope_options_set_tz(request->options, optarg), "tz", optarg,
                                   "an offset such as +05:30, -0800 or Z");
        default: /* --chunk-bytes, --threads and the limits */
                return set_number(request, found, optarg);
        }
}

/* All of a file's bytes, at most so many. Negative after a message. */
static ssize_t read_key(const char *path, unsigned char *key, size_t bytes) {
        FILE *file = fopen(path, "re");
        size_t n = file ? fread(key, 1, bytes, file) : 0;
        const int error = !file || ferror(file) ? errno : 0;

        if (file)
                fclose(file);
        if (!error)
                return (ssize_t)n;
        message("cannot read the key %s: %s", path, strerror(error));
        return -1;
}

int request_read_report(const struct request *request) {
        if (!request->redact)
                return STATUS_OK;
        return usage_error(
                request->command,
                "--redact: pseudonyms are made where a bundle is read, and %s is a report; give one that was "
                "made with --redact",
                request->path);
}

int request_load_report(const struct request *request, struct boshscope_view **ret_view) {
        const char *names[CONFINED_MOST];

        if (!request->unconfined)
                confine_files(&request->path, 1, &request->output, 1, names);
        return reports_load(request->path, ret_view);
}

int request_set_redact(const struct request *request) {
        enum { MOST_KEY_BYTES = 64 * 1024 };
        unsigned char key[MOST_KEY_BYTES];
        ssize_t n;

        if (!request->redact_key)
                return request_set(request, boshscope_options_set_redact(request->options, request->redact, NULL, 0),
                                   "redact", "", "");
        n = read_key(request->redact_key, key, sizeof(key));
        if (n < 0)
                return STATUS_FAULT;
        if ((size_t)n == sizeof(key))
                return usage_error(request->command, "--redact-key %s: longer than %d bytes; give a key alone",
                                   request->redact_key, MOST_KEY_BYTES - 1);
        return request_set(request, boshscope_options_set_redact(request->options, 1, key, (size_t)n), "redact-key",
                           request->redact_key, "a file of at least 16 bytes");
}

int request_check_key(const struct request *request, const char *option, const char *path) {
        if (!request->redact_key || strcmp(path, "-") == 0 || !output_same(request->redact_key, path))
                return STATUS_OK;
        return usage_error(request->command, "--%s %s: that is the key; give another name", option, path);
}

/* Does the command write what it is for to that file? */
bool request_writes(const struct request *request, const char *path) {
        return request->forms ? forms_have(request->forms, path) : output_same(request->output, path);
}

static int check_outputs(const struct request *request) {
        int status;

        if (!request->forms) {
                status = output_check(request->command, "output", request->output, request->path);
                return status == STATUS_OK ? request_check_key(request, "output", request->output) : status;
        }
        status = forms_check(request->forms, request->path);
        for (size_t i = 0; i < request->forms->count && status == STATUS_OK; i++)
                status = request_check_key(request, "output", request->forms->items[i].path);
        return status;
}

/* The map gives away what the others hide, so it goes to a file of its own. */
static int check_map(const struct request *request) {
        const char *map = request->redact_map;
        int status;

        if (!map)
                return STATUS_OK;
        status = output_check(request->command, "redact-map", map, request->path);
        if (status != STATUS_OK)
                return status;
        if (strcmp(map, "-") == 0 || request_writes(request, map))
                return usage_error(request->command, "--redact-map %s: give it a file of its own", map);
        return request_check_key(request, "redact-map", map);
}

int request_take_path(struct request *request, int argc, char **argv) {
        int status;

        if (optind >= argc)
                return usage_error(request->command,
                                   "%s: no PATH given; name a bundle, a directory of logs, or - for standard input",
                                   request->command);
        if (argc - optind > 1)
                return usage_error(request->command, "%s: one PATH at a time; '%s' is too much", request->command,
                                   argv[optind + 1]);
        request->path = argv[optind];
        status = check_outputs(request);
        if (status == STATUS_OK)
                status = check_map(request);
        return status == STATUS_OK ? request_set_redact(request) : status;
}

/* ------------------------------------------------------------- the run */

/* What a quiet run, a normal one and a talkative one say of the input. */
static enum boshscope_level lowest_level(const struct request *request, int status) {
        if (request->verbose)
                return BOSHSCOPE_NOTE;
        /* A run that came to nothing owes the reason. */
        return request->quiet && status != STATUS_FAULT ? BOSHSCOPE_ERROR : BOSHSCOPE_WARNING;
}

/* The rules are loaded, and the outputs are named: the rest needs little. */
static int confine_to(const struct request *request) {
        const char *outputs[FORMS_MOST + 2], *names[CONFINED_MOST];
        const struct forms *forms = request->forms;
        size_t count = 0, confined;

        if (request->unconfined)
                return STATUS_OK;
        for (size_t i = 0; forms && i < forms->count; i++)
                outputs[count++] = forms->items[i].path;
        if (!forms)
                outputs[count++] = request->output;
        if (request->second_output)
                outputs[count++] = request->second_output;
        if (request->redact_map)
                outputs[count++] = request->redact_map;
        confined = confine_files(&request->path, 1, outputs, count, names);
        if (boshscope_options_set_confinement(request->options, confined, names) == 0)
                return STATUS_OK;
        message("out of memory");
        return STATUS_FAULT;
}

static int analyze(const struct request *request, const struct boshscope_rules *rules,
                   struct boshscope_report **ret_report) {
        struct progress progress;
        int r;

        interrupt_catch();
        progress_init(&progress, !request->quiet);
        boshscope_options_set_progress(request->options, progress_update, &progress);
        r = boshscope_analyze(request->options, rules, request->path, ret_report);
        progress_clear(&progress);
        interrupt_calm();
        if (r == 0)
                return STATUS_OK;
        message("cannot analyse %s: %s", request->path, boshscope_strerror(r));
        return r == BOSHSCOPE_E_ARGUMENT ? STATUS_USAGE : STATUS_FAULT;
}

static int deliver_map(const struct request *request, const struct boshscope_report *report) {
        struct output output;
        int status;

        if (!request->redact_map)
                return STATUS_OK;
        status = output_open_private(&output, request->redact_map);
        if (status != STATUS_OK)
                return status;
        status = output_written(&output, boshscope_report_write_redact_map(report, output_write, &output));
        if (status == STATUS_OK)
                return output_commit(&output);
        output_discard(&output);
        return status;
}

int request_run(const struct request *request, enum request_telling telling, request_deliver_fn *deliver,
                void *command) {
        struct boshscope_rules *rules = NULL;
        struct boshscope_report *report = NULL;
        int status = rules_load_for_command(request->rules, &rules);

        if (status == STATUS_OK)
                status = confine_to(request);
        if (status == STATUS_OK)
                status = analyze(request, rules, &report);
        if (status == STATUS_OK)
                status = deliver(command, report);
        if (status == STATUS_OK)
                status = deliver_map(request, report); /* what was asked about is in it */
        if (status == STATUS_OK) {
                status = boshscope_report_exit_status(report);
                if (telling == TELL_INPUT)
                        diagnostics_print(report, lowest_level(request, status));
        }
        boshscope_report_free(report);
        boshscope_rules_free(rules);
        return status;
}
