/*
 * A whole leaf's records, one after the other, as the tests want them: what a lane
 * does with several threads, without any.
 *
 *      reader_init -> reader_head -> reader_set_family -> reader_next ... or
 *      reader_skip -> reader_release
 */
#ifndef TESTS_READER_SUPPORT_H
#define TESTS_READER_SUPPORT_H

#include "stream_support.h"

#include "base/crc32.h"
#include "events/record.h"

struct reader {
        const struct limits *limits;
        struct cutter cutter;
        struct block block;
        struct records records; /* of the block */
        bool in_block;
        struct line_counts counts; /* of the blocks before */
        uint32_t crc32;
};

UNUSED static void reader_init(struct reader *reader, struct stream *stream, const struct limits *limits,
                               size_t chunk_bytes) {
        *reader = (struct reader){ .limits = limits };
        cutter_init(&reader->cutter, stream, limits, chunk_bytes);
}

UNUSED static void reader_release(struct reader *reader) {
        cutter_release(&reader->cutter);
        block_release(&reader->block);
}

UNUSED static void reader_set_family(struct reader *reader, enum family family) {
        cutter_set_family(&reader->cutter, family);
}

UNUSED static int reader_skip(struct reader *reader) {
        return cutter_skip(&reader->cutter, &reader->crc32, NULL);
}

UNUSED static int reader_next(struct reader *reader, struct record *ret_record) {
        for (;;) {
                const struct record *record = reader->in_block ? records_next(&reader->records) : NULL;
                int r;

                if (record) {
                        *ret_record = *record;
                        ret_record->line += reader->counts.lines;
                        return 1;
                }
                if (reader->in_block)
                        line_counts_add(&reader->counts, &reader->records.counts);
                reader->in_block = false;
                r = cutter_next(&reader->cutter, &reader->block);
                if (r <= 0)
                        return r;
                reader->in_block = true;
                reader->crc32 =
                        crc32_join(reader->crc32, crc32_add(0, reader->block.bytes, reader->block.n), reader->block.n);
                records_init(&reader->records, &reader->block, reader->cutter.family, NULL, NULL, reader->limits);
        }
}

#endif
