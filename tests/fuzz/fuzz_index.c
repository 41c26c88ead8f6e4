/* Any bytes as the index of a batch: no line hides those around it, and what is read of one is what its own words say.
 */
#include "fuzz.h"

#include "batch/index.h"

static void check_text(struct str a, struct str b) {
        CHECK(str_eq(a, b));
        CHECK(a.p == NULL || a.p[a.n] == '\0');
}

static void check_same(const struct index_line *a, const struct index_line *b) {
        check_text(a->sha256, b->sha256);
        check_text(a->report, b->report);
        check_text(a->fault, b->fault);
        check_text(a->verdict, b->verdict);
        check_text(a->options, b->options);
        CHECK(a->bytes == b->bytes && a->mtime_ns == b->mtime_ns && a->inode == b->inode);
        CHECK(a->exit_status == b->exit_status && a->complete == b->complete);
        if (a->report.n)
                CHECK(memcmp(a->counts, b->counts, sizeof(a->counts)) == 0);
}

/* A torn line before it and one behind it. */
static void check_line(const struct index_line *line) {
        struct index index;
        struct buf text;

        buf_init(&text, FUZZ_BYTES);
        CHECK(buf_add(&text, STR("{\"path\":\"x\n")) == 0);
        CHECK(index_write(line, fuzz_write, &text) == 0);
        CHECK(buf_add(&text, STR("{\"path\":\"")) == 0);
        index_init(&index);
        CHECK(index_add(&index, text.p, text.n) == 0);
        CHECK(index.paths.count == 1);
        CHECK(index_find(&index, line->path) == &index.lines[0]);
        check_same(&index.lines[0], line);
        index_release(&index);
        buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        char *copy = malloc(size + 1);
        struct index index;

        CHECK(copy);
        if (size)
                memcpy(copy, data, size);
        copy[size] = 'x'; /* is not read */
        index_init(&index);
        CHECK(index_add(&index, copy, size) == 0);
        for (uint32_t i = 0; i < index.paths.count; i++) {
                CHECK(index_find(&index, intern_str(&index.paths, i)) == &index.lines[i]);
                check_line(&index.lines[i]);
        }
        CHECK(copy[size] == 'x');
        index_release(&index);
        free(copy);
        return 0;
}
