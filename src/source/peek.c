#include "source/peek.h"

#include <stdlib.h>

static ssize_t take(struct peek_stream *peek, void *p, size_t n) {
        ssize_t got = stream_read(peek->source, p, n);

        if (got > 0)
                peek->taken += (uint64_t)got;
        return got;
}

static void inherit_fault(struct peek_stream *peek) {
        peek->stream.fault = peek->source->fault;
        peek->stream.fault_told = peek->source->fault_told;
        peek->stream.fault_offset = peek->source->fault_offset;
}

static char *looked_at(struct peek_stream *peek) {
        return peek->far ? peek->far : peek->bytes;
}

static ssize_t peek_read(struct stream *stream, void *p, size_t n) {
        struct peek_stream *peek = (struct peek_stream *)stream;
        size_t left = peek->have - peek->given;
        ssize_t got;

        if (left) {
                n = n < left ? n : left;
                memcpy(p, looked_at(peek) + peek->given, n);
                peek->given += n;
                if (n == left)
                        peek_release(peek);
                return (ssize_t)n;
        }
        got = take(peek, p, n);
        peek->stream.crc32 = peek->source->crc32;
        if (got == 0)
                inherit_fault(peek);
        return got;
}

void peek_init(struct peek_stream *peek, struct stream *source) {
        peek->stream = (struct stream){ .read = peek_read, .sums = source->sums, .fault = DIAG_NONE };
        peek->source = source;
        peek->taken = 0;
        peek->have = peek->given = 0;
        peek->far = NULL;
}

void peek_release(struct peek_stream *peek) {
        free(peek->far);
        peek->far = NULL;
}

static int look(struct peek_stream *peek, size_t bytes, struct str *ret_first) {
        while (peek->have < bytes) {
                ssize_t got = take(peek, looked_at(peek) + peek->have, bytes - peek->have);

                if (got < 0)
                        return (int)got;
                if (got == 0)
                        break;
                peek->have += (size_t)got;
        }
        if (peek->have == 0)
                inherit_fault(peek);
        *ret_first = (struct str){ looked_at(peek), peek->have };
        return 0;
}

int peek_look(struct peek_stream *peek, struct str *ret_first) {
        return look(peek, PEEK_BYTES, ret_first);
}

static int grow(struct peek_stream *peek, size_t bytes) {
        char *far = realloc(peek->far, bytes);

        if (!far)
                return -ENOMEM;
        if (!peek->far)
                memcpy(far, peek->bytes, peek->have);
        peek->far = far;
        return 0;
}

/* There may be thousands that are tiny, so memory grows with what there is. */
int peek_look_far(struct peek_stream *peek, size_t bytes, struct str *ret_first) {
        enum { FIRST_BYTES = 16 * 1024 };
        size_t room = 0;
        int r = 0;

        do {
                room = room == 0 ? FIRST_BYTES : 2 * room;
                if (room > bytes)
                        room = bytes;
                r = grow(peek, room);
                if (r == 0)
                        r = look(peek, room, ret_first);
        } while (r == 0 && peek->have == room && room < bytes);
        return r;
}

void peek_take(struct peek_stream *peek, char **ret_bytes, size_t *ret_n, struct stream *ret_end) {
        char *fitting = realloc(peek->far, peek->have ? peek->have : 1);

        *ret_bytes = fitting ? fitting : peek->far;
        *ret_n = peek->have;
        peek->far = NULL;
        peek->given = peek->have;
        inherit_fault(peek);
        *ret_end = peek->stream;
}
