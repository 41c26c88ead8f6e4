/* Any bytes as a report that is read back. Where they are one: every form of it is written, in
 * UTF-8, and what is JSON parses; what people read drives no terminal; a report differs from
 * itself in nothing; as rows of tables it is the same twice. */
#define _GNU_SOURCE /* memmem */
#include "fuzz.h"

#include <errno.h>

#include "render/arithmetic.h"
#include "render/diff.h"
#include "render/format.h"
#include "render/pull.h"
#include "render/timeline.h"
#include "store/store.h"

/* One value, or one a line. */
static void check_json(struct buf *out, bool lines) {
        char *end = out->n ? out->p + out->n : out->p;

        CHECK(out->n || lines);
        for (char *at = out->p; at < end;) {
                char *feed = lines ? memchr(at, '\n', (size_t)(end - at)) : NULL;
                char *next = feed ? feed + 1 : end;
                struct pull pull;

                pull_init(&pull, at, (size_t)(next - at));
                CHECK(pull_skip(&pull, NULL) && pull_end(&pull));
                at = next;
        }
}

/* A page's data is JSON, and nothing in it can end its element. */
static void check_page(struct buf *out) {
        static const char begin[] = "id=\"report\">", end[] = "</script>";
        char *data = memmem(out->p, out->n, begin, strlen(begin));
        struct buf block = { 0 };

        CHECK(data);
        block.p = data + strlen(begin);
        block.n = out->n - (size_t)(block.p - out->p);
        data = memmem(block.p, block.n, end, strlen(end));
        CHECK(data);
        block.n = (size_t)(data - block.p);
        CHECK(!memchr(block.p, '<', block.n) && !memchr(block.p, '>', block.n) && !memchr(block.p, '&', block.n));
        check_json(&block, false);
}

static void check_format(const struct view *view, const struct format *format, const struct style *style) {
        const bool lines = strcmp(format->name, "ndjson") == 0;
        struct buf out;

        if (!format->render)
                return;
        buf_init(&out, FUZZ_BYTES);
        CHECK(format->render(view, style, fuzz_write, &out) == 0);
        fuzz_check_utf8(buf_str(&out), strcmp(format->name, "html") != 0);
        if (lines || strcmp(format->name, "trace") == 0)
                check_json(&out, lines);
        if (strcmp(format->name, "html") == 0)
                check_page(&out);
        buf_release(&out);
}

static void check_stories(const struct view *view, const struct style *style) {
        struct buf out;

        buf_init(&out, FUZZ_BYTES);
        CHECK(timeline_write(view, style, TIME_UNKNOWN, TIME_UNKNOWN, fuzz_write, &out) == 0);
        for (size_t i = 0; i < view->findings.count && i < 8; i++)
                CHECK(arithmetic_write(view, style, &view->findings.items[i], fuzz_write, &out) == 0);
        fuzz_check_utf8(buf_str(&out), true);
        buf_release(&out);
}

static int compare_ids(const void *a, const void *b) {
        return str_cmp(((const struct view_finding *)a)->id, ((const struct view_finding *)b)->id);
}

/* Ids that stand there twice are nobody's. */
static bool ids_are_unique(const struct view *view) {
        for (size_t i = 0; i < view->findings.count; i++)
                for (size_t k = 0; k < i; k++)
                        if (compare_ids(&view->findings.items[i], &view->findings.items[k]) == 0)
                                return false;
        return true;
}

static void check_diff(const struct view *view) {
        const struct style style = { 0 };
        struct diff diff;
        struct buf out;

        buf_init(&out, FUZZ_BYTES);
        CHECK(diff_make(&diff, view, view) == 0);
        CHECK(diff_write_text(&diff, &style, fuzz_write, &out) == 0);
        CHECK(diff.head.count == 0 && diff.added.count == 0 && diff.gone.count == 0);
        CHECK(diff.changed.count == 0 || !ids_are_unique(view));
        diff_release(&diff);
        buf_release(&out);
}

/* Rows are JSON, and all events and findings with a time are there. */
static void check_store(const struct view *view) {
        struct store store, again;
        size_t rows = 0;
        struct buf out;

        CHECK(store_init(&store, view, STR("report.json")) == 0);
        CHECK(store_init(&again, view, STR("other.json")) == 0);
        CHECK(store.part_count == again.part_count);
        for (size_t i = 0; i < store.part_count; i++) {
                CHECK(strcmp(store.parts[i].path, again.parts[i].path) == 0);
                buf_init(&out, FUZZ_BYTES);
                CHECK(store_write(&store, i, fuzz_write, &out) == 0);
                fuzz_check_utf8(buf_str(&out), true);
                for (size_t k = 0; k < out.n; k++)
                        rows += out.p[k] == '\n';
                check_json(&out, true);
                buf_release(&out);
        }
        CHECK(rows == store.lines.count);
        store_release(&store);
        store_release(&again);
}

static void check_view(const struct view *view) {
        struct style style = { .clock = CLOCK_SERVER };

        for (size_t i = 0; i < format_count; i++)
                check_format(view, &formats[i], &style);
        check_stories(view, &style);
        check_diff(view);
        check_store(view);
        if (view->findings.count) {
                style.finding = view->findings.items[0].id;
                for (size_t i = 0; i < format_count; i++)
                        check_format(view, &formats[i], &style);
        }
        if (view->agents.count) {
                style = (struct style){ .agent = view->agents.items[0].agent, .clock = CLOCK_FIXED, .zone = -210 };
                for (size_t i = 0; i < format_count; i++)
                        check_format(view, &formats[i], &style);
                check_stories(view, &style);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        char wrong[VIEW_WRONG_BYTES] = "", *text = malloc(size + 1);
        struct view view;
        int r;

        CHECK(text);
        if (size)
                memcpy(text, data, size);
        r = view_read(&view, text, size, wrong);
        CHECK(r == 0 || (r == -EBADMSG && wrong[0]));
        if (r == 0) {
                check_view(&view);
                view_release(&view);
        }
        return 0;
}
