/*
 * secret_count: how many credentials a log holds, of what kind, and where first, so
 * that whoever owns them can be told to change them.
 *
 * Every byte of every log is looked at, so this costs next to nothing where there are
 * none: pairs of letters that stand in all of the words that announce a secret, and
 * seldom elsewhere ("sw", "iz", "ok", "js", "<a"), are looked for 32 bytes at a time.
 * Where one stands secret_next() looks through the line, as it does to mask it.
 *
 * A line counts by itself, whatever record it belongs to, as far as max_line_bytes; so
 * the counts do not depend on how the log was cut into blocks. What is masked and not
 * counted: <response> and <success> in a line without other secrets, API keys and
 * passphrases likewise, and an element whose content stands in later lines.
 */
#ifndef EVENTS_SECRET_COUNT_H
#define EVENTS_SECRET_COUNT_H

#include "events/secret.h"

struct secret_count {
        uint64_t count;
        size_t first; /* where the first one's line begins */
};

struct secret_counts {
        struct secret_count kinds[SECRET_KIND_COUNT];
        uint64_t total;
};

/* Count those in whole lines, which begin where `text` does. */
void secret_counts_of(struct secret_counts *counts, struct str text, size_t max_line_bytes);

/* Finds the next pair at `from` or behind it; `text.n` when there is none. The plain one is for
 * tests and processors that can do no better. */
typedef size_t secret_pair_fn(struct str text, size_t from);
size_t secret_pair_plain(struct str text, size_t from);
secret_pair_fn *secret_pair_best(void);

#endif
