#include "source/deflate.h"

#include <errno.h>

#include "source/deflate_ops.h"

int deflate_init(struct deflate *deflate, enum deflate_engine engine) {
        const struct deflate_ops *fast = engine == DEFLATE_FAST ? deflate_isal() : NULL;

        deflate->ops = fast ? fast : &deflate_zlib;
        deflate->state = deflate->ops->create();
        return deflate->state ? 0 : -ENOMEM;
}

void deflate_release(struct deflate *deflate) {
        if (deflate->state)
                deflate->ops->destroy(deflate->state);
        deflate->state = NULL;
}

bool deflate_is_fast(const struct deflate *deflate) {
        return deflate->ops != &deflate_zlib;
}

void deflate_reset(struct deflate *deflate) {
        deflate->ops->reset(deflate->state);
}

static size_t most(size_t n) {
        return n < DEFLATE_MOST_BYTES ? n : DEFLATE_MOST_BYTES;
}

int deflate_run(struct deflate *deflate, const void *in, size_t in_bytes, void *out, size_t out_bytes, size_t *ret_used,
                size_t *ret_made) {
        return deflate->ops->run(deflate->state, in, most(in_bytes), out, most(out_bytes), ret_used, ret_made);
}
