#include "events/scan.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/crc32.h"
#include "events/stamp.h"

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

/* The stamp at hand. Each is told from the one before by its text. */
struct stamps {
        size_t number;
        bool good; /* a time of the calendar */
};

/* Is it a good one that the record before had as well? */
static inline bool same_stamp(struct stamps *stamps, enum family family, const struct record *record) {
        struct stamp stamp;

        if (record->same_stamp)
                return stamps->good;
        stamps->good = stamp_parse(family, span_of(record->text, record->header.stamp), &stamp);
        stamps->number++;
        return false;
}

/* May this match of the rule be counted alone? Of those that tell a version the time
 * counts, once. */
static bool only_counts(const struct scan *scan, const struct rule *rule, size_t stamp) {
        return rule->only_counted && (!rule->versions.first || scan->counted[rule->index].stamp == stamp);
}

static int add_hit(struct scan *scan, const struct record *record, size_t stamp, const struct match *match,
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
        hit->record.same_stamp &= stamp == scan->hit_stamp;
        hit->rule = match ? match->rule : NULL;
        hit->gave_up = gave_up;
        hit->values = scan->value_count;
        scan->hit_stamp = stamp;
        if (fields)
                memcpy(&scan->values[scan->value_count], match->values, fields * sizeof(*scan->values));
        scan->value_count += fields;
        return 0;
}

/* Other families say something in every record's header: the host, the zone. */
static bool says_its_stamp_alone(enum family family) {
        return family == FAMILY_NOTIFICATION;
}

static int scan_record(struct scan *scan, const struct scan_wish *wish, struct stamps *stamps, struct record *record) {
        const bool same = says_its_stamp_alone(wish->family) && same_stamp(stamps, wish->family, record);
        const struct rule *gave_up = NULL;
        struct match match;
        int r;

        if (record->told && same && only_counts(scan, record->told, stamps->number)) {
                scan->counted[record->told->index].count++;
                return 0;
        }
        if (record->told)
                record_complete(record);
        r = record->opening ? matcher_match_opened(scan->matcher, scan->ruleset, wish->family, record->opening,
                                                   record->text, record->header.message_at, &match, &gave_up)
                            : matcher_match(scan->matcher, scan->ruleset, wish->family, record->text,
                                            record->header.message_at, &match, &gave_up);

        if (r < 0)
                return r;
        if (r == 0)
                return same && !wish->unmatched && !gave_up ? 0 : add_hit(scan, record, stamps->number, NULL, gave_up);
        if (same && !gave_up && only_counts(scan, match.rule, stamps->number)) {
                scan->counted[match.rule->index].count++;
                return 0;
        }
        scan->counted[match.rule->index].stamp = stamps->number;
        return add_hit(scan, record, stamps->number, &match, gave_up);
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
        struct stamps stamps = { .number = 0 };
        struct record *record;
        struct records records;
        int r = 0;

        scan->hit_count = scan->value_count = 0;
        scan->hit_stamp = SIZE_MAX;
        memset(scan->counted, 0, scan->ruleset->count * sizeof(*scan->counted));
        scan->crc32 = wish->sum ? crc32_add(0, scan->block.bytes, scan->block.n) : 0;
        count_secrets(scan);
        records_init(&records, &scan->block, wish->family, &scan->ruleset->messages[wish->family], scan->limits);
        while (r == 0 && (record = records_next(&records)))
                r = scan_record(scan, wish, &stamps, record);
        scan->counts = records.counts;
        return r;
}
