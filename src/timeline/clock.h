/*
 * clock: what the notification service's stamps, which carry no zone, mean in
 * UTC. Per node, from the first of these that says something:
 *
 *      option   --tz: one offset, whatever the logs say
 *      epoch    records that hold an epoch beside their stamp
 *      paired   ends of sessions and losses of presence in the same second (timeline/pairs.h)
 *      assumed  the web service's own offset (medium), else UTC (low)
 *
 * A web service speaks for the node of its own name, else for those whose logs
 * share most folders with its log. Offsets are never pooled over nodes. An offset
 * may change: votes say so (timeline/offsets.h), or the web service's own stamps
 * before the first and behind the last vote.
 */
#ifndef TIMELINE_CLOCK_H
#define TIMELINE_CLOCK_H

#include "timeline/input.h"

enum clock_method { CLOCK_OPTION, CLOCK_EPOCH, CLOCK_PAIRED, CLOCK_ASSUMED };
enum confidence { CONFIDENCE_HIGH, CONFIDENCE_MEDIUM, CONFIDENCE_LOW };

struct clock {
        struct str node;        /* empty when unknown */
        struct offsets offsets; /* at least one */
        enum clock_method method;
        enum confidence confidence;
        uint64_t votes;
        int64_t skew_ms;   /* how far it is ahead of the web service's; TIME_UNKNOWN */
        uint64_t records;  /* of the node's notification logs */
        struct str folder; /* the deepest that holds all of these, with its last '/' or '!' */
        struct offset_evidence epochs, zones;
};

struct clocks {
        struct clock *items; /* one a node, by name; at least one */
        size_t count, capacity;
        size_t top; /* the node with most records */
};

/* Give every input its reading; nodes are known. `option` is ZONE_UNKNOWN without --tz.
 * What is worth saying goes to `diags`. 0 or -ENOMEM. */
int clocks_decide(struct clocks *clocks, struct inputs *inputs, int16_t option, struct diags *diags);
void clocks_release(struct clocks *clocks);

/* How sure is it what happened first, on this node or in a web service? */
enum confidence clock_confidence(const struct clocks *clocks, struct str node);

/* Take it off the node's times before they are compared with a web service's. */
int64_t clock_skew_ms(const struct clocks *clocks, struct str node);

const char *clock_method_name(enum clock_method method);
const char *confidence_name(enum confidence confidence);

/* clock_decide.c: one clock, whose epochs and zones are gathered. `losses` are all
 * web services'. A step of clocks_decide. */
struct losses;
int clock_decide(struct clock *clock, const struct inputs *inputs, const struct losses *losses, int16_t option,
                 struct diags *diags);

/* clock_steps.c: changes that the node's logs show and no vote tells. A step of clock_decide. */
int clock_hear_steps(struct clock *clock, const struct inputs *inputs, const struct losses *losses);
bool clock_is_of(const struct clock *clock, const struct input *input);

/* clock_read.c: every input's reading, once all clocks are known. A step of clocks_decide. */
int clocks_read(const struct clocks *clocks, const struct losses *losses, struct inputs *inputs, struct diags *diags);
struct clock *clock_of(const struct clocks *clocks, struct str node); /* or NULL */

#endif
