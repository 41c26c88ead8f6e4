/*
 * writer: bytes of a report on their way out, gathered into large pieces.
 *
 * Errors stick: after the caller's function has refused once nothing more is
 * written, and writer_finish() says so. So no call in between needs a check.
 */
#ifndef REPORT_WRITER_H
#define REPORT_WRITER_H

#include "base/str.h"

/* Takes all of it, or returns non-zero. */
typedef int writer_fn(void *userdata, const void *data, size_t bytes);

enum { WRITER_BYTES = 16 * 1024 };

struct writer {
        writer_fn *fn;
        void *userdata;
        bool failed;
        size_t used;
        char buffer[WRITER_BYTES];
};

void writer_init(struct writer *writer, writer_fn *fn, void *userdata);
/* All of it out. 0, or -EIO when a write was refused. */
int writer_finish(struct writer *writer);

/* More than the buffer has room for. */
void writer_put_across(struct writer *writer, struct str s);

/* Most pieces are a few bytes and fit: they are copied on the spot. */
static inline void writer_put(struct writer *writer, struct str s) {
        if (s.n == 0 || s.n >= sizeof(writer->buffer) - writer->used) {
                writer_put_across(writer, s);
                return;
        }
        memcpy(writer->buffer + writer->used, s.p, s.n);
        writer->used += s.n;
}

/* Room for n bytes, which the caller fills at once; NULL where the buffer has none. */
static inline char *writer_claim(struct writer *writer, size_t n) {
        char *place = writer->buffer + writer->used;

        if (n >= sizeof(writer->buffer) - writer->used)
                return NULL;
        writer->used += n;
        return place;
}

#endif
