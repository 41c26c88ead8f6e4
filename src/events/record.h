/*
 * record: a header line and its continuation lines, cut out of a block.
 *
 *      2017.06.17 00:16:04 Closing idle session (id=f382a015): 1001003@.../desktop   <- header
 *      after inactivity for more than threshold value of 60                          <- continuation
 *
 * Every line is counted once: lines = records + continuation_lines +
 * orphan_lines, the last being those before the first header. Lines end at LF,
 * CR before it is no part of them, the last one may lack it.
 *
 *      records_init (a block) -> records_next ...
 *
 * Line numbers begin with 1 at the block's first; where that stands in the leaf,
 * whoever puts blocks in their order knows.
 */
#ifndef EVENTS_RECORD_H
#define EVENTS_RECORD_H

#include "base/line_ends.h"
#include "events/cut.h"
#include "rules/dispatch.h"

struct record {
        struct str text;               /* all its lines, without the last line end; valid as long as the block */
        struct header header;          /* spans of `text` */
        uint64_t line;                 /* of the header */
        uint64_t offset;               /* of the header's first byte in the leaf */
        bool same_stamp;               /* its stamp is written as that of the record before it in the block */
        const struct opening *opening; /* what the message opens, as far as that was looked for; else NULL */
        const struct rule *told; /* the rule that its first bytes alone have told; then the header is missing: most who
                                    only count never ask for it, and the others call record_complete */
};

/* It was met `count` times more, from here on. */
static inline void oddity_note(struct oddity *oddity, uint64_t count, uint64_t line, uint64_t offset) {
        if (oddity->count == 0) {
                oddity->line = line;
                oddity->offset = offset;
        }
        oddity->count += count;
}

/* What was met in a block, or in all of a leaf. */
struct line_counts {
        uint64_t lines, records, continuation_lines, orphan_lines;
        struct oddity cut_lines, cut_records, nul_bytes;
};

struct records {
        const struct block *block;
        const struct dispatch *dispatch; /* by which records are told; NULL: none is */
        enum family family;
        size_t max_line_bytes, max_record_bytes;
        struct line_ends ends;
        struct line_counts counts;

        /* The line that was read last. */
        size_t line_begin, line_end, next_line; /* line_end without CR LF */
        bool line_was_cut;

        /* The record that is being put together, and the one before it or behind it:
         * [begin, text_end) of the block. */
        struct record slots[2];
        unsigned current;
        struct str stamp; /* of the latest header; empty at first */
        size_t begin, text_end;
        size_t ends_at; /* of one that was told: how long it has to be; SIZE_MAX: as it likes */
        bool open;
        bool has_text;       /* its text is here: it did not begin in an earlier block */
        bool closed_to_more; /* its text has a hole or is at its limit: later lines only count */

        /* The line read last is the header of a record to come, which is in the other
         * slot, and begins here. */
        bool have_next;
        size_t next_begin, next_ends_at;
};

/* `dispatch` (may be NULL) is the family's. */
void records_init(struct records *records, const struct block *block, enum family family,
                  const struct dispatch *dispatch, const struct limits *limits);

/* The next record, valid until the next call; NULL at the block's end. */
struct record *records_next(struct records *records);

/* Fill in the header of a record that was told. */
void record_complete(struct record *record);

/* Add what was met in the next block: oddities keep the place that comes first, with
 * its line counted from the leaf's beginning. */
void line_counts_add(struct line_counts *counts, const struct line_counts *more);

/* A line without its CR, as far as the limit lets it go. */
static inline struct str line_text(struct str line, size_t max_line_bytes) {
        if (line.n && line.p[line.n - 1] == '\r')
                line.n--;
        return str_first(line, max_line_bytes);
}

/* What stands before a record in its first line: a byte order mark is no part of the leaf's
 * first line, nor are the NULs of a power cut part of the line that was written next. */
static inline size_t line_mark(struct str line, bool at_start) {
        size_t mark = 0;

        if (at_start && str_starts(line, STR("\xef\xbb\xbf")))
                mark = 3;
        while (mark < line.n && line.p[mark] == '\0')
                mark++;
        return mark;
}

#endif
