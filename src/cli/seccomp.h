/*
 * seccomp: which system calls this process may make from now on (man 2 seccomp).
 */
#ifndef CLI_SECCOMP_H
#define CLI_SECCOMP_H

#include <stdbool.h>

/* Each with what those before it may. */
enum seccomp_for {
        SECCOMP_FOR_READING, /* what reading files and computing in threads take */
        SECCOMP_FOR_FILES,   /* make, replace and open files to write to */
        SECCOMP_FOR_WORKERS, /* make processes, which have pipes to it and filters of their own */
};

/* Any other fails with EPERM. False where the system has no filters, or none for this machine. */
bool seccomp_apply(enum seccomp_for what);

#endif
