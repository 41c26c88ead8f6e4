#include <stdio.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/ruleload.h"

static int check(const struct boshscope_rules *rules) {
        size_t samples = 0;
        int failed = boshscope_rules_check(rules, rules_tell, NULL, &samples);

        if (failed < 0) {
                message("cannot run the samples: %s", boshscope_strerror(failed));
                return STATUS_FAULT;
        }
        printf("%s %s: %zu rules, %zu samples, %d failed\n", boshscope_rules_name(rules),
               boshscope_rules_version(rules), boshscope_rules_count(rules), samples, failed);
        return stdout_finish(failed ? STATUS_FAULT : STATUS_OK);
}

int cmd_rules_check(int argc, char **argv) {
        static const struct option longs[] = { { "help", no_argument, NULL, 'h' }, { 0 } };
        static const struct option_set set = { "rules", ":h", longs };
        struct boshscope_rules *rules = NULL;
        int option, status;

        option = option_next(&set, argc, argv, NULL);
        if (option == OPTION_BAD)
                return STATUS_USAGE;
        if (option == 'h')
                return help_show(help_rules, NULL);
        if (argc - optind > 1)
                return usage_error("rules", "rules check: one directory at a time; '%s' is too much", argv[optind + 1]);
        status = rules_load_for_command(optind < argc ? argv[optind] : NULL, &rules);
        if (status == STATUS_OK)
                status = check(rules);
        boshscope_rules_free(rules);
        return status;
}
