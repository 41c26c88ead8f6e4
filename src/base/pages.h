/*
 * pages: how the system backs large memory.
 */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

/*
 * Much of it will be written soon: by large pages, where the system has them, it takes a few
 * faults instead of one every four KiB, which cost more than the writing does, on virtual
 * machines above all. Only a wish, and only as to what lies in whole large pages.
 */
void pages_large(void *p, size_t bytes);

#endif
