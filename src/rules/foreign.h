/*
 * foreign: files that stand in a bundle and are of no family. They are not read;
 * what they are is said, so that nobody takes them for something that was missed.
 * Each function gives such a word ("the web proxy's log"), or NULL.
 */
#ifndef RULES_FOREIGN_H
#define RULES_FOREIGN_H

#include "base/time.h"

const char *foreign_by_name(struct str name);
const char *foreign_by_line(struct str line);

/* A file that is no text: a core, a heap dump. */
const char *foreign_dump_by_name(struct str name);

/* What such a name says. */
struct dump {
        bool heap;
        struct str program; /* of a core */
        int64_t signal;     /* of a core, or -1 */
        int64_t at_ms;      /* UTC; TIME_UNKNOWN: the name of a heap dump has no time */
};

bool dump_by_name(struct str name, struct dump *ret_dump);

#endif
