/*
 * page: the HTML page of a fleet report, made by render/html/embed.py: what stands before and
 * behind its data.
 */
#ifndef FLEET_PAGE_H
#define FLEET_PAGE_H

#include <stddef.h>

extern const unsigned char fleet_page_head[], fleet_page_tail[];
extern const size_t fleet_page_head_bytes, fleet_page_tail_bytes;

#endif
