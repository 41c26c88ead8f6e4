/*
 * knowledge: what a pack knows beside its rules: which steps help with what, what
 * reason codes are called, and how long the steps of a lost connection take.
 *
 *      advice  = { "for": [ topic+ ], "product": text?, "step": text, "source": text, "link": text? }
 *      reason  = { "product": text?, "code": n, "state": text?, "name": text }
 *      window  = { "step": word, "after": word,
 *                  "min_ms": n, "max_ms": n,               how long after that step
 *                  "min_beyond": base?, "max_beyond": base?,   added to it
 *                  "source": text }
 *      base    = "wait" | "threshold"          the session's own, in its creation exchange or closure
 *
 * A topic is the kind of a finding ("idle_closure"), a kind and its cause or outcome
 * ("forced_logout.presence_loss", "server_restart.crash"), "signature." and a signature's
 * id, or "verdict." and a verdict.
 */
#ifndef RULES_KNOWLEDGE_H
#define RULES_KNOWLEDGE_H

#include "base/str.h"

struct ruleset;

enum { MAX_ADVICE = 512 };

struct advice {
        const struct str *topics;
        size_t topic_count;
        struct str product; /* "UCCX", "UCCE"; empty: any */
        struct str step, source;
        struct str link; /* NUL-terminated; empty: none */
};

struct reason_name {
        struct str product; /* empty: any */
        int64_t code;
        struct str state; /* empty: any */
        struct str name;
};

enum window_base { BASE_NONE, BASE_WAIT, BASE_THRESHOLD };

struct chain_window {
        struct str step, after; /* NUL-terminated */
        int64_t min_ms, max_ms;
        enum window_base min_beyond, max_beyond;
        struct str source;
};

struct knowledge {
        struct advice *advice;
        size_t advice_count, advice_capacity;
        struct reason_name *reasons;
        size_t reason_count, reason_capacity;
        struct chain_window *windows;
        size_t window_count, window_capacity;
};

/* The most particular name: of the product and the state, of the product, of any.
 * Empty slices stand for unknown. Empty where the table has none. */
struct str reason_name(const struct knowledge *knowledge, struct str product, int64_t code, struct str state);

/* The window of a step, or NULL. */
const struct chain_window *chain_window_of(const struct knowledge *knowledge, struct str step);

void knowledge_release(struct knowledge *knowledge);

#endif
