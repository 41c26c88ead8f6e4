/* A whole analysis, as a program of the library sees it: any bytes are a bundle, and the
 * size of the reads changes nothing in its report. An odd number of bytes is read with small
 * limits. Of one in four, since it takes as long as the rest, every output is written: the
 * JSON is UTF-8 and parses, and every line is counted once. */
#define _GNU_SOURCE /* memfd_create */
#include "fuzz.h"

#include <cjson/cJSON.h>
#include <sys/mman.h>
#include <unistd.h>

#include "boshscope.h"

static struct boshscope_rules *rules;
static int fd = -1;
static char path[64];

static void prepare(void) {
        if (rules)
                return;
        CHECK(boshscope_rules_load(NULL, NULL, NULL, &rules) == 0);
        fd = memfd_create("bundle", MFD_CLOEXEC);
        CHECK(fd >= 0);
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
}

static double number(const cJSON *object, const char *key) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);

        CHECK(cJSON_IsNumber(value));
        return value->valuedouble;
}

static cJSON *parse(const struct buf *text) {
        cJSON *root = cJSON_ParseWithLength(text->p, text->n);

        CHECK(root);
        fuzz_check_utf8(buf_str(text), false);
        return root;
}

static void check_report(const struct buf *text) {
        cJSON *root = parse(text);
        const cJSON *coverage = cJSON_GetObjectItemCaseSensitive(root, "coverage");

        CHECK(number(coverage, "lines") ==
              number(coverage, "records") + number(coverage, "continuation_lines") + number(coverage, "orphan_lines"));
        CHECK(number(coverage, "records") == number(coverage, "matched") + number(coverage, "unmatched"));
        cJSON_Delete(root);
}

static void check_others(const struct boshscope_report *report) {
        const int64_t at = INT64_C(1497638824642);
        struct buf text;

        buf_init(&text, FUZZ_BYTES);
        CHECK(boshscope_report_write_info_text(report, 1, fuzz_write, &text) == 0);
        fuzz_check_utf8(buf_str(&text), false);
        text.n = 0;
        CHECK(boshscope_report_write_explain_text(report, "1001003", at, fuzz_write, &text) == 0);
        fuzz_check_utf8(buf_str(&text), false);
        text.n = 0;
        CHECK(boshscope_report_write_explain_json(report, "1001003", at, fuzz_write, &text) == 0);
        cJSON_Delete(parse(&text));
        text.n = 0;
        CHECK(boshscope_report_write_unmatched(report, fuzz_write, &text) == 0);
        cJSON_Delete(parse(&text));
        buf_release(&text);
}

/* Without the block that differs from run to run. */
static struct buf analyse(size_t chunk_bytes, uint64_t most, bool all) {
        struct boshscope_options *options = boshscope_options_new();
        struct boshscope_report *report = NULL;
        const char *rest;
        struct buf text;

        CHECK(options && boshscope_options_set_chunk_bytes(options, chunk_bytes) == 0);
        CHECK(boshscope_options_set_threads(options, 1) == 0);
        CHECK(boshscope_options_set_limit(options, "max_line_bytes", most) == 0);
        CHECK(boshscope_options_set_limit(options, "max_record_bytes", most) == 0);
        boshscope_options_set_unmatched(options, 1);
        CHECK(boshscope_analyze(options, rules, path, &report) == 0);
        buf_init(&text, FUZZ_BYTES);
        CHECK(boshscope_report_write_json(report, fuzz_write, &text) == 0);
        if (all) {
                check_report(&text);
                check_others(report);
        }
        boshscope_report_free(report);
        boshscope_options_free(options);
        rest = str_find(buf_str(&text), STR("\"options\""));
        CHECK(rest);
        memmove(text.p, rest, (size_t)(text.p + text.n - rest));
        text.n -= (size_t)(rest - text.p);
        return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        const uint64_t most = size % 2 ? 256 : 1024 * 1024;
        struct buf wanted, got;

        prepare();
        CHECK(ftruncate(fd, 0) == 0);
        CHECK(pwrite(fd, data, size, 0) == (ssize_t)size);
        wanted = analyse(256 * 1024, most, size % 8 < 2);
        got = analyse(13, most, false);
        fuzz_check_same(&got, &wanted);
        buf_release(&got);
        buf_release(&wanted);
        return 0;
}
