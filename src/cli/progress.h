/*
 * progress: one line on a terminal that says how far the run is, drawn over
 * itself and gone at the end.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "boshscope.h"

struct progress {
        bool drawn;         /* wanted, and standard error is a terminal */
        int64_t started_ms; /* of the monotonic clock */
        int64_t next_ms;    /* nothing is drawn before */
        size_t width;       /* columns that the line on the screen takes */
};

void progress_init(struct progress *progress, bool wanted);

/* A boshscope_progress_fn on a struct progress. Stops the run once a signal came. */
int progress_update(void *userdata, const struct boshscope_progress *now);

/* The same of a few words. */
void progress_tell(struct progress *progress, const char *text);

/* Take the line away, before anything else is printed. */
void progress_clear(struct progress *progress);

#endif
