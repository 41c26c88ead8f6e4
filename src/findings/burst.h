/*
 * burst: many desktops of one node that went silent together. What the detector of
 * mass disconnects counts with; README, The report: mass_disconnect.
 *
 *      victims  by time      v v  v v v                 v
 *      instant               [5 s]
 *      within_a_poll         [ wait + 5 s ]
 *      closures              no samples: closed in one round of the reaper
 */
#ifndef FINDINGS_BURST_H
#define FINDINGS_BURST_H

#include "findings/openings.h"

enum burst_shape { SHAPE_INSTANT, SHAPE_WITHIN_A_POLL, SHAPE_CLOSURES };

enum {
        BURST_MIN = 5,
        INSTANT_MS = 5000,
        POLL_SLACK_MS = 5000,
        ROUND_MS = 2000, /* closures of one round of the reaper */
        INSTANT_PERCENT = 20,
        POLL_PERCENT = 50,
        ALL_PERCENT = 90,
        SEEN_OPEN_MS = 65000, /* a session is open if it was seen this long before */
};

/* One desktop that fell silent, was closed, or lost its presence. */
struct victim {
        const struct session *session; /* NULL: known by the loss of presence alone */
        const struct run *run;         /* its silence, NULL without samples */
        const struct event *event;     /* what shows it */
        size_t place;                  /* of the session in scene.sessions */
        size_t agent;                  /* index in timeline.agents, SIZE_MAX without */
        struct str node;               /* of a loss of presence alone */
        int64_t at_ms;                 /* silent_since, or what stands for it */
        bool told;                     /* part of a burst that is reported */
};

/* What one node knows, victims in order of time. */
struct scene {
        const struct timeline *timeline;
        struct str node;
        struct victim *victims;
        size_t count, capacity;
        const struct session **sessions; /* its desktops that have a JID */
        size_t session_count, session_capacity;
        struct openings openings; /* of these sessions */
        uint64_t *tally;          /* by prefix: all zero between two calls */
        bool *seen;               /* by session: likewise */
};

struct burst {
        enum burst_shape shape;
        const struct victim **victims; /* by time */
        size_t count;
        struct str *agents; /* each once, by name */
        size_t agent_count;
        uint64_t open;  /* how many desktops were there to lose; 0: unknown */
        char scope[64]; /* "all", a prefix or an address; empty: null */
};

const char *shape_name(enum burst_shape shape);

/* Where the fault lies: "server_side" where everybody is lost, "network_segment" where
 * just one prefix is, NULL where neither fits. */
const char *burst_cause(const struct burst *burst);

/* A silence that counts: one that reached a whole long poll, or a closure. */
bool is_silence(const struct run *run);

/* Is the desktop open at that moment: seen before, and not yet silent? */
bool is_open_at(const struct session *session, int64_t at_ms);

/* The one address of a session; empty where none or several are known. */
struct str session_address(const struct session *session);

/* Its first `octets` octets without the last dot, the whole address for 4; empty
 * where it is no IPv4 address and less is asked for. */
struct str address_prefix(struct str address, int octets);

/* "10.5.210" is a prefix of "10.5.210.7", not of "10.5.21.7" or "10.5.2101". */
bool is_in_prefix(struct str address, struct str prefix);

/* Of the victims in [first, last], those of an address prefix (empty: all), against
 * how many of the open desktops have it. */
struct share {
        struct str prefix;
        uint64_t victims, open;
};

/* The best share of the window: one that took nearly all before one that took half;
 * among those the one with most victims. `victims` is 0 where none reaches
 * POLL_PERCENT and BURST_MIN. */
struct share best_share(const struct scene *scene, size_t first, size_t last);

/* How many desktops of the scene are open. */
uint64_t count_open(const struct scene *scene, int64_t at_ms);

/* Fill burst->scope from its victims. */
void find_scope(const struct scene *scene, struct burst *burst);

#endif
