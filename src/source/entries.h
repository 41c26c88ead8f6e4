/*
 * entries: the files in an archive, one after the other, each as a stream. What
 * tar and zip have in common for the walk.
 *
 *      next ... next
 *
 * An archive may go on with another one behind its end, as `cat` makes them.
 */
#ifndef SOURCE_ENTRIES_H
#define SOURCE_ENTRIES_H

#include "base/buf.h"
#include "source/stream.h"

enum { ENTRIES_METHODS = 4 };

/* Entries that nobody here can read, for one diagnostic of the archive: their
 * own faults, ENCRYPTED and ENTRY_METHOD, are already told then. */
struct refused {
        uint64_t encrypted;
        uint64_t packed;                   /* in a way that we lack */
        unsigned methods[ENTRIES_METHODS]; /* the first ones of those, by zip's numbers */
        size_t method_count;
};

struct entries {
        /* The current entry's bytes. Its own fault is ENTRY_CORRUPT; one that ends
         * the whole archive, or is one of those refused, has fault_told set. */
        struct stream entry;
        struct str name;       /* of the entry, without "./" before and '/' behind it; valid until the next one */
        uint64_t packed;       /* its size in the archive, as that says; UINT64_MAX unknown */
        bool abandoned;        /* the caller sets it: what is left of it is not to be unpacked */
        bool no_file;          /* it is a link, fifo or device, and has no bytes */
        enum diag_code fault;  /* of the archive itself, where its source is sound: ARCHIVE_CUT, _CORRUPT, _TRAILING,
                                  _DISAGREES */
        uint64_t fault_offset; /* where in the archive */
        uint64_t files;        /* handed out so far */
        uint64_t headers;      /* read so far, those of directories and links too */
        struct refused refused;
        char made_name[32];

        /* The next file, or what should be one; what is left of the one before is
         * passed over. Directories are not shown. 1, 0 when the source is at its
         * end, negative: fatal. */
        int (*next)(struct entries *entries);
};

/* The first fault is the one that counts. */
static inline void entries_set_fault(struct entries *entries, enum diag_code fault, uint64_t offset) {
        if (entries->fault != DIAG_NONE)
                return;
        entries->fault = fault;
        entries->fault_offset = offset;
}

/* One more begins: its stream has no fault yet. One without a name gets one. */
void entries_begin(struct entries *entries, struct str name, bool no_file);

/* The current entry cannot be read: `method` says how it is packed, or
 * ENTRIES_ENCRYPTED. */
#define ENTRIES_ENCRYPTED UINT32_MAX
void entries_refuse(struct entries *entries, unsigned method);

/* What of an archive cannot be read, ENCRYPTED or ENTRY_METHOD, as a sentence. 0 or negative. */
int entries_print_refused(struct buf *text, const struct refused *refused, enum diag_code code);

#endif
