/*
 * summary: what is left of one member once it has been read: counters, the
 * events that tell the story, and one segment per session. Made by a fold,
 * joined with the others by timeline_join. Times are the member's own: UTC where
 * stamps carry a zone, else its wall clock's, unrolled (timeline/wall.h). Events
 * have those of their stamps. Nothing here knows other members.
 *
 *      member --fold--> summary --+
 *      member --fold--> summary --+--join--> timeline
 *
 * Heartbeats (a poll, a "0 ms ago" sample) are counted and folded away, except
 * those at the edges of what is silent: the memory follows sessions, not bytes.
 * So are the states of an agent, and the requests for them, that tell no story.
 */
#ifndef TIMELINE_SUMMARY_H
#define TIMELINE_SUMMARY_H

#include "base/intern.h"
#include "events/event.h"
#include "timeline/ridset.h"
#include "timeline/spans.h"
#include "timeline/tally.h"
#include "timeline/wall.h"

/* A run of the reaper: when its first and its last sample were stamped, and its
 * time with milliseconds where an epoch told them (else that of its first). */
struct tick {
        int64_t first_ms, last_ms, exact_ms; /* TIME_UNKNOWN without */
};

/*
 * Two rounds of the reaper that are further apart than its period. Sessions that
 * both sampled vote: were all their requests between logged? Request ids go up by
 * one, so a log that was switched off, or a part of it that is missing, skips some.
 */
struct pause {
        int64_t from_ms, to_ms;
        uint64_t line; /* of the first sample behind it */
        uint32_t whole, skipped;
};

/* What stands before the folded JID in a segment's key. */
#define JID_KEY "jid:"

/* One session as one member saw it. What its heartbeats touch stands together: of very
 * many sessions no other part of them is in the cache. */
struct segment {
        struct str jid; /* with a local part; empty when unknown; as first written */
        int64_t first_ms, last_ms;
        int64_t peak_idle_ms; /* -1 without samples */
        struct ridset rids;
        struct tally client_ips;      /* votes of polls; ids in summary.words */
        int64_t wait_s, inactivity_s; /* -1 unknown */
        struct str key;         /* the session id, or "jid:" and the folded JID where no record of it has the id */
        struct str sid;         /* empty when unknown */
        struct str address;     /* `domain/SID`, what a session is called before sign-in; empty when not seen */
        int64_t jid_ms;         /* first record that has `jid` */
        bool born;              /* its creation or its binding was logged: it did not exist before */
        struct tally named_ips; /* addresses that stand in the session's own records, likewise */
};

/* An error of the web service that a rule matched: it may stand in its log of errors
 * as well (twins.h). */
struct error_mark {
        uint64_t print; /* of its time and text */
        uint32_t rule;
};

/* How often a rule matched; of one that says which versions write its wording, also
 * from when to when. */
struct rule_hits {
        size_t rule; /* its index */
        uint64_t count;
        int64_t first_ms, last_ms; /* TIME_UNKNOWN without a record that has a time */
};

struct unmatched;

struct summary {
        struct arena arena;
        struct intern words;

        uint64_t bytes, lines, records, matched, continuation_lines, orphan_lines;
        uint32_t crc32;
        int64_t first_ms, last_ms;         /* the earliest and latest stamp, TIME_UNKNOWN without records */
        struct spans spans;                /* when it wrote */
        struct wall wall;                  /* where the stamps carry no zone */
        struct oddity backwards;           /* stamps with a zone that run backwards all the same */
        struct tick first_tick, last_tick; /* they may go on in the neighbouring file */
        struct offset_runs zones;          /* web service: the offset in the stamps, by UTC */
        struct offset_runs epochs; /* notification: what epochs in records tell, by stamps as they are written */
        struct tally nodes;        /* ids in words: JID domains or hosts */
        struct tally products;     /* ids in words: deploymentType */
        struct rule_hits
                *rule_hits; /* by rule index while the file is read; then those alone that matched, in that order */
        size_t rule_count;  /* of them */
        struct unmatched *unmatched; /* NULL where nobody asked for it */

        struct pause *pauses;
        size_t pause_count, pause_capacity;
        uint64_t rounds;          /* of the reaper */
        uint64_t first_tick_line; /* of the first sample */
        bool samples_all;         /* held polls are sampled too, so a round cannot pass unseen */

        uint64_t segment_bytes;         /* what its segments hold elsewhere */
        struct oddity sessions_dropped; /* records of sessions that were too many to follow */
        struct oddity kept_dropped;     /* records that would have been kept, or whose session would */
        uint64_t server_dropped;        /* events of the server that are counted in rule_hits, and not kept */
        uint64_t signature_dropped;     /* events that are counted in rule_hits, but not kept for signatures */

        struct error_mark *errors;
        size_t error_count, error_capacity;

        struct event *events; /* kept, in no order */
        size_t event_count, event_capacity;
        struct segment *segments;
        size_t segment_count, segment_capacity;
};

struct summary *summary_new(size_t rule_count);
void summary_free(struct summary *summary);

/* The file is read: nothing more is added, and what was kept free for it is given back. There may be a hundred thousand
 * files, and of each hundreds of rules that matched nothing. */
void summary_pack(struct summary *summary);

/* Of one rule, once they are packed; NULL without any. */
const struct rule_hits *summary_hits(const struct summary *summary, size_t rule);

/* What one of a log of a few lines takes, and more. */
enum { SUMMARY_LEAST_BYTES = 2048 };

/* How much memory it takes, with all that the analysis makes of it (base/limits.h, max_kept_bytes). */
uint64_t summary_weight(const struct summary *summary);

/* Its sessions have been joined: they are needed no more. */
void summary_drop_segments(struct summary *summary);

#endif
