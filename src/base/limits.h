/*
 * limits: every bound on what outside data may make us spend, in one struct,
 * units in the names. The public names and defaults stand in boshscope.h.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include "base/str.h"

struct limits {
        uint64_t max_depth;            /* containers inside each other */
        uint64_t max_containers;       /* of a bundle; further ones are not entered */
        uint64_t max_inputs;           /* files of a bundle, links counted; further ones are not looked at */
        uint64_t max_input_bytes;      /* of one file, unpacked; the rest is not read */
        uint64_t max_ratio;            /* of what is unpacked to what it is packed in; see source/meter.h */
        uint64_t max_line_bytes;       /* the rest of a longer line is read but not looked at */
        uint64_t max_record_bytes;     /* likewise, a header line with its continuation lines */
        uint64_t max_evidence_bytes;   /* of the text kept of one record */
        uint64_t max_evidence;         /* records quoted for one finding */
        uint64_t max_session_events;   /* timeline entries of one session */
        uint64_t max_unmatched_shapes; /* kinds of unmatched records of one file */
        uint64_t max_signature_events; /* of one rule in one file, kept for signatures */
        uint64_t max_sessions;         /* of one file, and of the report */
        uint64_t max_kept;             /* of a bundle: events that are kept, and sessions of each file */
        uint64_t max_findings;         /* listed in the report */
        uint64_t match_limit;          /* PCRE2's own unit; one rule on one record */
        uint64_t max_seconds;          /* of reading; the only limit that depends on the machine */
};

void limits_init(struct limits *limits);

/* One limit by its name, for options and for the report; NULL when unknown. */
uint64_t *limits_by_name(struct limits *limits, struct str name);

/* The i-th limit in the order of the report. False past the last. */
bool limits_at(const struct limits *limits, size_t i, const char **ret_name, uint64_t *ret_value);

#endif
