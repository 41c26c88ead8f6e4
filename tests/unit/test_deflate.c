/* deflate: both engines over the same streams, sound and damaged. Without a fast one
 * in the build this compares zlib with itself. */
#include "source_support.h"
#include "stream_support.h"
#include "stride.h"

#include "source/deflate.h"

/* How to write a stream: zlib's level and strategy, and what may end a block early. */
struct way {
        int level, strategy;
        size_t flush_bytes; /* after so many bytes a block ends; 0: never */
        int flush;
};

static const struct way ways[] = {
        { 0, Z_DEFAULT_STRATEGY, 0, 0 }, /* stored */
        { 9, Z_DEFAULT_STRATEGY, 0, 0 }, /* dynamic */
        { 1, Z_DEFAULT_STRATEGY, 0, 0 },
        { 9, Z_FIXED, 0, 0 },
        { 9, Z_HUFFMAN_ONLY, 0, 0 }, /* a distance code that nothing uses */
        { 9, Z_RLE, 0, 0 },
        { 9, Z_DEFAULT_STRATEGY, 100, Z_SYNC_FLUSH }, /* many small blocks, and empty stored ones */
        { 9, Z_DEFAULT_STRATEGY, 5000, Z_FULL_FLUSH },
        { 9, Z_DEFAULT_STRATEGY, 70 * 1000, Z_BLOCK }, /* each begins amid a byte */
        { 9, Z_FIXED, 40, Z_PARTIAL_FLUSH },
};

static struct buf pack(struct str content, const struct way *way) {
        size_t step = way->flush_bytes ? way->flush_bytes : content.n + 1;
        struct buf out;
        z_stream z = { 0 };

        buf_init(&out, TEST_BYTES);
        assert_int_equal(deflateInit2(&z, way->level, Z_DEFLATED, -15, 8, way->strategy), Z_OK);
        assert_int_equal(buf_reserve(&out, 2 * content.n + 1000), 0);
        z.next_out = (Bytef *)out.p;
        z.avail_out = (uInt)out.cap;
        z.next_in = (Bytef *)(uintptr_t)content.p;
        for (size_t at = 0; at < content.n; at += step) {
                z.avail_in = (uInt)(content.n - at < step ? content.n - at : step);
                assert_int_equal(deflate(&z, way->flush), Z_OK);
        }
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        out.n = z.total_out;
        deflateEnd(&z);
        return out;
}

/* What an engine made of an input. */
struct run {
        int result; /* DEFLATE_MORE: it wants more than there was */
        size_t used;
        struct buf made;
};

/* By pieces of those sizes, each in memory of its own size: a step over its edge is
 * seen. Every call has to get on. */
static struct run run(struct deflate *deflate, struct str in, size_t in_piece, size_t out_piece) {
        struct run run = { .result = DEFLATE_MORE };
        char *out = malloc(out_piece), *copy;

        buf_init(&run.made, TEST_BYTES);
        while (run.result == DEFLATE_MORE) {
                size_t n = in.n - run.used < in_piece ? in.n - run.used : in_piece, used = SIZE_MAX, made = SIZE_MAX;

                copy = malloc(n + !n);
                memcpy(copy, in.p + run.used, n);
                run.result = deflate_run(deflate, copy, n, out, out_piece, &used, &made);
                free(copy);
                assert_true(run.result >= 0);
                assert_true(used <= n && made <= out_piece);
                assert_int_equal(buf_add(&run.made, (struct str){ out, made }), 0);
                run.used += used;
                if (used == 0 && made == 0 && run.result == DEFLATE_MORE) {
                        assert_int_equal(n, 0);
                        break;
                }
        }
        free(out);
        return run;
}

static struct run run_new(enum deflate_engine engine, struct str in, size_t in_piece, size_t out_piece) {
        struct deflate deflate;
        struct run made;

        assert_int_equal(deflate_init(&deflate, engine), 0);
        made = run(&deflate, in, in_piece, out_piece);
        deflate_release(&deflate);
        return made;
}

/* Both take it or both do not; what they take is the same. */
static void assert_same(struct run *fast, struct run *zlib) {
        assert_int_equal(fast->result == DEFLATE_END, zlib->result == DEFLATE_END);
        if (zlib->result == DEFLATE_END) {
                assert_int_equal(fast->used, zlib->used);
                assert_true(str_eq(buf_str(&fast->made), buf_str(&zlib->made)));
        }
}

static void assert_run(struct run run, struct str content, size_t used) {
        assert_int_equal(run.result, DEFLATE_END);
        assert_int_equal(run.used, used);
        assert_int_equal(run.made.n, content.n);
        assert_true(str_eq(buf_str(&run.made), content));
        buf_release(&run.made);
}

static const struct {
        size_t in, out;
} pieces[] = {
        { 1, 1 },        { 1, 100 * 1000 },  { 64, 1 },         { 7, 5 },
        { 3, 258 },      { 9, 33 * 1000 },   { 4096, 32768 },   { 65536, 65536 },
        { 1000, 32769 }, { 333, 70 * 1000 }, { 65536, 262144 }, { 1 << 20, 1 << 20 },
};

/* Every way to write it, every size of pieces, with other bytes behind the end. */
static void check_content(struct str content) {
        for (size_t w = 0; w < COUNT(ways); w++) {
                struct buf packed = pack(content, &ways[w]);
                size_t n = packed.n;

                buf_add(&packed, STR("\x1f\x8b\x08 and what is behind"));
                for (size_t i = 0; i < COUNT(pieces); i++) {
                        if (content.n > 1000 && w != 1 && (pieces[i].in < 10 || pieces[i].out < 10))
                                continue; /* many calls */
                        assert_run(run_new(DEFLATE_FAST, buf_str(&packed), pieces[i].in, pieces[i].out), content, n);
                        assert_run(run_new(DEFLATE_ZLIB, buf_str(&packed), pieces[i].in, pieces[i].out), content, n);
                }
                buf_release(&packed);
        }
}

static void add_noise(struct buf *buf, size_t n, uint32_t seed) {
        while (n-- > 0)
                buf_add_byte(buf, (char)next_random(&seed, 256));
}

static void test_small(void **state) {
        (void)state;
        check_content(STR(""));
        check_content(STR("x"));
        check_content(STR("2017.06.17 00:16:04 Closing idle session (id=f382a015)\n"));
}

static void test_log(void **state) {
        struct buf log = make_log(100 * 1000);

        (void)state;
        check_content(buf_str(&log));
        check_content(str_first(buf_str(&log), 1000));
        buf_release(&log);
}

/* Copies from as far back as there may be, and from one byte back. */
static void test_distances(void **state) {
        struct buf text;

        (void)state;
        buf_init(&text, TEST_BYTES);
        assert_int_equal(buf_reserve(&text, 3 * 32768), 0);
        add_noise(&text, 32768 - 300, 3);
        for (int i = 0; i < 300; i++)
                buf_add_byte(&text, 'x');
        for (int i = 0; i < 2; i++)
                assert_int_equal(buf_add(&text, str_first(buf_str(&text), 32768)), 0);
        check_content(buf_str(&text));
        text.n = 0;
        for (int i = 0; i < 100 * 1000; i++)
                buf_add_byte(&text, '\0');
        check_content(buf_str(&text));
        buf_release(&text);
}

/* One engine, stream after stream, be they read to their end or not. */
static void test_reset(void **state) {
        struct buf log = make_log(100 * 1000), packed = pack(buf_str(&log), &ways[1]),
                   one = pack(STR("one\n"), &ways[0]);

        (void)state;
        for (int engine = DEFLATE_ZLIB; engine <= DEFLATE_FAST; engine++) {
                struct deflate deflate;

                assert_int_equal(deflate_init(&deflate, engine), 0);
                for (size_t cut = 0; cut < packed.n; cut += packed.n / 50) {
                        struct run part = run(&deflate, str_first(buf_str(&packed), cut), 1000, 5000);

                        assert_int_equal(part.result, DEFLATE_MORE);
                        assert_int_equal(part.used, cut);
                        assert_true(part.made.n == 0 || str_starts(buf_str(&log), buf_str(&part.made)));
                        buf_release(&part.made);
                        deflate_reset(&deflate);
                        assert_run(run(&deflate, buf_str(&one), 3, 5000), STR("one\n"), one.n);
                        deflate_reset(&deflate);
                }
                deflate_release(&deflate);
        }
        buf_release(&one);
        buf_release(&packed);
        buf_release(&log);
}

static void compare(struct str in, size_t in_piece, size_t out_piece) {
        struct run zlib = run_new(DEFLATE_ZLIB, in, SIZE_MAX, 1 << 16),
                   fast = run_new(DEFLATE_FAST, in, in_piece, out_piece);

        assert_same(&fast, &zlib);
        buf_release(&zlib.made);
        buf_release(&fast.made);
}

/* Every bit of streams of one block and of several, whole and cut. */
static void test_every_bit(void **state) {
        static const size_t sizes[] = { 0, 30, 300 };
        struct buf log = make_log(1000);

        (void)state;
        for (size_t w = 0; w < COUNT(ways); w++) {
                for (size_t s = 0; s < COUNT(sizes); s++) {
                        struct buf packed = pack(str_first(buf_str(&log), sizes[s]), &ways[w]);

                        for (size_t n = 0; n < packed.n; n += stride())
                                compare(str_first(buf_str(&packed), n), 1 + n % 3, 1000);
                        buf_add(&packed, STR("\xa5\x5a\xff\0\1\2\3\4\5\6"));
                        for (size_t bit = 0; bit < packed.n * 8; bit += stride()) {
                                packed.p[bit / 8] ^= (char)(1 << bit % 8);
                                compare(buf_str(&packed), bit % 2 ? 1 : 1000, 1000);
                                packed.p[bit / 8] ^= (char)(1 << bit % 8);
                        }
                        buf_release(&packed);
                }
        }
        buf_release(&log);
}

/* Some bytes are others, some are missing, some stand there twice. */
static void mutate(struct buf *buf, uint32_t *seed) {
        for (uint32_t i = next_random(seed, 4); i < 4; i++) {
                size_t at = next_random(seed, (uint32_t)buf->n), n = next_random(seed, 20);

                n = n < buf->n - at ? n : buf->n - at;
                switch (next_random(seed, 4)) {
                case 0:
                        memmove(buf->p + at, buf->p + at + n, buf->n - at - n);
                        buf->n -= n == buf->n ? 0 : n;
                        break;
                case 1:
                        memmove(buf->p + next_random(seed, (uint32_t)(buf->n - n) + 1), buf->p + at, n);
                        break;
                case 2:
                        buf->p[at] = (char)next_random(seed, 256);
                        break;
                default:
                        buf->p[at] ^= (char)(1 << next_random(seed, 8));
                }
        }
}

static void test_mutations(void **state) {
        enum { ROUNDS = 2000 };
        struct buf text = make_log(60 * 1000), packed[COUNT(ways)], copy;
        uint32_t seed = 11;

        (void)state;
        add_noise(&text, 2000, 5);
        for (size_t w = 0; w < COUNT(ways); w++)
                packed[w] = pack(buf_str(&text), &ways[w]);
        buf_init(&copy, TEST_BYTES);
        for (size_t round = 0; round < ROUNDS; round += stride()) {
                const struct buf *from = &packed[next_random(&seed, COUNT(ways))];
                size_t i = 3 + next_random(&seed, COUNT(pieces) - 3);

                copy.n = 0;
                /* Mostly the beginning, where one damage is not behind another. */
                buf_add(&copy, str_first((struct str){ from->p, from->n }, 200 + next_random(&seed, 30 * 1000)));
                mutate(&copy, &seed);
                compare(buf_str(&copy), pieces[i].in, pieces[i].out);
        }
        buf_release(&copy);
        for (size_t w = 0; w < COUNT(ways); w++)
                buf_release(&packed[w]);
        buf_release(&text);
}

/* Headers of chance, of which some begin a block. */
static void test_noise(void **state) {
        enum { ROUNDS = 8000 };
        struct buf noise;

        (void)state;
        buf_init(&noise, TEST_BYTES);
        for (uint32_t round = 0; round < ROUNDS; round += (uint32_t)stride()) {
                noise.n = 0;
                add_noise(&noise, 300, round);
                if (round % 2)
                        noise.p[0] = (char)((noise.p[0] & ~7) | 4 | (round >> 1 & 1)); /* two codes of its own */
                compare(buf_str(&noise), 100, 4096);
        }
        buf_release(&noise);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_small), cmocka_unit_test(test_log),       cmocka_unit_test(test_distances),
                cmocka_unit_test(test_reset), cmocka_unit_test(test_every_bit), cmocka_unit_test(test_mutations),
                cmocka_unit_test(test_noise),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
