/* batch: which bundles there are, who they are, what the index says of them. */
#define _XOPEN_SOURCE 700 /* mkdtemp, mkfifo, symlink */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "batch/find.h"
#include "batch/identity.h"
#include "batch/index.h"
#include "batch/plan.h"

static const char log_text[] = "2017.06.17 00:16:04 Closing idle session (id=f382a015): 1001003@fin1/desktop\n";
static const char gzip_text[] = "\x1f\x8b\x08 packed";

static void write_file(const char *path, const char *text, size_t bytes) {
        const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, bytes), bytes);
        close(fd);
}

#define WRITE(path, text) write_file(path, text, sizeof(text) - 1)

static void make_folder(const char *path) {
        assert_int_equal(mkdir(path, 0777), 0);
}

/* Each test has a folder of its own, and stands in it. */
static int enter(void **state) {
        char *folder = strdup("/tmp/boshscope-batch-XXXXXX");

        assert_non_null(mkdtemp(folder));
        assert_int_equal(chdir(folder), 0);
        *state = folder;
        return 0;
}

static int leave(void **state) {
        char command[128];

        snprintf(command, sizeof(command), "rm -rf %s", (char *)*state);
        free(*state);
        return chdir("/") || system(command);
}

/* ------------------------------------------------------------------------ find */

/* "path" of each, "path!" where it has a fault, in the order found. */
static void check_found(const char *operand, const char *expected) {
        struct bundles bundles;
        char said[1024] = "";

        bundles_init(&bundles);
        bundles_spare(&bundles, "out");
        assert_int_equal(bundles_find(&bundles, str_from(operand)), 0);
        for (size_t i = 0; i < bundles.count; i++) {
                strcat(said, i ? " " : "");
                strcat(said, bundles.items[i].path.p);
                strcat(said, bundles.items[i].fault.n ? "!" : "");
        }
        bundles_release(&bundles);
        assert_string_equal(said, expected);
}

static void test_find_packed(void **state) {
        (void)state;
        make_folder("in");
        make_folder("in/deep");
        make_folder("out");
        WRITE("in/b.bin", gzip_text);
        WRITE("in/deep/c.zip", "PK\3\4 and so on");
        WRITE("in/d.tgz", "its beginning was lost");
        WRITE("in/empty.tgz", "");
        WRITE("in/readme.txt", "not a bundle");
        WRITE("out/e.tgz", gzip_text);
        check_found("in", "in/b.bin in/d.tgz in/deep/c.zip in/empty.tgz");
        check_found("./in/", "in/b.bin in/d.tgz in/deep/c.zip in/empty.tgz");
        check_found("in/readme.txt", "in/readme.txt");
        check_found(".", "in/b.bin in/d.tgz in/deep/c.zip in/empty.tgz");
}

static void test_find_unpacked(void **state) {
        (void)state;
        make_folder("fin1");
        make_folder("fin1/desktop");
        make_folder("fin1/desktop/logs");
        WRITE("fin1/within.tgz", gzip_text);
        make_folder("fin2");
        make_folder("fin2/openfire");
        WRITE("fin2/openfire/debug.log", log_text);
        make_folder("fin3");
        WRITE("fin3/any.name", log_text);
        make_folder("fin4");
        make_folder("fin4/webservices");
        WRITE("fin4/webservices/Desktop-webservices.2017-06-17T00-05-00.123.log.zip", "PK\3\4");
        make_folder("case");
        make_folder("case/openfire"); /* not what it is named for */
        WRITE("case/openfire/first.tgz", gzip_text);
        check_found(".", "case/openfire/first.tgz fin1 fin2 fin3 fin4");
        check_found("fin1", "fin1");
}

/* A log or two among bundles are no bundle that holds these. */
static void test_find_logs_among_bundles(void **state) {
        (void)state;
        make_folder("in");
        WRITE("in/a.tgz", gzip_text);
        WRITE("in/b.zip", "PK\3\4");
        WRITE("in/c.log", log_text);
        check_found("in", "in/a.tgz in/b.zip in/c.log");
        WRITE("in/debug.log", log_text);
        check_found("in", "in/a.tgz in/b.zip in/c.log in/debug.log");
        WRITE("in/info.log.1.gz", gzip_text);
        check_found("in", "in");
}

static void test_find_odd(void **state) {
        (void)state;
        make_folder("none");
        make_folder("odd");
        assert_int_equal(mkfifo("odd/fifo", 0666), 0);
        assert_int_equal(symlink("nowhere", "odd/broken"), 0);
        WRITE("odd/x.tgz", gzip_text);
        assert_int_equal(symlink("x.tgz", "odd/inside"), 0);
        assert_int_equal(symlink("..", "odd/loop"), 0);
        assert_int_equal(symlink("odd/x.tgz", "given"), 0);
        check_found("none", "none!");
        check_found("missing", "missing!");
        check_found("odd", "odd/broken! odd/fifo! odd/loop! odd/x.tgz");
        check_found("odd/fifo", "odd/fifo!");
        check_found("given", "given");
        check_found("odd/broken", "odd/broken!");
}

/* The same path counts once, another name of the same file again. */
static void test_find_twice(void **state) {
        struct bundles bundles;

        (void)state;
        make_folder("in");
        WRITE("in/a.tgz", gzip_text);
        assert_int_equal(link("in/a.tgz", "in/b.tgz"), 0);
        bundles_init(&bundles);
        assert_int_equal(bundles_find(&bundles, STR("in/a.tgz")), 0);
        assert_int_equal(bundles_find(&bundles, STR("in")), 0);
        assert_int_equal(bundles_find(&bundles, STR("./in")), 0);
        assert_int_equal(bundles.count, 2);
        assert_int_equal(bundles.items[0].bytes, sizeof(gzip_text) - 1);
        assert_int_equal(bundles.items[0].inode, bundles.items[1].inode);
        bundles_release(&bundles);
}

/* What changes below it changes a directory's sums. */
static void test_directory_sums(void **state) {
        struct bundles before, after;

        (void)state;
        make_folder("fin1");
        make_folder("fin1/openfire");
        WRITE("fin1/openfire/debug.log", log_text);
        bundles_init(&before);
        bundles_init(&after);
        assert_int_equal(bundles_find(&before, STR("fin1")), 0);
        WRITE("fin1/openfire/info.log", log_text);
        assert_int_equal(bundles_find(&after, STR("fin1")), 0);
        assert_int_equal(before.items[0].bytes, sizeof(log_text) - 1);
        assert_int_equal(after.items[0].bytes, 2 * (sizeof(log_text) - 1));
        assert_true(after.items[0].mtime_ns >= before.items[0].mtime_ns);
        bundles_release(&before);
        bundles_release(&after);
}

/* -------------------------------------------------------------------- identity */

static void test_sha256(void **state) {
        char first[SHA256_HEX_BYTES], second[SHA256_HEX_BYTES];

        (void)state;
        WRITE("abc", "abc");
        assert_int_equal(identity_sha256("abc", NULL, NULL, first), 0);
        assert_string_equal(first, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_int_equal(identity_sha256("missing", NULL, NULL, first), -ENOENT);
        make_folder("a");
        make_folder("b");
        WRITE("a/x", "one");
        WRITE("b/y", "one");
        assert_int_equal(identity_sha256("a", NULL, NULL, first), 0);
        assert_int_equal(identity_sha256("b", NULL, NULL, second), 0);
        assert_string_not_equal(first, second); /* names count */
        assert_int_equal(rename("b/y", "b/x"), 0);
        assert_int_equal(identity_sha256("b", NULL, NULL, second), 0);
        assert_string_equal(first, second);
}

static void test_every_bundle_in_one_shard(void **state) {
        static const uint32_t counts[] = { 1, 2, 7 };
        size_t in[7];
        char name[16];
        uint32_t shard, again;

        (void)state;
        for (size_t k = 0; k < 3; k++) {
                memset(in, 0, sizeof(in));
                for (int i = 0; i < 100; i++) {
                        snprintf(name, sizeof(name), "f%d", i);
                        write_file(name, name, strlen(name));
                        assert_int_equal(identity_shard(name, counts[k], &shard), 0);
                        assert_int_equal(identity_shard(name, counts[k], &again), 0);
                        assert_true(shard < counts[k]);
                        assert_int_equal(shard, again);
                        in[shard]++;
                }
                for (uint32_t i = 0; i < counts[k]; i++)
                        assert_in_range(in[i], 100 / counts[k] / 3, 100); /* none is left without work */
        }
        assert_int_equal(identity_shard("missing", 7, &shard), 0);
}

/* The middle of a large file is not looked at, its ends and its size are. */
static void test_shard_is_cheap(void **state) {
        enum { BYTES = 300 * 1024, SHARDS = 1000003 };
        char *text = calloc(1, BYTES);
        uint32_t shards[4];

        (void)state;
        for (int i = 0; i < 4; i++) {
                static const size_t at[] = { 0, BYTES / 2, BYTES - 1, 0 };

                text[at[i]] = (char)i;
                write_file("f", text, i == 3 ? BYTES - 1 : BYTES);
                assert_int_equal(identity_shard("f", SHARDS, &shards[i]), 0);
        }
        assert_int_equal(shards[0], shards[1]);
        assert_int_not_equal(shards[1], shards[2]);
        assert_int_not_equal(shards[2], shards[3]);
        free(text);
}

/* ----------------------------------------------------------------------- index */

static int keep(void *userdata, const void *data, size_t bytes) {
        return buf_add(userdata, (struct str){ data, bytes });
}

static const struct index_line example = {
        .path = STR_INIT("a \"b\"\n\xc3\xa9.tgz"),
        .bytes = 5,
        .mtime_ns = 1497638824642000001,
        .inode = UINT64_MAX,
        .sha256 = STR_INIT("00ff"),
        .report = STR_INIT("00ff-a.json"),
        .exit_status = 5,
        .verdict = STR_INIT("mixed"),
        .complete = true,
        .counts = { 1, 2, 3, 4, 5, 6 },
        .first_ms = 1497638824642,
        .last_ms = TIME_UNKNOWN,
        .seconds = 1.5,
        .options = STR_INIT("cc"),
};

static void test_index_says_what_was_written(void **state) {
        const struct index_line *line;
        struct index index;
        struct buf text;

        (void)state;
        buf_init(&text, 1 << 20);
        index_init(&index);
        assert_int_equal(index_write(&example, keep, &text), 0);
        assert_int_equal(text.p[text.n - 1], '\n');
        assert_ptr_equal(memchr(text.p, '\n', text.n), text.p + text.n - 1);
        assert_int_equal(index_add(&index, text.p, text.n), 0);
        line = index_find(&index, example.path);
        assert_non_null(line);
        assert_int_equal(line->bytes, 5);
        assert_int_equal(line->mtime_ns, example.mtime_ns);
        assert_true(line->inode == UINT64_MAX);
        assert_string_equal(line->sha256.p, "00ff");
        assert_string_equal(line->report.p, "00ff-a.json");
        assert_string_equal(line->verdict.p, "mixed");
        assert_int_equal(line->exit_status, 5);
        assert_int_equal(line->fault.n, 0);
        assert_true(line->complete);
        assert_memory_equal(line->counts, example.counts, sizeof(example.counts));
        assert_true(line->first_ms == example.first_ms && line->last_ms == TIME_UNKNOWN);
        index_release(&index);
        buf_release(&text);
}

static const struct index_line *find_like(const struct index *index, const char *path, uint64_t bytes, int64_t mtime_ns,
                                          uint64_t inode) {
        const struct index_line like = { .path = str_from(path), .bytes = bytes, .mtime_ns = mtime_ns, .inode = inode };

        return index_find_file(index, &like);
}

/* By whatever path, if it is the same file; not where there is no report. */
static void test_index_knows_the_file(void **state) {
        struct index_line line = example;
        struct index index;
        struct buf text;

        (void)state;
        buf_init(&text, 1 << 20);
        index_init(&index);
        line.path = STR("in/a.tgz");
        assert_int_equal(index_write(&line, keep, &text), 0);
        line.path = STR("/in/a.tgz");
        assert_int_equal(index_write(&line, keep, &text), 0);
        line.path = STR("/in/b.tgz");
        line.report = (struct str){ 0 };
        assert_int_equal(index_write(&line, keep, &text), 0);
        assert_int_equal(index_add(&index, text.p, text.n), 0);
        assert_string_equal(find_like(&index, "./x/a.tgz", 5, line.mtime_ns, UINT64_MAX)->path.p, "/in/a.tgz");
        assert_null(find_like(&index, "in/a.tg", 5, line.mtime_ns, UINT64_MAX));
        assert_null(find_like(&index, "in/a.tgz", 6, line.mtime_ns, UINT64_MAX));
        assert_null(find_like(&index, "in/a.tgz", 5, line.mtime_ns + 1, UINT64_MAX));
        assert_null(find_like(&index, "in/a.tgz", 5, line.mtime_ns, 7));
        assert_null(find_like(&index, "/in/b.tgz", 5, line.mtime_ns, UINT64_MAX));
        index_release(&index);
        buf_release(&text);
}

/* Of two that name one report it is the last one's. */
static void test_index_knows_whose_report(void **state) {
        static const char lines[] = "{\"path\":\"a\",\"report\":\"r\",\"options\":\"1\"}\n"
                                    "{\"path\":\"b\",\"report\":\"r\",\"options\":\"2\"}\n"
                                    "{\"path\":\"c\",\"report\":\"s\",\"options\":\"1\"}\n{\"path\":\"d\"}\n";
        char *copy = strdup(lines);
        struct index index;

        (void)state;
        index_init(&index);
        assert_int_equal(index_add(&index, copy, strlen(copy)), 0);
        assert_true(index_lost_report(&index, index_find(&index, STR("a"))));
        assert_false(index_lost_report(&index, index_find(&index, STR("b"))));
        assert_false(index_lost_report(&index, index_find(&index, STR("c"))));
        assert_false(index_lost_report(&index, index_find(&index, STR("d"))));
        index_release(&index);
        free(copy);
}

static void check_index(const char *text, const char *path, int64_t exit_status) {
        char *copy = strdup(text);
        const struct index_line *line;
        struct index index;

        index_init(&index);
        assert_int_equal(index_add(&index, copy, strlen(copy)), 0);
        line = index_find(&index, str_from(path));
        if (exit_status < 0)
                assert_null(line);
        else
                assert_int_equal(line->exit_status, exit_status);
        index_release(&index);
        free(copy);
}

/* What somebody left who was killed does not hide what stands before and behind it. */
static void test_torn_lines(void **state) {
        (void)state;
        check_index("", "a", -1);
        check_index("{\"path\":\"a\",\"exit_status\":5}\n{\"path\":\"b\",\"exi", "a", 5);
        check_index("{\"path\":\"a\",\"exit_status\":5}\n{\"path\":\"b\",\"exi", "b", -1);
        check_index("{\"path\":\"a\",\"exit_sta\n{\"path\":\"a\",\"exit_status\":4}\n", "a", 4);
        check_index("\n\n{\"path\":\"a\",\"exit_status\":4}", "a", 4);
        check_index("{\"path\":\"a\",\"exit_status\":4}\n{\"path\":\"a\",\"exit_status\":0}\n", "a", 0);
        check_index("{\"path\":\"a\",\"exit_status\":4}{\"path\":\"b\"}\n", "a", -1);
        check_index("{\"path\":\"a\",\"exit_status\":\"4\"}\n", "a", -1);
        check_index("{\"path\":7}\n[]\nnull\n{}\n{\"new\":[{}],\"path\":\"a\",\"exit_status\":1}\n", "a", 1);
}

/* Cut anywhere, a line is that line or none. */
static void test_a_line_cut_anywhere(void **state) {
        struct buf text;

        (void)state;
        buf_init(&text, 1 << 20);
        assert_int_equal(index_write(&example, keep, &text), 0);
        for (size_t n = 0; n < text.n; n++) {
                char *copy = malloc(n + 1);
                struct index index;

                memcpy(copy, text.p, n);
                index_init(&index);
                assert_int_equal(index_add(&index, copy, n), 0);
                assert_int_equal(index_find(&index, example.path) != NULL, n == text.n - 1);
                index_release(&index);
                free(copy);
        }
        buf_release(&text);
}

/* ------------------------------------------------------------------------ plan */

static void test_options_hash(void **state) {
        char hex[4][SHA256_HEX_BYTES];
        struct options options;
        struct ruleset *ruleset;

        (void)state;
        assert_int_equal(ruleset_load(NULL, NULL, NULL, &ruleset), 0);
        options_init(&options);
        plan_options(&options, ruleset, STR("json"), hex[0]);
        options.threads = 7;
        options.chunk_bytes = 13;
        plan_options(&options, ruleset, STR("json"), hex[1]);
        options.limits.max_kept--;
        plan_options(&options, ruleset, STR("json"), hex[2]);
        options.limits.max_kept++;
        ruleset->sha256[0] ^= 1;
        plan_options(&options, ruleset, STR("json"), hex[3]);
        assert_string_equal(hex[0], hex[1]);
        assert_string_not_equal(hex[0], hex[2]);
        assert_string_not_equal(hex[0], hex[3]);
        ruleset_free(ruleset);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_find_packed, enter, leave),
                cmocka_unit_test_setup_teardown(test_find_unpacked, enter, leave),
                cmocka_unit_test_setup_teardown(test_find_logs_among_bundles, enter, leave),
                cmocka_unit_test_setup_teardown(test_find_odd, enter, leave),
                cmocka_unit_test_setup_teardown(test_find_twice, enter, leave),
                cmocka_unit_test_setup_teardown(test_directory_sums, enter, leave),
                cmocka_unit_test_setup_teardown(test_sha256, enter, leave),
                cmocka_unit_test_setup_teardown(test_every_bundle_in_one_shard, enter, leave),
                cmocka_unit_test_setup_teardown(test_shard_is_cheap, enter, leave),
                cmocka_unit_test(test_index_says_what_was_written),
                cmocka_unit_test(test_index_knows_the_file),
                cmocka_unit_test(test_index_knows_whose_report),
                cmocka_unit_test(test_torn_lines),
                cmocka_unit_test(test_a_line_cut_anywhere),
                cmocka_unit_test(test_options_hash),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
