/*
 * html_cut: what of a view an HTML page holds. A page opens in a moment and goes with a mail
 * as long as it is not much larger than these; what is left out, the page says.
 */
#ifndef RENDER_HTML_CUT_H
#define RENDER_HTML_CUT_H

#include "render/style.h"

enum {
        HTML_AGENTS = 2000,   /* those with most trouble */
        HTML_FINDINGS = 6200, /* the most severe */
        HTML_SESSIONS = 8000,
        HTML_EVENTS = 65000, /* the last of each session and agent */
        HTML_INPUTS = 1000,
        HTML_SERVER_EVENTS = 1000,
        HTML_DIAGNOSTICS = 500,
        HTML_TEXT_BYTES = 1280 * 1024, /* of raw lines, as they are packed; those of the most severe findings */

        HTML_CUT_NOTES = 8,
        HTML_CUT_NOTE_BYTES = 128,
};

struct html_cut {
        bool *agents, *sessions, *findings; /* kept? Parallel to the view's */
        size_t events_each;                 /* of a session or an agent, at most */
        char notes[HTML_CUT_NOTES][HTML_CUT_NOTE_BYTES];
        size_t note_count;
};

/* 0 or -ENOMEM. To be released by html_cut_release(), also after a failure. */
int html_cut_make(struct html_cut *cut, const struct view *view, const struct style *style);
void html_cut_release(struct html_cut *cut);

/* "what: the first 1000 of 2345 are here", where there are more. */
void html_cut_note(struct html_cut *cut, const char *what, const char *which, size_t kept, size_t all);

/* How many events of a timeline are kept: its last. */
size_t html_cut_events(const struct html_cut *cut, const struct view_events *timeline);

/* The most severe first. */
int html_severity_rank(struct str severity);

#endif
