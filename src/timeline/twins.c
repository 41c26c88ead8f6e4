#include "timeline/twins.h"

#include <errno.h>
#include <stdlib.h>

/* One error of one file. */
struct twin {
        struct error_mark mark;
        uint32_t node, input;
};

int twins_note(struct summary *summary, const struct event *event) {
        const uint64_t utc = (uint64_t)time_to_utc(event->stamp.local_ms, event->stamp.zone);
        int r = array_reserve(&summary->errors, &summary->error_capacity, summary->error_count + 1,
                              sizeof(*summary->errors));

        if (r < 0)
                return r;
        summary->errors[summary->error_count++] = (struct error_mark){
                .print = event_fingerprint(event) ^ utc * UINT64_C(0x9e3779b97f4a7c15),
                .rule = (uint32_t)event->rule->index,
        };
        return 0;
}

static int compare(const void *a, const void *b) {
        const struct twin *x = a, *y = b;

        if (x->mark.print != y->mark.print)
                return x->mark.print < y->mark.print ? -1 : 1;
        if (x->mark.rule != y->mark.rule)
                return x->mark.rule < y->mark.rule ? -1 : 1;
        if (x->node != y->node)
                return x->node < y->node ? -1 : 1;
        return x->input < y->input ? -1 : x->input > y->input;
}

static bool are_twins(const struct twin *a, const struct twin *b) {
        return a->mark.print == b->mark.print && a->mark.rule == b->mark.rule && a->node == b->node;
}

static int gather(const struct inputs *inputs, struct twin **ret_twins, size_t *ret_count) {
        struct twin *twins;
        size_t count = 0;

        for (size_t i = 0; i < inputs->count; i++)
                if (inputs->items[i]->summary)
                        count += inputs->items[i]->summary->error_count;
        twins = calloc(count ? count : 1, sizeof(*twins));
        if (!twins)
                return -ENOMEM;
        count = 0;
        for (size_t i = 0; i < inputs->count; i++) {
                const struct input *input = inputs->items[i];

                for (size_t k = 0; input->summary && input->duplicate_of < 0 && k < input->summary->error_count; k++)
                        twins[count++] = (struct twin){ input->summary->errors[k], input->node_number, input->index };
        }
        *ret_twins = twins;
        *ret_count = count;
        return 0;
}

/* As many as the file that has most of them holds are no copies. */
static uint64_t copies_of(const struct twin *twins, size_t count) {
        size_t most = 0;

        for (size_t i = 0, next; i < count; i = next) {
                for (next = i + 1; next < count && twins[next].input == twins[i].input;)
                        next++;
                most = next - i > most ? next - i : most;
        }
        return count - most;
}

/* Of all files, those left out that hold the bytes of another. */
static void add_hits(const struct inputs *inputs, uint64_t hits[]) {
        for (size_t i = 0; i < inputs->count; i++) {
                const struct input *input = inputs->items[i];
                const struct summary *summary = input->duplicate_of < 0 ? input->summary : NULL;

                for (size_t k = 0; summary && k < summary->rule_count; k++)
                        hits[summary->rule_hits[k].rule] += summary->rule_hits[k].count;
        }
}

int twins_count(const struct inputs *inputs, size_t rule_count, uint64_t **ret_hits) {
        uint64_t *hits = calloc(rule_count ? rule_count : 1, sizeof(*hits));
        struct twin *twins = NULL;
        size_t count = 0;
        int r = hits ? gather(inputs, &twins, &count) : -ENOMEM;

        if (r < 0) {
                free(hits);
                return r;
        }
        add_hits(inputs, hits);
        if (count)
                qsort(twins, count, sizeof(*twins), compare);
        for (size_t i = 0, next; i < count; i = next) {
                for (next = i + 1; next < count && are_twins(&twins[i], &twins[next]);)
                        next++;
                hits[twins[i].mark.rule] -= copies_of(&twins[i], next - i);
        }
        free(twins);
        *ret_hits = hits;
        return 0;
}
