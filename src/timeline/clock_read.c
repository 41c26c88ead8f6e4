/*
 * Inputs on clocks that are known: where an hour came twice, in which of the two
 * does a file lie? Its own steps and votes tell, else the losses of presence beside
 * its closures, else the files next to it.
 */
#include <errno.h>
#include <stdlib.h>

#include "timeline/clock.h"
#include "timeline/pairs.h"

enum {
        NEIGHBOUR_MS = 65 * 1000, /* between a file's last record and the next file's first */
        SWEEPS = 16,              /* files are in the order of their times: one or two will do */
        MOST_BETWEEN = 64,        /* files of the same log that are looked at before one and behind it */
};

/* An input, by its number, and the log that it is a file of. */
struct part_of_log {
        uint32_t log;
        uint32_t input;
};

/* Inputs while they are read; `doubts` is parallel to them. */
struct reader_of_clocks {
        const struct clocks *clocks;
        const struct losses *losses;
        const struct inputs *inputs;
        bool *doubts;
        struct part_of_log *parts; /* those with records, by (log, order of the inputs) */
        size_t part_count;
};

static int read_input(const struct clocks *clocks, struct input *input, bool first_time,
                      struct reading_notes *ret_notes) {
        const struct summary *summary = input->summary;
        const struct clock *clock = clock_of(clocks, input->node);
        const struct reading_hint hint = { .first_ms = summary->first_ms,
                                           .last_ms = summary->last_ms,
                                           .votes = clock && clock->method == CLOCK_EPOCH ? &summary->epochs : NULL,
                                           .first_time = first_time };

        *ret_notes = (struct reading_notes){ 0 };
        if (!clock || !input_is_zoneless(input) || summary->first_ms == TIME_UNKNOWN)
                return 0;
        return reading_make(&input->reading, &summary->wall, &clock->offsets, &hint, ret_notes);
}

/* A clock that was put right: what it says of that time is taken as it is written. */
static int say_backwards(struct diags *diags, const struct input *input, const struct reading_notes *notes) {
        const struct oddity *own = &input->summary->backwards;
        const struct diag place = { .code = DIAG_STAMPS_RUN_BACK,
                                    .input = input,
                                    .line = own->count ? own->line : notes->strange.line,
                                    .offset = own->count ? own->offset : notes->strange.offset,
                                    .count = own->count + notes->unexplained };

        return place.count && input->duplicate_of < 0 ? diags_add(diags, &place, NULL) : 0;
}

/* ------------------------------------------------------------ neighbours */

/* "debug" of debug.log, debug.log.1, debug_1.log, debug.log-2: one log in several files. */
static struct str log_of(const struct input *input) {
        size_t n = 0;

        while (n < input->name.n && byte_lower(input->name.p[n]) >= 'a' && byte_lower(input->name.p[n]) <= 'z')
                n++;
        return str_first(input->name, n);
}

static int64_t smaller(int64_t a, int64_t b) {
        return a < b ? a : b;
}

/* From a file's last record to the next one's first; a next one does not begin before. */
static int64_t pause_between(int64_t last_ms, int64_t first_ms) {
        return first_ms < last_ms - MS_PER_SECOND ? INT64_MAX : llabs(first_ms - last_ms);
}

static int compare_parts(const void *a, const void *b) {
        const struct part_of_log *x = a, *y = b;

        return x->log != y->log ? (x->log < y->log ? -1 : 1) : (x->input > y->input) - (x->input < y->input);
}

static int number_log(struct intern *logs, struct buf *scratch, const struct input *input, uint32_t *ret_log) {
        int r;

        scratch->n = 0;
        r = buf_printf(scratch, "%d ", (int)input->family);
        if (r == 0)
                r = buf_add(scratch, log_of(input));
        if (r == 0)
                r = buf_add_byte(scratch, ' ');
        if (r == 0)
                r = buf_add(scratch, input->node);
        return r < 0 ? r : intern_add(logs, buf_str(scratch), ret_log);
}

/* The files of each log of a node, side by side. */
static int list_parts(struct reader_of_clocks *reader) {
        const struct inputs *inputs = reader->inputs;
        struct intern logs;
        struct buf scratch;
        int r = 0;

        reader->parts = calloc(inputs->count ? inputs->count : 1, sizeof(*reader->parts));
        if (!reader->parts)
                return -ENOMEM;
        intern_init(&logs);
        buf_init(&scratch, 16 * 1024 * 1024);
        for (size_t i = 0; i < inputs->count && r == 0; i++) {
                const struct input *input = inputs->items[i];
                struct part_of_log *part = &reader->parts[reader->part_count];

                if (!input->summary || input->summary->first_ms == TIME_UNKNOWN)
                        continue;
                part->input = (uint32_t)i;
                r = number_log(&logs, &scratch, input, &part->log);
                reader->part_count++;
        }
        intern_release(&logs);
        buf_release(&scratch);
        if (reader->part_count)
                qsort(reader->parts, reader->part_count, sizeof(*reader->parts), compare_parts);
        return r;
}

/* How near is the file that comes next before or behind it? */
static int64_t pause_around(const struct reader_of_clocks *reader, size_t place) {
        const struct part_of_log *parts = reader->parts;
        const struct input *input = reader->inputs->items[parts[place].input];
        const int64_t first_ms = input_first_utc(input), last_ms = input_last_utc(input);
        int64_t pause_ms = INT64_MAX;

        for (size_t i = place > MOST_BETWEEN ? place - MOST_BETWEEN : 0;
             i < reader->part_count && i <= place + MOST_BETWEEN; i++) {
                const struct input *other = reader->inputs->items[parts[i].input];

                if (i == place || parts[i].log != parts[place].log || other->duplicate_of >= 0 ||
                    reader->doubts[parts[i].input])
                        continue;
                pause_ms = smaller(pause_ms, pause_between(input_last_utc(other), first_ms));
                pause_ms = smaller(pause_ms, pause_between(last_ms, input_first_utc(other)));
        }
        return pause_ms;
}

/* What speaks for one of the two hours. */
struct signs {
        size_t closures;  /* with a loss of presence beside them */
        int64_t pause_ms; /* to the nearest neighbour */
};

static int read_signs(const struct reader_of_clocks *reader, size_t place, bool first_time, struct signs *ret_signs) {
        struct input *input = reader->inputs->items[reader->parts[place].input];
        struct reading_notes notes;
        int r = read_input(reader->clocks, input, first_time, &notes);

        if (r == 0)
                r = losses_beside(reader->losses, input, &input->reading, clock_skew_ms(reader->clocks, input->node),
                                  &ret_signs->closures);
        if (r == 0)
                ret_signs->pause_ms = pause_around(reader, place);
        return r;
}

static bool is_nearer(const struct signs *first, const struct signs *second) {
        if (first->closures != second->closures)
                return first->closures > second->closures;
        return first->pause_ms < second->pause_ms && first->pause_ms <= NEIGHBOUR_MS;
}

/* Where a loss or a neighbour tells, the doubt is over: 1. Else it is taken for the
 * second hour: 0. */
static int settle(struct reader_of_clocks *reader, size_t place) {
        const size_t index = reader->parts[place].input;
        struct signs first, second;
        struct reading_notes notes;
        int r = read_signs(reader, place, false, &second);

        if (r == 0)
                r = read_signs(reader, place, true, &first);
        if (r == 0 && !is_nearer(&first, &second))
                r = read_input(reader->clocks, reader->inputs->items[index], false, &notes);
        if (r < 0 || (first.closures == second.closures && smaller(first.pause_ms, second.pause_ms) > NEIGHBOUR_MS))
                return r;
        reader->doubts[index] = false;
        return 1;
}

static int settle_doubts(struct reader_of_clocks *reader) {
        int more = 1, r = list_parts(reader);

        if (r < 0)
                return r;
        for (int sweep = 0; sweep < SWEEPS && more; sweep++) {
                more = 0;
                for (size_t i = 0; i < reader->part_count; i++) {
                        r = reader->doubts[reader->parts[i].input] ? settle(reader, i) : 0;
                        if (r < 0)
                                return r;
                        more |= r;
                }
        }
        return 0;
}

int clocks_read(const struct clocks *clocks, const struct losses *losses, struct inputs *inputs, struct diags *diags) {
        struct reader_of_clocks reader = { .clocks = clocks, .losses = losses, .inputs = inputs };
        int r = 0;

        reader.doubts = calloc(inputs->count ? inputs->count : 1, sizeof(*reader.doubts));
        if (!reader.doubts)
                return -ENOMEM;
        for (size_t i = 0; i < inputs->count && r == 0; i++) {
                struct reading_notes notes;

                if (!inputs->items[i]->summary)
                        continue;
                r = read_input(clocks, inputs->items[i], false, &notes);
                if (r == 0)
                        r = say_backwards(diags, inputs->items[i], &notes);
                reader.doubts[i] = r == 0 && notes.in_doubt;
        }
        if (r == 0)
                r = settle_doubts(&reader);
        free(reader.parts);
        free(reader.doubts);
        return r;
}
