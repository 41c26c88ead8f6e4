#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/request.h"

const char help_explain[] = "Usage: boshscope explain --agent ID --at TIME [options] PATH\n"
                            "\n"
                            "Answers one question: an agent says that she was logged out at a certain time;\n"
                            "was that her connection, and on whose side? The answer is yes, no or unknown,\n"
                            "with the reason, the steps with their delays, and file and line of each record.\n"
                            "PATH is as for 'boshscope analyze'.\n"
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
                            "      --rules DIR    rules to use (default: $BOSHSCOPE_RULES, else built in)\n"
                            "  -q, --quiet        no progress; of the input only errors are told\n"
                            "  -v, --verbose      notes about the input as well\n"
                            "  -h, --help         show this page\n"
                            "\n"
                            "Examples:\n"
                            "  boshscope explain --agent 1001003 --at 2017-06-17T00:17+05:30 logs.tgz\n"
                            "  boshscope explain --agent 1001003 --at '2017-06-16 18:47' --json logs/\n"
                            "\n"
                            "Exit status (whatever the answer is):\n"
                            "  0    answered\n"
                            "  1    nothing could be analysed, the output could not be written, or a fault\n"
                            "       of boshscope itself\n"
                            "  2    wrong usage, or rules that do not load\n"
                            "  5    answered, but input was damaged, cut or limited\n"
                            "  130  interrupted; the answer rests on what was read before\n";

enum { OPT_AGENT = OPT_OWN, OPT_AT, OPT_JSON };

static const struct option longs[] = {
        REQUEST_OPTIONS,
        { "agent", required_argument, NULL, OPT_AGENT },
        { "at", required_argument, NULL, OPT_AT },
        { "json", no_argument, NULL, OPT_JSON },
        { 0 },
};

struct explain {
        struct request request;
        const char *agent;
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
        if (!explain->agent)
                return usage_error("explain", "no --agent given; name the agent that is asked about");
        if (!explain->timed)
                return usage_error("explain", "no --at given; say when it was, such as 2017-06-17T00:17:00+05:30");
        return request_take_path(&explain->request, argc, argv);
}

static int deliver(void *command, const struct boshscope_report *report) {
        const struct explain *explain = command;
        struct output output;
        int r, status = output_open(&output, explain->request.output);

        if (status != STATUS_OK)
                return status;
        if (explain->json)
                r = boshscope_report_write_explain_json(report, explain->agent, explain->at_ms, output_write, &output);
        else
                r = boshscope_report_write_explain_text(report, explain->agent, explain->at_ms, output_write, &output);
        status = output_written(&output, r);
        if (status == STATUS_OK)
                return output_commit(&output);
        output_discard(&output);
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
                status = request_run(&explain.request, TELL_INPUT, deliver, &explain);
        request_release(&explain.request);
        return status;
}
