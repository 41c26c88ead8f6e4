/* Any bytes as a fleet report. Where they are one: its JSON is a fleet report again, and the same
 * one, also when it is read twice; every form is UTF-8, and what is JSON parses. */
#include "fuzz.h"

#include <errno.h>

#include "fleet/format.h"
#include "render/pull.h"

static void write_form(const struct fleet_report *report, const char *name, struct buf *out) {
        const struct style style = { .clock = CLOCK_SERVER };

        buf_init(out, FUZZ_BYTES);
        CHECK(fleet_format(name)(report, &style, fuzz_write, out) == 0);
        fuzz_check_utf8(buf_str(out), strcmp(name, "html") != 0);
}

static void check_forms(const struct fleet_report *report) {
        static const char *const names[] = { "csv", "html", "md", "ndjson", "text" };
        struct buf out;

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                write_form(report, names[i], &out);
                buf_release(&out);
        }
}

static void write_json(struct fleet *fleet, struct buf *out, bool forms) {
        struct fleet_report report;
        struct arena arena;

        arena_init(&arena);
        CHECK(fleet_derive(fleet, &arena, &report) == 0);
        write_form(&report, "json", out);
        if (forms)
                check_forms(&report);
        arena_release(&arena);
}

static int read_text(struct fleet *fleet, struct str text) {
        char wrong[VIEW_WRONG_BYTES] = "", *copy = malloc(text.n + 1);
        int r;

        CHECK(copy);
        if (text.n)
                memcpy(copy, text.p, text.n);
        r = fleet_read(fleet, copy, text.n, wrong);
        CHECK(r == 0 || (r == -EBADMSG && wrong[0]));
        free(copy);
        return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct buf first, again;
        struct fleet fleet, other;

        fleet_init(&fleet);
        if (read_text(&fleet, fuzz_text(data, size)) == 0) {
                write_json(&fleet, &first, true);
                fleet_init(&other);
                CHECK(read_text(&other, buf_str(&first)) == 0);
                CHECK(read_text(&other, fuzz_text(data, size)) == 0);
                write_json(&other, &again, false);
                fuzz_check_same(&first, &again);
                buf_release(&first);
                buf_release(&again);
                fleet_release(&other);
        }
        fleet_release(&fleet);
        return 0;
}
