/*
 * order: for what qsort and bsearch call.
 */
#ifndef BASE_ORDER_H
#define BASE_ORDER_H

#include "base/str.h"

static inline int compare_u64(uint64_t a, uint64_t b) {
        return a < b ? -1 : a > b;
}

static inline int compare_i64(int64_t a, int64_t b) {
        return a < b ? -1 : a > b;
}

/* Of two int64_t. */
static inline int compare_i64s(const void *a, const void *b) {
        return compare_i64(*(const int64_t *)a, *(const int64_t *)b);
}

/* Of two struct str. */
static inline int compare_strs(const void *a, const void *b) {
        return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

#endif
