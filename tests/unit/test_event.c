/* Events: what a copy keeps of a record, and what tells two copies are one. */
#include "analysis_support.h"

/* One record of a log with its match; lives until record_close. */
struct opened {
        struct text_stream stream;
        struct limits limits;
        struct reader reader;
        struct record record;
        struct matcher *matcher;
        struct match match;
        struct event event;
};

static void record_open(struct opened *opened, enum family family, struct str text) {
        struct limits limits;
        struct stamp stamp;

        limits_init(&limits);
        opened->stream = text_stream(text);
        opened->limits = limits;
        reader_init(&opened->reader, &opened->stream.stream, &opened->limits, 4096);
        reader_set_family(&opened->reader, family);
        assert_int_equal(reader_next(&opened->reader, &opened->record), 1);
        opened->matcher = matcher_new(limits.match_limit);
        assert_non_null(opened->matcher);
        assert_int_equal(matcher_match(opened->matcher, rules, family, opened->record.text,
                                       opened->record.header.message_at, &opened->match, NULL),
                         1);
        assert_true(stamp_parse(family, span_of(opened->record.text, opened->record.header.stamp), &stamp));
        event_init(&opened->event, &opened->record, &stamp, opened->match.rule, opened->match.values);
}

static void record_close(struct opened *opened) {
        matcher_free(opened->matcher);
        reader_release(&opened->reader);
}

static void an_event_has_its_fields(void **state) {
        struct opened opened;
        struct str text;
        int64_t number;

        (void)state;
        record_open(&opened, FAMILY_NOTIFICATION, str_from("an orphan\n" CLOSING("00:16:04", "f382a015", "1001003")));
        assert_int_equal(event_kind(&opened.event), EVENT_IDLE_CLOSED);
        assert_int_equal(opened.event.line, 2);
        assert_int_equal(opened.event.offset, 10);
        assert_true(event_text(&opened.event, FIELD_SID, &text));
        assert_str(text, "f382a015");
        assert_true(event_number(&opened.event, FIELD_THRESHOLD_S, &number));
        assert_int_equal(number, 60);
        number = 77;
        assert_false(event_number(&opened.event, FIELD_RID, &number)); /* the rule has none */
        assert_int_equal(number, 77);
        record_close(&opened);
        record_open(&opened, FAMILY_NOTIFICATION,
                    str_from(NOTE("00:16:04", "Closing idle session (id=a): b@c/desktop")));
        assert_false(event_number(&opened.event, FIELD_THRESHOLD_S, &number)); /* took no part */
        record_close(&opened);
}

static void a_kept_event_is_a_copy_of_its_own(void **state) {
        char bytes[] = CLOSING("00:16:04", "f382a015", "1001003");
        struct opened opened;
        struct arena arena;
        struct event kept;
        struct str text;
        int64_t number;

        (void)state;
        arena_init(&arena);
        record_open(&opened, FAMILY_NOTIFICATION, str_from(bytes));
        assert_int_equal(opened.event.fingerprint, 0);
        assert_int_equal(event_keep(&arena, &opened.event, 2048, &kept), 0);
        memset(opened.reader.block.bytes, 'x', opened.reader.block.capacity);
        record_close(&opened);
        memset(&opened, 'x', sizeof(opened));
        assert_str(kept.text,
                   "2017.06.17 00:16:04 Closing idle session (id=f382a015): 1001003@fin1.example.com/desktop\n"
                   "after inactivity for more than threshold value of 60");
        assert_true(event_text(&kept, FIELD_JID, &text));
        assert_str(text, "1001003@fin1.example.com/desktop");
        assert_true(event_number(&kept, FIELD_THRESHOLD_S, &number));
        assert_int_equal(number, 60);
        assert_int_not_equal(kept.fingerprint, 0);
        arena_release(&arena);
}

/* A megabyte names nobody, and is not kept. */
static void a_name_without_end_is_none(void **state) {
        struct opened opened;
        struct arena arena;
        struct event kept;
        struct str jid;
        struct buf text;

        (void)state;
        arena_init(&arena);
        buf_init(&text, TEST_BYTES);
        assert_int_equal(buf_add(&text, STR(NOTE("00:16:04", "Closing idle session (id=f382a015): "))), 0);
        text.n--; /* the record's end */
        for (size_t i = 0; i < 5000; i++)
                assert_int_equal(buf_add_byte(&text, 'a'), 0);
        assert_int_equal(buf_add(&text, STR("@fin1.example.com/desktop\n")), 0);
        record_open(&opened, FAMILY_NOTIFICATION, buf_str(&text));
        assert_true(event_value(&opened.event, FIELD_JID)->text.n > 5000);
        assert_false(event_text(&opened.event, FIELD_JID, &jid));
        assert_int_equal(event_keep(&arena, &opened.event, 2048, &kept), 0);
        assert_int_equal(event_value(&kept, FIELD_JID)->text.n, 2048);
        record_close(&opened);
        buf_release(&text);
        arena_release(&arena);
}

static void keeping_masks_first_and_cuts_then(void **state) {
        static const char text[] = NOTE("00:16:04", "HTTPBindLog: HTTP RECV(a): <body rid=\"7\" sid=\"a\"><auth "
                                                    "mechanism='PLAIN'>NEVERSHOWME</auth></body>");
        static const char masked[] = "2017.06.17 00:16:04 HTTPBindLog: HTTP RECV(a): <body rid=\"7\" sid=\"a\"><auth "
                                     "mechanism='PLAIN'>***</auth></body>";
        struct opened opened;
        struct arena arena;

        (void)state;
        arena_init(&arena);
        record_open(&opened, FAMILY_NOTIFICATION, str_from(text));
        /* At every length: never a letter of the secret, always a beginning of the masked text. */
        for (size_t most = 1; most <= sizeof(text); most++) {
                struct event kept;

                assert_int_equal(event_keep(&arena, &opened.event, most, &kept), 0);
                assert_int_equal(kept.text.n, most < sizeof(masked) - 1 ? most : sizeof(masked) - 1);
                assert_memory_equal(kept.text.p, masked, kept.text.n);
        }
        record_close(&opened);
        arena_release(&arena);
}

/* A secret that begins in what is kept and is longer than all that is looked at. */
static void a_secret_longer_than_the_limit_stays_hidden(void **state) {
        struct opened opened;
        struct arena arena;
        struct event kept;
        struct buf text;

        (void)state;
        buf_init(&text, TEST_BYTES);
        buf_add(&text, STR("2017.06.17 00:16:04 HTTPBindLog: HTTP RECV(a): <body rid=\"7\" sid=\"a\"><auth m='P'>"));
        while (text.n < 100000)
                buf_add(&text, STR("NEVER"));
        buf_add(&text, STR("</auth></body>\n"));
        arena_init(&arena);
        record_open(&opened, FAMILY_NOTIFICATION, buf_str(&text));
        assert_int_equal(event_keep(&arena, &opened.event, 2048, &kept), 0);
        assert_null(str_find(kept.text, STR("NEVER")));
        assert_true(str_ends(kept.text, STR("<auth m='P'>***")));
        record_close(&opened);
        arena_release(&arena);
        buf_release(&text);
}

static void held_events_survive_moves(void **state) {
        char bytes[] = SAMPLE("00:16:04", "f382a015", "1001003", "43230");
        struct held_event held = { 0 }, moved;
        struct opened_event again;
        struct opened opened;
        struct arena arena;
        struct event kept;
        struct str text;
        int64_t number;

        (void)state;
        arena_init(&arena);
        record_open(&opened, FAMILY_NOTIFICATION, str_from(bytes));
        assert_int_equal(event_hold(&held, &opened.event), 0);
        memset(opened.reader.block.bytes, 'x', opened.reader.block.capacity);
        record_close(&opened);
        memset(&opened, 'x', sizeof(opened));
        memcpy(&moved, &held, sizeof(moved)); /* as an array that grows does */
        memset(&held, 'x', sizeof(held));
        assert_true(moved.set);
        held_open(&moved, &again);
        assert_true(event_text(&again.event, FIELD_SID, &text));
        assert_str(text, "f382a015");
        assert_true(event_number(&again.event, FIELD_IDLE_MS, &number));
        assert_int_equal(number, 43230);
        assert_int_equal(event_keep(&arena, &again.event, 2048, &kept), 0);
        assert_str(kept.text, "2017.06.17 00:16:04 Session (id=f382a015) was last active 43230 ms ago: "
                              "1001003@fin1.example.com/desktop");
        held_release(&moved);
        assert_false(moved.set);
        held_release(&moved); /* an empty one may be released again */
        arena_release(&arena);
}

static void the_latest_is_held(void **state) {
        static const char *const texts[] = { SAMPLE("00:16:04", "aaaa", "1001003", "1"),
                                             SAMPLE("00:16:34", "aaaa", "1001003.with.a.longer.name", "31001"),
                                             BARE_SAMPLE("00:17:04", "1", "61001") };
        static const int64_t idles[] = { 1, 31001, 61001 };
        struct held_event held = { 0 };
        struct opened_event again;
        struct str sid;

        (void)state;
        for (size_t i = 0; i < COUNT(texts); i++) {
                struct opened opened;
                int64_t number;

                record_open(&opened, FAMILY_NOTIFICATION, str_from(texts[i]));
                assert_int_equal(event_hold(&held, &opened.event), 0);
                record_close(&opened);
                held_open(&held, &again);
                assert_true(event_number(&again.event, FIELD_IDLE_MS, &number));
                assert_int_equal(number, idles[i]);
        }
        assert_false(event_text(&again.event, FIELD_SID, &sid)); /* not the earlier one's */
        held_release(&held);
}

/* consumeResponse: the rid stands at the end, behind a presence of any length. */
static void a_value_behind_the_held_bytes_keeps_its_number(void **state) {
        struct held_event held = { 0 };
        struct opened_event again;
        struct opened opened;
        struct arena arena;
        struct event direct, kept;
        struct buf text;
        struct str rid;
        int64_t number;

        (void)state;
        buf_init(&text, TEST_BYTES);
        buf_add(&text,
                STR("2017.06.17 00:16:04 consumeResponse: x.HttpSession@1 status: 3 address: a@b/desktop id: aaaa "
                    "presence: \n<presence>"));
        while (text.n < 3000)
                buf_add(&text, STR("<c/>\n"));
        buf_add(&text, STR("</presence> rid: 669097342\n"));
        arena_init(&arena);
        record_open(&opened, FAMILY_NOTIFICATION, buf_str(&text));
        assert_int_equal(event_keep(&arena, &opened.event, 2048, &direct), 0);
        assert_int_equal(event_hold(&held, &opened.event), 0);
        record_close(&opened);
        held_open(&held, &again);
        assert_true(event_number(&again.event, FIELD_RID, &number));
        assert_int_equal(number, 669097342);
        assert_true(event_text(&again.event, FIELD_RID, &rid));
        assert_int_equal(rid.n, 0);
        assert_int_equal(event_keep(&arena, &again.event, 2048, &kept), 0);
        assert_true(kept.fingerprint == direct.fingerprint); /* held or not: the same record */
        held_release(&held);
        arena_release(&arena);
        buf_release(&text);
}

/* -------------------------------------------------------- fingerprints */

static uint64_t fingerprint_of(enum family family, const char *text) {
        struct opened opened;
        struct arena arena;
        struct event kept;

        arena_init(&arena);
        record_open(&opened, family, str_from(text));
        assert_int_equal(event_keep(&arena, &opened.event, 2048, &kept), 0);
        record_close(&opened);
        arena_release(&arena);
        return kept.fingerprint;
}

#define WORDS "Closing idle session (id=a): 1001@fin1/desktop"
#define TAIL "\nafter inactivity for more than threshold value of 60"
#define LOGGER "org.jivesoftware.openfire.http.HttpSessionManager"
#define CTI "%CCBU_worker-6-PRESENCE DRIVEN LOGOUT: %[agent_id=1001]: text"

static void layouts_of_one_record_have_one_fingerprint(void **state) {
        static const struct {
                enum family family;
                const char *a, *b;
        } pairs[] = {
                { FAMILY_NOTIFICATION, "2017.06.17 00:16:04 " WORDS TAIL "\n",
                  "2017.06.17 00:16:04 INFO  [TaskEngine-pool-3]: " LOGGER " - " WORDS TAIL "\n" },
                { FAMILY_NOTIFICATION, "2017.06.17 00:16:04 " WORDS TAIL "\n",
                  "2017.06.17 00:16:04 " LOGGER " - " WORDS TAIL "\n" },
                { FAMILY_NOTIFICATION, "2017.06.17 00:16:04 " WORDS "\n", "2017.06.17 00:16:04 " WORDS "\r\n" },
                { FAMILY_NOTIFICATION, "2017.06.17 00:16:04 " WORDS "\n", "2017.06.17 00:16:04 " WORDS },
                { FAMILY_NOTIFICATION, "2017.06.17 00:16:04 " WORDS "\n", "2017.06.17 00:16:04 " WORDS "\n\n" },
                /* Desktop and Error-Desktop number their lines each on their own. */
                { FAMILY_WEBSERVICES, "0000001060: 10.1.2.3: Jun 17 2017 00:17:04.632 +0530: " CTI "\n",
                  "0000000417: 10.1.2.3: Jun 17 2017 00:17:04.632 +0530: " CTI "\n" },
                { FAMILY_WEBSERVICES, "0000001060: 10.1.2.3: Jun 17 2017 00:17:04.632 +0530: " CTI "\n",
                  "Jun 17 2017 00:17:04.632 +0530: " CTI "\n" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(pairs); i++)
                if (fingerprint_of(pairs[i].family, pairs[i].a) != fingerprint_of(pairs[i].family, pairs[i].b))
                        fail_msg("not the same:\n%s%s", pairs[i].a, pairs[i].b);
}

static void line_ends_inside_a_record_do_not_matter(void **state) {
        (void)state;
        assert_true(fingerprint_of(FAMILY_NOTIFICATION, "2017.06.17 00:16:04 " WORDS TAIL "\n") ==
                    fingerprint_of(FAMILY_NOTIFICATION, "2017.06.17 00:16:04 " WORDS "\r" TAIL "\r\n"));
}

static void other_records_have_other_fingerprints(void **state) {
        static const char *const texts[] = {
                SAMPLE("00:16:04", "aaaa", "1001", "43230"),
                SAMPLE("00:16:04", "aaab", "1001", "43230"),
                SAMPLE("00:16:04", "aaaa", "1002", "43230"),
                SAMPLE("00:16:04", "aaaa", "1001", "43231"),
                RECV("00:16:04", "aaaa", "1"),
                RECV("00:16:04", "aaaa", "2"),
        };

        (void)state;
        for (size_t i = 0; i < COUNT(texts); i++)
                for (size_t k = 0; k < i; k++)
                        assert_true(fingerprint_of(FAMILY_NOTIFICATION, texts[i]) !=
                                    fingerprint_of(FAMILY_NOTIFICATION, texts[k]));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_event_has_its_fields),
                cmocka_unit_test(a_kept_event_is_a_copy_of_its_own),
                cmocka_unit_test(a_name_without_end_is_none),
                cmocka_unit_test(keeping_masks_first_and_cuts_then),
                cmocka_unit_test(a_secret_longer_than_the_limit_stays_hidden),
                cmocka_unit_test(held_events_survive_moves),
                cmocka_unit_test(the_latest_is_held),
                cmocka_unit_test(a_value_behind_the_held_bytes_keeps_its_number),
                cmocka_unit_test(layouts_of_one_record_have_one_fingerprint),
                cmocka_unit_test(line_ends_inside_a_record_do_not_matter),
                cmocka_unit_test(other_records_have_other_fingerprints),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
