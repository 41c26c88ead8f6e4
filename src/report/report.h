/*
 * report: all that one analysis found, and the writers over it. A writer reads
 * this model and changes nothing.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/options.h"
#include "findings/finding.h"
#include "report/json.h"
#include "source/bundle.h"

/* How often one (product, code, state) stood in a state event (README, The report: by_reason). */
struct reason_count {
        struct str product; /* empty: unknown */
        int64_t code, state;
        struct str state_name;
        uint64_t agents, count;
};

/* One agent's findings. */
struct agent_counts {
        uint64_t escalations, closures, forced, recoveries;
};

struct report {
        struct options options;
        const struct ruleset *ruleset; /* borrowed: must outlive the report */

        struct arena arena;
        int64_t started_ms; /* UTC */
        double seconds;
        struct str path;
        struct bundle bundle;
        struct inputs inputs;
        struct timeline timeline;
        struct findings findings;
        struct diags diags;    /* gathered while running */
        struct diag **ordered; /* the same in the order of the report */
        bool complete, interrupted;
        int exit_status;

        struct agent_counts *agent_counts; /* parallel to timeline.agents */
        struct reason_count *reasons;      /* by (product, code, state) */
        size_t reason_count;
};

/* Fill what follows from the rest: order of the diagnostics, reasons, exit
 * status. 0 or -ENOMEM. */
int report_finish(struct report *report);

/* Was anything analysed at all? */
bool report_has_analysed(const struct report *report);

/* 0, or -EIO when a write was refused. */
int report_write_json(const struct report *report, writer_fn *write, void *userdata);

/* Parts of the JSON report, in report_findings.c and report_sessions.c. */
void write_finding(struct json *json, const struct report *report, const struct finding *finding);
void write_sessions(struct json *json, const struct report *report);
void write_agents(struct json *json, const struct report *report);
void write_event_place(struct json *json, const struct event *event);

#endif
