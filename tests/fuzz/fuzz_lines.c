/* A leaf cut into blocks and records, by reads of any size, against the plainest
 * splitter there is. The first byte: the family; the second: the sizes. */
#include "fuzz.h"

#include <inttypes.h>

#include "events/record.h"

static void write_record(struct buf *out, uint64_t line, uint64_t offset, struct str text) {
        CHECK(buf_printf(out, "%" PRIu64 " @%" PRIu64 " ", line, offset) == 0);
        CHECK(buf_add(out, text) == 0 && buf_add_byte(out, '\n') == 0);
}

static void write_counts(struct buf *out, const struct line_counts *counts) {
        CHECK(buf_printf(out, "%" PRIu64 " = %" PRIu64 " + %" PRIu64 " + %" PRIu64 "\n", counts->lines, counts->records,
                         counts->continuation_lines, counts->orphan_lines) == 0);
}

static void write_oddity(struct buf *out, const struct oddity *oddity) {
        CHECK(buf_printf(out, "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", oddity->count, oddity->line, oddity->offset) ==
              0);
}

/* As a lane does it, by one thread. */
static struct buf by_blocks(struct str log, enum family family, const struct limits *limits, size_t chunk, size_t most,
                            bool with_oddities) {
        struct fuzz_stream stream = fuzz_stream(log, most);
        struct line_counts counts = { 0 };
        struct block block = { 0 };
        struct cutter cutter;
        struct buf out;
        int r;

        buf_init(&out, FUZZ_BYTES);
        cutter_init(&cutter, &stream.stream, limits, chunk);
        cutter_set_family(&cutter, family);
        while ((r = cutter_next(&cutter, &block)) > 0) {
                const struct record *record;
                struct records records;

                records_init(&records, &block, family, NULL, NULL, limits);
                while ((record = records_next(&records))) {
                        CHECK(fuzz_lies_in(record->text, (struct str){ block.bytes, block.n }));
                        CHECK(record->header.message_at <= record->text.n);
                        write_record(&out, counts.lines + record->line, record->offset, record->text);
                }
                line_counts_add(&counts, &records.counts);
        }
        CHECK(r == 0 && cutter.bytes == log.n);
        CHECK(counts.lines == counts.records + counts.continuation_lines + counts.orphan_lines);
        write_counts(&out, &counts);
        if (with_oddities) {
                write_oddity(&out, &counts.cut_lines);
                write_oddity(&out, &counts.cut_records);
                write_oddity(&out, &counts.nul_bytes);
        }
        cutter_release(&cutter);
        block_release(&block);
        return out;
}

/* Line by line, with all of the log at hand, and no limits. */
static struct buf plainly(struct str log, enum family family) {
        struct line_counts counts = { 0 };
        uint64_t first_line = 0;
        size_t begin = 0, end = 0;
        struct buf out;

        buf_init(&out, FUZZ_BYTES);
        for (size_t at = 0; at < log.n;) {
                const char *feed = memchr(log.p + at, '\n', log.n - at);
                const size_t next = feed ? (size_t)(feed - log.p) + 1 : log.n;
                struct str line = { log.p + at, next - at - (feed ? 1 : 0) };
                const size_t mark = line_mark(line_text(line, SIZE_MAX), at == 0);
                struct header header;

                line = line_text(line, SIZE_MAX);
                counts.lines++;
                if (family_header(family, str_skip(line, mark), &header)) {
                        if (counts.records)
                                write_record(&out, first_line, begin, (struct str){ log.p + begin, end - begin });
                        counts.records++;
                        first_line = counts.lines;
                        begin = at + mark;
                } else if (counts.records) {
                        counts.continuation_lines++;
                } else {
                        counts.orphan_lines++;
                }
                end = at + line.n;
                at = next;
        }
        if (counts.records)
                write_record(&out, first_line, begin, (struct str){ log.p + begin, end - begin });
        write_counts(&out, &counts);
        return out;
}

static void check_without_limits(struct str log, enum family family, unsigned sizes) {
        struct buf wanted = plainly(log, family), got;
        struct limits limits;

        limits_init(&limits);
        got = by_blocks(log, family, &limits, 1 + sizes % 64, 1 + sizes / 4, false);
        fuzz_check_same(&got, &wanted);
        buf_release(&got);
        buf_release(&wanted);
}

/* Where limits cut, the size of the reads changes nothing either. */
static void check_with_limits(struct str log, enum family family, unsigned sizes) {
        struct limits limits;
        struct buf wanted, got;

        limits_init(&limits);
        limits.max_line_bytes = 256;
        limits.max_record_bytes = 300;
        wanted = by_blocks(log, family, &limits, 1 << 18, SIZE_MAX, true);
        got = by_blocks(log, family, &limits, 1 + sizes % 64, 1 + sizes / 4, true);
        fuzz_check_same(&got, &wanted);
        buf_release(&got);
        buf_release(&wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct str log = fuzz_text(data, size);
        enum family family = (enum family)(fuzz_take(&log) % FAMILY_COUNT);
        unsigned sizes = fuzz_take(&log);

        check_without_limits(log, family, sizes);
        check_with_limits(log, family, sizes);
        return 0;
}
