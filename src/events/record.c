#include "events/record.h"

#include "events/stamp.h"

/* Other families say something in every record's header: the host, the zone. */
static bool is_told(enum family family) {
        return family == FAMILY_NOTIFICATION;
}

void records_init(struct records *records, const struct block *block, enum family family,
                  const struct dispatch *dispatch, struct rule_count *counted, const struct limits *limits) {
        records->block = block;
        records->dispatch = is_told(family) ? dispatch : NULL;
        records->counted = counted;
        records->family = family;
        records->max_line_bytes = (size_t)limits->max_line_bytes;
        records->max_record_bytes = (size_t)limits->max_record_bytes;
        records->counts = (struct line_counts){ .lines = 0 };
        records->next_line = 0;
        records->current = &records->slots[0];
        records->other = &records->slots[1];
        records->open = block->opening == BLOCK_IN_RECORD;
        records->has_text = records->have_next = false;
        records->stamp = STR("");
        records->stamp_number = 0;
        records->timed = records->quick = false;
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

static bool has_latest_stamp(const struct records *records, struct str line) {
        return records->stamp.n && str_starts(line, records->stamp);
}

/* The latest stamp and a space. */
static inline bool begins_quickly(const struct records *records, struct str line) {
        const uint64_t *words = records->stamp_words;

        return line.n > SECONDS_BYTES && word_load(line.p) == words[0] && word_load(line.p + WORD_BYTES) == words[1] &&
               word_load(line.p + SECONDS_BYTES + 1 - WORD_BYTES) == words[2];
}

static void take_stamp(struct records *records, struct str stamp, struct str line) {
        struct stamp time;

        records->stamp = stamp;
        records->stamp_number++;
        records->timed = records->dispatch && stamp_parse(records->family, stamp, &time);
        records->quick =
                records->timed && stamp.n == SECONDS_BYTES && line.n > SECONDS_BYTES && line.p[SECONDS_BYTES] == ' ';
        if (!records->quick)
                return;
        records->stamp_words[0] = word_load(line.p);
        records->stamp_words[1] = word_load(line.p + WORD_BYTES);
        records->stamp_words[2] = word_load(line.p + SECONDS_BYTES + 1 - WORD_BYTES);
}

/* A record that says by the bytes behind its stamp that the message begins there. */
static void describe_plain(const struct opening *opening, size_t stamp, struct record *record) {
        record->same_stamp = record->timed = true;
        record->stamp = stamp;
        record->opening = opening;
        record->header = (struct header){ .stamp = { 0, SECONDS_BYTES },
                                          .identity_at = SECONDS_BYTES + 1,
                                          .message_at = SECONDS_BYTES + 1 };
}

static bool parse_header(struct records *records, struct str line, struct record *next) {
        const bool known = has_latest_stamp(records, line);

        if (!(known ? family_header_after(records->family, line, records->stamp.n, &next->header)
                    : family_header(records->family, line, &next->header)))
                return false;
        next->same_stamp = known && next->header.stamp.at == 0 && next->header.stamp.n == records->stamp.n;
        if (!next->same_stamp)
                take_stamp(records, next->header.stamp.at == 0 ? span_of(line, next->header.stamp) : STR(""), line);
        next->timed = next->same_stamp && records->timed;
        next->stamp = records->stamp_number;
        return true;
}

/* Is the line read last the first of a record? Then that comes next. Nearly all lines
 * begin with the stamp of the one before. */
static inline bool line_is_header(struct records *records) {
        const struct str line = slice(records, records->line_begin, records->line_end);
        const struct opening *opening = NULL;
        size_t mark = 0;

        if (records->quick && begins_quickly(records, line))
                opening = dispatch_find(records->dispatch, str_skip(line, SECONDS_BYTES + 1));
        records->next_told = NULL;
        if (opening && opening->told) {
                records->next_told = opening;
        } else if (opening && opening->plain) {
                describe_plain(opening, records->stamp_number, records->other);
        } else {
                mark = line_mark(line, records->block->offset + records->line_begin == 0);
                if (!parse_header(records, str_skip(line, mark), records->other))
                        return false;
                records->other->opening =
                        records->other->header.message_at == SECONDS_BYTES + 1 && mark == 0 ? opening : NULL;
        }
        records->next_begin = records->line_begin + mark;
        return true;
}

/* The line read last is a header: its record begins. */
static inline void open_record(struct records *records) {
        struct record *const next = records->other;

        records->told = records->next_told;
        records->told_stamp = records->stamp_number;
        if (!records->told) {
                records->other = records->current;
                records->current = next;
        }
        records->begin = records->next_begin;
        records->text_end = records->line_end;
        records->line = records->counts.lines;
        records->open = records->has_text = true;
        records->closed_to_more = records->line_was_cut;
        records->have_next = false;
        records->counts.records++;
}

static void add_continuation(struct records *records) {
        records->counts.continuation_lines++;
        if (records->closed_to_more)
                return;
        if (records->line_end - records->begin <= records->max_record_bytes) {
                records->text_end = records->line_end;
                records->closed_to_more = records->line_was_cut;
                return;
        }
        records->closed_to_more = true;
        oddity_note(&records->counts.cut_records, 1, records->line, records->block->offset + records->begin);
}

/* Is the record at hand what its beginning told? Some are told of a message that ends
 * there, and then this one must not go on. */
static inline bool is_as_told(const struct records *records) {
        const struct opening *told = records->told;

        return told->decided || records->text_end - records->begin == SECONDS_BYTES + 1 + told->prefix.text.n;
}

/* Of one that was told: is it counted, and no more? */
static inline bool count_told(struct records *records) {
        const struct rule *rule = records->told->told;

        if (!is_as_told(records) || !rule_only_counts(rule, records->counted, records->told_stamp))
                return false;
        records->counted[rule->index].count++;
        return true;
}

/* NULL where nobody has to see the record, or its text was in an earlier block. */
static inline struct record *finish_record(struct records *records) {
        struct record *current = records->current;

        records->open = false;
        if (!records->has_text)
                return NULL;
        records->has_text = false;
        if (records->told) {
                if (count_told(records))
                        return NULL;
                describe_plain(records->told, records->told_stamp, current);
        }
        current->text = slice(records, records->begin, records->text_end);
        current->line = records->line;
        current->offset = records->block->offset + records->begin;
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
