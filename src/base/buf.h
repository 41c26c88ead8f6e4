/*
 * buf: bytes that grow, born with a maximum.
 *
 * buf_init ... buf_release; `p` is NULL or holds n bytes of cap. Nothing that
 * grows with outside data is made without saying how far it may grow.
 *
 * array_reserve does the same for a typed array of any kind.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
        char *p;
        size_t n, cap, max;
};

void buf_init(struct buf *buf, size_t max);
void buf_release(struct buf *buf);

/* Room for `more` bytes behind the n there are. 0, -ENOMEM, or -E2BIG past max. */
int buf_reserve(struct buf *buf, size_t more);
int buf_add(struct buf *buf, struct str s);
int buf_add_byte(struct buf *buf, char c);

/* printf into the buffer. */
__attribute__((format(printf, 2, 3))) int buf_printf(struct buf *buf, const char *format, ...);

static inline struct str buf_str(const struct buf *buf) {
        return (struct str){ buf->p, buf->n };
}

/*
 * Make sure that the array *items (of *capacity elements of `size` bytes) can
 * hold `need` elements. 0 or -ENOMEM; on failure the array is as it was.
 * `items` is the address of the array's pointer.
 */
int array_reserve(void *items, size_t *capacity, size_t need, size_t size);

/* It will not grow any more: give back what is behind its `count` elements. Where that fails, it stays as it is. */
void array_fit(void *items, size_t *capacity, size_t count, size_t size);

#endif
