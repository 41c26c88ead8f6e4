/*
 * command: what the program can do. One command a file, one signature, one
 * sorted table; a new command is a file and a row.
 *
 * A command gets the program's whole argv, as the report shows it, with
 * getopt's `optind` at the first word behind the command's name. It returns
 * the exit status.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stddef.h>

/* Exit statuses besides those of a report (enum boshscope_exit). */
enum { STATUS_OK = 0, STATUS_FAULT = 1, STATUS_USAGE = 2 };

struct command {
        const char *name;
        int (*run)(int argc, char **argv);
        const char *summary; /* one line of `boshscope --help` */
        const char *help;    /* the whole page, */
        const char *more;    /* or its beginning, and this its end; else NULL */
};

extern const struct command commands[];
extern const size_t command_count;

/* NULL when there is none of that name. */
const struct command *command_find(const struct command *table, size_t count, const char *name);

int cmd_analyze(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_help(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_render(int argc, char **argv);
int cmd_rules(int argc, char **argv);
int cmd_rules_check(int argc, char **argv);
int cmd_rules_list(int argc, char **argv);
int cmd_store(int argc, char **argv);
int cmd_timeline(int argc, char **argv);

extern const char help_analyze[];
extern const char help_diff[];
extern const char help_explain[];
extern const char help_help[];
extern const char help_info[];
extern const char help_merge[];
extern const char help_render[];
extern const char help_rules[];
extern const char help_store[];
extern const char help_timeline[];

/* A page on standard output; `more` behind it unless NULL. The exit status. */
int help_show(const char *page, const char *more);

/* The page that says what commands there are. */
int help_overview(void);

#endif
