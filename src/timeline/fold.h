/*
 * fold: one member's records in, in file order; its summary out.
 *
 * Which heartbeats are kept, and why no join needs the others:
 *   - a session's first sample, its first few and its last request, and a silent
 *     run still open at the end: a run may go on in the neighbouring file;
 *   - all samples of a run that reached REPORTED_IDLE_MS, ended in a closure, or
 *     began before the member's first sample; the request before it; the record
 *     that ended it;
 *   - the requests on both sides of a pause longer than a long poll: in layouts
 *     where samples and requests stand in different files, nothing else tells
 *     when a client came back.
 * A run that stayed below REPORTED_IDLE_MS and recovered within the member is no
 * story, whatever other members hold.
 */
#ifndef TIMELINE_FOLD_H
#define TIMELINE_FOLD_H

#include "timeline/summary.h"

/* One whole long poll missed (README, The report: idle_escalation). */
enum { REPORTED_IDLE_MS = 30000 };

/* State events this close that say the same are one change, told once a skill group. */
enum { SAME_STATE_MS = 1000 };

struct fold;

/* NULL when out of memory. */
struct fold *fold_new(const struct ruleset *ruleset, const struct limits *limits, enum family family);
void fold_free(struct fold *fold);

/* Before the first record: where its time is none of the calendar, that of the
 * first good one in the leaf's first bytes is taken. */
void fold_look_ahead(struct fold *fold, struct str head);

/* List what the records say that no rule matches (timeline/unmatched.h). Before the
 * first record. 0 or -ENOMEM. */
int fold_list_unmatched(struct fold *fold);

/* The file's name was matched: the event is made of its first record. Before that;
 * what the match points to must live until then. */
void fold_named(struct fold *fold, const struct match *match);

/* A record, matched or not: its stamp and host count. `same_stamp` is by the record that was given before. `rule` is
 * NULL when none matches it, `values` are those of the rule's fields. 0 or -ENOMEM. */
int fold_record(struct fold *fold, const struct record *record, const struct rule *rule, const struct value *values);

/* So many records that a rule which only counts matched, each of the second of a
 * record that is given to fold_record. In any order. */
void fold_counted(struct fold *fold, const struct rule *rule, uint64_t count);

/* How many records had no time of the calendar, and the first one's place. */
const struct oddity *fold_bad_stamps(const struct fold *fold);

/* End it: what was held back is kept or dropped, and the fold gives its summary
 * away. Counters of lines and bytes are the caller's to fill. 0 or -ENOMEM. */
int fold_finish(struct fold *fold, struct summary **ret_summary);

/* Does a sample stamped `at` belong to the same run of the reaper as those from
 * `first` to `last`? */
bool same_tick(int64_t first_ms, int64_t last_ms, int64_t at_ms);

/* Does a sample count from before a request that seemed to end the silence? Then
 * the request stands before it only because both have the same second. */
bool sample_outlasts_request(int64_t idle_ms, int64_t tick_ms, int64_t request_ms);

/* Do samples belong to one silent run? The second has to be positive. Both
 * stamps are those of their reaper runs. */
bool samples_continue(int64_t idle_ms, int64_t tick_ms, int64_t next_idle_ms, int64_t next_tick_ms);

#endif
