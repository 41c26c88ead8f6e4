#include "findings/openings.h"

#include <errno.h>
#include <stdlib.h>

#include "findings/burst.h"

/* ------------------------------------------------------------ prefixes */

static int add_number(struct openings *openings, struct str prefix) {
        int r = array_reserve(&openings->numbers, &openings->number_capacity, openings->number_count + 1,
                              sizeof(*openings->numbers));

        if (r == 0)
                r = intern_add(&openings->prefixes, prefix, &openings->numbers[openings->number_count]);
        openings->number_count += r == 0;
        return r;
}

/* All that is_in_prefix() takes for a prefix: up to each dot, and the whole. */
static int add_prefixes(struct openings *openings, struct str address) {
        int r = 0;

        for (size_t i = 1; i < address.n && r == 0; i++)
                if (address.p[i] == '.')
                        r = add_number(openings, str_first(address, i));
        return r == 0 && address.n ? add_number(openings, address) : r;
}

/* --------------------------------------------------------------- edges */

static int add_edge(struct edges *edges, uint32_t prefix, int64_t at_ms) {
        int r = array_reserve(&edges->items, &edges->capacity, edges->count + 1, sizeof(*edges->items));

        if (r == 0)
                edges->items[edges->count++] = (struct edge){ prefix, at_ms };
        return r;
}

/* A stretch [from, to) for everybody, and for each of the session's prefixes. */
static int add_stretch(struct openings *openings, size_t session, int64_t from_ms, int64_t to_ms) {
        size_t count;
        const uint32_t *prefixes = openings_prefixes(openings, session, &count);
        int r = 0;

        if (from_ms >= to_ms)
                return 0;
        for (size_t i = 0; i <= count && r == 0; i++) {
                const uint32_t prefix = i < count ? prefixes[i] : 0;

                r = add_edge(&openings->begins, prefix, from_ms);
                if (r == 0)
                        r = add_edge(&openings->ends, prefix, to_ms);
        }
        return r;
}

static int list_silences(const struct session *session, struct spans *silences) {
        silences->count = 0;
        for (size_t i = 0; i < session->run_count; i++) {
                const struct run *run = &session->runs[i];
                int r;

                if (!is_silence(run) || run->ended_ms <= run->silent_since_ms + 1)
                        continue;
                r = array_reserve(&silences->items, &silences->capacity, silences->count + 1, sizeof(*silences->items));
                if (r < 0)
                        return r;
                silences->items[silences->count++] = (struct time_span){ run->silent_since_ms + 1, run->ended_ms };
        }
        spans_merge(silences, 0);
        return 0;
}

/* What is_open_at() says of every moment. */
static int add_session(struct openings *openings, size_t index, const struct session *session, struct spans *silences) {
        int64_t at_ms = session->first_ms, end_ms = session->last_ms + SEEN_OPEN_MS + 1;
        int r = list_silences(session, silences);

        if (session->closed_ms != TIME_UNKNOWN && session->closed_ms < end_ms)
                end_ms = session->closed_ms;
        for (size_t i = 0; i < silences->count && r == 0; i++) {
                const struct time_span *silence = &silences->items[i];

                r = add_stretch(openings, index, at_ms, silence->from_ms < end_ms ? silence->from_ms : end_ms);
                if (silence->to_ms > at_ms)
                        at_ms = silence->to_ms;
        }
        return r < 0 ? r : add_stretch(openings, index, at_ms, end_ms);
}

static int compare(const struct edge *a, const struct edge *b) {
        if (a->prefix != b->prefix)
                return a->prefix < b->prefix ? -1 : 1;
        return (a->at_ms > b->at_ms) - (a->at_ms < b->at_ms);
}

static int compare_edges(const void *a, const void *b) {
        return compare(a, b);
}

static void order(struct edges *edges) {
        if (edges->count)
                qsort(edges->items, edges->count, sizeof(*edges->items), compare_edges);
}

/* --------------------------------------------------------------- whole */

int openings_make(struct openings *openings, const struct session *const *sessions, size_t count) {
        struct spans silences = { 0 };
        uint32_t everybody;
        int r;

        *openings = (struct openings){ 0 };
        intern_init(&openings->prefixes);
        openings->first = calloc(count + 1, sizeof(*openings->first));
        r = openings->first ? intern_add(&openings->prefixes, STR(""), &everybody) : -ENOMEM;
        for (size_t i = 0; i < count && r == 0; i++) {
                r = add_prefixes(openings, session_address(sessions[i]));
                openings->first[i + 1] = openings->number_count;
                if (r == 0)
                        r = add_session(openings, i, sessions[i], &silences);
        }
        spans_release(&silences);
        order(&openings->begins);
        order(&openings->ends);
        return r;
}

void openings_release(struct openings *openings) {
        intern_release(&openings->prefixes);
        free(openings->begins.items);
        free(openings->ends.items);
        free(openings->numbers);
        free(openings->first);
        *openings = (struct openings){ 0 };
}

/* How many edges stand before the prefix's first one behind the moment. */
static size_t count_until(const struct edges *edges, uint32_t prefix, int64_t at_ms) {
        const struct edge key = { prefix, at_ms };
        size_t low = 0, high = edges->count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (compare(&edges->items[middle], &key) <= 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

/* Of the prefixes before it there are as many beginnings as ends. */
uint64_t openings_at(const struct openings *openings, uint32_t prefix, int64_t at_ms) {
        return count_until(&openings->begins, prefix, at_ms) - count_until(&openings->ends, prefix, at_ms);
}
