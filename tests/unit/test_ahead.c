/* Reading ahead in a thread: the same bytes, faults and results as without it. */
#include "stream_support.h"

#include <stdlib.h>

#include "source/ahead.h"

/* Bytes that only their place tells, in pieces of changing sizes. */
struct made_source {
        struct stream stream;
        size_t bytes, at;
        uint32_t seed; /* 0: as much as is asked for */
        ssize_t end;
        enum diag_code end_fault;
        unsigned reads;
};

static char byte_at(size_t place) {
        return (char)(unsigned char)(place * 7 + place / 251);
}

static ssize_t made_read(struct stream *stream, void *p, size_t n) {
        struct made_source *source = (struct made_source *)stream;
        size_t left = source->bytes - source->at;
        char *to = p;

        source->reads++;
        assert_true(n > 0);
        if (left == 0) {
                if (source->end_fault != DIAG_NONE)
                        stream_set_fault(stream, source->end_fault, source->at);
                return source->end;
        }
        if (source->seed)
                n = 1 + next_random(&source->seed, (uint32_t)(n < 100000 ? n : 100000));
        n = n < left ? n : left;
        for (size_t i = 0; i < n; i++)
                to[i] = byte_at(source->at + i);
        source->at += n;
        return (ssize_t)n;
}

static struct made_source made_source(size_t bytes, uint32_t seed) {
        return (struct made_source){
                .stream = { .read = made_read, .fault = DIAG_NONE },
                .bytes = bytes,
                .seed = seed,
                .end_fault = DIAG_NONE,
        };
}

/* Read to the end: the result at the end. */
static ssize_t read_to_end(struct stream *stream, size_t expected, size_t piece) {
        char *bytes = malloc(piece);
        size_t place = 0;
        ssize_t n;

        assert_non_null(bytes);
        while ((n = stream_read(stream, bytes, piece)) > 0) {
                assert_true((size_t)n <= piece);
                for (size_t i = 0; i < (size_t)n; i++)
                        if (bytes[i] != byte_at(place + i))
                                fail_msg("another byte at %zu", place + i);
                place += (size_t)n;
        }
        assert_int_equal(place, expected);
        assert_int_equal(stream_read(stream, bytes, piece), n); /* again and again */
        free(bytes);
        return n;
}

static const struct ticker quiet = { NULL, NULL };

static void all_sizes_come_through(void **state) {
        enum { B = AHEAD_BLOCK_BYTES, ALL = AHEAD_BLOCKS * AHEAD_BLOCK_BYTES };
        static const size_t sizes[] = { 0,         1,       B - 1, B,       B + 1,   2 * B - 1,   2 * B,
                                        2 * B + 1, ALL - 1, ALL,   ALL + 1, ALL + B, 3 * ALL + 17 };
        static const size_t pieces[] = { 1000, B, B + 1, 4 * B };

        (void)state;
        for (size_t i = 0; i < COUNT(sizes); i++) {
                for (size_t k = 0; k < COUNT(pieces); k++) {
                        struct made_source source = made_source(sizes[i], (uint32_t)(k % 2 ? i * 10 + k : 0));
                        struct ahead_stream ahead;

                        assert_int_equal(ahead_init(&ahead, &source.stream, k == 3 ? 777 : 64 * 1024, &quiet), 0);
                        assert_int_equal(read_to_end(&ahead.stream, sizes[i], pieces[k]), 0);
                        assert_int_equal(ahead.stream.fault, DIAG_NONE);
                        ahead_release(&ahead);
                        assert_int_equal(source.at, sizes[i]);
                }
        }
}

static void small_reads_come_through(void **state) {
        struct made_source source = made_source(AHEAD_BLOCK_BYTES + 3, 9);
        struct ahead_stream ahead;

        (void)state;
        assert_int_equal(ahead_init(&ahead, &source.stream, 1, &quiet), 0);
        assert_int_equal(read_to_end(&ahead.stream, AHEAD_BLOCK_BYTES + 3, 1), 0);
        ahead_release(&ahead);
}

static void the_sources_fault_is_passed_on_at_the_end(void **state) {
        (void)state;
        for (size_t bytes = 0; bytes < 3 * AHEAD_BLOCK_BYTES; bytes += AHEAD_BLOCK_BYTES / 2) {
                struct made_source source = made_source(bytes, 0);
                struct ahead_stream ahead;
                char byte;

                source.end_fault = DIAG_GZIP_CUT;
                source.stream.fault_told = true;
                assert_int_equal(ahead_init(&ahead, &source.stream, 4096, &quiet), 0);
                if (bytes) {
                        assert_int_equal(stream_read(&ahead.stream, &byte, 1), 1);
                        assert_int_equal(ahead.stream.fault, DIAG_NONE); /* not before the end */
                        while (stream_read(&ahead.stream, &byte, 1) > 0)
                                ;
                } else {
                        assert_int_equal(stream_read(&ahead.stream, &byte, 1), 0);
                }
                assert_int_equal(ahead.stream.fault, DIAG_GZIP_CUT);
                assert_int_equal(ahead.stream.fault_offset, bytes);
                assert_true(ahead.stream.fault_told);
                ahead_release(&ahead);
        }
}

static void negative_results_are_forwarded(void **state) {
        static const size_t sizes[] = { 0, 100, AHEAD_BLOCK_BYTES, 5 * AHEAD_BLOCK_BYTES + 1 };

        (void)state;
        for (size_t i = 0; i < COUNT(sizes); i++) {
                struct made_source source = made_source(sizes[i], 3);
                struct ahead_stream ahead;

                source.end = -ENOMEM;
                assert_int_equal(ahead_init(&ahead, &source.stream, 4096, &quiet), 0);
                /* Every byte before it was delivered. */
                assert_int_equal(read_to_end(&ahead.stream, sizes[i], 5000), -ENOMEM);
                assert_int_equal(ahead.stream.fault, DIAG_NONE);
                ahead_release(&ahead);
        }
}

static int count_down(void *userdata, uint64_t more_bytes) {
        int *left = userdata;

        assert_int_equal(more_bytes, 0);
        return --*left < 0;
}

static void the_ticker_stops_it(void **state) {
        int left = 3;
        const struct ticker ticker = { count_down, &left };
        struct made_source source = made_source(100 * AHEAD_BLOCK_BYTES, 0);
        struct ahead_stream ahead;
        char *bytes = malloc(AHEAD_BLOCK_BYTES);

        (void)state;
        assert_non_null(bytes);
        assert_int_equal(ahead_init(&ahead, &source.stream, 65536, &ticker), 0);
        for (int i = 0; i < 3; i++)
                assert_int_equal(stream_read(&ahead.stream, bytes, AHEAD_BLOCK_BYTES), AHEAD_BLOCK_BYTES);
        assert_int_equal(stream_read(&ahead.stream, bytes, AHEAD_BLOCK_BYTES), -ECANCELED);
        ahead_release(&ahead);
        free(bytes);
}

/* Released at any moment; the source is then nobody's and may be read on. */
static void a_release_in_the_middle_is_clean(void **state) {
        uint32_t seed = 4;

        (void)state;
        for (int round = 0; round < 300; round++) {
                struct made_source source = made_source(next_random(&seed, 2 * AHEAD_BLOCKS * AHEAD_BLOCK_BYTES), seed);
                size_t wanted = next_random(&seed, 3 * AHEAD_BLOCK_BYTES), got = 0, after;
                struct ahead_stream ahead;
                char bytes[4096];
                ssize_t n = 1;

                assert_int_equal(ahead_init(&ahead, &source.stream, 32768, &quiet), 0);
                while (got < wanted && (n = stream_read(&ahead.stream, bytes, sizeof(bytes))) > 0)
                        got += (size_t)n;
                ahead_release(&ahead);
                after = source.at;
                assert_true(after >= got);
                n = stream_read(&source.stream, bytes, sizeof(bytes));
                assert_int_equal(source.at, after + (size_t)n);
                if (n > 0)
                        assert_int_equal(bytes[0], byte_at(after));
        }
}

static void many_are_made_and_read(void **state) {
        (void)state;
        for (uint32_t round = 1; round <= 200; round++) {
                struct made_source source = made_source(round * 1013, round);
                struct ahead_stream ahead;

                assert_int_equal(ahead_init(&ahead, &source.stream, 512, &quiet), 0);
                assert_int_equal(read_to_end(&ahead.stream, round * 1013, 100 + round), 0);
                ahead_release(&ahead);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(all_sizes_come_through),
                cmocka_unit_test(small_reads_come_through),
                cmocka_unit_test(the_sources_fault_is_passed_on_at_the_end),
                cmocka_unit_test(negative_results_are_forwarded),
                cmocka_unit_test(the_ticker_stops_it),
                cmocka_unit_test(a_release_in_the_middle_is_clean),
                cmocka_unit_test(many_are_made_and_read),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
