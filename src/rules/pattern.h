/*
 * pattern: one compiled regular expression. The only file that knows PCRE2.
 *
 * Patterns are immutable and shared; what a match needs to write is a scratch,
 * one a thread. Subjects are bytes: no UTF, any byte may stand in them. "." is
 * any byte, "$" the very end, \R and "^" under (?m) go by LF and CRLF whatever
 * the library was built with.
 */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#include "base/str.h"

struct pattern;
struct pattern_scratch;

enum { PATTERN_MAX_GROUPS = 63 };

struct pattern_fault {
        size_t offset; /* in the text that was compiled */
        char text[160];
};

/* Anchored patterns match at the subject's first byte only. 0, -ENOMEM, or
 * -EINVAL with `ret_fault` filled. */
int pattern_compile(struct str text, bool anchored, struct pattern **ret_pattern, struct pattern_fault *ret_fault);
void pattern_free(struct pattern *pattern);

/* The named groups, in no useful order; names are NUL-terminated. */
size_t pattern_name_count(const struct pattern *pattern);
struct str pattern_name(const struct pattern *pattern, size_t i, uint32_t *ret_group);

/* NULL when out of memory. */
struct pattern_scratch *pattern_scratch_new(uint64_t match_limit);
void pattern_scratch_free(struct pattern_scratch *scratch);

/* 1, 0, -ENOMEM, or -EOVERFLOW when it gave up on a limit. */
int pattern_match(const struct pattern *pattern, struct pattern_scratch *scratch, struct str subject);

/* A group of the last match in this scratch. False when it took no part. */
bool pattern_group(const struct pattern_scratch *scratch, struct str subject, uint32_t group, struct str *ret_text);

#endif
