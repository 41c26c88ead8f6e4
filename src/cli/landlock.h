/*
 * landlock: which files this process may open from now on (man 7 landlock).
 */
#ifndef CLI_LANDLOCK_H
#define CLI_LANDLOCK_H

#include <stdbool.h>

/* As confine() has it. False where the system has no Landlock. */
bool landlock_apply(const char *const *reads, const char *const *writes);

#endif
