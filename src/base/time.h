/*
 * time: instants as milliseconds since 1970-01-01T00:00:00 in one of two
 * readings. A *UTC* instant is what it says. A *local* instant is the wall
 * clock of a server read as if it were UTC; with an offset (minutes east of
 * Greenwich), utc = local - offset. No zone database, no process state.
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/str.h"

#define TIME_UNKNOWN INT64_MIN

/* An offset nobody knows: the notification service's stamps carry none. */
#define ZONE_UNKNOWN INT16_MIN

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60 * 1000 };
#define MS_PER_DAY INT64_C(86400000)

/* False unless it is a day of the calendar and a time of the day (second 60 is
 * taken as the next second: logs do print leap seconds). */
bool time_from_civil(int year, int month, int day, int hour, int minute, int second, int ms, int64_t *ret_ms);

static inline int64_t time_to_utc(int64_t local_ms, int16_t zone) {
        return zone == ZONE_UNKNOWN ? local_ms : local_ms - (int64_t)zone * MS_PER_MINUTE;
}

/* The second that an instant lies in, also before 1970. */
static inline int64_t time_floor_second(int64_t ms) {
        int64_t rest = ms % MS_PER_SECOND;

        return ms - (rest < 0 ? rest + MS_PER_SECOND : rest);
}

/* The day that an instant lies in, counted from 1970, also before it. */
static inline int64_t time_day(int64_t ms) {
        return ms / MS_PER_DAY - (ms % MS_PER_DAY < 0);
}

enum { TIME_RFC3339_BYTES = 64, ZONE_BYTES = 8 };

/* "2017-06-16T18:47:04.633Z" */
void time_format_utc(int64_t utc_ms, char ret_text[static TIME_RFC3339_BYTES]);

/* "2017-06-16", which lies in `text`. */
struct str time_format_day(int64_t utc_ms, char text[static TIME_RFC3339_BYTES]);

/* "+05:30" */
void zone_format(int16_t zone, char ret_text[static ZONE_BYTES]);

/* "+05:30", "-0800", "+05", "Z" (also "z"). False on anything else or beyond 18 h. */
bool zone_parse(struct str text, int16_t *ret_zone);

/* RFC 3339, date alone allowed, ' ' for 'T', no zone meaning UTC. */
bool time_parse_rfc3339(struct str text, int64_t *ret_utc_ms);

#endif
