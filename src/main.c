/*
 * boshscope, the program: argv -> command table -> exit status.
 */
#define _POSIX_C_SOURCE 200809L /* SIGPIPE */
#include <getopt.h>
#include <malloc.h> /* mallopt, where glibc is */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "boshscope.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/output.h"

static int show_version(void) {
        printf("boshscope %s\n", boshscope_version());
        return stdout_finish(STATUS_OK);
}

/* Somebody who gives the bundle right away means `analyze`. */
static int unknown_command(const char *word) {
        if (strpbrk(word, "./"))
                return usage_error("", "unknown command '%s'; to read a bundle say: boshscope analyze %s", word, word);
        return usage_error("", "unknown command '%s'", word);
}

/* Large arrays are mapped by themselves, whatever was freed before: so they grow without a copy, and leave no holes. */
static void keep_arrays_apart(void) {
#ifdef __GLIBC__
        mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
#endif
}

int main(int argc, char **argv) {
        const struct command *command;

        keep_arrays_apart();
        stdio_guard();
        /* A reader that went away is an output error: exit status 1. */
        signal(SIGPIPE, SIG_IGN);
        if (argc < 2)
                return usage_error("", "no command given; 'boshscope analyze PATH' reads a log bundle");
        if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
                return help_overview();
        if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
                return show_version();
        if (argv[1][0] == '-')
                return usage_error("", "unknown option '%s'; options stand behind the command", argv[1]);
        command = command_find(commands, command_count, argv[1]);
        if (!command)
                return unknown_command(argv[1]);
        optind = 2;
        return command->run(argc, argv);
}
