/*
 * style: how a view is shown: in whose time, and whom of.
 */
#ifndef RENDER_STYLE_H
#define RENDER_STYLE_H

#include "render/view.h"

enum style_clock {
        CLOCK_UTC,
        CLOCK_SERVER, /* that of the notification service, as the report found it */
        CLOCK_LOCAL,  /* that of this machine */
        CLOCK_FIXED,  /* `zone` */
};

struct style {
        enum style_clock clock;
        int16_t zone;
        struct str agent, session, finding; /* one agent, one session (its id), one finding; empty for all */
};

/* "utc", "server", "local" or an offset. False for anything else. */
bool style_set_zone(struct style *style, struct str text);

/* The offset that counts at a moment, in minutes. That of a server whose clock is unknown is 0. */
int style_offset(const struct style *style, const struct view *view, int64_t utc_ms);

/* Whose time it is, for a page that shows times. */
const char *style_clock_name(const struct style *style);

enum { STYLE_TIME_BYTES = TIME_RFC3339_BYTES + ZONE_BYTES };

/* "2017-06-17 00:17:04.633 +05:30", "... UTC"; "unknown". For people. */
const char *style_time(const struct style *style, const struct view *view, int64_t utc_ms,
                       char buffer[static STYLE_TIME_BYTES]);

/* "2017-06-17T00:17:04.633+05:30", "...Z"; "". RFC 3339. */
const char *style_stamp(const struct style *style, const struct view *view, int64_t utc_ms,
                        char buffer[static STYLE_TIME_BYTES]);

/* Of a finding or a session that is asked for, the agent as well: what is shown is then looked
 * for by names alone. */
struct style style_narrowed(const struct style *style, const struct view *view);

/* Is it of what was asked for, by a narrowed style? Agents are compared without case; a burst is of
 * each of its agents. */
bool style_shows_finding(const struct style *style, const struct view_finding *finding);
bool style_shows_session(const struct style *style, const struct view_session *session);
bool style_shows_agent(const struct style *style, struct str agent);

/* Does the view know whom and what was asked for? */
bool style_fits(const struct style *style, const struct view *view);

#endif
