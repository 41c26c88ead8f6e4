/*
 * failing: allocations that fail when they are told to, and what of them is still
 * held.
 *
 * The linker (--wrap) sends the calls of our own code here; PCRE2 gets a context of
 * ours, zlib and cJSON have hooks. What libarchive and the C library allocate for
 * themselves is left alone: libarchive ends the program at some of its own failures.
 */
#ifndef TESTS_FAILING_H
#define TESTS_FAILING_H

#include <stdbool.h>
#include <stddef.h>

/* From now on: count allocations from 1, and let number `at` fail (0: none), or all from it on. */
void failing_begin(size_t at, bool from_there_on);

/* No longer. How many were asked for. */
size_t failing_end(void);

/* Did any fail? */
bool failing_has_failed(void);

/* Allocations that were made since the beginning of the program and not freed. */
size_t failing_held(void);

/* Let pthread_create fail from the n-th call on; 0: not. */
void failing_threads(size_t from);

/* cJSON's hooks. Once, before all. */
void failing_init(void);

#endif
