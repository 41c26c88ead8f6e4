#define _POSIX_C_SOURCE 200809L
#include "cli/index_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/message.h"

static int cannot_write(const struct index_file *file, int error) {
        message("cannot write to %s: %s", file->path, strerror(error));
        return STATUS_FAULT;
}

/* Others may write to the folder as well: what is added shall go to no file elsewhere, and into no pipe. */
int index_file_open(struct index_file *file, const char *path) {
        const int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY;
        struct stat info;

        *file = (struct index_file){ path, open(path, flags, 0666) };
        if (file->fd < 0 && errno != ELOOP)
                return cannot_write(file, errno);
        if (file->fd >= 0 && fstat(file->fd, &info) == 0 && S_ISREG(info.st_mode))
                return STATUS_OK;
        message("cannot write to %s: it is %s; remove it", path, file->fd < 0 ? "a link" : "no regular file");
        if (file->fd >= 0)
                close(file->fd);
        file->fd = -1;
        return STATUS_FAULT;
}

/* A program that was killed, or found the disk full, may have left the beginning of one. */
static bool ends_in_a_torn_line(int fd) {
        struct stat info;
        char last = '\n';

        return fstat(fd, &info) == 0 && info.st_size > 0 && pread(fd, &last, 1, info.st_size - 1) == 1 && last != '\n';
}

int index_file_append(const struct index_file *file, const char *line, size_t bytes) {
        const size_t lead = ends_in_a_torn_line(file->fd) ? 1 : 0;
        char *all = malloc(bytes + lead);
        ssize_t n;
        int error;

        if (!all)
                return cannot_write(file, ENOMEM);
        all[0] = '\n';
        memcpy(all + lead, line, bytes);
        do
                n = write(file->fd, all, bytes + lead);
        while (n < 0 && errno == EINTR);
        error = n < 0 ? errno : (size_t)n < bytes + lead ? ENOSPC : 0;
        free(all);
        return error ? cannot_write(file, error) : STATUS_OK;
}

int index_file_close(struct index_file *file) {
        int error = 0;

        if (file->fd < 0)
                return STATUS_OK;
        if (fsync(file->fd) != 0 && errno != EINVAL)
                error = errno;
        if (close(file->fd) != 0 && !error)
                error = errno;
        file->fd = -1;
        return error ? cannot_write(file, error) : STATUS_OK;
}
