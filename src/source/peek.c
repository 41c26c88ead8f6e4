#include "source/peek.h"

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

static ssize_t peek_read(struct stream *stream, void *p, size_t n) {
        struct peek_stream *peek = (struct peek_stream *)stream;
        size_t left = peek->have - peek->given;
        ssize_t got;

        if (left) {
                n = n < left ? n : left;
                memcpy(p, peek->bytes + peek->given, n);
                peek->given += n;
                return (ssize_t)n;
        }
        got = take(peek, p, n);
        if (got == 0)
                inherit_fault(peek);
        return got;
}

void peek_init(struct peek_stream *peek, struct stream *source) {
        peek->stream = (struct stream){ .read = peek_read, .fault = DIAG_NONE };
        peek->source = source;
        peek->taken = 0;
        peek->have = peek->given = 0;
}

int peek_look(struct peek_stream *peek, struct str *ret_first) {
        while (peek->have < PEEK_BYTES) {
                ssize_t got = take(peek, peek->bytes + peek->have, PEEK_BYTES - peek->have);

                if (got < 0)
                        return (int)got;
                if (got == 0)
                        break;
                peek->have += (size_t)got;
        }
        if (peek->have == 0)
                inherit_fault(peek);
        *ret_first = (struct str){ peek->bytes, peek->have };
        return 0;
}
