/*
 * input: one leaf file of the bundle, and what became of it.
 *
 * Inputs are put in order by their content (family, first and last stamp,
 * checksum, leaf name), ignored ones last: never by arrival or path, so the same
 * logs in another packing have the same numbers.
 */
#ifndef TIMELINE_INPUT_H
#define TIMELINE_INPUT_H

#include "timeline/summary.h"

enum input_status { INPUT_ANALYSED, INPUT_IGNORED, INPUT_PARTIAL, INPUT_UNREADABLE };

struct input {
        struct str path, name; /* NUL-terminated, owned by the inputs' arena */
        enum family family;    /* FAMILY_NONE when it is no log we read */
        enum input_status status;
        struct str reason; /* why it is not simply analysed; may be empty */
        uint64_t bytes;
        uint32_t crc32;
        struct summary *summary; /* NULL unless analysed or partial */
        bool no_room;            /* a log of ours, but the limits leave nothing to keep of it */

        /* Known once all inputs are. */
        uint32_t index;
        struct input *original; /* holds the same bytes; NULL: none does */
        int64_t duplicate_of;   /* its index, or -1 */
        struct str node;        /* empty when unknown */
        uint32_t node_number;   /* equal for equal nodes */
        struct reading reading; /* of its times, where stamps carry no zone */
};

struct inputs {
        struct arena arena;
        struct input **items;
        size_t count, capacity;
};

void inputs_init(struct inputs *inputs);
void inputs_release(struct inputs *inputs);

/* A new one with copies of path and name. 0 or -ENOMEM. */
int inputs_add(struct inputs *inputs, struct str path, struct str name, struct input **ret_input);

/* How much memory it takes, with its summary (base/limits.h, max_kept_bytes). */
uint64_t input_weight(const struct input *input);

/* Move what `from` holds behind what there is; `from` is empty afterwards. 0 or -ENOMEM. */
int inputs_merge(struct inputs *inputs, struct inputs *from);

/* Do its stamps carry no zone? Then a clock has to tell what they mean. */
static inline bool input_is_zoneless(const struct input *input) {
        return input->family == FAMILY_NOTIFICATION || input->family == FAMILY_CLI || input->family == FAMILY_HISTORY;
}

/* A time of its summary in UTC, as far as the clock is known. */
int64_t input_to_utc(const struct input *input, int64_t ms);
/* When it wrote, in UTC, added to `spans`. Wants a summary. 0 or -ENOMEM. */
int input_add_spans(const struct input *input, struct spans *spans);
/* Its earliest and its latest record; TIME_UNKNOWN where it has none. */
int64_t input_first_utc(const struct input *input);
int64_t input_last_utc(const struct input *input);

/* Number them, and find those that hold the same bytes. */
void inputs_order(struct inputs *inputs);
/* Number them anew once the clock is known: they stand in the order of UTC. */
void inputs_reorder(struct inputs *inputs);

const char *input_status_name(enum input_status status);

#endif
