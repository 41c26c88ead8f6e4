#include "timeline/unmatched.h"

#include <errno.h>
#include <stdlib.h>

#include "events/event.h"
#include "events/outline.h"

/* Masking makes a text longer at worst by its marks. */
enum { BUFFER_BYTES = 4 * OUTLINE_LOOKED_AT + 64 };

struct unmatched *unmatched_new(void) {
        struct unmatched *unmatched = calloc(1, sizeof(*unmatched));

        if (!unmatched)
                return NULL;
        unmatched->said = calloc(SAID_COUNT, sizeof(*unmatched->said));
        if (!unmatched->said) {
                free(unmatched);
                return NULL;
        }
        arena_init(&unmatched->arena);
        intern_init(&unmatched->outlines);
        buf_init(&unmatched->outline, BUFFER_BYTES);
        buf_init(&unmatched->scratch, BUFFER_BYTES);
        return unmatched;
}

void unmatched_finish(struct unmatched *unmatched) {
        buf_release(&unmatched->outline);
        buf_release(&unmatched->scratch);
        free(unmatched->said);
        unmatched->said = NULL;
        intern_settle(&unmatched->outlines);
        array_fit(&unmatched->kinds, &unmatched->capacity, unmatched->count, sizeof(*unmatched->kinds));
}

uint64_t unmatched_weight(const struct unmatched *unmatched) {
        return sizeof(*unmatched) + unmatched->arena.bytes + intern_bytes(&unmatched->outlines) +
               unmatched->count * 2 * sizeof(*unmatched->kinds);
}

void unmatched_free(struct unmatched *unmatched) {
        if (!unmatched)
                return;
        unmatched_finish(unmatched);
        intern_release(&unmatched->outlines);
        arena_release(&unmatched->arena);
        free(unmatched->kinds);
        free(unmatched);
}

/* ---------------------------------------------------------- one member */

static int keep_example(struct arena *arena, const struct limits *limits, const struct record *record,
                        struct unmatched_kind *kind) {
        int r;

        kind->line = record->line;
        kind->offset = record->offset;
        kind->message_at = (uint32_t)record->header.message_at;
        r = arena_str(arena, span_of(record->text, record->header.level), &kind->level);
        if (r == 0)
                r = arena_str(arena, span_of(record->text, record->header.logger), &kind->logger);
        if (r == 0)
                r = text_keep(arena, record->text, (size_t)limits->max_evidence_bytes, &kind->text, &kind->text_cut);
        return r;
}

static int add_kind(struct unmatched *unmatched, const struct limits *limits, const struct record *record, bool room) {
        struct unmatched_kind kind = { .count = 1 };
        uint32_t id;
        int r;

        if (!room || unmatched->count >= limits->max_unmatched_shapes) {
                unmatched->others++;
                return 0;
        }
        r = array_reserve(&unmatched->kinds, &unmatched->capacity, unmatched->count + 1, sizeof(*unmatched->kinds));
        if (r == 0)
                r = keep_example(&unmatched->arena, limits, record, &kind);
        if (r == 0)
                r = intern_add(&unmatched->outlines, buf_str(&unmatched->outline), &id);
        if (r < 0)
                return r;
        kind.outline = kind.shape = intern_str(&unmatched->outlines, id);
        unmatched->kinds[unmatched->count++] = kind;
        return 0;
}

/* Where it would be remembered that a message was met; NULL for a long one. */
static struct said *said_at(struct unmatched *unmatched, struct str message) {
        if (message.n == 0 || message.n > sizeof(unmatched->said[0].text))
                return NULL;
        return &unmatched->said[str_hash(message) & (SAID_COUNT - 1)];
}

static void remember(struct said *said, struct str message, uint32_t kind) {
        memcpy(said->text, message.p, message.n);
        said->length = message.n;
        said->kind = kind;
}

int unmatched_add(struct unmatched *unmatched, const struct limits *limits, const struct record *record, bool room) {
        struct str message = str_skip(record->text, record->header.message_at);
        struct said *said = said_at(unmatched, message);
        uint32_t id;
        int r;

        if (said && str_eq(message, (struct str){ said->text, said->length })) {
                unmatched->kinds[said->kind].count++;
                return 0;
        }
        unmatched->outline.n = 0;
        r = outline_add(&unmatched->outline, &unmatched->scratch, message);
        if (r < 0)
                return r;
        id = intern_find(&unmatched->outlines, buf_str(&unmatched->outline));
        if (id == INTERN_NONE)
                return add_kind(unmatched, limits, record, room);
        unmatched->kinds[id].count++;
        if (said)
                remember(said, message, id);
        return 0;
}

/* ------------------------------------------------------------- joining */

static int compare_kinds(const void *a, const void *b) {
        const struct unmatched_kind *x = a, *y = b;

        if (x->count != y->count)
                return x->count > y->count ? -1 : 1;
        if (x->family != y->family)
                return x->family < y->family ? -1 : 1;
        return str_cmp(x->outline, y->outline);
}

/* The kinds of one family so far, found by their outline: id -> place in sum.kinds. */
struct family_kinds {
        struct intern outlines;
        uint32_t *places;
        size_t capacity;
};

static int join_kind(struct unmatched_sum *sum, struct family_kinds *known, const struct input *input,
                     const struct unmatched_kind *kind) {
        size_t before = known->outlines.count;
        struct unmatched_kind *joined;
        uint32_t id;
        int r = array_reserve(&known->places, &known->capacity, before + 1, sizeof(*known->places));

        if (r == 0)
                r = array_reserve(&sum->kinds, &sum->capacity, sum->count + 1, sizeof(*sum->kinds));
        if (r == 0)
                r = intern_add(&known->outlines, kind->outline, &id);
        if (r < 0)
                return r;
        if (id < before) {
                sum->kinds[known->places[id]].count += kind->count;
                return 0;
        }
        known->places[id] = (uint32_t)sum->count;
        joined = &sum->kinds[sum->count++];
        *joined = *kind;
        joined->input = input->index;
        joined->family = input->family;
        return 0;
}

static int join_input(struct unmatched_sum *sum, struct family_kinds *known, const struct input *input) {
        const struct unmatched *unmatched = input->summary->unmatched;
        int r = 0;

        sum->records += input->summary->records - input->summary->matched;
        sum->others += unmatched->others;
        sum->limited_inputs += unmatched->others > 0;
        for (size_t i = 0; i < unmatched->count && r == 0; i++)
                r = join_kind(sum, known, input, &unmatched->kinds[i]);
        return r;
}

/* Inputs stand in the report's order, so the first that has a kind has its example. */
int unmatched_join(const struct inputs *inputs, struct unmatched_sum *ret_sum) {
        struct family_kinds known[FAMILY_COUNT] = { 0 };
        int r = 0;

        *ret_sum = (struct unmatched_sum){ 0 };
        for (int family = 0; family < FAMILY_COUNT; family++)
                intern_init(&known[family].outlines);
        for (size_t i = 0; i < inputs->count && r == 0; i++) {
                const struct input *input = inputs->items[i];

                if (input->summary && input->summary->unmatched && input->duplicate_of < 0)
                        r = join_input(ret_sum, &known[input->family], input);
        }
        for (int family = 0; family < FAMILY_COUNT; family++) {
                intern_release(&known[family].outlines);
                free(known[family].places);
        }
        if (ret_sum->count)
                qsort(ret_sum->kinds, ret_sum->count, sizeof(*ret_sum->kinds), compare_kinds);
        return r;
}

void unmatched_sum_release(struct unmatched_sum *sum) {
        free(sum->kinds);
        *sum = (struct unmatched_sum){ 0 };
}
