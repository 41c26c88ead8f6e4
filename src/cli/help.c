#include <stdio.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"

const char help_help[] = "Usage: boshscope help [COMMAND]\n"
                         "\n"
                         "Explains COMMAND, or lists the commands.\n";

int help_show(const char *page, const char *more) {
        fputs(page, stdout);
        if (more)
                fputs(more, stdout);
        return stdout_finish(STATUS_OK);
}

int help_overview(void) {
        fputs("Usage: boshscope COMMAND [options]\n"
              "\n"
              "Reads the logs that a Cisco Finesse server's collectors pack and says which\n"
              "agents lost their desktop's connection, when, and how it ended.\n"
              "\n"
              "Commands:\n",
              stdout);
        for (size_t i = 0; i < command_count; i++)
                printf("  %-10s %s\n", commands[i].name, commands[i].summary);
        fputs("\n"
              "Options:\n"
              "  -h, --help     show this page\n"
              "  -V, --version  show the version\n"
              "\n"
              "Examples:\n"
              "  boshscope analyze active_1497638824642.tgz -o report.json\n"
              "  boshscope analyze --tz +05:30 logs/ | jq .findings\n"
              "  boshscope explain --agent 1001003 --at 2017-06-17T00:17+05:30 logs/\n"
              "  boshscope timeline --agent 1001003 logs/\n"
              "  boshscope render report.json -o note.md -o findings.csv\n"
              "  boshscope info active_1497638824642.tgz\n"
              "  boshscope rules list\n"
              "\n"
              "'boshscope help COMMAND' explains a command and its exit statuses.\n",
              stdout);
        return stdout_finish(STATUS_OK);
}

int cmd_help(int argc, char **argv) {
        static const struct option longs[] = { { "help", no_argument, NULL, 'h' }, { 0 } };
        static const struct option_set set = { "help", ":h", longs };
        const struct command *command;

        if (option_next(&set, argc, argv, NULL) == OPTION_BAD)
                return STATUS_USAGE;
        if (optind >= argc)
                return help_overview();
        command = command_find(commands, command_count, argv[optind]);
        if (!command)
                return usage_error("", "unknown command '%s'", argv[optind]);
        return help_show(command->help, command->more);
}
