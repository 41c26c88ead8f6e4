#define _POSIX_C_SOURCE 200809L /* openat, fstat */
#include "rules/pack_files.h"

#include "base/buf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void pack_files_init(struct pack_files *files) {
        *files = (struct pack_files){ 0 };
        arena_init(&files->arena);
}

void pack_files_release(struct pack_files *files) {
        free(files->items);
        arena_release(&files->arena);
        pack_files_init(files);
}

static int add_file(struct pack_files *files, struct str name, struct str content) {
        struct pack_file file;
        int r = array_reserve(&files->items, &files->capacity, files->count + 1, sizeof(*files->items));

        if (r == 0)
                r = arena_str(&files->arena, name, &file.name);
        if (r == 0)
                r = arena_str(&files->arena, content, &file.content);
        if (r == 0)
                files->items[files->count++] = file;
        return r;
}

static void fault_errno(const struct place *place, const char *what, int error) {
        char text[128] = "";

        if (strerror_r(error, text, sizeof(text)) != 0)
                text[0] = '\0';
        fault_add(place, NULL, "%s: %s", what, text);
}

/* All of the file, or one byte more than is allowed. 0 or a negative errno. */
static int read_all(int fd, struct buf *buf) {
        for (;;) {
                size_t room = buf->max - buf->n < 65536 ? buf->max - buf->n : 65536;
                ssize_t n;
                int r = buf_reserve(buf, room);

                if (r < 0)
                        return r;
                n = read(fd, buf->p + buf->n, room);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                buf->n += (size_t)n;
                if (n == 0 || buf->n == buf->max)
                        return 0;
        }
}

/* 0 or -ENOMEM; whatever else goes wrong is a fault of the pack. */
static int read_file(struct pack_files *files, int folder, const char *name, struct faults *faults) {
        const struct place place = { .faults = faults, .file = name };
        /* Not to hang on a fifo that somebody named like a rule file. */
        int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        struct stat status;
        struct buf buf;
        int r = 0;

        if (fd < 0) {
                fault_errno(&place, "cannot be opened", errno);
                return 0;
        }
        buf_init(&buf, PACK_MAX_FILE_BYTES + 1);
        if (fstat(fd, &status) < 0)
                r = -errno;
        else if (S_ISREG(status.st_mode))
                r = read_all(fd, &buf);
        else
                goto out;
        if (r < 0 && r != -ENOMEM) {
                fault_errno(&place, "cannot be read", -r);
                r = 0;
        } else if (r == 0 && buf.n > PACK_MAX_FILE_BYTES) {
                fault_add(&place, NULL, "larger than %d bytes", PACK_MAX_FILE_BYTES);
        } else if (r == 0) {
                r = add_file(files, str_from(name), buf_str(&buf));
        }
out:
        buf_release(&buf);
        close(fd);
        return r;
}

static int by_name(const void *a, const void *b) {
        const struct pack_file *left = a, *right = b;

        return str_cmp(left->name, right->name);
}

static bool is_rule_file(const char *name) {
        /* Editors and file systems leave hidden files about. */
        return name[0] != '.' && str_ends(str_from(name), STR(".json"));
}

static int read_folder(struct pack_files *files, DIR *folder, const struct place *place) {
        const struct dirent *entry;
        size_t seen = 0;
        int r = 0;

        while (r == 0 && (errno = 0, entry = readdir(folder)) != NULL) {
                if (!is_rule_file(entry->d_name))
                        continue;
                if (++seen > PACK_MAX_FILES) {
                        fault_add(place, NULL, "more than %d files", PACK_MAX_FILES);
                        return 0;
                }
                r = read_file(files, dirfd(folder), entry->d_name, place->faults);
        }
        if (r == 0 && errno != 0)
                fault_errno(place, "cannot be read", errno);
        return r;
}

int pack_files_read(struct pack_files *files, const char *directory, struct faults *faults) {
        const struct place place = { .faults = faults, .file = directory };
        DIR *folder = opendir(directory);
        size_t faults_before = faults->count;
        int r;

        if (!folder) {
                if (errno == ENOMEM)
                        return -ENOMEM;
                fault_errno(&place, "cannot be opened as a directory of rules", errno);
                return 0;
        }
        r = read_folder(files, folder, &place);
        closedir(folder);
        if (r < 0)
                return r;
        if (files->count > 1)
                qsort(files->items, files->count, sizeof(*files->items), by_name);
        if (files->count == 0 && faults->count == faults_before)
                fault_add(&place, NULL, "no *.json file in this directory");
        return 0;
}

int pack_files_builtin(struct pack_files *files, const struct pack_file form[]) {
        int r = array_reserve(&files->items, &files->capacity, pack_builtin_count, sizeof(*files->items));

        if (r < 0)
                return r;
        memcpy(files->items, form, pack_builtin_count * sizeof(*form));
        files->count = pack_builtin_count;
        return 0;
}

void pack_files_sha256(const struct pack_files *files, char ret_hex[static SHA256_HEX_BYTES]) {
        const struct str nul = { "", 1 };
        struct sha256 sha;

        sha256_init(&sha);
        for (size_t i = 0; i < files->count; i++) {
                sha256_add(&sha, files->items[i].name);
                sha256_add(&sha, nul);
                sha256_add(&sha, files->items[i].content);
                sha256_add(&sha, nul);
        }
        sha256_hex(&sha, ret_hex);
}
