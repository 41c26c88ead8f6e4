/* Raw deflate and gzip by both engines: what the fast one takes, zlib takes as well, to the
 * same bytes; and no size of the pieces matters. The first byte: what and how. */
#include "fuzz.h"

#include "source/deflate.h"
#include "source/inflate.h"

enum { MOST_MADE = 4 * 1024 * 1024 };

struct run {
        int result;
        size_t used;
        struct buf made;
};

static struct run run(enum deflate_engine engine, struct str in, size_t in_piece, size_t out_piece) {
        struct run run = { .result = DEFLATE_MORE };
        char *out = malloc(out_piece);
        struct deflate deflate;

        CHECK(out && deflate_init(&deflate, engine) == 0);
        buf_init(&run.made, FUZZ_BYTES);
        while (run.result == DEFLATE_MORE && run.made.n < MOST_MADE) {
                const size_t left = in.n - run.used, n = left < in_piece ? left : in_piece;
                size_t used = 0, made = 0;

                run.result = deflate_run(&deflate, in.p + run.used, n, out, out_piece, &used, &made);
                CHECK(run.result >= 0 && used <= n && made <= out_piece);
                CHECK(buf_add(&run.made, (struct str){ out, made }) == 0);
                run.used += used;
                if (used == 0 && made == 0 && run.result == DEFLATE_MORE) {
                        CHECK(n == 0);
                        break;
                }
        }
        deflate_release(&deflate);
        free(out);
        return run;
}

static void check_raw(struct str in, size_t piece) {
        struct run zlib = run(DEFLATE_ZLIB, in, SIZE_MAX, 64 * 1024), again = run(DEFLATE_ZLIB, in, piece, 7 * piece),
                   fast = run(DEFLATE_FAST, in, SIZE_MAX, 64 * 1024), pieces = run(DEFLATE_FAST, in, piece, 7 * piece);

        if (zlib.made.n < MOST_MADE) {
                CHECK(again.result == zlib.result);
                fuzz_check_same(&again.made, &zlib.made);
                CHECK((fast.result == DEFLATE_END) == (zlib.result == DEFLATE_END));
                CHECK((pieces.result == DEFLATE_END) == (zlib.result == DEFLATE_END));
        }
        if (zlib.result == DEFLATE_END && zlib.made.n < MOST_MADE) {
                CHECK(again.used == zlib.used && fast.used == zlib.used && pieces.used == zlib.used);
                fuzz_check_same(&fast.made, &zlib.made);
                fuzz_check_same(&pieces.made, &zlib.made);
        }
        buf_release(&zlib.made);
        buf_release(&again.made);
        buf_release(&fast.made);
        buf_release(&pieces.made);
}

/* A gzip file, with what is said of its end. */
struct gzip {
        struct buf made;
        enum diag_code fault;
        uint64_t fault_offset;
        bool doubt;
};

static struct gzip read_gzip(enum deflate_engine engine, struct str in, size_t chunk, size_t piece) {
        struct fuzz_stream stream = fuzz_stream(in, chunk);
        struct inflater inflater;
        struct gzip gzip;

        buf_init(&gzip.made, FUZZ_BYTES);
        CHECK(inflater_init(&inflater, &stream.stream, chunk, engine) == 0);
        fuzz_read_all(&inflater.stream, piece, MOST_MADE, &gzip.made);
        gzip.fault = inflater.stream.fault;
        gzip.fault_offset = inflater.stream.fault_offset;
        gzip.doubt = inflater.doubt;
        inflater_release(&inflater);
        return gzip;
}

static void check_same_gzip(struct gzip *got, const struct gzip *wanted) {
        CHECK(got->fault == wanted->fault && got->fault_offset == wanted->fault_offset);
        fuzz_check_same(&got->made, &wanted->made);
        buf_release(&got->made);
}

static void check_gzip(struct str in, size_t piece) {
        struct gzip zlib = read_gzip(DEFLATE_ZLIB, in, 64 * 1024, 64 * 1024),
                    again = read_gzip(DEFLATE_ZLIB, in, piece, 64 * 1024),
                    fast = read_gzip(DEFLATE_FAST, in, piece, 64 * 1024);

        CHECK(!zlib.doubt && !again.doubt);
        check_same_gzip(&again, &zlib);
        if (fast.doubt)
                buf_release(&fast.made);
        else
                check_same_gzip(&fast, &zlib);
        buf_release(&zlib.made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct str in = fuzz_text(data, size);
        const unsigned how = fuzz_take(&in);
        const size_t piece = 1 + how % 100;

        if (how < 128)
                check_raw(in, piece);
        else
                check_gzip(in, piece);
        return 0;
}
