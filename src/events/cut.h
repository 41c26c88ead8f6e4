/*
 * cut: a leaf's bytes, in blocks that can be looked at by themselves, each by
 * another thread.
 *
 *      leaf   ...record record record | record record ... | record ...
 *                                     ^ cut where the last record begins that
 *                                       is known to begin among the bytes read
 *
 * So a block holds whole records. Two kinds of leaf have none for a long time: what
 * stands before the first record, and a record so long that the limits have closed it
 * to more. Of these every line only counts, and a block ends with any line, or, in
 * a line so long that it is cut, anywhere; `opening` and `in_line` tell of it.
 *
 * cutter_init -> cutter_head (what family is it?) -> cutter_set_family ->
 * cutter_next ... or cutter_skip -> cutter_release.
 */
#ifndef EVENTS_CUT_H
#define EVENTS_CUT_H

#include "base/limits.h"
#include "rules/family.h"
#include "source/stream.h"

/* What the first bytes of a block are. */
enum block_opening {
        BLOCK_BEFORE_RECORDS, /* the leaf's, where no record has begun before */
        BLOCK_AT_RECORD,      /* a record begins */
        BLOCK_IN_RECORD,      /* lines of a record that the limits have closed to more */
};

/* How often something odd was met, and where first. */
struct oddity {
        uint64_t count, line, offset;
};

struct block {
        char *bytes; /* n of capacity; owned */
        size_t n, capacity;
        uint64_t offset; /* of bytes[0] in the leaf */
        enum block_opening opening;
        bool in_line; /* begins inside a line that was cut: up to its end nothing counts */
};

struct cutter {
        struct stream *stream;
        enum family family;
        size_t chunk_bytes; /* how much one read asks for, and a block aims at */
        size_t max_line_bytes, max_record_bytes;

        struct block *lender; /* NULL, or whose memory it began with */
        struct block rest;    /* read, not yet in a block; what it says of its first bytes holds for the next one */
        int result;           /* once there is no more to read: 0, or what the stream said */
        bool ended;
        uint64_t bytes; /* read so far */
};

void cutter_init(struct cutter *cutter, struct stream *stream, const struct limits *limits, size_t chunk_bytes);
void cutter_release(struct cutter *cutter);

/* Begin with the memory of this block, which may have none. The block gets what is left when the cutter is
 * released, unless it has memory again by then. Before any other call. */
void cutter_borrow(struct cutter *cutter, struct block *lender);

/* The leaf's first bytes, up to `n`, fewer only where it is shorter; valid until
 * the next call. Before any other call. 0 or negative as stream_read, or -ENOMEM. */
int cutter_head(struct cutter *cutter, size_t n, struct str *ret_head);

/* From here on lines are read as this family's. */
void cutter_set_family(struct cutter *cutter, enum family family);

/* 1 with the next block, whose memory is used again; 0 at the end; negative as
 * stream_read, or -ENOMEM. What was whole before a stream stopped is given first. */
int cutter_next(struct cutter *cutter, struct block *block);

/* Read everything without looking at it, in place of cutter_next. `ret_crc32` (0 at first) gets the
 * sum of the leaf. `secrets` (NULL: nobody asks; else all zero at first) gets how many credentials of
 * each kind its lines hold, as secret_count.h counts them. 0 or negative likewise. */
int cutter_skip(struct cutter *cutter, uint32_t *ret_crc32, struct oddity *secrets);

void block_release(struct block *block);

#endif
