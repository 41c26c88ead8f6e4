/*
 * clock: what the notification service's stamps, which carry no zone, mean in
 * UTC. Per node, from the first of these that says something:
 *
 *      option   --tz
 *      epoch    a record that holds an epoch beside its stamp
 *      assumed  the web service's own offset (medium), else UTC (low)
 *
 * A web service speaks for the node of its own name, else for those whose logs
 * share most folders with its log. Offsets are never pooled over nodes.
 */
#ifndef TIMELINE_CLOCK_H
#define TIMELINE_CLOCK_H

#include "timeline/input.h"

enum clock_method { CLOCK_OPTION, CLOCK_EPOCH, CLOCK_PAIRED, CLOCK_ASSUMED };
enum confidence { CONFIDENCE_HIGH, CONFIDENCE_MEDIUM, CONFIDENCE_LOW };

struct clock {
        struct str node; /* empty when unknown */
        int16_t zone;    /* minutes east; ZONE_UNKNOWN: shown as if UTC */
        enum clock_method method;
        enum confidence confidence;
        uint64_t votes;
        uint64_t records;           /* of the node's notification logs */
        struct str folder;          /* the deepest that holds all of these, with its last '/' or '!' */
        struct tally epochs, zones; /* votes: minutes -> records */
};

struct clocks {
        struct clock *items; /* one a node, by name; at least one */
        size_t count, capacity;
        size_t top; /* the node with most records */
};

/* Give every input its zone; nodes are known. `option` is ZONE_UNKNOWN without --tz.
 * What is worth saying goes to `diags`. 0 or -ENOMEM. */
int clocks_decide(struct clocks *clocks, struct inputs *inputs, int16_t option, struct diags *diags);
void clocks_release(struct clocks *clocks);

const char *clock_method_name(enum clock_method method);
const char *confidence_name(enum confidence confidence);

#endif
