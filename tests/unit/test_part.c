/* Parts: what a bundle's walk finds does not depend on the threads that walk, nor on
 * which of the two inflaters begins. */
#include "source_support.h"
#include "stride.h"

/* ------------------------------------------------- a visitor of many parts */

/* What was found, a line each. In each part's finds->own, then in `all`. */
struct gathering {
        struct buf all;
        uint64_t ticked, ticks_left;
};

static int add_text(struct buf *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int add_text(struct buf *text, const char *format, ...) {
        char line[512];
        va_list args;

        va_start(args, format);
        vsnprintf(line, sizeof(line), format, args);
        va_end(args);
        return buf_add(text, str_from(line));
}

static int gather_leaf(void *userdata, struct finds *finds, const struct leaf *leaf, struct stream *stream) {
        char bytes[300];
        unsigned long crc = crc32_z(0, NULL, 0);
        size_t n = 0;
        ssize_t r;

        (void)userdata;
        if (!finds->own) {
                finds->own = malloc(sizeof(struct buf));
                buf_init(finds->own, MANY);
        }
        while ((r = stream_read(stream, bytes, sizeof(bytes))) > 0) {
                crc = crc32_z(crc, (const Bytef *)bytes, (size_t)r);
                n += (size_t)r;
        }
        if (r < 0)
                return (int)r;
        return add_text(finds->own, "leaf %.*s %zu %08lx %s%s\n", (int)leaf->path.n, leaf->path.p, n, crc,
                        fault_name(stream->fault), stream->fault != DIAG_NONE && stream->fault_told ? " told" : "");
}

static void gather_forget(void *userdata, struct finds *finds) {
        (void)userdata;
        if (finds->own)
                buf_release(finds->own);
        free(finds->own);
        finds->own = NULL;
}

static int gather_join(void *userdata, struct finds *finds) {
        struct gathering *gathering = userdata;
        int r = finds->own ? buf_add(&gathering->all, buf_str(finds->own)) : 0;

        gather_forget(userdata, finds);
        return r;
}

static int gather_tick(void *userdata, uint64_t more_bytes) {
        struct gathering *gathering = userdata;

        gathering->ticked += more_bytes;
        return gathering->ticks_left-- == 0;
}

static struct bundle_visitor visitor_of(struct gathering *gathering) {
        return (struct bundle_visitor){ .leaf = gather_leaf,
                                        .join = gather_join,
                                        .forget = gather_forget,
                                        .tick = gather_tick,
                                        .userdata = gathering };
}

static int compare_lines(const void *a, const void *b) {
        return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines in the order of their bytes, NUL-terminated. */
static void sort_lines(struct buf *text) {
        char *copy, *lines[1000], *rest = NULL;
        size_t count = 0;

        assert_int_equal(buf_add_byte(text, '\0'), 0);
        copy = strdup(text->p);
        assert_non_null(copy);
        for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
                assert_true(count < COUNT(lines));
                lines[count++] = line;
        }
        qsort(lines, count, sizeof(*lines), compare_lines);
        text->n = 0;
        for (size_t i = 0; i < count; i++)
                assert_int_equal(add_text(text, "%s\n", lines[i]), 0);
        assert_int_equal(buf_add_byte(text, '\0'), 0);
        free(copy);
}

static void write_rest(struct buf *text, const struct bundle *bundle, const struct diags *diags) {
        for (size_t i = 0; i < bundle->container_count; i++)
                write_container(text, &bundle->containers[i]);
        for (size_t i = 0; i < diags->count; i++)
                assert_int_equal(add_text(text, "diag %s %.*s %lld %llu %.*s\n", diag_infos[diags->items[i].code].name,
                                          (int)diags->items[i].path.n, diags->items[i].path.p,
                                          (long long)diags->items[i].offset, (unsigned long long)diags->items[i].count,
                                          (int)diags->items[i].text.n, diags->items[i].text.p),
                                 0);
}

/* A walk as text. `fast` lets the fast engine begin. */
static struct buf gather(const char *path, unsigned threads, bool fast) {
        struct gathering gathering = { .ticks_left = UINT64_MAX };
        struct bundle_visitor visitor = visitor_of(&gathering);
        struct pool *pool = pool_new(threads);
        struct bundle bundle;
        struct limits limits;
        struct diags diags;

        assert_non_null(pool);
        if (!fast)
                visitor.forget = NULL;
        buf_init(&gathering.all, MANY);
        limits_init(&limits);
        bundle_init(&bundle);
        diags_init(&diags);
        assert_int_equal(bundle_walk(&bundle, path, &limits, 4096, pool, &diags, &visitor), 0);
        assert_int_equal(gathering.ticked, bundle.bytes);
        assert_int_equal(bundle.threads, threads);
        write_rest(&gathering.all, &bundle, &diags);
        sort_lines(&gathering.all);
        bundle_release(&bundle);
        diags_release(&diags);
        pool_free(pool);
        return gathering.all;
}

/* ----------------------------------------------------------------- bundles */

static struct buf zipped(const char *name, struct str log) {
        const struct made_file file = { name, log };

        return make_zip(&file, 1);
}

/* As the server's command line packs it: rotated logs zipped, the newest plain. */
static struct buf make_bundle(size_t bytes) {
        struct buf log = make_log(bytes), first = zipped("debug.log", buf_str(&log)),
                   second = zipped("Desktop.log", str_first(buf_str(&log), bytes / 2)),
                   third = make_gzip(buf_str(&log));
        const struct made_file files[] = {
                { "logs/debug-1.log.zip", buf_str(&first) },
                { "logs/debug.log", buf_str(&log) },
                { "logs/Desktop.log.zip", buf_str(&second) },
                { "logs/info.log.gz", buf_str(&third) },
        };
        struct buf tgz = make_tgz(files, COUNT(files));

        buf_release(&log);
        buf_release(&first);
        buf_release(&second);
        buf_release(&third);
        return tgz;
}

static void check_ways(const char *path) {
        struct buf wanted = gather(path, 1, false);

        for (unsigned threads = 1; threads <= 8; threads += threads > 2 ? 5 : 1) {
                struct buf got = gather(path, threads, true);

                assert_string_equal(got.p, wanted.p);
                buf_release(&got);
        }
        buf_release(&wanted);
}

static void threads_change_nothing(void **state) {
        struct buf tgz = make_bundle(60 * 1000), cut = make_bundle(50 * 1000), log = make_log(5000);

        folder_put(*state, "a.tgz", buf_str(&tgz));
        folder_put(*state, "b-cut.tgz", str_first(buf_str(&cut), cut.n / 2));
        folder_put(*state, "c.log", buf_str(&log));
        folder_put(*state, "d.zip", STR("PK\3\4 is no zip"));
        for (char name[] = "e0.log"; name[1] <= '9'; name[1]++)
                folder_put(*state, name, str_first(buf_str(&log), 500 * (size_t)(name[1] - '0')));
        check_ways(folder_path(*state, "."));
        check_ways(folder_path(*state, "a.tgz"));
        check_ways(folder_path(*state, "b-cut.tgz"));
        buf_release(&tgz);
        buf_release(&cut);
        buf_release(&log);
}

/* Two members of one name, of which only the second may be walked by somebody else. */
static void one_name_twice_is_in_order(void **state) {
        struct buf zip = zipped("a.log", STR("one\n")), cut = zipped("b.log", STR("two\n")), tar, tgz;
        const struct made_file inner = { "c.log", { "three\n", 6 } };

        tar = make_tar(&inner, 1);
        {
                const struct made_file files[] = {
                        { "x.zip", buf_str(&zip) },
                        { "x.zip", buf_str(&tar) },
                        { "x.zip", str_first(buf_str(&cut), cut.n - 30) },
                };

                tgz = make_tgz(files, COUNT(files));
        }
        check_ways(folder_put(*state, "a.tgz", buf_str(&tgz)));
        buf_release(&zip);
        buf_release(&cut);
        buf_release(&tar);
        buf_release(&tgz);
}

/* Larger than what is held in memory: it is unpacked on the spot. */
static void a_large_member_is_no_part(void **state) {
        struct buf noise, zip, tgz;
        uint32_t seed = 1;

        skip_where_slow();
        buf_init(&noise, MANY);
        while (noise.n < 9 * 1024 * 1024) {
                seed = seed * 1664525 + 1013904223;
                assert_int_equal(buf_add(&noise, (struct str){ (const char *)&seed, sizeof(seed) }), 0);
        }
        zip = zipped("noise", buf_str(&noise));
        {
                const struct made_file files[] = { { "noise.zip", buf_str(&zip) }, { "x.log", { "one\n", 4 } } };

                tgz = make_tgz(files, COUNT(files));
        }
        check_ways(folder_put(*state, "a.tgz", buf_str(&tgz)));
        buf_release(&noise);
        buf_release(&zip);
        buf_release(&tgz);
}

/* Whatever byte is changed, wherever it is cut: the fast engine's doubts are settled. */
static void damage_means_the_same(void **state) {
        struct buf tgz = make_bundle(700);

        for (size_t i = 0; i < tgz.n; i += stride()) {
                struct buf damaged, plain, fast;
                const char *path;

                buf_init(&damaged, MANY);
                assert_int_equal(buf_add(&damaged, i % 2 ? str_first(buf_str(&tgz), i) : buf_str(&tgz)), 0);
                if (i % 2 == 0)
                        damaged.p[i] ^= (char)(1 << i / 2 % 8);
                path = folder_put(*state, "a.tgz", buf_str(&damaged));
                plain = gather(path, 1, false);
                fast = gather(path, 1 + (unsigned)(i % 3), true);
                assert_string_equal(fast.p, plain.p);
                buf_release(&plain);
                buf_release(&fast);
                buf_release(&damaged);
        }
        buf_release(&tgz);
}

/* The wish to stop reaches all threads, and nothing is left over. */
static void stopping_stops_all(void **state) {
        struct buf tgz = make_bundle(40 * 1000);

        folder_put(*state, "a.tgz", buf_str(&tgz));
        folder_put(*state, "b.tgz", buf_str(&tgz));
        for (uint64_t ticks = 0; ticks < 30; ticks++) {
                struct gathering gathering = { .ticks_left = ticks };
                const struct bundle_visitor visitor = visitor_of(&gathering);
                struct pool *pool = pool_new(1 + (unsigned)ticks % 4);
                struct bundle bundle;
                struct limits limits;
                struct diags diags;
                int r;

                assert_non_null(pool);
                buf_init(&gathering.all, MANY);
                limits_init(&limits);
                bundle_init(&bundle);
                diags_init(&diags);
                r = bundle_walk(&bundle, folder_path(*state, "."), &limits, 64, pool, &diags, &visitor);
                assert_true(r == 0 || r == -ECANCELED);
                assert_true(r == -ECANCELED || gathering.ticks_left < UINT64_MAX);
                buf_release(&gathering.all);
                bundle_release(&bundle);
                diags_release(&diags);
                pool_free(pool);
        }
        buf_release(&tgz);
}

static bool lies_in(const struct container *inner, const struct container *outer) {
        return inner->path.n > outer->path.n && str_starts(inner->path, outer->path) &&
               inner->path.p[outer->path.n] == '!';
}

/* What was taken out of a tgz and put aside is named, whether or not it was read; and
 * nothing that was left is whole. */
static void check_stopped(const struct bundle *bundle) {
        size_t left = 0;

        for (size_t i = 0; i < bundle->container_count; i++) {
                const struct container *outer = &bundle->containers[i];
                size_t inside = 0;

                left += str_eq(outer->reason, STR("interrupted")) && outer->status == CONTAINER_PARTIAL;
                for (size_t k = 0; k < bundle->container_count; k++)
                        inside += lies_in(&bundle->containers[k], outer);
                if (outer->kind == CONTAINER_TGZ)
                        assert_true(inside >= outer->entries);
        }
        assert_true(bundle->container_count == 0 || left > 0);
}

static void what_was_left_is_told(void **state) {
        enum { MEMBERS = 12 };
        struct buf logs[MEMBERS], zips[MEMBERS], tgz;
        struct made_file files[MEMBERS];
        char names[MEMBERS][16];
        size_t stopped = 0;

        for (size_t i = 0; i < MEMBERS; i++) {
                snprintf(names[i], sizeof(names[i]), "%zu.zip", i);
                buf_init(&logs[i], MANY);
                for (int k = 0; k < 300; k++)
                        assert_int_equal(add_text(&logs[i], "%d %zu\n", k * k, i * 7919), 0);
                zips[i] = zipped("a.log", buf_str(&logs[i]));
                files[i] = (struct made_file){ names[i], buf_str(&zips[i]) };
        }
        tgz = make_tgz(files, MEMBERS);
        folder_put(*state, "a.tgz", buf_str(&tgz));
        for (uint64_t ticks = 0; ticks < 200; ticks++) {
                struct gathering gathering = { .ticks_left = ticks };
                const struct bundle_visitor visitor = visitor_of(&gathering);
                struct pool *pool = pool_new(1 + (unsigned)ticks % 3);
                struct bundle bundle;
                struct limits limits;
                struct diags diags;

                assert_non_null(pool);
                buf_init(&gathering.all, MANY);
                limits_init(&limits);
                bundle_init(&bundle);
                diags_init(&diags);
                if (bundle_walk(&bundle, folder_path(*state, "a.tgz"), &limits, 256, pool, &diags, &visitor) != 0) {
                        check_stopped(&bundle);
                        stopped++;
                }
                buf_release(&gathering.all);
                bundle_release(&bundle);
                diags_release(&diags);
                pool_free(pool);
        }
        assert_true(stopped > 10);
        buf_release(&tgz);
        for (size_t i = 0; i < MEMBERS; i++) {
                buf_release(&logs[i]);
                buf_release(&zips[i]);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(threads_change_nothing, setup_folder, teardown_folder),
                cmocka_unit_test_setup_teardown(one_name_twice_is_in_order, setup_folder, teardown_folder),
                cmocka_unit_test_setup_teardown(a_large_member_is_no_part, setup_folder, teardown_folder),
                cmocka_unit_test_setup_teardown(damage_means_the_same, setup_folder, teardown_folder),
                cmocka_unit_test_setup_teardown(stopping_stops_all, setup_folder, teardown_folder),
                cmocka_unit_test_setup_teardown(what_was_left_is_told, setup_folder, teardown_folder),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
