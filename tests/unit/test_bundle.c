/* bundle: what the walk finds in sound bundles, and what it is refused. */
#include "source_support.h"

#include <locale.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "source/kind.h"

static void test_kinds(void **state) {
        static const struct {
                struct str first;
                enum file_kind kind;
        } table[] = {
                { { "", 0 }, FILE_LEAF },
                { { "\x1f", 1 }, FILE_LEAF },
                { { "\x1f\x8b\x08", 3 }, FILE_GZIP },
                { { "PK\3\4", 4 }, FILE_ZIP },
                { { "PK\5\6", 4 }, FILE_ZIP },
                { { "PK\7\x8PK\3\4", 8 }, FILE_ZIP },
                { { "PK00PK\3\4", 8 }, FILE_ZIP },
                { { "PK, said he", 11 }, FILE_LEAF },
                { { "\xfd"
                    "7zXZ\0",
                    6 },
                  FILE_OTHER },
                { { "BZh91AY&SY", 10 }, FILE_OTHER },
                { { "BZh9 is no log", 14 }, FILE_LEAF },
                { { "7z\xbc\xaf\x27\x1c", 6 }, FILE_OTHER },
                { { "Rar!\x1a\x07\0", 7 }, FILE_OTHER },
                { { "\x28\xb5\x2f\xfd", 4 }, FILE_OTHER },
                { { "\x04\x22\x4d\x18", 4 }, FILE_OTHER },
                { { "\x1f\x9d\x90", 3 }, FILE_OTHER },
                { { "2017.06.17 00:00:00 INFO", 24 }, FILE_LEAF },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(table); i++) {
                const char *format = NULL;

                assert_int_equal(file_kind(table[i].first, &format), table[i].kind);
                assert_true((format != NULL) == (table[i].kind == FILE_OTHER));
        }
}

static void test_kind_tar(void **state) {
        static const struct made_file files[] = { { "a.log", { "one\n", 4 } } };
        const char *format = NULL;
        struct buf ustar = make_tar(files, 1), old = make_archive("v7tar", NULL, files, 1);

        (void)state;
        assert_int_equal(file_kind(str_first(buf_str(&ustar), 512), &format), FILE_TAR);
        assert_int_equal(file_kind(str_first(buf_str(&old), 512), &format), FILE_TAR);
        old.p[1] ^= 1;
        assert_int_equal(file_kind(str_first(buf_str(&old), 512), &format), FILE_LEAF);
        assert_int_equal(file_kind(str_first(buf_str(&old), 511), &format), FILE_LEAF);
        buf_release(&ustar);
        buf_release(&old);
}

static void test_plain_file(void **state) {
        struct seen seen;

        see(&seen, folder_put(*state, "x.log", STR("one\n")));
        assert_int_equal(seen.bundle.kind, BUNDLE_FILE);
        assert_int_equal(seen.bundle.bytes, 4);
        assert_int_equal(seen.count, 1);
        assert_leaf(&seen, "x.log", STR("one\n"));
        assert_string_equal(seen.leaves[0].name, "x.log");
        assert_int_equal(seen.bundle.container_count, 0);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        see(&seen, folder_put(*state, "empty.log", STR("")));
        assert_leaf(&seen, "empty.log", STR(""));
        seen_release(&seen);
}

static void test_gzip_names(void **state) {
        static const char *const names[][2] = {
                { "x.log.gz", "x.log.gz!x.log" }, { "x.GZ", "x.GZ!x" }, { "x.tgz", "x.tgz!x.tar" },
                { "x.log", "x.log!x.log" },       { ".gz", ".gz!.gz" },
        };
        struct buf gz = make_gzip(STR("one\n"));

        for (size_t i = 0; i < COUNT(names); i++) {
                struct seen seen;

                see(&seen, folder_put(*state, names[i][0], buf_str(&gz)));
                assert_int_equal(seen.bundle.kind, BUNDLE_GZ);
                assert_leaf(&seen, names[i][1], STR("one\n"));
                assert_container(&seen, names[i][0], CONTAINER_GZ, CONTAINER_WHOLE, 1);
                seen_release(&seen);
        }
        buf_release(&gz);
}

static const struct made_file two_files[] = {
        { "./desktop/logs/a.log", { "one\n", 4 } },
        { "desktop/b.log", { "", 0 } },
};

static void check_two(struct folder *folder, const char *name, struct buf packed, enum bundle_kind kind,
                      enum container_kind container) {
        char a[96], b[96];
        struct seen seen;

        snprintf(a, sizeof(a), "%s!desktop/logs/a.log", name);
        snprintf(b, sizeof(b), "%s!desktop/b.log", name);
        see(&seen, folder_put(folder, name, buf_str(&packed)));
        assert_int_equal(seen.bundle.kind, kind);
        assert_int_equal(seen.bundle.bytes, packed.n);
        assert_int_equal(bundle_size(folder->file), packed.n);
        assert_int_equal(seen.count, 2);
        assert_leaf(&seen, a, STR("one\n"));
        assert_leaf(&seen, b, STR(""));
        assert_string_equal(seen.leaves[0].name, "a.log");
        assert_container(&seen, name, container, CONTAINER_WHOLE, 2);
        assert_int_equal(seen.bundle.containers[0].bytes, packed.n);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        buf_release(&packed);
}

static void test_archives(void **state) {
        /* The names lie: content decides. */
        check_two(*state, "t.log", make_tar(two_files, 2), BUNDLE_TAR, CONTAINER_TAR);
        check_two(*state, "t.zip", make_tgz(two_files, 2), BUNDLE_TGZ, CONTAINER_TGZ);
        check_two(*state, "t.tgz", make_zip(two_files, 2), BUNDLE_ZIP, CONTAINER_ZIP);
        check_two(*state, "stored", make_archive("zip", "zip:compression=store", two_files, 2), BUNDLE_ZIP,
                  CONTAINER_ZIP);
        check_two(*state, "big", make_archive("zip", "zip:zip64", two_files, 2), BUNDLE_ZIP, CONTAINER_ZIP);
        check_two(*state, "pax", make_archive("pax", NULL, two_files, 2), BUNDLE_TAR, CONTAINER_TAR);
        check_two(*state, "gnu", make_archive("gnutar", NULL, two_files, 2), BUNDLE_TAR, CONTAINER_TAR);
        check_two(*state, "v7", make_archive("v7tar", NULL, two_files, 2), BUNDLE_TAR, CONTAINER_TAR);
}

static void test_empty_zip(void **state) {
        struct buf zip = make_zip(NULL, 0);
        struct seen seen;

        see(&seen, folder_put(*state, "e.zip", buf_str(&zip)));
        assert_container(&seen, "e.zip", CONTAINER_ZIP, CONTAINER_WHOLE, 0);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        buf_release(&zip);
}

/* Links and devices in an archive are no files, and that is said as it is of a
 * directory's. A hard link to what was read before is read before. */
static void test_entry_types(void **state) {
        static const char *const formats[] = { "ustar", "pax", "gnutar" };
        static const char *const no_files[] = { "t.tar!d/link", "t.tar!d/fifo", "t.tar!d/null", "t.tar!d/lost",
                                                "t.tar!d/again" };

        for (size_t i = 0; i < COUNT(formats); i++) {
                struct buf tar;
                struct archive *handle = begin_archive(formats[i], NULL, &tar);
                struct seen seen;

                add_entry(handle, "d", AE_IFDIR, STR(""));
                add_entry(handle, "d/link", AE_IFLNK, STR(""));
                add_entry(handle, "d/fifo", AE_IFIFO, STR(""));
                add_entry(handle, "d/null", AE_IFCHR, STR(""));
                add_entry(handle, "d/lost", HARD_LINK, STR("d/x.log"));
                add_entry(handle, "./d/x.log", AE_IFREG, STR("one\n"));
                add_entry(handle, "d/same", HARD_LINK, STR("./d/x.log"));
                add_entry(handle, "d/same2", HARD_LINK, STR("d/same"));
                add_entry(handle, "d/again", HARD_LINK, STR("d/link"));
                end_archive(handle);
                see(&seen, folder_put(*state, "t.tar", buf_str(&tar)));
                assert_int_equal(seen.count, 1);
                assert_leaf(&seen, "t.tar!d/x.log", STR("one\n"));
                assert_container(&seen, "t.tar", CONTAINER_TAR, CONTAINER_WHOLE, 1);
                for (size_t k = 0; k < COUNT(no_files); k++)
                        assert_non_null(find_diag(&seen, DIAG_NOT_A_FILE, no_files[k]));
                assert_int_equal(seen.diags.count, COUNT(no_files));
                seen_release(&seen);
                buf_release(&tar);
        }
}

/* Named like an archive: a log by a wrong name, or what was one. */
static void test_archive_names(void **state) {
        static const char zeros[3000];
        static const struct {
                const char *name;
                struct str content;
                bool told;
        } table[] = {
                { "a.gz", STR_INIT("2017.06.17 00:00:00 INFO\n"), false },
                { "b.TGZ", STR_INIT("caf\xc3\xa9 \xe9t\xe9\tINFO of the next line\r\n"), false },
                { "c.zip", STR_INIT("\x1e\x8b\x08\0\0\0\0\0"), true },
                { "d.tar", { zeros, 500 }, true },
                { "e.gz", STR_INIT(""), true },
                { "f.Tar", STR_INIT("ab"), true },
                { "g.zip",
                  STR_INIT("QK\3\4\x14\0\0\0\0\0 and this is what was stored in it: INFO, and more of it....."), true },
                { "h.log", { zeros, sizeof(zeros) }, false },
                { ".gz", { zeros, 10 }, false },
        };
        struct folder *folder = *state;
        struct made_file files[COUNT(table)];
        struct seen seen[2];
        struct buf tgz;
        size_t told = 0;

        for (size_t i = 0; i < COUNT(table); i++) {
                folder_put(folder, table[i].name, table[i].content);
                files[i] = (struct made_file){ table[i].name, table[i].content };
                told += table[i].told;
        }
        see(&seen[0], folder->path);
        tgz = make_tgz(files, COUNT(files));
        see(&seen[1], folder_put(folder, "t", buf_str(&tgz)));
        for (size_t i = 0; i < 2 * COUNT(table); i++) {
                char path[64];

                snprintf(path, sizeof(path), "%s%s", i % 2 ? "t!" : "", table[i / 2].name);
                assert_leaf(&seen[i % 2], path, table[i / 2].content);
                assert_int_equal(find_diag(&seen[i % 2], DIAG_CONTAINER_NAME_ONLY, path) != NULL, table[i / 2].told);
                assert_int_equal(seen[i % 2].diags.count, told);
        }
        seen_release(&seen[0]);
        seen_release(&seen[1]);
        buf_release(&tgz);
}

/* The file named to be analysed, and what a gzip holds. */
/* Nothing but its end, which only the name tells from a log with a hole. */
static void test_empty_tar(void **state) {
        static const char zeros[10240];
        struct seen seen;

        see(&seen, folder_put(*state, "d.tar", (struct str){ zeros, sizeof(zeros) }));
        assert_int_equal(seen.count, 0);
        assert_container(&seen, "d.tar", CONTAINER_TAR, CONTAINER_WHOLE, 0);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        see(&seen, folder_put(*state, "d.tar", (struct str){ zeros, 10000 }));
        assert_non_null(find_diag(&seen, DIAG_ARCHIVE_CUT, "d.tar"));
        seen_release(&seen);
        see(&seen, folder_put(*state, "d.log", (struct str){ zeros, sizeof(zeros) }));
        assert_int_equal(seen.count, 1);
        seen_release(&seen);
}

static void test_archive_name_alone(void **state) {
        struct buf gz = make_gzip(STR("\0\1\2\3\4\5"));
        struct seen seen;

        see(&seen, folder_put(*state, "e.gz", STR("")));
        assert_leaf(&seen, "e.gz", STR(""));
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        see(&seen, folder_put(*state, "e.gz", STR("\0\0\0\0\0")));
        assert_non_null(find_diag(&seen, DIAG_CONTAINER_NAME_ONLY, "e.gz"));
        seen_release(&seen);
        see(&seen, folder_put(*state, "x.tgz", buf_str(&gz)));
        assert_non_null(find_diag(&seen, DIAG_CONTAINER_NAME_ONLY, "x.tgz!x.tar"));
        assert_container(&seen, "x.tgz", CONTAINER_GZ, CONTAINER_WHOLE, 1);
        seen_release(&seen);
        buf_release(&gz);
}

static void test_entry_names(void **state) {
        static const struct made_file files[] = {
                { "caf\xc3\xa9.log", { "1", 1 } },
                { "./././x", { "2", 1 } },
                { "/abs/y", { "3", 1 } },
                { "../up", { "4", 1 } },
        };
        static const char *const formats[] = { "zip", "pax", "gnutar" };
        locale_t before = uselocale((locale_t)0), utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);

        for (size_t i = 0; i < COUNT(formats); i++) {
                struct buf packed;
                struct seen seen;

                uselocale(utf8); /* for the writer; the reader must do without */
                packed = make_archive(formats[i], NULL, files, COUNT(files));
                uselocale(before);
                see(&seen, folder_put(*state, "t", buf_str(&packed)));
                assert_leaf(&seen, "t!caf\xc3\xa9.log", STR("1"));
                assert_leaf(&seen, "t!x", STR("2"));
                assert_leaf(&seen, "t!/abs/y", STR("3"));
                assert_leaf(&seen, "t!../up", STR("4"));
                seen_release(&seen);
                buf_release(&packed);
        }
        freelocale(utf8);
        assert_true(uselocale((locale_t)0) == before);
        assert_string_equal(setlocale(LC_ALL, NULL), "C");
}

/* zip -> tgz -> X.log.zip -> X.log, as the collector makes it. */
static struct buf make_nested(struct str log) {
        struct made_file file = { "X.log", log };
        struct buf inner = make_zip(&file, 1), tgz, outer;

        file = (struct made_file){ "desktop/logs/webservices/X.log.zip", buf_str(&inner) };
        tgz = make_tgz(&file, 1);
        file = (struct made_file){ "active_1.tgz", buf_str(&tgz) };
        outer = make_archive("zip", "zip:compression=store", &file, 1);
        buf_release(&inner);
        buf_release(&tgz);
        return outer;
}

#define INNER "r.zip!active_1.tgz!desktop/logs/webservices/X.log.zip"

static void test_nested(void **state) {
        struct buf log = make_log(300 * 1000), zip = make_nested(buf_str(&log));
        struct seen seen;

        see(&seen, folder_put(*state, "r.zip", buf_str(&zip)));
        assert_int_equal(seen.count, 1);
        assert_leaf(&seen, INNER "!X.log", buf_str(&log));
        assert_string_equal(seen.leaves[0].name, "X.log");
        assert_int_equal(seen.bundle.container_count, 3);
        assert_container(&seen, "r.zip", CONTAINER_ZIP, CONTAINER_WHOLE, 1);
        assert_container(&seen, "r.zip!active_1.tgz", CONTAINER_TGZ, CONTAINER_WHOLE, 1);
        assert_container(&seen, INNER, CONTAINER_ZIP, CONTAINER_WHOLE, 1);
        seen_release(&seen);
        buf_release(&zip);
        buf_release(&log);
}

static void test_depth(void **state) {
        struct buf zip = make_nested(STR("one\n"));
        const char *path = folder_put(*state, "r.zip", buf_str(&zip));
        struct seen seen;

        see_limited(&seen, path, DEFAULT_CHUNK, 3);
        assert_leaf(&seen, INNER "!X.log", STR("one\n"));
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        see_limited(&seen, path, DEFAULT_CHUNK, 2);
        assert_int_equal(seen.count, 0);
        assert_container(&seen, "r.zip!active_1.tgz", CONTAINER_TGZ, CONTAINER_WHOLE, 1);
        assert_container(&seen, INNER, CONTAINER_ZIP, CONTAINER_NOT_ENTERED, 0);
        assert_true(find_container(&seen, INNER)->bytes > 0);
        assert_non_null(find_diag(&seen, DIAG_NOT_ENTERED_DEPTH, INNER));
        assert_true(str_eq(seen.diags.items[0].text, STR("it lies in 2 containers, and the limit is 2")));
        seen_release(&seen);
        see_limited(&seen, path, DEFAULT_CHUNK, 1);
        assert_true(str_eq(seen.diags.items[0].text, STR("it lies in another container, and the limit is 1")));
        seen_release(&seen);
        see_limited(&seen, path, DEFAULT_CHUNK, 0);
        assert_container(&seen, "r.zip", CONTAINER_ZIP, CONTAINER_NOT_ENTERED, 0);
        assert_int_equal(seen.bundle.bytes, zip.n);
        assert_true(str_eq(seen.diags.items[0].text, STR("no container is entered: the limit is 0")));
        seen_release(&seen);
        buf_release(&zip);
}

/* A gzip in a gzip in a gzip: no limit asked for makes the stack overflow. */
static void test_very_deep(void **state) {
        struct buf gz = make_gzip(STR("one\n"));
        struct seen seen;

        for (int i = 0; i < 80; i++) {
                struct buf outer = make_gzip(buf_str(&gz));

                buf_release(&gz);
                gz = outer;
        }
        see_limited(&seen, folder_put(*state, "x", buf_str(&gz)), 4096, UINT64_MAX);
        assert_int_equal(seen.result, 0);
        assert_int_equal(seen.count, 0);
        assert_int_equal(seen.diags.count, 1);
        assert_int_equal(seen.diags.items[0].code, DIAG_NOT_ENTERED_DEPTH);
        assert_int_equal(seen.bundle.container_count, BUNDLE_DEEPEST + 1);
        seen_release(&seen);
        buf_release(&gz);
}

static void test_other_format(void **state) {
        static const struct made_file files[] = { { "a.xz",
                                                    { "\xfd"
                                                      "7zXZ\0....",
                                                      10 } },
                                                  { "b.log", { "one\n", 4 } } };
        struct buf zip = make_zip(files, 2);
        struct seen seen;

        see(&seen, folder_put(*state, "t.zip", buf_str(&zip)));
        assert_int_equal(seen.count, 1);
        assert_leaf(&seen, "t.zip!b.log", STR("one\n"));
        assert_container(&seen, "t.zip", CONTAINER_ZIP, CONTAINER_WHOLE, 2);
        assert_container(&seen, "t.zip!a.xz", CONTAINER_OTHER, CONTAINER_NOT_ENTERED, 0);
        assert_int_equal(find_container(&seen, "t.zip!a.xz")->bytes, 10);
        assert_true(
                str_eq(find_container(&seen, "t.zip!a.xz")->reason, STR("xz is not a format that boshscope opens")));
        assert_non_null(find_diag(&seen, DIAG_NOT_ENTERED_FORMAT, "t.zip!a.xz"));
        seen_release(&seen);
        see(&seen, folder_put(*state, "a.7z", STR("7z\xbc\xaf\x27\x1c....")));
        assert_int_equal(seen.bundle.kind, BUNDLE_FILE);
        assert_container(&seen, "a.7z", CONTAINER_OTHER, CONTAINER_NOT_ENTERED, 0);
        seen_release(&seen);
        buf_release(&zip);
}

/* ----------------------------------------------------------------- directories */

static void test_directory(void **state) {
        struct folder *folder = *state;
        struct buf zip = make_nested(STR("deep\n"));
        struct seen seen;

        assert_int_equal(mkdir(folder_path(folder, "desktop"), 0755), 0);
        assert_int_equal(mkdir(folder_path(folder, "desktop/logs"), 0755), 0);
        folder_put(folder, "desktop/logs/debug.log", STR("one\n"));
        folder_put(folder, "desktop/Z.log", STR("two\n"));
        folder_put(folder, "a.log", STR("three\n"));
        folder_put(folder, "r.zip", buf_str(&zip));
        see(&seen, folder->path);
        assert_int_equal(seen.bundle.kind, BUNDLE_DIRECTORY);
        assert_int_equal(seen.bundle.bytes, 14 + zip.n);
        assert_int_equal(bundle_size(folder->path), 14 + zip.n);
        assert_int_equal(seen.count, 4);
        assert_string_equal(seen.leaves[0].path, "a.log");
        assert_string_equal(seen.leaves[1].path, "desktop/Z.log");
        assert_string_equal(seen.leaves[2].path, "desktop/logs/debug.log");
        assert_leaf(&seen, INNER "!X.log", STR("deep\n"));
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
        buf_release(&zip);
}

static void test_no_files(void **state) {
        struct folder *folder = *state;
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        struct seen seen;

        snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", folder->path);
        assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
        assert_int_equal(mkfifo(folder_path(folder, "fifo"), 0644), 0);
        assert_int_equal(symlink("x.log", folder_path(folder, "link")), 0);
        assert_int_equal(symlink(".", folder_path(folder, "loop")), 0);
        folder_put(folder, "x.log", STR("one\n"));
        see(&seen, folder->path);
        assert_int_equal(seen.count, 1);
        assert_int_equal(seen.diags.count, 4);
        assert_non_null(find_diag(&seen, DIAG_NOT_A_FILE, "fifo"));
        assert_non_null(find_diag(&seen, DIAG_NOT_A_FILE, "link"));
        assert_non_null(find_diag(&seen, DIAG_NOT_A_FILE, "loop"));
        assert_non_null(find_diag(&seen, DIAG_NOT_A_FILE, "socket"));
        seen_release(&seen);
        close(fd);
        /* At the top a link is followed. */
        see(&seen, folder_path(folder, "link"));
        assert_leaf(&seen, "link", STR("one\n"));
        seen_release(&seen);
        see(&seen, folder_path(folder, "loop"));
        assert_leaf(&seen, "x.log", STR("one\n"));
        seen_release(&seen);
}

/* Root may read everything, so root is somebody else for a moment. */
static void test_unreadable(void **state) {
        struct folder *folder = *state;
        bool root = geteuid() == 0;
        struct seen seen;

        folder_put(folder, "x.log", STR("one\n"));
        chmod(folder_put(folder, "secret.log", STR("two\n")), 0);
        mkdir(folder_path(folder, "closed"), 0);
        chmod(folder->path, 0755);
        if (root)
                assert_int_equal(seteuid(65534), 0);
        see(&seen, folder->path);
        if (root)
                assert_int_equal(seteuid(0), 0);
        assert_int_equal(seen.count, 2);
        assert_leaf(&seen, "x.log", STR("one\n"));
        assert_int_equal(find_leaf(&seen, "secret.log")->fault, DIAG_OPEN_FAILED);
        assert_true(find_leaf(&seen, "secret.log")->fault_told);
        assert_non_null(find_diag(&seen, DIAG_OPEN_FAILED, "secret.log"));
        assert_non_null(find_diag(&seen, DIAG_OPEN_FAILED, "closed"));
        assert_int_equal(seen.diags.count, 2);
        seen_release(&seen);
        chmod(folder_path(folder, "closed"), 0755);
}

static void test_deep_directories(void **state) {
        struct folder *folder = *state;
        int at = open(folder->path, O_RDONLY | O_DIRECTORY);
        struct seen seen;

        for (int i = 0; i < 70; i++) {
                int below;

                assert_int_equal(mkdirat(at, "d", 0755), 0);
                below = openat(at, "d", O_RDONLY | O_DIRECTORY);
                close(at);
                at = below;
        }
        close(at);
        folder_put(folder, "x.log", STR("one\n"));
        see(&seen, folder->path);
        assert_leaf(&seen, "x.log", STR("one\n"));
        assert_int_equal(seen.diags.count, 1);
        assert_int_equal(seen.diags.items[0].code, DIAG_OPEN_FAILED);
        seen_release(&seen);
}

static void test_missing(void **state) {
        const char *path = folder_path(*state, "nothing");
        struct seen seen;

        see(&seen, path);
        assert_int_equal(seen.count, 0);
        assert_non_null(find_diag(&seen, DIAG_OPEN_FAILED, path));
        assert_non_null(str_find(seen.diags.items[0].text, STR("No such file")));
        assert_int_equal(bundle_size(path), 0);
        seen_release(&seen);
}

/* Reading one's own memory at 0 is an I/O error on every Linux. */
static void test_read_error(void **state) {
        struct seen seen;

        (void)state;
        see(&seen, "/proc/self/mem");
        assert_int_equal(seen.count, 1);
        assert_int_equal(seen.leaves[0].fault, DIAG_OPEN_FAILED);
        assert_true(seen.leaves[0].fault_told);
        assert_non_null(find_diag(&seen, DIAG_OPEN_FAILED, "mem"));
        seen_release(&seen);
}

/* --------------------------------------------------- files that do not stay still */

struct changer {
        const char *path;
        off_t to;
        struct buf content;
        enum diag_code fault;
};

/* Reads a bit, changes the file's size, and reads on. */
static int change_leaf(void *userdata, struct finds *finds, const struct leaf *leaf, struct stream *stream) {
        struct changer *changer = userdata;
        char bytes[100];
        ssize_t r;

        (void)finds, (void)leaf;
        while ((r = stream_read(stream, bytes, sizeof(bytes))) > 0) {
                assert_int_equal(buf_add(&changer->content, (struct str){ bytes, (size_t)r }), 0);
                assert_int_equal(truncate(changer->path, changer->to), 0);
        }
        changer->fault = stream->fault;
        return (int)r;
}

static void check_change(const char *path, off_t to, size_t wanted_bytes, enum diag_code code) {
        struct changer changer = { .path = path, .to = to };
        struct bundle_visitor visitor = { .leaf = change_leaf, .userdata = &changer };
        struct bundle bundle;
        struct limits limits;
        struct diags diags;

        limits_init(&limits);
        diags_init(&diags);
        bundle_init(&bundle);
        buf_init(&changer.content, MANY);
        assert_int_equal(walk_alone(&bundle, path, &limits, 700, &diags, &visitor), 0);
        assert_int_equal(changer.content.n, wanted_bytes);
        assert_int_equal(bundle.bytes, wanted_bytes);
        assert_int_equal(changer.fault, code == DIAG_FILE_CHANGED ? code : DIAG_NONE);
        assert_int_equal(diags.count, 1);
        assert_int_equal(diags.items[0].code, code);
        assert_true(str_eq(diags.items[0].path, STR("x.log")));
        if (code == DIAG_FILE_CHANGED)
                assert_true(str_eq(diags.items[0].text,
                                   STR("it held 3000 bytes when it was opened, and 700 could be read")));
        bundle_release(&bundle);
        diags_release(&diags);
        buf_release(&changer.content);
}

static void test_file_changes(void **state) {
        struct buf log = make_log(3000);

        check_change(folder_put(*state, "x.log", buf_str(&log)), 700, 700, DIAG_FILE_CHANGED);
        check_change(folder_put(*state, "x.log", buf_str(&log)), 100 * 1000, 3000, DIAG_FILE_GREW);
        buf_release(&log);
}

/* A file of the kernel says that it holds nothing, and holds something. */
static void test_file_without_size(void **state) {
        struct seen seen;

        (void)state;
        see(&seen, "/proc/self/cmdline");
        assert_int_equal(seen.count, 1);
        assert_true(seen.leaves[0].content.n > 0);
        assert_int_equal(seen.diags.count, 0);
        seen_release(&seen);
}

/* -------------------------------------------------------------------- stopping */

struct stopper {
        size_t leaf_reads; /* bytes the visitor wants of each leaf */
        int leaf_result;
        uint64_t ticks_left;
        size_t leaves;
};

static int stop_leaf(void *userdata, struct finds *finds, const struct leaf *leaf, struct stream *stream) {
        struct stopper *stopper = userdata;
        char bytes[1000];

        (void)finds, (void)leaf;
        stopper->leaves++;
        if (stopper->leaf_reads) {
                ssize_t r = stream_read(stream, bytes, stopper->leaf_reads);

                if (r < 0)
                        return (int)r;
        }
        return stopper->leaf_result;
}

static int stop_tick(void *userdata, uint64_t more_bytes) {
        struct stopper *stopper = userdata;

        (void)more_bytes;
        return stopper->ticks_left-- == 0;
}

static int stop_walk(struct stopper *stopper, const char *path, struct bundle *bundle, size_t chunk_bytes) {
        struct bundle_visitor visitor = { .leaf = stop_leaf, .tick = stop_tick, .userdata = stopper };
        struct limits limits;
        struct diags diags;
        int r;

        limits_init(&limits);
        diags_init(&diags);
        bundle_init(bundle);
        r = walk_alone(bundle, path, &limits, chunk_bytes, &diags, &visitor);
        assert_int_equal(diags.count, 0);
        diags_release(&diags);
        return r;
}

static void test_visitor_stops(void **state) {
        struct buf zip = make_nested(STR("one\n"));
        struct stopper stopper = { .leaf_result = -1234, .ticks_left = UINT64_MAX };
        struct bundle bundle;

        folder_put(*state, "r.zip", buf_str(&zip));
        assert_int_equal(stop_walk(&stopper, folder_path(*state, "r.zip"), &bundle, 4096), -1234);
        assert_int_equal(stopper.leaves, 1);
        bundle_release(&bundle);
        buf_release(&zip);
}

/* Stop at every read there is: the wish comes through all layers. */
static void test_tick_stops(void **state) {
        struct buf log = make_log(20 * 1000), zip = make_nested(buf_str(&log));
        const char *path = folder_put(*state, "r.zip", buf_str(&zip));
        uint64_t ticks = 0;
        int r;

        do {
                struct stopper stopper = { .leaf_reads = 1000, .ticks_left = ticks++ };
                struct bundle bundle;

                r = stop_walk(&stopper, path, &bundle, 64);
                assert_true(r == -ECANCELED || r == 0);
                bundle_release(&bundle);
        } while (r != 0);
        assert_true(ticks > zip.n / 64);
        buf_release(&zip);
        buf_release(&log);
}

static void no_action(int number) {
        (void)number;
}

/* Nobody writes to the fifo, but a signal comes. */
static void test_fifo_stops(void **state) {
        const struct sigaction action = { .sa_handler = no_action };
        const struct itimerval soon = { .it_interval.tv_usec = 20 * 1000, .it_value.tv_usec = 20 * 1000 },
                               never = { 0 };
        const char *path = folder_path(*state, "fifo");
        struct stopper stopper = { .ticks_left = 2 };
        struct bundle bundle;

        assert_int_equal(mkfifo(path, 0644), 0);
        assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
        assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
        assert_int_equal(stop_walk(&stopper, path, &bundle, 64), -ECANCELED);
        assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
        assert_int_equal(stopper.leaves, 0);
        bundle_release(&bundle);
}

/* Who reads a bit of a leaf, or nothing, finds the next ones all the same. */
static void test_lazy_visitor(void **state) {
        struct buf log = make_log(300 * 1000);
        struct made_file files[] = { { "a", buf_str(&log) }, { "b", buf_str(&log) }, { "c", { "x", 1 } } };
        struct buf packed[] = { make_zip(files, 3), make_tgz(files, 3), make_tar(files, 3) };

        for (size_t i = 0; i < 2 * COUNT(packed); i++) {
                struct stopper stopper = { .leaf_reads = i % 2, .ticks_left = UINT64_MAX };
                struct bundle bundle;

                folder_put(*state, "t", buf_str(&packed[i / 2]));
                assert_int_equal(stop_walk(&stopper, folder_path(*state, "t"), &bundle, 4096), 0);
                assert_int_equal(stopper.leaves, 3);
                assert_int_equal(bundle.bytes, packed[i / 2].n);
                assert_int_equal(bundle.containers[0].status, CONTAINER_WHOLE);
                bundle_release(&bundle);
        }
        for (size_t i = 0; i < COUNT(packed); i++)
                buf_release(&packed[i]);
        buf_release(&log);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_folder, teardown_folder)
        const struct CMUnitTest tests[] = {
                TEST(test_kinds),
                TEST(test_kind_tar),
                TEST(test_plain_file),
                TEST(test_gzip_names),
                TEST(test_archives),
                TEST(test_empty_zip),
                TEST(test_entry_types),
                TEST(test_entry_names),
                TEST(test_nested),
                TEST(test_depth),
                TEST(test_very_deep),
                TEST(test_other_format),
                TEST(test_directory),
                TEST(test_no_files),
                TEST(test_unreadable),
                TEST(test_deep_directories),
                TEST(test_missing),
                TEST(test_read_error),
                TEST(test_visitor_stops),
                TEST(test_tick_stops),
                TEST(test_lazy_visitor),
                TEST(test_fifo_stops),
                TEST(test_file_changes),
                TEST(test_file_without_size),
                TEST(test_archive_names),
                TEST(test_empty_tar),
                TEST(test_archive_name_alone),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
