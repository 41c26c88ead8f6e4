/*
 * archive: the files in a tar or a zip, one after the other, each as a stream.
 * The only file that knows libarchive.
 *
 *      archive_reader_init, archive_next ... archive_next, archive_finish, archive_reader_release
 *
 * libarchive gets its bytes in blocks of a fixed size, whatever the size of our
 * own reads: where an entry is damaged, what can be had of it depends on them.
 */
#ifndef SOURCE_ARCHIVE_H
#define SOURCE_ARCHIVE_H

#include "source/stream.h"
#include "source/zip_end.h"

enum archive_kind { ARCHIVE_KIND_TAR, ARCHIVE_KIND_ZIP };

struct archive; /* libarchive's */

struct archive_reader {
        /* The current entry's bytes. Its own faults are ENTRY_CORRUPT, ENCRYPTED
         * and NOT_ENTERED_FORMAT (a way to compress that libarchive lacks); one
         * that ends the whole archive has fault_told set. */
        struct stream entry;
        struct str name;      /* of the entry, without a leading "./"; valid until the next one */
        enum diag_code fault; /* of the archive itself, where its source is sound: ARCHIVE_CUT, ARCHIVE_CORRUPT */
        uint64_t files;       /* handed out so far */

        enum archive_kind kind;
        struct archive *handle;
        struct stream *source;
        const struct ticker *ticker;
        size_t chunk_bytes;
        int error; /* negative: what a read of the source said; libarchive would lose it */

        char *buffer; /* what the source gave last; [given, have) is not with libarchive yet */
        size_t given, have;
        bool told_end; /* libarchive was told that the source has ended */
        uint64_t headers, position;
        bool lost;     /* libarchive cannot go on */
        bool end_seen; /* the archive's own end mark */
        struct zip_end zip_end;

        const char *block; /* the entry's next bytes, in libarchive's memory */
        size_t block_bytes;
        uint64_t hole_bytes; /* zeros that come before the block */
        uint64_t entry_bytes, entry_holes;
        bool entry_over;
        char made_name[32];
};

/* 0 or -ENOMEM. */
int archive_reader_init(struct archive_reader *reader, enum archive_kind kind, struct stream *source,
                        size_t chunk_bytes, const struct ticker *ticker);
void archive_reader_release(struct archive_reader *reader);

/* The next file; what is left of the one before is passed over. Directories,
 * links and devices are not shown. 1, 0 after the last, negative: fatal. */
int archive_next(struct archive_reader *reader);

/* After the last: read the source to its end and see whether the archive had
 * its own. 0 or negative, fatal. */
int archive_finish(struct archive_reader *reader);

#endif
