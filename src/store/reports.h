/* reports: which reports a path stands for. */
#ifndef STORE_REPORTS_H
#define STORE_REPORTS_H

#include "base/arena.h"

struct reports {
        struct arena arena;
        struct str *paths; /* NUL-terminated */
        size_t count, capacity;
};

void reports_init(struct reports *reports);
void reports_release(struct reports *reports);

/* 0 or -ENOMEM. What cannot be listed is a report itself: who reads it says why it is none. */
int reports_add(struct reports *reports, const char *path);

#endif
