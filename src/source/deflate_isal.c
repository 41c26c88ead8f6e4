#include <errno.h>
#include <isa-l.h>
#include <stdlib.h>

#include "source/deflate_header.h"
#include "source/deflate_ops.h"

enum { WINDOW_BYTES = 32 * 1024 };

/*
 * Every block is shown to ISA-L as if it were the stream's last one, so that it stops
 * behind each and the next header can be looked at first. Between blocks fewer than 8
 * bits are left in isal.read_in, and isal.tmp_out_buffer begins with the window.
 */
struct engine {
        struct inflate_state isal;
        bool in_block, last; /* the block at hand is the stream's last one */
        size_t head_bytes;
        unsigned char head[DEFLATE_HEADER_BYTES]; /* of a header that is not all there yet */
};

static void *create(void) {
        /* ISA-L writes all that it reads; a checker of memory cannot see that. */
        struct engine *engine = calloc(1, sizeof(*engine));

        if (engine)
                isal_inflate_init(&engine->isal);
        return engine;
}

static void reset(void *state) {
        struct engine *engine = state;

        isal_inflate_reset(&engine->isal);
        engine->in_block = engine->last = false;
        engine->head_bytes = 0;
}

/* Whole bytes that were read ahead are not done with: they may lie behind the
 * stream's end. `used` of them are still in the caller's hands. */
static void give_back(struct inflate_state *isal, size_t used) {
        size_t ahead = (size_t)isal->read_in_length / 8;

        ahead = ahead < used ? ahead : used;
        isal->next_in -= ahead;
        isal->avail_in += (uint32_t)ahead;
        isal->read_in_length -= (int32_t)(8 * ahead);
        if (isal->read_in_length < 64)
                isal->read_in &= ((uint64_t)1 << isal->read_in_length) - 1;
}

/* ISA-L's stream has ended, ours has not. What it needs of `made` bytes, the last of
 * which is before next_out, and of what was before them, is made the window of another
 * one. Fewer of them than a window were all made in ISA-L's own buffer, behind the
 * window that they had. */
static void begin_again(struct inflate_state *isal, size_t made) {
        size_t window = isal->tmp_out_valid < WINDOW_BYTES ? isal->tmp_out_valid : WINDOW_BYTES;
        const uint8_t *from = isal->tmp_out_buffer + isal->tmp_out_valid - window;
        uint64_t bits = isal->read_in;
        int32_t bit_count = isal->read_in_length;

        if (made >= WINDOW_BYTES) {
                window = WINDOW_BYTES;
                from = isal->next_out - window;
        }
        memmove(isal->tmp_out_buffer, from, window);
        isal_inflate_reset(isal);
        isal->dict_length = isal->tmp_out_valid = isal->tmp_out_processed = (uint32_t)window;
        isal->read_in = bits;
        isal->read_in_length = bit_count;
}

/* Give ISA-L the first bit of a header, changed. */
static void mark_last(struct engine *engine) {
        struct inflate_state *isal = &engine->isal;

        if (isal->read_in_length == 0) {
                isal->read_in = *isal->next_in++;
                isal->avail_in--;
                isal->read_in_length = 8;
        }
        engine->last = isal->read_in & 1;
        isal->read_in |= 1;
        engine->in_block = true;
}

/* Keep what there is of a header until there is more. */
static int gather(struct engine *engine, const uint8_t *p, size_t n) {
        if (n > sizeof(engine->head) - engine->head_bytes)
                return ISAL_INVALID_BLOCK;
        memcpy(engine->head + engine->head_bytes, p, n);
        engine->head_bytes += n;
        return ISAL_END_INPUT;
}

/* The same for a header whose beginning was kept: its end is added, and ISA-L gets it
 * from there. */
static int begin_gathered(struct engine *engine) {
        struct inflate_state *isal = &engine->isal;
        size_t before = engine->head_bytes, room = sizeof(engine->head) - before, used;
        uint8_t *next_in = isal->next_in;
        uint32_t avail_in = isal->avail_in;
        int r = gather(engine, next_in, avail_in < room ? avail_in : room);

        if (r >= 0)
                r = deflate_header_check(isal->read_in, (unsigned)isal->read_in_length, engine->head,
                                         engine->head_bytes, &used);
        if (r <= 0) {
                isal->avail_in -= (uint32_t)(engine->head_bytes - before);
                return r < 0 ? ISAL_INVALID_BLOCK : ISAL_END_INPUT;
        }
        isal->next_in = engine->head;
        isal->avail_in = (uint32_t)used;
        engine->head_bytes = 0;
        mark_last(engine);
        r = isal_inflate(isal);
        isal->next_in = next_in + (used - before);
        isal->avail_in = avail_in - (uint32_t)(used - before);
        return r;
}

/* Look at a header, and inflate what there is of its block. A result of ISA-L's. */
static int begin_block(struct engine *engine) {
        struct inflate_state *isal = &engine->isal;
        size_t used;
        int r;

        if (engine->head_bytes)
                return begin_gathered(engine);
        r = deflate_header_check(isal->read_in, (unsigned)isal->read_in_length, isal->next_in, isal->avail_in, &used);
        if (r < 0)
                return ISAL_INVALID_BLOCK;
        if (r == 0) {
                r = gather(engine, isal->next_in, isal->avail_in);
                isal->avail_in = 0;
                return r;
        }
        mark_last(engine);
        return isal_inflate(isal);
}

/* One block, or as much of it as there is input or room for. 1 when it has ended, 0,
 * or DEFLATE_CORRUPT. */
static int inflate_block(struct engine *engine) {
        struct inflate_state *isal = &engine->isal;
        uint32_t before = isal->avail_in;
        int r = engine->in_block ? isal_inflate(isal) : begin_block(engine);
        bool ended = engine->in_block && isal->block_state == ISAL_BLOCK_FINISH;

        if (r < 0)
                return -EBADMSG;
        if (ended || isal->avail_out == 0)
                give_back(isal, before - isal->avail_in);
        if (!ended)
                return 0;
        engine->in_block = false;
        return isal->read_in_length < 8 ? 1 : -EBADMSG;
}

static int run(void *state, const void *in, size_t in_bytes, void *out, size_t out_bytes, size_t *ret_used,
               size_t *ret_made) {
        struct engine *engine = state;
        struct inflate_state *isal = &engine->isal;
        int r;

        /* ISA-L only reads there. */
        memcpy(&isal->next_in, &in, sizeof(in));
        isal->avail_in = (uint32_t)in_bytes;
        isal->next_out = out;
        isal->avail_out = (uint32_t)out_bytes;
        do {
                r = inflate_block(engine);
                if (r > 0 && !engine->last)
                        begin_again(isal, out_bytes - isal->avail_out);
        } while (r > 0 && !engine->last && isal->avail_in && isal->avail_out);
        /* Behind a fault ISA-L's own counts are wrong, even beyond the ends. */
        *ret_used = r < 0 ? 0 : in_bytes - isal->avail_in;
        *ret_made = r < 0 ? 0 : out_bytes - isal->avail_out;
        if (r > 0 && engine->last)
                return DEFLATE_END;
        return r < 0 || (in_bytes && *ret_used == 0 && *ret_made == 0) ? DEFLATE_CORRUPT : DEFLATE_MORE;
}

static const struct deflate_ops ops = { create, free, reset, run };

const struct deflate_ops *deflate_isal(void) {
        return &ops;
}
