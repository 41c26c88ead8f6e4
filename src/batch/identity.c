#define _POSIX_C_SOURCE 200809L /* pread, O_CLOEXEC */
#include "batch/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/tree.h"

enum { READ_BYTES = 256 * 1024 };

struct hashing {
        struct sha256 sha;
        char *buffer;   /* READ_BYTES */
        bool ends_only; /* of each content its first and last SHARD_ENDS_BYTES */
        identity_stop_fn *stop;
        void *userdata;
        int error; /* a read that failed */
};

static bool is_stopped(struct hashing *hashing) {
        if (hashing->stop && hashing->stop(hashing->userdata))
                hashing->error = ECANCELED;
        return hashing->error == ECANCELED;
}

/* From `at` on at most `bytes` of them. */
static void add_part(struct hashing *hashing, int fd, uint64_t at, uint64_t bytes) {
        while (bytes && !is_stopped(hashing)) {
                const size_t want = bytes < READ_BYTES ? (size_t)bytes : READ_BYTES;
                const ssize_t n = pread(fd, hashing->buffer, want, (off_t)at);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        hashing->error = errno;
                if (n <= 0)
                        return;
                sha256_add(&hashing->sha, (struct str){ hashing->buffer, (size_t)n });
                at += (uint64_t)n;
                bytes -= (uint64_t)n;
        }
}

static void add_content(struct hashing *hashing, int fd, uint64_t size) {
        if (!hashing->ends_only || size <= 2 * SHARD_ENDS_BYTES) {
                add_part(hashing, fd, 0, hashing->ends_only ? size : UINT64_MAX);
                return;
        }
        add_part(hashing, fd, 0, SHARD_ENDS_BYTES);
        add_part(hashing, fd, size - SHARD_ENDS_BYTES, SHARD_ENDS_BYTES);
}

static int add_file(void *userdata, struct str path, int fd) {
        struct hashing *hashing = userdata;
        struct stat info = { .st_size = 0 };
        const bool there = fd >= 0 && fstat(fd, &info) == 0;

        sha256_add(&hashing->sha, path);
        sha256_add(&hashing->sha, (struct str){ "", 1 });
        sha256_add_number(&hashing->sha, there ? (uint64_t)info.st_size : UINT64_MAX);
        if (there)
                add_content(hashing, fd, (uint64_t)info.st_size);
        return is_stopped(hashing) ? -ECANCELED : 0;
}

/* 0, or a negative errno. */
static int add_path(struct hashing *hashing, const char *path) {
        const int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        struct stat info;
        int r = 0;

        if (fd < 0)
                return -errno;
        if (fstat(fd, &info) < 0)
                r = -errno;
        else if (S_ISDIR(info.st_mode))
                r = tree_visit(fd, add_file, hashing);
        else if (!hashing->ends_only)
                add_content(hashing, fd, (uint64_t)info.st_size);
        else
                r = add_file(hashing, (struct str){ 0 }, fd);
        close(fd);
        return r < 0 ? r : -hashing->error;
}

static int hash(struct hashing *hashing, const char *path) {
        int r;

        hashing->buffer = malloc(READ_BYTES);
        if (!hashing->buffer)
                return -ENOMEM;
        sha256_init(&hashing->sha);
        r = add_path(hashing, path);
        free(hashing->buffer);
        return r;
}

int identity_sha256(const char *path, identity_stop_fn *stop, void *userdata, char ret_hex[static SHA256_HEX_BYTES]) {
        struct hashing hashing = { .stop = stop, .userdata = userdata };
        const int r = hash(&hashing, path);

        if (r == 0)
                sha256_hex(&hashing.sha, ret_hex);
        return r;
}

int identity_shard(const char *path, uint32_t count, uint32_t *ret_shard) {
        unsigned char digest[SHA256_BYTES];
        struct hashing hashing = { .ends_only = true };
        uint64_t number = 0;
        const int r = hash(&hashing, path);

        if (r == -ENOMEM)
                return r;
        if (r < 0) {
                sha256_init(&hashing.sha);
                sha256_add(&hashing.sha, str_from(path));
        }
        sha256_end(&hashing.sha, digest);
        for (int i = 0; i < 8; i++)
                number = number << 8 | digest[i];
        *ret_shard = (uint32_t)(number % count);
        return 0;
}
