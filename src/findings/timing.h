/*
 * timing: the steps of a lost connection, each with its time, the time since the step
 * that it follows, and the window that the pack gives it ("chain", rules/knowledge.h).
 *
 *      last_request -> silent_since -> closure -> presence_unavailable
 *          -> presence_monitor -> presence_logout -> forced_request -> state_event -> next_sign_in
 */
#ifndef FINDINGS_TIMING_H
#define FINDINGS_TIMING_H

#include "findings/finding.h"

enum step_ok { STEP_UNKNOWN, STEP_IN_WINDOW, STEP_OUT_OF_WINDOW };

struct step {
        const char *name;
        const char *after; /* the step it follows, NULL without */
        int64_t at_ms;     /* UTC; TIME_UNKNOWN where it is not in the logs */
        int64_t after_ms;  /* since that step; TIME_UNKNOWN without */
        bool has_window;
        int64_t min_ms, max_ms;
        enum step_ok ok;
};

enum { MOST_STEPS = 10 };

/* Of a finding about one session or one forced logout, in the order of the chain; how many. */
size_t find_steps(const struct timeline *timeline, const struct finding *finding, struct step steps[static MOST_STEPS]);

/* What would have told more of them is added to the finding's `missing`. */
void find_missing_steps(const struct timeline *timeline, struct finding *finding);

#endif
