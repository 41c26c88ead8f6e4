#include "source/deflate.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

int deflate_init(struct deflate *deflate) {
        z_stream *z = calloc(1, sizeof(*z));

        if (!z)
                return -ENOMEM;
        if (inflateInit2(z, -MAX_WBITS) != Z_OK) {
                free(z);
                return -ENOMEM;
        }
        deflate->engine = z;
        return 0;
}

void deflate_release(struct deflate *deflate) {
        if (deflate->engine)
                inflateEnd(deflate->engine);
        free(deflate->engine);
        deflate->engine = NULL;
}

void deflate_reset(struct deflate *deflate) {
        inflateReset(deflate->engine);
}

int deflate_run(struct deflate *deflate, const void *in, size_t in_bytes, void *out, size_t out_bytes, size_t *ret_used,
                size_t *ret_made) {
        size_t given = in_bytes < UINT_MAX ? in_bytes : UINT_MAX, room = out_bytes < UINT_MAX ? out_bytes : UINT_MAX;
        z_stream *z = deflate->engine;
        int r;

        /* zlib's interface is older than const; it only reads. */
        memcpy(&z->next_in, &in, sizeof(in));
        z->avail_in = (uInt)given;
        z->next_out = out;
        z->avail_out = (uInt)room;
        r = inflate(z, Z_NO_FLUSH);
        *ret_used = given - z->avail_in;
        *ret_made = room - z->avail_out;
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
