#include "findings/reason.h"

#include "timeline/agent.h"

static struct str product_name(struct str deployment) {
        if (str_eq_nocase(deployment, STR("CCX")))
                return STR("UCCX");
        if (str_eq_nocase(deployment, STR("CCE")))
                return STR("UCCE");
        return (struct str){ 0 };
}

/* The states of the CTI Server Message Reference, protocol 24, where an event
 * does not spell its own. */
struct str state_name_of(const struct event *event, int64_t state) {
        static const struct str names[] = { STR_INIT("LOGIN"),      STR_INIT("LOGOUT"),      STR_INIT("NOT_READY"),
                                            STR_INIT("AVAILABLE"),  STR_INIT("TALKING"),     STR_INIT("WORK_NOT_READY"),
                                            STR_INIT("WORK_READY"), STR_INIT("BUSY_OTHER"),  STR_INIT("RESERVED"),
                                            STR_INIT("UNKNOWN"),    STR_INIT("HOLD"),        STR_INIT("ACTIVE"),
                                            STR_INIT("PAUSED"),     STR_INIT("INTERRUPTED"), STR_INIT("NOT_ACTIVE") };
        struct str name;

        if (event_text(event, FIELD_STATE_NAME, &name))
                return name;
        return state >= 0 && state < 15 ? names[state] : (struct str){ 0 };
}

bool reason_of(const struct event *event, struct reason *ret_reason) {
        struct str product = { 0 };
        int64_t code, state = -1;

        if (event_kind(event) != EVENT_CTI_STATE || !event_number(event, FIELD_REASON, &code) || code <= 0 ||
            code == 65535)
                return false;
        event_number(event, FIELD_STATE, &state);
        event_text(event, FIELD_PRODUCT, &product);
        *ret_reason = (struct reason){ .product = product_name(product),
                                       .code = code,
                                       .state = state,
                                       .state_name = state_name_of(event, state) };
        return true;
}

bool is_result_reason(int64_t code) {
        return code == FORCED_REASON || (code >= 50001 && code <= 50003) || code == 20001 || code == 20002;
}
