/*
 * window: the bytes of one leaf, looked at through a buffer that moves forward.
 * Places are bytes from the leaf's beginning, so they are what a report quotes
 * and no move of the buffer changes them.
 *
 *      leaf   ......................|-------kept-------|.............
 *                                  keep               end
 *
 * window_fill() adds bytes behind `end`; only bytes before `keep` are ever
 * dropped, and the pointers that window_at() gave are void after a fill.
 */
#ifndef EVENTS_WINDOW_H
#define EVENTS_WINDOW_H

#include "source/stream.h"

struct window {
        struct stream *stream;
        size_t chunk_bytes;
        char *bytes;
        size_t capacity;
        uint64_t base;  /* place of bytes[0] */
        uint64_t keep;  /* the first place that is still needed */
        uint64_t end;   /* one behind the last byte there is: all bytes read so far */
        uint32_t crc32; /* of all bytes read so far, final once the stream has ended */
        bool ended;
        bool saw_nul; /* a NUL byte has been among the bytes */
};

int window_init(struct window *window, struct stream *stream, size_t chunk_bytes);
void window_release(struct window *window);

/* 1 when there are more bytes behind the old end, 0 at the stream's end, negative
 * as the stream said, or -ENOMEM. */
int window_fill(struct window *window);

static inline char *window_at(const struct window *window, uint64_t place) {
        return window->bytes + (place - window->base);
}

static inline struct str window_slice(const struct window *window, uint64_t begin, uint64_t end) {
        return (struct str){ window_at(window, begin), (size_t)(end - begin) };
}

#endif
