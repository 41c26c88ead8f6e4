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

/* `text` is a header's stamp. False when it is no time of the calendar. */
bool stamp_parse(enum family family, struct str text, struct stamp *ret_stamp);

#endif
