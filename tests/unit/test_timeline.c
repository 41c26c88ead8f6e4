/* The join: however logs are cut, copied and ordered, the whole is the same. */
#define _GNU_SOURCE
#include "analysis_support.h"

#include <stdio.h>
#include <zlib.h>

/* ------------------------------------------------------------ helpers */

struct log {
        const char *name;
        struct str text;
};

#define TEXT_OF(array)                                                                                                 \
        { array, sizeof(array) - 1 }

static void analyse(struct analysis *analysis, const struct log *logs, size_t count, int16_t zone) {
        analysis_open(analysis);
        for (size_t i = 0; i < count; i++)
                analysis_add(analysis, logs[i].name, logs[i].text);
        analysis_join(analysis, zone);
}

static struct buf result_of(const struct log *logs, size_t count, int16_t zone) {
        struct analysis analysis;
        struct buf text;

        analyse(&analysis, logs, count, zone);
        text = write_all(&analysis);
        analysis_close(&analysis);
        return text;
}

/* The lines that differ, since the whole is long. */
static void assert_same(const struct buf *got, const struct buf *wanted, const char *title) {
        const char *a = got->p, *b = wanted->p;

        if (strcmp(a, b) == 0)
                return;
        while (*a && *a == *b) {
                a++;
                b++;
        }
        while (a > got->p && a[-1] != '\n') {
                a--;
                b--;
        }
        fail_msg("%s: got\n%.*s\nwanted\n%.*s", title, (int)strcspn(a, "\n"), a, (int)strcspn(b, "\n"), b);
}

static void check_same(const struct log *logs, size_t count, const struct buf *wanted, const char *title) {
        struct buf got = result_of(logs, count, 330);

        assert_same(&got, wanted, title);
        buf_release(&got);
}

/* Places where lines begin, and the end. */
struct cuts {
        size_t *places;
        size_t count, capacity;
};

static struct cuts cuts_of(struct str text) {
        struct cuts cuts = { 0 };

        for (size_t i = 0; i <= text.n; i++) {
                if (i > 0 && i < text.n && text.p[i - 1] != '\n')
                        continue;
                assert_int_equal(array_reserve(&cuts.places, &cuts.capacity, cuts.count + 1, sizeof(*cuts.places)), 0);
                cuts.places[cuts.count++] = i;
        }
        return cuts;
}

/* A cut where a record begins: one inside a record leaves orphans. */
static bool begins_record(struct str text, size_t at) {
        struct header header;

        return at == text.n || family_header(family_by_content(text, NULL), str_skip(text, at), &header);
}

/*
 * Cut logs[which] at every step-th line where a record begins; the parts in both
 * orders, the other logs as they are.
 */
static void check_cuts(const struct log *logs, size_t count, size_t which, size_t step, const char *title) {
        struct buf whole = result_of(logs, count, 330);
        struct cuts cuts = cuts_of(logs[which].text);
        struct log parts[8];

        assert_true(count < COUNT(parts));
        for (size_t i = 0; i < cuts.count; i += step) {
                struct str text = logs[which].text;
                size_t place = cuts.places[i], back = i % 2;
                char where[64];

                if (!begins_record(text, place))
                        continue;
                memcpy(parts, logs, count * sizeof(*logs));
                parts[which] = (struct log){ "a.log", back ? str_skip(text, place) : str_first(text, place) };
                parts[count] = (struct log){ "b.log", back ? str_first(text, place) : str_skip(text, place) };
                snprintf(where, sizeof(where), "%s, cut before line %zu", title, i + 1);
                check_same(parts, count + 1, &whole, where);
        }
        free(cuts.places);
        buf_release(&whole);
}

/* ------------------------------------------------- a small synthetic log */

/* Silences of every outcome, polls between, addresses, all in one log. */
static const char debug_log[] = CREATED("00:00:01", "aaaa") BOUND("00:00:02", "aaaa", "1001") REQUEST_FROM(
        "00:00:03", "10.1.2.3") RECV("00:00:03", "aaaa", "100") SAMPLE("00:00:13", "aaaa", "1001", "0")
        SAMPLE("00:00:13", "cccc", "1003", "0") RECV("00:00:33", "aaaa", "101") RECV("00:00:34", "cccc", "500") SAMPLE(
                "00:00:43", "aaaa", "1001", "-1") SAMPLE("00:00:43", "cccc", "1003", "9000")
                SAMPLE("00:01:13", "aaaa", "1001", "12000") SAMPLE("00:01:13", "cccc", "1003", "39000") RECV(
                        "00:01:20", "cccc",
                        "501") SAMPLE("00:01:43", "aaaa", "1001",
                                      "42000") SAMPLE("00:01:43", "cccc", "1003",
                                                      "0") CREATED("00:01:50", "bbbb") BOUND("00:01:51", "bbbb", "1002")
                        REQUEST_FROM("00:01:52", "10.1.2.4") RECV("00:01:52", "bbbb", "700") REQUEST_FROM(
                                "00:01:53", "10.1.2.4") RECV("00:01:53", "bbbb", "701")
                                SAMPLE("00:02:13", "aaaa", "1001", "72000") SAMPLE(
                                        "00:02:13", "bbbb", "1002", "5000") SAMPLE("00:02:13", "cccc", "1003", "0")
                                        CLOSING("00:02:13", "aaaa", "1001") CLOSED("00:02:13", "1001") RECV(
                                                "00:02:14", "cccc", "502") SAMPLE("00:02:43", "bbbb", "1002", "35000")
                                                SAMPLE("00:02:43", "cccc", "1003", "14000") RECV(
                                                        "00:02:50", "bbbb", "702") TERMINATE("00:02:51", "bbbb", "703")
                                                        SAMPLE("00:03:13", "cccc", "1003", "44000") CREATED(
                                                                "00:03:20", "dddd") BOUND("00:03:21", "dddd", "1003")
                                                                RECV("00:03:22", "dddd",
                                                                     "900") SAMPLE("00:03:43", "dddd", "1003", "0")
                                                                        SAMPLE("00:04:13", "dddd", "1003", "31000")
                                                                                SAMPLE("00:04:43", "dddd", "1003",
                                                                                       "61000");

static const char web_log[] = PRESENCE("18:30:02.000", DESKTOP("1001"), "available")
        CTI_REQUEST("18:30:01.000", "1001", "0", "0", "0") PRESENCE("18:32:13.500", DESKTOP("1001"), "unavailable")
                CTI_REQUEST("18:33:13.500", "1001", "1", "255", "1") CTI_STATE("18:33:13.600", "1001", "1", "255")
                        CTI_REQUEST("18:34:13.500", "1001", "1", "255", "1");

static const struct log both[] = {
        { "debug.log", TEXT_OF(debug_log) },
        { "Desktop-webservices.log", TEXT_OF(web_log) },
};

static void the_story_is_there(void **state) {
        struct analysis analysis;
        struct buf findings;

        (void)state;
        analyse(&analysis, both, 1, 0);
        findings = write_findings(&analysis);
        assert_string_equal(findings.p,
                            "idle_escalation 1003 cccc 00:00:34.000..00:01:20.000 recovered peak=39000 samples=2 low\n"
                            "idle_closure 1001 aaaa 00:01:01.000..00:02:13.000 medium\n"
                            "idle_escalation 1001 aaaa 00:01:01.000..00:02:13.000 closed peak=72000 samples=3 low\n"
                            "idle_escalation 1002 bbbb 00:02:08.000..00:02:50.000 recovered peak=35000 samples=2 low\n"
                            "idle_escalation 1003 cccc 00:02:29.000..00:03:21.000 replaced peak=44000 samples=2 low\n"
                            "idle_escalation 1003 dddd 00:03:42.000..00:04:43.000 open peak=61000 samples=2 medium\n");
        assert_int_equal(analysis.timeline.session_count, 4);
        assert_int_equal(find_session(&analysis, "aaaa")->ended_by, ENDED_IDLE_CLOSURE);
        assert_int_equal(find_session(&analysis, "bbbb")->ended_by, ENDED_TERMINATE);
        assert_int_equal(find_session(&analysis, "cccc")->ended_by, ENDED_REPLACED);
        assert_int_equal(find_session(&analysis, "dddd")->ended_by, ENDED_OPEN);
        assert_int_equal(find_session(&analysis, "aaaa")->wait_s, 30);
        assert_int_equal(find_session(&analysis, "bbbb")->ip_count, 1);
        assert_str(find_session(&analysis, "bbbb")->ips[0].address, "10.1.2.4");
        assert_int_equal(find_session(&analysis, "aaaa")->ip_count, 0); /* one vote is not enough */
        assert_int_equal(find_session(&analysis, "cccc")->opened_ms, TIME_UNKNOWN);
        assert_str(find_session(&analysis, "cccc")->node, "fin1.example.com");
        buf_release(&findings);
        analysis_close(&analysis);
}

static void every_cut_of_a_small_log_gives_the_same(void **state) {
        (void)state;
        check_cuts(both, COUNT(both), 0, 1, "debug.log");
        check_cuts(both, COUNT(both), 1, 1, "web service");
}

/* Three parts of random sizes in every order. */
static void the_order_of_members_does_not_matter(void **state) {
        static const unsigned orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                              { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
        struct buf whole = result_of(both, 1, 330);
        struct cuts cuts = cuts_of(both[0].text);
        uint32_t seed = 11;

        (void)state;
        for (int round = 0; round < 40; round++) {
                size_t a = cuts.places[next_random(&seed, (uint32_t)cuts.count)];
                size_t b = cuts.places[next_random(&seed, (uint32_t)cuts.count)];
                struct str text = both[0].text;
                size_t low = a < b ? a : b, high = a < b ? b : a;
                const struct log parts[] = { { "1.log", str_first(text, low) },
                                             { "2.log", str_slice(text.p + low, text.p + high) },
                                             { "3.log", str_skip(text, high) } };

                if (!begins_record(text, low) || !begins_record(text, high))
                        continue;
                for (size_t i = 0; i < COUNT(orders); i++) {
                        const struct log mixed[] = { parts[orders[i][0]], parts[orders[i][1]], parts[orders[i][2]] };

                        check_same(mixed, COUNT(mixed), &whole, "three parts");
                }
        }
        free(cuts.places);
        buf_release(&whole);
}

static void a_log_that_is_there_twice_counts_once(void **state) {
        const struct log twice[] = { both[0], both[1], both[0], both[1] };
        const struct log overlapping[] = { both[0], both[1], { "tail.log", TEXT_OF(debug_log) } };
        struct buf once = result_of(both, 2, 330);
        struct cuts cuts = cuts_of(both[0].text);

        (void)state;
        check_same(twice, COUNT(twice), &once, "twice");
        /* A second collection that begins later. */
        for (size_t i = 0; i < cuts.count; i++) {
                struct log parts[3];

                if (!begins_record(both[0].text, cuts.places[i]))
                        continue;
                memcpy(parts, overlapping, sizeof(parts));
                parts[2].text = str_skip(both[0].text, cuts.places[i]);
                check_same(parts, COUNT(parts), &once, "overlapping");
        }
        free(cuts.places);
        buf_release(&once);
}

/* An address needs at least two votes. A poll that stands in two files is one. */
static void the_addresses_of_copies_count_once(void **state) {
        static const char polls[] =
                REQUEST_FROM("00:01:00", "10.1.2.3") RECV("00:01:00", "aaaa", "100") RECV("00:01:30", "aaaa", "101");
        static const char longer[] = NOTE("00:00:50", "another record") REQUEST_FROM("00:01:00", "10.1.2.3")
                RECV("00:01:00", "aaaa", "100") RECV("00:01:30", "aaaa", "101");
        const struct log logs[] = { { "debug.log", TEXT_OF(polls) }, { "all.log", TEXT_OF(longer) } };
        struct analysis analysis;

        (void)state;
        analyse(&analysis, logs, COUNT(logs), 0);
        assert_int_equal(find_session(&analysis, "aaaa")->ip_count, 0);
        analysis_close(&analysis);
}

/* One change of state, told once a skill group, is one event however it is cut. */
static void a_state_change_that_crosses_files_is_one(void **state) {
        static const char first[] = CTI_STATE("18:33:13.600", "1001", "2", "33");
        static const char second[] =
                CTI_STATE("18:33:13.601", "1001", "2", "33") CTI_STATE("18:33:13.602", "1001", "2", "33");
        const struct log logs[] = { { "1.log", TEXT_OF(first) }, { "2.log", TEXT_OF(second) } };
        struct analysis analysis;

        (void)state;
        analyse(&analysis, logs, COUNT(logs), 0);
        assert_int_equal(analysis.timeline.agents.items[0].event_count, 1);
        assert_int_equal(analysis.timeline.agents.items[0].events[0]->copies, 2);
        analysis_close(&analysis);
}

/* A client that comes back repeats its last request first. */
static void a_return_that_crosses_files_is_found(void **state) {
        static const char log[] = RECV("00:00:30", "aaaa", "100") SAMPLE("00:01:13", "aaaa", "1001", "13000")
                SAMPLE("00:01:43", "aaaa", "1001", "43000") RECV("00:01:50", "aaaa", "100")
                        RECV("00:01:51", "aaaa", "101") RECV("00:01:52", "aaaa", "102") RECV("00:02:05", "aaaa", "103")
                                SAMPLE("00:02:13", "aaaa", "1001", "0");
        const struct log logs[] = { { "debug.log", TEXT_OF(log) } };

        (void)state;
        check_cuts(logs, 1, 0, 1, "an old rid, then new ones");
}

/* Samples that name the JID alone and requests that name the id alone meet in the
 * join only: fold.h promises the requests on both sides of a pause. */
static void a_return_is_found_by_the_jid_alone(void **state) {
        static const char start[] = CREATED("00:00:01", "aaaa") BOUND("00:00:02", "aaaa", "1001");
        static const char bound[] = BOUND("00:00:02", "aaaa", "1001");
        static const char rest[] = RECV("00:00:30", "aaaa", "100") RECV("00:01:00", "aaaa", "101")
                BARE_SAMPLE("00:01:13", "1001", "13000") BARE_SAMPLE("00:01:43", "1001", "43000")
                        RECV("00:01:50", "aaaa", "102") RECV("00:01:55", "aaaa", "103")
                                BARE_SAMPLE("00:02:13", "1001", "0") RECV("00:02:20", "aaaa", "104");
        static const char *const starts[] = { start, bound }; /* with and without the session's own wait */

        (void)state;
        for (size_t i = 0; i < COUNT(starts); i++) {
                struct analysis analysis;
                struct buf log, findings;

                buf_init(&log, TEST_BYTES);
                buf_printf(&log, "%s%s", starts[i], rest);
                analysis_open(&analysis);
                analysis_add(&analysis, "debug.log", buf_str(&log));
                analysis_join(&analysis, 0);
                findings = write_findings(&analysis);
                if (strcmp(findings.p, "idle_escalation 1001 aaaa 00:01:00.000..00:01:50.000 recovered peak=43000 "
                                       "samples=2 low\n") != 0)
                        fail_msg("%s its creation: %s", i ? "without" : "with", findings.p);
                buf_release(&findings);
                buf_release(&log);
                analysis_close(&analysis);
        }
}

/* All samples of a reaper run share the stamp of its first record, also where a
 * file ends in the middle of it. */
static void a_reaper_run_that_crosses_files_has_one_time(void **state) {
        static const char log[] = SAMPLE("00:01:42", "bbbb", "1002", "0") SAMPLE("00:01:43", "aaaa", "1001", "43000")
                SAMPLE("00:02:12", "bbbb", "1002", "0") SAMPLE("00:02:13", "aaaa", "1001", "73000");
        const struct log logs[] = { { "debug.log", TEXT_OF(log) } };

        (void)state;
        check_cuts(logs, 1, 0, 1, "a reaper run over a second's end");
}

/* -------------------------------------------------- layouts of the same */

#define LOGGER "org.jivesoftware.openfire.http.HttpSessionManager"

/* The records of a plain log as all.log lays them out; continuation lines as they are. */
static struct buf as_all_log(struct str text) {
        struct cuts cuts = cuts_of(text);
        struct buf out;

        buf_init(&out, TEST_BYTES);
        for (size_t i = 0; i + 1 < cuts.count; i++) {
                struct str line = str_slice(text.p + cuts.places[i], text.p + cuts.places[i + 1]);

                if (begins_record(text, cuts.places[i]))
                        buf_printf(&out, "%.19s DEBUG [TaskEngine-pool-3]: " LOGGER " - %.*s", line.p, (int)line.n - 20,
                                   line.p + 20);
                else
                        buf_add(&out, line);
        }
        free(cuts.places);
        return out;
}

static void all_log_and_info_log_count_once(void **state) {
        struct buf all = as_all_log(both[0].text);
        const struct log alone[] = { both[0] };
        const struct log mixed[] = { both[0], { "all.log", buf_str(&all) } };
        struct analysis a, b;
        struct buf plain, joined;

        (void)state;
        analysis_open(&a);
        analysis_add(&a, alone[0].name, alone[0].text);
        analysis_join(&a, 330);
        analysis_open(&b);
        for (size_t i = 0; i < COUNT(mixed); i++)
                analysis_add(&b, mixed[i].name, mixed[i].text);
        analysis_join(&b, 330);
        assert_int_equal(b.timeline.event_count, a.timeline.event_count);
        plain = write_findings(&a);
        joined = write_findings(&b);
        assert_string_equal(joined.p, plain.p);
        assert_int_equal(b.timeline.session_count, a.timeline.session_count);
        buf_release(&plain);
        buf_release(&joined);
        analysis_close(&a);
        analysis_close(&b);
        buf_release(&all);
}

/* Of records equal to the letter, as many stay as the file that has most holds. */
static void equal_records_of_one_file_are_all_kept(void **state) {
        static const char two[] = CTI_REQUEST("00:17:00.000", "1001", "1", "255", "1")
                CTI_REQUEST("00:17:00.000", "1001", "1", "255", "1");
        static const char one[] = CTI_REQUEST("00:17:00.000", "1001", "1", "255", "1");
        const struct log logs[] = { { "a.log", TEXT_OF(one) }, { "b.log", TEXT_OF(two) }, { "c.log", TEXT_OF(one) } };
        struct analysis analysis;

        (void)state;
        analyse(&analysis, logs, COUNT(logs), 0);
        assert_int_equal(analysis.timeline.event_count, 2);
        assert_int_equal(analysis.findings.count, 1);
        assert_int_equal(analysis.findings.items[0].forced->attempts, 2);
        analysis_close(&analysis);
}

/* The same second, the same words, but two servers. */
static void nodes_are_not_copies_of_each_other(void **state) {
        static const char first[] = SAMPLE("00:01:43", "aaaa", "1001", "43000") NOTE("00:01:50", "Openfire stopped");
        static const char second[] = "2017.06.17 00:01:43 Session (id=aaaa) was last active 43000 ms ago: "
                                     "1001@fin2.example.com/desktop\n" NOTE("00:01:50", "Openfire stopped");
        const struct log logs[] = { { "a.log", TEXT_OF(first) }, { "b.log", TEXT_OF(second) } };
        struct analysis analysis;

        (void)state;
        analyse(&analysis, logs, COUNT(logs), 0);
        assert_int_equal(analysis.timeline.event_count, 4);
        assert_int_equal(analysis.timeline.session_count, 2); /* sessions never merge over nodes */
        assert_int_equal(analysis.timeline.agents.count, 1);  /* agents do */
        assert_int_equal(analysis.timeline.agents.items[0].session_count, 2);
        analysis_close(&analysis);
}

static void a_bare_jid_finds_its_session(void **state) {
        static const char log[] = CREATED("00:00:01", "aaaa") BOUND("00:00:02", "aaaa", "1001")
                BARE_SAMPLE("00:01:43", "1001", "43000") BARE_SAMPLE("00:02:13", "1001", "73000")
                        NOTE("00:02:13", "Closing idle session: " DESKTOP("1001"))
                                BARE_SAMPLE("00:02:13", "1002", "31000");
        const struct log logs[] = { { "debug.log", TEXT_OF(log) } };
        struct analysis analysis;
        struct buf findings;

        (void)state;
        analyse(&analysis, logs, 1, 0);
        findings = write_findings(&analysis);
        assert_string_equal(findings.p,
                            "idle_closure 1001 aaaa 00:01:00.000..00:02:13.000 medium\n"
                            "idle_escalation 1001 aaaa 00:01:00.000..00:02:13.000 closed peak=73000 samples=2 low\n"
                            "idle_escalation 1002 - 00:01:42.000..00:02:13.000 open peak=31000 samples=1 medium\n");
        buf_release(&findings);
        analysis_close(&analysis);
        check_cuts(logs, 1, 0, 1, "bare JIDs");
}

/* ------------------------------------------------------- a real log */

static struct buf inflate_file(const char *name) {
        const char *testdata = getenv("BOSHSCOPE_TESTDATA");
        char path[1024], bytes[16384];
        struct buf out;
        gzFile file;
        int n;

        assert_non_null(testdata);
        snprintf(path, sizeof(path), "%s/logs/live-1/%s.gz", testdata, name);
        file = gzopen(path, "rb");
        assert_non_null(file);
        buf_init(&out, TEST_BYTES);
        while ((n = gzread(file, bytes, sizeof(bytes))) > 0)
                assert_int_equal(buf_add(&out, (struct str){ bytes, (size_t)n }), 0);
        assert_int_equal(gzclose(file), Z_OK);
        return out;
}

static void cuts_of_a_real_log_give_the_same(void **state) {
        static const char *const names[] = { "debug.log", "info.log", "warn.log", "error.log" };
        struct buf texts[COUNT(names)];
        struct log logs[COUNT(names)];

        (void)state;
        for (size_t i = 0; i < COUNT(names); i++) {
                texts[i] = inflate_file(names[i]);
                logs[i] = (struct log){ names[i], buf_str(&texts[i]) };
        }
        check_cuts(logs, COUNT(logs), 0, 97, "debug.log");
        check_cuts(logs, COUNT(logs), 1, 1, "info.log");
        for (size_t i = 0; i < COUNT(names); i++)
                buf_release(&texts[i]);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_story_is_there),
                cmocka_unit_test(every_cut_of_a_small_log_gives_the_same),
                cmocka_unit_test(the_order_of_members_does_not_matter),
                cmocka_unit_test(a_log_that_is_there_twice_counts_once),
                cmocka_unit_test(the_addresses_of_copies_count_once),
                cmocka_unit_test(a_state_change_that_crosses_files_is_one),
                cmocka_unit_test(a_return_that_crosses_files_is_found),
                cmocka_unit_test(a_return_is_found_by_the_jid_alone),
                cmocka_unit_test(a_reaper_run_that_crosses_files_has_one_time),
                cmocka_unit_test(all_log_and_info_log_count_once),
                cmocka_unit_test(equal_records_of_one_file_are_all_kept),
                cmocka_unit_test(nodes_are_not_copies_of_each_other),
                cmocka_unit_test(a_bare_jid_finds_its_session),
                cmocka_unit_test(cuts_of_a_real_log_give_the_same),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
