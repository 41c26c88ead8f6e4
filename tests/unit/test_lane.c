/* A log's way through blocks, scan and fold is the same as record by record. */
#include "analysis_support.h"

#include "lane.h"

/* Everything a log may hold: counted records, events, unmatched ones, bad times,
 * continuation lines, a record that is too long. */
static struct buf make_log(uint32_t seed) {
        static const char *const parts[] = {
                "scope null||/http-bind/ @ o.e.j.s.ServletContextHandler{/http-bind,null}\n",
                "context=/http-bind||/ @ o.e.j.s.ServletContextHandler{/http-bind,null}\n",
                "RESPONSE /http-bind/  200 handled=true\n",
                "nobody knows this\nand this goes on\n",
                "HTTPBindLog: HTTP RECV(f382a015): <body sid=\"f382a015\" rid=\"1234567\"/>\n",
                "Session (id=f382a015) was last active 0 ms ago: 1001003@fin1.example.com/desktop\n",
                "Session (id=f382a015) was last active 43230 ms ago: 1001003@fin1.example.com/desktop\n",
                "Closing idle session (id=f382a015): 1001003@fin1.example.com/desktop\nafter inactivity for a while\n",
        };
        struct buf log;
        unsigned second = 0;

        buf_init(&log, TEST_BYTES);
        for (unsigned i = 0; i < 600; i++) {
                const unsigned part = next_random(&seed, COUNT(parts));

                second += next_random(&seed, 5) == 0;
                if (next_random(&seed, 40) == 0)
                        assert_int_equal(buf_printf(&log, "2017.13.17 00:00:00 "), 0);
                else
                        assert_int_equal(buf_printf(&log, "2017.06.17 00:%02u:%02u ", second / 60, second % 60), 0);
                assert_int_equal(buf_add(&log, str_from(parts[part])), 0);
                for (unsigned k = next_random(&seed, 60) ? 0 : 30; k > 0; k--)
                        assert_int_equal(buf_printf(&log, "and one more line that belongs to it\n"), 0);
        }
        return log;
}

static void write_summary(struct buf *out, const struct summary *summary, const struct oddity *bad_stamps) {
        assert_int_equal(buf_printf(out,
                                    "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " crc %x bad %" PRIu64
                                    " %" PRIu64 "\n",
                                    summary->lines, summary->records, summary->matched, summary->continuation_lines,
                                    summary->orphan_lines, summary->crc32, bad_stamps->count, bad_stamps->line),
                         0);
        for (size_t i = 0; i < summary->rule_count; i++)
                if (summary->rule_hits[i].count)
                        assert_int_equal(buf_printf(out, "%s %" PRIu64 " %" PRId64 " %" PRId64 "\n",
                                                    rules->rules[summary->rule_hits[i].rule].id.p,
                                                    summary->rule_hits[i].count, summary->rule_hits[i].first_ms,
                                                    summary->rule_hits[i].last_ms),
                                         0);
        for (size_t i = 0; i < summary->event_count; i++)
                assert_int_equal(buf_printf(out, "%" PRIu64 " @%" PRIu64 " %.*s\n", summary->events[i].line,
                                            summary->events[i].offset, (int)summary->events[i].text.n,
                                            summary->events[i].text.p),
                                 0);
        buf_text(out);
}

static struct buf by_lane(struct str log, const struct limits *limits, size_t chunk_bytes, unsigned threads) {
        struct pool *pool = pool_new(threads);
        struct lane *lane = lane_new(pool, rules, limits);
        struct fold *fold = fold_new(rules, limits, FAMILY_NOTIFICATION);
        struct text_stream stream = text_stream(log);
        struct oddity bad_stamps;
        struct lane_result found;
        struct summary *summary;
        struct cutter cutter;
        struct buf out;

        assert_true(pool && lane && fold);
        buf_init(&out, TEST_BYTES);
        cutter_init(&cutter, &stream.stream, limits, chunk_bytes);
        cutter_set_family(&cutter, FAMILY_NOTIFICATION);
        assert_int_equal(lane_run(lane, &cutter, fold, false, &found), 0);
        cutter_release(&cutter);
        bad_stamps = *fold_bad_stamps(fold);
        assert_int_equal(fold_finish(fold, &summary), 0);
        summary->lines = found.counts.lines;
        summary->records = found.counts.records;
        summary->continuation_lines = found.counts.continuation_lines;
        summary->orphan_lines = found.counts.orphan_lines;
        summary->crc32 = found.crc32;
        write_summary(&out, summary, &bad_stamps);
        summary_free(summary);
        fold_free(fold);
        lane_free(lane);
        pool_free(pool);
        return out;
}

static struct buf by_record(struct str log, const struct limits *limits) {
        struct oddity bad_stamps;
        struct summary *summary = fold_text(limits, FAMILY_NOTIFICATION, log, &bad_stamps);
        struct buf out;

        buf_init(&out, TEST_BYTES);
        write_summary(&out, summary, &bad_stamps);
        summary_free(summary);
        return out;
}

static void blocks_and_threads_change_nothing(void **state) {
        static const struct {
                size_t chunk_bytes;
                unsigned threads;
        } ways[] = { { 1 << 20, 1 }, { 1, 1 }, { 100, 2 }, { 1000, 1 }, { 1000, 2 }, { 3000, 9 }, { 5000, 3 } };
        struct limits limits;

        (void)state;
        limits_init(&limits);
        limits.max_record_bytes = 800;
        for (uint32_t seed = 1; seed <= 6; seed++) {
                struct buf log = make_log(seed), wanted = by_record(buf_str(&log), &limits);

                for (size_t i = 0; i < COUNT(ways); i++) {
                        struct buf got = by_lane(buf_str(&log), &limits, ways[i].chunk_bytes, ways[i].threads);

                        assert_string_equal(got.p, wanted.p);
                        buf_release(&got);
                }
                buf_release(&wanted);
                buf_release(&log);
        }
}

/* What the stream says at its end is said; what was whole before is folded. */
static void a_lane_ends_with_its_stream(void **state) {
        struct limits limits;

        (void)state;
        limits_init(&limits);
        for (unsigned threads = 1; threads <= 4; threads++) {
                struct pool *pool = pool_new(threads);
                struct lane *lane = lane_new(pool, rules, &limits);
                struct fold *fold = fold_new(rules, &limits, FAMILY_NOTIFICATION);
                struct text_stream stream = text_stream(str_from(SAMPLE("00:00:07", "a", "1", "5") SAMPLE(
                        "00:00:37", "a", "1", "35005") SAMPLE("00:01:07", "a", "1", "65005")));
                struct lane_result found;
                struct cutter cutter;

                assert_true(pool && lane && fold);
                stream.end = -ECANCELED;
                cutter_init(&cutter, &stream.stream, &limits, 50);
                cutter_set_family(&cutter, FAMILY_NOTIFICATION);
                assert_int_equal(lane_run(lane, &cutter, fold, false, &found), -ECANCELED);
                assert_int_equal(found.counts.records, 2);
                cutter_release(&cutter);
                fold_free(fold);
                lane_free(lane);
                pool_free(pool);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(blocks_and_threads_change_nothing),
                cmocka_unit_test(a_lane_ends_with_its_stream),
        };

        return cmocka_run_group_tests(tests, load_rules, free_rules);
}
