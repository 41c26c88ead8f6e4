/* source: damaged, odd and hostile archives. Nothing is lost without a word. */
#include "source_support.h"
#include "stride.h"

#include <sys/resource.h>

/* The same walk in several sizes of reads must say the same, to the letter. */
static void see_in_chunks(struct seen *seen, const char *path) {
        static const size_t chunks[] = { 1, 7, 4096 };
        struct buf wanted, got;

        see(seen, path);
        check_consistent(seen);
        wanted = seen_text(seen);
        for (size_t i = 0; i < COUNT(chunks); i++) {
                struct seen other;

                see_limited(&other, path, chunks[i], 4);
                got = seen_text(&other);
                assert_string_equal(got.p, wanted.p);
                buf_release(&got);
                seen_release(&other);
        }
        buf_release(&wanted);
}

static struct made_file *some_files(struct buf *log) {
        static struct made_file files[3];

        *log = make_log(700);
        files[0] = (struct made_file){ "a.log", str_first(buf_str(log), 400) };
        files[1] = (struct made_file){ "d/b.log", buf_str(log) };
        files[2] = (struct made_file){ "c.log", { "last\n", 5 } };
        return files;
}

/* Every file is there as it was. */
static bool all_there(const struct seen *seen, const struct made_file *files, size_t count) {
        if (seen->count != count)
                return false;
        for (size_t i = 0; i < count; i++)
                if (!str_eq(buf_str(&seen->leaves[i].content), files[i].content))
                        return false;
        return true;
}

static void check_beginnings(const struct seen *seen, const struct made_file *files) {
        assert_true(seen->count <= 3);
        for (size_t i = 0; i < seen->count; i++) {
                assert_true(str_starts(files[i].content, buf_str(&seen->leaves[i].content)));
                if (i + 1 < seen->count)
                        assert_int_equal(seen->leaves[i].fault, DIAG_NONE);
                if (seen->leaves[i].content.n < files[i].content.n)
                        assert_true(seen->leaves[i].fault != DIAG_NONE && seen->leaves[i].fault_told);
        }
}

/* Cut after `at` bytes: what there is must be a beginning of what there was. */
static void check_cut(struct folder *folder, struct str packed, size_t at, const struct made_file *files,
                      bool every_chunk) {
        struct seen seen;

        folder_put(folder, "t", str_first(packed, at));
        if (every_chunk)
                see_in_chunks(&seen, folder->file);
        else
                see(&seen, folder->file);
        check_consistent(&seen);
        assert_true(seen.diags.count <= 1);
        if (seen.bundle.containers[0].status == CONTAINER_WHOLE)
                assert_true(all_there(&seen, files, 3));
        else
                assert_int_equal(seen.diags.count, 1);
        /* Too little of a tgz is a gz that holds who knows what. */
        if (seen.bundle.kind != BUNDLE_GZ)
                check_beginnings(&seen, files);
        seen_release(&seen);
}

/* At every `step` bytes; tests/hostile does so at each. */
static void cut_everywhere(struct folder *folder, struct buf packed, size_t from, size_t step,
                           const struct made_file *files) {
        for (size_t at = from; at <= packed.n; at += step * stride())
                check_cut(folder, buf_str(&packed), at, files, at / step % 16 == 0);
        buf_release(&packed);
}

static void test_cut_tgz(void **state) {
        struct buf log;
        struct made_file *files = some_files(&log);

        cut_everywhere(*state, make_tgz(files, 3), 2, 1, files);
        buf_release(&log);
}

static void test_cut_tar(void **state) {
        struct buf log;
        struct made_file *files = some_files(&log);

        cut_everywhere(*state, make_tar(files, 3), 512, 5, files);
        cut_everywhere(*state, make_archive("v7tar", NULL, files, 3), 512, 5, files);
        buf_release(&log);
}

static void test_cut_zip(void **state) {
        struct buf log;
        struct made_file *files = some_files(&log);

        cut_everywhere(*state, make_zip(files, 3), 4, 1, files);
        cut_everywhere(*state, make_archive("zip", "zip:compression=store", files, 3), 4, 3, files);
        buf_release(&log);
}

/* A tar that ends between two files, or has no end mark, is cut. */
static void test_tar_without_end(void **state) {
        static const struct made_file file = { "a.log", { "one\n", 4 } };
        struct buf tar = make_tar(&file, 1), gz;
        struct seen seen;

        gz = make_gzip(str_first(buf_str(&tar), 1024));
        see_in_chunks(&seen, folder_put(*state, "t.tgz", buf_str(&gz)));
        assert_leaf(&seen, "t.tgz!a.log", STR("one\n"));
        assert_container(&seen, "t.tgz", CONTAINER_TGZ, CONTAINER_PARTIAL, 1);
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CUT, "t.tgz"));
        seen_release(&seen);
        buf_release(&gz);
        /* One block of zeros is enough. */
        gz = make_gzip(str_first(buf_str(&tar), 1536));
        see_in_chunks(&seen, folder_put(*state, "t.tgz", buf_str(&gz)));
        assert_container(&seen, "t.tgz", CONTAINER_TGZ, CONTAINER_WHOLE, 1);
        seen_release(&seen);
        buf_release(&gz);
        buf_release(&tar);
}

/* The last file ends in zeros, which are no end mark. */
static void test_tar_zeros_at_end(void **state) {
        static const char zeros[1024];
        const struct made_file file = { "a.log", { zeros, sizeof(zeros) } };
        struct buf tar = make_tar(&file, 1);
        struct seen seen;

        see_in_chunks(&seen, folder_put(*state, "t", str_first(buf_str(&tar), 1536)));
        assert_leaf(&seen, "t!a.log", file.content);
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CUT, "t"));
        seen_release(&seen);
        buf_release(&tar);
}

/* A zip that stores a zip, cut right behind it: the inner one's end is not the
 * outer one's. */
static void test_zip_ends_in_zip(void **state) {
        static const struct made_file log = { "a.log", { "one\n", 4 } };
        struct buf inner = make_zip(&log, 1), outer;
        struct made_file file = { "i.zip", buf_str(&inner) };
        const char *end;
        struct seen seen;

        outer = make_archive("zip", "zip:compression=store", &file, 1);
        end = memmem(outer.p, outer.n, inner.p, inner.n);
        see_in_chunks(&seen, folder_put(*state, "o.zip", str_slice(outer.p, end + inner.n)));
        assert_leaf(&seen, "o.zip!i.zip!a.log", STR("one\n"));
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CUT, "o.zip"));
        assert_int_equal(seen.diags.count, 1);
        seen_release(&seen);
        buf_release(&inner);
        buf_release(&outer);
}

/* A comment of the longest kind, and an archive larger than what is kept. */
static void test_zip_comment(void **state) {
        struct buf log = make_log(400 * 1000);
        struct made_file file = { "a.log", buf_str(&log) };
        struct buf zip = make_archive("zip", "zip:compression=store", &file, 1);
        struct seen seen;

        zip.p[zip.n - 2] = zip.p[zip.n - 1] = (char)0xff;
        for (int i = 0; i < 65535; i++)
                buf_add_byte(&zip, 'c');
        see_in_chunks(&seen, folder_put(*state, "t", buf_str(&zip)));
        assert_container(&seen, "t", CONTAINER_ZIP, CONTAINER_WHOLE, 1);
        seen_release(&seen);
        zip.n--;
        see(&seen, folder_put(*state, "t", buf_str(&zip)));
        assert_leaf(&seen, "t!a.log", buf_str(&log));
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CUT, "t"));
        seen_release(&seen);
        buf_release(&zip);
        buf_release(&log);
}

/* Every third bit: each place in a byte has its turn, and tests/hostile changes every byte. */
enum { SOME_BITS = 3 };

/* Returns how many flipped bits changed a file without a word. */
static size_t count_silent(struct folder *folder, struct buf packed, size_t from, const struct made_file *files) {
        size_t silent = 0;

        for (size_t bit = from * 8; bit < packed.n * 8; bit += SOME_BITS * stride()) {
                struct seen seen;

                packed.p[bit / 8] ^= (char)(1 << bit % 8);
                see(&seen, folder_put(folder, "t", buf_str(&packed)));
                check_consistent(&seen);
                if (!seen_damage(&seen) && !all_there(&seen, files, 3))
                        silent++;
                packed.p[bit / 8] ^= (char)(1 << bit % 8);
                seen_release(&seen);
        }
        buf_release(&packed);
        return silent;
}

static void test_flip_tgz(void **state) {
        struct buf log;
        struct made_file *files = some_files(&log);

        assert_int_equal(count_silent(*state, make_tgz(files, 3), 2, files), 0);
        buf_release(&log);
}

static void test_flip_zip(void **state) {
        struct buf log;
        struct made_file *files = some_files(&log);

        assert_int_equal(count_silent(*state, make_zip(files, 3), 4, files), 0);
        assert_int_equal(count_silent(*state, make_archive("zip", "zip:compression=store", files, 3), 4, files), 0);
        buf_release(&log);
}

/* One damaged file costs that file only. */
static void test_damaged_entry(void **state) {
        struct buf log = make_log(900 * 1000), zip;
        struct made_file files[] = { { "a.log", buf_str(&log) }, { "b.log", { "two\n", 4 } } };
        const struct seen_leaf *leaf;
        struct seen seen;

        zip = make_zip(files, 2);
        memset(zip.p + zip.n / 2, 0xff, 40);
        see_in_chunks(&seen, folder_put(*state, "t.zip", buf_str(&zip)));
        assert_int_equal(seen.count, 2);
        assert_leaf(&seen, "t.zip!b.log", STR("two\n"));
        leaf = find_leaf(&seen, "t.zip!a.log");
        assert_int_equal(leaf->fault, DIAG_ENTRY_CORRUPT);
        assert_false(leaf->fault_told);
        assert_true(leaf->content.n > log.n / 4);
        assert_memory_equal(leaf->content.p, log.p, log.n / 4);
        assert_container(&seen, "t.zip", CONTAINER_ZIP, CONTAINER_PARTIAL, 2);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        buf_release(&zip);
        buf_release(&log);
}

/* A damaged entry that is a container: its own path has the diagnostic. */
static void test_damaged_container_entry(void **state) {
        static const struct made_file log = { "a.log", { "one\n", 4 } };
        struct buf inner = make_tgz(&log, 1), outer;
        struct made_file file = { "i.tgz", buf_str(&inner) };
        char *at;
        struct seen seen;

        outer = make_archive("zip", "zip:compression=store", &file, 1);
        at = memmem(outer.p, outer.n, inner.p, inner.n);
        at[4] ^= 1; /* the gzip's own time: only the zip's checksum knows */
        see_in_chunks(&seen, folder_put(*state, "o.zip", buf_str(&outer)));
        assert_leaf(&seen, "o.zip!i.tgz!a.log", STR("one\n"));
        assert_container(&seen, "o.zip", CONTAINER_ZIP, CONTAINER_PARTIAL, 1);
        assert_container(&seen, "o.zip!i.tgz", CONTAINER_TGZ, CONTAINER_PARTIAL, 1);
        assert_int_equal(seen.diags.count, 1);
        assert_non_null(find_diag(&seen, DIAG_ENTRY_CORRUPT, "o.zip!i.tgz"));
        seen_release(&seen);
        buf_release(&inner);
        buf_release(&outer);
}

/* A cut at the outside is told once, at the outside. */
static void test_one_diagnostic(void **state) {
        struct buf log = make_log(300 * 1000), zip, tgz;
        struct made_file file = { "X.log", buf_str(&log) };
        struct seen seen;

        zip = make_zip(&file, 1);
        file = (struct made_file){ "X.log.zip", buf_str(&zip) };
        tgz = make_tgz(&file, 1);
        see_in_chunks(&seen, folder_put(*state, "a.tgz", str_first(buf_str(&tgz), tgz.n / 2)));
        assert_int_equal(seen.diags.count, 1);
        assert_non_null(find_diag(&seen, DIAG_GZIP_CUT, "a.tgz"));
        assert_container(&seen, "a.tgz", CONTAINER_TGZ, CONTAINER_PARTIAL, 1);
        assert_container(&seen, "a.tgz!X.log.zip", CONTAINER_ZIP, CONTAINER_PARTIAL, 1);
        assert_int_equal(seen.count, 1);
        assert_int_equal(seen.leaves[0].fault, DIAG_GZIP_CUT);
        assert_true(seen.leaves[0].fault_told);
        assert_true(seen.leaves[0].content.n > log.n / 3);
        seen_release(&seen);
        buf_release(&zip);
        buf_release(&tgz);
        buf_release(&log);
}

/* A tar header in the middle is damaged: the files around it are still found. */
static void test_damaged_tar_header(void **state) {
        static const struct made_file files[] = { { "a", { "1", 1 } }, { "b", { "2", 1 } }, { "c", { "3", 1 } } };
        struct buf tar = make_tar(files, 3);
        struct seen seen;

        tar.p[1024 + 100] ^= 1;
        see_in_chunks(&seen, folder_put(*state, "t", buf_str(&tar)));
        assert_int_equal(seen.count, 2);
        assert_leaf(&seen, "t!a", STR("1"));
        assert_leaf(&seen, "t!c", STR("3"));
        assert_container(&seen, "t", CONTAINER_TAR, CONTAINER_PARTIAL, 2);
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CORRUPT, "t"));
        seen_release(&seen);
        buf_release(&tar);
}

/* Bits of every header and of the end, one after the other. */
static void test_flip_tar(void **state) {
        struct buf log;
        struct made_file *files = some_files(&log);
        struct buf tar = make_tar(files, 3);
        static const size_t headers[] = { 0, 1024, 2560, 3584, 4096 };

        for (size_t bit = 0; bit < COUNT(headers) * 512 * 8; bit += SOME_BITS * stride()) {
                char *byte = &tar.p[headers[bit / 4096] + bit % 4096 / 8];
                struct seen seen;

                *byte ^= (char)(1 << bit % 8);
                see(&seen, folder_put(*state, "t", buf_str(&tar)));
                if (seen.diags.count == 0) {
                        /* A blank before the checksum is as good as a leading 0, and one behind as a NUL. */
                        assert_in_range(bit % 4096 / 8, 148, 155);
                        assert_true(all_there(&seen, files, 3));
                } else {
                        assert_int_equal(seen.diags.count, 1);
                        assert_true(seen.count >= 2);
                        assert_string_equal(seen.leaves[seen.count - 1].path,
                                            bit / 4096 == 2 ? "t!d/b.log" : "t!c.log");
                        assert_int_equal(seen.bundle.containers[0].status, CONTAINER_PARTIAL);
                }
                *byte ^= (char)(1 << bit % 8);
                seen_release(&seen);
        }
        buf_release(&tar);
        buf_release(&log);
}

/* A first header that is damaged makes no log of a tar, in any packing. */
static void test_damaged_first_header(void **state) {
        static const struct made_file files[] = { { "a", { "1", 1 } }, { "b", { "2", 1 } } };
        struct buf tar = make_tar(files, 2), gz;
        struct seen seen;

        tar.p[0] ^= 1;
        see_in_chunks(&seen, folder_put(*state, "t", buf_str(&tar)));
        assert_int_equal(seen.count, 1);
        assert_leaf(&seen, "t!b", STR("2"));
        assert_container(&seen, "t", CONTAINER_TAR, CONTAINER_PARTIAL, 1);
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CORRUPT, "t"));
        seen_release(&seen);
        gz = make_gzip(buf_str(&tar));
        see_in_chunks(&seen, folder_put(*state, "t", buf_str(&gz)));
        assert_leaf(&seen, "t!b", STR("2"));
        assert_container(&seen, "t", CONTAINER_TGZ, CONTAINER_PARTIAL, 1);
        seen_release(&seen);
        buf_release(&tar);
        buf_release(&gz);
}

/* A folder, by its name. One that has bytes cannot be right. */
static void test_tar_folder(void **state) {
        static const struct made_file files[] = { { "dd", { "1", 1 } }, { "ee", { "", 0 } }, { "f", { "2", 1 } } };
        struct buf tar = make_tar(files, 3);
        struct seen seen;

        for (size_t at = 0; at <= 1024; at += 1024) {
                unsigned sum = 8 * ' ';

                tar.p[at + 1] = '/';
                for (size_t i = 0; i < 512; i++)
                        sum += i < 148 || i > 155 ? (unsigned char)tar.p[at + i] : 0;
                snprintf(tar.p + at + 148, 8, "%06o", sum);
        }
        see_in_chunks(&seen, folder_put(*state, "t", buf_str(&tar)));
        assert_int_equal(seen.count, 1);
        assert_leaf(&seen, "t!f", STR("2"));
        assert_int_equal(seen.diags.count, 1);
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CORRUPT, "t"));
        seen_release(&seen);
        buf_release(&tar);
}

/* --------------------------------------------------------------- behind the end */

static const struct made_file file_a = { "a.log", { "one\n", 4 } }, file_b = { "b.log", { "two\n", 4 } };

/* tar, between, tar, behind: as it is, in one gzip, and (where there is nothing
 * between) in two. */
static void check_two_tars(struct folder *folder, struct str between, struct str behind, enum diag_code code) {
        struct buf second = make_tar(&file_b, 1), gz;
        struct buf tar = join(join(join(make_tar(&file_a, 1), between), buf_str(&second)), behind);
        struct seen seen;

        gz = make_gzip(buf_str(&tar));
        for (int i = 0; i < 2; i++) {
                see_in_chunks(&seen, folder_put(folder, "t", i ? buf_str(&gz) : buf_str(&tar)));
                assert_int_equal(seen.count, 2);
                assert_leaf(&seen, "t!a.log", STR("one\n"));
                assert_leaf(&seen, "t!b.log", STR("two\n"));
                assert_container(&seen, "t", i ? CONTAINER_TGZ : CONTAINER_TAR,
                                 code == DIAG_NONE ? CONTAINER_WHOLE : CONTAINER_PARTIAL, 2);
                assert_int_equal(seen.diags.count, code != DIAG_NONE);
                if (code != DIAG_NONE)
                        assert_non_null(find_diag(&seen, code, "t"));
                seen_release(&seen);
        }
        buf_release(&tar);
        buf_release(&second);
        buf_release(&gz);
}

static void test_behind_tar(void **state) {
        static const char zeros[200 * 1000];
        struct buf junk = make_log(1024);

        check_two_tars(*state, STR(""), STR(""), DIAG_NONE);
        check_two_tars(*state, (struct str){ zeros, 196 * 512 }, (struct str){ zeros, 390 * 512 }, DIAG_NONE);
        check_two_tars(*state, STR(""), (struct str){ zeros, 390 * 512 - 1 }, DIAG_ARCHIVE_CUT); /* no whole block */
        check_two_tars(*state, STR(""), STR("x"), DIAG_ARCHIVE_TRAILING);
        check_two_tars(*state, STR(""), buf_str(&junk), DIAG_ARCHIVE_TRAILING);
        check_two_tars(*state, buf_str(&junk), STR(""), DIAG_ARCHIVE_TRAILING);
        buf_release(&junk);
}

/* `cat a.tgz b.tgz`, and a tgz with something else behind it. */
static void test_behind_tgz(void **state) {
        struct buf second = make_tgz(&file_b, 1), log = make_gzip(STR("three\n"));
        struct buf packed = join(make_tgz(&file_a, 1), buf_str(&second));
        struct seen seen;

        see_in_chunks(&seen, folder_put(*state, "t", buf_str(&packed)));
        assert_int_equal(seen.count, 2);
        assert_leaf(&seen, "t!b.log", STR("two\n"));
        assert_container(&seen, "t", CONTAINER_TGZ, CONTAINER_WHOLE, 2);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        packed = join(packed, buf_str(&log));
        see_in_chunks(&seen, folder_put(*state, "t", buf_str(&packed)));
        assert_int_equal(seen.count, 2);
        assert_container(&seen, "t", CONTAINER_TGZ, CONTAINER_PARTIAL, 2);
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_TRAILING, "t"));
        seen_release(&seen);
        buf_release(&packed);
        buf_release(&second);
        buf_release(&log);
}

/* The second of two tars was cut. */
static void test_second_tar_cut(void **state) {
        struct buf second = make_tar(&file_b, 1);
        struct buf tar = join(make_tar(&file_a, 1), str_first(buf_str(&second), 1024));
        struct seen seen;

        see_in_chunks(&seen, folder_put(*state, "t", buf_str(&tar)));
        assert_leaf(&seen, "t!b.log", STR("two\n"));
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CUT, "t"));
        seen_release(&seen);
        buf_release(&tar);
        buf_release(&second);
}

/* Many small ones, across the borders of the reader's buffer. */
static void test_many_tars(void **state) {
        struct buf one = make_tar(&file_a, 1), all;
        struct seen seen;

        buf_init(&all, MANY);
        for (int i = 0; i < 60; i++)
                all = join(all, str_first(buf_str(&one), 2048));
        see_in_chunks(&seen, folder_put(*state, "t", buf_str(&all)));
        assert_container(&seen, "t", CONTAINER_TAR, CONTAINER_WHOLE, 60);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        buf_release(&one);
        buf_release(&all);
}

/* ------------------------------------------------------------------- encryption */

/* "s.log", "secret text\n" with the password "pass". */
static const unsigned char encrypted_zip[] = {
        0x50, 0x4b, 0x03, 0x04, 0x0a, 0x00, 0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0xd1, 0x4a, 0xda, 0x89, 0x49,
        0x9b, 0x18, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x73, 0x2e, 0x6c, 0x6f,
        0x67, 0xb5, 0x05, 0x9a, 0xd2, 0xa6, 0x81, 0xa8, 0xdc, 0x79, 0x02, 0xdf, 0x9b, 0x82, 0x1e, 0x79, 0x0d,
        0xc5, 0x9a, 0x88, 0xc9, 0x0f, 0xa5, 0xa6, 0x44, 0x50, 0x4b, 0x07, 0x08, 0xda, 0x89, 0x49, 0x9b, 0x18,
        0x00, 0x00, 0x00, 0x0c, 0x00, 0x00, 0x00, 0x50, 0x4b, 0x01, 0x02, 0x1e, 0x03, 0x0a, 0x00, 0x09, 0x00,
        0x00, 0x00, 0x00, 0x00, 0xd1, 0x4a, 0xda, 0x89, 0x49, 0x9b, 0x18, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x00,
        0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0xa4, 0x81, 0x00, 0x00,
        0x00, 0x00, 0x73, 0x2e, 0x6c, 0x6f, 0x67, 0x50, 0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00,
        0x01, 0x00, 0x33, 0x00, 0x00, 0x00, 0x4b, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static void check_encrypted(struct folder *folder, size_t times, const char *text) {
        const struct diag *diag;
        struct buf zip;
        struct seen seen;

        buf_init(&zip, MANY);
        for (size_t i = 0; i < times; i++)
                zip = join(zip, (struct str){ (const char *)encrypted_zip, sizeof(encrypted_zip) });
        see_in_chunks(&seen, folder_put(folder, "e.zip", buf_str(&zip)));
        assert_int_equal(seen.count, times);
        assert_string_equal(seen.leaves[0].path, "e.zip!s.log");
        assert_int_equal(seen.leaves[0].content.n, 0);
        assert_int_equal(seen.leaves[0].fault, DIAG_ENCRYPTED);
        assert_true(seen.leaves[0].fault_told);
        assert_container(&seen, "e.zip", CONTAINER_ZIP, CONTAINER_PARTIAL, times);
        assert_int_equal(seen.diags.count, 1);
        diag = find_diag(&seen, DIAG_ENCRYPTED, "e.zip");
        assert_non_null(diag);
        assert_int_equal(diag->count, times);
        assert_true(str_eq(diag->text, str_from(text)));
        seen_release(&seen);
        buf_release(&zip);
}

/* However many there are, the container tells of them once. */
static void test_encrypted(void **state) {
        check_encrypted(*state, 1, "one of its entries is encrypted");
        check_encrypted(*state, 40, "40 of its entries are encrypted");
}

/* ------------------------------------------------------------------------ holes */

/* A sparse file of `bytes`, with text at `at` alone, in a gzip'ed tar. */
static struct buf make_sparse(la_int64_t bytes, la_int64_t at, struct str text) {
        struct buf tar, out;
        struct archive *handle = begin_archive("pax", NULL, &tar);
        struct archive_entry *entry = archive_entry_new();
        static const char zeros[64 * 1024];

        archive_entry_set_pathname(entry, "sparse.log");
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_size(entry, bytes);
        archive_entry_sparse_add_entry(entry, at, (la_int64_t)text.n);
        assert_int_equal(archive_write_header(handle, entry), ARCHIVE_OK);
        for (la_int64_t done = 0; done < at;) {
                size_t n = at - done < (la_int64_t)sizeof(zeros) ? (size_t)(at - done) : sizeof(zeros);

                assert_int_equal(archive_write_data(handle, zeros, n), n);
                done += (la_int64_t)n;
        }
        assert_int_equal(archive_write_data(handle, text.p, text.n), text.n);
        archive_entry_free(entry);
        end_archive(handle);
        out = make_gzip(buf_str(&tar));
        buf_release(&tar);
        return out;
}

static void test_sparse(void **state) {
        struct buf packed = make_sparse(100 * 1000, 70 * 1000, STR("text\n"));
        const struct seen_leaf *leaf;
        struct seen seen;

        see_in_chunks(&seen, folder_put(*state, "s.tgz", buf_str(&packed)));
        leaf = find_leaf(&seen, "s.tgz!sparse.log");
        assert_non_null(leaf);
        assert_int_equal(leaf->content.n, 100 * 1000);
        assert_memory_equal(leaf->content.p + 70 * 1000, "text\n", 5);
        for (size_t i = 0; i < leaf->content.n; i++)
                assert_true(leaf->content.p[i] == '\0' || (i >= 70 * 1000 && i < 70 * 1000 + 5));
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        buf_release(&packed);
}

static int count_leaf(void *userdata, struct finds *finds, const struct leaf *leaf, struct stream *stream) {
        static char bytes[256 * 1024];
        uint64_t *count = userdata;
        ssize_t r;

        (void)finds, (void)leaf;
        while ((r = stream_read(stream, bytes, sizeof(bytes))) > 0)
                *count += (uint64_t)r;
        assert_int_equal(stream->fault, *count == 0 ? DIAG_ENTRY_CORRUPT : DIAG_NONE);
        return (int)r;
}

static uint64_t count_bytes(const char *path) {
        uint64_t count = 0;
        struct bundle_visitor visitor = { .leaf = count_leaf, .userdata = &count };
        struct bundle bundle;
        struct limits limits;
        struct diags diags;

        limits_init(&limits);
        limits.max_ratio = UINT32_MAX;
        diags_init(&diags);
        bundle_init(&bundle);
        assert_int_equal(walk_alone(&bundle, path, &limits, DEFAULT_CHUNK, &diags, &visitor), 0);
        bundle_release(&bundle);
        diags_release(&diags);
        return count;
}

static long most_memory_kib(void) {
        struct rusage usage;

        assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
        return usage.ru_maxrss;
}

/* The hole stands behind the text here: the writer would have to write it. */
static void test_large_hole(void **state) {
        struct buf packed;
        long before = most_memory_kib();

        skip_where_slow();
        packed = make_sparse(INT64_C(3) << 30, 0, STR("text\n"));
        assert_int_equal(count_bytes(folder_put(*state, "s.tgz", buf_str(&packed))), UINT64_C(3) << 30);
        assert_true(most_memory_kib() - before < 64 * 1024);
        buf_release(&packed);
}

static void test_noise(void **state) {
        struct buf log;
        struct made_file *files = some_files(&log);
        struct buf packed[] = { make_tar(files, 3), make_zip(files, 3) };
        uint32_t x = 3;

        for (int round = 0; round < 2000; round++) {
                struct buf *from = &packed[round % 2], copy;
                struct seen seen;

                buf_init(&copy, MANY);
                buf_add(&copy, buf_str(from));
                for (int i = 0; i < 12; i++) {
                        x = x * 1664525 + 1013904223;
                        copy.p[4 + (x >> 8) % (copy.n - 4)] = (char)x;
                }
                see(&seen, folder_put(*state, "t", buf_str(&copy)));
                check_consistent(&seen);
                seen_release(&seen);
                buf_release(&copy);
        }
        buf_release(&packed[0]);
        buf_release(&packed[1]);
        buf_release(&log);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_folder, teardown_folder)
        const struct CMUnitTest tests[] = {
                TEST(test_cut_tgz),
                TEST(test_cut_tar),
                TEST(test_cut_zip),
                TEST(test_tar_without_end),
                TEST(test_tar_zeros_at_end),
                TEST(test_zip_ends_in_zip),
                TEST(test_zip_comment),
                TEST(test_flip_tgz),
                TEST(test_flip_zip),
                TEST(test_flip_tar),
                TEST(test_damaged_first_header),
                TEST(test_tar_folder),
                TEST(test_behind_tar),
                TEST(test_behind_tgz),
                TEST(test_second_tar_cut),
                TEST(test_many_tars),
                TEST(test_damaged_entry),
                TEST(test_damaged_container_entry),
                TEST(test_one_diagnostic),
                TEST(test_damaged_tar_header),
                TEST(test_encrypted),
                TEST(test_sparse),
                TEST(test_large_hole),
                TEST(test_noise),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
