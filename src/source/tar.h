/*
 * tar: the files in a tar, sparse ones and all its dialects. The only file that
 * knows libarchive.
 *
 * libarchive is given the bytes from one header on, and up to the blocks of
 * zeros, or damage. Behind those the next header is looked for here, and another
 * handle goes on with it: tars behind each other, as `cat` makes them, are one.
 */
#ifndef SOURCE_TAR_H
#define SOURCE_TAR_H

#include "base/intern.h"
#include "source/entries.h"

struct archive; /* libarchive's */

enum tar_place { TAR_BEGIN, TAR_INSIDE, TAR_BEHIND, TAR_DAMAGED };

struct tar_reader {
        struct entries entries;
        struct archive *handle; /* NULL while a header is looked for */
        struct stream *source;
        const struct ticker *ticker;
        size_t chunk_bytes;
        int error;    /* negative: what a read of the source said; libarchive would lose it */
        char *buffer; /* [at, have) of it was not given to libarchive yet */
        size_t buffer_bytes;
        size_t at, have;
        uint32_t buffer_crc32, source_crc32; /* of what it holds, and of all up to there, where the source sums up */
        uint64_t buffer_from;                /* where in the source it begins ... */
        uint64_t handle_from;                /* ... and what the handle is given */
        enum tar_place place;
        uint64_t handle_entries; /* that the handle has begun */
        uint64_t header_bytes;   /* given while it reads a header */
        bool in_header;
        bool told_end;       /* libarchive was told that the source has ended */
        bool lost;           /* the handle cannot go on */
        bool end_seen;       /* the blocks of zeros at the end */
        struct intern names; /* of the files, as hard links name them */
        uint64_t name_bytes, long_name_bytes;
        bool over; /* of long ones there are too many: nothing more is looked for */

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
