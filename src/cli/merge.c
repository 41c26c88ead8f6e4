#include "cli/command.h"
#include "cli/forms.h"
#include "cli/message.h"
#include "cli/options.h"

#include <stdio.h>

const char help_merge[] = "Usage: boshscope merge [options] DIR|REPORT.json|FLEET.json...\n"
                          "\n"
                          "Folds many reports into one report of the fleet: what happened to which agent,\n"
                          "whichever server or bundle tells of it, told once; bursts over servers; the\n"
                          "trend by day; the addresses and agents that are lost most often; what could not\n"
                          "be read. An operand is a report of 'boshscope analyze', a fleet report of this\n"
                          "command, or a folder that 'boshscope analyze --out' filled, by its index; of\n"
                          "another folder all *.json. - is standard input.\n"
                          "\n"
                          "The order of the operands and how they were merged before make no difference:\n"
                          "the fleet report is the same to the byte. Operands are read one by one, so a\n"
                          "thousand of them need little memory.\n"
                          "\n"
                          "Forms:\n"
                          "  csv     the incidents as a table\n"
                          "  html    one page, for any browser\n"
                          "  json    the fleet report, which can be merged again and rendered (the default)\n"
                          "  md      a triage note in Markdown\n"
                          "  ndjson  every incident as one line of JSON, for Timesketch, lnav and jq\n"
                          "  text    a triage note in plain text\n"
                          "\n"
                          "Options:\n" FORMS_HELP "  -q, --quiet           do not tell what could not be read\n"
                          "  -h, --help            show this page\n"
                          "\n"
                          "Examples:\n"
                          "  boshscope merge reports/ -o fleet.json -o fleet.html -o fleet.md\n"
                          "  boshscope merge monday.json tuesday.json -f text\n"
                          "  boshscope merge site-a/fleet.json site-b/fleet.json -o all.json\n"
                          "\n"
                          "Exit status:\n"
                          "  0    merged\n"
                          "  1    nothing could be read (the fleet report says so), the output could not be\n"
                          "       written, or a fault of boshscope itself\n"
                          "  2    wrong usage\n"
                          "  5    merged, but a report or bundle could not be read, or a bundle was not read\n"
                          "       completely; the fleet report names them\n";

enum { OPT_ZONE = 256 };

static const struct option longs[] = {
        { "format", required_argument, NULL, 'f' },    { "help", no_argument, NULL, 'h' },
        { "output", required_argument, NULL, 'o' },    { "quiet", no_argument, NULL, 'q' },
        { "zone", required_argument, NULL, OPT_ZONE }, { 0 },
};

struct merge {
        struct forms forms;
        bool wants_help, quiet;
        const char *const *paths;
        size_t count;
};

static int take_option(struct merge *merge, int option) {
        switch (option) {
        case 'f':
                return forms_set_format(&merge->forms, optarg);
        case 'o':
                return forms_add(&merge->forms, optarg);
        case OPT_ZONE:
                return forms_set_zone(&merge->forms, optarg);
        case 'q':
                merge->quiet = true;
                return STATUS_OK;
        case 'h':
                merge->wants_help = true;
                return STATUS_OK;
        default:
                return STATUS_USAGE;
        }
}

static int parse(struct merge *merge, int argc, char **argv) {
        static const struct option_set options = { "merge", ":f:ho:q", longs };
        int option, status;

        while ((option = option_next(&options, argc, argv, NULL)) != OPTION_END) {
                status = take_option(merge, option);
                if (status != STATUS_OK || merge->wants_help)
                        return status;
        }
        if (optind >= argc)
                return usage_error("merge", "no reports given; name reports, fleet reports or folders of them");
        merge->paths = (const char *const *)argv + optind;
        merge->count = (size_t)(argc - optind);
        status = forms_check(&merge->forms, merge->paths[0]);
        for (size_t i = 1; i < merge->count && status == STATUS_OK; i++)
                if (forms_have(&merge->forms, merge->paths[i]))
                        status = usage_error("merge", "--output: would replace %s, which is to be read",
                                             merge->paths[i]);
        return status == STATUS_OK ? forms_check_fleet(&merge->forms) : status;
}

static void tell(void *userdata, const char *text) {
        const struct merge *merge = userdata;

        if (!merge->quiet)
                message("%s", text);
}

static int add_all(struct merge *merge, struct boshscope_fleet *fleet) {
        for (size_t i = 0; i < merge->count; i++) {
                const int r = boshscope_fleet_add_path(fleet, merge->paths[i], tell, merge);

                if (r == 0)
                        continue;
                message("cannot merge %s: %s", merge->paths[i], boshscope_strerror(r));
                return STATUS_FAULT;
        }
        return STATUS_OK;
}

static int write_all(struct merge *merge, struct boshscope_fleet *fleet) {
        const int status = forms_finish(&merge->forms, forms_write_fleet(&merge->forms, fleet));

        return status == STATUS_OK ? boshscope_fleet_exit_status(fleet) : status;
}

static int run(struct merge *merge) {
        struct boshscope_fleet *fleet = boshscope_fleet_new();
        int status;

        if (!fleet) {
                message("out of memory");
                return STATUS_FAULT;
        }
        forms_confine(&merge->forms, merge->paths, merge->count);
        status = add_all(merge, fleet);
        if (status == STATUS_OK)
                status = write_all(merge, fleet);
        boshscope_fleet_free(fleet);
        return status;
}

int cmd_merge(int argc, char **argv) {
        struct merge merge = { 0 };
        int status = forms_init(&merge.forms, "merge", "json");

        if (status == STATUS_OK)
                status = parse(&merge, argc, argv);
        if (merge.wants_help)
                status = help_show(help_merge, NULL);
        else if (status == STATUS_OK)
                status = run(&merge);
        forms_release(&merge.forms);
        return status;
}
