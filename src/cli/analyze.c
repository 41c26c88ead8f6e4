#include "cli/batch.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reports.h"
#include "cli/request.h"
#include "cli/summary.h"

const char help_analyze[] =
        "Usage: boshscope analyze [options] PATH\n"
        "       boshscope analyze --out DIR [options] PATH...\n"
        "\n"
        "Reads one log bundle and writes its report, as JSON unless another form is\n"
        "asked for. PATH is a file, a directory, or - for standard input: plain logs,\n"
        "gz, tar, tgz, zip, and any of these inside each other. Nothing is unpacked to\n"
        "the disk.\n"
        "\n"
        "What is asked for:\n"
        "      --tz OFFSET       UTC offset of stamps without a zone, such as +05:30\n"
        "                        (default: found from the logs)\n"
        "      --from TIME       show findings from TIME on, such as\n"
        "                        2017-06-17T00:10:00+05:30 (no zone means UTC)\n"
        "      --to TIME         show findings up to TIME\n"
        "      --fail-on LEVEL   let the exit status tell of findings at or above info,\n"
        "                        low, medium, high or critical\n"
        "      --rules DIR       rules to use (default: $BOSHSCOPE_RULES, else built in)\n"
        "\n"
        "Output:\n" FORMS_HELP "      --unmatched FILE  write there what the records say that no rule matches,\n"
        "                        as JSON, most frequent first; - is standard output,\n"
        "                        where -o has the report elsewhere\n"
        "  -q, --quiet           no progress, no summary; of the input only errors are\n"
        "                        told\n"
        "  -v, --verbose         notes about the input as well\n"
        "  -h, --help            show this page\n"
        "\n" BATCH_HELP "\n"
        "Examples:\n"
        "  boshscope analyze active_1497638824642.tgz -o report.json\n"
        "  boshscope analyze -f text --zone server active_1497638824642.tgz\n"
        "  boshscope analyze -o report.json -o note.md -o findings.csv logs/\n"
        "  boshscope analyze --tz +05:30 --from '2017-06-16 18:30' logs/\n"
        "  ssh server cat bundle.tgz | boshscope analyze --fail-on high -\n"
        "  boshscope analyze -o report.json --unmatched unmatched.json logs/\n"
        "  boshscope analyze --out reports/ --resume cases/ late.tgz\n"
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

enum { OPT_FROM = OPT_OWN, OPT_TO, OPT_FAIL_ON, OPT_UNMATCHED, OPT_ZONE };

static const struct option longs[] = {
        REQUEST_OPTIONS,
        BATCH_OPTIONS,
        { "fail-on", required_argument, NULL, OPT_FAIL_ON },
        { "format", required_argument, NULL, 'f' },
        { "from", required_argument, NULL, OPT_FROM },
        { "to", required_argument, NULL, OPT_TO },
        { "unmatched", required_argument, NULL, OPT_UNMATCHED },
        { "zone", required_argument, NULL, OPT_ZONE },
        { 0 },
};

struct analyze {
        struct request request;
        struct forms forms;
        struct batch batch;
        const char *from, *to, *unmatched;
        struct boshscope_view *shown; /* for the summary, which comes last */
};

/* Each side alone first, so that the message can name the wrong one. */
static int set_window(const struct analyze *analyze) {
        static const char wanted[] = "a time such as 2017-06-17T00:10:00+05:30";
        const struct request *request = &analyze->request;
        const char *from = analyze->from, *to = analyze->to;
        int status = STATUS_OK;

        if (from)
                status = request_set(request, boshscope_options_set_window(request->options, from, NULL), "from", from,
                                     wanted);
        if (to && status == STATUS_OK)
                status = request_set(request, boshscope_options_set_window(request->options, NULL, to), "to", to,
                                     wanted);
        if (from && to && status == STATUS_OK)
                status = request_set(request, boshscope_options_set_window(request->options, from, to), "from", from,
                                     "a time that is not after --to");
        return status;
}

/* Two documents do not fit into one file. */
static int check_unmatched(const struct analyze *analyze) {
        const struct request *request = &analyze->request;
        int status;

        if (!analyze->unmatched)
                return STATUS_OK;
        status = output_check(request->command, "unmatched", analyze->unmatched, request->path);
        if (status == STATUS_OK && request_writes(request, analyze->unmatched))
                return usage_error(request->command,
                                   "--unmatched %s: the report goes there; give another name, or "
                                   "one to the report with -o",
                                   analyze->unmatched);
        if (status == STATUS_OK && request->redact_map && output_same(request->redact_map, analyze->unmatched))
                return usage_error(request->command, "--redact-map %s: give it a file of its own", request->redact_map);
        return status == STATUS_OK ? request_check_key(request, "unmatched", analyze->unmatched) : status;
}

static int take_option(struct analyze *analyze, int option, int index) {
        const struct request *request = &analyze->request;

        switch (option) {
        case 'f':
                return forms_set_format(&analyze->forms, optarg);
        case OPT_ZONE:
                return forms_set_zone(&analyze->forms, optarg);
        case OPT_FROM:
                analyze->from = optarg;
                return STATUS_OK;
        case OPT_TO:
                analyze->to = optarg;
                return STATUS_OK;
        case OPT_UNMATCHED:
                analyze->unmatched = analyze->request.second_output = optarg;
                boshscope_options_set_unmatched(request->options, 1);
                return STATUS_OK;
        case OPT_FAIL_ON:
                return request_set(request, boshscope_options_set_fail_on(request->options, optarg), "fail-on", optarg,
                                   "info, low, medium, high or critical");
        case BATCH_OUT:
        case BATCH_FROM_FILE:
        case BATCH_JOBS:
        case BATCH_MAX_MEMORY:
        case BATCH_RESUME:
        case BATCH_SHARD:
                return batch_take(&analyze->batch, request->command, option, longs[index].name, optarg);
        default:
                return request_take(&analyze->request, option, &longs[index]);
        }
}

static int parse(struct analyze *analyze, int argc, char **argv) {
        static const struct option_set options = { "analyze", REQUEST_LETTERS "f:", longs };
        int option, index = 0, status;

        while ((option = option_next(&options, argc, argv, &index)) != OPTION_END) {
                status = take_option(analyze, option, index);
                if (status != STATUS_OK || analyze->request.wants_help)
                        return status;
        }
        if (!analyze->batch.out && analyze->batch.other)
                return usage_error("analyze", "--%s: of many bundles; name a directory for their reports with --out",
                                   analyze->batch.other);
        status = analyze->batch.out ? STATUS_OK : request_take_path(&analyze->request, argc, argv);
        if (status == STATUS_OK)
                status = set_window(analyze);
        if (analyze->batch.out)
                return status;
        return status == STATUS_OK ? check_unmatched(analyze) : status;
}

static int write_unmatched(const struct boshscope_report *report, const char *path, struct output *unmatched) {
        int status = path ? output_open(unmatched, path) : STATUS_OK;

        if (!path || status != STATUS_OK)
                return status;
        return output_written(unmatched, boshscope_report_write_unmatched(report, output_write, unmatched));
}

/* The JSON, and the view where anybody wants one. */
static int write_report(struct forms *forms, const struct boshscope_report *report, bool wants_view,
                        struct boshscope_view **ret_view) {
        int r, status = forms_open(forms);

        if (status != STATUS_OK)
                return status;
        if (wants_view)
                return reports_view(report, forms_write_json, forms, ret_view);
        r = boshscope_report_write_json(report, forms_write_json, forms);
        if (r == 0)
                return STATUS_OK;
        message("cannot write the report: %s", boshscope_strerror(r));
        return STATUS_FAULT;
}

/* All are there before any takes its place. */
static int deliver(void *command, const struct boshscope_report *report) {
        struct analyze *analyze = command;
        struct output unmatched = { 0 };
        struct boshscope_view *view = NULL;
        const bool summary = summary_wanted(&analyze->forms, analyze->request.quiet);
        int status = write_report(&analyze->forms, report, summary || forms_need_view(&analyze->forms), &view);

        if (status == STATUS_OK && forms_need_view(&analyze->forms))
                status = forms_write(&analyze->forms, view);
        if (status == STATUS_OK)
                status = write_unmatched(report, analyze->unmatched, &unmatched);
        if (status == STATUS_OK && analyze->unmatched)
                status = output_commit(&unmatched);
        if (status == STATUS_OK) {
                status = forms_commit(&analyze->forms);
        } else {
                output_discard(&unmatched);
                forms_discard(&analyze->forms);
        }
        if (status == STATUS_OK && summary)
                analyze->shown = view;
        else
                boshscope_view_free(view);
        return status;
}

int cmd_analyze(int argc, char **argv) {
        struct analyze analyze = { 0 };
        int status = request_init(&analyze.request, "analyze", help_analyze, argc, argv);

        if (status == STATUS_OK)
                status = forms_init(&analyze.forms, "analyze", "json");
        analyze.request.forms = &analyze.forms;
        if (status == STATUS_OK)
                status = parse(&analyze, argc, argv);
        analyze.forms.threads = analyze.request.threads;
        if (analyze.request.wants_help)
                status = request_show_help(&analyze.request);
        else if (status == STATUS_OK && analyze.batch.out)
                status = batch_run(&analyze.batch, &analyze.request, analyze.unmatched, argc, argv);
        else if (status == STATUS_OK)
                status = request_run(&analyze.request, TELL_INPUT, deliver, &analyze);
        if (analyze.shown)
                summary_show(&analyze.forms, analyze.shown);
        boshscope_view_free(analyze.shown);
        forms_release(&analyze.forms);
        request_release(&analyze.request);
        return status;
}
