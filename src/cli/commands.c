#include "cli/command.h"
#include "cli/request.h"

#include <string.h>

/* Sorted by name: the order of the help page. */
const struct command commands[] = {
        { "analyze", cmd_analyze, "read a log bundle and write its report", help_analyze, request_help },
        { "diff", cmd_diff, "say what is new, gone and changed between two reports", help_diff, NULL },
        { "explain", cmd_explain, "say whether it was the connection that logged an agent out", help_explain,
          request_help },
        { "help", cmd_help, "explain a command", help_help, NULL },
        { "info", cmd_info, "say what a log bundle holds and what is missing", help_info, request_help },
        { "merge", cmd_merge, "fold many reports into one of the whole fleet", help_merge, NULL },
        { "render", cmd_render, "write a report in another form", help_render, NULL },
        { "rules", cmd_rules, "check or list the rules that read the logs", help_rules, NULL },
        { "store", cmd_store, "write reports as tables for a database", help_store, NULL },
        { "timeline", cmd_timeline, "tell an agent's or a session's story in order of time", help_timeline,
          request_help },
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct command *command_find(const struct command *table, size_t count, const char *name) {
        for (size_t i = 0; i < count; i++)
                if (strcmp(table[i].name, name) == 0)
                        return &table[i];
        return NULL;
}
