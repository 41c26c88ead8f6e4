#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "source/deflate_ops.h"

static void *create(void) {
        z_stream *z = calloc(1, sizeof(*z));

        if (z && inflateInit2(z, -MAX_WBITS) != Z_OK) {
                free(z);
                return NULL;
        }
        return z;
}

static void destroy(void *state) {
        inflateEnd(state);
        free(state);
}

static void reset(void *state) {
        inflateReset(state);
}

static int run(void *state, const void *in, size_t in_bytes, void *out, size_t out_bytes, size_t *ret_used,
               size_t *ret_made) {
        z_stream *z = state;
        int r;

        /* zlib's interface is older than const; it only reads. */
        memcpy(&z->next_in, &in, sizeof(in));
        z->avail_in = (uInt)in_bytes;
        z->next_out = out;
        z->avail_out = (uInt)out_bytes;
        r = inflate(z, Z_NO_FLUSH);
        *ret_used = in_bytes - z->avail_in;
        *ret_made = out_bytes - z->avail_out;
        switch (r) {
        case Z_STREAM_END:
                return DEFLATE_END;
        case Z_OK:
        case Z_BUF_ERROR:
                return DEFLATE_MORE;
        case Z_MEM_ERROR:
                return -ENOMEM;
        default:
                return DEFLATE_CORRUPT;
        }
}

const struct deflate_ops deflate_zlib = { create, destroy, reset, run };
