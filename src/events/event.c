#include "events/event.h"

#include <errno.h>
#include <stdlib.h>

#include "events/mask.h"

void event_init(struct event *event, const struct record *record, const struct stamp *stamp,
                const struct match *match) {
        *event = (struct event){
                .rule = match->rule,
                .stamp = *stamp,
                .line = record->line,
                .offset = record->offset,
                .text = record->text,
                .identity_at = record->header.identity_at,
                .values = match->values,
                .tick_ms = stamp->local_ms,
        };
}

/* Of a longer record this much tells it from others. Less than HELD_TEXT_BYTES,
 * so that it is there in a held event too. */
enum { FINGERPRINT_BYTES = 512 };

/* Copies of a record agree from its identity on; files may differ in line ends. */
static uint64_t fingerprint(const struct event *event) {
        return str_hash(str_trim(str_first(str_skip(event->text, event->identity_at), FINGERPRINT_BYTES)));
}

static const struct value *find_value(const struct event *event, enum field field) {
        for (size_t i = 0; i < event->rule->field_count; i++)
                if (event->rule->fields[i].known == (int)field && event->values[i].set)
                        return &event->values[i];
        return NULL;
}

bool event_text(const struct event *event, enum field field, struct str *ret_text) {
        const struct value *value = find_value(event, field);

        if (!value)
                return false;
        *ret_text = value->text;
        return true;
}

bool event_number(const struct event *event, enum field field, int64_t *ret_number) {
        const struct value *value = find_value(event, field);

        if (!value)
                return false;
        *ret_number = value->number;
        return true;
}

/* A secret may begin anywhere in a text, so mask first and cut then. Only the
 * beginning of a very long record is looked at: twice what is kept. */
static int keep_text(struct arena *arena, struct str text, size_t max_bytes, struct str *ret_text) {
        struct buf masked;
        int r;

        text = str_first(text, 2 * max_bytes + HELD_TEXT_BYTES);
        buf_init(&masked, 4 * text.n + 64);
        r = mask_secrets(&masked, text);
        if (r == 0)
                r = arena_str(arena, str_first(buf_str(&masked), max_bytes), ret_text);
        buf_release(&masked);
        return r;
}

static int keep_values(struct arena *arena, const struct event *event, const struct value **ret_values) {
        size_t count = event->rule->field_count;
        struct value *values = arena_zalloc(arena, (count ? count : 1) * sizeof(*values));

        if (!values)
                return -ENOMEM;
        for (size_t i = 0; i < count; i++) {
                int r;

                if (!event->values[i].set)
                        continue;
                values[i] = event->values[i];
                r = arena_str(arena, event->values[i].text, &values[i].text);
                if (r < 0)
                        return r;
        }
        *ret_values = values;
        return 0;
}

int event_keep(struct arena *arena, const struct event *event, size_t max_text_bytes, struct event *ret_kept) {
        struct event kept = *event;
        int r;

        kept.fingerprint = fingerprint(event);
        r = keep_text(arena, event->text, max_text_bytes, &kept.text);
        if (r < 0)
                return r;
        r = keep_values(arena, event, &kept.values);
        if (r < 0)
                return r;
        *ret_kept = kept;
        return 0;
}

int event_hold(struct held_event *held, const struct event *event) {
        struct str text = str_first(event->text, HELD_TEXT_BYTES);

        if (!held->text) {
                held->text = malloc(HELD_TEXT_BYTES);
                if (!held->text)
                        return -ENOMEM;
        }
        memcpy(held->text, text.p, text.n);
        held->event = *event;
        held->event.text = (struct str){ held->text, text.n };
        for (size_t i = 0; i < event->rule->field_count; i++) {
                const struct value *value = &event->values[i];

                held->values[i] = *value;
                if (!value->set)
                        continue;
                if (value->text.p + value->text.n <= text.p + text.n)
                        held->values[i].text.p = held->text + (value->text.p - text.p);
                else
                        held->values[i].text = STR("");
        }
        held->set = true;
        return 0;
}

void held_release(struct held_event *held) {
        free(held->text);
        *held = (struct held_event){ 0 };
}
