/*
 * ruleset: a rule pack, compiled once into an immutable table.
 *
 *      rules/<any>.json --parse, validate--> struct ruleset --match--> struct match
 *
 * The grammar of a pack's files stands at the top of ruleset.c. A ruleset is
 * never changed after ruleset_load and may be used by any number of threads,
 * each with a matcher of its own (the only mutable part: that patterns are compiled
 * when they are first needed is between them and rules/pattern.c).
 *
 * No record meets a pattern before its literal was found: rules/dispatch.h.
 *
 * Precedence: rules that look at the start of the message come before those
 * that look anywhere in the record; among equals the order of the files' names
 * counts, then the order inside the file.
 */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include "base/arena.h"
#include "base/sha256.h"
#include "rules/dispatch.h"
#include "rules/family.h"
#include "rules/knowledge.h"
#include "rules/signature.h"
#include "rules/value.h"
#include "rules/version.h"
#include "rules/vocabulary.h"

struct pattern; /* a compiled PCRE2 pattern; rules/pattern.h */

enum { RULE_MAX_FIELDS = 12 };

/* A named capture of a rule. */
struct rule_field {
        struct str name; /* NUL-terminated */
        enum field_type type;
        int known; /* enum field, or -1 for a word of the pack's own */
};

/* What a rule's hits mean to the server as a whole. */
enum server_role {
        SERVER_NOTHING, /* not about the server */
        SERVER_EVENT,   /* worth telling, no more */
        SERVER_PLANNED, /* somebody takes the notification service down on purpose */
        SERVER_BOOT,    /* the machine came up */
        SERVER_FAULT,   /* what may bring the notification service down */
        SERVER_ROLE_COUNT,
};

/* A record that the rule must match, with what each field must then hold. */
struct rule_sample {
        struct str text;
        struct value values[RULE_MAX_FIELDS]; /* parallel to rule.fields; unset ones must be unset */
};

struct rule {
        struct str id, title, event, file; /* NUL-terminated */
        enum family family;
        enum event_kind kind;
        struct str literal;         /* for people: several are joined by " | "; NUL-terminated */
        const struct str *contains; /* all of them must be in the subject before the pattern is tried */
        size_t contains_count;
        const struct str *loggers; /* one of them must stand before the message; none: any record */
        size_t logger_count;
        bool at_start;              /* the literal stands where the message begins; else anywhere in the record */
        bool of_name;               /* no record is looked at: the literal begins the name of the file */
        struct str pattern_text;    /* as written, NUL-terminated; empty where the literal decides alone */
        struct pattern *pattern;    /* NULL where the literal decides alone */
        const struct shape *shapes; /* tried before the pattern; rules/shape.h */
        size_t shape_count;
        struct rule_field fields[RULE_MAX_FIELDS];
        size_t field_count;
        uint8_t field_at[FIELD_KNOWN_COUNT]; /* place in `fields` and one more, 0 where it has none */
        bool kept;         /* its events are wanted, also where their word means nothing to the C code */
        bool only_counted; /* nothing but the number of its hits is wanted, and with `versions` their time */
        size_t index;      /* place in ruleset.rules */
        const struct str *literals;
        size_t literal_count;
        const struct rule_sample *samples;
        size_t sample_count;
        const struct str *near_misses;
        size_t near_miss_count;
        enum server_role server;
        struct version_range versions; /* which versions write this wording; rules/version.h */
};

/* Words of the pack that are lists. */
struct word_list {
        const struct str *words;
        size_t count;
};

/* How far what befalls a server reaches, in seconds. */
struct server_times {
        int64_t planned_before_s; /* a command this long before a stop is its reason */
        int64_t fault_before_s;   /* a fault this long before a crash is named with it */
        int64_t fault_closely_s;  /* ... and with a mass disconnect */
        int64_t unknown_after_s;  /* requests for sessions that went with a restart come until then */
        int64_t round_s;          /* the reaper's period */
        int64_t round_late_s;     /* later than this, the server had stalled */
        int64_t stall_max_s;      /* longer than this is no stall: nobody would have waited */
};

struct ruleset {
        struct arena arena;
        bool lean;                /* the built-in pack's short form: without samples, known to be without faults */
        struct str name, version; /* NUL-terminated */
        char sha256[SHA256_HEX_BYTES];
        struct rule *rules; /* ordered by (family, file, place in the file) */
        size_t count, capacity;
        struct dispatch messages[FAMILY_COUNT];
        struct literal_list anywhere[FAMILY_COUNT];
        struct literal_list names[FAMILY_COUNT]; /* of rules that look at a file's name */
        struct word_list desktop_resources;      /* resources of a JID that are a Finesse desktop */
        struct word_list service_accounts;       /* local parts of JIDs that are the server's own */
        struct knowledge knowledge;
        struct signature *signatures; /* in the order of the files' names, then of the file */
        size_t signature_count, signature_capacity;
        int64_t default_wait_s, default_inactivity_s; /* where a session's creation was not logged */
        struct server_times server_times;
};

/* One line of English without a newline; valid during the call. */
typedef void ruleset_message_fn(void *userdata, const char *message);

/* Load *.json of a directory, or the built-in pack for NULL. 0; -EINVAL when the
 * pack has faults (each told to `fn`, which may be NULL); -ENOMEM. The built-in
 * pack's faults were found when boshscope was tested: it is loaded lean, and its
 * patterns are compiled when a match needs them. */
int ruleset_load(const char *directory, ruleset_message_fn *fn, void *userdata, struct ruleset **ret_ruleset);

/* The built-in pack as one from a directory is loaded: every fault looked for, with
 * the samples. */
int ruleset_load_whole(ruleset_message_fn *fn, void *userdata, struct ruleset **ret_ruleset);
void ruleset_free(struct ruleset *ruleset);

/* Run every rule's samples (of a lean ruleset: the whole's): how many failed, each told to `fn` (may be NULL), or
 * negative. `ret_samples` (may be NULL): how many ran, near misses included. */
int ruleset_check(const struct ruleset *ruleset, ruleset_message_fn *fn, void *userdata, size_t *ret_samples);

bool word_list_has(const struct word_list *list, struct str word); /* without case */

/* ---------------------------------------------------------------- matching */

struct match {
        const struct rule *rule;
        struct value values[RULE_MAX_FIELDS]; /* parallel to rule->fields; slices of the record */
};

struct matcher;

/* `match_limit` in PCRE2's unit. NULL when out of memory. */
struct matcher *matcher_new(uint64_t match_limit);
/* For checking that they change nothing: look at patterns alone. */
void matcher_ignore_shapes(struct matcher *matcher, bool ignore);
void matcher_free(struct matcher *matcher);

/*
 * The first rule of the record's family that matches. `record` is the whole
 * record, continuation lines included, `message_at` where its message begins.
 * 1 with `ret_match` filled (valid as long as the record's bytes), 0 when none
 * matches, -ENOMEM. A rule that gave up (match limit, JIT stack) does not match
 * and the next one is tried; `ret_gave_up` (may be NULL) then names the first
 * that did, whatever the result, and is untouched otherwise. Only the first
 * rule->field_count values are written.
 */
int matcher_match(struct matcher *matcher, const struct ruleset *ruleset, enum family family, struct str record,
                  size_t message_at, struct match *ret_match, const struct rule **ret_gave_up);

/* The two steps of it, for who has the opening (dispatch_find, or NULL) already. The first
 * is quick and tells nearly all records: the rule that the message matches by its first
 * bytes or by a shape, with `values` filled; else NULL. */
const struct rule *opening_match(const struct opening *opening, struct str message, struct value values[]);

/* The second is for what is left. `family` is one that is read. */
int matcher_match_on(struct matcher *matcher, const struct ruleset *ruleset, enum family family,
                     const struct opening *opening, struct str record, size_t message_at, struct match *ret_match,
                     const struct rule **ret_gave_up);

/* The same for the name of a file of that family. */
int matcher_match_name(struct matcher *matcher, const struct ruleset *ruleset, enum family family, struct str name,
                       struct match *ret_match, const struct rule **ret_gave_up);

#endif
