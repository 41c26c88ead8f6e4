#include "events/window.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/crc32.h"

int window_init(struct window *window, struct stream *stream, size_t chunk_bytes) {
        *window = (struct window){ .stream = stream, .chunk_bytes = chunk_bytes };
        return array_reserve(&window->bytes, &window->capacity, 2 * chunk_bytes + 4096, 1);
}

void window_release(struct window *window) {
        free(window->bytes);
        window->bytes = NULL;
}

/* Room for one more chunk: by dropping what is not kept, else by growing. The
 * kept part is at most a record and a line, so the buffer stays that small. */
static int make_room(struct window *window) {
        size_t used = (size_t)(window->end - window->base);
        size_t dropped = (size_t)(window->keep - window->base);

        if (window->capacity - used >= window->chunk_bytes)
                return 0;
        memmove(window->bytes, window->bytes + dropped, used - dropped);
        window->base = window->keep;
        used -= dropped;
        if (window->capacity - used >= window->chunk_bytes)
                return 0;
        return array_reserve(&window->bytes, &window->capacity, used + window->chunk_bytes, 1);
}

int window_fill(struct window *window) {
        char *fresh;
        ssize_t n;
        int r;

        if (window->ended)
                return 0;
        r = make_room(window);
        if (r < 0)
                return r;
        fresh = window_at(window, window->end);
        n = stream_read(window->stream, fresh, window->chunk_bytes);
        if (window->stream->sums)
                window->crc32 = window->stream->crc32;
        if (n < 0)
                return (int)n;
        if (n == 0) {
                window->ended = true;
                return 0;
        }
        if (!window->stream->sums)
                window->crc32 = crc32_add(window->crc32, fresh, (size_t)n);
        window->saw_nul = window->saw_nul || memchr(fresh, '\0', (size_t)n);
        window->end += (uint64_t)n;
        return 1;
}
