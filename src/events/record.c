#include "events/record.h"

void records_init(struct records *records, const struct block *block, enum family family, const struct limits *limits) {
        *records = (struct records){
                .block = block,
                .family = family,
                .max_line_bytes = (size_t)limits->max_line_bytes,
                .max_record_bytes = (size_t)limits->max_record_bytes,
                .open = block->opening == BLOCK_IN_RECORD,
                .closed_to_more = true,
        };
        line_ends_init(&records->ends, (struct str){ block->bytes, block->n });
        if (block->in_line) {
                const size_t end = line_ends_next(&records->ends);

                records->next_line = end < block->n ? end + 1 : end;
        }
}

static void note_oddity(struct oddity *oddity, uint64_t count, uint64_t line, uint64_t offset) {
        if (oddity->count == 0) {
                oddity->line = line;
                oddity->offset = offset;
        }
        oddity->count += count;
}

static void add_oddity(struct oddity *oddity, const struct oddity *more, uint64_t lines_before) {
        if (more->count)
                note_oddity(oddity, more->count, more->line + lines_before, more->offset);
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
                note_oddity(&records->counts.nul_bytes, 1, records->counts.lines,
                            records->block->offset + records->line_begin);
}

/* The line at hand has more bytes than the limit lets it have. */
static void cut_line(struct records *records) {
        records->line_was_cut = true;
        records->line_end = records->line_begin + records->max_line_bytes;
        note_oddity(&records->counts.cut_lines, 1, records->counts.lines, records->block->offset + records->line_begin);
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

/* Is the line read last the first of a record? Then `next` describes it. */
static bool line_is_header(struct records *records) {
        struct str line = slice(records, records->line_begin, records->line_end);

        if (!line_begins_record(records->family, line, records->block->offset + records->line_begin == 0,
                                &records->next))
                return false;
        records->next.line = records->counts.lines;
        records->next.begin += records->line_begin;
        return true;
}

/* The line read last is a header: its record begins. */
static void open_record(struct records *records) {
        records->open = records->has_text = true;
        records->have_next = false;
        records->current = records->next;
        records->text_end = records->line_end;
        records->closed_to_more = records->line_was_cut;
        records->counts.records++;
}

static void add_continuation(struct records *records) {
        records->counts.continuation_lines++;
        if (records->closed_to_more)
                return;
        if (records->line_end - records->current.begin <= records->max_record_bytes) {
                records->text_end = records->line_end;
                records->closed_to_more = records->line_was_cut;
                return;
        }
        records->closed_to_more = true;
        note_oddity(&records->counts.cut_records, 1, records->current.line,
                    records->block->offset + records->current.begin);
}

/* False where the record's text was in an earlier block. */
static bool finish_record(struct records *records, struct record *ret_record) {
        const bool has_text = records->has_text;

        records->open = records->has_text = false;
        if (!has_text)
                return false;
        ret_record->text = slice(records, records->current.begin, records->text_end);
        ret_record->header = records->current.header;
        ret_record->line = records->current.line;
        ret_record->offset = records->block->offset + records->current.begin;
        return true;
}

int records_next(struct records *records, struct record *ret_record) {
        if (records->have_next)
                open_record(records);
        while (read_line(records)) {
                if (line_is_header(records)) {
                        if (records->open && finish_record(records, ret_record)) {
                                records->have_next = true;
                                return 1;
                        }
                        open_record(records);
                } else if (records->open) {
                        add_continuation(records);
                } else {
                        records->counts.orphan_lines++;
                }
        }
        return records->open && finish_record(records, ret_record);
}
