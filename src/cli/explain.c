#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/request.h"

const char help_explain[] = "Usage: boshscope explain --agent ID --at TIME [options] PATH\n"
                            "       boshscope explain [options] FINDING-ID REPORT.json\n"
                            "\n"
                            "Answers one question: an agent says that she was logged out at a certain time;\n"
                            "was that her connection, and on whose side? The answer is yes, no or unknown,\n"
                            "with the reason, the steps with their delays, and file and line of each record.\n"
                            "PATH is as for 'boshscope analyze'.\n"
                            "\n"
                            "Or shows one finding of a report that 'boshscope analyze' wrote: its records\n"
                            "whole, and how each delay was reckoned.\n"
                            "\n"
                            "The question:\n"
                            "      --agent ID     the agent's id, or JID, in capitals or not\n"
                            "      --at TIME      when it was, such as 2017-06-17T00:17:00+05:30 (no zone\n"
                            "                     means UTC); up to 5 minutes before or after are looked at\n"
                            "\n"
                            "Options:\n"
                            "      --json         the same as a JSON object\n"
                            "  -o, --output FILE  write to FILE, whole or not at all; - is standard output\n"
                            "                     (the default)\n"
                            "      --tz OFFSET    UTC offset of stamps without a zone, such as +05:30\n"
                            "                     (default: found from the logs)\n"
                            "      --zone ZONE    of a finding, whose time is shown: utc (the default),\n"
                            "                     server, local, or an offset such as +05:30\n"
                            "      --rules DIR    rules to use (default: $BOSHSCOPE_RULES, else built in)\n"
                            "  -q, --quiet        no progress; of the input only errors are told\n"
                            "  -v, --verbose      notes about the input as well\n"
                            "  -h, --help         show this page\n"
                            "\n"
                            "Examples:\n"
                            "  boshscope explain --agent 1001003 --at 2017-06-17T00:17+05:30 logs.tgz\n"
                            "  boshscope explain --agent 1001003 --at '2017-06-16 18:47' --json logs/\n"
                            "  boshscope explain ecea90af59c7 report.json\n"
                            "\n"
                            "Exit status (whatever the answer is):\n"
                            "  0    answered\n"
                            "  1    nothing could be analysed, the output could not be written, or a fault\n"
                            "       of boshscope itself\n"
                            "  2    wrong usage, rules that do not load, no such finding, or REPORT is no\n"
                            "       report that this version reads\n"
                            "  5    answered, but input was damaged, cut or limited\n"
                            "  130  interrupted; the answer rests on what was read before\n";

enum { OPT_AGENT = OPT_OWN, OPT_AT, OPT_JSON, OPT_ZONE };

static const struct option longs[] = {
        REQUEST_OPTIONS,
        { "agent", required_argument, NULL, OPT_AGENT },
        { "at", required_argument, NULL, OPT_AT },
        { "json", no_argument, NULL, OPT_JSON },
        { "zone", required_argument, NULL, OPT_ZONE },
        { 0 },
};

struct explain {
        struct request request;
        const char *agent, *zone;
        const char *finding; /* or NULL: that of a report is asked about */
        int64_t at_ms;
        bool json, timed;
};

static int take_option(struct explain *explain, int option, int index) {
        const struct request *request = &explain->request;

        switch (option) {
        case OPT_AGENT:
                explain->agent = optarg;
                return request_set(request, optarg[0] ? 0 : BOSHSCOPE_E_ARGUMENT, "agent", optarg, "an agent's id");
        case OPT_AT:
                explain->timed = true;
                return request_set(request, boshscope_parse_time(optarg, &explain->at_ms), "at", optarg,
                                   "a time such as 2017-06-17T00:17:00+05:30");
        case OPT_ZONE:
                explain->zone = optarg;
                return STATUS_OK;
        case OPT_JSON:
                explain->json = true;
                return STATUS_OK;
        default:
                return request_take(&explain->request, option, &longs[index]);
        }
}

static int parse(struct explain *explain, int argc, char **argv) {
        static const struct option_set options = { "explain", REQUEST_LETTERS, longs };
        int option, index = 0, status;

        while ((option = option_next(&options, argc, argv, &index)) != OPTION_END) {
                status = take_option(explain, option, index);
                if (status != STATUS_OK || explain->request.wants_help)
                        return status;
        }
        if (!explain->agent && !explain->timed && argc - optind == 2) {
                if (explain->json)
                        return usage_error("explain", "--json: a finding stands in REPORT.json already");
                explain->finding = argv[optind++];
                status = request_take_path(&explain->request, argc, argv);
                return status == STATUS_OK ? request_read_report(&explain->request) : status;
        }
        if (explain->zone)
                return usage_error("explain",
                                   "--zone: is for FINDING-ID REPORT.json; the answer shows UTC and server time");
        if (!explain->agent)
                return usage_error("explain", "no --agent given; name the agent that is asked about");
        if (!explain->timed)
                return usage_error("explain", "no --at given; say when it was, such as 2017-06-17T00:17:00+05:30");
        return request_take_path(&explain->request, argc, argv);
}

struct filling {
        const struct explain *explain;
        const struct boshscope_report *report;
};

static int fill(void *context, struct output *output) {
        const struct filling *filling = context;
        const struct explain *explain = filling->explain;

        if (explain->json)
                return boshscope_report_write_explain_json(filling->report, explain->agent, explain->at_ms,
                                                           output_write, output);
        return boshscope_report_write_explain_text(filling->report, explain->agent, explain->at_ms, output_write,
                                                   output);
}

static int deliver(void *command, const struct boshscope_report *report) {
        const struct explain *explain = command;
        struct filling filling = { explain, report };

        return output_fill(explain->request.output, fill, &filling);
}

/* ----------------------------------------------- a finding of a report */

struct telling {
        struct boshscope_style *style;
        struct boshscope_view *view;
};

static int fill_finding(void *context, struct output *output) {
        const struct telling *telling = context;

        return boshscope_view_write_finding(telling->view, telling->style, output_write, output);
}

static int tell_finding(const struct explain *explain, struct telling *telling) {
        const struct request *request = &explain->request;
        int status;

        status = request_load_report(request, &telling->view);
        if (status != STATUS_OK)
                return status;
        if (!boshscope_view_fits(telling->view, telling->style))
                return usage_error("explain", "%s: knows no finding '%s'", request->path, explain->finding);
        return output_fill(request->output, fill_finding, telling);
}

static int run_finding(const struct explain *explain) {
        struct telling telling = { .style = boshscope_style_new() };
        int status = STATUS_OK;

        if (!telling.style || boshscope_style_set_finding(telling.style, explain->finding) == BOSHSCOPE_E_MEMORY) {
                message("out of memory");
                status = STATUS_FAULT;
        }
        if (status == STATUS_OK && explain->zone)
                status = option_set_zone("explain", telling.style, explain->zone);
        if (status == STATUS_OK)
                status = tell_finding(explain, &telling);
        boshscope_view_free(telling.view);
        boshscope_style_free(telling.style);
        return status;
}

int cmd_explain(int argc, char **argv) {
        struct explain explain = { 0 };
        int status = request_init(&explain.request, "explain", help_explain, argc, argv);

        if (status == STATUS_OK)
                status = parse(&explain, argc, argv);
        if (explain.request.wants_help)
                status = request_show_help(&explain.request);
        else if (status == STATUS_OK)
                status = explain.finding ? run_finding(&explain)
                                         : request_run(&explain.request, TELL_INPUT, deliver, &explain);
        request_release(&explain.request);
        return status;
}
