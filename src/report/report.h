/*
 * report: all that one analysis found, and the writers over it. A writer reads
 * this model and changes nothing.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/options.h"
#include "findings/finding.h"
#include "redact/redact.h"
#include "report/writer.h"
#include "source/bundle.h"
#include "timeline/unmatched.h"

/* How often one (product, code, state) stood in a state event (README, The report: by_reason). */
struct reason_count {
        struct str product; /* empty: unknown */
        int64_t code, state;
        struct str state_name;
        uint64_t agents, count;
};

enum { DAY_HOURS = 24 };

/* One agent's findings. */
struct agent_counts {
        uint64_t escalations, closures, forced, recoveries;
        uint64_t *recovery_hours; /* by the hour of the server's day in which the silence began; NULL without recoveries
                                   */
        /* Sessions that another of the agent's took the place of, from one address (a refresh)
         * or from another (signed in twice), or where an address is not known. */
        uint64_t replaced_same, replaced_other, replaced_unknown;
};

struct product {
        const char *name;   /* UCCX, UCCE, unknown */
        char evidence[96];  /* empty where it is unknown */
        struct str service; /* the notification service's versions; empty when unknown */
};

struct report {
        struct options options;
        const struct ruleset *ruleset; /* borrowed: must outlive the report */
        struct redact *redact;         /* through which all has gone that came from outside */

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

        size_t listed; /* findings that are listed: the first, as far as the limits go */
        struct product product;
        struct agent_counts *agent_counts; /* parallel to timeline.agents */
        struct unmatched_sum unmatched;    /* empty where nobody asked for it */
        struct reason_count *reasons;      /* by (product, code, state) */
        size_t reason_count;
};

/* Fill what follows from the rest: order of the diagnostics, reasons, exit
 * status. 0 or -ENOMEM. */
int report_finish(struct report *report);

/* What the summary counts: findings of a kind, and sessions but those of the server's own accounts. */
uint64_t report_kind_count(const struct report *report, enum finding_kind kind);
uint64_t report_session_count(const struct report *report);

/* How many of its entries an agent's timeline has at most: it goes over many sessions. */
uint64_t report_agent_events(const struct report *report);

/* Does an agent's event stand in its timeline? No call and no pause does: what tells of the
 * desktop, and of who is signed in. A state counts where it is that of a sign-in or logout, or
 * where the rules know its reason by name. */
bool report_tells(const struct report *report, const struct event *event);

/* Was anything analysed at all? */
bool report_has_analysed(const struct report *report);

/* 0, or -EIO when a write was refused. */
int report_write_json(const struct report *report, writer_fn *write, void *userdata);

/* What the bundle holds, as a JSON object and as a page for people; `all`: ignored
 * files and notes one by one. 0, or -EIO. */
int report_write_info_json(const struct report *report, writer_fn *write, void *userdata);
int report_write_info_text(const struct report *report, bool all, writer_fn *write, void *userdata);

/* Was it the connection that logged an agent out at a moment (UTC), and whose side was it
 * on? For people and as JSON. 0, -EIO or -ENOMEM. */
int report_write_explain_text(const struct report *report, struct str agent, int64_t at_ms, writer_fn *write,
                              void *userdata);
int report_write_explain_json(const struct report *report, struct str agent, int64_t at_ms, writer_fn *write,
                              void *userdata);

/* What stands for what, for the owner of the logs. Only where options.redact was set. 0, -EIO or -ENOMEM. */
int report_write_redact_map(const struct report *report, writer_fn *write, void *userdata);

/* What no rule matched. Only where options.unmatched was set. 0, or -EIO. */
int report_write_unmatched(const struct report *report, writer_fn *write, void *userdata);

#endif
