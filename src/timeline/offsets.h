/*
 * offsets: which offset from UTC was in force when, told by votes.
 *
 * Votes come in the order of the records and are kept as runs of equal offsets,
 * so that a log of any length is a handful of them:
 *
 *      +02:00 |||||||||||||||          -->  { +02:00, 15 votes } { +01:00, 11 votes }
 *      +01:00                |||||||||||
 *
 * A run of fewer than three votes between others is a stray; at either end two are enough
 * for summer time. What is left is a history, if true time never runs backwards through
 * it; else it contradicts itself, and the offset with most votes stands alone.
 */
#ifndef TIMELINE_OFFSETS_H
#define TIMELINE_OFFSETS_H

#include "base/buf.h"
#include "base/time.h"

struct offset_run {
        int64_t from_ms, to_ms; /* earliest and latest of its votes */
        int16_t minutes;
        uint64_t votes;
};

/* An all-zero one is empty. */
struct offset_runs {
        struct offset_run *items;
        size_t count, capacity;
};

/* A vote, in the order of the records. 0 or -ENOMEM. */
int offset_runs_add(struct offset_runs *runs, int64_t at_ms, int16_t minutes);
void offset_runs_release(struct offset_runs *runs);

uint64_t offset_runs_votes(const struct offset_runs *runs, int16_t minutes);
uint64_t offset_runs_total(const struct offset_runs *runs);

/* The offset nearest to a difference (local - UTC), in steps of 15 minutes, and what
 * is left of it. False when no offset in use is that large. */
bool offset_nearest(int64_t difference_ms, int16_t *ret_minutes, int64_t *ret_rest_ms);

/* ------------------------------------------------------------- history */

struct offset {
        int64_t since_ms; /* UTC; INT64_MIN for the first */
        int64_t after_ms; /* the change came after this: the last vote for the one before */
        int16_t minutes;  /* ZONE_UNKNOWN: taken as UTC */
};

struct offsets {
        struct offset *items; /* in time order */
        size_t count, capacity;
        int64_t first_ms, last_ms; /* UTC of the first and the last vote; TIME_UNKNOWN without */
};

/* A history of one offset. 0 or -ENOMEM. */
int offsets_set(struct offsets *offsets, int16_t minutes);
int offsets_insert(struct offsets *offsets, size_t at, struct offset offset);
void offsets_release(struct offsets *offsets);

/* The offset in force at a time. */
size_t offsets_at_utc(const struct offsets *offsets, int64_t utc_ms);
bool offsets_have(const struct offsets *offsets, int16_t minutes);
int64_t offset_ms(int16_t minutes);

/* ------------------------------------------------------------ evidence */

/* The runs of all members of a node, in UTC. An all-zero one is empty. */
struct offset_evidence {
        struct offset_runs runs;
        uint64_t total; /* votes, strays among them */
};

/* `is_local`: the runs' times are the wall clock's. 0 or -ENOMEM. */
int offset_evidence_add(struct offset_evidence *evidence, const struct offset_runs *member, bool is_local);
void offset_evidence_release(struct offset_evidence *evidence);

/* What the evidence says: 1 and its history, and how many votes are for it; 0
 * when there is none; -ENOMEM. Uses the evidence up. */
int offset_evidence_decide(struct offset_evidence *evidence, struct offsets *ret_offsets, uint64_t *ret_votes);

#endif
