/*
 * peek: a stream whose beginning can be looked at before it is read. It also
 * counts, so it knows how long what it stands for is.
 */
#ifndef SOURCE_PEEK_H
#define SOURCE_PEEK_H

#include "source/stream.h"

/* A tar header; every other format shows itself sooner. */
enum { PEEK_BYTES = 512 };

/* Most programs that unpack themselves are smaller; where more speaks for a zip it
 * is looked for farther on. */
enum { PEEK_FAR_BYTES = 1024 * 1024, PEEK_FARTHEST_BYTES = 16 * 1024 * 1024 };

struct peek_stream {
        struct stream stream; /* its fault and its sum are the source's */
        struct stream *source;
        uint64_t taken; /* bytes that the source gave so far */
        size_t have, given;
        char *far; /* holds what was looked at in place of `bytes`, or NULL */
        char bytes[PEEK_BYTES];
};

void peek_init(struct peek_stream *peek, struct stream *source);
void peek_release(struct peek_stream *peek);

/* Look: `ret_first` gets the first PEEK_BYTES, fewer where the source is
 * shorter. To be called once, before the first read. 0 or negative, fatal. */
int peek_look(struct peek_stream *peek, struct str *ret_first);

/* Look again, as far as `bytes`, at least PEEK_BYTES. Likewise, or -ENOMEM. */
int peek_look_far(struct peek_stream *peek, size_t bytes, struct str *ret_first);

/* Take what was looked at, which is all there is, out of the stream, which is at its
 * end then. `ret_bytes` is the caller's to free, NULL for none; `ret_end` gets how the
 * source ended. After peek_look_far. */
void peek_take(struct peek_stream *peek, char **ret_bytes, size_t *ret_n, struct stream *ret_end);

#endif
