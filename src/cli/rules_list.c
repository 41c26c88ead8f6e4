#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/ruleload.h"

enum { ID, FAMILY, EVENT, WIDTHS };

static void widen(size_t *width, const char *text) {
        size_t n = strlen(text);

        if (n > *width)
                *width = n;
}

/* 0, or the errno of a write that failed. */
static int print_rule(const struct boshscope_rule_info *rule, const size_t widths[static WIDTHS]) {
        return printf("%-*s  %-*s  %-*s  %s\n", (int)widths[ID], rule->id, (int)widths[FAMILY], rule->family,
                      (int)widths[EVENT], rule->event, rule->title) < 0
                       ? errno
                       : 0;
}

static int list(const struct boshscope_rules *rules) {
        static const struct boshscope_rule_info heading = { "ID", "TITLE", "FAMILY", "EVENT", NULL, NULL, NULL };
        size_t count = boshscope_rules_count(rules), widths[WIDTHS] = { 0 };
        struct boshscope_rule_info rule = heading;
        int error;

        /* The heading is measured as rule number 0. */
        for (size_t i = 0; i <= count; i++) {
                if (i > 0)
                        boshscope_rules_get(rules, i - 1, &rule);
                widen(&widths[ID], rule.id);
                widen(&widths[FAMILY], rule.family);
                widen(&widths[EVENT], rule.event);
        }
        error = print_rule(&heading, widths);
        for (size_t i = 0; i < count && error == 0; i++) {
                boshscope_rules_get(rules, i, &rule);
                error = print_rule(&rule, widths);
        }
        return stdout_finish_after(error, STATUS_OK);
}

int cmd_rules_list(int argc, char **argv) {
        static const struct option longs[] = {
                { "help", no_argument, NULL, 'h' },
                { "rules", required_argument, NULL, 'r' },
                { 0 },
        };
        static const struct option_set set = { "rules", ":h", longs };
        struct boshscope_rules *rules = NULL;
        const char *directory = NULL;
        int option, status;

        while ((option = option_next(&set, argc, argv, NULL)) != OPTION_END) {
                if (option == OPTION_BAD)
                        return STATUS_USAGE;
                if (option == 'h')
                        return help_show(help_rules, NULL);
                directory = optarg;
        }
        if (optind < argc)
                return usage_error("rules", "rules list: '%s' is too much; give a directory with --rules",
                                   argv[optind]);
        status = rules_load_for_command(directory, &rules);
        if (status == STATUS_OK)
                status = list(rules);
        boshscope_rules_free(rules);
        return status;
}
