#define _POSIX_C_SOURCE 200809L /* strcasecmp */
#include "cli/suffix.h"

#include <string.h>
#include <strings.h>

#include "boshscope.h"

const char *suffix_format(const char *path) {
        const size_t bytes = strlen(path);
        struct boshscope_format format;
        const char *found = NULL;
        size_t longest = 0;

        for (size_t i = 0; boshscope_format_get(i, &format) == 0; i++) {
                const size_t n = strlen(format.suffix);

                if (n > longest && bytes > n && strcasecmp(path + bytes - n, format.suffix) == 0) {
                        longest = n;
                        found = format.name;
                }
        }
        return found;
}

const char *suffix_of(const char *format) {
        struct boshscope_format found;

        for (size_t i = 0; boshscope_format_get(i, &found) == 0; i++)
                if (strcmp(found.name, format) == 0)
                        return found.suffix;
        return ".txt";
}
