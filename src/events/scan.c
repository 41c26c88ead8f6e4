#include "events/scan.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/crc32.h"

int scan_init(struct scan *scan, const struct ruleset *ruleset, const struct limits *limits) {
        *scan = (struct scan){ .ruleset = ruleset, .limits = limits };
        scan->matcher = matcher_new(limits->match_limit);
        scan->counted = calloc(ruleset->count ? ruleset->count : 1, sizeof(*scan->counted));
        if (scan->matcher && scan->counted)
                return 0;
        scan_release(scan);
        return -ENOMEM;
}

void scan_release(struct scan *scan) {
        matcher_free(scan->matcher);
        block_release(&scan->block);
        free(scan->counted);
        free(scan->values);
        free(scan->hits);
        *scan = (struct scan){ 0 };
}

/* For one more hit. */
static inline int make_room(struct scan *scan) {
        int r = 0;

        if (scan->hit_count == scan->hit_capacity)
                r = array_reserve(&scan->hits, &scan->hit_capacity, scan->hit_count + 1, sizeof(*scan->hits));
        if (r == 0 && scan->value_capacity - scan->value_count < RULE_MAX_FIELDS)
                r = array_reserve(&scan->values, &scan->value_capacity, scan->value_count + RULE_MAX_FIELDS,
                                  sizeof(*scan->values));
        return r;
}

/* There is room for it, and its values are in their place. */
static inline void add_hit(struct scan *scan, const struct record *record, const struct rule *rule,
                           const struct rule *gave_up) {
        struct hit *hit = &scan->hits[scan->hit_count++];

        hit->record = *record;
        hit->record.same_stamp &= record->stamp == scan->hit_stamp;
        hit->rule = rule;
        hit->gave_up = gave_up;
        hit->values = scan->value_count;
        scan->hit_stamp = record->stamp;
        if (!rule)
                return;
        scan->value_count += rule->field_count;
        scan->counted[rule->index].stamp = record->stamp;
}

/* What the quick look did not tell. 0 or -ENOMEM. */
static int match_slowly(struct scan *scan, const struct scan_wish *wish, const struct record *record,
                        const struct opening *opening, const struct rule **ret_rule, const struct rule **ret_gave_up) {
        struct match match;
        int r = matcher_match_on(scan->matcher, scan->ruleset, wish->family, opening, record->text,
                                 record->header.message_at, &match, ret_gave_up);

        if (r <= 0)
                return r;
        *ret_rule = match.rule;
        memcpy(&scan->values[scan->value_count], match.values, match.rule->field_count * sizeof(*match.values));
        return 0;
}

static inline int scan_record(struct scan *scan, const struct scan_wish *wish, const struct record *record) {
        const struct str message = str_skip(record->text, record->header.message_at);
        const struct opening *opening = record->opening;
        const struct rule *rule = NULL, *gave_up = NULL;
        int r = make_room(scan);

        if (r < 0)
                return r;
        if (!opening)
                opening = dispatch_find(&scan->ruleset->messages[wish->family], message);
        if (opening)
                rule = opening_match(opening, message, &scan->values[scan->value_count]);
        if (!rule)
                r = match_slowly(scan, wish, record, opening, &rule, &gave_up);
        if (r < 0)
                return r;
        if (gave_up || !record->timed ||
            (rule ? !rule_only_counts(rule, scan->counted, record->stamp) : wish->unmatched))
                add_hit(scan, record, rule, gave_up);
        else if (rule)
                scan->counted[rule->index].count++;
        return 0;
}

/* What a cut line goes on with is no line. */
static void count_secrets(struct scan *scan) {
        const struct block *block = &scan->block;
        const struct str text = { block->bytes, block->n };
        const char *feed = block->in_line ? str_find_byte(text, '\n') : NULL;
        const size_t skipped = !block->in_line ? 0 : feed ? (size_t)(feed - text.p) + 1 : text.n;

        secret_counts_of(&scan->secrets, str_skip(text, skipped), (size_t)scan->limits->max_line_bytes);
        for (int kind = 0; skipped && kind < SECRET_KIND_COUNT; kind++)
                scan->secrets.kinds[kind].first += skipped;
}

int scan_run(struct scan *scan, const struct scan_wish *wish) {
        const struct record *record;
        struct records records;
        int r = 0;

        scan->hit_count = scan->value_count = 0;
        scan->hit_stamp = SIZE_MAX;
        memset(scan->counted, 0, scan->ruleset->count * sizeof(*scan->counted));
        scan->crc32 = wish->sum ? crc32_add(0, scan->block.bytes, scan->block.n) : 0;
        count_secrets(scan);
        records_init(&records, &scan->block, wish->family, &scan->ruleset->messages[wish->family], scan->counted,
                     scan->limits);
        while (r == 0 && (record = records_next(&records)))
                r = scan_record(scan, wish, record);
        scan->counts = records.counts;
        return r;
}
