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

const char *style_clock_name(const struct style *style) {
        static const char *const names[] = {
                [CLOCK_UTC] = "UTC",
                [CLOCK_SERVER] = "server time",
                [CLOCK_LOCAL] = "the reader's time",
                [CLOCK_FIXED] = "a chosen offset",
        };

        return names[style->clock];
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

bool style_shows_session(const struct style *style, const struct view_session *session) {
        return (style->agent.n == 0 || str_eq_nocase(session->agent, style->agent)) &&
               (style->session.n == 0 || str_eq(session->sid, style->session));
}

bool style_shows_agent(const struct style *style, struct str agent) {
        if (style->agent.n)
                return str_eq_nocase(agent, style->agent);
        return style->session.n == 0; /* that of one before the sign-in is nobody's */
}

static const struct view_session *find_session(const struct view *view, struct str sid) {
        for (size_t i = 0; i < view->sessions.count; i++)
                if (str_eq(view->sessions.items[i].sid, sid))
                        return &view->sessions.items[i];
        return NULL;
}

struct style style_narrowed(const struct style *style, const struct view *view) {
        const struct view_finding *finding = style->finding.n ? view_find(view, style->finding) : NULL;
        const struct view_session *session = style->session.n ? find_session(view, style->session) : NULL;
        struct style narrowed = *style;

        if (narrowed.agent.n == 0 && finding)
                narrowed.agent = finding->agent;
        else if (narrowed.agent.n == 0 && session)
                narrowed.agent = session->agent;
        return narrowed;
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
               (style->session.n == 0 || find_session(view, style->session)) &&
               (style->finding.n == 0 || view_find(view, style->finding));
}
