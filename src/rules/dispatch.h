/*
 * dispatch: from the first bytes of a message to the rules that may match it.
 *
 *   head of the message --hash--> bucket --> the openings in it, the longest first
 *        "HTTPBind..."               |
 *                    "HTTPBindLog: HTTP RECV("  -->  shape, shape, rule, rule
 *                    "HTTPBindLog: "            -->  rule
 *
 * An opening is a literal, or what a shape begins with. The longest one that a
 * message begins with decides: whatever else the message begins with is the
 * beginning of that opening as well, so its candidates are known beforehand and in
 * order of precedence, and no further literal is compared. All shapes stand before
 * all rules, since shapes are exact.
 *
 * Literals that may stand anywhere are looked for in every record that is left.
 * One pass, which looks at two bytes in a dozen, tells that there is none.
 */
#ifndef RULES_DISPATCH_H
#define RULES_DISPATCH_H

#include "base/arena.h"
#include "base/word.h"

struct rule;
struct ruleset;
struct shape; /* rules/shape.h */

/* One way in which a message may match. */
struct candidate {
        const struct rule *rule;
        const struct shape *shape; /* NULL: by the rule's literal and what else it asks for */
        uint32_t shape_begin;      /* the shape's first literal has so many bytes */
        uint32_t not_captured;     /* which fields the shape does not capture: 1 << index */
        bool decided;              /* whatever follows */
        bool whole;                /* where nothing follows */
};

struct opening {
        struct prefix prefix;
        const struct rule *decided; /* it matches whatever follows, and has no fields; else NULL */
        const struct rule *whole;   /* likewise where nothing follows */
        bool plain; /* behind a stamp of the notification service these bytes are no level, logger or method */
        const struct rule *told; /* one of these two, where its records are only counted and `plain`; else NULL */
        const struct candidate *candidates; /* the first `shapes` of them are shapes */
        size_t count, shapes;
};

enum { DISPATCH_BITS = 10, DISPATCH_BUCKETS = 1 << DISPATCH_BITS };

struct dispatch {
        uint64_t key_mask; /* as many of the first bytes as the shortest literal has, at most eight */
        uint32_t begin[DISPATCH_BUCKETS + 1];
        const struct opening *openings;

        /* The same once more for those of at least eight bytes, which are nearly all, by their first
         * eight: there are few in a bucket. Their numbers in `openings`. */
        uint32_t far_begin[DISPATCH_BUCKETS + 1];
        const uint16_t *far;
};

static inline size_t dispatch_hash(uint64_t key) {
        return (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - DISPATCH_BITS));
}

static inline size_t dispatch_bucket(const struct dispatch *dispatch, uint64_t head) {
        return dispatch_hash(head & dispatch->key_mask);
}

/* The longest opening that the message begins with, or NULL. */
static inline const struct opening *dispatch_find(const struct dispatch *dispatch, struct str message) {
        const uint64_t head = prefix_head(message);
        size_t bucket = dispatch_hash(head);

        for (size_t i = dispatch->far_begin[bucket]; i < dispatch->far_begin[bucket + 1]; i++)
                if (prefix_fits_head(&dispatch->openings[dispatch->far[i]].prefix, head, message))
                        return &dispatch->openings[dispatch->far[i]];
        bucket = dispatch_bucket(dispatch, head);
        for (size_t i = dispatch->begin[bucket]; i < dispatch->begin[bucket + 1]; i++)
                if (prefix_fits_head(&dispatch->openings[i].prefix, head, message))
                        return &dispatch->openings[i];
        return NULL;
}

/* The rule that a message which begins so matches, where that is known without a
 * further look at it; else NULL. */
static inline const struct rule *opening_decides(const struct opening *opening, struct str message) {
        return message.n == opening->prefix.text.n && opening->whole ? opening->whole : opening->decided;
}

/* A literal that may stand anywhere, or where a file's name begins. */
struct rule_literal {
        struct str text;
        const struct rule *rule;
};

enum { SCREEN_BITS = 10, SCREEN_ENTRIES = 1 << SCREEN_BITS };

/*
 * By two bytes that stand somewhere in a text: how far the end of the next literal's
 * first `window` bytes is away at least; 0 where they may end here.
 */
struct screen {
        size_t window; /* as long as the shortest literal; below two nothing can be skipped */
        unsigned char skip[SCREEN_ENTRIES];
};

struct literal_list {
        struct rule_literal *literals; /* in order of precedence */
        size_t count;
        struct screen screen;
};

/* Is one of the literals in the text? */
bool literal_list_occurs(const struct literal_list *list, struct str text);

/* Fill the ruleset's tables from its rules, which are in order of precedence. 0 or
 * -ENOMEM. */
int dispatch_link(struct ruleset *ruleset);

#endif
