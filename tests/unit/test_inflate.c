/* inflate: gzip files, whole and damaged, as bundles of their own. */
#include "source_support.h"

/* A walk of `content` under a name, in every size of reads; all must agree. */
static void see_gzip(struct seen *seen, struct folder *folder, struct str content) {
        static const size_t chunks[] = { 1, 7, 4096 };
        struct buf wanted, got;

        folder_put(folder, "x.log.gz", content);
        for (size_t i = 0; i < COUNT(chunks); i++) {
                struct seen other;

                see_limited(&other, folder->file, chunks[i], 4);
                got = seen_text(&other);
                if (i == 0) {
                        wanted = got;
                } else {
                        assert_string_equal(got.p, wanted.p);
                        buf_release(&got);
                }
                seen_release(&other);
        }
        see(seen, folder->file);
        got = seen_text(seen);
        assert_string_equal(got.p, wanted.p);
        buf_release(&got);
        buf_release(&wanted);
        check_consistent(seen);
}

static void assert_fault(const struct seen *seen, enum diag_code code, enum container_status status,
                         struct str content) {
        assert_int_equal(seen->count, 1);
        assert_string_equal(seen->leaves[0].path, "x.log.gz!x.log");
        assert_true(str_eq(buf_str(&seen->leaves[0].content), content));
        assert_string_equal(fault_name(seen->leaves[0].fault), fault_name(code));
        assert_container(seen, "x.log.gz", CONTAINER_GZ, status, 1);
        if (code == DIAG_NONE) {
                assert_int_equal(seen->diags.count, 0);
                return;
        }
        assert_true(seen->leaves[0].fault_told);
        assert_int_equal(seen->diags.count, 1);
        assert_non_null(find_diag(seen, code, "x.log.gz"));
        assert_int_equal(seen->diags.items[0].offset, content.n);
}

/* Walk `gz` (released here) and compare. */
static void expect(struct folder *folder, struct buf gz, enum diag_code code, struct str content) {
        struct seen seen;

        see_gzip(&seen, folder, buf_str(&gz));
        assert_fault(&seen, code, code == DIAG_NONE ? CONTAINER_WHOLE : CONTAINER_PARTIAL, content);
        seen_release(&seen);
        buf_release(&gz);
}

static void test_whole(void **state) {
        struct buf log = make_log(50 * 1000);

        expect(*state, make_gzip(buf_str(&log)), DIAG_NONE, buf_str(&log));
        expect(*state, make_gzip(STR("")), DIAG_NONE, STR(""));
        buf_release(&log);
}

static void test_members(void **state) {
        struct buf gz = make_gzip(STR("one\n")), two = make_gzip(STR("two\n")), none = make_gzip(STR(""));

        buf_add(&gz, buf_str(&none));
        buf_add(&gz, buf_str(&two));
        expect(*state, gz, DIAG_NONE, STR("one\ntwo\n"));
        buf_release(&two);
        buf_release(&none);
}

static void test_padding(void **state) {
        struct buf gz = make_gzip(STR("one\n"));

        for (int i = 0; i < 700; i++)
                buf_add_byte(&gz, '\0');
        expect(*state, gz, DIAG_NONE, STR("one\n"));
}

static void test_trailing(void **state) {
        static const struct str tails[] = { { "x", 1 }, { "\0\0x", 3 }, { "\x1fx", 2 }, { "\0\x1f\x8b", 3 } };

        for (size_t i = 0; i < COUNT(tails); i++) {
                struct buf gz = make_gzip(STR("one\n"));

                buf_add(&gz, tails[i]);
                expect(*state, gz, DIAG_GZIP_TRAILING, STR("one\n"));
        }
}

/* Name, comment, extra field and header checksum: all may be there. */
static void test_header_fields(void **state) {
        struct buf gz = make_gzip(STR("one\n")), full;

        buf_init(&full, MANY);
        buf_add(&full, (struct str){ gz.p, 10 });
        full.p[3] = 2 | 4 | 8 | 16;
        buf_add(&full, STR("\3\0abcname\0comment\0\x12\x34"));
        buf_add(&full, str_skip(buf_str(&gz), 10));
        buf_release(&gz);
        expect(*state, full, DIAG_NONE, STR("one\n"));
}

static void test_reserved_flag(void **state) {
        struct buf gz = make_gzip(STR("one\n"));
        struct seen seen;

        gz.p[3] = (char)0x80;
        see_gzip(&seen, *state, buf_str(&gz));
        assert_int_equal(seen.count, 0);
        assert_container(&seen, "x.log.gz", CONTAINER_GZ, CONTAINER_UNREADABLE, 0);
        assert_non_null(find_diag(&seen, DIAG_GZIP_CORRUPT, "x.log.gz"));
        seen_release(&seen);
        buf_release(&gz);
}

static void test_checksum(void **state) {
        for (size_t back = 1; back <= 8; back++) {
                struct buf gz = make_gzip(STR("one\n")), two = make_gzip(STR("two\n"));

                gz.p[gz.n - back] ^= 1;
                expect(*state, gz, DIAG_GZIP_CHECKSUM, STR("one\n"));

                /* What follows the wrong sum is still read. */
                gz = make_gzip(STR("one\n"));
                gz.p[gz.n - back] ^= 1;
                buf_add(&gz, buf_str(&two));
                folder_put(*state, "x.log.gz", buf_str(&gz));
                {
                        struct seen seen;

                        see_gzip(&seen, *state, buf_str(&gz));
                        assert_true(str_eq(buf_str(&seen.leaves[0].content), STR("one\ntwo\n")));
                        assert_int_equal(find_diag(&seen, DIAG_GZIP_CHECKSUM, "x.log.gz")->offset, 4);
                        seen_release(&seen);
                }
                buf_release(&gz);
                buf_release(&two);
        }
}

static bool is_prefix(struct str of, struct str whole) {
        return str_starts(whole, of);
}

static void check_cut(struct folder *folder, struct str gz, size_t at, struct str log) {
        struct seen seen;

        see_gzip(&seen, folder, str_first(gz, at));
        assert_non_null(find_diag(&seen, DIAG_GZIP_CUT, "x.log.gz"));
        assert_int_equal(seen.diags.count, 1);
        if (seen.count) {
                assert_true(is_prefix(buf_str(&seen.leaves[0].content), log));
                assert_int_equal(seen.leaves[0].fault, DIAG_GZIP_CUT);
                assert_container(&seen, "x.log.gz", CONTAINER_GZ, CONTAINER_PARTIAL, 1);
                if (at + 8 >= gz.n)
                        assert_int_equal(seen.leaves[0].content.n, log.n);
        } else {
                assert_container(&seen, "x.log.gz", CONTAINER_GZ, CONTAINER_UNREADABLE, 0);
        }
        seen_release(&seen);
}

static void test_cut_anywhere(void **state) {
        struct buf log = make_log(1500), gz = make_gzip(buf_str(&log));

        for (size_t at = 2; at < gz.n; at++)
                check_cut(*state, buf_str(&gz), at, buf_str(&log));
        buf_release(&gz);
        buf_release(&log);
}

/* A cut loses no more than the bits that are gone: zlib's own reader, fed
 * byte by byte, is the measure. */
static void test_cut_delivers_all(void **state) {
        struct buf log = make_log(200 * 1000), gz = make_gzip(buf_str(&log));
        struct seen seen;
        size_t least;

        see_gzip(&seen, *state, str_first(buf_str(&gz), gz.n / 2));
        least = seen.leaves[0].content.n;
        assert_in_range(least, log.n * 2 / 5, log.n * 3 / 5);
        seen_release(&seen);
        see_gzip(&seen, *state, str_first(buf_str(&gz), gz.n / 2 + 8));
        assert_in_range(seen.leaves[0].content.n, least + 1, least + 600);
        seen_release(&seen);
        buf_release(&gz);
        buf_release(&log);
}

/* Every single bit: the text is right, or there is a fault. The first two bytes
 * are left out; without them it is no gzip. */
static void test_flip_anywhere(void **state) {
        struct buf log = make_log(400), gz = make_gzip(buf_str(&log));

        for (size_t bit = 16; bit < gz.n * 8; bit++) {
                struct seen seen;

                gz.p[bit / 8] ^= (char)(1 << bit % 8);
                folder_put(*state, "x.log.gz", buf_str(&gz));
                see(&seen, ((struct folder *)*state)->file);
                check_consistent(&seen);
                if (!seen_damage(&seen)) {
                        assert_int_equal(seen.count, 1);
                        assert_true(str_eq(buf_str(&seen.leaves[0].content), buf_str(&log)));
                }
                gz.p[bit / 8] ^= (char)(1 << bit % 8);
                seen_release(&seen);
        }
        buf_release(&gz);
        buf_release(&log);
}

/* Random bytes behind a sound header never do harm. */
static void test_noise(void **state) {
        uint32_t x = 7;

        for (int round = 0; round < 300; round++) {
                struct buf gz = make_gzip(STR(""));
                struct seen seen;

                gz.n = 10;
                for (int i = 0; i < 300; i++) {
                        x = x * 1664525 + 1013904223;
                        buf_add_byte(&gz, (char)(x >> 24));
                }
                see_gzip(&seen, *state, buf_str(&gz));
                assert_true(seen_damage(&seen));
                seen_release(&seen);
                buf_release(&gz);
        }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_folder, teardown_folder)
        const struct CMUnitTest tests[] = {
                TEST(test_whole),         TEST(test_members),       TEST(test_padding),
                TEST(test_trailing),      TEST(test_header_fields), TEST(test_reserved_flag),
                TEST(test_checksum),      TEST(test_cut_anywhere),  TEST(test_cut_delivers_all),
                TEST(test_flip_anywhere), TEST(test_noise),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
