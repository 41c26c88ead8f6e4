#include "cli/command.h"
#include "cli/confinement.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reports.h"

#include <stdbool.h>

const char help_diff[] = "Usage: boshscope diff [options] OLD.json NEW.json\n"
                         "\n"
                         "Says what is new, gone and changed from one report to another: of two bundles of\n"
                         "one server, or of one bundle by two versions of boshscope or its rules. Findings\n"
                         "are the same where their ids are, which rest on kind, server, agent, session and\n"
                         "second, not on how the logs were packed.\n"
                         "\n"
                         "Options:\n"
                         "      --json         the same as a JSON object\n"
                         "  -o, --output FILE  write to FILE, whole or not at all; - is standard output\n"
                         "                     (the default)\n"
                         "      --zone ZONE    whose time is shown: utc (the default), server, local, or\n"
                         "                     an offset such as +05:30\n"
                         "  -h, --help         show this page\n"
                         "\n"
                         "Examples:\n"
                         "  boshscope diff before.json after.json\n"
                         "  boshscope diff --json before.json after.json | jq '.new[].agent'\n"
                         "\n"
                         "Exit status (whatever differs):\n"
                         "  0    compared\n"
                         "  1    the output could not be written, or a fault of boshscope itself\n"
                         "  2    wrong usage, or one is no report that this version reads\n";

enum { OPT_JSON = 256, OPT_ZONE };

static const struct option longs[] = {
        { "help", no_argument, NULL, 'h' },
        { "json", no_argument, NULL, OPT_JSON },
        { "output", required_argument, NULL, 'o' },
        { "zone", required_argument, NULL, OPT_ZONE },
        { 0 },
};

struct diff {
        struct boshscope_style *style;
        struct boshscope_view *views[2];
        const char *paths[2], *output;
        bool json, wants_help;
};

static int take_option(struct diff *diff, int option) {
        switch (option) {
        case 'h':
                diff->wants_help = true;
                return STATUS_OK;
        case 'o':
                diff->output = optarg;
                return STATUS_OK;
        case OPT_JSON:
                diff->json = true;
                return STATUS_OK;
        case OPT_ZONE:
                return option_set_zone("diff", diff->style, optarg);
        default:
                return STATUS_USAGE;
        }
}

static int parse(struct diff *diff, int argc, char **argv) {
        static const struct option_set options = { "diff", ":ho:", longs };
        int option, status;

        while ((option = option_next(&options, argc, argv, NULL)) != OPTION_END) {
                status = take_option(diff, option);
                if (status != STATUS_OK || diff->wants_help)
                        return status;
        }
        status = reports_take("diff", argc, argv, diff->paths, 2);
        for (size_t i = 0; i < 2 && status == STATUS_OK; i++)
                status = output_check("diff", "output", diff->output, diff->paths[i]);
        return status;
}

static int fill(void *context, struct output *output) {
        const struct diff *diff = context;

        if (diff->json)
                return boshscope_view_write_diff_json(diff->views[0], diff->views[1], output_write, output);
        return boshscope_view_write_diff_text(diff->views[0], diff->views[1], diff->style, output_write, output);
}

static int run(struct diff *diff) {
        const char *names[CONFINED_MOST];
        int status = STATUS_OK;

        confine_files(diff->paths, 2, &diff->output, 1, names);
        for (size_t i = 0; i < 2 && status == STATUS_OK; i++)
                status = reports_load(diff->paths[i], &diff->views[i]);
        return status == STATUS_OK ? output_fill(diff->output, fill, diff) : status;
}

int cmd_diff(int argc, char **argv) {
        struct diff diff = { .style = boshscope_style_new(), .output = "-" };
        int status = STATUS_OK;

        if (!diff.style) {
                message("out of memory");
                return STATUS_FAULT;
        }
        status = parse(&diff, argc, argv);
        if (diff.wants_help)
                status = help_show(help_diff, NULL);
        else if (status == STATUS_OK)
                status = run(&diff);
        boshscope_view_free(diff.views[0]);
        boshscope_view_free(diff.views[1]);
        boshscope_style_free(diff.style);
        return status;
}
