#include "cli/command.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/request.h"

#include <string.h>

const char help_info[] = "Usage: boshscope info [options] PATH\n"
                         "\n"
                         "Says what a log bundle holds, before anybody argues about what it means: which\n"
                         "logs of which server and which time, how much of them the rules know, what is\n"
                         "missing, damaged or was not read. PATH is as for 'boshscope analyze'.\n"
                         "\n"
                         "Options:\n"
                         "      --json         the same as a JSON object, with the report's blocks\n"
                         "  -o, --output FILE  write to FILE, whole or not at all; - is standard output\n"
                         "                     (the default)\n"
                         "      --tz OFFSET    UTC offset of stamps without a zone, such as +05:30\n"
                         "                     (default: found from the logs)\n"
                         "      --rules DIR    rules to use (default: $BOSHSCOPE_RULES, else built in)\n"
                         "  -q, --quiet        no progress\n"
                         "  -v, --verbose      name ignored files and notes one by one\n"
                         "  -h, --help         show this page\n"
                         "\n"
                         "Examples:\n"
                         "  boshscope info active_1497638824642.tgz\n"
                         "  boshscope info --json logs/ | jq .coverage.missing\n"
                         "\n"
                         "Exit status:\n"
                         "  0    read\n"
                         "  1    nothing could be analysed, the output could not be written, or a fault\n"
                         "       of boshscope itself\n"
                         "  2    wrong usage, or rules that do not load\n"
                         "  5    read, but input was damaged, cut or limited\n"
                         "  130  interrupted; the output tells what was read before\n";

enum { OPT_JSON = OPT_OWN };

static const struct option longs[] = { REQUEST_OPTIONS, { "json", no_argument, NULL, OPT_JSON }, { 0 } };

struct info {
        struct request request;
        bool json;
};

static int parse(struct info *info, int argc, char **argv) {
        static const struct option_set options = { "info", REQUEST_LETTERS, longs };
        int option, index = 0, status;

        while ((option = option_next(&options, argc, argv, &index)) != OPTION_END) {
                if (option == OPT_JSON) {
                        info->json = true;
                        continue;
                }
                status = request_take(&info->request, option, &longs[index]);
                if (status != STATUS_OK || info->request.wants_help)
                        return status;
        }
        return request_take_path(&info->request, argc, argv);
}

struct filling {
        const struct info *info;
        const struct boshscope_report *report;
};

static int fill(void *context, struct output *output) {
        const struct filling *filling = context;

        if (filling->info->json)
                return boshscope_report_write_info_json(filling->report, output_write, output);
        return boshscope_report_write_info_text(filling->report, filling->info->request.verbose, output_write, output);
}

static int deliver(void *command, const struct boshscope_report *report) {
        const struct info *info = command;
        struct filling filling = { info, report };

        return output_fill(info->request.output, fill, &filling);
}

int cmd_info(int argc, char **argv) {
        struct info info = { 0 };
        int status = request_init(&info.request, "info", help_info, argc, argv);

        if (status == STATUS_OK)
                status = parse(&info, argc, argv);
        if (info.request.wants_help) {
                status = request_show_help(&info.request);
        } else if (status == STATUS_OK) {
                /* The page itself says what was odd; nobody wants to read it twice. */
                bool page_is_seen = !info.json && strcmp(info.request.output, "-") == 0;

                status = request_run(&info.request, page_is_seen ? TELL_NOTHING : TELL_INPUT, deliver, &info);
        }
        request_release(&info.request);
        return status;
}
