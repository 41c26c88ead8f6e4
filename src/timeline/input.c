#include "timeline/input.h"

#include "base/order.h"

#include <errno.h>
#include <stdlib.h>

const char *input_status_name(enum input_status status) {
        static const char *const names[] = { "analysed", "ignored", "partial", "unreadable" };

        return names[status];
}

void inputs_init(struct inputs *inputs) {
        *inputs = (struct inputs){ 0 };
        arena_init(&inputs->arena);
}

void inputs_release(struct inputs *inputs) {
        for (size_t i = 0; i < inputs->count; i++) {
                summary_free(inputs->items[i]->summary);
                reading_release(&inputs->items[i]->reading);
        }
        free(inputs->items);
        arena_release(&inputs->arena);
        *inputs = (struct inputs){ 0 };
}

int inputs_add(struct inputs *inputs, struct str path, struct str name, struct input **ret_input) {
        struct input *input;
        int r;

        r = array_reserve(&inputs->items, &inputs->capacity, inputs->count + 1, sizeof(*inputs->items));
        if (r < 0)
                return r;
        input = arena_zalloc(&inputs->arena, sizeof(*input));
        if (!input)
                return -ENOMEM;
        input->family = FAMILY_NONE;
        input->duplicate_of = -1;
        r = arena_str(&inputs->arena, path, &input->path);
        if (r < 0)
                return r;
        r = arena_str(&inputs->arena, name, &input->name);
        if (r < 0)
                return r;
        inputs->items[inputs->count++] = input;
        *ret_input = input;
        return 0;
}

uint64_t input_weight(const struct input *input) {
        return sizeof(*input) + input->path.n + input->name.n + (input->summary ? summary_weight(input->summary) : 0);
}

int inputs_merge(struct inputs *inputs, struct inputs *from) {
        int r = array_reserve(&inputs->items, &inputs->capacity, inputs->count + from->count, sizeof(*inputs->items));

        if (r < 0)
                return r;
        if (from->count)
                memcpy(inputs->items + inputs->count, from->items, from->count * sizeof(*inputs->items));
        inputs->count += from->count;
        from->count = 0;
        arena_adopt(&inputs->arena, &from->arena);
        return 0;
}

int64_t input_to_utc(const struct input *input, int64_t ms) {
        return ms == TIME_UNKNOWN ? TIME_UNKNOWN : reading_utc(&input->reading, ms);
}

/* Where the wall clock was set back, true time may have been too: each piece counts. */
int input_add_spans(const struct input *input, struct spans *spans) {
        for (size_t i = 0; i < input->summary->spans.count; i++) {
                const struct time_span *span = &input->summary->spans.items[i];
                int r = array_reserve(&spans->items, &spans->capacity, spans->count + 1, sizeof(*spans->items));

                if (r < 0)
                        return r;
                spans->items[spans->count++] =
                        (struct time_span){ input_to_utc(input, span->from_ms), input_to_utc(input, span->to_ms) };
        }
        return 0;
}

int64_t input_first_utc(const struct input *input) {
        int64_t first_ms = input->summary ? input_to_utc(input, input->summary->first_ms) : TIME_UNKNOWN;

        for (size_t i = 0; input->summary && i < input->summary->wall.count; i++) {
                int64_t at_ms = input_to_utc(input, input->summary->wall.steps[i].from_ms);

                if (at_ms < first_ms)
                        first_ms = at_ms;
        }
        return first_ms;
}

int64_t input_last_utc(const struct input *input) {
        int64_t last_ms = input->summary ? input_to_utc(input, input->summary->last_ms) : TIME_UNKNOWN;

        for (size_t i = 0; input->summary && i < input->summary->wall.count; i++) {
                int64_t at_ms = input_to_utc(input, input->summary->wall.steps[i].before_ms);

                if (at_ms > last_ms)
                        last_ms = at_ms;
        }
        return last_ms;
}

/* Unknown times stand last. */
static int compare_times(int64_t a, int64_t b) {
        if (a == TIME_UNKNOWN || b == TIME_UNKNOWN)
                return (a == TIME_UNKNOWN) - (b == TIME_UNKNOWN);
        return compare_i64(a, b);
}

static bool is_last(const struct input *input) {
        return input->summary == NULL;
}

static int compare_inputs(const void *a, const void *b) {
        const struct input *x = *(struct input *const *)a, *y = *(struct input *const *)b;
        int r;

        if (is_last(x) != is_last(y))
                return is_last(x) - is_last(y);
        if (x->summary)
                r = str_cmp(str_from(family_name(x->family)), str_from(family_name(y->family)));
        else
                r = compare_i64(x->family, y->family);
        if (r == 0 && x->summary)
                r = compare_times(input_first_utc(x), input_first_utc(y));
        if (r == 0 && x->summary)
                r = compare_times(input_last_utc(x), input_last_utc(y));
        if (r == 0)
                r = compare_i64(x->crc32, y->crc32);
        if (r == 0)
                r = compare_i64((int64_t)x->bytes, (int64_t)y->bytes);
        if (r == 0)
                r = str_cmp(x->name, y->name);
        return r ? r : str_cmp(x->path, y->path);
}

static bool same_bytes(const struct input *a, const struct input *b) {
        return a->summary && b->summary && a->family == b->family && a->bytes == b->bytes && a->crc32 == b->crc32 &&
               a->bytes > 0;
}

static void number(struct inputs *inputs) {
        if (inputs->count)
                qsort(inputs->items, inputs->count, sizeof(*inputs->items), compare_inputs);
        for (size_t i = 0; i < inputs->count; i++)
                inputs->items[i]->index = (uint32_t)i;
}

void inputs_order(struct inputs *inputs) {
        number(inputs);
        for (size_t i = 1; i < inputs->count; i++) {
                struct input *input = inputs->items[i], *before = inputs->items[i - 1];

                /* The order puts equal contents next to each other. */
                if (same_bytes(before, input))
                        input->original = before->original ? before->original : before;
        }
        inputs_reorder(inputs);
}

void inputs_reorder(struct inputs *inputs) {
        number(inputs);
        for (size_t i = 0; i < inputs->count; i++)
                if (inputs->items[i]->original)
                        inputs->items[i]->duplicate_of = inputs->items[i]->original->index;
}
