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
#include "rules/ruleset.h"

/* "2017.06.17 00:16:04", of which three words and a space behind it make 20 bytes. */
enum { SECONDS_BYTES = 19, STAMP_WORDS_COUNT = 3 };

struct record {
        struct str text;               /* all its lines, without the last line end; valid as long as the block */
        struct header header;          /* spans of `text` */
        uint64_t line;                 /* of the header */
        uint64_t offset;               /* of the header's first byte in the leaf */
        bool same_stamp;               /* its stamp is written as that of the record before it in the block */
        bool timed;                    /* ... and is a time of the calendar, as far as that was looked for */
        size_t stamp;                  /* the number of its stamp in the block, likewise */
        const struct opening *opening; /* what the message opens, as far as that was looked for; else NULL */
};

/* It was met `count` times more, from here on. */
static inline void oddity_note(struct oddity *oddity, uint64_t count, uint64_t line, uint64_t offset) {
        if (oddity->count == 0) {
                oddity->line = line;
                oddity->offset = offset;
        }
        oddity->count += count;
}

/* Of a rule, in a block: how many records were told and only counted, and at which of the
 * block's stamps one that was not is known. */
struct rule_count {
        uint64_t count;
        size_t stamp;
};

/* What was met in a block, or in all of a leaf. */
struct line_counts {
        uint64_t lines, records, continuation_lines, orphan_lines;
        struct oddity cut_lines, cut_records, nul_bytes;
};

struct records {
        const struct block *block;
        const struct dispatch *dispatch; /* by which records are told; NULL: none is */
        struct rule_count *counted;      /* by rule index */
        enum family family;
        size_t max_line_bytes, max_record_bytes;
        struct line_ends ends;
        struct line_counts counts;

        /* The line that was read last. */
        size_t line_begin, line_end, next_line; /* line_end without CR LF */
        bool line_was_cut;

        /* The latest header's stamp: empty at first. */
        struct str stamp;
        size_t stamp_number;
        bool timed;                              /* it is a time of the calendar; with `dispatch` only */
        bool quick;                              /* `words` may be used */
        uint64_t stamp_words[STAMP_WORDS_COUNT]; /* it and the space behind it */

        /* The record that is being put together: [begin, text_end) of the block. */
        size_t begin, text_end;
        uint64_t line; /* of its header */
        bool open;
        bool has_text;       /* its text is here: it did not begin in an earlier block */
        bool closed_to_more; /* its text has a hole or is at its limit: later lines only count */

        /* What its header said: what it opens, where that tells its rule, and else a
         * record. The other slot is for the record before it or behind it. */
        const struct opening *told;
        size_t told_stamp;
        struct record slots[2], *current, *other;

        /* The line read last is the header of a record to come. */
        bool have_next;
        const struct opening *next_told;
        size_t next_begin;
};

/* Of a family whose records are told by `dispatch`, which may be NULL, those are left out
 * that only count: `counted`, all zero at first, has their numbers then. */
void records_init(struct records *records, const struct block *block, enum family family,
                  const struct dispatch *dispatch, struct rule_count *counted, const struct limits *limits);

/* The next record, valid until the next call; NULL at the block's end. */
struct record *records_next(struct records *records);

/* May a match of the rule be counted, and no more, in a record of a good stamp that another
 * had before? Of those that tell a version the time counts, once. */
static inline bool rule_only_counts(const struct rule *rule, const struct rule_count *counted, size_t stamp) {
        return rule->only_counted && (!rule->versions.first || counted[rule->index].stamp == stamp);
}

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
