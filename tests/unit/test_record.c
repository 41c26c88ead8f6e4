/* How a leaf is cut into lines and lines into records. */
#include "reader_support.h"

#include <stdlib.h>

#define T "2017.06.17 00:16:04 "

static const size_t chunk_sizes[] = { 1, 2, 3, 7, 64, 256 * 1024 };

/* ------------------------------------------------ a reading, as text */

static void write_text(struct buf *out, struct str text) {
        for (size_t i = 0; i < text.n; i++) {
                char c = text.p[i];

                if (c == '\n')
                        buf_add(out, STR("\\n"));
                else if (c == '\r')
                        buf_add(out, STR("\\r"));
                else if (c == '\0')
                        buf_add(out, STR("\\0"));
                else
                        buf_add_byte(out, c);
        }
}

static void write_record(struct buf *out, uint64_t line, uint64_t offset, struct str text) {
        buf_printf(out, "%llu @%llu ", (unsigned long long)line, (unsigned long long)offset);
        write_text(out, text);
        buf_add_byte(out, '\n');
}

static void write_oddity(struct buf *out, const char *name, const struct oddity *oddity) {
        if (oddity->count)
                buf_printf(out, "%s %llu first %llu @%llu\n", name, (unsigned long long)oddity->count,
                           (unsigned long long)oddity->line, (unsigned long long)oddity->offset);
}

static void write_counts(struct buf *out, const struct line_counts *counts) {
        buf_printf(out, "lines %llu = %llu + %llu + %llu\n", (unsigned long long)counts->lines,
                   (unsigned long long)counts->records, (unsigned long long)counts->continuation_lines,
                   (unsigned long long)counts->orphan_lines);
}

/* Every part of a header lies inside its record, and is what the line alone says. */
static void check_header(const struct record *record) {
        const char *newline = str_find_byte(record->text, '\n');
        struct header again;

        assert_true(family_header(FAMILY_NOTIFICATION, newline ? str_slice(record->text.p, newline) : record->text,
                                  &again));
        assert_memory_equal(&again, &record->header, sizeof(again));
        assert_true(record->header.message_at <= record->text.n);
}

static struct buf read_records(struct str log, const struct limits *limits, size_t chunk_bytes) {
        struct text_stream stream = text_stream(log);
        struct reader reader;
        struct record record;
        struct buf out;
        int r;

        buf_init(&out, TEST_BYTES);
        reader_init(&reader, &stream.stream, limits, chunk_bytes);
        reader_set_family(&reader, FAMILY_NOTIFICATION);
        while ((r = reader_next(&reader, &record)) > 0) {
                check_header(&record);
                write_record(&out, record.line, record.offset, record.text);
        }
        assert_int_equal(r, 0);
        assert_int_equal(reader_next(&reader, &record), 0); /* again and again */
        write_counts(&out, &reader.counts);
        write_oddity(&out, "cut lines", &reader.counts.cut_lines);
        write_oddity(&out, "cut records", &reader.counts.cut_records);
        write_oddity(&out, "nul", &reader.counts.nul_bytes);
        assert_int_equal(reader.counts.lines,
                         reader.counts.records + reader.counts.continuation_lines + reader.counts.orphan_lines);
        assert_int_equal(reader.cutter.bytes, log.n);
        reader_release(&reader);
        buf_text(&out);
        return out;
}

/* In every chunk size the same; the caller releases. */
static struct buf read_in_all_chunks(struct str log, const struct limits *limits) {
        struct buf first = read_records(log, limits, chunk_sizes[0]);

        for (size_t i = 1; i < COUNT(chunk_sizes); i++) {
                struct buf other = read_records(log, limits, chunk_sizes[i]);

                assert_string_equal(other.p, first.p);
                buf_release(&other);
        }
        return first;
}

static struct limits limits_of(uint64_t line_bytes, uint64_t record_bytes) {
        struct limits limits;

        limits_init(&limits);
        if (line_bytes)
                limits.max_line_bytes = line_bytes;
        if (record_bytes)
                limits.max_record_bytes = record_bytes;
        return limits;
}

struct example {
        const char *title;
        struct str log;
        const char *wanted;
        uint64_t max_line_bytes, max_record_bytes; /* 0: the default */
};

static void check_examples(const struct example *examples, size_t count) {
        for (size_t i = 0; i < count; i++) {
                struct limits limits = limits_of(examples[i].max_line_bytes, examples[i].max_record_bytes);
                struct buf got = read_in_all_chunks(examples[i].log, &limits);

                if (strcmp(got.p, examples[i].wanted) != 0)
                        fail_msg("%s: got\n%swanted\n%s", examples[i].title, got.p, examples[i].wanted);
                buf_release(&got);
        }
}

/* ------------------------------------------------------------ lines */

static void lines_become_records(void **state) {
        static const struct example examples[] = {
                { "nothing", STR_INIT(""), "lines 0 = 0 + 0 + 0\n", 0, 0 },
                { "only newlines", STR_INIT("\n\n\n"), "lines 3 = 0 + 0 + 3\n", 0, 0 },
                { "one line", STR_INIT(T "a\n"), "1 @0 " T "a\nlines 1 = 1 + 0 + 0\n", 0, 0 },
                { "no last newline", STR_INIT(T "a\n" T "b"), "1 @0 " T "a\n2 @22 " T "b\nlines 2 = 2 + 0 + 0\n", 0,
                  0 },
                { "a stamp is all", STR_INIT("2017.06.17 00:16:04"), "1 @0 2017.06.17 00:16:04\nlines 1 = 1 + 0 + 0\n",
                  0, 0 },
                { "CRLF", STR_INIT(T "a\r\n" T "b\r\n"), "1 @0 " T "a\n2 @23 " T "b\nlines 2 = 2 + 0 + 0\n", 0, 0 },
                { "a CR without LF stays", STR_INIT(T "a\rb\r"), "1 @0 " T "a\\rb\nlines 1 = 1 + 0 + 0\n", 0, 0 },
                { "continuation", STR_INIT(T "a\nmore\n\n" T "b\n"),
                  "1 @0 " T "a\\nmore\\n\n4 @28 " T "b\nlines 4 = 2 + 2 + 0\n", 0, 0 },
                { "CRLF inside a record stays", STR_INIT(T "a\r\nmore\r\n"),
                  "1 @0 " T "a\\r\\nmore\nlines 2 = 1 + 1 + 0\n", 0, 0 },
                { "orphans", STR_INIT("x\n\n" T "a\n"), "3 @3 " T "a\nlines 3 = 1 + 0 + 2\n", 0, 0 },
                { "only orphans", STR_INIT("x\ny"), "lines 2 = 0 + 0 + 2\n", 0, 0 },
                { "byte order mark", STR_INIT("\xef\xbb\xbf" T "a\n"), "1 @3 " T "a\nlines 1 = 1 + 0 + 0\n", 0, 0 },
                { "a mark further on is none", STR_INIT(T "a\n\xef\xbb\xbf" T "b\n"),
                  "1 @0 " T "a\\n\xef\xbb\xbf" T "b\nlines 2 = 1 + 1 + 0\n", 0, 0 },
                { "a mark and a line end", STR_INIT("\xef\xbb\xbf\n" T "a\n"), "2 @4 " T "a\nlines 2 = 1 + 0 + 1\n", 0,
                  0 },
                { "NUL bytes", STR_INIT("\0\n" T "a\0\0b\n" T "c\n\0"),
                  "2 @2 " T "a\\0\\0b\n3 @27 " T "c\\n\\0\nlines 4 = 2 + 1 + 1\nnul 3 first 1 @0\n", 0, 0 },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

#define L30 T "0123456789" /* a header line of 30 bytes */

static void long_lines_are_cut(void **state) {
        static const struct example examples[] = {
                { "as long as allowed", STR_INIT(L30 "\n"), "1 @0 " L30 "\nlines 1 = 1 + 0 + 0\n", 30, 0 },
                { "the same at the end", STR_INIT(L30), "1 @0 " L30 "\nlines 1 = 1 + 0 + 0\n", 30, 0 },
                { "one byte more", STR_INIT(L30 "x\n" T "b\n"),
                  "1 @0 " L30 "\n2 @32 " T "b\nlines 2 = 2 + 0 + 0\ncut lines 1 first 1 @0\n", 30, 0 },
                { "much more, and no end", STR_INIT(L30 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
                  "1 @0 " L30 "\nlines 1 = 1 + 0 + 0\ncut lines 1 first 1 @0\n", 30, 0 },
                { "what follows a cut header has no place", STR_INIT(L30 "x\nmore\nyet\n" T "b\nmore\n"),
                  "1 @0 " L30 "\n4 @41 " T "b\\nmore\nlines 5 = 2 + 3 + 0\ncut lines 1 first 1 @0\n", 30, 0 },
                { "a cut continuation is the last", STR_INIT(T "a\n0123456789012345678901234567890\nmore\n" T "b\n"),
                  "1 @0 " T "a\\n012345678901234567890123456789\n4 @59 " T
                  "b\nlines 4 = 2 + 2 + 0\ncut lines 1 first 2 @22\n",
                  30, 0 },
                { "a cut orphan", STR_INIT("0123456789012345678901234567890\n" T "b\n"),
                  "2 @32 " T "b\nlines 2 = 1 + 0 + 1\ncut lines 1 first 1 @0\n", 30, 0 },
                { "two in a row", STR_INIT(L30 "x\n" L30 "yyy\n" L30 "z\n"),
                  "1 @0 " L30 "\n2 @32 " L30 "\n3 @66 " L30 "\nlines 3 = 3 + 0 + 0\ncut lines 3 first 1 @0\n", 30, 0 },
                { "the rest of a cut line is no header", STR_INIT("0123456789012345678901234567890" T "x\n" T "b\n"),
                  "2 @53 " T "b\nlines 2 = 1 + 0 + 1\ncut lines 1 first 1 @0\n", 31, 0 },
                { "a NUL behind the cut was not looked at", STR_INIT(L30 "x\0\n"),
                  "1 @0 " L30 "\nlines 1 = 1 + 0 + 0\ncut lines 1 first 1 @0\n", 30, 0 },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

/* "CR before it is no part of them" (record.h), so it does not count either. */
static void a_line_end_does_not_make_a_line_long(void **state) {
        static const struct example example = { "as long as allowed, with CRLF", STR_INIT(L30 "\r\n" T "b\r\n"),
                                                "1 @0 " L30 "\n2 @32 " T "b\nlines 2 = 2 + 0 + 0\n", 30, 0 };

        (void)state;
        check_examples(&example, 1);
}

static void long_records_are_cut(void **state) {
        static const struct example examples[] = {
                { "as long as allowed", STR_INIT(T "a\n234567\n" T "b\n"),
                  "1 @0 " T "a\\n234567\n3 @29 " T "b\nlines 3 = 2 + 1 + 0\n", 0, 28 },
                { "one byte more", STR_INIT(T "a\n2345678\n" T "b\n"),
                  "1 @0 " T "a\n3 @30 " T "b\nlines 3 = 2 + 1 + 0\ncut records 1 first 1 @0\n", 0, 28 },
                { "a short line behind the cut is no part", STR_INIT(T "a\n1\n2345678\n3\n" T "b\n"),
                  "1 @0 " T "a\\n1\n5 @34 " T "b\nlines 5 = 2 + 3 + 0\ncut records 1 first 1 @0\n", 0, 28 },
                { "each is told", STR_INIT(T "a\n2345678\n" T "b\n2345678\n"),
                  "1 @0 " T "a\n3 @30 " T "b\nlines 4 = 2 + 2 + 0\ncut records 2 first 1 @0\n", 0, 28 },
                { "at the end", STR_INIT("x\n" T "a\n2345678"),
                  "2 @2 " T "a\nlines 3 = 1 + 1 + 1\ncut records 1 first 2 @2\n", 0, 28 },
        };

        (void)state;
        check_examples(examples, COUNT(examples));
}

/* ---------------------------------------------------------- property */

static void add_filler(struct buf *log, uint32_t *seed) {
        static const char letters[] = "ab c<d>0123456789.:\r";
        uint32_t n = next_random(seed, 8) ? next_random(seed, 60) : next_random(seed, 400);

        for (uint32_t i = 0; i < n; i++)
                buf_add_byte(log, next_random(seed, 200) ? letters[next_random(seed, sizeof(letters) - 1)] : '\0');
}

/* Headers, continuation lines, empty lines, line ends of both kinds, and odd ends. */
static struct buf make_odd_log(uint32_t seed) {
        uint32_t lines = next_random(&seed, 60);
        struct buf log;

        buf_init(&log, TEST_BYTES);
        if (next_random(&seed, 3) == 0)
                buf_add(&log, STR("\xef\xbb\xbf"));
        for (uint32_t i = 0; i < lines; i++) {
                if (next_random(&seed, 2))
                        buf_printf(&log, "2017.06.17 00:%02u:%02u ", next_random(&seed, 60), next_random(&seed, 60));
                if (next_random(&seed, 4))
                        add_filler(&log, &seed);
                if (i + 1 < lines || next_random(&seed, 2))
                        buf_add(&log, next_random(&seed, 3) ? STR("\n") : STR("\r\n"));
        }
        return log;
}

/* The same without limits or windows: what the header comment of record.h says. */
static struct buf read_plainly(struct str log) {
        uint64_t lines = 0, records = 0, continuations = 0, orphans = 0, record_line = 0;
        struct oddity nul = { 0 };
        const char *record = NULL, *record_end = NULL, *at = log.p, *end = log.p + log.n;
        struct buf out;

        buf_init(&out, TEST_BYTES);
        while (at < end) {
                const char *newline = str_find_byte(str_slice(at, end), '\n');
                const char *line_end = newline ? newline : end, *begin = at;
                struct header header;

                if (line_end > begin && line_end[-1] == '\r')
                        line_end--;
                lines++;
                if (str_find_byte(str_slice(begin, line_end), '\0') && nul.count++ == 0)
                        nul = (struct oddity){ 1, lines, (uint64_t)(begin - log.p) };
                if (lines == 1 && str_starts(str_slice(begin, line_end), STR("\xef\xbb\xbf")))
                        begin += 3;
                if (family_header(FAMILY_NOTIFICATION, str_slice(begin, line_end), &header)) {
                        if (record)
                                write_record(&out, record_line, (uint64_t)(record - log.p),
                                             str_slice(record, record_end));
                        record = begin;
                        record_line = lines;
                        records++;
                } else if (record) {
                        continuations++;
                } else {
                        orphans++;
                }
                record_end = line_end;
                at = newline ? newline + 1 : end;
        }
        if (record)
                write_record(&out, record_line, (uint64_t)(record - log.p), str_slice(record, record_end));
        write_counts(&out, &(struct line_counts){ .lines = lines,
                                                  .records = records,
                                                  .continuation_lines = continuations,
                                                  .orphan_lines = orphans });
        write_oddity(&out, "nul", &nul);
        buf_text(&out);
        return out;
}

static void any_log_is_read_as_it_is(void **state) {
        struct limits limits = limits_of(0, 0);

        (void)state;
        for (uint32_t seed = 1; seed <= 150; seed++) {
                struct buf log = make_odd_log(seed);
                struct buf wanted = read_plainly(buf_str(&log)), got = read_in_all_chunks(buf_str(&log), &limits);

                if (strcmp(got.p, wanted.p) != 0)
                        fail_msg("seed %u: got\n%swanted\n%s", seed, got.p, wanted.p);
                buf_release(&got);
                buf_release(&wanted);
                buf_release(&log);
        }
}

static void chunks_change_nothing_at_limits_either(void **state) {
        static const struct {
                uint64_t line, record;
        } sizes[] = { { 256, 256 }, { 40, 1000 }, { 100, 60 }, { 21, 25 } };

        (void)state;
        for (uint32_t seed = 1; seed <= 60; seed++) {
                struct buf log = make_odd_log(seed);

                for (size_t i = 0; i < COUNT(sizes); i++) {
                        struct limits limits = limits_of(sizes[i].line, sizes[i].record);
                        struct buf got = read_in_all_chunks(buf_str(&log), &limits);

                        buf_release(&got);
                }
                buf_release(&log);
        }
}

/* ------------------------------------------------- head, skip, errors */

static void the_head_is_as_long_as_asked(void **state) {
        static const char log[] = T "a\n" T "b\n";
        struct limits limits = limits_of(0, 0);

        (void)state;
        for (size_t i = 0; i < COUNT(chunk_sizes); i++) {
                static const size_t asked[] = { 1, 10, 22, 44, 1000 };

                for (size_t k = 0; k < COUNT(asked); k++) {
                        struct text_stream stream = text_stream(str_from(log));
                        struct reader reader;
                        struct record record;
                        struct str head;

                        reader_init(&reader, &stream.stream, &limits, chunk_sizes[i]);
                        assert_int_equal(cutter_head(&reader.cutter, asked[k], &head), 0);
                        assert_int_equal(head.n, asked[k] < 44 ? asked[k] : 44);
                        assert_memory_equal(head.p, log, head.n);
                        /* Nothing of it is lost to the records. */
                        reader_set_family(&reader, FAMILY_NOTIFICATION);
                        assert_int_equal(reader_next(&reader, &record), 1);
                        assert_str(record.text, T "a");
                        assert_int_equal(reader_next(&reader, &record), 1);
                        assert_str(record.text, T "b");
                        assert_int_equal(reader_next(&reader, &record), 0);
                        reader_release(&reader);
                }
        }
}

static void skipping_reads_all(void **state) {
        struct buf log = make_odd_log(7);
        struct limits limits = limits_of(0, 0);
        uint32_t crc = 0;

        (void)state;
        for (size_t i = 0; i < COUNT(chunk_sizes); i++) {
                struct text_stream stream = text_stream(buf_str(&log));
                struct reader reader;

                reader_init(&reader, &stream.stream, &limits, chunk_sizes[i]);
                assert_int_equal(reader_skip(&reader), 0);
                assert_int_equal(reader.cutter.bytes, log.n);
                assert_int_equal(reader.counts.lines, 0);
                if (i > 0)
                        assert_int_equal(reader.crc32, crc);
                crc = reader.crc32;
                assert_int_not_equal(crc, 0);
                reader_release(&reader);
        }
        buf_release(&log);
}

/* A negative result is passed on as it is; the record at hand, which may go on, is not given. */
static void a_stream_that_stops_stops_the_reader(void **state) {
        static const char *const logs[] = { T "a\n" T "b\n", T "a\n" T "b\nmore\n" };
        struct limits limits = limits_of(0, 0);

        (void)state;
        for (size_t i = 0; i < COUNT(chunk_sizes) * COUNT(logs); i++) {
                struct text_stream stream = text_stream(str_from(logs[i % COUNT(logs)]));
                struct reader reader;
                struct record record;

                stream.end = -ECANCELED;
                reader_init(&reader, &stream.stream, &limits, chunk_sizes[i / COUNT(logs)]);
                reader_set_family(&reader, FAMILY_NOTIFICATION);
                assert_int_equal(reader_next(&reader, &record), 1);
                assert_str(record.text, T "a");
                assert_int_equal(reader_next(&reader, &record), -ECANCELED);
                assert_int_equal(reader_next(&reader, &record), -ECANCELED);
                reader_release(&reader);
        }
}

/* Of a line that is too long nothing more is to come: it is whole. */
static void a_cut_line_is_whole_where_the_stream_stops(void **state) {
        struct limits limits = limits_of(30, 0);

        (void)state;
        for (size_t i = 0; i < COUNT(chunk_sizes); i++) {
                struct text_stream stream = text_stream(STR(T "a\n" L30 "xxxxx"));
                struct reader reader;
                struct record record;

                stream.end = -ECANCELED;
                reader_init(&reader, &stream.stream, &limits, chunk_sizes[i]);
                reader_set_family(&reader, FAMILY_NOTIFICATION);
                assert_int_equal(reader_next(&reader, &record), 1);
                assert_int_equal(reader_next(&reader, &record), 1);
                assert_str(record.text, L30);
                assert_int_equal(reader_next(&reader, &record), -ECANCELED);
                reader_release(&reader);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(lines_become_records),
                cmocka_unit_test(long_lines_are_cut),
                cmocka_unit_test(a_line_end_does_not_make_a_line_long),
                cmocka_unit_test(long_records_are_cut),
                cmocka_unit_test(any_log_is_read_as_it_is),
                cmocka_unit_test(chunks_change_nothing_at_limits_either),
                cmocka_unit_test(the_head_is_as_long_as_asked),
                cmocka_unit_test(skipping_reads_all),
                cmocka_unit_test(a_stream_that_stops_stops_the_reader),
                cmocka_unit_test(a_cut_line_is_whole_where_the_stream_stops),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
