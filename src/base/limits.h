/*
 * limits: every bound on what outside data may make us spend, in one struct,
 * units in the names. The public names and defaults stand in boshscope.h.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include "base/str.h"

/*
 * What is kept may take max_kept_bytes, and this much for each byte that the bundle has on disk. A closed session is
 * 60 bytes of a log and 5 of a packed one, but 1.6 KiB of memory with all that is concluded from it: so small bundles
 * have a bound that large ones, which honestly tell of much, never meet. 2500 agents with 20 sessions each, all closed
 * and nothing but closures logged, are 1.2 MB packed: 80 MiB and 20 MB, of which they take the most. With all logs,
 * each session has two presences, a dozen states and requests, and records of its polls: 15 KB of memory, and 2 KB
 * packed, which allow for 32 KB.
 */
enum { KEPT_PER_BYTE = 16 };

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
        uint64_t max_kept_bytes;       /* of a bundle: what they weigh, besides KEPT_PER_BYTE for each byte on disk */
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
