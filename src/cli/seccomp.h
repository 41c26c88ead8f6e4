/*
 * seccomp: which system calls this process may make from now on (man 2 seccomp).
 */
#ifndef CLI_SECCOMP_H
#define CLI_SECCOMP_H

#include <stdbool.h>

/* Those that reading files and computing in threads take, and with `makes_files` those that
 * make, replace and open files to write to; any other fails with EPERM. False where the
 * system has no filters, or none for this machine. */
bool seccomp_apply(bool makes_files);

#endif
