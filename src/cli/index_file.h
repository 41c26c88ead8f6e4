/*
 * index_file: the index of a batch while it runs. Several batches may add to one: a line is one
 * write at the end, and begins on a line of its own whatever stands there.
 */
#ifndef CLI_INDEX_FILE_H
#define CLI_INDEX_FILE_H

#include <stddef.h>

struct index_file {
        const char *path;
        int fd;
};

/* Both: STATUS_OK, or STATUS_FAULT after a message. */
int index_file_open(struct index_file *file, const char *path);
int index_file_append(const struct index_file *file, const char *line, size_t bytes);
/* Brings it to the disk. */
int index_file_close(struct index_file *file);

#endif
