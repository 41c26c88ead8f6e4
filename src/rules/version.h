/*
 * version: "3.9.3" as a number that sorts, and ranges of them. A rule may say
 * which versions of the service write its wording (rules/README.md: versions); a
 * start banner says one exactly.
 */
#ifndef RULES_VERSION_H
#define RULES_VERSION_H

#include "base/str.h"

/* What ends a range whose last version is not known. */
#define VERSION_OPEN UINT64_MAX

/* Both ends included; all zero: says nothing. */
struct version_range {
        uint64_t first, last;
};

/* "3.9.3", "3.10.0 Alpha": two to four numbers below 65535, then anything that is
 * none. 0 when it is no version. */
uint64_t version_parse(struct str s);

enum { VERSION_TEXT_BYTES = 24 };

/* "3.9.3": at least three numbers. */
void version_write(uint64_t version, char text[VERSION_TEXT_BYTES]);

static inline bool version_ranges_meet(struct version_range a, struct version_range b) {
        return a.first <= b.last && b.first <= a.last;
}

/* What both say; they must meet. */
static inline struct version_range version_ranges_cut(struct version_range a, struct version_range b) {
        return (struct version_range){ a.first > b.first ? a.first : b.first, a.last < b.last ? a.last : b.last };
}

#endif
