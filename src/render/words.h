/*
 * words: what the report's names mean, for people.
 */
#ifndef RENDER_WORDS_H
#define RENDER_WORDS_H

#include "render/phrase.h"
#include "render/style.h"

/* The name itself where it has no words. */
struct str words_verdict(struct str verdict);
struct str words_cause(struct str cause);

/* "forced logout", "restart of the notification service"; a signature's title. */
void words_kind(struct phrase *phrase, const struct view_finding *finding);

/* "agent 1001003"; "5 agents (1001, 1002, 1003 and 2 more) of 10.5.1.0/24"; "server fin1"; and in full "agent 1001003,
 * session f382a015, server fin1". */
void words_whose(struct phrase *phrase, const struct view_finding *finding);
void words_who(struct phrase *phrase, const struct view_finding *finding);

/* ", idle_closure [ecea90af59c7]": behind what a list says of a finding. */
void words_mark(struct phrase *phrase, const struct view_finding *finding);

/* "2017-06-17 00:16:04.630 +05:30 to 2017-06-17 00:17:04.633 +05:30" */
void words_when(struct phrase *phrase, const struct view *view, const struct style *style, int64_t from, int64_t to);

/* "UTC; the server's clock is at +05:30 (confidence high)": whose time a page shows. */
void words_clock(struct phrase *phrase, const struct view *view, const struct style *style);

/* A sentence of the report's, at most `most` bytes of it, with its moments (RFC 3339, UTC) as style_time() shows them.
 */
void words_sentence(struct phrase *phrase, const struct view *view, const struct style *style, struct str sentence,
                    size_t most);

/* From when to when the logs tell something; false where none does. */
bool words_covered(struct phrase *phrase, const struct view *view, const struct style *style);

/* Why the report is not complete; false where it is. */
bool words_incomplete(struct phrase *phrase, const struct view *view);

/* Which findings the report shows, where it was asked for those of some time alone; whether it was. */
bool words_window(struct phrase *phrase, const struct view *view, const struct style *style);

/* "1 agent", "2 agents"; nothing where it is not known. */
void words_count(struct phrase *phrase, int64_t count, const char *one, const char *many);

/* A step in words, and how long it usually takes; after which other step is said unless that is `before`. */
void words_step(struct phrase *phrase, const struct view_step *step, struct str before);

/* "debug.log:2452"; the whole path where two files have that name. */
void words_place(struct phrase *phrase, const struct view *view, int64_t input, int64_t line);

/* A record on one line: line breaks are blanks, and it is cut at `most` bytes. */
void words_record(struct phrase *phrase, struct str text, size_t most);

/* info is 0, critical 4. */
int words_severity(struct str severity);

#endif
