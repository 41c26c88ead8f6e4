/* The dispatch finds what walking all rules in order of precedence finds. */
#define _GNU_SOURCE /* mkdtemp */
#include "packs.h"

#include "rules/pattern.h"
#include "rules/shape.h"

enum { MATCH_LIMIT = 100000, LONGEST = 4096 };

/* A generator of its own: the same numbers everywhere. */
static uint64_t next_random(uint64_t *state) {
        *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        return *state >> 33;
}

static size_t below(uint64_t *state, size_t limit) {
        return limit ? (size_t)(next_random(state) % limit) : 0;
}

/* ------------------------------------------------------- the reference */

struct walk {
        const struct ruleset *ruleset;
        enum family family;
        struct str record, message, header;
        struct pattern_scratch *scratch;
};

static bool holds_one(struct str text, const struct str *wanted, size_t count, bool at_start) {
        for (size_t i = 0; i < count; i++)
                if (at_start ? str_starts(text, wanted[i]) : str_find(text, wanted[i]) != NULL)
                        return true;
        return false;
}

static const struct rule *walk_shapes(const struct walk *walk) {
        for (size_t i = 0; i < walk->ruleset->count; i++) {
                const struct rule *rule = &walk->ruleset->rules[i];

                for (size_t k = 0; rule->family == walk->family && k < rule->shape_count; k++) {
                        const struct str begin = rule->shapes[k].steps[0].text;
                        struct value values[RULE_MAX_FIELDS];

                        if (str_starts(walk->message, begin) &&
                            shape_match_rest(&rule->shapes[k], str_skip(walk->message, begin.n), values))
                                return rule;
                }
        }
        return NULL;
}

static bool walk_rule(const struct walk *walk, const struct rule *rule, bool at_start) {
        const struct str subject = at_start ? walk->message : walk->record;

        if (rule->family != walk->family || rule->of_name || rule->at_start != at_start ||
            !holds_one(subject, rule->literals, rule->literal_count, at_start) ||
            (rule->logger_count && !holds_one(walk->header, rule->loggers, rule->logger_count, false)))
                return false;
        for (size_t i = 0; i < rule->contains_count; i++)
                if (!str_find(subject, rule->contains[i]))
                        return false;
        return !rule->pattern || pattern_match(rule->pattern, walk->scratch, subject) > 0;
}

static const struct rule *walk_all(const struct walk *walk) {
        const struct rule *found = walk_shapes(walk);

        for (int at_start = 1; at_start >= 0; at_start--)
                for (size_t i = 0; i < walk->ruleset->count && !found; i++)
                        if (walk_rule(walk, &walk->ruleset->rules[i], at_start))
                                found = &walk->ruleset->rules[i];
        return found;
}

/* --------------------------------------------------------- comparisons */

struct bench {
        struct walk walk;
        struct matcher *matcher;
        size_t records, matched;
};

static void bench_open(struct bench *bench, const struct ruleset *ruleset) {
        *bench = (struct bench){ .walk = { .ruleset = ruleset, .scratch = pattern_scratch_new(MATCH_LIMIT) },
                                 .matcher = matcher_new(MATCH_LIMIT) };
        assert_non_null(bench->walk.scratch);
        assert_non_null(bench->matcher);
}

static void bench_close(struct bench *bench) {
        pattern_scratch_free(bench->walk.scratch);
        matcher_free(bench->matcher);
}

static void compare(struct bench *bench, enum family family, struct str record, size_t message_at) {
        const struct rule *wanted, *got;
        struct match match;

        bench->walk.family = family;
        bench->walk.record = record;
        bench->walk.message = str_skip(record, message_at);
        bench->walk.header = str_first(record, message_at);
        wanted = walk_all(&bench->walk);
        got = matcher_match(bench->matcher, bench->walk.ruleset, family, record, message_at, &match, NULL) == 1
                      ? match.rule
                      : NULL;
        bench->records++;
        bench->matched += got != NULL;
        if (got != wanted)
                fail_msg("%s instead of %s: %.*s", got ? got->id.p : "none", wanted ? wanted->id.p : "none",
                         (int)record.n, record.p);
}

static void compare_text(struct bench *bench, enum family family, struct str text) {
        const char *newline = str_find_byte(text, '\n');
        const struct str line = newline ? str_slice(text.p, newline) : text;
        struct header header, after;

        if (!family_header(family, line, &header))
                return;
        compare(bench, family, text, header.message_at);
        if (header.stamp.at != 0)
                return;
        assert_true(family_header_after(family, line, header.stamp.n, &after));
        assert_memory_equal(&after, &header, sizeof(header));
}

/* The text with a few bytes changed, cut out or doubled, or with another's end. The
 * copy ends where its memory does. */
static void compare_changed(struct bench *bench, enum family family, struct str text, struct str other,
                            uint64_t *state) {
        char changed[2 * LONGEST], *copy;
        size_t n = text.n, at = below(state, text.n);

        memcpy(changed, text.p, n);
        switch (below(state, 5)) {
        case 0:
                changed[at] = (char)(changed[at] ^ 1 << below(state, 8));
                break;
        case 1:
                n = at;
                break;
        case 2:
                memmove(changed + at, changed + at + 1, n - at - 1);
                n--;
                break;
        case 3:
                memcpy(changed + n, text.p + at, n - at);
                n += n - at;
                break;
        default:
                at = at < other.n ? at : other.n;
                memcpy(changed + at, other.p + at, other.n - at);
                n = other.n;
        }
        copy = malloc(n + 1);
        assert_non_null(copy);
        memcpy(copy + 1, changed, n);
        compare_text(bench, family, (struct str){ copy + 1, n });
        free(copy);
}

static size_t text_count(const struct rule *rule) {
        return rule->of_name ? 0 : rule->sample_count + rule->near_miss_count;
}

static struct str text_of(const struct rule *rule, size_t i) {
        return i < rule->sample_count ? rule->samples[i].text : rule->near_misses[i - rule->sample_count];
}

/* A sample of whichever rule; empty where that has none. */
static struct str any_text(const struct ruleset *ruleset, uint64_t *state) {
        const struct rule *rule = &ruleset->rules[below(state, ruleset->count)];

        return text_count(rule) ? text_of(rule, below(state, text_count(rule))) : STR("");
}

static void samples_of_the_pack(void **state) {
        enum { CHANGES = 30 };
        uint64_t random = 20170617;
        struct ruleset *ruleset;
        struct bench bench;

        (void)state;
        assert_int_equal(ruleset_load_whole(NULL, NULL, &ruleset), 0);
        bench_open(&bench, ruleset);
        for (size_t i = 0; i < ruleset->count; i++) {
                const struct rule *rule = &ruleset->rules[i];

                for (size_t k = 0; k < text_count(rule); k++) {
                        const struct str text = text_of(rule, k);

                        assert_true(text.n < LONGEST);
                        compare_text(&bench, rule->family, text);
                        for (size_t n = 0; n < CHANGES; n++)
                                compare_changed(&bench, rule->family, text, any_text(ruleset, &random), &random);
                }
        }
        assert_true(bench.records > 8000 && bench.matched > 1000 && bench.matched < bench.records);
        bench_close(&bench);
        ruleset_free(ruleset);
}

/* -------------------------------------------------------- small alphabets */

static size_t random_word(char *word, size_t most, uint64_t *state) {
        const size_t n = 1 + below(state, most);

        for (size_t i = 0; i < n; i++)
                word[i] = (char)('a' + below(state, 2));
        word[n] = '\0';
        return n;
}

/* Literals that begin with, hold and repeat one another. */
static struct ruleset *load_random_rules(size_t rules, size_t shortest, size_t most, uint64_t *state) {
        struct ruleset *ruleset = NULL;
        struct pack pack;
        char text[65536];
        size_t at = (size_t)snprintf(text, sizeof(text), "{\"family\":\"notification\",\"rules\":[");

        for (size_t i = 0; i < rules; i++) {
                char first[64], second[64];

                memset(first, 'b', shortest);
                memset(second, 'b', shortest);
                random_word(first + below(state, shortest + 1), most, state);
                random_word(second + shortest, most, state);
                if (strlen(first) < shortest)
                        random_word(first + shortest, most, state);
                at += (size_t)snprintf(text + at, sizeof(text) - at,
                                       "%s{\"id\":\"r%zu\",\"literal\":[\"%s\",\"%s\"],\"at\":\"%s\",%s\"event\":\"e\","
                                       "\"samples\":[{\"text\":\"x\"}],\"near_misses\":[\"x\"]}",
                                       i ? "," : "", i, first, second, below(state, 4) ? "message" : "record",
                                       below(state, 2) ? "\"pattern\":\".*ab.*b\"," : "");
        }
        assert_true(at < sizeof(text) - 3);
        strcpy(text + at, "]}");
        pack_open(&pack);
        pack_add(&pack, "pack.json", "{\"pack\":{\"name\":\"n\",\"version\":\"1\"}}");
        pack_add(&pack, "r.json", text);
        pack_load(&pack, &ruleset);
        pack_close(&pack);
        assert_string_equal(pack.messages, "");
        return ruleset;
}

static void literals_within_literals(void **state) {
        uint64_t random = 255;

        (void)state;
        for (size_t pack = 0; pack < 24; pack++) {
                const size_t shortest = pack % 12;
                struct ruleset *ruleset = load_random_rules(1 + pack * 2, shortest, 1 + pack % 9, &random);
                struct bench bench;

                bench_open(&bench, ruleset);
                for (size_t i = 0; i < 2000; i++) {
                        char text[128];

                        memset(text, 'b', shortest);
                        random_word(text + below(&random, shortest + 1), 40, &random);
                        compare(&bench, FAMILY_NOTIFICATION, str_from(text), below(&random, 3));
                }
                bench_close(&bench);
                ruleset_free(ruleset);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(samples_of_the_pack),
                cmocka_unit_test(literals_within_literals),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
