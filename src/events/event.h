/*
 * event: a record that a rule recognised.
 *
 * A *live* event points into the reader's window and ends with the next record.
 * A *kept* event is a copy in an arena, made by event_keep(). Its text goes through
 * text_keep(), the one place where a record outlives its line: credentials are
 * masked there.
 */
#ifndef EVENTS_EVENT_H
#define EVENTS_EVENT_H

#include "base/limits.h"
#include "events/record.h"
#include "events/stamp.h"
#include "rules/ruleset.h"

struct event {
        const struct rule *rule;
        struct stamp stamp;
        uint64_t line, offset;      /* of the record in its input */
        struct str text;            /* the record; kept: masked and cut to a limit */
        uint32_t identity_at;       /* where the part of `text` begins that copies in other files share; kept: 0 */
        uint64_t fingerprint;       /* of that part; 0 until the event is kept */
        const struct value *values; /* parallel to rule->fields */

        bool unlisted;   /* one of very many of the server's, kept for signatures alone */
        bool text_cut;   /* the kept text is only the record's beginning */
        uint32_t copies; /* further records that say the same, such as one a skill group */
        int64_t tick_ms; /* samples: local time of their reaper run's first record */
        uint32_t input;  /* index of the input, once it is known */
        uint32_t node;   /* number of its node, likewise */
        int64_t utc_ms;  /* once the clock is known */
};

/* `values` are those of the rule's fields. */
void event_init(struct event *event, const struct record *record, const struct stamp *stamp, const struct rule *rule,
                const struct value *values);

/* A field's value, or NULL when the rule has no such field or it took no part. */
static inline const struct value *event_value(const struct event *event, enum field field) {
        const size_t at = event->rule->field_at[field];

        return at && event->values[at - 1].set ? &event->values[at - 1] : NULL;
}

/* The same as a text or a number; false where it is NULL. What names somebody or something is no longer than a part of
 * a JID may be (RFC 7622, section 3.1); what is longer names nobody. */
static inline bool event_text(const struct event *event, enum field field, struct str *ret_text) {
        enum { LONGEST_NAME = 1023 };
        const struct value *value = event_value(event, field);

        if (!value || value->text.n > LONGEST_NAME)
                return false;
        *ret_text = value->text;
        return true;
}

static inline bool event_number(const struct event *event, enum field field, int64_t *ret_number) {
        const struct value *value = event_value(event, field);

        if (!value)
                return false;
        *ret_number = value->number;
        return true;
}

static inline enum event_kind event_kind(const struct event *event) {
        return event->rule->kind;
}

/* A copy of a record's text in the arena, credentials masked, not longer than
 * max_bytes; then *ret_cut is true. 0 or -ENOMEM. */
int text_keep(struct arena *arena, struct str text, size_t max_bytes, struct str *ret_kept, bool *ret_cut);

/* Equal for copies of a record in several files, whatever their line ends. */
uint64_t event_fingerprint(const struct event *event);

/* Copy into the arena. 0 or -ENOMEM. */
int event_keep(struct arena *arena, const struct event *event, size_t max_text_bytes, struct event *ret_kept);

/*
 * held: the latest of many events, remembered without keeping each. The text is
 * copied as it is (unmasked, first bytes only) and leaves only by event_keep.
 * A value whose text lies behind those bytes keeps its number alone.
 *
 *      event --hold--> held --open--> event, like a live one
 */
enum { HELD_TEXT_BYTES = 1024 };

struct held; /* what is written for each of very many records, so no more than an event is made of again */

struct held_event {
        struct held *held; /* the memory is used again and again */
        uint32_t capacity;
        bool set;
};

struct opened_event {
        struct event event;
        struct value values[RULE_MAX_FIELDS];
};

int event_hold(struct held_event *held, const struct event *event);
/* One that is set. `ret_opened` ends with the next event that is held there. */
void held_open(const struct held_event *held, struct opened_event *ret_opened);
void held_release(struct held_event *held);

#endif
