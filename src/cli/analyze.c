#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/diagnostics.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/ruleload.h"

const char help_analyze[] = "Usage: boshscope analyze [options] PATH\n"
                            "\n"
                            "Reads one log bundle and writes its report as JSON. PATH is a file, a\n"
                            "directory, or - for standard input: plain logs, gz, tar, tgz, zip, and any of\n"
                            "these inside each other. Nothing is unpacked to the disk.\n"
                            "\n"
                            "What is asked for:\n"
                            "      --tz OFFSET      UTC offset of stamps without a zone, such as +05:30\n"
                            "                       (default: found from the logs)\n"
                            "      --from TIME      show findings from TIME on, such as\n"
                            "                       2017-06-17T00:10:00+05:30 (no zone means UTC)\n"
                            "      --to TIME        show findings up to TIME\n"
                            "      --fail-on LEVEL  let the exit status tell of findings at or above info,\n"
                            "                       low, medium, high or critical\n"
                            "      --rules DIR      rules to use (default: $BOSHSCOPE_RULES, else built in)\n"
                            "\n"
                            "Output:\n"
                            "  -o, --output FILE    write the report to FILE, whole or not at all;\n"
                            "                       - is standard output (the default)\n"
                            "  -q, --quiet          no progress; of the input only errors are told\n"
                            "  -v, --verbose        notes about the input as well\n"
                            "  -h, --help           show this page\n"
                            "\n"
                            "Limits (N may end in K, M or G; a limit that was hit is in the report):\n"
                            "      --max-depth N           containers inside each other (4)\n"
                            "      --max-line-bytes N      longer lines are cut (1M)\n"
                            "      --max-record-bytes N    longer records are cut (1M)\n"
                            "      --max-evidence-bytes N  text kept of one record (2K)\n"
                            "      --max-evidence N        records quoted for one finding (16)\n"
                            "      --max-session-events N  timeline entries kept for one session (1000)\n"
                            "      --match-limit N         PCRE2's match limit for one rule (100000)\n"
                            "      --chunk-bytes N         bytes asked for by one read (256K); for tests:\n"
                            "                              never changes the report\n"
                            "\n"
                            "Examples:\n"
                            "  boshscope analyze active_1497638824642.tgz -o report.json\n"
                            "  boshscope analyze --tz +05:30 --from '2017-06-16 18:30' logs/\n"
                            "  ssh server cat bundle.tgz | boshscope analyze --fail-on high -\n"
                            "\n"
                            "Exit status:\n"
                            "  0    analysed\n"
                            "  1    nothing could be analysed, the report could not be written, or a fault\n"
                            "       of boshscope itself\n"
                            "  2    wrong usage, or rules that do not load\n"
                            "  3    with --fail-on: findings at or above LEVEL\n"
                            "  4    with --fail-on: findings, all below LEVEL\n"
                            "  5    analysed, but input was damaged, cut or limited\n"
                            "  130  interrupted; the report holds what was read before\n";

/* Long options without a letter; the limits have the values from OPT_LIMIT on,
 * each its own: getopt takes a shortened name that fits several options of one
 * value for the first of them. */
enum { OPT_TZ = 256, OPT_FROM, OPT_TO, OPT_FAIL_ON, OPT_RULES, OPT_CHUNK_BYTES, OPT_LIMIT };

/* Sorted by name. A limit's name is the library's with '-' for '_'. */
static const struct option longs[] = {
        { "chunk-bytes", required_argument, NULL, OPT_CHUNK_BYTES },
        { "fail-on", required_argument, NULL, OPT_FAIL_ON },
        { "from", required_argument, NULL, OPT_FROM },
        { "help", no_argument, NULL, 'h' },
        { "match-limit", required_argument, NULL, OPT_LIMIT + 0 },
        { "max-depth", required_argument, NULL, OPT_LIMIT + 1 },
        { "max-evidence", required_argument, NULL, OPT_LIMIT + 2 },
        { "max-evidence-bytes", required_argument, NULL, OPT_LIMIT + 3 },
        { "max-line-bytes", required_argument, NULL, OPT_LIMIT + 4 },
        { "max-record-bytes", required_argument, NULL, OPT_LIMIT + 5 },
        { "max-session-events", required_argument, NULL, OPT_LIMIT + 6 },
        { "output", required_argument, NULL, 'o' },
        { "quiet", no_argument, NULL, 'q' },
        { "rules", required_argument, NULL, OPT_RULES },
        { "to", required_argument, NULL, OPT_TO },
        { "tz", required_argument, NULL, OPT_TZ },
        { "verbose", no_argument, NULL, 'v' },
        { 0 },
};

struct request {
        struct boshscope_options *options;
        const char *path, *output, *rules, *from, *to;
        bool quiet, verbose, help;
};

/* What became of handing `value` to the library. */
static int set(int result, const char *option, const char *value, const char *wanted) {
        if (result == 0)
                return STATUS_OK;
        if (result == BOSHSCOPE_E_ARGUMENT)
                return usage_error("analyze", "--%s '%s': not a usable value; give %s", option, value, wanted);
        message("--%s '%s': %s", option, value, boshscope_strerror(result));
        return STATUS_FAULT;
}

static int set_number(struct request *request, const struct option *option, const char *text) {
        static const char wanted[] = "digits, with an optional K, M or G behind them";
        char name[64];
        uint64_t value;
        int r;

        if (!number_parse(text, &value) || value > SIZE_MAX)
                return set(BOSHSCOPE_E_ARGUMENT, option->name, text, wanted);
        if (option->val == OPT_CHUNK_BYTES) {
                r = boshscope_options_set_chunk_bytes(request->options, (size_t)value);
                return set(r, option->name, text, "another number of bytes");
        }
        snprintf(name, sizeof(name), "%s", option->name);
        for (char *p = name; *p; p++)
                if (*p == '-')
                        *p = '_';
        r = boshscope_options_set_limit(request->options, name, value);
        return set(r, option->name, text, "another number");
}

/* Each side alone first, so that the message can name the wrong one. */
static int set_window(struct request *request) {
        static const char wanted[] = "a time such as 2017-06-17T00:10:00+05:30";
        struct boshscope_options *options = request->options;
        int status = STATUS_OK;

        if (request->from)
                status = set(boshscope_options_set_window(options, request->from, NULL), "from", request->from, wanted);
        if (request->to && status == STATUS_OK)
                status = set(boshscope_options_set_window(options, NULL, request->to), "to", request->to, wanted);
        if (request->from && request->to && status == STATUS_OK)
                status = set(boshscope_options_set_window(options, request->from, request->to), "from", request->from,
                             "a time that is not after --to");
        return status;
}

static int take_option(struct request *request, int option, int index) {
        switch (option) {
        case OPTION_BAD:
                return STATUS_USAGE;
        case 'h':
                request->help = true;
                return STATUS_OK;
        case 'o':
                request->output = optarg;
                return STATUS_OK;
        case 'q':
                request->quiet = true;
                return STATUS_OK;
        case 'v':
                request->verbose = true;
                return STATUS_OK;
        case OPT_FROM:
                request->from = optarg;
                return STATUS_OK;
        case OPT_TO:
                request->to = optarg;
                return STATUS_OK;
        case OPT_RULES:
                request->rules = optarg;
                return STATUS_OK;
        case OPT_TZ:
                return set(boshscope_options_set_tz(request->options, optarg), "tz", optarg,
                           "an offset such as +05:30, -0800 or Z");
        case OPT_FAIL_ON:
                return set(boshscope_options_set_fail_on(request->options, optarg), "fail-on", optarg,
                           "info, low, medium, high or critical");
        default: /* --chunk-bytes and the limits */
                return set_number(request, &longs[index], optarg);
        }
}

static int parse(struct request *request, int argc, char **argv) {
        static const struct option_set options = { "analyze", ":ho:qv", longs };
        int option, index = 0, status;

        /* Before getopt puts the words into an order of its own. */
        if (boshscope_options_set_argv(request->options, argc, argv) != 0) {
                message("out of memory");
                return STATUS_FAULT;
        }
        while ((option = option_next(&options, argc, argv, &index)) != OPTION_END) {
                status = take_option(request, option, index);
                if (status != STATUS_OK || request->help)
                        return status;
        }
        if (optind >= argc)
                return usage_error("analyze", "analyze: no PATH given; name a bundle, a directory of logs, or - for "
                                              "standard input");
        if (argc - optind > 1)
                return usage_error("analyze", "analyze: one PATH at a time; '%s' is too much", argv[optind + 1]);
        request->path = argv[optind];
        status = set_window(request);
        return status == STATUS_OK ? output_check(request->output, request->path) : status;
}

static int write_report(const struct boshscope_report *report, const char *path) {
        struct output output;
        int r;

        if (output_open(&output, path) != STATUS_OK)
                return STATUS_FAULT;
        r = boshscope_report_write_json(report, output_write, &output);
        /* A refused write is told by the commit, which knows the reason. */
        if (r == 0 || output.error)
                return output_commit(&output);
        message("cannot write the report: %s", boshscope_strerror(r));
        output_discard(&output);
        return STATUS_FAULT;
}

/* What a quiet run, a normal one and a talkative one say of the input. */
static enum boshscope_level lowest_level(const struct request *request, int status) {
        if (request->verbose)
                return BOSHSCOPE_NOTE;
        /* A run that came to nothing owes the reason. */
        return request->quiet && status != STATUS_FAULT ? BOSHSCOPE_ERROR : BOSHSCOPE_WARNING;
}

static int run(const struct request *request, const struct boshscope_rules *rules) {
        struct boshscope_report *report = NULL;
        struct progress progress;
        int r, status;

        progress_init(&progress, !request->quiet);
        boshscope_options_set_progress(request->options, progress_update, &progress);
        r = boshscope_analyze(request->options, rules, request->path, &report);
        progress_clear(&progress);
        interrupt_calm();
        if (r < 0) {
                message("cannot analyse %s: %s", request->path, boshscope_strerror(r));
                return r == BOSHSCOPE_E_ARGUMENT ? STATUS_USAGE : STATUS_FAULT;
        }
        status = write_report(report, request->output);
        if (status == STATUS_OK) {
                status = boshscope_report_exit_status(report);
                diagnostics_print(report, lowest_level(request, status));
        }
        boshscope_report_free(report);
        return status;
}

int cmd_analyze(int argc, char **argv) {
        struct request request = { .options = boshscope_options_new(), .output = "-" };
        struct boshscope_rules *rules = NULL;
        int status;

        if (!request.options) {
                message("out of memory");
                return STATUS_FAULT;
        }
        status = parse(&request, argc, argv);
        if (request.help) {
                fputs(help_analyze, stdout);
                status = stdout_finish(STATUS_OK);
        } else if (status == STATUS_OK) {
                status = rules_load_for_command(request.rules, &rules);
        }
        if (rules) {
                interrupt_catch();
                status = run(&request, rules);
        }
        boshscope_rules_free(rules);
        boshscope_options_free(request.options);
        return status;
}
