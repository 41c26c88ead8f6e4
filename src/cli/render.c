#include "cli/command.h"
#include "cli/forms.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/reports.h"

#include <stdio.h>

const char help_render[] = "Usage: boshscope render [options] REPORT.json\n"
                           "\n"
                           "Writes a report that 'boshscope analyze' made in another form, without the\n"
                           "bundle. It is the same, to the byte, as if the analysis had written it. REPORT\n"
                           "may be - for standard input, or a fleet report of 'boshscope merge' (without\n"
                           "trace, --agent and --finding).\n"
                           "\n"
                           "Forms:\n"
                           "  csv     the findings as a table\n"
                           "  html    one page with everything, for any browser\n"
                           "  md      a case note in Markdown\n"
                           "  ndjson  every event as one line of JSON, for Timesketch, lnav and jq\n"
                           "  text    a case note in plain text (the default)\n"
                           "  trace   a track for each session, for Perfetto (ui.perfetto.dev)\n"
                           "\n"
                           "Options:\n" FORMS_HELP "      --agent ID        of one agent alone\n"
                           "      --finding ID      of one finding alone\n"
                           "  -h, --help            show this page\n"
                           "\n"
                           "Examples:\n"
                           "  boshscope render report.json\n"
                           "  boshscope render --agent 1001003 --zone server -f md report.json\n"
                           "  boshscope render report.json -o report.html -o findings.csv\n"
                           "\n"
                           "Exit status:\n"
                           "  0    written\n"
                           "  1    the output could not be written, or a fault of boshscope itself\n"
                           "  2    wrong usage, or REPORT is no report that this version reads\n";

enum { OPT_ZONE = 256, OPT_AGENT, OPT_FINDING };

static const struct option longs[] = {
        { "agent", required_argument, NULL, OPT_AGENT },
        { "finding", required_argument, NULL, OPT_FINDING },
        { "format", required_argument, NULL, 'f' },
        { "help", no_argument, NULL, 'h' },
        { "output", required_argument, NULL, 'o' },
        { "zone", required_argument, NULL, OPT_ZONE },
        { 0 },
};

struct render {
        struct forms forms;
        const char *path, *agent, *finding;
        bool wants_help;
};

static int set_narrow(int result, const char *option, const char *value) {
        if (result == 0)
                return STATUS_OK;
        return usage_error("render", "--%s '%s': not a usable value; give its id", option, value);
}

static int take_option(struct render *render, int option) {
        switch (option) {
        case 'f':
                return forms_set_format(&render->forms, optarg);
        case 'o':
                return forms_add(&render->forms, optarg);
        case OPT_ZONE:
                return forms_set_zone(&render->forms, optarg);
        case OPT_AGENT:
                render->agent = optarg;
                return set_narrow(boshscope_style_set_agent(render->forms.style, optarg), "agent", optarg);
        case OPT_FINDING:
                render->finding = optarg;
                return set_narrow(boshscope_style_set_finding(render->forms.style, optarg), "finding", optarg);
        case 'h':
                render->wants_help = true;
                return STATUS_OK;
        default:
                return STATUS_USAGE;
        }
}

/* What a report is made of cannot be made of it. */
static int check_forms(const struct forms *forms) {
        for (size_t i = 0; i < forms->count; i++)
                if (forms_is_json(&forms->items[i]))
                        return usage_error("render", "%s: json is what REPORT is; choose another form",
                                           forms->items[i].path);
        return STATUS_OK;
}

static int parse(struct render *render, int argc, char **argv) {
        static const struct option_set options = { "render", ":f:ho:", longs };
        int option, status;

        while ((option = option_next(&options, argc, argv, NULL)) != OPTION_END) {
                status = take_option(render, option);
                if (status != STATUS_OK || render->wants_help)
                        return status;
        }
        if (render->agent && render->finding)
                return usage_error("render", "--agent and --finding: give one of them");
        status = reports_take("render", argc, argv, &render->path, 1);
        if (status == STATUS_OK)
                status = forms_check(&render->forms, render->path);
        return status == STATUS_OK ? check_forms(&render->forms) : status;
}

static int run_fleet(struct render *render) {
        struct boshscope_fleet *fleet = NULL;
        int status;

        if (render->agent || render->finding)
                return usage_error("render", "--%s: %s is a fleet report; narrow the report of one bundle",
                                   render->agent ? "agent" : "finding", render->path);
        status = forms_check_fleet(&render->forms);
        if (status == STATUS_OK)
                status = reports_load_fleet(render->path, &fleet);
        if (status == STATUS_OK)
                status = forms_write_fleet(&render->forms, fleet);
        boshscope_fleet_free(fleet);
        return forms_finish(&render->forms, status);
}

static int run_view(struct render *render) {
        struct boshscope_view *view = NULL;
        int status = reports_load(render->path, &view);

        if (status == STATUS_OK && !boshscope_view_fits(view, render->forms.style))
                status = usage_error("render", "%s: knows no %s '%s'", render->path,
                                     render->finding ? "finding" : "agent",
                                     render->finding ? render->finding : render->agent);
        if (status == STATUS_OK)
                status = forms_open(&render->forms);
        if (status == STATUS_OK)
                status = forms_write(&render->forms, view);
        boshscope_view_free(view);
        return forms_finish(&render->forms, status);
}

static int run(struct render *render) {
        forms_confine(&render->forms, &render->path, 1);
        return boshscope_fleet_is(render->path) ? run_fleet(render) : run_view(render);
}

int cmd_render(int argc, char **argv) {
        struct render render = { 0 };
        int status = forms_init(&render.forms, "render", "text");

        if (status == STATUS_OK)
                status = parse(&render, argc, argv);
        if (render.wants_help)
                status = help_show(help_render, NULL);
        else if (status == STATUS_OK)
                status = run(&render);
        forms_release(&render.forms);
        return status;
}
