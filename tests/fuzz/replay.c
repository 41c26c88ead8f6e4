/* Runs a target over files, for builds without libFuzzer: its seeds, and what it has
 * found before, as ordinary tests. A folder stands for the files in it. */
#define _GNU_SOURCE /* scandir */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"

/* Of its own size, so that a sanitizer sees the step over its edge. */
static int run_file(const char *path) {
        FILE *file = fopen(path, "rb");
        struct stat info;
        uint8_t *data;
        size_t n;

        if (!file || fstat(fileno(file), &info) != 0) {
                perror(path);
                return 0;
        }
        n = (size_t)info.st_size;
        data = malloc(n ? n : 1);
        CHECK(data && fread(data, 1, n, file) == n);
        fclose(file);
        fprintf(stderr, "%s\n", path);
        LLVMFuzzerTestOneInput(data, n);
        free(data);
        return 1;
}

static int is_visible(const struct dirent *entry) {
        return entry->d_name[0] != '.';
}

static int run_folder(const char *path) {
        struct dirent **entries;
        int count = scandir(path, &entries, is_visible, alphasort), ran = 0;

        if (count < 0)
                return run_file(path);
        for (int i = 0; i < count; i++) {
                char name[4096];

                snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
                ran += run_file(name);
                free(entries[i]);
        }
        free(entries);
        return ran;
}

int main(int argc, char **argv) {
        int ran = 0;

        for (int i = 1; i < argc; i++)
                ran += run_folder(argv[i]);
        printf("%d inputs\n", ran);
        return ran == 0;
}
