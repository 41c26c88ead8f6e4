/* Fleets: sets that join in any order, fingerprints, windows of time. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/prints.h"
#include "boshscope.h"
#include "fleet/derive.h"
#include "fleet/format.h"
#include "fleet/set.h"

/* 2017-06-16T12:00:00Z and so many ms later. */
#define AT(ms) (INT64_C(1497614400000) + (ms))

/* -------------------------------------------------------------- prints */

static void test_prints_are_a_set(void **state) {
        uint64_t prints[] = { 5, UINT64_MAX, 5, 0, 5, 1 };

        (void)state;
        assert_int_equal(prints_sort(prints, 6), 4);
        assert_true(prints[0] == 0 && prints[1] == 1 && prints[2] == 5 && prints[3] == UINT64_MAX);
        assert_int_equal(prints_sort(prints, 0), 0);
}

static void test_prints_as_text(void **state) {
        const uint64_t prints[] = { UINT64_C(0x0102030405060708), UINT64_MAX, 0 };
        const size_t lengths[] = { 0, 12, 24, 32 };
        char text[PRINTS_TEXT];
        uint64_t back[8];
        size_t count;

        (void)state;
        for (size_t n = 0; n <= 3; n++) {
                const size_t bytes = prints_encode(prints, n, text);

                assert_int_equal(bytes, lengths[n]);
                assert_true(prints_decode((struct str){ text, bytes }, back, &count));
                assert_int_equal(count, n);
                assert_memory_equal(back, prints, n * sizeof(*prints));
        }
        prints_encode(prints, 1, text);
        assert_memory_equal(text, "AQIDBAUGBwg=", 12);
}

static void test_what_is_no_text_of_prints(void **state) {
        static const char *const bad[] = {
                "A", "AAAA", "AQIDBAUGBwg", "AQIDBAUGBwh=", "AQIDBAUGBw==", "AQID BAUGBwg=", "AQIDBAUG=wg=", "====", "="
        };
        uint64_t back[8];
        size_t count;

        (void)state;
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                if (prints_decode(str_from(bad[i]), back, &count))
                        fail_msg("%s passes", bad[i]);
}

/* ------------------------------------------------------------- helpers */

struct told {
        const char *bundle, *id, *kind, *node, *agent, *cause;
        int64_t start, end;
};

/* A finding that a bundle shows, and the bundle. */
static void tell(struct fleet *fleet, const struct told *told) {
        struct fleet_bundle bundle = { .id = str_from(told->bundle),
                                       .path = str_from(told->bundle),
                                       .complete = true,
                                       .verdict = STR("client_side"),
                                       .skew_ms = VIEW_NONE,
                                       .offset = ZONE_UNKNOWN,
                                       .first = AT(0),
                                       .last = AT(1) };
        struct fleet_finding finding = { .id = str_from(told->id),
                                         .kind = str_from(told->kind),
                                         .node = str_from(told->node),
                                         .agent = str_from(told->agent),
                                         .severity = STR("high"),
                                         .confidence = STR("high"),
                                         .cause = str_from(told->cause),
                                         .start = told->start,
                                         .end = told->end,
                                         .since = told->start };
        struct fleet_seen seen = { .bundle = str_from(told->bundle), .file = STR("x.log"), .line = 1 };

        assert_int_equal(fleet_keep_bundle(fleet, &bundle), 0);
        assert_int_equal(fleet_keep_finding(fleet, &finding), 0);
        assert_int_equal(fleet_keep_seen(fleet, &finding, &seen), 0);
        assert_int_equal(
                fleet_keep_person(fleet, (struct fleet_person){ str_from(told->agent), str_from(told->node), STR("") }),
                0);
}

static int take(void *userdata, const void *data, size_t n) {
        return buf_add(userdata, (struct str){ data, n });
}

static void write_json(struct fleet *fleet, struct buf *out) {
        struct fleet_report report;
        struct arena arena;

        arena_init(&arena);
        buf_init(out, SIZE_MAX / 2);
        assert_int_equal(fleet_derive(fleet, &arena, &report), 0);
        assert_int_equal(fleet_write_json(&report, NULL, take, out), 0);
        arena_release(&arena);
}

static void check_incidents(const struct told *told, size_t count, size_t wanted, const char *cause) {
        struct fleet_report report;
        struct fleet fleet;
        struct arena arena;

        fleet_init(&fleet);
        arena_init(&arena);
        for (size_t i = 0; i < count; i++)
                tell(&fleet, &told[i]);
        assert_int_equal(fleet_derive(&fleet, &arena, &report), 0);
        assert_int_equal(report.incidents.count, wanted);
        if (cause)
                assert_true(str_eq(report.incidents.items[0].cause, str_from(cause)));
        if (cause && strcmp(cause, "undetermined") != 0 && strcmp(cause, "presence_loss") != 0)
                assert_true(report.incidents.items[0].joined_from.n > 0);
        arena_release(&arena);
        fleet_release(&fleet);
}

/* ---------------------------------------------------------------- joins */

static void add_random(struct fleet *fleet, unsigned number) {
        const uint64_t prints[] = { number % 5, number % 7 };
        char id[16], bundle[16], agent[16];
        struct told told = { bundle, id, number % 2 ? "idle_closure" : "forced_logout", "fin1", agent, "", 0, 0 };

        snprintf(id, sizeof(id), "%012u", number % 11);
        snprintf(bundle, sizeof(bundle), "%c", 'a' + (char)(number % 3));
        snprintf(agent, sizeof(agent), "%u", number % 4);
        told.cause = number % 4 ? "" : number % 8 ? "undetermined" : "presence_loss";
        told.start = AT((int64_t)(number % 13) * 1000);
        told.end = AT((int64_t)(number % 13) * 1000 + 60000);
        tell(fleet, &told);
        assert_int_equal(fleet_add_events(fleet, STR("2017-06-16"), STR("fin1"), STR("presence"), prints, 2), 0);
        assert_int_equal(fleet_keep_span(fleet, (struct fleet_span){ STR("fin1"), STR("notification"),
                                                                     AT((int64_t)(number % 17) * 100),
                                                                     AT((int64_t)(number % 17) * 100 + 150) }),
                         0);
}

/* Adds what is in `from`, by way of its JSON. */
static void merge(struct fleet *into, struct fleet *from) {
        char wrong[VIEW_WRONG_BYTES];
        struct buf json;

        write_json(from, &json);
        assert_int_equal(fleet_read(into, json.p, json.n, wrong), 0);
        buf_release(&json);
}

static void test_any_grouping(void **state) {
        enum { COUNT = 60 };
        struct buf whole, grouped;
        struct fleet all, left, right;

        (void)state;
        fleet_init(&all);
        for (unsigned i = 0; i < COUNT; i++)
                add_random(&all, i * 7919);
        write_json(&all, &whole);
        for (unsigned round = 1; round < 8; round++) {
                fleet_init(&left);
                fleet_init(&right);
                for (unsigned i = COUNT; i-- > 0;)
                        add_random(i % (round + 1) ? &left : &right, i * 7919);
                for (unsigned i = 0; i < COUNT; i += round)
                        add_random(&right, i * 7919);
                merge(&left, &right);
                merge(&left, &left);
                write_json(&left, &grouped);
                assert_int_equal(grouped.n, whole.n);
                assert_memory_equal(grouped.p, whole.p, whole.n);
                buf_release(&grouped);
                fleet_release(&left);
                fleet_release(&right);
        }
        buf_release(&whole);
        fleet_release(&all);
}

static void test_spans_that_touch_are_one(void **state) {
        const int64_t spans[][2] = { { 50, 60 }, { 0, 10 }, { 10, 20 }, { 15, 30 }, { 31, 40 } };
        struct fleet fleet;
        const struct fleet_span *items;

        (void)state;
        fleet_init(&fleet);
        for (size_t i = 0; i < 5; i++)
                fleet_keep_span(&fleet, (struct fleet_span){ STR("n"), STR("f"), spans[i][0], spans[i][1] });
        fleet_settle(&fleet);
        items = (const struct fleet_span *)(const void *)fleet.coverage.items;
        assert_int_equal(fleet.coverage.count, 3);
        assert_true(items[0].from == 0 && items[0].to == 30 && items[1].from == 31 && items[2].to == 60);
        fleet_release(&fleet);
}

/* ------------------------------------------------------------ incidents */

static void test_a_closure_of_another_bundle(void **state) {
        struct told told[] = {
                { "a", "1", "idle_closure", "fin1", "1001", "", AT(0), AT(70000) },
                { "b", "2", "forced_logout", "10.0.0.1", "1001", "undetermined", AT(70500), AT(130500) },
        };

        (void)state;
        check_incidents(told, 2, 1, "idle_closure");
        check_incidents(told + 1, 1, 1, "undetermined");
        /* What its own bundle says stays where the closure is there as well. */
        told[0].bundle = "b";
        check_incidents(told, 2, 1, "undetermined");
        told[0].bundle = "a";
        /* 10 s before the loss and 2 s of the clocks; not a minute. */
        told[0].end = AT(58600);
        check_incidents(told, 2, 1, "idle_closure");
        told[0].start = AT(-60000);
        told[0].end = AT(10000);
        check_incidents(told, 2, 2, NULL);
}

static void test_a_request_without_a_loss(void **state) {
        struct told told[] = {
                { "a", "1", "idle_closure", "fin1", "1001", "", AT(0), AT(70000) },
                { "b", "2", "forced_logout", "10.0.0.1", "1001", "undetermined", AT(250000), AT(250000) },
        };

        (void)state;
        check_incidents(told, 2, 1, "idle_closure");
        told[1].start = told[1].end = AT(70000 + LOSS_MS + 20000);
        check_incidents(told, 2, 2, NULL);
}

static void test_a_stop_of_another_bundle(void **state) {
        struct told told[] = {
                { "a", "1", "server_restart", "fin1", "", "", AT(0), AT(60000) },
                { "b", "2", "forced_logout", "10.0.0.1", "1001", "presence_loss", AT(4000), AT(64000) },
                { "a", "3", "idle_escalation", "fin1", "1001", "", AT(-900000), AT(-860000) },
        };
        struct fleet_report report;
        struct fleet fleet;
        struct arena arena;

        (void)state;
        /* Only where the agent had a session on that server. */
        check_incidents(told, 2, 1, "presence_loss");
        fleet_init(&fleet);
        arena_init(&arena);
        for (size_t i = 0; i < 3; i++)
                tell(&fleet, &told[i]);
        assert_int_equal(fleet_derive(&fleet, &arena, &report), 0);
        assert_int_equal(report.incidents.count, 2);
        assert_true(str_eq(report.incidents.items[1].cause, STR("server_event")));
        assert_true(str_eq(report.incidents.items[1].joined_from, STR("a")));
        arena_release(&arena);
        fleet_release(&fleet);
}

static void test_agents_have_no_case(void **state) {
        const struct told told[] = {
                { "a", "1", "idle_closure", "fin1", "Smith", "", AT(0), AT(70000) },
                { "b", "2", "forced_logout", "10.0.0.1", "SMITH", "undetermined", AT(70500), AT(130500) },
                { "b", "3", "idle_closure", "fin1", "smithers", "", AT(0), AT(70000) },
        };

        (void)state;
        check_incidents(told, 2, 1, "idle_closure");
        check_incidents(told, 3, 2, NULL);
}

static void test_what_is_not_read_is_not_nothing(void **state) {
        struct fleet_report report;
        struct fleet fleet;
        struct arena arena;

        (void)state;
        fleet_init(&fleet);
        arena_init(&arena);
        assert_int_equal(fleet_add_unread(&fleet, &(struct report_fault){ STR("x.tgz"), DIAG_BUNDLE_UNREAD,
                                                                          STR("was killed"), 1 }),
                         0);
        assert_int_equal(fleet_derive(&fleet, &arena, &report), 0);
        assert_true(str_eq(report.diagnosis.verdict, STR("undetermined")) && !report.complete);
        assert_int_equal(report.exit_status, 1);
        arena_release(&arena);
        fleet_release(&fleet);
}

/* ---------------------------------------------------------------- public */

static void count_message(void *userdata, const char *text) {
        assert_non_null(strstr(text, "BS601"));
        ++*(int *)userdata;
}

static void test_public_face(void **state) {
        struct boshscope_fleet *fleet = boshscope_fleet_new(), *other = NULL;
        struct boshscope_style *style = boshscope_style_new();
        struct buf first, again;
        int messages = 0;

        (void)state;
        buf_init(&first, SIZE_MAX / 2);
        buf_init(&again, SIZE_MAX / 2);
        assert_true(fleet && style);
        assert_int_equal(boshscope_fleet_exit_status(fleet), 1);
        assert_int_equal(boshscope_fleet_add_path(fleet, "/no/such/report.json", count_message, &messages), 0);
        assert_int_equal(messages, 1);
        assert_int_equal(boshscope_fleet_exit_status(fleet), 1);
        assert_int_equal(boshscope_fleet_write(fleet, style, "json", take, &first), 0);
        /* Once more changes nothing. */
        assert_int_equal(boshscope_fleet_add_path(fleet, "/no/such/report.json", NULL, NULL), 0);
        assert_int_equal(boshscope_fleet_write(fleet, style, "json", take, &again), 0);
        assert_true(str_eq(buf_str(&first), buf_str(&again)));
        assert_true(boshscope_fleet_has_format("html") && !boshscope_fleet_has_format("trace"));
        assert_int_equal(boshscope_fleet_write(fleet, style, "trace", take, &again), BOSHSCOPE_E_ARGUMENT);
        assert_false(boshscope_fleet_is("/no/such/report.json"));
        assert_int_equal(boshscope_fleet_load("/no/such/report.json", NULL, NULL, &other), BOSHSCOPE_E_REPORT);
        assert_null(other);
        buf_release(&first);
        buf_release(&again);
        boshscope_style_free(style);
        boshscope_fleet_free(fleet);
        boshscope_fleet_free(NULL);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_prints_are_a_set),
                cmocka_unit_test(test_prints_as_text),
                cmocka_unit_test(test_what_is_no_text_of_prints),
                cmocka_unit_test(test_any_grouping),
                cmocka_unit_test(test_spans_that_touch_are_one),
                cmocka_unit_test(test_a_closure_of_another_bundle),
                cmocka_unit_test(test_a_request_without_a_loss),
                cmocka_unit_test(test_a_stop_of_another_bundle),
                cmocka_unit_test(test_agents_have_no_case),
                cmocka_unit_test(test_what_is_not_read_is_not_nothing),
                cmocka_unit_test(test_public_face),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
