/*
 * What is summed over bundles: rules that hit, and holes in the logs.
 */
#include <errno.h>
#include <stdlib.h>

#include "fleet/derive.h"

enum { HOLE_MS = 300 * 1000 }; /* as long as a web service may be quiet */

static int compare_rules(const void *a, const void *b) {
        const struct fleet_rule *x = a, *y = b;

        return x->id.p == y->id.p && x->id.n == y->id.n ? 0 : str_cmp(x->id, y->id);
}

static bool counts(const struct fleet_bundle *bundle) {
        return fleet_bundle_is_read(bundle) && bundle->same_as.n == 0;
}

/* Hits of a lying report do not run over. */
static int64_t add_hits(int64_t a, int64_t b) {
        return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* A content that two bundles hold counts once; what overlaps otherwise counts in each. */
int derive_rules(struct derive *derive) {
        struct fleet_report *report = derive->report;
        struct fleet_rule *rules;
        size_t most = 0, count = 0, left = 0;

        for (size_t i = 0; i < report->bundles.count; i++)
                most += report->bundles.items[i].rules.count;
        rules = arena_alloc(derive->arena, (most + 1) * sizeof(*rules));
        if (!rules)
                return -ENOMEM;
        for (size_t i = 0; i < report->bundles.count; i++) {
                const struct fleet_bundle *bundle = &report->bundles.items[i];

                for (size_t k = 0; k < bundle->rules.count && counts(bundle); k++) {
                        const struct view_rule *rule = &bundle->rules.items[k];

                        rules[count++] = (struct fleet_rule){ .id = rule->id, .bundles = 1, .hits = rule->hits };
                }
        }
        qsort(rules, count, sizeof(*rules), compare_rules);
        for (size_t i = 0; i < count; i++) {
                if (left && compare_rules(&rules[left - 1], &rules[i]) == 0) {
                        rules[left - 1].bundles++;
                        rules[left - 1].hits = add_hits(rules[left - 1].hits, rules[i].hits);
                } else {
                        rules[left++] = rules[i];
                }
        }
        report->rules.items = rules;
        report->rules.count = left;
        return 0;
}

/* Between the spans of one node and family. */
int derive_gaps(struct derive *derive) {
        struct fleet_report *report = derive->report;

        report->gaps.items = arena_alloc(derive->arena, (report->coverage.count + 1) * sizeof(struct fleet_gap));
        if (!report->gaps.items)
                return -ENOMEM;
        for (size_t i = 1; i < report->coverage.count; i++) {
                const struct fleet_span *before = &report->coverage.items[i - 1], *span = &report->coverage.items[i];

                if (!str_eq(before->node, span->node) || !str_eq(before->family, span->family) ||
                    span->from - before->to <= HOLE_MS)
                        continue;
                report->gaps.items[report->gaps.count++] =
                        (struct fleet_gap){ span->node, span->family, before->to, span->from,
                                            (span->from - before->to) / MS_PER_SECOND };
        }
        return 0;
}
