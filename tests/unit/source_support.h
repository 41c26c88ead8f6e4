/*
 * What the tests of src/source share: archives made in memory, a folder that
 * goes away again, and a walk written down as text, so that two walks can be
 * compared as a whole:
 *
 *      leaf a.tgz!x.log 1200 1c291ca3 GZIP_CUT told
 *      container a.tgz tgz partial 900 1 "a gzip stream ends ..."
 *      diag GZIP_CUT a.tgz 1712
 */
#ifndef TESTS_SOURCE_SUPPORT_H
#define TESTS_SOURCE_SUPPORT_H

#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/pool.h"
#include "source/bundle.h"

#define UNUSED __attribute__((unused))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { DEFAULT_CHUNK = 256 * 1024, MANY = 1 << 30 };

/* ---------------------------------------------------------------- making bytes */

/* Lines that compress like a log and are the same at every run. */
UNUSED static struct buf make_log(size_t bytes) {
        struct buf log;
        uint32_t x = 1;

        buf_init(&log, MANY);
        for (unsigned i = 0; log.n < bytes; i++) {
                x = x * 1664525 + 1013904223;
                assert_int_equal(buf_printf(&log, "2017.06.17 00:%02u:%02u line %u of session %08x\n", i / 60 % 60,
                                            i % 60, i, x),
                                 0);
        }
        log.n = bytes;
        return log;
}

UNUSED static struct buf make_gzip(struct str content) {
        struct buf out;
        z_stream z = { 0 };

        buf_init(&out, MANY);
        assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
        assert_int_equal(buf_reserve(&out, deflateBound(&z, content.n) + 64), 0);
        z.next_in = (Bytef *)(uintptr_t)content.p;
        z.avail_in = (uInt)content.n;
        z.next_out = (Bytef *)out.p;
        z.avail_out = (uInt)out.cap;
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        out.n = z.total_out;
        deflateEnd(&z);
        return out;
}

struct made_file {
        const char *name;
        struct str content;
};

UNUSED static la_ssize_t write_to_buf(struct archive *handle, void *userdata, const void *p, size_t n) {
        (void)handle;
        assert_int_equal(buf_add(userdata, (struct str){ p, n }), 0);
        return (la_ssize_t)n;
}

UNUSED static struct archive *begin_archive(const char *format, const char *options, struct buf *out) {
        struct archive *handle = archive_write_new();

        buf_init(out, MANY);
        assert_int_equal(archive_write_set_format_by_name(handle, format), ARCHIVE_OK);
        if (options)
                assert_int_equal(archive_write_set_options(handle, options), ARCHIVE_OK);
        archive_write_set_bytes_per_block(handle, 512);
        archive_write_set_bytes_in_last_block(handle, 1);
        assert_int_equal(archive_write_open(handle, out, NULL, write_to_buf, NULL), ARCHIVE_OK);
        return handle;
}

enum { HARD_LINK = 1 }; /* a type of add_entry: `content` is its target, terminated */

UNUSED static void add_entry(struct archive *handle, const char *name, unsigned type, struct str content) {
        struct archive_entry *entry = archive_entry_new();

        archive_entry_set_pathname(entry, name);
        archive_entry_set_filetype(entry, type);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_mtime(entry, 1497657600, 0);
        if (type == AE_IFLNK)
                archive_entry_set_symlink(entry, "elsewhere");
        if (type == HARD_LINK) {
                archive_entry_set_filetype(entry, AE_IFREG);
                archive_entry_set_hardlink(entry, content.p);
        }
        if (type == AE_IFREG)
                archive_entry_set_size(entry, (la_int64_t)content.n);
        assert_int_equal(archive_write_header(handle, entry), ARCHIVE_OK);
        if (type == AE_IFREG && content.n)
                assert_int_equal(archive_write_data(handle, content.p, content.n), content.n);
        archive_entry_free(entry);
}

UNUSED static void end_archive(struct archive *handle) {
        assert_int_equal(archive_write_close(handle), ARCHIVE_OK);
        archive_write_free(handle);
}

UNUSED static struct buf make_archive(const char *format, const char *options, const struct made_file *files,
                                      size_t count) {
        struct buf out;
        struct archive *handle = begin_archive(format, options, &out);

        for (size_t i = 0; i < count; i++)
                add_entry(handle, files[i].name, AE_IFREG, files[i].content);
        end_archive(handle);
        return out;
}

UNUSED static struct buf make_tar(const struct made_file *files, size_t count) {
        return make_archive("ustar", NULL, files, count);
}

/* One behind the other. */
UNUSED static struct buf join(struct buf a, struct str b) {
        assert_int_equal(buf_add(&a, b), 0);
        return a;
}

UNUSED static struct buf make_zip(const struct made_file *files, size_t count) {
        return make_archive("zip", NULL, files, count);
}

UNUSED static struct buf make_tgz(const struct made_file *files, size_t count) {
        struct buf tar = make_tar(files, count), out = make_gzip(buf_str(&tar));

        buf_release(&tar);
        return out;
}

/* ------------------------------------------------------------------- a folder */

struct folder {
        char path[64];
        char file[192]; /* the one that folder_put made last */
};

UNUSED static void folder_init(struct folder *folder) {
        snprintf(folder->path, sizeof(folder->path), "/tmp/test-source-XXXXXX");
        assert_non_null(mkdtemp(folder->path));
}

UNUSED static int remove_one(const char *path, const struct stat *info, int type, struct FTW *ftw) {
        (void)info, (void)type, (void)ftw;
        return remove(path);
}

UNUSED static void folder_release(struct folder *folder) {
        assert_int_equal(nftw(folder->path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

UNUSED static const char *folder_path(struct folder *folder, const char *name) {
        snprintf(folder->file, sizeof(folder->file), "%s/%s", folder->path, name);
        return folder->file;
}

UNUSED static const char *folder_put(struct folder *folder, const char *name, struct str content) {
        FILE *file;

        /* A new file each time: some file systems wait for the disk when one is written over. */
        unlink(folder_path(folder, name));
        file = fopen(folder->file, "wb");
        assert_non_null(file);
        if (content.n)
                assert_int_equal(fwrite(content.p, 1, content.n, file), content.n);
        assert_int_equal(fclose(file), 0);
        return folder->file;
}

/* Every test has a folder of its own as its state. */
UNUSED static int setup_folder(void **state) {
        struct folder *folder = calloc(1, sizeof(*folder));

        folder_init(folder);
        *state = folder;
        return 0;
}

UNUSED static int teardown_folder(void **state) {
        folder_release(*state);
        free(*state);
        return 0;
}

/* --------------------------------------------------------------------- a walk */

enum { MOST_LEAVES = 64 };

struct seen_leaf {
        char path[256], name[64];
        struct buf content;
        enum diag_code fault;
        bool fault_told;
};

struct seen {
        struct bundle bundle;
        struct diags diags;
        struct seen_leaf leaves[MOST_LEAVES];
        size_t count;
        int result;
        uint64_t ticked;
        size_t read_bytes; /* what one read of the visitor asks for */
};

static ssize_t read_all(struct stream *stream, struct buf *content, size_t read_bytes) {
        ssize_t r;

        do {
                assert_int_equal(buf_reserve(content, read_bytes), 0);
                r = stream_read(stream, content->p + content->n, read_bytes);
                if (r > 0)
                        content->n += (size_t)r;
        } while (r > 0);
        return r;
}

static int see_leaf(void *userdata, struct finds *finds, const struct leaf *leaf, struct stream *stream) {
        struct seen *seen = userdata;
        struct seen_leaf *to = &seen->leaves[seen->count++];
        ssize_t r;

        (void)finds;
        assert_true(seen->count <= MOST_LEAVES);
        snprintf(to->path, sizeof(to->path), "%.*s", (int)leaf->path.n, leaf->path.p);
        snprintf(to->name, sizeof(to->name), "%.*s", (int)leaf->name.n, leaf->name.p);
        buf_init(&to->content, MANY);
        r = read_all(stream, &to->content, seen->read_bytes);
        if (r < 0)
                return (int)r;
        to->fault = stream->fault;
        to->fault_told = stream->fault_told;
        return 0;
}

static int see_tick(void *userdata, uint64_t more_bytes) {
        struct seen *seen = userdata;

        seen->ticked += more_bytes;
        return 0;
}

/* By one thread, so that leaves come in their order. */
UNUSED static int walk_alone(struct bundle *bundle, const char *path, const struct limits *limits, size_t chunk_bytes,
                             struct diags *diags, const struct bundle_visitor *visitor) {
        struct pool *pool = pool_new(1);
        int r;

        assert_non_null(pool);
        r = bundle_walk(bundle, path, limits, chunk_bytes, pool, diags, visitor);
        pool_free(pool);
        return r;
}

UNUSED static void see_limited(struct seen *seen, const char *path, size_t chunk_bytes, uint64_t max_depth) {
        struct bundle_visitor visitor = { .leaf = see_leaf, .tick = see_tick, .userdata = seen };
        struct limits limits;

        *seen = (struct seen){ .read_bytes = chunk_bytes < 4096 ? chunk_bytes : 4096 };
        limits_init(&limits);
        limits.max_depth = max_depth;
        bundle_init(&seen->bundle);
        diags_init(&seen->diags);
        seen->result = walk_alone(&seen->bundle, path, &limits, chunk_bytes, &seen->diags, &visitor);
        assert_int_equal(seen->ticked, seen->bundle.bytes);
}

UNUSED static void see(struct seen *seen, const char *path) {
        see_limited(seen, path, DEFAULT_CHUNK, 4);
        assert_int_equal(seen->result, 0);
}

UNUSED static void seen_release(struct seen *seen) {
        for (size_t i = 0; i < seen->count; i++)
                buf_release(&seen->leaves[i].content);
        bundle_release(&seen->bundle);
        diags_release(&seen->diags);
}

static const char *fault_name(enum diag_code fault) {
        return fault == DIAG_NONE ? "whole" : diag_infos[fault].name;
}

static void write_leaf(struct buf *text, const struct seen_leaf *leaf) {
        unsigned long crc = crc32_z(0, (const Bytef *)leaf->content.p, leaf->content.n);

        buf_printf(text, "leaf %s %zu %08lx %s%s\n", leaf->path, leaf->content.n, crc, fault_name(leaf->fault),
                   leaf->fault != DIAG_NONE && leaf->fault_told ? " told" : "");
}

static void write_container(struct buf *text, const struct container *c) {
        buf_printf(text, "container %.*s %s %s %llu %llu \"%.*s\"\n", (int)c->path.n, c->path.p,
                   container_kind_name(c->kind), container_status_name(c->status), (unsigned long long)c->bytes,
                   (unsigned long long)c->entries, (int)c->reason.n, c->reason.p ? c->reason.p : "");
}

/* The whole walk as text, NUL-terminated. */
UNUSED static struct buf seen_text(const struct seen *seen) {
        struct buf text;

        buf_init(&text, MANY);
        buf_printf(&text, "%s %llu\n", bundle_kind_name(seen->bundle.kind), (unsigned long long)seen->bundle.bytes);
        for (size_t i = 0; i < seen->count; i++)
                write_leaf(&text, &seen->leaves[i]);
        for (size_t i = 0; i < seen->bundle.container_count; i++)
                write_container(&text, &seen->bundle.containers[i]);
        for (size_t i = 0; i < seen->diags.count; i++) {
                const struct diag *diag = &seen->diags.items[i];

                buf_printf(&text, "diag %s %.*s %lld\n", diag_infos[diag->code].name, (int)diag->path.n, diag->path.p,
                           (long long)diag->offset);
        }
        assert_int_equal(buf_add_byte(&text, '\0'), 0);
        return text;
}

/* Is there any sign of damage? */
UNUSED static bool seen_damage(const struct seen *seen) {
        for (size_t i = 0; i < seen->count; i++)
                if (seen->leaves[i].fault != DIAG_NONE)
                        return true;
        return seen->diags.count > 0;
}

/* Whatever the walk says, it must not contradict itself: a lost thing has a
 * diagnostic, or a leaf's fault that the visitor will tell. */
UNUSED static void check_consistent(const struct seen *seen) {
        bool untold = false;

        for (size_t i = 0; i < seen->count; i++)
                if (seen->leaves[i].fault != DIAG_NONE && !seen->leaves[i].fault_told)
                        untold = true;
        for (size_t i = 0; i < seen->bundle.container_count; i++) {
                const struct container *c = &seen->bundle.containers[i];

                assert_true((c->status == CONTAINER_WHOLE) == (c->reason.n == 0));
                if (c->status != CONTAINER_WHOLE)
                        assert_true(untold || seen->diags.count > 0);
        }
        for (size_t i = 0; i < seen->count; i++)
                if (seen->leaves[i].fault != DIAG_NONE && seen->leaves[i].fault_told)
                        assert_true(seen->diags.count > 0);
}

UNUSED static const struct seen_leaf *find_leaf(const struct seen *seen, const char *path) {
        for (size_t i = 0; i < seen->count; i++)
                if (strcmp(seen->leaves[i].path, path) == 0)
                        return &seen->leaves[i];
        return NULL;
}

UNUSED static const struct container *find_container(const struct seen *seen, const char *path) {
        for (size_t i = 0; i < seen->bundle.container_count; i++)
                if (str_eq(seen->bundle.containers[i].path, str_from(path)))
                        return &seen->bundle.containers[i];
        return NULL;
}

UNUSED static const struct diag *find_diag(const struct seen *seen, enum diag_code code, const char *path) {
        for (size_t i = 0; i < seen->diags.count; i++)
                if (seen->diags.items[i].code == code && str_eq(seen->diags.items[i].path, str_from(path)))
                        return &seen->diags.items[i];
        return NULL;
}

UNUSED static void assert_leaf(const struct seen *seen, const char *path, struct str content) {
        const struct seen_leaf *leaf = find_leaf(seen, path);

        if (!leaf)
                fail_msg("no leaf %s", path);
        assert_true(str_eq(buf_str(&leaf->content), content));
        assert_int_equal(leaf->fault, DIAG_NONE);
}

UNUSED static void assert_container(const struct seen *seen, const char *path, enum container_kind kind,
                                    enum container_status status, uint64_t entries) {
        const struct container *container = find_container(seen, path);

        if (!container)
                fail_msg("no container %s", path);
        assert_string_equal(container_kind_name(container->kind), container_kind_name(kind));
        assert_string_equal(container_status_name(container->status), container_status_name(status));
        assert_int_equal(container->entries, entries);
}

#endif
