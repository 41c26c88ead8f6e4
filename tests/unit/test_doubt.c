/*
 * doubt: gzip files and zips read by both engines. Where the fast one has no doubt,
 * everything is as zlib has it: bytes, faults and sums. Without a fast one in the build
 * this compares zlib with itself.
 */
#include "source_support.h"
#include "stream_support.h"
#include "stride.h"

#include "source/inflate.h"
#include "source/peek.h"
#include "source/zip.h"

/* What reading gave, as text, and whether the reader is sure of it. */
struct told {
        struct buf text;
        bool doubt;
};

/* `sums` and the sum are looked at through a peek_stream, as the walk has them. */
static void read_stream(struct buf *text, struct stream *source, size_t piece) {
        struct peek_stream peek;
        struct buf content;
        struct str first;

        peek_init(&peek, source);
        assert_int_equal(peek_look(&peek, &first), 0);
        buf_init(&content, TEST_BYTES);
        assert_int_equal(read_all(&peek.stream, &content, piece), 0);
        assert_true(peek.stream.sums);
        assert_int_equal(peek.stream.crc32, crc32_z(0, (const Bytef *)content.p, content.n));
        buf_printf(text, "%zu %08x %s %llu\n", content.n, peek.stream.crc32, fault_name(peek.stream.fault),
                   (unsigned long long)(peek.stream.fault == DIAG_NONE ? 0 : peek.stream.fault_offset));
        buf_release(&content);
        peek_release(&peek);
}

static struct told tell_gzip(struct str bytes, enum deflate_engine engine, size_t piece) {
        struct text_stream source = text_stream(bytes);
        struct told told = { 0 };
        struct inflater inflater;

        buf_init(&told.text, TEST_BYTES);
        assert_int_equal(inflater_init(&inflater, &source.stream, piece, engine), 0);
        read_stream(&told.text, &inflater.stream, piece);
        told.doubt = inflater.doubt;
        inflater_release(&inflater);
        return told;
}

static struct told tell_zip(struct str bytes, enum deflate_engine engine, size_t piece) {
        struct text_stream source = text_stream(bytes);
        struct told told = { 0 };
        struct zip_reader zip;
        int r;

        buf_init(&told.text, TEST_BYTES);
        assert_int_equal(zip_reader_init(&zip, &source.stream, piece, 0, engine), 0);
        while ((r = zip.entries.next(&zip.entries)) > 0) {
                buf_printf(&told.text, "%.*s ", (int)zip.entries.name.n, zip.entries.name.p);
                read_stream(&told.text, &zip.entries.entry, piece);
        }
        assert_int_equal(r, 0);
        buf_printf(&told.text, "%s %llu %llu %llu\n", fault_name(zip.entries.fault),
                   (unsigned long long)(zip.entries.fault == DIAG_NONE ? 0 : zip.entries.fault_offset),
                   (unsigned long long)zip.entries.files, (unsigned long long)zip.entries.headers);
        told.doubt = zip.doubt;
        zip_reader_release(&zip);
        return told;
}

typedef struct told tell_function(struct str bytes, enum deflate_engine engine, size_t piece);

/* True where the fast engine was sure. */
static bool check(tell_function *tell, struct str bytes, size_t piece) {
        struct told zlib = tell(bytes, DEFLATE_ZLIB, piece), fast = tell(bytes, DEFLATE_FAST, piece);

        assert_false(zlib.doubt);
        if (!fast.doubt)
                assert_string_equal(buf_text(&fast.text), buf_text(&zlib.text));
        buf_release(&zlib.text);
        buf_release(&fast.text);
        return !fast.doubt;
}

static size_t a_piece(size_t i) {
        static const size_t all[] = { 1, 4096, 7, 100 * 1000, 700 };

        return all[i % COUNT(all)];
}

/* Cut everywhere, every bit flipped. */
static void check_damage(tell_function *tell, struct buf *bytes) {
        for (size_t i = 0; i < 5; i++)
                assert_true(check(tell, buf_str(bytes), a_piece(i)));
        for (size_t n = 0; n < bytes->n; n += stride())
                check(tell, str_first(buf_str(bytes), n), a_piece(n));
        for (size_t bit = 0; bit < bytes->n * 8; bit += stride()) {
                bytes->p[bit / 8] ^= (char)(1 << bit % 8);
                check(tell, buf_str(bytes), a_piece(bit));
                bytes->p[bit / 8] ^= (char)(1 << bit % 8);
        }
}

/* Several members, one of them empty, with header fields, and zeros behind. */
static struct buf make_members(void) {
        struct buf log = make_log(300), out = make_gzip(buf_str(&log)), more = make_gzip(STR(""));

        buf_add(&out, buf_str(&more));
        buf_release(&more);
        more = make_gzip(STR("one\n"));
        buf_add(&out, (struct str){ more.p, 3 });
        buf_add(&out, STR("\x1e\0\0\0\0\2\3\3\0abcname\0comment\0\x12\x34"));
        buf_add(&out, str_skip(buf_str(&more), 10));
        buf_add(&out, STR("\0\0\0"));
        buf_release(&more);
        buf_release(&log);
        return out;
}

static void test_gzip(void **state) {
        struct buf log = make_log(400), one = make_gzip(buf_str(&log)), members = make_members();

        (void)state;
        check_damage(tell_gzip, &one);
        check_damage(tell_gzip, &members);
        buf_release(&members);
        buf_release(&one);
        buf_release(&log);
}

static void test_zip(void **state) {
        struct buf log = make_log(400), zip;
        const struct made_file files[] = { { "a.log", buf_str(&log) }, { "b", STR("") }, { "c", STR("two\n") } };

        (void)state;
        zip = make_zip(files, COUNT(files));
        check_damage(tell_zip, &zip);
        buf_release(&zip);
        zip = make_archive("zip", "compression=store", files, COUNT(files));
        check_damage(tell_zip, &zip);
        buf_release(&zip);
        buf_release(&log);
}

static void check_mutations(tell_function *tell, const struct buf *bytes, uint32_t seed) {
        enum { ROUNDS = 300 };
        struct buf copy;

        buf_init(&copy, TEST_BYTES);
        for (size_t round = 0; round < ROUNDS; round += stride()) {
                copy.n = 0;
                assert_int_equal(buf_add(&copy, (struct str){ bytes->p, bytes->n }), 0);
                for (uint32_t i = next_random(&seed, 3); i < 3; i++)
                        copy.p[next_random(&seed, (uint32_t)copy.n)] ^= (char)(1 << next_random(&seed, 8));
                check(tell, buf_str(&copy), round % 4 ? 100 * 1000 : 700);
        }
        buf_release(&copy);
}

/* Several blocks, whose windows reach back over many reads. */
static void test_large(void **state) {
        struct buf log = make_log(200 * 1000), gz = make_gzip(buf_str(&log)), two = make_gzip(STR("two\n")), zip;
        const struct made_file files[] = { { "a.log", buf_str(&log) }, { "b", STR("two\n") } };

        (void)state;
        buf_add(&gz, buf_str(&two));
        zip = make_zip(files, COUNT(files));
        for (size_t i = 1; i < 5; i++) {
                assert_true(check(tell_gzip, buf_str(&gz), a_piece(i)));
                assert_true(check(tell_zip, buf_str(&zip), a_piece(i)));
        }
        check_mutations(tell_gzip, &gz, 1);
        check_mutations(tell_zip, &zip, 2);
        buf_release(&zip);
        buf_release(&two);
        buf_release(&gz);
        buf_release(&log);
}

/* Where the build has a fast engine, it does not trust what has no sound sum behind it. */
static void test_is_told(void **state) {
        struct buf gz = make_gzip(STR("one\n"));
        struct deflate deflate;
        bool fast;

        (void)state;
        assert_int_equal(deflate_init(&deflate, DEFLATE_FAST), 0);
        fast = deflate_is_fast(&deflate);
        deflate_release(&deflate);
        for (size_t n = 10; n < gz.n; n++)
                assert_int_equal(check(tell_gzip, str_first(buf_str(&gz), n), 100), !fast);
        for (size_t back = 1; back <= 8; back++) {
                gz.p[gz.n - back] ^= 1;
                assert_int_equal(check(tell_gzip, buf_str(&gz), 100), !fast);
                gz.p[gz.n - back] ^= 1;
        }
        /* No word of the engine's. */
        assert_true(check(tell_gzip, str_first(buf_str(&gz), 9), 100));
        buf_add(&gz, STR("x"));
        assert_true(check(tell_gzip, buf_str(&gz), 100));
        buf_release(&gz);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_gzip),
                cmocka_unit_test(test_zip),
                cmocka_unit_test(test_large),
                cmocka_unit_test(test_is_told),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
