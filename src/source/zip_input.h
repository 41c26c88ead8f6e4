/*
 * zip_input: the bytes of a zip, with a look ahead.
 *
 *      bytes:  | used | at ... left ... have | free |
 */
#ifndef SOURCE_ZIP_INPUT_H
#define SOURCE_ZIP_INPUT_H

#include "source/stream.h"

enum { ZIP_INPUT_BYTES = 64 * 1024 };

struct zip_input {
        struct stream *source;
        size_t chunk_bytes;
        unsigned char *bytes; /* [at, have) was read and not used yet */
        size_t at, have;
        uint64_t from; /* where in the source `bytes` begins */
        bool over;     /* the source has ended */
};

/* `source` and `chunk_bytes` are the caller's to set. 0 or -ENOMEM. */
int zip_input_alloc(struct zip_input *input);
void zip_input_release(struct zip_input *input);

/* See to it that n bytes are left, fewer than ZIP_INPUT_BYTES. 1, 0 where the
 * source ends before (all it had is there), or negative. */
int zip_input_need(struct zip_input *input, size_t n);

/* 1, 0 where the source ends before, or negative. */
int zip_input_skip(struct zip_input *input, uint64_t n);

static inline size_t zip_input_left(const struct zip_input *input) {
        return input->have - input->at;
}

/* How far into the source that is. */
static inline uint64_t zip_input_offset(const struct zip_input *input) {
        return input->from + input->at;
}

static inline const unsigned char *zip_input_here(const struct zip_input *input) {
        return input->bytes + input->at;
}

/* Does the mark stand here? */
static inline bool zip_input_at(const struct zip_input *input, const char mark[4]) {
        return zip_input_left(input) >= 4 && memcmp(zip_input_here(input), mark, 4) == 0;
}

#endif
