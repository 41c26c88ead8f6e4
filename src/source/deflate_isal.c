#include <isa-l.h>
#include <stdlib.h>

#include "source/deflate_ops.h"

static void *create(void) {
        struct inflate_state *isal = calloc(1, sizeof(*isal));

        if (isal)
                isal_inflate_init(isal);
        return isal;
}

static void reset(void *state) {
        isal_inflate_reset(state);
}

/* Whole bytes that were read ahead are not done with: they may lie behind the
 * stream's end. */
static void give_back(struct inflate_state *isal, size_t used) {
        size_t ahead = (size_t)(isal->read_in_length > 0 ? isal->read_in_length : 0) / 8;

        ahead = ahead < used ? ahead : used;
        isal->next_in -= ahead;
        isal->avail_in += (uint32_t)ahead;
        isal->read_in_length -= (int32_t)(8 * ahead);
        if (isal->read_in_length < 64)
                isal->read_in &= ((uint64_t)1 << isal->read_in_length) - 1;
}

static int run(void *state, const void *in, size_t in_bytes, void *out, size_t out_bytes, size_t *ret_used,
               size_t *ret_made) {
        struct inflate_state *isal = state;
        bool ended;
        int r;

        memcpy(&isal->next_in, &in, sizeof(in));
        isal->avail_in = (uint32_t)in_bytes;
        isal->next_out = out;
        isal->avail_out = (uint32_t)out_bytes;
        r = isal_inflate(isal);
        ended = isal->block_state == ISAL_BLOCK_FINISH;
        if (r == ISAL_DECOMP_OK && (ended || isal->avail_out == 0) && isal->block_state != ISAL_BLOCK_HDR)
                give_back(isal, in_bytes - isal->avail_in);
        *ret_used = in_bytes - isal->avail_in;
        *ret_made = out_bytes - isal->avail_out;
        if (r != ISAL_DECOMP_OK || (ended && isal->read_in_length >= 8))
                return DEFLATE_CORRUPT;
        if (ended)
                return DEFLATE_END;
        return in_bytes && *ret_used == 0 && *ret_made == 0 ? DEFLATE_CORRUPT : DEFLATE_MORE;
}

static const struct deflate_ops ops = { create, free, reset, run };

const struct deflate_ops *deflate_isal(void) {
        return &ops;
}
