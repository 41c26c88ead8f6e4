/*
 * entries: the files in an archive, one after the other, each as a stream. What
 * tar and zip have in common for the walk.
 *
 *      next ... next, finish
 */
#ifndef SOURCE_ENTRIES_H
#define SOURCE_ENTRIES_H

#include "source/stream.h"

struct entries {
        /* The current entry's bytes. Its own faults are ENTRY_CORRUPT, ENCRYPTED
         * and NOT_ENTERED_FORMAT (a way to compress that we lack); one that ends
         * the whole archive has fault_told set. */
        struct stream entry;
        struct str name;      /* of the entry, without a leading "./"; valid until the next one */
        enum diag_code fault; /* of the archive itself, where its source is sound: ARCHIVE_CUT, ARCHIVE_CORRUPT */
        uint64_t files;       /* handed out so far */
        uint64_t headers;     /* read so far, those of directories and links too */
        char made_name[32];

        /* The next file; what is left of the one before is passed over.
         * Directories, links and devices are not shown. 1, 0 after the last,
         * negative: fatal. */
        int (*next)(struct entries *entries);
        /* After the last: read the source to its end and see whether the archive
         * had its own. 0 or negative, fatal. */
        int (*finish)(struct entries *entries);
};

/* The first fault is the one that counts. */
static inline void entries_set_fault(struct entries *entries, enum diag_code fault) {
        if (entries->fault == DIAG_NONE)
                entries->fault = fault;
}

/* One more file begins: its stream has no fault yet. A file without a name gets
 * one. */
void entries_begin(struct entries *entries, struct str name);

#endif
