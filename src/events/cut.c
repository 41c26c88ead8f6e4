#define _GNU_SOURCE /* memrchr */
#include "events/cut.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/crc32.h"
#include "events/record.h"
#include "events/secret_count.h"

/* A CR and an LF. */
enum { LINE_END_BYTES = 2 };

void block_release(struct block *block) {
        free(block->bytes);
        *block = (struct block){ 0 };
}

/* Memory alone, into a block that has none. */
static void take_memory(struct block *block, struct block *from) {
        *block = (struct block){ .bytes = from->bytes, .capacity = from->capacity };
        *from = (struct block){ 0 };
}

void cutter_init(struct cutter *cutter, struct stream *stream, const struct limits *limits, size_t chunk_bytes) {
        *cutter = (struct cutter){
                .stream = stream,
                .family = FAMILY_NONE,
                .chunk_bytes = chunk_bytes,
                .max_line_bytes = (size_t)limits->max_line_bytes,
                .max_record_bytes = (size_t)limits->max_record_bytes,
        };
}

void cutter_release(struct cutter *cutter) {
        if (cutter->lender && !cutter->lender->bytes)
                take_memory(cutter->lender, &cutter->rest);
        block_release(&cutter->rest);
}

void cutter_borrow(struct cutter *cutter, struct block *lender) {
        cutter->lender = lender;
        take_memory(&cutter->rest, lender);
}

void cutter_set_family(struct cutter *cutter, enum family family) {
        cutter->family = family;
}

/* ------------------------------------------------------------- reading */

/* One read of the stream behind what the block holds. 0 or -ENOMEM; that there is no more is said in
 * the cutter. */
static int read_more(struct cutter *cutter, struct block *block) {
        const size_t wanted = cutter->chunk_bytes;
        ssize_t got;
        int r = array_reserve(&block->bytes, &block->capacity, block->n + wanted, 1);

        if (r < 0)
                return r;
        got = stream_read(cutter->stream, block->bytes + block->n, wanted);
        if (got <= 0) {
                cutter->ended = true;
                cutter->result = (int)got;
                return 0;
        }
        block->n += (size_t)got;
        cutter->bytes += (uint64_t)got;
        return 0;
}

int cutter_head(struct cutter *cutter, size_t n, struct str *ret_head) {
        struct block *rest = &cutter->rest;

        while (rest->n < n && !cutter->ended) {
                int r = read_more(cutter, rest);

                if (r < 0)
                        return r;
        }
        *ret_head = str_first((struct str){ rest->bytes, rest->n }, n);
        return cutter->result;
}

/* ------------------------------------------------- what is not looked at */

/* A leaf whose lines are only asked for credentials. */
struct skimmed {
        struct oddity *secrets;
        uint64_t lines; /* before the first byte that is left */
        bool in_line;   /* the line that is left was counted as far as it is looked at */
};

static uint64_t count_feeds(const char *p, size_t n) {
        uint64_t feeds = 0;

        for (size_t i = 0; i < n; i++)
                feeds += p[i] == '\n';
        return feeds;
}

/* In the lines that begin and end among the first `n` bytes. */
static void count_in_lines(const struct cutter *cutter, struct skimmed *skimmed, size_t n) {
        const struct block *rest = &cutter->rest;
        const char *feed = skimmed->in_line ? memchr(rest->bytes, '\n', n) : NULL;
        const size_t from = !skimmed->in_line ? 0 : feed ? (size_t)(feed - rest->bytes) + 1 : n;
        struct secret_counts counts;

        secret_counts_of(&counts, (struct str){ rest->bytes + from, n - from }, cutter->max_line_bytes);
        for (int kind = 0; counts.total && kind < SECRET_KIND_COUNT; kind++) {
                const size_t first = from + counts.kinds[kind].first;

                if (counts.kinds[kind].count)
                        oddity_note(&skimmed->secrets[kind], counts.kinds[kind].count,
                                    skimmed->lines + count_feeds(rest->bytes, first) + 1, rest->offset + first);
        }
        skimmed->lines += count_feeds(rest->bytes, n);
}

/* The whole lines that are there, or all at the end; what is left moves to the front. */
static void skim(struct cutter *cutter, struct skimmed *skimmed) {
        struct block *rest = &cutter->rest;
        const char *feed = rest->n ? memrchr(rest->bytes, '\n', rest->n) : NULL;
        size_t n = feed ? (size_t)(feed - rest->bytes) + 1 : 0;
        const bool too_long = rest->n - n > cutter->max_line_bytes;

        if (!skimmed->secrets || cutter->ended || too_long)
                n = rest->n;
        if (n == 0)
                return;
        if (skimmed->secrets) {
                count_in_lines(cutter, skimmed, n);
                skimmed->in_line = rest->bytes[n - 1] != '\n';
        }
        rest->n -= n;
        rest->offset += n;
        memmove(rest->bytes, rest->bytes + n, rest->n);
}

int cutter_skip(struct cutter *cutter, uint32_t *ret_crc32, struct oddity *secrets) {
        struct block *rest = &cutter->rest;
        struct skimmed skimmed = { .secrets = secrets };
        size_t summed = 0;
        int r;

        do {
                if (!cutter->stream->sums && rest->n > summed)
                        *ret_crc32 = crc32_add(*ret_crc32, rest->bytes + summed, rest->n - summed);
                skim(cutter, &skimmed);
                summed = rest->n;
                r = cutter->ended ? 0 : read_more(cutter, rest);
                if (r < 0)
                        return r;
        } while (rest->n > summed || !cutter->ended);
        skim(cutter, &skimmed);
        if (cutter->stream->sums)
                *ret_crc32 = cutter->stream->crc32;
        return cutter->result;
}

/* ------------------------------------------------------------- cutting */

/* Does a record begin with the line [begin, end) of the block? */
static bool begins_record(const struct cutter *cutter, const struct block *block, size_t begin, size_t end) {
        const struct str line = line_text((struct str){ block->bytes + begin, end - begin }, cutter->max_line_bytes);
        struct header header;

        return family_header(cutter->family, str_skip(line, line_mark(line, block->offset + begin == 0)), &header);
}

/* Is the last line, which has no end yet, too long whatever follows? Then it is
 * as good as whole. */
static bool is_surely_too_long(const struct cutter *cutter, const struct block *block, size_t last_line) {
        return block->n - last_line > cutter->max_line_bytes + LINE_END_BYTES;
}

/* Where the last record begins, behind the block's first byte, among the lines that begin at
 * `from` or behind it and end at `end` or before; 0 without one. */
static size_t last_record(const struct cutter *cutter, const struct block *block, size_t from, size_t end) {
        while (end > from) {
                const char *feed = memrchr(block->bytes + from, '\n', end - from);
                const size_t begin = feed ? (size_t)(feed - block->bytes) + 1 : from;

                if (begin > 0 && begins_record(cutter, block, begin, end))
                        return begin;
                end = feed ? begin - 1 : from;
        }
        return 0;
}

/* Where the block's first line ends. */
static size_t first_line_end(const struct block *block) {
        const char *feed = memchr(block->bytes, '\n', block->n);

        return feed ? (size_t)(feed - block->bytes) : block->n;
}

/* Does the block begin with a record? That may also happen where lines were parted. */
static bool opens_with_record(const struct cutter *cutter, const struct block *block) {
        if (block->opening == BLOCK_AT_RECORD || block->in_line)
                return !block->in_line;
        return begins_record(cutter, block, 0, first_line_end(block));
}

/* Is everything of the block's first record here that the limits leave, and the line
 * that was too much for it? A mark before the record is no part of it. `last_line` has
 * no end yet. */
static bool is_closed_to_more(const struct cutter *cutter, const struct block *block, size_t last_line) {
        const size_t end = first_line_end(block);
        const struct str first = line_text((struct str){ block->bytes, end }, cutter->max_line_bytes);

        return last_line > line_mark(first, block->offset == 0) + cutter->max_record_bytes + LINE_END_BYTES &&
               last_line > end + 1;
}

/*
 * A cut where no record begins behind the block's first byte, or 0. Lines that only
 * count may be parted: those before the first record, and those behind what is left of
 * a record that the limits have closed.
 */
static size_t cut_among_lines(struct cutter *cutter, const struct block *block, size_t last_line) {
        const bool in_cut_line = (block->in_line && last_line == 0) || is_surely_too_long(cutter, block, last_line);
        bool record;

        if (!in_cut_line && last_line == 0)
                return 0;
        record = opens_with_record(cutter, block);
        if (!in_cut_line && record && !is_closed_to_more(cutter, block, last_line))
                return 0;
        cutter->rest.in_line = in_cut_line;
        cutter->rest.opening = record ? BLOCK_IN_RECORD : block->opening;
        return in_cut_line ? block->n : last_line;
}

/* What is behind the cut is kept for the next block. 0 or -ENOMEM. */
static int put_rest(struct cutter *cutter, struct block *block, size_t cut) {
        struct block *rest = &cutter->rest;
        const size_t n = block->n - cut;
        int r = array_reserve(&rest->bytes, &rest->capacity, n, 1);

        if (r < 0)
                return r;
        if (n)
                memcpy(rest->bytes, block->bytes + cut, n);
        rest->n = n;
        rest->offset = block->offset + cut;
        block->n = cut;
        return 0;
}

/* The block begins with what the last one left. */
static void take_rest(struct cutter *cutter, struct block *block) {
        const struct block emptied = { .bytes = block->bytes, .capacity = block->capacity };

        *block = cutter->rest;
        cutter->rest = emptied;
}

/* A place to cut at, or 0. `looked_at` is where the first line begins that was not whole before; no line ends between
 * that and `searched`: a line that grows with every read is not to be gone through again with every read. */
static size_t find_cut(struct cutter *cutter, const struct block *block, size_t *looked_at, size_t *searched) {
        size_t last_line = *looked_at, end, cut;
        const char *feed;

        cutter->rest.opening = BLOCK_AT_RECORD;
        cutter->rest.in_line = false;
        if (block->n == 0)
                return 0;
        feed = memrchr(block->bytes + *searched, '\n', block->n - *searched);
        *searched = block->n;
        if (feed)
                last_line = (size_t)(feed - block->bytes) + 1;
        end = is_surely_too_long(cutter, block, last_line) ? block->n : last_line;
        cut = last_record(cutter, block, *looked_at, end);
        *looked_at = last_line;
        return cut ? cut : cut_among_lines(cutter, block, last_line);
}

/* Read on until there is a place to cut at, or no more. 0 or -ENOMEM. */
static int fill(struct cutter *cutter, struct block *block, size_t *ret_cut) {
        size_t looked_at = 0, searched = 0, aim = cutter->chunk_bytes;

        for (;;) {
                /* Always by whole chunks: what gives them may know their sums. */
                while (block->n < aim && !cutter->ended) {
                        int r = read_more(cutter, block);

                        if (r < 0)
                                return r;
                }
                *ret_cut = find_cut(cutter, block, &looked_at, &searched);
                if (*ret_cut || cutter->ended)
                        return 0;
                aim = block->n + cutter->chunk_bytes;
        }
}

int cutter_next(struct cutter *cutter, struct block *block) {
        size_t cut;
        int r;

        take_rest(cutter, block);
        r = fill(cutter, block, &cut);
        if (r < 0)
                return r;
        if (cutter->ended && cutter->result == 0)
                cut = block->n; /* the last block */
        r = put_rest(cutter, block, cut);
        if (r < 0)
                return r;
        if (cut == 0)
                cutter->rest.n = 0;
        return cut > 0 ? 1 : cutter->result;
}
