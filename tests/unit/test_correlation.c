/* Windows, groups, order and their edges; and the engine against one that tries everything. */
#include "stream_support.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "findings/correlation.h"

enum { TEXT_BYTES = 64 * 1024, MOST_EVENTS = 64 };

/* What a correlation found is compared as text: a line a burst, by group and time. */
static void write_burst(struct buf *out, uint32_t group, size_t first, size_t last, uint64_t count) {
        buf_printf(out, "group %" PRIu32 ": %zu..%zu count %" PRIu64 " of", group, first, last, count);
}

static void run_engine(const struct signature *signature, const struct occurrence *items, size_t count,
                       struct buf *out) {
        struct occurrence copy[MOST_EVENTS];
        struct bursts_of_hits bursts;

        assert_true(count <= MOST_EVENTS);
        memcpy(copy, items, count * sizeof(*items));
        assert_int_equal(correlate(signature, copy, count, &bursts), 0);
        out->n = 0;
        for (size_t i = 0; i < bursts.count; i++) {
                const struct burst_of_hits *burst = &bursts.items[i];
                uint64_t taken = 0;

                write_burst(out, copy[burst->first].group, copy[burst->first].order, copy[burst->last].order,
                            burst->count);
                for (size_t k = burst->first; k <= burst->last; k++) {
                        if (!copy[k].taken)
                                continue;
                        buf_printf(out, " %zu", copy[k].order);
                        taken++;
                }
                assert_int_equal(taken, burst->taken);
                buf_add_byte(out, '\n');
        }
        free(bursts.items);
        buf_text(out);
}

/* ------------------------------------------- the one that tries everything */

struct naive {
        const struct signature *signature;
        struct occurrence items[MOST_EVENTS]; /* of one group, in order */
        size_t count;
        size_t firsts[4 * MOST_EVENTS * MOST_EVENTS], lasts[4 * MOST_EVENTS * MOST_EVENTS]; /* hits */
        uint64_t counts[4 * MOST_EVENTS * MOST_EVENTS];
        size_t hits;
        bool taken[MOST_EVENTS];
};

static void naive_hit(struct naive *naive, size_t first, size_t last, uint64_t count) {
        for (size_t i = 0; i < naive->hits; i++)
                if (naive->firsts[i] == first && naive->lasts[i] == last)
                        return;
        assert_true(naive->hits < COUNT(naive->firsts));
        naive->firsts[naive->hits] = first;
        naive->lasts[naive->hits] = last;
        naive->counts[naive->hits++] = count;
}

static int64_t span(const struct naive *naive, size_t first, size_t last) {
        return naive->items[last].at_ms - naive->items[first].at_ms;
}

static uint64_t measure(const struct naive *naive, size_t first, size_t last) {
        uint64_t distinct = 0;

        if (naive->signature->type == CORRELATION_EVENTS)
                return last - first + 1;
        for (size_t i = first; i <= last; i++) {
                bool seen = false;

                for (size_t k = first; k < i; k++)
                        seen |= naive->items[k].key == naive->items[i].key;
                distinct += !seen;
        }
        return distinct;
}

/* Every stretch that fits; with `whole` only those that nothing more fits into. */
static void naive_windows(struct naive *naive, bool whole) {
        for (size_t first = 0; first < naive->count; first++) {
                for (size_t last = first; last < naive->count; last++) {
                        uint64_t count = measure(naive, first, last);

                        if (span(naive, first, last) > naive->signature->timespan_ms)
                                continue;
                        if (whole && first > 0 && span(naive, first - 1, last) <= naive->signature->timespan_ms)
                                continue;
                        if (whole && last + 1 < naive->count &&
                            span(naive, first, last + 1) <= naive->signature->timespan_ms)
                                continue;
                        if (count < naive->signature->least || count > naive->signature->most)
                                continue;
                        naive_hit(naive, first, last, count);
                        for (size_t i = first; i <= last; i++)
                                naive->taken[i] = true;
                }
        }
}

/* Every way to choose one event of each rule in its order. */
static void naive_chains(struct naive *naive, size_t *chosen, size_t rule) {
        const size_t rules = naive->signature->rule_count;

        if (rule == rules) {
                if (span(naive, chosen[0], chosen[rules - 1]) > naive->signature->timespan_ms)
                        return;
                naive_hit(naive, chosen[0], chosen[rules - 1], rules);
                for (size_t i = 0; i < rules; i++)
                        naive->taken[chosen[i]] = true;
                return;
        }
        for (size_t i = rule ? chosen[rule - 1] + 1 : 0; i < naive->count; i++) {
                if (naive->items[i].key != rule)
                        continue;
                chosen[rule] = i;
                naive_chains(naive, chosen, rule + 1);
        }
}

/* Join hits that overlap until none do. */
static void naive_join(struct naive *naive) {
        for (size_t i = 0; i < naive->hits; i++) {
                for (size_t k = i + 1; k < naive->hits; k++) {
                        if (naive->firsts[k] > naive->lasts[i] || naive->lasts[k] < naive->firsts[i])
                                continue;
                        if (naive->firsts[k] < naive->firsts[i])
                                naive->firsts[i] = naive->firsts[k];
                        if (naive->lasts[k] > naive->lasts[i])
                                naive->lasts[i] = naive->lasts[k];
                        if (naive->counts[k] > naive->counts[i])
                                naive->counts[i] = naive->counts[k];
                        naive->hits--;
                        naive->firsts[k] = naive->firsts[naive->hits];
                        naive->lasts[k] = naive->lasts[naive->hits];
                        naive->counts[k] = naive->counts[naive->hits];
                        k = i;
                }
        }
}

static void naive_write(const struct naive *naive, struct buf *out) {
        for (size_t at = 0; at < naive->count; at++) {
                for (size_t i = 0; i < naive->hits; i++) {
                        if (naive->firsts[i] != at)
                                continue;
                        write_burst(out, naive->items[0].group, naive->items[at].order,
                                    naive->items[naive->lasts[i]].order, naive->counts[i]);
                        for (size_t k = at; k <= naive->lasts[i]; k++)
                                if (naive->taken[k])
                                        buf_printf(out, " %zu", naive->items[k].order);
                        buf_add_byte(out, '\n');
                }
        }
}

static void run_naive(const struct signature *signature, const struct occurrence *items, size_t count, bool whole,
                      struct buf *out) {
        static struct naive naive;
        size_t chosen[SIGNATURE_MAX_RULES];

        out->n = 0;
        for (uint32_t group = 0; group < 8; group++) {
                naive.signature = signature;
                naive.count = naive.hits = 0;
                memset(naive.taken, 0, sizeof(naive.taken));
                for (size_t i = 0; i < count; i++)
                        if (items[i].group == group)
                                naive.items[naive.count++] = items[i];
                if (signature->type == CORRELATION_ORDERED)
                        naive_chains(&naive, chosen, 0);
                else
                        naive_windows(&naive, whole);
                naive_join(&naive);
                naive_write(&naive, out);
        }
        buf_text(out);
}

/* ------------------------------------------------------------- at random */

static size_t random_stream(uint32_t *seed, struct occurrence *items, uint32_t groups, uint32_t keys) {
        size_t count = next_random(seed, 15);
        int64_t at_ms = 1000;

        for (size_t i = 0; i < count; i++) {
                at_ms += next_random(seed, 4); /* 0: the same time */
                items[i] = (struct occurrence){
                        .at_ms = at_ms, .order = i, .group = next_random(seed, groups), .key = next_random(seed, keys)
                };
        }
        return count;
}

static void random_signature(uint32_t *seed, struct signature *signature, uint32_t keys) {
        static const enum correlation types[] = { CORRELATION_EVENTS, CORRELATION_VALUES, CORRELATION_TEMPORAL,
                                                  CORRELATION_ORDERED };

        *signature = (struct signature){
                .type = types[next_random(seed, COUNT(types))],
                .rule_count = keys,
                .timespan_ms = 1 + next_random(seed, 8),
                .least = 1 + next_random(seed, 4),
                .most = UINT64_MAX,
        };
        if (signature->type == CORRELATION_TEMPORAL && next_random(seed, 2))
                signature->least = keys;
}

/* Against a library of nothing but loops, on the same streams turned over too: the
 * engine may not count on the order in which it is given what it is given. */
static void the_engine_is_as_good_as_trying_everything(void **state) {
        struct buf wanted, got, shuffled;
        uint32_t seed = 20170617;
        size_t found = 0;

        (void)state;
        buf_init(&wanted, TEXT_BYTES);
        buf_init(&got, TEXT_BYTES);
        buf_init(&shuffled, TEXT_BYTES);
        for (int round = 0; round < 20000; round++) {
                struct occurrence items[MOST_EVENTS], turned[MOST_EVENTS];
                const uint32_t keys = 2 + next_random(&seed, 2);
                struct signature signature;
                size_t count;

                random_signature(&seed, &signature, keys);
                if (next_random(&seed, 4) == 0)
                        signature.most = signature.least + next_random(&seed, 2);
                count = random_stream(&seed, items, 1 + next_random(&seed, 3), keys);
                for (size_t i = 0; i < count; i++)
                        turned[count - 1 - i] = items[i];
                run_naive(&signature, items, count, true, &wanted);
                run_engine(&signature, items, count, &got);
                run_engine(&signature, turned, count, &shuffled);
                if (strcmp(got.p, wanted.p) != 0 || strcmp(shuffled.p, wanted.p) != 0)
                        fail_msg("round %d, type %d, timespan %" PRId64 ", least %" PRIu64 ": got\n%swanted\n%s", round,
                                 (int)signature.type, signature.timespan_ms, signature.least, got.p, wanted.p);
                found += wanted.n > 0;
        }
        buf_release(&wanted);
        buf_release(&got);
        buf_release(&shuffled);
        assert_in_range(found, 5000, 19000); /* neither nothing nor everything is a hit */
}

/* Where only a least is asked for, it makes no difference that smaller stretches are
 * no windows: the bursts are those of all stretches that reach it. */
static void whole_windows_find_what_all_stretches_find(void **state) {
        struct buf wanted, got;
        uint32_t seed = 7;

        (void)state;
        buf_init(&wanted, TEXT_BYTES);
        buf_init(&got, TEXT_BYTES);
        for (int round = 0; round < 5000; round++) {
                struct occurrence items[MOST_EVENTS];
                const uint32_t keys = 2 + next_random(&seed, 2);
                struct signature signature;
                size_t count;

                random_signature(&seed, &signature, keys);
                count = random_stream(&seed, items, 1 + next_random(&seed, 3), keys);
                run_naive(&signature, items, count, false, &wanted);
                run_engine(&signature, items, count, &got);
                if (strcmp(got.p, wanted.p) != 0)
                        fail_msg("round %d: got\n%swanted\n%s", round, got.p, wanted.p);
        }
        buf_release(&wanted);
        buf_release(&got);
}

/* ------------------------------------------------------------- the edges */

struct moment {
        int64_t at_ms;
        uint32_t group, key;
};

static void check(const char *title, const struct signature *signature, const struct moment *moments, size_t count,
                  const char *wanted) {
        struct buf got;
        struct occurrence items[MOST_EVENTS];

        for (size_t i = 0; i < count; i++)
                items[i] = (struct occurrence){
                        .at_ms = moments[i].at_ms, .order = i, .group = moments[i].group, .key = moments[i].key
                };
        buf_init(&got, TEXT_BYTES);
        run_engine(signature, items, count, &got);
        if (strcmp(got.p, wanted) != 0)
                fail_msg("%s: got\n%swanted\n%s", title, got.p, wanted);
        buf_release(&got);
}

#define CHECK(title, signature, wanted, ...)                                                                           \
        check(title, signature, (const struct moment[]){ __VA_ARGS__ },                                                \
              sizeof((const struct moment[]){ __VA_ARGS__ }) / sizeof(struct moment), wanted)

static const struct signature three_in_ten = {
        .type = CORRELATION_EVENTS, .timespan_ms = 10, .least = 3, .most = UINT64_MAX, .rule_count = 1
};

static void the_limit_itself_is_inside(void **state) {
        (void)state;
        CHECK("exactly", &three_in_ten, "group 0: 0..2 count 3 of 0 1 2\n", { 100, 0, 0 }, { 105, 0, 0 },
              { 110, 0, 0 });
        CHECK("a millisecond more", &three_in_ten, "", { 100, 0, 0 }, { 105, 0, 0 }, { 111, 0, 0 });
        CHECK("all at once", &three_in_ten, "group 0: 0..2 count 3 of 0 1 2\n", { 100, 0, 0 }, { 100, 0, 0 },
              { 100, 0, 0 });
        CHECK("nothing", &three_in_ten, "", { 100, 0, 0 });
}

/* A count over fixed stretches of time would miss the first, and a count since the
 * first event find the second. */
static void windows_begin_at_any_event(void **state) {
        (void)state;
        CHECK("over a round number", &three_in_ten, "group 0: 0..2 count 3 of 0 1 2\n", { 96, 0, 0 }, { 99, 0, 0 },
              { 104, 0, 0 });
        CHECK("never three within ten", &three_in_ten, "", { 100, 0, 0 }, { 106, 0, 0 }, { 112, 0, 0 }, { 118, 0, 0 });
        CHECK("behind a single one", &three_in_ten, "group 0: 1..3 count 3 of 1 2 3\n", { 100, 0, 0 }, { 120, 0, 0 },
              { 121, 0, 0 }, { 122, 0, 0 });
}

static void a_burst_has_its_first_and_last_event(void **state) {
        (void)state;
        CHECK("longer than a window", &three_in_ten, "group 0: 1..5 count 3 of 1 2 3 4 5\n", { 80, 0, 0 },
              { 100, 0, 0 }, { 105, 0, 0 }, { 110, 0, 0 }, { 115, 0, 0 }, { 120, 0, 0 }, { 131, 0, 0 });
        CHECK("two next to each other", &three_in_ten,
              "group 0: 0..2 count 3 of 0 1 2\ngroup 0: 3..5 count 3 of 3 4 5\n", { 100, 0, 0 }, { 101, 0, 0 },
              { 102, 0, 0 }, { 112, 0, 0 }, { 113, 0, 0 }, { 114, 0, 0 });
        CHECK("one event in both", &three_in_ten, "group 0: 0..4 count 3 of 0 1 2 3 4\n", { 100, 0, 0 }, { 101, 0, 0 },
              { 110, 0, 0 }, { 119, 0, 0 }, { 120, 0, 0 });
        CHECK("the fullest window counts", &three_in_ten, "group 0: 0..4 count 4 of 0 1 2 3 4\n", { 100, 0, 0 },
              { 108, 0, 0 }, { 109, 0, 0 }, { 110, 0, 0 }, { 118, 0, 0 });
}

static void groups_are_not_mixed_up(void **state) {
        (void)state;
        CHECK("two of each", &three_in_ten, "", { 100, 0, 0 }, { 101, 1, 0 }, { 102, 0, 0 }, { 103, 1, 0 });
        CHECK("interleaved", &three_in_ten, "group 1: 1..5 count 3 of 1 3 5\n", { 100, 0, 0 }, { 101, 1, 0 },
              { 102, 0, 0 }, { 103, 1, 0 }, { 104, 2, 0 }, { 105, 1, 0 });
        CHECK("a group's end is no window of the next", &three_in_ten, "", { 100, 0, 0 }, { 101, 0, 0 }, { 101, 1, 0 },
              { 102, 1, 0 });
}

static void conditions_are_of_whole_windows(void **state) {
        struct signature exactly = three_in_ten, few = three_in_ten;

        (void)state;
        exactly.most = 3;
        few.least = 1;
        few.most = 1;
        CHECK("three are three", &exactly, "group 0: 0..2 count 3 of 0 1 2\n", { 100, 0, 0 }, { 101, 0, 0 },
              { 102, 0, 0 });
        CHECK("the last three of four are none", &exactly, "", { 100, 0, 0 }, { 101, 0, 0 }, { 102, 0, 0 },
              { 103, 0, 0 });
        CHECK("the last of two is not alone", &few, "group 0: 2..2 count 1 of 2\n", { 100, 0, 0 }, { 101, 0, 0 },
              { 150, 0, 0 });
}

static void values_and_kinds_are_distinct(void **state) {
        struct signature values = three_in_ten, temporal = three_in_ten;

        (void)state;
        values.type = CORRELATION_VALUES;
        temporal.type = CORRELATION_TEMPORAL;
        temporal.rule_count = 3;
        CHECK("the same value again", &values, "", { 100, 0, 7 }, { 101, 0, 7 }, { 102, 0, 7 }, { 103, 0, 1 });
        CHECK("three values", &values, "group 0: 0..3 count 3 of 0 1 2 3\n", { 100, 0, 7 }, { 101, 0, 7 },
              { 102, 0, 2 }, { 103, 0, 1 });
        CHECK("one left the window", &values, "", { 100, 0, 7 }, { 105, 0, 1 }, { 111, 0, 2 });
        CHECK("the value of another group", &values, "", { 100, 0, 7 }, { 101, 0, 1 }, { 102, 1, 2 });
        CHECK("in any order", &temporal, "group 0: 0..2 count 3 of 0 1 2\n", { 100, 0, 2 }, { 100, 0, 0 },
              { 110, 0, 1 });
        CHECK("one kind is missing", &temporal, "", { 100, 0, 2 }, { 101, 0, 0 }, { 102, 0, 0 });
}

static void order_is_enforced(void **state) {
        const struct signature ordered = { .type = CORRELATION_ORDERED, .timespan_ms = 10, .rule_count = 3 };
        const struct signature pair = { .type = CORRELATION_ORDERED, .timespan_ms = 10, .rule_count = 2 };

        (void)state;
        CHECK("in order, exactly", &ordered, "group 0: 0..2 count 3 of 0 1 2\n", { 100, 0, 0 }, { 105, 0, 1 },
              { 110, 0, 2 });
        CHECK("a millisecond more", &ordered, "", { 100, 0, 0 }, { 105, 0, 1 }, { 111, 0, 2 });
        CHECK("the last two swapped", &ordered, "", { 100, 0, 0 }, { 101, 0, 2 }, { 102, 0, 1 });
        CHECK("backwards", &pair, "", { 100, 0, 1 }, { 101, 0, 0 });
        CHECK("at the same time, as they stand", &pair, "group 0: 0..1 count 2 of 0 1\n", { 100, 0, 0 }, { 100, 0, 1 });
        CHECK("at the same time, the other way", &pair, "", { 100, 0, 1 }, { 100, 0, 0 });
        CHECK("of two groups", &pair, "", { 100, 0, 0 }, { 101, 1, 1 });
        CHECK("an old first one does not spoil a new one", &pair, "group 0: 1..2 count 2 of 1 2\n", { 100, 0, 0 },
              { 108, 0, 0 }, { 111, 0, 1 });
        CHECK("strays between take no part", &ordered, "group 0: 0..4 count 3 of 0 2 4\n", { 100, 0, 0 }, { 101, 0, 2 },
              { 102, 0, 1 }, { 103, 0, 0 }, { 104, 0, 2 });
        CHECK("again and again within reach is one", &pair, "group 0: 0..3 count 2 of 0 1 2 3\n", { 100, 0, 0 },
              { 101, 0, 1 }, { 102, 0, 0 }, { 103, 0, 1 });
        CHECK("again out of reach is another", &pair, "group 0: 0..1 count 2 of 0 1\ngroup 0: 2..3 count 2 of 2 3\n",
              { 100, 0, 0 }, { 101, 0, 1 }, { 112, 0, 0 }, { 113, 0, 1 });
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_engine_is_as_good_as_trying_everything),
                cmocka_unit_test(whole_windows_find_what_all_stretches_find),
                cmocka_unit_test(the_limit_itself_is_inside),
                cmocka_unit_test(windows_begin_at_any_event),
                cmocka_unit_test(a_burst_has_its_first_and_last_event),
                cmocka_unit_test(groups_are_not_mixed_up),
                cmocka_unit_test(conditions_are_of_whole_windows),
                cmocka_unit_test(values_and_kinds_are_distinct),
                cmocka_unit_test(order_is_enforced),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
