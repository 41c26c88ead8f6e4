/* zip: headers made by hand, for what no writer makes on request. */
#include "source_support.h"

enum { SIGN_DESCRIPTOR = 1 << 3 };

struct made_zip {
        struct buf out, directory;
        unsigned entries;
};

static void add_number(struct buf *buf, uint64_t value, size_t bytes) {
        for (size_t i = 0; i < bytes; i++)
                assert_int_equal(buf_add_byte(buf, (char)(i < 8 ? value >> 8 * i : 0)), 0);
}

static struct buf deflate_raw(struct str content) {
        struct buf gz = make_gzip(content);

        memmove(gz.p, gz.p + 10, gz.n - 18); /* header before, sums behind */
        gz.n -= 18;
        return gz;
}

/* One entry as told; `sized` puts the sizes and the sum into the local header. */
static void add_file(struct made_zip *zip, const char *name, struct str content, unsigned method, bool sized,
                     bool with_mark) {
        struct buf packed = method == 8 ? deflate_raw(content) : (struct buf){ 0 };
        struct str data = method == 8 ? buf_str(&packed) : content;
        uint64_t crc = crc32_z(0, (const Bytef *)content.p, content.n);
        size_t at = zip->out.n;

        buf_add(&zip->out, STR("PK\3\4\x14\0"));
        add_number(&zip->out, sized ? 0 : SIGN_DESCRIPTOR, 2);
        add_number(&zip->out, method, 2);
        add_number(&zip->out, 0, 4);
        add_number(&zip->out, sized ? crc : 0, 4);
        add_number(&zip->out, sized ? data.n : 0, 4);
        add_number(&zip->out, sized ? content.n : 0, 4);
        add_number(&zip->out, strlen(name), 4);
        buf_add(&zip->out, str_from(name));
        buf_add(&zip->out, data);
        if (!sized) {
                if (with_mark)
                        buf_add(&zip->out, STR("PK\7\x8"));
                add_number(&zip->out, crc, 4);
                add_number(&zip->out, data.n, 4);
                add_number(&zip->out, content.n, 4);
        }
        buf_add(&zip->directory, STR("PK\1\2\x14\0\x14\0"));
        add_number(&zip->directory, sized ? 0 : SIGN_DESCRIPTOR, 2);
        add_number(&zip->directory, method, 2);
        add_number(&zip->directory, 0, 4);
        add_number(&zip->directory, crc, 4);
        add_number(&zip->directory, data.n, 4);
        add_number(&zip->directory, content.n, 4);
        add_number(&zip->directory, strlen(name), 14);
        add_number(&zip->directory, at, 4);
        buf_add(&zip->directory, str_from(name));
        zip->entries++;
        buf_release(&packed);
}

static void end_zip(struct made_zip *zip) {
        size_t at = zip->out.n;

        buf_add(&zip->out, buf_str(&zip->directory));
        buf_add(&zip->out, STR("PK\5\6\0\0\0\0"));
        add_number(&zip->out, zip->entries, 2);
        add_number(&zip->out, zip->entries, 2);
        add_number(&zip->out, zip->directory.n, 4);
        add_number(&zip->out, at, 4);
        add_number(&zip->out, 0, 2);
        buf_release(&zip->directory);
}

static struct made_zip begin_zip(void) {
        struct made_zip zip = { 0 };

        buf_init(&zip.out, MANY);
        buf_init(&zip.directory, MANY);
        return zip;
}

/* Ends and walks the zip, in several sizes of reads, which must agree. */
static void see_zip(struct seen *seen, struct folder *folder, struct made_zip *zip) {
        static const size_t chunks[] = { 1, 7, 4096 };
        struct buf wanted;

        see(seen, folder_put(folder, "t", buf_str(&zip->out)));
        check_consistent(seen);
        wanted = seen_text(seen);
        for (size_t i = 0; i < COUNT(chunks); i++) {
                struct seen other;
                struct buf got;

                see_limited(&other, folder->file, chunks[i], 4);
                got = seen_text(&other);
                assert_string_equal(got.p, wanted.p);
                buf_release(&got);
                seen_release(&other);
        }
        buf_release(&wanted);
        buf_release(&zip->out);
}

/* As Java writes them: sizes behind the data, folders deflated too. */
static void test_streamed(void **state) {
        struct buf log = make_log(200 * 1000);
        struct made_zip zip = begin_zip();
        struct seen seen;

        add_file(&zip, "d/", STR(""), 8, false, true);
        add_file(&zip, "d/a.log", buf_str(&log), 8, false, true);
        add_file(&zip, "empty", STR(""), 8, false, true);
        add_file(&zip, "no-mark", STR("two\n"), 8, false, false);
        add_file(&zip, "stored", STR("PK\7\x8 and PPK\3\4\n"), 0, false, true);
        add_file(&zip, "sized", STR("three\n"), 8, true, true);
        end_zip(&zip);
        see_zip(&seen, *state, &zip);
        assert_int_equal(seen.count, 5);
        assert_leaf(&seen, "t!d/a.log", buf_str(&log));
        assert_leaf(&seen, "t!empty", STR(""));
        assert_leaf(&seen, "t!no-mark", STR("two\n"));
        assert_leaf(&seen, "t!stored", STR("PK\7\x8 and PPK\3\4\n"));
        assert_leaf(&seen, "t!sized", STR("three\n"));
        assert_container(&seen, "t", CONTAINER_ZIP, CONTAINER_WHOLE, 5);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        buf_release(&log);
}

/* One damaged file costs that file only, and of that only what follows. */
static void check_damaged(struct folder *folder, unsigned method, bool sized) {
        struct buf log = make_log(200 * 1000);
        struct made_zip zip = begin_zip();
        const struct seen_leaf *leaf;
        struct seen seen;
        size_t middle;

        add_file(&zip, "a", STR("one\n"), 8, false, true);
        middle = zip.out.n;
        add_file(&zip, "b", buf_str(&log), method, sized, true);
        middle = (middle + zip.out.n) / 2;
        add_file(&zip, "c", STR("three\n"), 8, false, true);
        end_zip(&zip);
        memset(zip.out.p + middle, 0xff, 40);
        see_zip(&seen, folder, &zip);
        assert_leaf(&seen, "t!a", STR("one\n"));
        assert_leaf(&seen, "t!c", STR("three\n"));
        leaf = find_leaf(&seen, "t!b");
        assert_int_equal(leaf->fault, DIAG_ENTRY_CORRUPT);
        assert_false(leaf->fault_told);
        assert_true(leaf->content.n > log.n * 2 / 5);
        assert_memory_equal(leaf->content.p, log.p, log.n * 2 / 5);
        assert_container(&seen, "t", CONTAINER_ZIP, CONTAINER_PARTIAL, 3);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        buf_release(&log);
}

static void test_damaged(void **state) {
        check_damaged(*state, 8, true);
        check_damaged(*state, 8, false);
        check_damaged(*state, 0, true);
        check_damaged(*state, 0, false);
}

/* A byte is missing, or the header has another size: the next entry is not passed
 * over together with this one. */
static void check_other_size(struct folder *folder, size_t drop_at, size_t flip_at) {
        struct buf log = make_log(20 * 1000);
        struct made_zip zip = begin_zip();
        struct seen seen;
        size_t at;

        add_file(&zip, "a", STR("one\n"), 8, true, true);
        at = zip.out.n;
        add_file(&zip, "b", buf_str(&log), 8, true, true);
        add_file(&zip, "c", STR("three\n"), 8, true, true);
        end_zip(&zip);
        if (flip_at)
                zip.out.p[at + flip_at] ^= 1;
        if (drop_at)
                memmove(zip.out.p + at + drop_at, zip.out.p + at + drop_at + 1, zip.out.n-- - at - drop_at - 1);
        see_zip(&seen, folder, &zip);
        assert_int_equal(seen.count, 3);
        assert_leaf(&seen, "t!a", STR("one\n"));
        assert_leaf(&seen, "t!c", STR("three\n"));
        assert_int_equal(find_leaf(&seen, "t!b")->fault, DIAG_ENTRY_CORRUPT);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        buf_release(&log);
}

static void test_other_size(void **state) {
        check_other_size(*state, 1000, 0);
        check_other_size(*state, 0, 20); /* 64 KiB more or less, packed */
        check_other_size(*state, 0, 24); /* and not */
}

/* Nothing but headers may stand between entries. */
static void test_gap(void **state) {
        struct made_zip zip = begin_zip();
        struct seen seen;

        add_file(&zip, "a", STR("one\n"), 8, true, true);
        buf_add(&zip.out, STR("PK is what lies here, P or PK\3\4 or not"));
        add_file(&zip, "b", STR("two\n"), 8, true, true);
        end_zip(&zip);
        see_zip(&seen, *state, &zip);
        assert_int_equal(seen.count, 2);
        assert_leaf(&seen, "t!b", STR("two\n"));
        assert_container(&seen, "t", CONTAINER_ZIP, CONTAINER_PARTIAL, 2);
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CORRUPT, "t"));
        seen_release(&seen);
}

/* The directory lists what the entries lack. */
static void test_missing_entry(void **state) {
        struct made_zip zip = begin_zip();
        struct seen seen;

        add_file(&zip, "a", STR("one\n"), 8, true, true);
        zip.entries++;
        end_zip(&zip);
        see_zip(&seen, *state, &zip);
        assert_leaf(&seen, "t!a", STR("one\n"));
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_DISAGREES, "t"));
        seen_release(&seen);
}

/* Fields of a directory's entry, from its mark on. */
enum { LISTED_CRC = 16, LISTED_BYTES = 24, LISTED_MODE = 40, LISTED_NAME = 46 };

static char *listed(struct made_zip *zip, size_t field) {
        return (char *)memmem(zip->out.p, zip->out.n, "PK\1\2", 4) + field;
}

static void check_lie(struct folder *folder, struct made_zip *zip, bool lie) {
        struct seen seen;

        see_zip(&seen, folder, zip);
        assert_leaf(&seen, "t!a", STR("one\n"));
        assert_leaf(&seen, "t!b", STR("two\n"));
        assert_int_equal(seen.diags.count, lie);
        if (lie)
                assert_int_equal(find_diag(&seen, DIAG_ARCHIVE_DISAGREES, "t")->offset, seen.bundle.bytes);
        assert_container(&seen, "t", CONTAINER_ZIP, lie ? CONTAINER_PARTIAL : CONTAINER_WHOLE, 2);
        seen_release(&seen);
}

static struct made_zip two_files(bool sized) {
        struct made_zip zip = begin_zip();

        add_file(&zip, "a", STR("one\n"), 8, sized, true);
        add_file(&zip, "b", STR("two\n"), 0, sized, true);
        return zip;
}

/* The directory says otherwise than the entries. */
static void test_lying_directory(void **state) {
        static const size_t fields[] = { LISTED_CRC, LISTED_BYTES, LISTED_BYTES - 4, LISTED_NAME };
        struct made_zip zip;

        for (size_t i = 0; i <= 2 * COUNT(fields); i++) {
                zip = two_files(i % 2);
                end_zip(&zip);
                if (i < 2 * COUNT(fields))
                        *listed(&zip, fields[i / 2]) ^= 1;
                check_lie(*state, &zip, i < 2 * COUNT(fields));
        }
        for (unsigned count = 0; count < 5; count++) {
                static const unsigned counts[] = { 0, 1, 2, 3, 0xffff };

                zip = two_files(true);
                zip.entries = counts[count];
                end_zip(&zip);
                check_lie(*state, &zip, counts[count] != 2);
        }
}

/* One entry is listed twice, which stands for any two that lie over each other; or
 * not at all. */
static void test_other_count(void **state) {
        struct made_zip zip = two_files(true);
        size_t all = zip.directory.n;

        assert_int_equal(buf_reserve(&zip.directory, all), 0);
        zip.directory = join(zip.directory, str_first(buf_str(&zip.directory), all / 2));
        zip.entries = 3;
        end_zip(&zip);
        check_lie(*state, &zip, true);
        zip = two_files(true);
        zip.directory.n = all / 2;
        zip.entries = 1;
        end_zip(&zip);
        check_lie(*state, &zip, true);
}

/* A link is one by the directory's word alone; what has its looks is a file. */
static void test_links(void **state) {
        struct made_zip zip = begin_zip();
        struct seen seen;

        add_file(&zip, "link.log", STR("debug.log"), 0, true, true);
        listed(&(struct made_zip){ .out = zip.directory }, LISTED_MODE)[1] = (char)0xa0;
        add_file(&zip, "no-newline", STR("debug.log"), 8, false, true);
        add_file(&zip, "nul", STR("a\0b"), 0, true, true);
        add_file(&zip, "debug.log", STR("one\n"), 8, true, true);
        end_zip(&zip);
        see_zip(&seen, *state, &zip);
        assert_int_equal(seen.count, 3);
        assert_leaf(&seen, "t!no-newline", STR("debug.log"));
        assert_leaf(&seen, "t!nul", STR("a\0b"));
        assert_leaf(&seen, "t!debug.log", STR("one\n"));
        assert_int_equal(seen.diags.count, 1);
        assert_non_null(find_diag(&seen, DIAG_NOT_A_FILE, "t!link.log"));
        assert_container(&seen, "t", CONTAINER_ZIP, CONTAINER_WHOLE, 3);
        seen_release(&seen);
}

/* Without a directory nobody knows, and nothing is lost. */
static void test_link_without_directory(void **state) {
        struct made_zip zip = begin_zip();
        struct seen seen;

        add_file(&zip, "link.log", STR("debug.log"), 0, true, true);
        buf_release(&zip.directory);
        see_zip(&seen, *state, &zip);
        assert_leaf(&seen, "t!link.log", STR("debug.log"));
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CUT, "t"));
        seen_release(&seen);
}

static void test_other_method(void **state) {
        struct made_zip zip = begin_zip();
        const struct diag *diag;
        struct seen seen;

        add_file(&zip, "a", STR("bzip2, say"), 12, true, true);
        add_file(&zip, "b", STR("lzma, say"), 14, false, true);
        add_file(&zip, "c", STR("one\n"), 8, true, true);
        add_file(&zip, "d", STR("what?"), 77, true, true);
        add_file(&zip, "e", STR("bzip2, say"), 12, true, true);
        end_zip(&zip);
        see_zip(&seen, *state, &zip);
        assert_int_equal(seen.count, 5);
        assert_int_equal(find_leaf(&seen, "t!a")->fault, DIAG_ENTRY_METHOD);
        assert_true(find_leaf(&seen, "t!b")->fault_told);
        assert_leaf(&seen, "t!c", STR("one\n"));
        assert_container(&seen, "t", CONTAINER_ZIP, CONTAINER_PARTIAL, 5);
        assert_int_equal(seen.diags.count, 1);
        diag = find_diag(&seen, DIAG_ENTRY_METHOD, "t");
        assert_non_null(diag);
        assert_int_equal(diag->count, 4);
        assert_true(str_eq(diag->text, STR("4 of its entries are compressed in a way that boshscope does not read "
                                           "(bzip2, LZMA, method 77)")));
        seen_release(&seen);
}

/* A folder's name ends in '/', but what has bytes is none. */
static void test_folders(void **state) {
        struct made_zip zip = begin_zip();
        struct seen seen;

        add_file(&zip, "d/", STR(""), 0, true, true);
        add_file(&zip, "e/", STR(""), 8, false, true);
        add_file(&zip, "./", STR(""), 0, true, true);
        add_file(&zip, "f/", STR("one\n"), 0, true, true);
        add_file(&zip, "g//", STR("two\n"), 8, false, true);
        add_file(&zip, "./", STR("3"), 0, true, true);
        add_file(&zip, "h/", STR("bzip2, say"), 12, true, true);
        end_zip(&zip);
        see_zip(&seen, *state, &zip);
        assert_int_equal(seen.count, 4);
        assert_leaf(&seen, "t!f", STR("one\n"));
        assert_leaf(&seen, "t!g", STR("two\n"));
        assert_leaf(&seen, "t!entry-6", STR("3"));
        assert_int_equal(find_leaf(&seen, "t!h")->fault, DIAG_ENTRY_METHOD);
        assert_container(&seen, "t", CONTAINER_ZIP, CONTAINER_PARTIAL, 4);
        seen_release(&seen);
}

static struct made_zip small_zip(const char *name, struct str content) {
        struct made_zip zip = begin_zip();

        add_file(&zip, name, content, 0, true, true);
        end_zip(&zip);
        return zip;
}

/* One zip behind another is read on, whatever stands between them. */
static void check_two_zips(struct folder *folder, struct str between, struct str behind, enum diag_code code) {
        struct made_zip zip = small_zip("a", STR("one\n")), second = small_zip("b", STR("two\n"));
        struct seen seen;

        zip.out = join(join(join(zip.out, between), buf_str(&second.out)), behind);
        buf_release(&second.out);
        see_zip(&seen, folder, &zip);
        assert_int_equal(seen.count, 2);
        assert_leaf(&seen, "t!a", STR("one\n"));
        assert_leaf(&seen, "t!b", STR("two\n"));
        assert_container(&seen, "t", CONTAINER_ZIP, code == DIAG_NONE ? CONTAINER_WHOLE : CONTAINER_PARTIAL, 2);
        assert_int_equal(seen.diags.count, code != DIAG_NONE);
        if (code != DIAG_NONE)
                assert_non_null(find_diag(&seen, code, "t"));
        seen_release(&seen);
}

static void test_behind_end(void **state) {
        static const char zeros[1000];
        const struct str padding = { zeros, sizeof(zeros) };

        check_two_zips(*state, STR(""), STR(""), DIAG_NONE);
        check_two_zips(*state, padding, padding, DIAG_NONE);
        check_two_zips(*state, STR(""), STR("x"), DIAG_ARCHIVE_TRAILING);
        check_two_zips(*state, STR(""), STR("PK\3\4"), DIAG_ARCHIVE_TRAILING);
        check_two_zips(*state, STR("PK and PK\3\4 is text that somebody left"), STR(""), DIAG_ARCHIVE_TRAILING);
        check_two_zips(*state, STR("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), STR(""), DIAG_NONE);
}

/* The second one's end is missing. */
static void test_second_cut(void **state) {
        struct made_zip zip = small_zip("a", STR("one\n")), second = small_zip("b", STR("two\n"));
        struct seen seen;

        zip.out = join(zip.out, str_first(buf_str(&second.out), second.out.n - 1));
        buf_release(&second.out);
        see_zip(&seen, *state, &zip);
        assert_int_equal(seen.count, 2);
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CUT, "t"));
        seen_release(&seen);
}

static void check_prefix(struct folder *folder, struct str prefix, enum diag_code code) {
        struct made_zip zip = small_zip("a", STR("one\n")), whole = begin_zip();
        struct seen seen;

        whole.out = join(join(whole.out, prefix), buf_str(&zip.out));
        buf_release(&zip.out);
        buf_release(&whole.directory);
        see_zip(&seen, folder, &whole);
        assert_int_equal(seen.bundle.kind, BUNDLE_ZIP);
        assert_int_equal(seen.count, 1);
        assert_leaf(&seen, "t!a", STR("one\n"));
        assert_container(&seen, "t", CONTAINER_ZIP, CONTAINER_WHOLE, 1);
        assert_int_equal(seen.diags.count, code != DIAG_NONE);
        if (code != DIAG_NONE)
                assert_non_null(find_diag(&seen, code, "t"));
        seen_release(&seen);
}

/* A program that unpacks itself, a script, and marks of a zip that was split. */
static void test_prefix(void **state) {
        struct buf program, noise;
        struct seen seen;

        buf_init(&program, MANY);
        buf_add(&program, STR("MZ\x90\0\3\0\0\0 PK\3\4 and PK\3\4\xff"));
        for (uint32_t x = 1; program.n < 300 * 1000; x = x * 1664525 + 1013904223)
                buf_add_byte(&program, (char)(x >> 24));
        check_prefix(*state, buf_str(&program), DIAG_ARCHIVE_PREFIX);
        check_prefix(*state, STR("#!/usr/bin/env python3\n"), DIAG_ARCHIVE_PREFIX);
        buf_init(&noise, MANY);
        for (int i = 0; i < 5; i++)
                buf_add(&noise, buf_str(&program));
        check_prefix(*state, buf_str(&noise), DIAG_ARCHIVE_PREFIX);
        check_prefix(*state, STR("PK00"), DIAG_NONE);
        check_prefix(*state, STR("PK\7\x8"), DIAG_NONE);
        /* No zip in it, and shorter or longer than what is looked at. */
        see(&seen, folder_put(*state, "p.exe", buf_str(&program)));
        assert_leaf(&seen, "p.exe", buf_str(&program));
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        see(&seen, folder_put(*state, "p.exe", buf_str(&noise)));
        assert_leaf(&seen, "p.exe", buf_str(&noise));
        seen_release(&seen);
        buf_release(&noise);
        buf_release(&program);
}

/* The first part of several, and the last. */
static void test_split(void **state) {
        struct made_zip zip = begin_zip(), last = begin_zip();
        struct seen seen;

        buf_add(&zip.out, STR("PK\7\x8"));
        add_file(&zip, "a", STR("one\n"), 0, true, true);
        add_file(&zip, "b", STR("two\n"), 0, true, true);
        end_zip(&zip);
        buf_release(&last.directory);
        last.out = join(last.out, str_skip(buf_str(&zip.out), 20));
        zip.out.n = 60;
        see_zip(&seen, *state, &zip);
        assert_leaf(&seen, "t!a", STR("one\n"));
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CUT, "t"));
        assert_container(&seen, "t", CONTAINER_ZIP, CONTAINER_PARTIAL, 1);
        seen_release(&seen);
        see_zip(&seen, *state, &last);
        assert_leaf(&seen, "t!b", STR("two\n"));
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_DISAGREES, "t"));
        seen_release(&seen);
}

/* Its entries are sound, its directory is not. */
static void test_damaged_directory(void **state) {
        struct made_zip zip = begin_zip();
        struct seen seen;
        char *at;

        add_file(&zip, "a", STR("one\n"), 8, true, true);
        add_file(&zip, "b", STR("two\n"), 8, true, true);
        end_zip(&zip);
        at = memmem(zip.out.p, zip.out.n, "PK\1\2", 4);
        at[0] = 'Q';
        see_zip(&seen, *state, &zip);
        assert_int_equal(seen.count, 2);
        assert_container(&seen, "t", CONTAINER_ZIP, CONTAINER_PARTIAL, 2);
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CORRUPT, "t"));
        assert_int_equal(seen.diags.count, 1);
        seen_release(&seen);
}

static void test_names(void **state) {
        struct made_zip zip = begin_zip();
        struct buf name;
        struct seen seen;
        size_t longest = 0;

        buf_init(&name, MANY);
        for (int i = 0; i < 60000; i++)
                buf_add_byte(&name, 'n');
        buf_add_byte(&name, '\0');
        add_file(&zip, "", STR("1\n"), 0, true, true);
        add_file(&zip, "logs\\x.log", STR("2"), 0, true, true);
        add_file(&zip, "logs\\", STR(""), 0, true, true);
        add_file(&zip, "caf\xe9", STR("3"), 0, true, true);
        add_file(&zip, "B\x81ro/caf\x82.log", STR("3"), 0, true, true);
        add_file(&zip, "\xc8\xd5\xd6\xbe/caf.log", STR("3"), 0, true, true);
        add_file(&zip, "\xe6\x97\xa5\xe5\xbf\x97/x.log", STR("3"), 0, true, true);
        add_file(&zip, name.p, STR("4"), 0, true, true);
        end_zip(&zip);
        see_zip(&seen, *state, &zip);
        assert_int_equal(seen.count, 7);
        assert_leaf(&seen, "t!entry-1", STR("1\n"));
        assert_leaf(&seen, "t!logs/x.log", STR("2"));
        assert_leaf(&seen, "t!caf\xc3\xa9", STR("3"));
        assert_leaf(&seen, "t!B\xc3\xbcro/caf\xc3\xa9.log", STR("3"));
        assert_leaf(&seen, "t!\xe6\x97\xa5\xe5\xbf\x97/caf.log", STR("3"));
        assert_leaf(&seen, "t!\xe6\x97\xa5\xe5\xbf\x97/x.log", STR("3"));
        for (size_t i = 0; i < seen.count; i++)
                longest += str_eq(buf_str(&seen.leaves[i].content), STR("4"));
        assert_int_equal(longest, 1);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        buf_release(&name);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_folder, teardown_folder)
        const struct CMUnitTest tests[] = {
                TEST(test_streamed),        TEST(test_damaged),      TEST(test_gap),
                TEST(test_missing_entry),   TEST(test_folders),      TEST(test_behind_end),
                TEST(test_second_cut),      TEST(test_other_method), TEST(test_prefix),
                TEST(test_split),           TEST(test_names),        TEST(test_damaged_directory),
                TEST(test_other_size),      TEST(test_links),        TEST(test_link_without_directory),
                TEST(test_lying_directory), TEST(test_other_count),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
