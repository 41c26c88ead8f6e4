#include "source/curb.h"

static void take_end(struct stream *stream, const struct stream *source) {
        stream->fault = source->fault;
        stream->fault_told = source->fault_told;
        stream->fault_offset = source->fault_offset;
}

/* All was given that may be: is there more? The sum stays that of what was given. */
static ssize_t look_behind(struct curb *curb) {
        char more;
        ssize_t got = stream_read(curb->source, &more, 1);

        if (got > 0)
                curb->stream.fault = DIAG_INPUT_CUT;
        else if (got == 0)
                take_end(&curb->stream, curb->source);
        return got < 0 ? got : 0;
}

static ssize_t curb_read(struct stream *stream, void *p, size_t n) {
        struct curb *curb = (struct curb *)stream;
        ssize_t got;

        if (stream->fault == DIAG_INPUT_CUT)
                return 0;
        if (curb->left == 0)
                return look_behind(curb);
        got = stream_read(curb->source, p, n < curb->left ? n : (size_t)curb->left);
        stream->crc32 = curb->source->crc32;
        if (got > 0)
                curb->left -= (uint64_t)got;
        else if (got == 0)
                take_end(stream, curb->source);
        return got;
}

void curb_init(struct curb *curb, struct stream *source, uint64_t most) {
        *curb = (struct curb){
                .stream = { .read = curb_read, .sums = source->sums, .fault_offset = most },
                .source = source,
                .left = most,
        };
        /* One that cannot be read at all has its fault from the beginning. */
        curb->stream.fault = source->fault;
        curb->stream.fault_told = source->fault_told;
        if (source->fault != DIAG_NONE)
                curb->stream.fault_offset = source->fault_offset;
}
