/*
 * circumstance: what stood near an outage and may be its reason, or follows from it.
 *
 *      fault ... fault | command | stop ......... boot ... start | requests for lost sessions
 *      [ 600 s          [ 180 s                                    120 s ]
 *
 * The seconds are the pack's (struct server_times).
 */
#ifndef FINDINGS_CIRCUMSTANCE_H
#define FINDINGS_CIRCUMSTANCE_H

#include "findings/finding.h"

enum { CIRCUMSTANCE_FAULTS = 3 };

struct circumstances {
        const struct server_event *planned;                     /* somebody took the service down, or NULL */
        const struct server_event *boot;                        /* the machine came up within it, or NULL */
        const struct server_event *faults[CIRCUMSTANCE_FAULTS]; /* the last of each rule; NULL-filled */
        const struct server_event *core;                        /* a core file of that time, or NULL */
        const struct server_event *heap_dump;                   /* one of the node, of unknown time, or NULL */
        size_t unknown_sessions;                                /* how many clients asked for a session that was gone */
};

void circumstances_find(const struct timeline *timeline, const struct outage *outage, struct circumstances *ret_found);

/* The faults of a node in the time before a moment; how many, at most CIRCUMSTANCE_FAULTS. */
size_t faults_before(const struct timeline *timeline, struct str node, int64_t from_ms, int64_t to_ms,
                     const struct server_event **ret_faults);

/* The records among them, as evidence. 0 or -ENOMEM. */
int circumstances_quote(const struct timeline *timeline, struct finding *finding, const struct circumstances *found);

/* The same in words, each behind "; ": at most `size` bytes, cut between two of them. */
void circumstances_say(const struct outage *outage, const struct circumstances *found, char *text, size_t size);

#endif
