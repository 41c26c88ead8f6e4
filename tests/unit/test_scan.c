/* The scan: its short cuts say what the long way says. */
#include "reader_support.h"

#include <stdlib.h>

#include "events/scan.h"

enum { ROUNDS = 400, MOST_RECORDS = 60, LOG_BYTES = 1024 * 1024 };

/* ------------------------------------------------------------- odd logs */

static const struct rule *any_rule(const struct ruleset *ruleset, uint32_t *seed) {
        for (;;) {
                const struct rule *rule = &ruleset->rules[next_random(seed, (uint32_t)ruleset->count)];

                if (rule->family == FAMILY_NOTIFICATION && rule->at_start && rule->sample_count)
                        return rule;
        }
}

/* A sample's message, or the bytes that a message of the rule begins with. */
static struct str any_message(const struct ruleset *ruleset, uint32_t *seed) {
        const struct rule *rule = any_rule(ruleset, seed);
        const struct str text = rule->samples[next_random(seed, (uint32_t)rule->sample_count)].text;
        const char *newline = str_find_byte(text, '\n');
        struct header header;

        if (next_random(seed, 4) == 0)
                return rule->literals[next_random(seed, (uint32_t)rule->literal_count)];
        if (!family_header(FAMILY_NOTIFICATION, newline ? str_slice(text.p, newline) : text, &header))
                return text;
        return str_skip(text, next_random(seed, 3) ? header.message_at : header.stamp.n + 1);
}

static void add(struct buf *log, struct str text) {
        assert_int_equal(buf_add(log, text), 0);
}

/* What a server would write, nearly: stamps that are the same again and again, or are
 * none of the calendar; messages that end early, go on, or have something behind them. */
static void write_log(struct buf *log, const struct ruleset *ruleset, uint32_t *seed) {
        static const char *const ends[] = { "", "", "", "\r", " more", "\n and a line", "\n\n", ">", "\0x" };
        static const char *const befores[] = { "", "", "", "", "", "\xef\xbb\xbf", "\0\0", " " };
        const unsigned count = 1 + next_random(seed, MOST_RECORDS);
        unsigned second = 0;

        for (unsigned i = 0; i < count; i++) {
                const struct str message = any_message(ruleset, seed);

                second += next_random(seed, 4) == 0;
                add(log, str_from(befores[next_random(seed, 8)]));
                assert_int_equal(buf_printf(log,
                                            next_random(seed, 20) ? "2017.06.17 00:16:%02u" : "2017.06.37 00:16:%02u",
                                            second % 60),
                                 0);
                add(log, next_random(seed, 30) ? STR(" ") : STR(".123 "));
                add(log, next_random(seed, 6) ? message : str_first(message, next_random(seed, (uint32_t)message.n)));
                add(log, str_from(ends[next_random(seed, 9)]));
                add(log, STR("\n"));
        }
}

/* ------------------------------------------------------------- both ways */

struct counts {
        uint64_t *of_rules, none;
};

static void match_each(const struct ruleset *ruleset, const struct limits *limits, const struct block *block,
                       struct counts *counts, struct line_counts *lines) {
        struct matcher *matcher = matcher_new(limits->match_limit);
        const struct record *record;
        struct records records;
        struct match match;

        assert_non_null(matcher);
        records_init(&records, block, FAMILY_NOTIFICATION, NULL, NULL, limits);
        while ((record = records_next(&records))) {
                if (matcher_match(matcher, ruleset, FAMILY_NOTIFICATION, record->text, record->header.message_at,
                                  &match, NULL) == 1)
                        counts->of_rules[match.rule->index]++;
                else
                        counts->none++;
        }
        *lines = records.counts;
        matcher_free(matcher);
}

/* Each hit is what its record matches; and they come in order. */
static void check_hits(const struct scan *scan, struct matcher *matcher) {
        uint64_t line = 0;

        for (size_t i = 0; i < scan->hit_count; i++) {
                const struct hit *hit = &scan->hits[i];
                const struct record *record = &hit->record;
                struct header header;
                struct match match;
                const char *newline = str_find_byte(record->text, '\n');
                const struct str first = newline ? str_slice(record->text.p, newline) : record->text;

                assert_true(record->line > line);
                line = record->line;
                assert_true(record->text.p == scan->block.bytes + record->offset);
                assert_true(family_header(FAMILY_NOTIFICATION, line_text(first, first.n), &header));
                assert_memory_equal(&header, &record->header, sizeof(header));
                assert_int_equal(matcher_match(matcher, scan->ruleset, FAMILY_NOTIFICATION, record->text,
                                               header.message_at, &match, NULL),
                                 hit->rule != NULL);
                if (!hit->rule)
                        continue;
                assert_ptr_equal(match.rule, hit->rule);
                for (size_t k = 0; k < hit->rule->field_count; k++) {
                        const struct value *value = &scan->values[hit->values + k];

                        assert_int_equal(value->set, match.values[k].set);
                        assert_true(!value->set || str_eq(value->text, match.values[k].text));
                        assert_int_equal(value->number, match.values[k].number);
                }
        }
}

static void compare(struct scan *scan, struct str log, struct counts *wanted) {
        const struct scan_wish wish = { .family = FAMILY_NOTIFICATION, .unmatched = true };
        struct line_counts lines;

        memset(wanted->of_rules, 0, scan->ruleset->count * sizeof(*wanted->of_rules));
        wanted->none = 0;
        scan->block = (struct block){ .bytes = malloc(log.n), .n = log.n, .capacity = log.n };
        assert_non_null(scan->block.bytes);
        memcpy(scan->block.bytes, log.p, log.n);
        assert_int_equal(scan_run(scan, &wish), 0);
        match_each(scan->ruleset, scan->limits, &scan->block, wanted, &lines);
        check_hits(scan, scan->matcher);
        for (size_t i = 0; i < scan->hit_count; i++) {
                if (scan->hits[i].rule)
                        scan->counted[scan->hits[i].rule->index].count++;
                else
                        wanted->none--;
        }
        assert_int_equal(wanted->none, 0);
        for (size_t i = 0; i < scan->ruleset->count; i++)
                if (scan->counted[i].count != wanted->of_rules[i])
                        fail_msg("%s: %llu instead of %llu in\n%.*s", scan->ruleset->rules[i].id.p,
                                 (unsigned long long)scan->counted[i].count, (unsigned long long)wanted->of_rules[i],
                                 (int)log.n, log.p);
        assert_memory_equal(&lines, &scan->counts, sizeof(lines));
        block_release(&scan->block);
}

static void short_cuts_say_what_the_long_way_says(void **state) {
        struct ruleset *ruleset;
        struct counts wanted;
        struct limits limits;
        struct scan scan;
        uint32_t seed = 11;

        (void)state;
        limits_init(&limits);
        assert_int_equal(ruleset_load_whole(NULL, NULL, &ruleset), 0);
        assert_int_equal(scan_init(&scan, ruleset, &limits), 0);
        wanted.of_rules = calloc(ruleset->count, sizeof(*wanted.of_rules));
        assert_non_null(wanted.of_rules);
        for (int round = 0; round < ROUNDS; round++) {
                struct buf log;

                /* Some logs meet their limits. */
                limits.max_line_bytes = round % 5 ? 1024 * 1024 : 40 + next_random(&seed, 60);
                limits.max_record_bytes = round % 7 ? 1024 * 1024 : 80;
                buf_init(&log, LOG_BYTES);
                write_log(&log, ruleset, &seed);
                compare(&scan, buf_str(&log), &wanted);
                buf_release(&log);
        }
        free(wanted.of_rules);
        scan_release(&scan);
        ruleset_free(ruleset);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(short_cuts_say_what_the_long_way_says),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
