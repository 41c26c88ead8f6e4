/*
 * pattern: one regular expression. The only file that knows PCRE2.
 *
 * A log meets few of a pack's hundreds of patterns, and compiling all of them takes
 * longer than reading a small bundle. So a pattern is compiled, and turned into
 * machine code, by the first match that needs it. Threads may meet there: one does
 * it, the others wait. To them all a pattern is immutable and shared; what a match
 * needs to write is a scratch, one a thread.
 * Subjects are bytes: no UTF, any byte may stand in them. "." is
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

/* `captures` are the names of the groups that matches are asked for. The texts must
 * live as long as the pattern. Anchored patterns match at the subject's first byte
 * only. 0 or -ENOMEM. */
int pattern_new(struct str text, bool anchored, const struct str *captures, size_t capture_count,
                struct pattern **ret_pattern);
void pattern_free(struct pattern *pattern);

/* Find out now, before it is shared, whether it is one. 0, -ENOMEM, or -EINVAL with
 * `ret_fault` filled. */
int pattern_compile(struct pattern *pattern, struct pattern_fault *ret_fault);

/* Its named groups once it is compiled, in no useful order; names are
 * NUL-terminated. */
size_t pattern_name_count(const struct pattern *pattern);
struct str pattern_name(const struct pattern *pattern, size_t i, uint32_t *ret_group);

/* NULL when out of memory. */
struct pattern_scratch *pattern_scratch_new(uint64_t match_limit);
void pattern_scratch_free(struct pattern_scratch *scratch);

/* 1, 0, -ENOMEM, or -EOVERFLOW when it gave up on a limit. -EINVAL: it was never
 * compiled before, and does not. */
int pattern_match(struct pattern *pattern, struct pattern_scratch *scratch, struct str subject);

/* What the last match in this scratch, which was this pattern's, captured under the
 * name captures[`capture`]. False when that group took no part. */
bool pattern_capture(const struct pattern *pattern, const struct pattern_scratch *scratch, struct str subject,
                     size_t capture, struct str *ret_text);

#endif
