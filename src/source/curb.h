/*
 * curb: a stream of which no more than so many bytes are given. Where there are more
 * its fault is INPUT_CUT.
 */
#ifndef SOURCE_CURB_H
#define SOURCE_CURB_H

#include "source/stream.h"

struct curb {
        struct stream stream;
        struct stream *source;
        uint64_t left;
};

void curb_init(struct curb *curb, struct stream *source, uint64_t most);

#endif
