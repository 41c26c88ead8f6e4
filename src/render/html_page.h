/*
 * html_page: the page itself, made by html/embed.py: what stands before and behind its data.
 */
#ifndef RENDER_HTML_PAGE_H
#define RENDER_HTML_PAGE_H

#include <stddef.h>

extern const unsigned char html_page_head[], html_page_tail[];
extern const size_t html_page_head_bytes, html_page_tail_bytes;

#endif
