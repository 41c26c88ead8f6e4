#include "rules/vocabulary.h"

static const char *const kind_names[EVENT_KNOWN_COUNT] = {
#define X(name, text) text,
        EVENT_KINDS(X)
#undef X
};

const char *event_kind_name(enum event_kind kind) {
        return kind < EVENT_KNOWN_COUNT ? kind_names[kind] : NULL;
}

enum event_kind event_kind_by_name(struct str name) {
        for (int i = 0; i < EVENT_KNOWN_COUNT; i++)
                if (str_eq(name, str_from(kind_names[i])))
                        return (enum event_kind)i;
        return EVENT_OTHER;
}

static const char *const severity_names[SEVERITY_COUNT] = { "info", "low", "medium", "high", "critical" };

const char *severity_name(enum severity severity) {
        return severity_names[severity];
}

enum severity severity_by_name(struct str name) {
        int i = 0;

        while (i < SEVERITY_COUNT && !str_eq(name, str_from(severity_names[i])))
                i++;
        return (enum severity)i;
}

static const struct {
        const char *name;
        enum field_type type;
} fields[FIELD_KNOWN_COUNT] = {
#define X(name, text, type) { text, FIELD_TYPE_##type },
        FIELDS(X)
#undef X
};

const char *field_name(enum field field) {
        return field < FIELD_KNOWN_COUNT ? fields[field].name : NULL;
}

enum field_type field_type(enum field field) {
        return fields[field].type;
}

int field_by_name(struct str name) {
        for (int i = 0; i < FIELD_KNOWN_COUNT; i++)
                if (str_eq(name, str_from(fields[i].name)))
                        return i;
        return -1;
}

_Static_assert(FIELD_KNOWN_COUNT <= 32, "sets of fields are 32 bits wide");

#define ONE(name) (UINT32_C(1) << FIELD_##name)

static const struct event_needs needs[EVENT_KNOWN_COUNT] = {
        [EVENT_SAMPLE] = { .all = ONE(IDLE_MS), .any = ONE(SID) | ONE(JID) },
        [EVENT_IDLE_CLOSED] = { .any = ONE(SID) | ONE(JID) },
        [EVENT_CLOSED] = { .all = ONE(JID) },
        [EVENT_REQUEST] = { .all = ONE(RID), .any = ONE(SID) | ONE(JID) },
        [EVENT_CREATED] = { .all = ONE(SID) | ONE(WAIT_S) | ONE(INACTIVITY_S) },
        [EVENT_BOUND] = { .all = ONE(SID) | ONE(JID) },
        [EVENT_TERMINATED] = { .all = ONE(SID) },
        [EVENT_CLIENT_ADDRESS] = { .all = ONE(CLIENT_IP) },
        [EVENT_STATISTICS] = { .all = ONE(EPOCH_MS) },
        [EVENT_PRESENCE] = { .all = ONE(JID) | ONE(PRESENCE) },
        [EVENT_PRESENCE_MONITOR] = { .all = ONE(AGENT) },
        [EVENT_PRESENCE_LOGOUT] = { .all = ONE(AGENT) },
        [EVENT_CTI_REQUEST] = { .all = ONE(AGENT) | ONE(STATE) | ONE(REASON) | ONE(FORCE) },
        [EVENT_SESSION_UNKNOWN] = { .all = ONE(SID) },
        [EVENT_CTI_STATE] = { .all = ONE(AGENT) | ONE(STATE) | ONE(REASON) },
};

bool event_kind_is_of_session(enum event_kind kind) {
        switch (kind) {
        case EVENT_SAMPLE:
        case EVENT_REQUEST:
        case EVENT_TERMINATED:
        case EVENT_CREATED:
        case EVENT_BOUND:
        case EVENT_IDLE_CLOSED:
        case EVENT_CLOSED:
                return true;
        default:
                return false;
        }
}

bool event_kind_is_heartbeat(enum event_kind kind) {
        return kind == EVENT_SAMPLE || kind == EVENT_REQUEST || kind == EVENT_CLIENT_ADDRESS ||
               kind == EVENT_STATISTICS;
}

struct event_needs event_kind_needs(enum event_kind kind) {
        return kind < EVENT_KNOWN_COUNT ? needs[kind] : (struct event_needs){ 0 };
}
