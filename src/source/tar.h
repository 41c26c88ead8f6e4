/*
 * tar: the files in a tar, sparse ones and all its dialects. The only file that
 * knows libarchive.
 */
#ifndef SOURCE_TAR_H
#define SOURCE_TAR_H

#include "source/entries.h"

struct archive; /* libarchive's */

struct tar_reader {
        struct entries entries;
        struct archive *handle;
        struct stream *source;
        const struct ticker *ticker;
        size_t chunk_bytes;
        int error; /* negative: what a read of the source said; libarchive would lose it */
        char *buffer;
        bool told_end; /* libarchive was told that the source has ended */
        bool lost;     /* libarchive cannot go on */
        bool end_seen; /* the blocks of zeros at the end */
        uint64_t position;

        const char *block; /* the entry's next bytes, in libarchive's memory */
        size_t block_bytes;
        uint64_t hole_bytes; /* zeros that come before the block */
        uint64_t entry_bytes, entry_holes;
        bool entry_over;
};

/* 0 or -ENOMEM. */
int tar_reader_init(struct tar_reader *tar, struct stream *source, size_t chunk_bytes, const struct ticker *ticker);
void tar_reader_release(struct tar_reader *tar);

#endif
