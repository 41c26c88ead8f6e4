#include "rules/dispatch.h"

#include "rules/header.h"
#include "rules/ruleset.h"
#include "rules/shape.h"

#include <errno.h>
#include <stdlib.h>

/* ------------------------------------------------------- the openings */

/* A candidate and what leads to it; `bucket` is known once all texts are. */
struct way {
        struct str text;
        struct candidate candidate;
        size_t bucket;
};

/* The ways of one family in order of precedence, then by bucket. */
struct ways {
        struct way *all;
        size_t count;
        size_t most; /* in a bucket */
};

static bool is_decided(const struct rule *rule) {
        return rule->pattern_text.n == 0 && rule->contains_count == 0 && rule->logger_count == 0;
}

static struct candidate of_shape(const struct rule *rule, const struct shape *shape) {
        struct candidate candidate = { .rule = rule, .shape = shape };

        candidate.shape_begin = (uint32_t)shape->steps[0].text.n;
        candidate.not_captured = (UINT32_C(1) << rule->field_count) - 1;
        for (size_t i = 0; i < shape->count; i++)
                if (shape->steps[i].field >= 0)
                        candidate.not_captured &= ~(UINT32_C(1) << shape->steps[i].field);
        candidate.whole = shape->count == 1;
        candidate.decided =
                shape->count == 2 && shape->steps[1].kind == SHAPE_ANY && shape->steps[1].behind.text.n == 0;
        return candidate;
}

static void add_shapes(struct ways *ways, const struct rule *rule) {
        for (size_t k = 0; k < rule->shape_count; k++)
                ways->all[ways->count++] = (struct way){ .text = rule->shapes[k].steps[0].text,
                                                         .candidate = of_shape(rule, &rule->shapes[k]) };
}

static void add_literals(struct ways *ways, const struct rule *rule) {
        for (size_t k = 0; k < rule->literal_count; k++)
                ways->all[ways->count++] = (struct way){ .text = rule->literals[k],
                                                         .candidate = { .rule = rule, .decided = is_decided(rule) } };
}

static bool is_of(const struct rule *rule, enum family family) {
        return rule->family == family && rule->at_start;
}

/* All of a family: the shapes, then the literals. */
static int collect(const struct ruleset *ruleset, enum family family, struct ways *ways) {
        size_t most = 0;

        for (size_t i = 0; i < ruleset->count; i++)
                if (is_of(&ruleset->rules[i], family))
                        most += ruleset->rules[i].literal_count + ruleset->rules[i].shape_count;
        *ways = (struct ways){ .all = calloc(most + 1, sizeof(*ways->all)) };
        if (!ways->all)
                return -ENOMEM;
        for (size_t i = 0; i < ruleset->count; i++)
                if (is_of(&ruleset->rules[i], family))
                        add_shapes(ways, &ruleset->rules[i]);
        for (size_t i = 0; i < ruleset->count; i++)
                if (is_of(&ruleset->rules[i], family))
                        add_literals(ways, &ruleset->rules[i]);
        return 0;
}

/* The first bytes that every text has. */
static uint64_t find_key_mask(const struct ways *ways) {
        uint64_t mask = ~UINT64_C(0);

        for (size_t i = 0; i < ways->count; i++)
                mask &= prefix_of(ways->all[i].text).mask;
        return mask;
}

/* The ways by bucket, each bucket's in the order in which they were. */
static int sort_by_bucket(const struct dispatch *dispatch, struct ways *ways) {
        size_t next[DISPATCH_BUCKETS + 1] = { 0 };
        struct way *sorted = calloc(ways->count + 1, sizeof(*sorted));

        if (!sorted)
                return -ENOMEM;
        for (size_t i = 0; i < ways->count; i++) {
                ways->all[i].bucket = dispatch_bucket(dispatch, prefix_head(ways->all[i].text));
                next[ways->all[i].bucket + 1]++;
        }
        for (size_t i = 0; i < DISPATCH_BUCKETS; i++) {
                if (next[i + 1] > ways->most)
                        ways->most = next[i + 1];
                next[i + 1] += next[i];
        }
        for (size_t i = 0; i < ways->count; i++)
                sorted[next[ways->all[i].bucket]++] = ways->all[i];
        free(ways->all);
        ways->all = sorted;
        return 0;
}

/* The rule stands there already, by another of its literals. */
static bool has_rule(const struct opening *opening, const struct rule *rule) {
        for (size_t i = 0; i < opening->count; i++)
                if (!opening->candidates[i].shape && opening->candidates[i].rule == rule)
                        return true;
        return false;
}

static void decide(struct opening *opening) {
        const struct candidate *first = &opening->candidates[0];

        if (first->rule->field_count > 0)
                return;
        if (first->decided)
                opening->decided = first->rule;
        if (first->whole && first->shape_begin == opening->prefix.text.n)
                opening->whole = first->rule;
        if ((opening->decided || opening->whole) && first->rule->only_counted && opening->plain)
                opening->told = first->rule;
}

/* What a message that begins with `text` may match, out of a bucket's ways. */
static int fill_opening(struct arena *arena, const struct way *ways, size_t count, struct str text,
                        struct opening *opening) {
        struct candidate *candidates = arena_alloc(arena, count * sizeof(*candidates));

        if (!candidates)
                return -ENOMEM;
        *opening = (struct opening){ .prefix = prefix_of(text),
                                     .candidates = candidates,
                                     .plain = header_notification_is_plain(text) };
        for (size_t i = 0; i < count; i++) {
                if (!str_starts(text, ways[i].text) ||
                    (!ways[i].candidate.shape && has_rule(opening, ways[i].candidate.rule)))
                        continue;
                candidates[opening->count++] = ways[i].candidate;
                opening->shapes += ways[i].candidate.shape != NULL;
                /* A shape may be left out of account, and what follows it is wanted then. */
                if (ways[i].candidate.decided && !ways[i].candidate.shape)
                        break;
        }
        decide(opening);
        return 0;
}

static int longer_first(const void *a, const void *b) {
        const size_t x = ((const struct opening *)a)->prefix.text.n, y = ((const struct opening *)b)->prefix.text.n;

        return x > y ? -1 : x < y;
}

static bool has_text(const struct opening *openings, size_t count, struct str text) {
        for (size_t i = 0; i < count; i++)
                if (str_eq(openings[i].prefix.text, text))
                        return true;
        return false;
}

/* One opening a text. Their number is returned, or -ENOMEM. */
static int fill_bucket(struct arena *arena, const struct way *ways, size_t count, struct opening *openings) {
        size_t filled = 0;

        for (size_t i = 0; i < count; i++) {
                int r;

                if (has_text(openings, filled, ways[i].text))
                        continue;
                r = fill_opening(arena, ways, count, ways[i].text, &openings[filled++]);
                if (r < 0)
                        return r;
        }
        qsort(openings, filled, sizeof(*openings), longer_first);
        return (int)filled;
}

static int fill_buckets(struct arena *arena, const struct ways *ways, struct dispatch *dispatch) {
        struct opening *openings = arena_alloc(arena, (ways->count + 1) * sizeof(*openings));
        size_t at = 0, filled = 0;

        if (!openings)
                return -ENOMEM;
        dispatch->openings = openings;
        for (size_t bucket = 0; bucket < DISPATCH_BUCKETS; bucket++) {
                const size_t first = at;
                int r;

                while (at < ways->count && ways->all[at].bucket == bucket)
                        at++;
                r = fill_bucket(arena, &ways->all[first], at - first, &openings[filled]);
                if (r < 0)
                        return r;
                filled += (size_t)r;
                dispatch->begin[bucket + 1] = (uint32_t)filled;
        }
        return 0;
}

/* Openings stand in the order of their buckets, in each the longest first; and so do
 * those that share a bucket here, since they share one there. */
static int fill_far(struct arena *arena, struct dispatch *dispatch) {
        const size_t count = dispatch->begin[DISPATCH_BUCKETS];
        uint16_t *far = arena_alloc(arena, (count + 1) * sizeof(*far));
        uint32_t *begin = dispatch->far_begin, total;

        if (!far)
                return -ENOMEM;
        for (size_t i = 0; i < count; i++)
                if (dispatch->openings[i].prefix.text.n >= WORD_BYTES)
                        begin[dispatch_hash(dispatch->openings[i].prefix.head) + 1]++;
        for (size_t bucket = 0; bucket < DISPATCH_BUCKETS; bucket++)
                begin[bucket + 1] += begin[bucket];
        total = begin[DISPATCH_BUCKETS];
        for (size_t i = count; i-- > 0;)
                if (dispatch->openings[i].prefix.text.n >= WORD_BYTES)
                        far[--begin[dispatch_hash(dispatch->openings[i].prefix.head) + 1]] = (uint16_t)i;
        /* Each has come down to where its own bucket begins. */
        memmove(begin, begin + 1, DISPATCH_BUCKETS * sizeof(*begin));
        begin[DISPATCH_BUCKETS] = total;
        dispatch->far = far;
        return 0;
}

static int link_messages(struct ruleset *ruleset, enum family family) {
        struct dispatch *dispatch = &ruleset->messages[family];
        struct ways ways;
        int r = collect(ruleset, family, &ways);

        if (r < 0)
                return r;
        dispatch->key_mask = find_key_mask(&ways);
        r = sort_by_bucket(dispatch, &ways);
        if (r == 0)
                r = fill_buckets(&ruleset->arena, &ways, dispatch);
        if (r == 0)
                r = fill_far(&ruleset->arena, dispatch);
        free(ways.all);
        return r;
}

/* ------------------------------------------------ literals elsewhere */

static size_t screen_entry(const char *p) {
        const unsigned pair = (unsigned)(unsigned char)p[0] << 8 | (unsigned char)p[1];

        return pair * UINT32_C(0x9e3779b1) >> (32 - SCREEN_BITS);
}

static void fill_screen(struct literal_list *list) {
        struct screen *screen = &list->screen;

        screen->window = UINT8_MAX;
        for (size_t i = 0; i < list->count; i++)
                if (list->literals[i].text.n < screen->window)
                        screen->window = list->literals[i].text.n;
        if (screen->window < 2)
                return;
        memset(screen->skip, (int)screen->window - 1, sizeof(screen->skip));
        for (size_t i = 0; i < list->count; i++)
                for (size_t k = 0; k + 2 <= screen->window; k++) {
                        unsigned char *skip = &screen->skip[screen_entry(list->literals[i].text.p + k)];

                        if (screen->window - 2 - k < *skip)
                                *skip = (unsigned char)(screen->window - 2 - k);
                }
}

static bool begins_with_one(const struct literal_list *list, struct str text) {
        for (size_t i = 0; i < list->count; i++)
                if (str_starts(text, list->literals[i].text))
                        return true;
        return false;
}

bool literal_list_occurs(const struct literal_list *list, struct str text) {
        const struct screen *screen = &list->screen;
        size_t end = screen->window;

        if (list->count == 0)
                return false;
        if (screen->window < 2)
                return true;
        while (end <= text.n) {
                const size_t skip = screen->skip[screen_entry(text.p + end - 2)];

                if (skip == 0 && begins_with_one(list, str_skip(text, end - screen->window)))
                        return true;
                end += skip ? skip : 1;
        }
        return false;
}

/* The literals of a family's rules that look at records, or at names. */
static int link_list(struct ruleset *ruleset, enum family family, bool of_name, struct literal_list *list) {
        size_t most = 0;

        for (size_t i = 0; i < ruleset->count; i++)
                most += ruleset->rules[i].literal_count;
        list->literals = arena_alloc(&ruleset->arena, (most + 1) * sizeof(*list->literals));
        if (!list->literals)
                return -ENOMEM;
        for (size_t i = 0; i < ruleset->count; i++) {
                const struct rule *rule = &ruleset->rules[i];

                if (rule->family != family || rule->at_start || rule->of_name != of_name)
                        continue;
                for (size_t k = 0; k < rule->literal_count; k++)
                        list->literals[list->count++] = (struct rule_literal){ rule->literals[k], rule };
        }
        fill_screen(list);
        return 0;
}

/* -------------------------------------------------------------- the whole */

int dispatch_link(struct ruleset *ruleset) {
        int r = 0;

        for (size_t i = 0; i < ruleset->count; i++) {
                struct rule *rule = &ruleset->rules[i];

                rule->only_counted = rule->kind == EVENT_OTHER && rule->server == SERVER_NOTHING && !rule->kept;
        }
        for (int family = 0; family < FAMILY_COUNT && r == 0; family++) {
                r = link_messages(ruleset, (enum family)family);
                if (r == 0)
                        r = link_list(ruleset, (enum family)family, false, &ruleset->anywhere[family]);
                if (r == 0)
                        r = link_list(ruleset, (enum family)family, true, &ruleset->names[family]);
        }
        return r;
}
