/*
 * explain_words: an explanation in sentences, the same for people and for programs.
 */
#ifndef REPORT_EXPLAIN_WORDS_H
#define REPORT_EXPLAIN_WORDS_H

#include "findings/explain.h"
#include "report/report.h"

enum { MOST_SENTENCES = 10, SENTENCE_BYTES = 640, MOMENT_BYTES = 160, STATE_BYTES = 224 };

struct words {
        const struct explanation *explanation;
        const struct report *report;
        struct arena *arena;
        struct str sentences[MOST_SENTENCES]; /* the first answers, the others say why */
        size_t count;
        int error; /* sticks: 0 or -ENOMEM */
};

/* 0 or -ENOMEM. The sentences live in the explanation's arena. */
int explain_in_words(struct words *words, struct explanation *explanation, const struct report *report);

/* "2017-06-16 18:47:04 UTC (2017-06-17 00:17:04 server time)"; without the days where
 * they are those of the question and `brief` is wanted. */
const char *moment_text(const struct explanation *explanation, int64_t utc_ms, bool brief,
                        char text[static MOMENT_BYTES]);

/* Is the server's clock known, and another than UTC? */
bool shows_server_time(const struct explanation *explanation);

/* Is it the question's day, in UTC and by the server's clock? */
bool is_day_of_question(const struct explanation *explanation, int64_t utc_ms);

/* What a CTI record or a presence says: "LOGOUT, reason code 22 (logout by a supervisor)".
 * Empty where it is of another kind. */
const char *state_text(const struct report *report, const struct event *event, char text[static STATE_BYTES]);

/* explain_find for whom a person calls by an original or by its pseudonym. Likewise released by the caller. */
int explain_ask(struct explanation *explanation, const struct report *report, struct str agent, int64_t at_ms);

#endif
