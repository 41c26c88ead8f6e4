/*
 * reason: the reason code that a state event gives, with what its name depends on.
 */
#ifndef FINDINGS_REASON_H
#define FINDINGS_REASON_H

#include "events/event.h"

/* States of the CTI Server Message Reference that mean something to us. */
enum { STATE_LOGIN = 0, STATE_LOGOUT = 1, STATE_NOT_READY = 2 };

struct reason {
        struct str product; /* "UCCX", "UCCE"; empty: unknown */
        int64_t code, state;
        struct str state_name; /* empty where nothing tells it */
};

/* False where it is no state event, or one without a reason: 0 and 65535 stand for none. */
bool reason_of(const struct event *event, struct reason *ret_reason);

/* What a state, or a request for one, is called; empty where nothing tells it. */
struct str state_name_of(const struct event *event, int64_t state);

/* Does a forced logout come back with this code? (Cisco: 255 on UCCX; on UCCE 50002 as a
 * rule, 20001 and 20002 where it is forced in two steps.) */
bool is_result_reason(int64_t code);

#endif
