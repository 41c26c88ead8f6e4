/* The readers of zip and tar alone: every entry to its end, by reads of any size. The
 * first byte: which one, and the sizes. */
#include "fuzz.h"

#include <inttypes.h>

#include "source/tar.h"
#include "source/zip.h"

enum { MOST_ENTRY = 1024 * 1024, MOST_ENTRIES = 1000 };

static void write_entry(struct buf *out, struct entries *entries) {
        CHECK(buf_add(out, entries->name) == 0);
        CHECK(buf_printf(out, " %d: ", entries->no_file) == 0);
        if (!entries->no_file)
                fuzz_read_all(&entries->entry, 4096, MOST_ENTRY, out);
        CHECK(buf_printf(out, " %d %" PRIu64 " %d\n", entries->entry.fault, entries->entry.fault_offset,
                         entries->entry.fault_told) == 0);
}

static void write_entries(struct buf *out, struct entries *entries) {
        int r, count = 0;

        while ((r = entries->next(entries)) > 0 && count++ < MOST_ENTRIES)
                write_entry(out, entries);
        CHECK(r >= 0);
        CHECK(buf_printf(out, "%d %" PRIu64 " files %" PRIu64 " refused %" PRIu64 " %" PRIu64 "\n", entries->fault,
                         entries->fault_offset, entries->files, entries->refused.encrypted,
                         entries->refused.packed) == 0);
        CHECK(entries->refused.method_count <= ENTRIES_METHODS);
}

static struct buf read_zip(struct str in, size_t piece, enum deflate_engine engine, bool *ret_doubt) {
        struct fuzz_stream stream = fuzz_stream(in, piece);
        struct zip_reader zip;
        struct buf out;

        buf_init(&out, FUZZ_BYTES);
        CHECK(zip_reader_init(&zip, &stream.stream, piece, 0, engine) == 0);
        write_entries(&out, &zip.entries);
        *ret_doubt = zip.doubt;
        zip_reader_release(&zip);
        return out;
}

static struct buf read_tar(struct str in, size_t piece) {
        const struct ticker nobody = { .tick = NULL };
        struct fuzz_stream stream = fuzz_stream(in, piece);
        struct tar_reader tar;
        struct buf out;

        buf_init(&out, FUZZ_BYTES);
        CHECK(tar_reader_init(&tar, &stream.stream, piece, &nobody) == 0);
        write_entries(&out, &tar.entries);
        tar_reader_release(&tar);
        return out;
}

static void check_zip(struct str in, size_t piece) {
        bool doubt;
        struct buf wanted = read_zip(in, 64 * 1024, DEFLATE_ZLIB, &doubt), got;

        CHECK(!doubt);
        got = read_zip(in, piece, DEFLATE_ZLIB, &doubt);
        CHECK(!doubt);
        fuzz_check_same(&got, &wanted);
        buf_release(&got);
        got = read_zip(in, piece, DEFLATE_FAST, &doubt);
        if (!doubt)
                fuzz_check_same(&got, &wanted);
        buf_release(&got);
        buf_release(&wanted);
}

static void check_tar(struct str in, size_t piece) {
        struct buf wanted = read_tar(in, 64 * 1024), got = read_tar(in, piece);

        fuzz_check_same(&got, &wanted);
        buf_release(&got);
        buf_release(&wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct str in = fuzz_text(data, size);
        const unsigned how = fuzz_take(&in);
        const size_t piece = 1 + how % 100;

        if (how < 128)
                check_zip(in, piece);
        else
                check_tar(in, piece);
        return 0;
}
