#define _POSIX_C_SOURCE 200809L /* localtime_r, tzset */
#include "render/style.h"

#include <stdio.h>
#include <time.h>

bool style_set_zone(struct style *style, struct str text) {
        if (str_eq(text, STR("utc"))) {
                style->clock = CLOCK_UTC;
        } else if (str_eq(text, STR("server"))) {
                style->clock = CLOCK_SERVER;
        } else if (str_eq(text, STR("local"))) {
                style->clock = CLOCK_LOCAL;
                /* The zone's file is read now, while files may be opened. */
                tzset();
        } else if (zone_parse(text, &style->zone)) {
                style->clock = CLOCK_FIXED;
        } else {
                return false;
        }
        return true;
}

static int local_offset(int64_t utc_ms) {
        const time_t seconds = (time_t)(time_floor_second(utc_ms) / MS_PER_SECOND);
        struct tm tm;
        int64_t local_ms;

        if (!localtime_r(&seconds, &tm) || !time_from_civil(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
                                                            tm.tm_min, tm.tm_sec, 0, &local_ms))
                return 0;
        return (int)((local_ms - (int64_t)seconds * MS_PER_SECOND) / MS_PER_MINUTE);
}

static int server_offset(const struct view_clock *clock, int64_t utc_ms) {
        int16_t offset = clock->offset;

        for (size_t i = 0; i < clock->changes.count && clock->changes.items[i].at <= utc_ms; i++)
                offset = clock->changes.items[i].offset;
        return offset == ZONE_UNKNOWN ? 0 : offset;
}

int style_offset(const struct style *style, const struct view *view, int64_t utc_ms) {
        switch (style->clock) {
        case CLOCK_SERVER:
                return server_offset(&view->clock, utc_ms);
        case CLOCK_LOCAL:
                return local_offset(utc_ms);
        case CLOCK_FIXED:
                return style->zone;
        default:
                return 0;
        }
}

const char *style_clock_name(const struct style *style, const struct view *view) {
        switch (style->clock) {
        case CLOCK_SERVER:
                return view->clock.offset == ZONE_UNKNOWN ? "UTC (the server's offset is not known)"
                                                          : "the server's time, with its offset from UTC";
        case CLOCK_LOCAL:
                return "the reader's time, with its offset from UTC";
        case CLOCK_FIXED:
                return "a chosen offset from UTC";
        default:
                return "UTC";
        }
}

/* Of the clock, "2017-06-17T00:17:04.633", and its offset in minutes. */
static int put_wall(const struct style *style, const struct view *view, int64_t utc_ms,
                    char buffer[static STYLE_TIME_BYTES]) {
        const int offset = style_offset(style, view, utc_ms);

        time_format_utc(utc_ms + (int64_t)offset * MS_PER_MINUTE, buffer);
        buffer[strcspn(buffer, "Z")] = '\0';
        return offset;
}

const char *style_time(const struct style *style, const struct view *view, int64_t utc_ms,
                       char buffer[static STYLE_TIME_BYTES]) {
        char zone[ZONE_BYTES];
        int offset;

        if (utc_ms == TIME_UNKNOWN)
                return "unknown";
        offset = put_wall(style, view, utc_ms, buffer);
        zone_format((int16_t)offset, zone);
        buffer[strcspn(buffer, "T")] = ' ';
        strcat(buffer, " ");
        strcat(buffer, offset ? zone : "UTC");
        return buffer;
}

const char *style_stamp(const struct style *style, const struct view *view, int64_t utc_ms,
                        char buffer[static STYLE_TIME_BYTES]) {
        int offset;

        if (utc_ms == TIME_UNKNOWN)
                return "";
        offset = put_wall(style, view, utc_ms, buffer);
        if (offset)
                zone_format((int16_t)offset, buffer + strlen(buffer));
        else
                strcat(buffer, "Z");
        return buffer;
}

/* ------------------------------------------------------------- whom of */

static bool is_of(const struct style *style, const struct view_finding *finding) {
        if (style->agent.n == 0 || str_eq_nocase(finding->agent, style->agent))
                return true;
        for (size_t i = 0; i < finding->agents.count; i++)
                if (str_eq_nocase(finding->agents.items[i], style->agent))
                        return true;
        return false;
}

bool style_shows_finding(const struct style *style, const struct view_finding *finding) {
        return (style->finding.n == 0 || str_eq(finding->id, style->finding)) &&
               (style->session.n == 0 || str_eq(finding->sid, style->session)) && is_of(style, finding);
}

/* Of a finding's story is its agent, or where it has none, everybody. */
static bool is_in_finding(const struct style *style, const struct view *view, struct str agent) {
        const struct view_finding *finding = style->finding.n ? view_find(view, style->finding) : NULL;

        return !finding || finding->agent.n == 0 || str_eq_nocase(agent, finding->agent);
}

bool style_shows_session(const struct style *style, const struct view *view, const struct view_session *session) {
        return (style->agent.n == 0 || str_eq_nocase(session->agent, style->agent)) &&
               (style->session.n == 0 || str_eq(session->sid, style->session)) &&
               is_in_finding(style, view, session->agent);
}

static bool has_session(const struct view *view, struct str sid, struct str agent) {
        for (size_t i = 0; i < view->sessions.count; i++) {
                const struct view_session *session = &view->sessions.items[i];

                if (str_eq(session->sid, sid) && (agent.n == 0 || str_eq_nocase(session->agent, agent)))
                        return true;
        }
        return false;
}

bool style_shows_agent(const struct style *style, const struct view *view, struct str agent) {
        return (style->agent.n == 0 || str_eq_nocase(agent, style->agent)) &&
               (style->session.n == 0 || has_session(view, style->session, agent)) && is_in_finding(style, view, agent);
}

static bool has_agent(const struct view *view, struct str agent) {
        for (size_t i = 0; i < view->agents.count; i++)
                if (str_eq_nocase(view->agents.items[i].agent, agent))
                        return true;
        for (size_t i = 0; i < view->findings.count; i++)
                if (str_eq_nocase(view->findings.items[i].agent, agent))
                        return true;
        return false;
}

bool style_fits(const struct style *style, const struct view *view) {
        return (style->agent.n == 0 || has_agent(view, style->agent)) &&
               (style->session.n == 0 || has_session(view, style->session, STR(""))) &&
               (style->finding.n == 0 || view_find(view, style->finding));
}
