/*
 * stamp: the time text of a header as an instant of the server's wall clock.
 *
 *   notification  2017.06.17 00:16:04            no zone, to the second (4.8 on: .mmm)
 *                 Fri Apr 14 11:04:26 EDT 2017   printed; taken as without a zone
 *   webservices   Jun 17 2017 00:16:04.630 +0530
 *   syslog        May 21 2021 13:10:24.476 UTC
 *   cli           2017-06-17 10:00:00,123          no zone
 *   history       06/17/2017 10:00:00              no zone
 */
#ifndef EVENTS_STAMP_H
#define EVENTS_STAMP_H

#include "base/time.h"
#include "rules/family.h"

struct stamp {
        int64_t local_ms; /* wall clock read as if it were UTC */
        int16_t zone;     /* minutes east, or ZONE_UNKNOWN */
};

/* A stamp that was read, to read the next one by: mostly it lies in the same minute. */
struct stamp_before {
        char text[40];
        uint32_t length;     /* 0: none is remembered */
        uint32_t seconds_at; /* where its seconds stand in `text` */
        uint32_t rest_at;    /* and what follows them, or their milliseconds */
        int64_t minute_ms;   /* the stamp less its seconds and milliseconds */
        int16_t zone;
};

/* Are these the same bytes? */
static inline bool stamp_is_same(const struct stamp_before *before, struct str text) {
        return str_eq(text, (struct str){ before->text, before->length });
}

/* As stamp_parse, which `before` spares most of the work. It is renewed where the stamp
 * is one; all-zero it remembers none. */
bool stamp_parse_after(struct stamp_before *before, enum family family, struct str text, struct stamp *ret_stamp);

/* `text` is a header's stamp. False when it is no time of the calendar. */
bool stamp_parse(enum family family, struct str text, struct stamp *ret_stamp);

#endif
