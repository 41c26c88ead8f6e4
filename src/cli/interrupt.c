#define _XOPEN_SOURCE 700 /* sigaction, SA_RESTART */
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>

/* A handler can reach nothing else: this is the program's one variable. */
static volatile sig_atomic_t seen;

static void handle(int number) {
        (void)number;
        seen = 1;
        /* Whatever comes second, of either kind, has its default effect. */
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
}

void interrupt_catch(void) {
        struct sigaction action = { .sa_handler = handle };

        sigemptyset(&action.sa_mask);
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
}

static void restart_calls(int number) {
        struct sigaction action;

        sigaction(number, NULL, &action);
        action.sa_flags |= SA_RESTART;
        sigaction(number, &action, NULL);
}

void interrupt_calm(void) {
        restart_calls(SIGINT);
        restart_calls(SIGTERM);
}

bool interrupt_seen(void) {
        return seen != 0;
}
