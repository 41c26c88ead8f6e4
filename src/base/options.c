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

void options_release(struct options *options) {
        for (size_t i = 0; i < options->argc; i++)
                free(options->argv[i]);
        free(options->argv);
        options->argv = NULL;
        options->argc = 0;
}

int options_set_argv(struct options *options, size_t argc, char *const *argv) {
        char **copy = calloc(argc + 1, sizeof(*copy));

        if (!copy)
                return -ENOMEM;
        for (size_t i = 0; i < argc; i++) {
                copy[i] = strdup(argv[i]);
                if (copy[i])
                        continue;
                while (i-- > 0)
                        free(copy[i]);
                free(copy);
                return -ENOMEM;
        }
        options_release(options);
        options->argv = copy;
        options->argc = argc;
        return 0;
}

int options_copy(struct options *options, const struct options *from) {
        struct options copy = *from;
        int r;

        copy.argv = NULL;
        copy.argc = 0;
        r = options_set_argv(&copy, from->argc, from->argv);
        if (r < 0)
                return r;
        *options = copy;
        return 0;
}
