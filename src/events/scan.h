/*
 * scan: what the records of a block are, by the rules. The part of the work that
 * needs to know nothing of what stands before, so any thread can do it:
 *
 *      block --scan--> hits (in order) + how often other rules matched
 *
 * A hit is a record that the fold has to see. Most are no hits: a rule that only
 * counts matched them, and they are of the second of the record before.
 */
#ifndef EVENTS_SCAN_H
#define EVENTS_SCAN_H

#include "events/record.h"
#include "events/secret_count.h"
#include "rules/ruleset.h"

struct hit {
        struct record record;       /* same_stamp: as that of the hit before it in the block */
        const struct rule *rule;    /* NULL: none matches it */
        const struct rule *gave_up; /* NULL: none did */
        size_t values;              /* where those of the rule's fields begin in scan.values */
};

struct scan {
        const struct ruleset *ruleset;
        const struct limits *limits;
        struct matcher *matcher;

        struct block block; /* in */
        struct line_counts counts;
        struct secret_counts secrets; /* in the block's lines; places count from its first byte */
        uint32_t crc32;               /* of the block's bytes, where it was asked for */
        struct hit *hits;
        size_t hit_count, hit_capacity;
        size_t hit_stamp; /* at which of the block's stamps the last hit was; SIZE_MAX: there was none */
        struct value *values;
        size_t value_count, value_capacity;
        struct rule_count *counted; /* by rule index: records that were no hits, and at which stamp the last hit was */
};

/* 0 or -ENOMEM. */
int scan_init(struct scan *scan, const struct ruleset *ruleset, const struct limits *limits);
void scan_release(struct scan *scan);

/* What is asked of the scans of a log. */
struct scan_wish {
        enum family family;
        bool unmatched; /* records that no rule matches are hits */
        bool sum;       /* nobody else sums up the log's bytes */
};

/* Look at scan.block. 0 or -ENOMEM. */
int scan_run(struct scan *scan, const struct scan_wish *wish);

#endif
