#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reports.h"
#include "cli/request.h"

const char help_timeline[] = "Usage: boshscope timeline --agent ID | --session SID [options] PATH\n"
                             "\n"
                             "Tells one story in order of time, across all logs: what each of them says of an\n"
                             "agent or of a session, what befell the servers meanwhile, what was found, and\n"
                             "the gaps between. PATH is as for 'boshscope analyze', or a report that it wrote\n"
                             "(REPORT.json).\n"
                             "\n"
                             "Whose story:\n"
                             "      --agent ID     the agent's id as the report has it, in capitals or not\n"
                             "      --session SID  one session alone\n"
                             "      --from TIME    from TIME on, such as 2017-06-17T00:10:00+05:30 (no zone\n"
                             "                     means UTC)\n"
                             "      --to TIME      up to TIME\n"
                             "\n"
                             "Options:\n"
                             "  -o, --output FILE  write to FILE, whole or not at all; - is standard output\n"
                             "                     (the default)\n"
                             "      --zone ZONE    whose time is shown: utc (the default), server, local, or\n"
                             "                     an offset such as +05:30\n"
                             "      --tz OFFSET    UTC offset of stamps without a zone, such as +05:30\n"
                             "                     (default: found from the logs)\n"
                             "      --rules DIR    rules to use (default: $BOSHSCOPE_RULES, else built in)\n"
                             "  -q, --quiet        no progress; of the input only errors are told\n"
                             "  -v, --verbose      notes about the input as well\n"
                             "  -h, --help         show this page\n"
                             "\n"
                             "Examples:\n"
                             "  boshscope timeline --agent 1001003 --zone server logs.tgz\n"
                             "  boshscope timeline --session f382a015 report.json\n"
                             "\n"
                             "Exit status:\n"
                             "  0    told\n"
                             "  1    nothing could be analysed, the output could not be written, or a fault\n"
                             "       of boshscope itself\n"
                             "  2    wrong usage, nobody of that name, rules that do not load, or REPORT is no\n"
                             "       report that this version reads\n"
                             "  5    told, but input was damaged, cut or limited\n"
                             "  130  interrupted; the story is that of what was read before\n";

enum { OPT_AGENT = OPT_OWN, OPT_SESSION, OPT_FROM, OPT_TO, OPT_ZONE };

static const struct option longs[] = {
        REQUEST_OPTIONS,
        { "agent", required_argument, NULL, OPT_AGENT },
        { "from", required_argument, NULL, OPT_FROM },
        { "session", required_argument, NULL, OPT_SESSION },
        { "to", required_argument, NULL, OPT_TO },
        { "zone", required_argument, NULL, OPT_ZONE },
        { 0 },
};

struct timeline {
        struct request request;
        struct boshscope_style *style;
        const char *agent, *session, *from, *to;
        const struct boshscope_view *view;
};

static int set_time(const struct timeline *timeline, const char **place, const char *name) {
        int64_t ms;

        *place = optarg;
        return request_set(&timeline->request, boshscope_parse_time(optarg, &ms), name, optarg,
                           "a time such as 2017-06-17T00:10:00+05:30");
}

static int take_option(struct timeline *timeline, int option, int index) {
        const struct request *request = &timeline->request;

        switch (option) {
        case OPT_AGENT:
                timeline->agent = optarg;
                return request_set(request, boshscope_style_set_agent(timeline->style, optarg), "agent", optarg,
                                   "an agent's id");
        case OPT_SESSION:
                timeline->session = optarg;
                return request_set(request, boshscope_style_set_session(timeline->style, optarg), "session", optarg,
                                   "a session's id");
        case OPT_FROM:
                return set_time(timeline, &timeline->from, "from");
        case OPT_TO:
                return set_time(timeline, &timeline->to, "to");
        case OPT_ZONE:
                return option_set_zone("timeline", timeline->style, optarg);
        default:
                return request_take(&timeline->request, option, &longs[index]);
        }
}

static int parse(struct timeline *timeline, int argc, char **argv) {
        static const struct option_set options = { "timeline", REQUEST_LETTERS, longs };
        int option, index = 0, status;

        while ((option = option_next(&options, argc, argv, &index)) != OPTION_END) {
                status = take_option(timeline, option, index);
                if (status != STATUS_OK || timeline->request.wants_help)
                        return status;
        }
        if (!timeline->agent && !timeline->session)
                return usage_error("timeline", "no --agent and no --session given; say whose story");
        if (timeline->agent && timeline->session)
                return usage_error("timeline", "--agent and --session: give one of them");
        status = request_take_path(&timeline->request, argc, argv);
        if (status == STATUS_OK && reports_is_one(timeline->request.path))
                status = request_read_report(&timeline->request);
        return status;
}

static int fill(void *context, struct output *output) {
        const struct timeline *timeline = context;

        return boshscope_view_write_timeline(timeline->view, timeline->style, timeline->from, timeline->to,
                                             output_write, output);
}

static int tell(struct timeline *timeline, const struct boshscope_view *view) {
        timeline->view = view;
        if (!boshscope_view_fits(view, timeline->style))
                return usage_error("timeline", "%s: knows nothing of %s %s", timeline->request.path,
                                   timeline->agent ? "agent" : "session",
                                   timeline->agent ? timeline->agent : timeline->session);
        return output_fill(timeline->request.output, fill, timeline);
}

static int deliver(void *command, const struct boshscope_report *report) {
        struct boshscope_view *view = NULL;
        int status = reports_view(report, NULL, NULL, &view);

        if (status == STATUS_OK)
                status = tell(command, view);
        boshscope_view_free(view);
        return status;
}

static int tell_report(struct timeline *timeline) {
        const struct request *request = &timeline->request;
        struct boshscope_view *view = NULL;
        int status;

        status = request_load_report(request, &view);
        if (status == STATUS_OK)
                status = tell(timeline, view);
        boshscope_view_free(view);
        return status;
}

static int run(struct timeline *timeline) {
        if (reports_is_one(timeline->request.path))
                return tell_report(timeline);
        return request_run(&timeline->request, TELL_INPUT, deliver, timeline);
}

int cmd_timeline(int argc, char **argv) {
        struct timeline timeline = { .style = boshscope_style_new() };
        int status = request_init(&timeline.request, "timeline", help_timeline, argc, argv);

        if (status == STATUS_OK && !timeline.style) {
                message("out of memory");
                status = STATUS_FAULT;
        }
        if (status == STATUS_OK)
                status = parse(&timeline, argc, argv);
        if (timeline.request.wants_help)
                status = request_show_help(&timeline.request);
        else if (status == STATUS_OK)
                status = run(&timeline);
        boshscope_style_free(timeline.style);
        request_release(&timeline.request);
        return status;
}
