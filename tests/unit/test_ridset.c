/* Request ids as ranges, against a set that holds each of them. */
#include "stream_support.h"

#include "timeline/ridset.h"

enum { UNIVERSE = 64, FIRST = 1000 };

/* Sorted, not touching, not empty. */
static void check_shape(const struct ridset *set) {
        const struct rid_range *ranges = ridset_ranges(set);

        for (size_t i = 0; i < set->count; i++) {
                assert_true(ranges[i].first <= ranges[i].last);
                if (i > 0)
                        assert_true(ranges[i - 1].last + 1 < ranges[i].first);
        }
}

static uint64_t bits_of(const struct ridset *set) {
        uint64_t bits = 0;

        check_shape(set);
        for (size_t i = 0; i < set->count; i++)
                for (int64_t rid = ridset_ranges(set)[i].first; rid <= ridset_ranges(set)[i].last; rid++)
                        bits |= UINT64_C(1) << (rid - FIRST);
        return bits;
}

static void check_is(const struct ridset *set, uint64_t bits) {
        assert_true(bits_of(set) == bits);
        assert_int_equal(ridset_size(set), __builtin_popcountll(bits));
}

static uint64_t add_some(struct ridset *set, uint32_t *seed) {
        uint32_t count = next_random(seed, 40), width = 1 + next_random(seed, UNIVERSE);
        uint64_t bits = 0;

        for (uint32_t i = 0; i < count; i++) {
                uint32_t bit = next_random(seed, width);
                bool fresh = !(bits >> bit & 1);

                assert_int_equal(ridset_add(set, FIRST + (int64_t)bit), fresh);
                bits |= UINT64_C(1) << bit;
                check_is(set, bits);
        }
        return bits;
}

static void it_is_a_set(void **state) {
        uint32_t seed = 1;

        (void)state;
        for (int i = 0; i < 500; i++) {
                struct ridset set = { 0 };

                add_some(&set, &seed);
                ridset_release(&set);
                assert_int_equal(ridset_size(&set), 0);
        }
}

static struct ridset copy_of(const struct ridset *set) {
        struct ridset copy = { 0 };

        assert_int_equal(ridset_merge(&copy, set), 0);
        return copy;
}

static void merging_is_a_union(void **state) {
        uint32_t seed = 2;

        (void)state;
        for (int i = 0; i < 300; i++) {
                struct ridset a = { 0 }, b = { 0 }, c = { 0 }, left, right, ba;
                uint64_t bits_a = add_some(&a, &seed), bits_b = add_some(&b, &seed), bits_c = add_some(&c, &seed);

                left = copy_of(&a); /* (a + b) + c */
                assert_int_equal(ridset_merge(&left, &b), 0);
                check_is(&left, bits_a | bits_b);
                ba = copy_of(&b); /* b + a */
                assert_int_equal(ridset_merge(&ba, &a), 0);
                assert_int_equal(ba.count, left.count);
                assert_true(bits_of(&ba) == bits_of(&left));
                assert_int_equal(ridset_merge(&left, &c), 0);
                right = copy_of(&b); /* a + (b + c) */
                assert_int_equal(ridset_merge(&right, &c), 0);
                assert_int_equal(ridset_merge(&right, &a), 0);
                assert_true(bits_of(&left) == bits_of(&right));
                check_is(&left, bits_a | bits_b | bits_c);
                assert_int_equal(ridset_merge(&left, &right), 0); /* nothing new */
                check_is(&left, bits_a | bits_b | bits_c);
                check_is(&b, bits_b); /* the source is as it was */
                ridset_release(&a);
                ridset_release(&b);
                ridset_release(&c);
                ridset_release(&left);
                ridset_release(&right);
                ridset_release(&ba);
        }
}

static void a_day_of_polling_is_one_range(void **state) {
        struct ridset set = { 0 };

        (void)state;
        for (int64_t rid = 0; rid < 100000; rid++)
                assert_int_equal(ridset_add(&set, rid), 1);
        assert_int_equal(set.count, 1);
        assert_int_equal(ridset_size(&set), 100000);
        ridset_release(&set);
}

/* Every second id, then those between: many ranges become one again. */
static void many_ranges_become_one(void **state) {
        struct ridset set = { 0 }, copy = { 0 };

        (void)state;
        for (int64_t rid = 0; rid < 2000; rid += 2)
                assert_int_equal(ridset_add(&set, rid), 1);
        assert_int_equal(set.count, 1000);
        for (int64_t rid = 1999; rid > 0; rid -= 2) {
                assert_int_equal(ridset_add(&set, rid), 1);
                assert_int_equal(ridset_add(&set, rid), 0);
                assert_int_equal(ridset_add(&set, rid - 1), 0);
        }
        assert_int_equal(set.count, 1);
        assert_int_equal(ridset_size(&set), 2000);
        assert_int_equal(ridset_merge(&copy, &set), 0);
        assert_int_equal(ridset_add(&copy, 2000), 1); /* the next one */
        assert_int_equal(copy.count, 1);
        assert_int_equal(ridset_size(&copy), 2001);
        ridset_release(&set);
        ridset_release(&copy);
}

static void large_ids_are_ids(void **state) {
        const int64_t largest = INT64_C(1) << 53;
        struct ridset set = { 0 };

        (void)state;
        assert_int_equal(ridset_add(&set, largest), 1);
        assert_int_equal(ridset_add(&set, 0), 1);
        assert_int_equal(ridset_add(&set, largest), 0);
        assert_int_equal(ridset_add(&set, largest - 1), 1);
        assert_int_equal(set.count, 2);
        assert_int_equal(ridset_size(&set), 3);
        ridset_release(&set);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(it_is_a_set),
                cmocka_unit_test(merging_is_a_union),
                cmocka_unit_test(a_day_of_polling_is_one_range),
                cmocka_unit_test(many_ranges_become_one),
                cmocka_unit_test(large_ids_are_ids),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
