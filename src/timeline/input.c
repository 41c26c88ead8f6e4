#include "timeline/input.h"

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
        for (size_t i = 0; i < inputs->count; i++)
                summary_free(inputs->items[i]->summary);
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
        input->zone = ZONE_UNKNOWN;
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

static int compare_numbers(int64_t a, int64_t b) {
        return a < b ? -1 : a > b;
}

/* Unknown times stand last. */
static int compare_times(int64_t a, int64_t b) {
        if (a == TIME_UNKNOWN || b == TIME_UNKNOWN)
                return (a == TIME_UNKNOWN) - (b == TIME_UNKNOWN);
        return compare_numbers(a, b);
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
                r = compare_numbers(x->family, y->family);
        if (r == 0 && x->summary)
                r = compare_times(x->summary->first_ms, y->summary->first_ms);
        if (r == 0 && x->summary)
                r = compare_times(x->summary->last_ms, y->summary->last_ms);
        if (r == 0)
                r = compare_numbers(x->crc32, y->crc32);
        if (r == 0)
                r = compare_numbers((int64_t)x->bytes, (int64_t)y->bytes);
        if (r == 0)
                r = str_cmp(x->name, y->name);
        return r ? r : str_cmp(x->path, y->path);
}

static bool same_bytes(const struct input *a, const struct input *b) {
        return a->summary && b->summary && a->family == b->family && a->bytes == b->bytes && a->crc32 == b->crc32 &&
               a->bytes > 0;
}

void inputs_order(struct inputs *inputs) {
        if (inputs->count)
                qsort(inputs->items, inputs->count, sizeof(*inputs->items), compare_inputs);
        for (size_t i = 0; i < inputs->count; i++) {
                struct input *input = inputs->items[i];

                input->index = (uint32_t)i;
                /* The order puts equal contents next to each other. */
                if (i > 0 && same_bytes(inputs->items[i - 1], input)) {
                        const struct input *before = inputs->items[i - 1];

                        input->duplicate_of = before->duplicate_of >= 0 ? before->duplicate_of : before->index;
                }
        }
}
