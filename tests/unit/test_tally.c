/* Votes: who wins, and that the order of the voters never matters. */
#include "stream_support.h"

#include "timeline/tally.h"

static void nobody_wins_without_votes(void **state) {
        struct tally tally = { 0 };
        struct vote winner = { 77, 7 };

        (void)state;
        assert_false(tally_winner(&tally, &winner));
        assert_int_equal(winner.key, 77); /* untouched */
        assert_int_equal(tally_total(&tally), 0);
        tally_release(&tally);
}

static void most_votes_win(void **state) {
        struct tally tally = { 0 };
        struct vote winner;

        (void)state;
        assert_int_equal(tally_add(&tally, 330, 3), 0);
        assert_int_equal(tally_add(&tally, -480, 2), 0);
        assert_int_equal(tally_add(&tally, -480, 2), 0);
        assert_int_equal(tally_add(&tally, 0, 1), 0);
        assert_true(tally_winner(&tally, &winner));
        assert_int_equal(winner.key, -480);
        assert_int_equal(winner.count, 4);
        assert_int_equal(tally_total(&tally), 8);
        tally_release(&tally);
}

static void the_smallest_of_equals_wins(void **state) {
        static const int64_t orders[][3] = { { 5, -5, 0 }, { 0, 5, -5 }, { -5, 0, 5 } };

        (void)state;
        for (size_t i = 0; i < COUNT(orders); i++) {
                struct tally tally = { 0 };
                struct vote winner;

                for (size_t k = 0; k < 3; k++)
                        assert_int_equal(tally_add(&tally, orders[i][k], 2), 0);
                assert_true(tally_winner(&tally, &winner));
                assert_int_equal(winner.key, -5);
                tally_release(&tally);
        }
}

/* Forwards, backwards, and in two halves that are joined. */
static void the_order_of_the_parts_never_matters(void **state) {
        uint32_t seed = 3;

        (void)state;
        for (int round = 0; round < 100; round++) {
                struct tally forwards = { 0 }, backwards = { 0 }, halves[2] = { { 0 }, { 0 } };
                struct vote votes[30], a, b, c;

                for (size_t i = 0; i < COUNT(votes); i++)
                        votes[i] = (struct vote){ (int64_t)next_random(&seed, 9) - 4, next_random(&seed, 3) };
                for (size_t i = 0; i < COUNT(votes); i++) {
                        const struct vote *last = &votes[COUNT(votes) - 1 - i];

                        assert_int_equal(tally_add(&forwards, votes[i].key, votes[i].count), 0);
                        assert_int_equal(tally_add(&backwards, last->key, last->count), 0);
                        assert_int_equal(tally_add(&halves[i % 2], votes[i].key, votes[i].count), 0);
                }
                for (size_t i = 0; i < halves[1].count; i++)
                        assert_int_equal(
                                tally_add(&halves[0], tally_votes(&halves[1])[i].key, tally_votes(&halves[1])[i].count),
                                0);
                assert_true(tally_winner(&forwards, &a) && tally_winner(&backwards, &b) &&
                            tally_winner(&halves[0], &c));
                assert_int_equal(a.key, b.key);
                assert_int_equal(a.key, c.key);
                assert_int_equal(a.count, c.count);
                assert_int_equal(tally_total(&forwards), tally_total(&halves[0]));
                tally_release(&forwards);
                tally_release(&backwards);
                tally_release(&halves[0]);
                tally_release(&halves[1]);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(nobody_wins_without_votes),
                cmocka_unit_test(most_votes_win),
                cmocka_unit_test(the_smallest_of_equals_wins),
                cmocka_unit_test(the_order_of_the_parts_never_matters),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
