#define _GNU_SOURCE /* strdup */
#include "base/options.h"

#include <errno.h>
#include <stdlib.h>

enum { DEFAULT_CHUNK_BYTES = 256 * 1024 };

void options_init(struct options *options) {
        *options = (struct options){
                .tz = ZONE_UNKNOWN,
                .from_ms = TIME_UNKNOWN,
                .to_ms = TIME_UNKNOWN,
                .fail_on = FAIL_ON_NOTHING,
                .chunk_bytes = DEFAULT_CHUNK_BYTES,
        };
        limits_init(&options->limits);
}

static void texts_release(struct texts *texts) {
        for (size_t i = 0; i < texts->count; i++)
                free(texts->items[i]);
        free(texts->items);
        *texts = (struct texts){ 0 };
}

int texts_set(struct texts *texts, size_t count, const char *const *from) {
        struct texts copy = { .items = calloc(count + 1, sizeof(*copy.items)) };

        if (!copy.items)
                return -ENOMEM;
        for (; copy.count < count; copy.count++) {
                copy.items[copy.count] = strdup(from[copy.count]);
                if (copy.items[copy.count])
                        continue;
                texts_release(&copy);
                return -ENOMEM;
        }
        texts_release(texts);
        *texts = copy;
        return 0;
}

void options_release(struct options *options) {
        texts_release(&options->argv);
        texts_release(&options->confinement);
}

static int texts_copy(struct texts *texts, const struct texts *from) {
        return texts_set(texts, from->count, (const char *const *)from->items);
}

int options_copy(struct options *options, const struct options *from) {
        struct options copy = *from;
        int r;

        copy.argv = copy.confinement = (struct texts){ 0 };
        r = texts_copy(&copy.argv, &from->argv);
        if (r == 0)
                r = texts_copy(&copy.confinement, &from->confinement);
        if (r < 0) {
                options_release(&copy);
                return r;
        }
        *options = copy;
        return 0;
}
