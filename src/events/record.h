/*
 * record: a header line and its continuation lines, cut out of a leaf.
 *
 *      2017.06.17 00:16:04 Closing idle session (id=f382a015): 1001003@.../desktop   <- header
 *      after inactivity for more than threshold value of 60                          <- continuation
 *
 * Every line is counted once: lines = records + continuation_lines +
 * orphan_lines, the last being those before the first header. Lines end at LF,
 * CR before it is no part of them, the last one may lack it.
 *
 * reader_init -> reader_head (what family is it?) -> reader_next ... or
 * reader_skip -> reader_release.
 */
#ifndef EVENTS_RECORD_H
#define EVENTS_RECORD_H

#include "base/buf.h"
#include "base/limits.h"
#include "events/window.h"
#include "rules/family.h"

struct record {
        struct str text;      /* all its lines, without the last line end; valid until the next call */
        struct header header; /* spans of `text` */
        uint64_t line;        /* of the header, from 1 */
        uint64_t offset;      /* of the header's first byte in the leaf */
};

/* How often something odd was met, and where first. */
struct oddity {
        uint64_t count, line, offset;
};

/* A header line, and where it stands. */
struct record_start {
        struct header header;
        uint64_t line, begin;
};

struct reader {
        struct window window;
        enum family family;
        size_t max_line_bytes, max_record_bytes;

        uint64_t lines, records, continuation_lines, orphan_lines;
        struct oddity cut_lines, cut_records, nul_bytes;

        /* The line that was read last. */
        uint64_t line_begin, line_end, next_line; /* line_end without CR LF */
        bool line_was_cut;

        /* The record that is being put together: [begin, text_end) of the leaf. */
        bool open;
        bool spilled;        /* its text is in `spill`, no longer in the window */
        bool closed_to_more; /* its text has a hole or is at its limit: later lines only count */
        uint64_t text_end;
        struct record_start current;
        struct buf spill;

        /* The line read last, when it is the header of a record to come. */
        bool have_next;
        struct record_start next;
};

/* 0 or -ENOMEM. */
int reader_init(struct reader *reader, struct stream *stream, const struct limits *limits, size_t chunk_bytes);
void reader_release(struct reader *reader);

/* The leaf's first bytes, up to `n`, fewer only where it is shorter. Before any
 * other call. 0 or negative as window_fill. */
int reader_head(struct reader *reader, size_t n, struct str *ret_head);

/* From here on lines are read as this family's. */
void reader_set_family(struct reader *reader, enum family family);

/* 1 with the next record, 0 at the end, negative as window_fill. */
int reader_next(struct reader *reader, struct record *ret_record);

/* Read the rest without looking at it, for its length and checksum. */
int reader_skip(struct reader *reader);

#endif
