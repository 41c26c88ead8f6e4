/*
 * order: numbers for the functions that qsort calls.
 */
#ifndef BASE_ORDER_H
#define BASE_ORDER_H

#include <stdint.h>

static inline int compare_u64(uint64_t a, uint64_t b) {
        return a < b ? -1 : a > b;
}

#endif
