/* deflate_ops: what an engine of deflate is made of; for deflate*.c only. */
#ifndef SOURCE_DEFLATE_OPS_H
#define SOURCE_DEFLATE_OPS_H

#include "source/deflate.h"

/* The functions of deflate.h; the state is the engine's own. At most
 * DEFLATE_MOST_BYTES are handed to one run. */
struct deflate_ops {
        void *(*create)(void); /* NULL: no memory */
        void (*destroy)(void *state);
        void (*reset)(void *state);
        int (*run)(void *state, const void *in, size_t in_bytes, void *out, size_t out_bytes, size_t *ret_used,
                   size_t *ret_made);
};

/* The engines count in 32 bits, and not all of them take care at the edge. */
enum { DEFLATE_MOST_BYTES = 1 << 30 };

extern const struct deflate_ops deflate_zlib;

/* NULL without ISA-L. */
#ifdef BOSHSCOPE_ISAL
const struct deflate_ops *deflate_isal(void);
#else
static inline const struct deflate_ops *deflate_isal(void) {
        return NULL;
}
#endif

#endif
