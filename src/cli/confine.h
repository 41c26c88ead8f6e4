/*
 * confine: the program gives up what it does not need, before it reads outside data
 * and before there are threads, which inherit it.
 *
 * From then on Landlock (Linux 5.13) refuses to open files other than the bundle and
 * the system's libraries, and to write outside the folders of the named outputs;
 * seccomp refuses every system call that reading, computing and writing do without:
 * sockets, other programs, other processes, modes and owners of files; and where no output
 * is a file, to open anything for writing. What is refused
 * fails with EPERM or EACCES and the run goes on: a library that tries something
 * needless is no reason to lose a report, and a call that fails is as harmless as one
 * that ends the program.
 *
 * Best effort: what a system lacks is left out. Sanitizers need what is given up, so
 * that a program built with one is not confined.
 */
#ifndef CLI_CONFINE_H
#define CLI_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

enum { CONFINED_MOST = 2 };

/*
 * `reads`: what is to be read, files or folders. `writes`: folders in which files (and
 * folders) are made and files replaced, and special files that are written to. Both end with NULL; what
 * is not there is passed over.
 *
 * The names of what is in force, at most CONFINED_MOST; the result is their number.
 */
size_t confine(const char *const *reads, const char *const *writes, const char *ret_names[static CONFINED_MOST]);

/* The same for a process that works through others: it may make some of its own, which then give up more by
 * confine(). */
void confine_with_workers(const char *const *reads, const char *const *writes);

/* False in a build with sanitizers, which need what is given up, and on other systems. */
bool confine_is_possible(void);

#endif
