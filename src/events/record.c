#include "events/record.h"

#include <errno.h>

int reader_init(struct reader *reader, struct stream *stream, const struct limits *limits, size_t chunk_bytes) {
        *reader = (struct reader){
                .family = FAMILY_NONE,
                .max_line_bytes = (size_t)limits->max_line_bytes,
                .max_record_bytes = (size_t)limits->max_record_bytes,
        };
        buf_init(&reader->spill, reader->max_line_bytes + reader->max_record_bytes);
        return window_init(&reader->window, stream, chunk_bytes);
}

void reader_release(struct reader *reader) {
        window_release(&reader->window);
        buf_release(&reader->spill);
}

void reader_set_family(struct reader *reader, enum family family) {
        reader->family = family;
}

int reader_head(struct reader *reader, size_t n, struct str *ret_head) {
        struct window *window = &reader->window;
        int r = 1;

        while (window->end < n && r > 0) {
                r = window_fill(window);
                if (r < 0)
                        return r;
        }
        *ret_head = str_first(window_slice(window, 0, window->end), n);
        return 0;
}

int reader_skip(struct reader *reader) {
        int r;

        do {
                reader->window.keep = reader->window.end;
                r = window_fill(&reader->window);
        } while (r > 0);
        return r;
}

static void note_oddity(struct oddity *oddity, uint64_t count, uint64_t line, uint64_t offset) {
        if (oddity->count == 0) {
                oddity->line = line;
                oddity->offset = offset;
        }
        oddity->count += count;
}

/* ------------------------------------------------------------- lines */

/* Move the open record's text out of the window, so that the window can move on. */
static int spill_record(struct reader *reader) {
        if (!reader->open || reader->spilled)
                return 0;
        reader->spill.n = 0;
        reader->spilled = true;
        return buf_add(&reader->spill, window_slice(&reader->window, reader->current.begin, reader->text_end));
}

/* Read on to the end of a line whose beginning was long enough, keeping none of it. */
static int pass_over_rest_of_line(struct reader *reader) {
        struct window *window = &reader->window;
        uint64_t place = reader->next_line;
        int r = spill_record(reader);

        if (r < 0)
                return r;
        for (;;) {
                const char *newline = str_find_byte(window_slice(window, place, window->end), '\n');

                if (newline) {
                        reader->next_line = place + (uint64_t)(newline - window_at(window, place)) + 1;
                        break;
                }
                place = window->keep = window->end;
                r = window_fill(window);
                if (r <= 0) {
                        reader->next_line = window->end;
                        break;
                }
        }
        reader->line_was_cut = false;
        return r < 0 ? r : 0;
}

/* More bytes behind those there are. What belongs to the open record, or else to
 * the line at hand, stays. */
static int fill(struct reader *reader) {
        bool needs_record = reader->open && !reader->spilled;

        reader->window.keep = needs_record ? reader->current.begin : reader->line_begin;
        return window_fill(&reader->window);
}

/* The line is [line_begin, end); the next begins at `next`. */
static int take_line(struct reader *reader, uint64_t end, uint64_t next) {
        reader->line_end = end;
        reader->next_line = next;
        reader->lines++;
        if (reader->window.saw_nul && str_find_byte(window_slice(&reader->window, reader->line_begin, end), '\0'))
                note_oddity(&reader->nul_bytes, 1, reader->lines, reader->line_begin);
        return 1;
}

static int take_cut_line(struct reader *reader) {
        uint64_t end = reader->line_begin + reader->max_line_bytes;

        reader->line_was_cut = true;
        note_oddity(&reader->cut_lines, 1, reader->lines + 1, reader->line_begin);
        return take_line(reader, end, end);
}

/* The line ends at `end`, where an LF stands or the leaf ends. A CR before it is
 * part of the line end, and no part of what the limit is for. */
static int end_line(struct reader *reader, uint64_t end, uint64_t next) {
        uint64_t text_end = end;

        if (end > reader->line_begin && *window_at(&reader->window, end - 1) == '\r')
                text_end--;
        if (text_end - reader->line_begin > reader->max_line_bytes)
                return take_cut_line(reader);
        return take_line(reader, text_end, next);
}

/* No line end up to here: is it too long whatever follows? */
static bool is_surely_too_long(const struct reader *reader, uint64_t end) {
        return end - reader->line_begin > reader->max_line_bytes + 1;
}

/* Look for the line's end in what the window has not shown yet, from `place` on. */
static int read_on(struct reader *reader, uint64_t place) {
        struct window *window = &reader->window;
        int r;

        while ((r = fill(reader)) > 0) {
                const char *newline = str_find_byte(window_slice(window, place, window->end), '\n');

                if (newline) {
                        place += (uint64_t)(newline - window_at(window, place));
                        return end_line(reader, place, place + 1);
                }
                place = window->end;
                if (is_surely_too_long(reader, place))
                        return take_cut_line(reader);
        }
        if (r < 0 || window->end == reader->line_begin)
                return r;
        return end_line(reader, window->end, window->end); /* the last line lacks its LF */
}

/* 1 with line_begin, line_end, next_line set; 0 at the end. */
static int read_line(struct reader *reader) {
        struct window *window = &reader->window;
        const char *newline;
        int r;

        if (reader->line_was_cut) {
                r = pass_over_rest_of_line(reader);
                if (r < 0)
                        return r;
        }
        reader->line_begin = reader->next_line;
        newline = str_find_byte(window_slice(window, reader->line_begin, window->end), '\n');
        if (newline) {
                uint64_t end = reader->line_begin + (uint64_t)(newline - window_at(window, reader->line_begin));

                return end_line(reader, end, end + 1);
        }
        if (is_surely_too_long(reader, window->end))
                return take_cut_line(reader);
        return read_on(reader, window->end);
}

/* ----------------------------------------------------------- records */

/* Is the line read last the first of a record? Then `next` describes it. */
static bool line_is_header(struct reader *reader) {
        struct str line = window_slice(&reader->window, reader->line_begin, reader->line_end);
        size_t mark = 0;

        /* A byte order mark is no part of the first line, nor are the NULs of a power
         * cut part of the line that was written next. */
        if (reader->line_begin == 0 && str_starts(line, STR("\xef\xbb\xbf")))
                mark = 3;
        while (reader->window.saw_nul && mark < line.n && line.p[mark] == '\0')
                mark++;
        line = str_skip(line, mark);
        if (!family_header(reader->family, line, &reader->next.header))
                return false;
        reader->next.line = reader->lines;
        reader->next.begin = reader->line_begin + mark;
        return true;
}

/* The line read last is a header: its record begins. */
static void open_record(struct reader *reader) {
        reader->open = true;
        reader->spilled = false;
        reader->have_next = false;
        reader->current = reader->next;
        reader->text_end = reader->line_end;
        reader->closed_to_more = reader->line_was_cut;
        reader->records++;
}

static int add_continuation(struct reader *reader) {
        bool fits = reader->line_end - reader->current.begin <= reader->max_record_bytes;
        int r;

        reader->continuation_lines++;
        if (reader->closed_to_more)
                return 0;
        if (fits) {
                reader->text_end = reader->line_end;
                reader->closed_to_more = reader->line_was_cut;
                return 0;
        }
        r = spill_record(reader);
        if (r < 0)
                return r;
        reader->closed_to_more = true;
        note_oddity(&reader->cut_records, 1, reader->current.line, reader->current.begin);
        return 0;
}

static void finish_record(struct reader *reader, struct record *ret_record) {
        if (reader->spilled)
                ret_record->text = buf_str(&reader->spill);
        else
                ret_record->text = window_slice(&reader->window, reader->current.begin, reader->text_end);
        ret_record->header = reader->current.header;
        ret_record->line = reader->current.line;
        ret_record->offset = reader->current.begin;
        reader->open = false;
}

int reader_next(struct reader *reader, struct record *ret_record) {
        int r;

        if (reader->have_next)
                open_record(reader);
        while ((r = read_line(reader)) > 0) {
                if (line_is_header(reader)) {
                        if (reader->open) {
                                reader->have_next = true;
                                finish_record(reader, ret_record);
                                return 1;
                        }
                        open_record(reader);
                } else if (reader->open) {
                        r = add_continuation(reader);
                        if (r < 0)
                                return r;
                } else {
                        reader->orphan_lines++;
                }
        }
        if (r < 0 || !reader->open)
                return r;
        finish_record(reader, ret_record);
        return 1;
}
