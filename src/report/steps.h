/*
 * steps: what the steps of a finding's timing are in words, for people.
 */
#ifndef REPORT_STEPS_H
#define REPORT_STEPS_H

#include "base/str.h"
#include "rules/vocabulary.h"

struct step_words {
        const char *step;
        enum event_kind kind; /* of the record that shows it */
        const char *phrase;
};

/* NULL for one that has no words. */
const struct step_words *step_words(struct str step);

#endif
