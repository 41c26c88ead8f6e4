/* The threads that share the work, and the map of line feeds. */
#include "stream_support.h"

#include <stdlib.h>

#include "base/line_ends.h"
#include "base/pool.h"

/* ----------------------------------------------------------------- pool */

enum { SUMS = 200 };

struct sum {
        struct task task;
        struct pool *pool;
        unsigned from, to;
        uint64_t value;
        bool done;
};

static bool is_done(const void *userdata) {
        const struct sum *sum = userdata;

        return sum->done;
}

static void add_up(struct task *task);

static void sum_init(struct sum *sum, struct pool *pool, unsigned from, unsigned to) {
        *sum = (struct sum){
                .task = { .run = add_up, .kind = to - from > 100 ? TASK_MEMBER : TASK_SCAN },
                .pool = pool,
                .from = from,
                .to = to,
        };
}

/* By two tasks for the halves, while the range is long: tasks wait for tasks. */
static void add_up(struct task *task) {
        struct sum *sum = (struct sum *)task, halves[2];
        const unsigned middle = sum->from + (sum->to - sum->from) / 2;

        if (sum->to - sum->from <= 10) {
                for (unsigned i = sum->from; i < sum->to; i++)
                        sum->value += i;
        } else {
                sum_init(&halves[0], sum->pool, sum->from, middle);
                sum_init(&halves[1], sum->pool, middle, sum->to);
                pool_lock(sum->pool);
                pool_add(sum->pool, &halves[0].task);
                pool_add(sum->pool, &halves[1].task);
                for (size_t i = 0; i < 2; i++)
                        pool_wait_until(sum->pool, is_done, &halves[i], TASK_MEMBER, NULL, NULL);
                pool_unlock(sum->pool);
                sum->value = halves[0].value + halves[1].value;
        }
        pool_lock(sum->pool);
        sum->done = true;
        pool_tell(sum->pool);
        pool_unlock(sum->pool);
}

static void tasks_are_done_by_any_number_of_threads(void **state) {
        static const unsigned threads[] = { 0, 1, 2, 3, 8, 40 };

        (void)state;
        for (size_t i = 0; i < COUNT(threads); i++) {
                struct pool *pool = pool_new(threads[i]);
                struct sum *sums = calloc(SUMS, sizeof(*sums));

                assert_non_null(pool);
                assert_non_null(sums);
                assert_int_equal(pool_threads(pool), threads[i] ? threads[i] : 1);
                pool_lock(pool);
                for (unsigned k = 0; k < SUMS; k++) {
                        sum_init(&sums[k], pool, 0, 10 * k);
                        pool_add(pool, &sums[k].task);
                }
                for (unsigned k = 0; k < SUMS; k++)
                        pool_wait_until(pool, is_done, &sums[k], TASK_FILE, NULL, NULL);
                pool_unlock(pool);
                for (unsigned k = 1; k < SUMS; k++)
                        assert_int_equal(sums[k].value, (uint64_t)(10 * k) * (10 * k - 1) / 2);
                pool_free(pool);
                free(sums);
        }
}

struct waiter {
        struct pool *pool;
        unsigned calls;
};

static bool was_called_twice(const void *userdata) {
        return ((const struct waiter *)userdata)->calls >= 2;
}

static void count_call(void *userdata) {
        struct waiter *waiter = userdata;

        /* Not under the lock. */
        pool_lock(waiter->pool);
        waiter->calls++;
        pool_unlock(waiter->pool);
}

/* Who waits can look up now and then: for a wish to stop. */
static void waiting_looks_up(void **state) {
        struct waiter waiter = { .pool = pool_new(1) };

        (void)state;
        assert_non_null(waiter.pool);
        pool_lock(waiter.pool);
        pool_wait_until(waiter.pool, was_called_twice, &waiter, TASK_FILE, count_call, &waiter);
        pool_unlock(waiter.pool);
        assert_int_equal(waiter.calls, 2);
        pool_free(waiter.pool);
}

static void there_is_a_core(void **state) {
        (void)state;
        assert_in_range(pool_cores(), 1, POOL_MOST_THREADS);
}

/* ------------------------------------------------------------ line ends */

static void check_line_ends(struct str text) {
        struct line_ends ends;
        size_t at = 0;

        line_ends_init(&ends, text);
        for (;;) {
                const char *feed = str_find_byte(str_skip(text, at), '\n');
                const size_t wanted = feed ? (size_t)(feed - text.p) : text.n;

                assert_int_equal(line_ends_next(&ends), wanted);
                if (!feed)
                        break;
                at = wanted + 1;
        }
        assert_int_equal(line_ends_next(&ends), text.n);
        assert_int_equal(ends.saw_nul, str_find_byte(text, '\0') != NULL);
}

/* Of every length around the words and the stretches of the map. */
static void line_feeds_are_found(void **state) {
        enum { LONGEST = 2 * LINE_ENDS_STRETCH + 130 };
        uint32_t seed = 3;

        (void)state;
        for (size_t n = 0; n <= LONGEST; n += n < 200 || n % LINE_ENDS_STRETCH > LINE_ENDS_STRETCH - 70 ? 1 : 61) {
                /* In memory of its own, so that a look behind it is seen. */
                char *own = malloc(n ? n : 1);

                assert_non_null(own);
                for (size_t i = 0; i < n; i++) {
                        uint32_t die = next_random(&seed, 1000);

                        own[i] = die < 1 && n % 3 == 0 ? '\0' : die < 30 ? '\n' : '\x8a';
                }
                check_line_ends((struct str){ own, n });
                free(own);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(tasks_are_done_by_any_number_of_threads),
                cmocka_unit_test(waiting_looks_up),
                cmocka_unit_test(there_is_a_core),
                cmocka_unit_test(line_feeds_are_found),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
