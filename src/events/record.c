#include "events/record.h"

/* "2017.06.17 00:16:04" */
enum { SECONDS_BYTES = 19 };

void records_init(struct records *records, const struct block *block, enum family family,
                  const struct dispatch *dispatch, const struct limits *limits) {
        records->block = block;
        records->dispatch = family == FAMILY_NOTIFICATION ? dispatch : NULL;
        records->family = family;
        records->max_line_bytes = (size_t)limits->max_line_bytes;
        records->max_record_bytes = (size_t)limits->max_record_bytes;
        records->counts = (struct line_counts){ .lines = 0 };
        records->next_line = 0;
        records->current = 0;
        records->open = block->opening == BLOCK_IN_RECORD;
        records->has_text = records->have_next = false;
        records->stamp = STR("");
        records->closed_to_more = true;
        line_ends_init(&records->ends, (struct str){ block->bytes, block->n });
        if (block->in_line) {
                const size_t end = line_ends_next(&records->ends);

                records->next_line = end < block->n ? end + 1 : end;
        }
}

static void add_oddity(struct oddity *oddity, const struct oddity *more, uint64_t lines_before) {
        if (more->count)
                oddity_note(oddity, more->count, more->line + lines_before, more->offset);
}

void line_counts_add(struct line_counts *counts, const struct line_counts *more) {
        add_oddity(&counts->cut_lines, &more->cut_lines, counts->lines);
        add_oddity(&counts->cut_records, &more->cut_records, counts->lines);
        add_oddity(&counts->nul_bytes, &more->nul_bytes, counts->lines);
        counts->lines += more->lines;
        counts->records += more->records;
        counts->continuation_lines += more->continuation_lines;
        counts->orphan_lines += more->orphan_lines;
}

/* ------------------------------------------------------------- lines */

static struct str slice(const struct records *records, size_t begin, size_t end) {
        return (struct str){ records->block->bytes + begin, end - begin };
}

static void look_for_nul(struct records *records) {
        if (str_find_byte(slice(records, records->line_begin, records->line_end), '\0'))
                oddity_note(&records->counts.nul_bytes, 1, records->counts.lines,
                            records->block->offset + records->line_begin);
}

/* The line at hand has more bytes than the limit lets it have. */
static void cut_line(struct records *records) {
        records->line_was_cut = true;
        records->line_end = records->line_begin + records->max_line_bytes;
        oddity_note(&records->counts.cut_lines, 1, records->counts.lines, records->block->offset + records->line_begin);
}

/* With line_begin, line_end and next_line set; false at the end. */
static bool read_line(struct records *records) {
        const size_t begin = records->next_line;
        size_t end;

        if (begin == records->block->n)
                return false;
        end = line_ends_next(&records->ends);
        records->next_line = end + (end < records->block->n);
        records->line_begin = begin;
        records->line_end = end;
        records->line_was_cut = false;
        records->counts.lines++;
        if (end > begin && records->block->bytes[end - 1] == '\r')
                records->line_end--;
        if (records->line_end - begin > records->max_line_bytes)
                cut_line(records);
        if (records->ends.saw_nul)
                look_for_nul(records);
        return true;
}

/* ----------------------------------------------------------- records */

/* Does the line begin with the latest stamp? The length of most is a constant here, so
 * that comparing them is no call. */
static bool has_latest_stamp(const struct records *records, struct str line) {
        const struct str stamp = records->stamp;

        if (stamp.n == SECONDS_BYTES)
                return line.n >= SECONDS_BYTES && bytes_eq(line.p, stamp.p, SECONDS_BYTES);
        return stamp.n && str_starts(line, stamp);
}

/* What the bytes right behind the latest stamp open, as if the message were there. */
static const struct opening *find_opening(const struct records *records, struct str line) {
        if (!records->dispatch || records->stamp.n != SECONDS_BYTES || line.n <= SECONDS_BYTES ||
            line.p[SECONDS_BYTES] != ' ')
                return NULL;
        return dispatch_find(records->dispatch, str_skip(line, SECONDS_BYTES + 1));
}

void record_complete(struct record *record) {
        record->header = (struct header){ .stamp = { 0, SECONDS_BYTES },
                                          .identity_at = SECONDS_BYTES + 1,
                                          .message_at = SECONDS_BYTES + 1 };
}

/* Nearly all lines that begin with a stamp have that of the one before. */
static bool parse_header(struct records *records, struct str line, struct record *next) {
        const bool known = has_latest_stamp(records, line);
        const struct opening *opening = known ? find_opening(records, line) : NULL;

        next->told = opening ? opening->told : NULL;
        next->opening = opening;
        if (next->told) {
                next->same_stamp = true;
                records->next_ends_at = opening->decided ? SIZE_MAX : SECONDS_BYTES + 1 + opening->prefix.text.n;
                return true;
        }
        if (opening && opening->plain) {
                next->same_stamp = true;
                record_complete(next);
                return true;
        }
        if (!(known ? family_header_after(records->family, line, records->stamp.n, &next->header)
                    : family_header(records->family, line, &next->header)))
                return false;
        if (next->header.message_at != SECONDS_BYTES + 1)
                next->opening = NULL;
        next->same_stamp = known && next->header.stamp.at == 0 && next->header.stamp.n == records->stamp.n;
        if (!next->same_stamp)
                records->stamp = next->header.stamp.at == 0 ? span_of(line, next->header.stamp) : STR("");
        return true;
}

/* Is the line read last the first of a record? Then the other slot is for that. */
static bool line_is_header(struct records *records) {
        const struct str line = slice(records, records->line_begin, records->line_end);
        const size_t mark = line_mark(line, records->block->offset + records->line_begin == 0);
        struct record *next = &records->slots[!records->current];

        if (!parse_header(records, str_skip(line, mark), next))
                return false;
        records->next_begin = records->line_begin + mark;
        next->line = records->counts.lines;
        next->offset = records->block->offset + records->next_begin;
        return true;
}

/* The line read last is a header: its record begins. */
static void open_record(struct records *records) {
        records->current = !records->current;
        records->begin = records->next_begin;
        records->text_end = records->line_end;
        records->ends_at = records->next_ends_at;
        records->open = records->has_text = true;
        records->closed_to_more = records->line_was_cut;
        records->have_next = false;
        records->counts.records++;
}

static void add_continuation(struct records *records) {
        const struct record *current = &records->slots[records->current];

        records->counts.continuation_lines++;
        if (records->closed_to_more)
                return;
        if (records->line_end - records->begin <= records->max_record_bytes) {
                records->text_end = records->line_end;
                records->closed_to_more = records->line_was_cut;
                return;
        }
        records->closed_to_more = true;
        oddity_note(&records->counts.cut_records, 1, current->line, current->offset);
}

/* NULL where the record's text was in an earlier block. */
static struct record *finish_record(struct records *records) {
        struct record *current = &records->slots[records->current];

        records->open = false;
        if (!records->has_text)
                return NULL;
        records->has_text = false;
        current->text = slice(records, records->begin, records->text_end);
        /* Told of a message that ends there, and this one goes on. */
        if (current->told && records->ends_at != SIZE_MAX && records->ends_at != current->text.n) {
                record_complete(current);
                current->told = NULL;
        }
        return current;
}

struct record *records_next(struct records *records) {
        if (records->have_next)
                open_record(records);
        while (read_line(records)) {
                if (line_is_header(records)) {
                        struct record *finished = records->open ? finish_record(records) : NULL;

                        records->have_next = finished != NULL;
                        if (finished)
                                return finished;
                        open_record(records);
                } else if (records->open) {
                        add_continuation(records);
                } else {
                        records->counts.orphan_lines++;
                }
        }
        return records->open ? finish_record(records) : NULL;
}
