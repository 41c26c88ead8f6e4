/*
 * ruleset: a rule pack, compiled once into an immutable table.
 *
 *      rules/<any>.json --parse, validate--> struct ruleset --match--> struct match
 *
 * The grammar of a pack's files is README's chapter "Rules". A ruleset is never
 * changed after ruleset_load and may be used by any number of threads, each
 * with a matcher of its own (the only mutable part).
 *
 *   ruleset.first[family][byte] --> the rules whose literal begins there
 *        'S' --> openfire.session.sample.id --> openfire.session.sample --> NULL
 *
 * so a record whose message begins with a byte that no rule's literal begins
 * with costs one table look-up, and no record meets a pattern before its
 * literal was found.
 */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include "base/arena.h"
#include "base/sha256.h"
#include "rules/family.h"
#include "rules/vocabulary.h"

struct pattern; /* a compiled PCRE2 pattern; rules/pattern.h */

enum { RULE_MAX_FIELDS = 12 };

/* A named capture of a rule. */
struct rule_field {
        struct str name;
        enum field_type type;
        int known;      /* enum field, or -1 for a word of the pack's own */
        uint32_t group; /* number of the capture group in the pattern */
};

struct rule {
        struct str id, title, event, file; /* NUL-terminated */
        enum family family;
        enum event_kind kind;
        struct str literal;
        bool at_start; /* the literal stands where the message begins; else anywhere in the record */
        struct str pattern_text; /* as written */
        struct pattern *pattern;
        struct rule_field fields[RULE_MAX_FIELDS];
        size_t field_count;
        size_t index; /* place in ruleset.rules */
        const struct rule *next_same_byte; /* chain of ruleset.first */
        const struct rule *next_anywhere;
};

/* Words of the pack that are lists. */
struct word_list {
        const struct str *words;
        size_t count;
};

struct ruleset {
        struct arena arena;
        struct str name, version; /* NUL-terminated */
        char sha256[SHA256_HEX_BYTES];
        struct rule *rules; /* ordered by (family, place in file, file) */
        size_t count;
        const struct rule *first[FAMILY_COUNT][256];
        const struct rule *anywhere[FAMILY_COUNT];
        struct word_list desktop_resources; /* resources of a JID that are a Finesse desktop */
        struct word_list service_accounts;  /* local parts of JIDs that are the server's own */
        int64_t default_wait_s, default_inactivity_s; /* where a session's creation was not logged */
};

typedef void ruleset_message_fn(void *userdata, const char *message);

/* Load *.json of a directory, or the built-in pack for NULL. 0; -EINVAL when the
 * pack has faults (each told to `fn`); -ENOMEM. */
int ruleset_load(const char *directory, ruleset_message_fn *fn, void *userdata, struct ruleset **ret_ruleset);
void ruleset_free(struct ruleset *ruleset);

/* Run every rule's samples: how many failed, each told to `fn`, or negative. */
int ruleset_check(const struct ruleset *ruleset, ruleset_message_fn *fn, void *userdata, size_t *ret_samples);

bool word_list_has(const struct word_list *list, struct str word); /* without case */

/* ---------------------------------------------------------------- matching */

struct value {
        bool set; /* the capture took part in the match */
        struct str text;
        int64_t number; /* integers only */
};

struct match {
        const struct rule *rule;
        struct value values[RULE_MAX_FIELDS]; /* parallel to rule->fields; slices of the record */
};

struct matcher;

/* `match_limit` in PCRE2's unit. NULL when out of memory. */
struct matcher *matcher_new(uint64_t match_limit);
void matcher_free(struct matcher *matcher);

/*
 * The first rule of the record's family that matches. `record` is the whole
 * record, continuation lines included, `message_at` where its message begins.
 * 1 with `ret_match` filled (valid as long as the record's bytes), 0 when none
 * matches, -ENOMEM. A rule that gave up (PCRE2_ERROR_MATCHLIMIT, JIT stack) does
 * not match; `ret_gave_up` then names it (untouched otherwise).
 */
int matcher_match(struct matcher *matcher, const struct ruleset *ruleset, enum family family, struct str record,
                  size_t message_at, struct match *ret_match, const struct rule **ret_gave_up);

#endif
