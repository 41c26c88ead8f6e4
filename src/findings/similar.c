#include "findings/similar.h"

enum { LONGEST_NAME = 64, MOST_TYPOS = 2 };

static size_t least(size_t a, size_t b) {
        return a < b ? a : b;
}

/* How many characters have to be changed, added or taken away (Levenshtein). */
static size_t typos(struct str a, struct str b) {
        size_t row[LONGEST_NAME + 1];

        for (size_t k = 0; k <= b.n; k++)
                row[k] = k;
        for (size_t i = 1; i <= a.n; i++) {
                size_t corner = row[0];

                row[0] = i;
                for (size_t k = 1; k <= b.n; k++) {
                        size_t changed = corner + (byte_lower(a.p[i - 1]) != byte_lower(b.p[k - 1]));

                        corner = row[k];
                        row[k] = least(changed, least(row[k], row[k - 1]) + 1);
                }
        }
        return row[b.n];
}

static bool holds(struct str name, struct str part) {
        for (size_t i = 0; part.n >= 3 && i + part.n <= name.n; i++)
                if (str_starts_nocase(str_skip(name, i), part))
                        return true;
        return false;
}

/* SIZE_MAX: not at all. */
static size_t distance(struct str asked, struct str name) {
        size_t n = SIZE_MAX;

        if (asked.n <= LONGEST_NAME && name.n <= LONGEST_NAME)
                n = typos(asked, name);
        if (n <= MOST_TYPOS && n < asked.n)
                return n;
        return holds(name, asked) || holds(asked, name) ? MOST_TYPOS + 1 : SIZE_MAX;
}

size_t find_similar(const struct agents *agents, struct str asked,
                    const struct agent *ret_similar[static MOST_SIMILAR]) {
        size_t count = 0;

        for (size_t wanted = 0; wanted <= MOST_TYPOS + 1 && count == 0; wanted++)
                for (size_t i = 0; i < agents->count && count < MOST_SIMILAR; i++)
                        if (distance(asked, agents->items[i].name) == wanted)
                                ret_similar[count++] = &agents->items[i];
        return count;
}
