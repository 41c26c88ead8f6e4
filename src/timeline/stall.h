/*
 * stall: the reaper as a watchdog. It looks at all sessions every 30 s; a round that
 * comes late although sessions are open tells that the server stood still.
 *
 *      round   round   round                         round   round
 *        |       |       |           (late)            |       |
 *                        [ from ................... to ]
 *
 * A log that pauses tells the same by its looks, so a pause is a stall only where the
 * sessions that both rounds sampled had none of their requests left out (struct
 * pause), and not where the log pauses more often than not. Between two files the
 * last round of one and the first of the next are judged alike.
 */
#ifndef TIMELINE_STALL_H
#define TIMELINE_STALL_H

struct server_events;
struct timeline;

/* Add them. 0 or -ENOMEM. */
int stalls_find(struct server_events *events, const struct timeline *timeline);

#endif
