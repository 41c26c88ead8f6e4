/*
 * fold_parts: what the files of a fold share. Nobody else includes this.
 *
 *   fold.c           life cycle, records and their stamps, finishing
 *   fold_session.c   sessions: samples, silent runs, requests
 *   fold_votes.c     what is counted: offsets, addresses, products, states
 *   fold_rounds.c    rounds of the reaper that came late
 *   fold_server.c    what befalls the server: events of one rule up to a limit
 */
#ifndef TIMELINE_FOLD_PARTS_H
#define TIMELINE_FOLD_PARTS_H

#include "timeline/fold.h"

enum { JID_BYTES = 3072 /* RFC 7622: three parts of at most 1023 bytes */ };

/* A client's address: of IPv4 the text, which is short. */
struct client {
        char text[16];
        size_t n;    /* of `text`; 0: none, or a longer one */
        uint32_t id; /* in summary.words, or INTERN_NONE */
};

/* What the fold remembers of a session between its records. Parallel to
 * summary.segments. */
struct live_segment {
        int64_t highest_rid, request_ms;
        struct held_event request; /* the first with the highest rid */
        struct client client;      /* whose address the latest one had */
        uint32_t domain;           /* of its segment's JID, in summary.words, or INTERN_NONE */
        uint32_t pause;            /* its next request votes on summary.pauses[pause - 1]; 0: on none */
        unsigned rising;           /* how many requests with a higher id than any before */
        unsigned same_pauses;      /* the latest long times between two of them that were alike */
        int64_t last_pause_ms;     /* the latest time between two of them that was long */

        int64_t idle_ms, tick_ms; /* of the latest sample */
        int64_t sampled_rid;      /* the highest at that time */
        int64_t returned_ms;      /* when it returned */
        uint32_t next;            /* the session that was sampled after this one the last time */

        bool request_kept; /* that one is in the summary already */
        bool sampled;
        bool skipped;             /* a request since the latest sample was not logged */
        bool run_open;            /* the latest sample was positive */
        bool returned;            /* a new request came since: the next sample tells its worth */
        bool request_before_kept; /* likewise */
        bool run_kept;            /* its samples are in the summary */

        struct held_event request_before;       /* while `returned`: the request before it */
        struct held_event *pending;             /* the run's samples while they are not kept */
        size_t pending_count, pending_capacity; /* beyond pending_count: buffers to use again */
};

/* The last state event of an agent, to fold its copies into; and what was kept of it. */
struct live_state {
        size_t event; /* index in summary.events, SIZE_MAX without */
        int64_t state, reason, at_ms;
        int64_t decided_ms; /* when the web service last decided to log it out, or TIME_UNKNOWN */
        bool named;         /* a state or a request was kept */
};

/* Of one rule, what befell the server: the first few are kept at once, of the others
 * the latest. */
struct server_tail {
        uint64_t count;
        struct held_event *latest; /* SERVER_KEPT of them, a ring; NULL while there are no others */
};

enum { SERVER_KEPT = 50 };

/* A reaper run whose milliseconds an epoch in its midst has told. */
struct precise_tick {
        int64_t tick_ms, precise_ms;
};

struct fold {
        const struct ruleset *ruleset;
        const struct limits *limits;
        enum family family;
        struct summary *summary;
        struct intern keys; /* session key -> index in segments and live */
        struct live_segment *live;
        size_t live_capacity;
        uint32_t latest;      /* the session of the record before, once there is one */
        uint32_t sampled;     /* the one that was sampled last */
        uint32_t expected;    /* and the one that was sampled after it the last time */
        struct intern agents; /* agent as written -> index in states */
        struct live_state *states;
        size_t state_count, state_capacity;

        struct server_tail *tails; /* by rule index; NULL while there is none */
        struct intern unknown_sids;

        struct match named; /* what the file's name says; its rule is NULL once that was told */

        struct stamp stamp;         /* of the record at hand, or of the one before it; unrolled */
        bool have_stamp, at_stamp;  /* at_stamp: the record before had the same one, and it was good */
        int64_t before_ms;          /* the latest stamp: as it is written, or in UTC where it has a zone */
        struct stamp_before before; /* as it was written */
        struct oddity bad_stamps;

        uint64_t held_bytes; /* of events that are held */
        struct precise_tick *precise;
        size_t precise_count, precise_capacity;
        uint32_t domain;      /* of the JID read last, in summary.words, or INTERN_NONE */
        uint32_t host;        /* that the record before came from, likewise */
        struct client client; /* of the last HTTP request that no poll has claimed */
        char key_text[JID_BYTES + 8];
};

/* Do the limits leave room for one more of whatever grows with the records? Where not, that is noted. */
bool fold_has_room(struct fold *fold, const struct event *event);

/* Keep a copy of an event in the summary, where there is room. 0 or -ENOMEM. */
int fold_keep(struct fold *fold, const struct event *event);
/* The same of a held one; unless that was done, or none is held. */
int fold_keep_held(struct fold *fold, const struct held_event *held);
int fold_keep_once(struct fold *fold, const struct held_event *held, bool *kept);

/* A word's id in summary.words, INTERN_NONE where it is new and there is no room. 0 or -ENOMEM. */
int fold_word(struct fold *fold, struct str word, uint64_t line, uint64_t offset, uint32_t *ret_id);

/* Hold an event (events/event.h); where that takes memory and there is no room, none is held. 0 or -ENOMEM. */
int fold_hold(struct fold *fold, struct held_event *held, const struct event *event);

/* fold_session.c: an event about a session; the end of the member. */
int fold_session_event(struct fold *fold, struct event *event);
int fold_session_edges(struct fold *fold);
void fold_session_release(struct live_segment *live);

/* fold_votes.c */
int fold_header(struct fold *fold, const struct record *record);
int fold_statistics(struct fold *fold, const struct event *event);
int fold_client_address(struct fold *fold, const struct event *event);
int fold_state(struct fold *fold, const struct event *event);
int fold_state_request(struct fold *fold, const struct event *event);
int fold_presence_logout(struct fold *fold, const struct event *event);

/* fold_rounds.c: a round of the reaper begins, at a time and with a sample; a session's
 * sample, with what is known of the one before it; a request with a new highest id. */
int fold_round(struct fold *fold, int64_t at_ms, const struct event *sample);
void fold_round_sample(struct fold *fold, struct live_segment *live, int64_t tick_ms, int64_t idle_ms);
void fold_round_request(struct fold *fold, struct live_segment *live, int64_t rid);

/* fold_server.c */
int fold_server_event(struct fold *fold, const struct event *event);
int fold_unknown_session(struct fold *fold, const struct event *event);
int fold_server_finish(struct fold *fold);
void fold_server_release(struct fold *fold);

#endif
