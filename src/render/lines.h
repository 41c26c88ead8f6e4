/*
 * lines: all events of a view in order of time: those of the sessions, of the agents, of the
 * servers, and the findings. For what tells one story across all logs.
 */
#ifndef RENDER_LINES_H
#define RENDER_LINES_H

#include "render/style.h"

struct line_of {
        int64_t time;
        const struct view_session *session; /* of the event, or */
        const struct view_agent *agent;     /* whose event it is */
        const struct view_event *event;     /* or one of these: */
        const struct view_server_event *server_event;
        const struct view_finding *finding;
        size_t place; /* in the report, for events of one time */
};

struct lines {
        struct line_of *items;
        size_t count;
};

/*
 * What the style shows and has a time, from `from` to `to` (either TIME_UNKNOWN for no end).
 * 0 or -ENOMEM. To be freed by lines_release().
 */
int lines_gather(struct lines *lines, const struct view *view, const struct style *style, int64_t from, int64_t to);
void lines_release(struct lines *lines);

#endif
