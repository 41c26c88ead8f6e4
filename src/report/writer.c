#include "report/writer.h"

#include <errno.h>

void writer_init(struct writer *writer, writer_fn *fn, void *userdata) {
        writer->fn = fn;
        writer->userdata = userdata;
        writer->failed = false;
        writer->used = 0;
}

static void flush(struct writer *writer) {
        if (writer->used && !writer->failed)
                writer->failed = writer->fn(writer->userdata, writer->buffer, writer->used) != 0;
        writer->used = 0;
}

void writer_put_across(struct writer *writer, struct str s) {
        while (s.n) {
                size_t room = sizeof(writer->buffer) - writer->used;
                size_t n = s.n < room ? s.n : room;

                memcpy(writer->buffer + writer->used, s.p, n);
                writer->used += n;
                s = str_skip(s, n);
                if (writer->used == sizeof(writer->buffer))
                        flush(writer);
        }
}

int writer_finish(struct writer *writer) {
        flush(writer);
        return writer->failed ? -EIO : 0;
}
