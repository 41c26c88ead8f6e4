#include "events/event.h"

#include <errno.h>
#include <stdlib.h>

#include "events/mask.h"

void event_init(struct event *event, const struct record *record, const struct stamp *stamp, const struct rule *rule,
                const struct value *values) {
        *event = (struct event){
                .rule = rule,
                .stamp = *stamp,
                .line = record->line,
                .offset = record->offset,
                .text = record->text,
                .identity_at = record->header.identity_at,
                .values = values,
                .tick_ms = stamp->local_ms,
        };
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

/* Values are mostly parts of the text that was kept: where the same bytes stand
 * at the same place in it (nothing was masked before), they are not copied. */
static int keep_value(struct arena *arena, const struct event *event, struct str kept_text, struct value *value) {
        size_t at;

        if (value->text.n == 0)
                return 0;
        at = (size_t)(value->text.p - event->text.p);
        if (at < kept_text.n && value->text.n <= kept_text.n - at &&
            memcmp(kept_text.p + at, value->text.p, value->text.n) == 0) {
                value->text.p = kept_text.p + at;
                return 0;
        }
        return arena_str(arena, value->text, &value->text);
}

static int keep_values(struct arena *arena, const struct event *event, struct str kept_text,
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
                r = keep_value(arena, event, kept_text, &values[i]);
        }
        *ret_values = values;
        return r;
}

int event_keep(struct arena *arena, const struct event *event, size_t max_text_bytes, struct event *ret_kept) {
        struct event kept = *event;
        int r;

        kept.fingerprint = event_fingerprint(event);
        r = keep_text(arena, &kept, max_text_bytes);
        if (r < 0)
                return r;
        r = keep_values(arena, event, kept.text, &kept.values);
        if (r < 0)
                return r;
        *ret_kept = kept;
        return 0;
}

/* The event, its values and its text, one behind the other. */
static int held_reserve(struct held_event *held, size_t bytes) {
        enum { STEP = 64 }; /* texts of one kind differ by a few bytes */
        struct event *memory;

        if (bytes <= held->capacity)
                return 0;
        bytes = (bytes + STEP - 1) / STEP * STEP;
        memory = realloc(held->event, bytes);
        if (!memory)
                return -ENOMEM;
        held->event = memory;
        held->capacity = (uint32_t)bytes;
        return 0;
}

int event_hold(struct held_event *held, const struct event *event) {
        const size_t count = event->rule->field_count;
        const struct str text = str_first(event->text, HELD_TEXT_BYTES);
        struct value *values;
        char *copy;
        int r = held_reserve(held, sizeof(*event) + count * sizeof(*values) + text.n);

        if (r < 0)
                return r;
        *held->event = *event;
        values = (struct value *)(void *)(held->event + 1);
        copy = (char *)(values + count);
        if (text.n)
                memcpy(copy, text.p, text.n);
        for (size_t i = 0; i < count; i++) {
                struct str part = event->values[i].text;

                values[i] = event->values[i];
                if (values[i].set && part.p + part.n <= text.p + text.n)
                        values[i].text.p = copy + (part.p - text.p);
                else
                        values[i].text = STR("");
        }
        held->event->text = (struct str){ copy, text.n };
        held->event->text_cut = text.n < event->text.n;
        held->event->values = values;
        held->set = true;
        return 0;
}

void held_release(struct held_event *held) {
        free(held->event);
        *held = (struct held_event){ 0 };
}
