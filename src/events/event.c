#include "events/event.h"

#include <errno.h>
#include <stdlib.h>

#include "events/mask.h"

void event_init(struct event *event, const struct record *record, const struct stamp *stamp, const struct rule *rule,
                const struct value *values) {
        /* Field by field: done for millions of records, and compilers clear a whole one by
         * an instruction that takes longer to begin than these take to end. */
        event->rule = rule;
        event->stamp = *stamp;
        event->line = record->line;
        event->offset = record->offset;
        event->text = record->text;
        event->identity_at = record->header.identity_at;
        event->fingerprint = 0;
        event->values = values;
        event->unlisted = event->text_cut = false;
        event->copies = 0;
        event->tick_ms = stamp->local_ms;
        event->input = event->node = 0;
        event->utc_ms = 0;
}

/* Of a longer record this much tells it from others. Less than HELD_TEXT_BYTES,
 * so that it is there in a held event too. */
enum { FINGERPRINT_BYTES = 512 };

/* Copies of a record agree from its identity on; files may differ in line ends. */
uint64_t event_fingerprint(const struct event *event) {
        struct str identity = str_skip(event->text, event->identity_at);
        struct str first = str_first(identity, FINGERPRINT_BYTES);
        char plain[FINGERPRINT_BYTES];
        size_t n = 0;

        if (!str_find_byte(first, '\r'))
                return str_hash(str_trim(first));
        for (size_t i = 0; i < identity.n && n < sizeof(plain); i++)
                if (identity.p[i] != '\r')
                        plain[n++] = identity.p[i];
        return str_hash(str_trim((struct str){ plain, n }));
}

/* A secret may begin anywhere in a text, so mask first and cut then. Only the
 * beginning of a very long record is looked at: twice what is kept. */
int text_keep(struct arena *arena, struct str text, size_t max_bytes, struct str *ret_kept, bool *ret_cut) {
        struct str begin = str_first(text, 2 * max_bytes + HELD_TEXT_BYTES);
        struct buf masked;
        int r;

        buf_init(&masked, 4 * begin.n + 64);
        r = mask_secrets(&masked, begin);
        if (r == 0)
                r = arena_str(arena, str_first(buf_str(&masked), max_bytes), ret_kept);
        if (r == 0)
                *ret_cut = begin.n < text.n || masked.n > max_bytes;
        buf_release(&masked);
        return r;
}

static int keep_text(struct arena *arena, struct event *event, size_t max_bytes) {
        bool cut = false;
        int r = text_keep(arena, event->text, max_bytes, &event->text, &cut);

        event->text_cut |= cut;
        return r;
}

/* Not a part of the text that was looked at: what announces a credential is not looked for. A value is
 * no longer than a text may be. */
static int mask_value(struct arena *arena, const struct event *event, size_t max_bytes, struct value *value) {
        const size_t at = (size_t)(value->text.p - event->text.p);
        const bool is_part = value->text.p >= event->text.p && at + value->text.n <= event->text.n;
        const struct str before = is_part ? str_first(event->text, at + value->text.n) : value->text;
        struct buf masked;
        int r;

        buf_init(&masked, 4 * value->text.n + 64);
        r = mask_part(&masked, before, value->text);
        if (r == 0)
                r = arena_str(arena, str_first(buf_str(&masked), max_bytes), &value->text);
        buf_release(&masked);
        return r;
}

/* Values are mostly parts of the text that was kept: where the same bytes stand
 * at the same place in it (nothing was masked before), they are not copied. */
static int keep_value(struct arena *arena, const struct event *event, size_t max_bytes, struct str kept_text,
                      struct value *value) {
        size_t at;

        if (value->text.n == 0)
                return 0;
        at = (size_t)(value->text.p - event->text.p);
        if (at < kept_text.n && value->text.n <= kept_text.n - at &&
            memcmp(kept_text.p + at, value->text.p, value->text.n) == 0) {
                value->text.p = kept_text.p + at;
                return 0;
        }
        return mask_value(arena, event, max_bytes, value);
}

static int keep_values(struct arena *arena, const struct event *event, size_t max_bytes, struct str kept_text,
                       const struct value **ret_values) {
        size_t count = event->rule->field_count;
        struct value *values = arena_zalloc(arena, count * sizeof(*values));
        int r = 0;

        if (!values)
                return -ENOMEM;
        for (size_t i = 0; i < count && r == 0; i++) {
                if (!event->values[i].set)
                        continue;
                values[i] = event->values[i];
                r = keep_value(arena, event, max_bytes, kept_text, &values[i]);
        }
        *ret_values = values;
        return r;
}

int event_keep(struct arena *arena, const struct event *event, size_t max_text_bytes, struct event *ret_kept) {
        struct event kept = *event;
        int r;

        kept.fingerprint = event_fingerprint(event);
        kept.identity_at = 0; /* of the text before it was masked */
        r = keep_text(arena, &kept, max_text_bytes);
        if (r < 0)
                return r;
        r = keep_values(arena, event, max_text_bytes, kept.text, &kept.values);
        if (r < 0)
                return r;
        *ret_kept = kept;
        return 0;
}

/* ----------------------------------------------------------------- held */

struct held_value {
        int64_t number;
        uint32_t at, n; /* in the text; nothing where it is not held */
        bool set;
};

/* With its values and its text behind it. */
struct held {
        const struct rule *rule;
        struct stamp stamp;
        uint64_t line, offset;
        int64_t tick_ms;
        uint32_t identity_at, n; /* n: of the text */
        bool text_cut;
        struct held_value values[];
};

static char *held_text(const struct held_event *held) {
        return (char *)&held->held->values[held->held->rule->field_count];
}

static int held_reserve(struct held_event *held, size_t bytes) {
        enum { STEP = 64 }; /* texts of one kind differ by a few bytes */
        struct held *memory;

        if (bytes <= held->capacity)
                return 0;
        bytes = (bytes + STEP - 1) / STEP * STEP;
        memory = realloc(held->held, bytes);
        if (!memory)
                return -ENOMEM;
        held->held = memory;
        held->capacity = (uint32_t)bytes;
        return 0;
}

static void hold_value(struct held_value *held, const struct value *value, struct str text) {
        const size_t at = (size_t)(value->text.p - text.p);

        held->set = value->set;
        held->number = value->number;
        held->at = held->n = 0;
        if (!value->set || at + value->text.n > text.n)
                return;
        held->at = (uint32_t)at;
        held->n = (uint32_t)value->text.n;
}

/* A few steps, where compilers choose an instruction that is slow to begin. */
static void copy_text(char *to, struct str text) {
        enum { STEP = 16 };

        if (text.n < STEP) {
                for (size_t i = 0; i < text.n; i++)
                        to[i] = text.p[i];
                return;
        }
        for (size_t i = 0; i + STEP < text.n; i += STEP)
                memcpy(to + i, text.p + i, STEP);
        memcpy(to + text.n - STEP, text.p + text.n - STEP, STEP);
}

int event_hold(struct held_event *held, const struct event *event) {
        const size_t count = event->rule->field_count;
        const struct str text = str_first(event->text, HELD_TEXT_BYTES);
        int r = held_reserve(held, sizeof(struct held) + count * sizeof(struct held_value) + text.n);

        if (r < 0)
                return r;
        held->held->rule = event->rule;
        held->held->stamp = event->stamp;
        held->held->line = event->line;
        held->held->offset = event->offset;
        held->held->tick_ms = event->tick_ms;
        held->held->identity_at = event->identity_at;
        held->held->n = (uint32_t)text.n;
        held->held->text_cut = text.n < event->text.n;
        for (size_t i = 0; i < count; i++)
                hold_value(&held->held->values[i], &event->values[i], text);
        copy_text(held_text(held), text);
        held->set = true;
        return 0;
}

void held_open(const struct held_event *held, struct opened_event *ret_opened) {
        const struct held *from = held->held;
        const char *text = held_text(held);

        for (size_t i = 0; i < from->rule->field_count; i++) {
                const struct held_value *value = &from->values[i];

                ret_opened->values[i] = (struct value){ .set = value->set,
                                                        .text = { text + value->at, value->n },
                                                        .number = value->number };
        }
        ret_opened->event = (struct event){
                .rule = from->rule,
                .stamp = from->stamp,
                .line = from->line,
                .offset = from->offset,
                .text = { text, from->n },
                .identity_at = from->identity_at,
                .values = ret_opened->values,
                .text_cut = from->text_cut,
                .tick_ms = from->tick_ms,
        };
}

void held_release(struct held_event *held) {
        free(held->held);
        *held = (struct held_event){ 0 };
}
