#include "cli/confinement.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"

size_t confine_files(const char *const *reads, size_t read_count, const char *const *outputs, size_t output_count,
                     const char *ret_names[static CONFINED_MOST]) {
        const char **readable = calloc(read_count + 1, sizeof(*readable)), *writable[CONFINED_OUTPUTS + 1] = { NULL };
        char *places[CONFINED_OUTPUTS] = { NULL };
        size_t count = 0, confined;

        if (!readable)
                return 0;
        for (size_t i = 0; i < read_count; i++)
                if (strcmp(reads[i], "-") != 0)
                        readable[count++] = reads[i];
        count = 0;
        for (size_t i = 0; i < output_count && count < CONFINED_OUTPUTS; i++) {
                places[i] = output_place(outputs[i]);
                if (places[i])
                        writable[count++] = places[i];
        }
        confined = confine(readable, writable, ret_names);
        for (size_t i = 0; i < CONFINED_OUTPUTS; i++)
                free(places[i]);
        free(readable);
        return confined;
}
