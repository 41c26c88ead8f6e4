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

/* The reason of a refused write is known only here: the list is longer than stdio's buffer. */
static void print_rule(struct output *output, const struct boshscope_rule_info *rule,
                       const size_t widths[static WIDTHS]) {
        int n = fprintf(output->file, "%-*s  %-*s  %-*s  %s\n", (int)widths[ID], rule->id, (int)widths[FAMILY],
                        rule->family, (int)widths[EVENT], rule->event, rule->title);

        if (n < 0 && output->error == 0)
                output->error = errno;
}

static int list(const struct boshscope_rules *rules) {
        static const struct boshscope_rule_info heading = { "ID", "TITLE", "FAMILY", "EVENT", NULL, NULL, NULL };
        size_t count = boshscope_rules_count(rules), widths[WIDTHS] = { 0 };
        struct boshscope_rule_info rule = heading;
        struct output output;
        int status = output_open(&output, "-");

        if (status != STATUS_OK)
                return status;

        /* The heading is measured as rule number 0. */
        for (size_t i = 0; i <= count; i++) {
                if (i > 0)
                        boshscope_rules_get(rules, i - 1, &rule);
                widen(&widths[ID], rule.id);
                widen(&widths[FAMILY], rule.family);
                widen(&widths[EVENT], rule.event);
        }
        print_rule(&output, &heading, widths);
        for (size_t i = 0; i < count; i++) {
                boshscope_rules_get(rules, i, &rule);
                print_rule(&output, &rule, widths);
        }
        return output_commit(&output);
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
                if (option == 'h') {
                        fputs(help_rules, stdout);
                        return stdout_finish(STATUS_OK);
                }
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
