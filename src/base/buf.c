#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *buf, size_t max) {
        *buf = (struct buf){ .max = max };
}

void buf_release(struct buf *buf) {
        free(buf->p);
        buf->p = NULL;
        buf->n = buf->cap = 0;
}

int buf_reserve(struct buf *buf, size_t more) {
        size_t cap = buf->cap ? buf->cap : 64;
        char *p;

        if (more > buf->max || buf->n > buf->max - more)
                return -E2BIG;
        if (buf->cap - buf->n >= more)
                return 0;
        while (cap - buf->n < more)
                cap *= 2;
        if (cap > buf->max)
                cap = buf->max;
        p = realloc(buf->p, cap);
        if (!p)
                return -ENOMEM;
        buf->p = p;
        buf->cap = cap;
        return 0;
}

int buf_add(struct buf *buf, struct str s) {
        int r = buf_reserve(buf, s.n);

        if (r < 0)
                return r;
        if (s.n)
                memcpy(buf->p + buf->n, s.p, s.n);
        buf->n += s.n;
        return 0;
}

int buf_add_byte(struct buf *buf, char c) {
        return buf_add(buf, (struct str){ &c, 1 });
}

int buf_printf(struct buf *buf, const char *format, ...) {
        va_list args;
        int n, r;

        va_start(args, format);
        n = vsnprintf(NULL, 0, format, args);
        va_end(args);
        if (n < 0)
                return -EINVAL;
        r = buf_reserve(buf, (size_t)n + 1);
        if (r < 0)
                return r;
        va_start(args, format);
        vsnprintf(buf->p + buf->n, (size_t)n + 1, format, args);
        va_end(args);
        buf->n += (size_t)n;
        return 0;
}

int array_reserve(void *items, size_t *capacity, size_t need, size_t size) {
        size_t grown = *capacity ? *capacity : 4;
        void *old, *p;

        if (need <= *capacity)
                return 0;
        while (grown < need)
                grown *= 2;
        if (grown > SIZE_MAX / size)
                return -ENOMEM;
        memcpy(&old, items, sizeof(old));
        p = realloc(old, grown * size);
        if (!p)
                return -ENOMEM;
        memcpy(items, &p, sizeof(p));
        *capacity = grown;
        return 0;
}

void array_fit(void *items, size_t *capacity, size_t count, size_t size) {
        void *old, *p;

        if (count == 0 || count >= *capacity)
                return;
        memcpy(&old, items, sizeof(old));
        p = realloc(old, count * size);
        if (!p)
                return;
        memcpy(items, &p, sizeof(p));
        *capacity = count;
}
