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

static int add_hit(struct scan *scan, const struct record *record, const struct match *match,
                   const struct rule *gave_up) {
        const size_t fields = match ? match->rule->field_count : 0;
        struct hit *hit;
        int r = array_reserve(&scan->hits, &scan->hit_capacity, scan->hit_count + 1, sizeof(*scan->hits));

        if (r == 0)
                r = array_reserve(&scan->values, &scan->value_capacity, scan->value_count + fields,
                                  sizeof(*scan->values));
        if (r < 0)
                return r;
        hit = &scan->hits[scan->hit_count++];
        hit->record = *record;
        hit->record.same_stamp &= record->stamp == scan->hit_stamp;
        hit->rule = match ? match->rule : NULL;
        hit->gave_up = gave_up;
        hit->values = scan->value_count;
        scan->hit_stamp = record->stamp;
        if (fields)
                memcpy(&scan->values[scan->value_count], match->values, fields * sizeof(*scan->values));
        scan->value_count += fields;
        return 0;
}

static int scan_record(struct scan *scan, const struct scan_wish *wish, const struct record *record) {
        const struct rule *gave_up = NULL;
        struct match match;
        int r;

        r = record->opening ? matcher_match_opened(scan->matcher, scan->ruleset, wish->family, record->opening,
                                                   record->text, record->header.message_at, &match, &gave_up)
                            : matcher_match(scan->matcher, scan->ruleset, wish->family, record->text,
                                            record->header.message_at, &match, &gave_up);
        if (r < 0)
                return r;
        if (r == 0)
                return record->timed && !wish->unmatched && !gave_up ? 0 : add_hit(scan, record, NULL, gave_up);
        if (!gave_up && record_only_counts(record, match.rule, scan->counted)) {
                scan->counted[match.rule->index].count++;
                return 0;
        }
        scan->counted[match.rule->index].stamp = record->stamp;
        return add_hit(scan, record, &match, gave_up);
}

int scan_run(struct scan *scan, const struct scan_wish *wish) {
        const struct record *record;
        struct records records;
        int r = 0;

        scan->hit_count = scan->value_count = 0;
        scan->hit_stamp = SIZE_MAX;
        memset(scan->counted, 0, scan->ruleset->count * sizeof(*scan->counted));
        scan->crc32 = wish->sum ? crc32_add(0, scan->block.bytes, scan->block.n) : 0;
        records_init(&records, &scan->block, wish->family, &scan->ruleset->messages[wish->family], scan->counted,
                     scan->limits);
        while (r == 0 && (record = records_next(&records)))
                r = scan_record(scan, wish, record);
        scan->counts = records.counts;
        return r;
}
