#include "base/limits.h"

static const struct {
        const char *name;
        size_t offset;
        uint64_t initial;
} table[] = {
        { "max_depth", offsetof(struct limits, max_depth), 4 },
        { "max_containers", offsetof(struct limits, max_containers), 20 * 1000 },
        { "max_inputs", offsetof(struct limits, max_inputs), 100 * 1000 },
        { "max_input_bytes", offsetof(struct limits, max_input_bytes), UINT64_C(64) << 30 },
        { "max_ratio", offsetof(struct limits, max_ratio), 250 },
        { "max_line_bytes", offsetof(struct limits, max_line_bytes), 1024 * 1024 },
        { "max_record_bytes", offsetof(struct limits, max_record_bytes), 1024 * 1024 },
        { "max_evidence_bytes", offsetof(struct limits, max_evidence_bytes), 2048 },
        { "max_evidence", offsetof(struct limits, max_evidence), 16 },
        { "max_session_events", offsetof(struct limits, max_session_events), 1000 },
        { "max_unmatched_shapes", offsetof(struct limits, max_unmatched_shapes), 1000 },
        { "max_signature_events", offsetof(struct limits, max_signature_events), 10 * 1000 },
        { "max_sessions", offsetof(struct limits, max_sessions), 100 * 1000 },
        { "max_kept", offsetof(struct limits, max_kept), 2 * 1000 * 1000 },
        { "max_kept_bytes", offsetof(struct limits, max_kept_bytes), UINT64_C(80) << 20 },
        { "max_findings", offsetof(struct limits, max_findings), 100 * 1000 },
        { "match_limit", offsetof(struct limits, match_limit), 100 * 1000 },
        { "max_seconds", offsetof(struct limits, max_seconds), 60 * 60 },
};

enum { LIMIT_COUNT = sizeof(table) / sizeof(table[0]) };

static uint64_t *field(struct limits *limits, size_t i) {
        return (uint64_t *)((char *)limits + table[i].offset);
}

void limits_init(struct limits *limits) {
        for (size_t i = 0; i < LIMIT_COUNT; i++)
                *field(limits, i) = table[i].initial;
}

uint64_t *limits_by_name(struct limits *limits, struct str name) {
        for (size_t i = 0; i < LIMIT_COUNT; i++)
                if (str_eq(name, str_from(table[i].name)))
                        return field(limits, i);
        return NULL;
}

bool limits_at(const struct limits *limits, size_t i, const char **ret_name, uint64_t *ret_value) {
        if (i >= LIMIT_COUNT)
                return false;
        *ret_name = table[i].name;
        *ret_value = *(const uint64_t *)((const char *)limits + table[i].offset);
        return true;
}
