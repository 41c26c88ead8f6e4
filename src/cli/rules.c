#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"

const char help_rules[] = "Usage: boshscope rules check [DIR]\n"
                          "       boshscope rules list [--rules DIR]\n"
                          "\n"
                          "check  Loads every *.json file of DIR, says all that is wrong with the rules\n"
                          "       and runs the samples that each rule carries.\n"
                          "list   Prints one line a rule: id, family, event, title.\n"
                          "\n"
                          "Without a directory the rules of $BOSHSCOPE_RULES are used, and without that\n"
                          "the ones built into the program.\n"
                          "\n"
                          "Options:\n"
                          "      --rules DIR  (list) the rules to show\n"
                          "  -h, --help       show this page\n"
                          "\n"
                          "Examples:\n"
                          "  boshscope rules check rules/\n"
                          "  boshscope rules list | grep forced\n"
                          "\n"
                          "Exit status:\n"
                          "  0  the rules load, and their samples do as they say\n"
                          "  1  a sample fails, or the output cannot be written\n"
                          "  2  wrong usage, or rules that do not load\n";

/* Sorted by name. */
static const struct command subcommands[] = {
        { "check", cmd_rules_check, "", help_rules, NULL },
        { "list", cmd_rules_list, "", help_rules, NULL },
};

int cmd_rules(int argc, char **argv) {
        static const struct option longs[] = { { "help", no_argument, NULL, 'h' }, { 0 } };
        /* '+': what stands behind the word is the word's own. */
        static const struct option_set set = { "rules", "+:h", longs };
        const struct command *command;
        int option = option_next(&set, argc, argv, NULL);

        if (option == OPTION_BAD)
                return STATUS_USAGE;
        if (option == 'h')
                return help_show(help_rules, NULL);
        if (optind >= argc)
                return usage_error("rules", "rules: say what to do with them: check or list");
        command = command_find(subcommands, sizeof(subcommands) / sizeof(subcommands[0]), argv[optind]);
        if (!command)
                return usage_error("rules", "rules: unknown word '%s'; there are check and list", argv[optind]);
        optind++;
        return command->run(argc, argv);
}
