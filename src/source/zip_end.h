/*
 * zip_end: does a zip have its end? A reader that goes forward takes a zip that
 * was cut before its directory for a whole one, and a local header whose mark is
 * damaged for nothing at all. So the last bytes are kept and looked at:
 *
 *      entries | directory | (zip64 records) | PK 5 6 ... comment
 */
#ifndef SOURCE_ZIP_END_H
#define SOURCE_ZIP_END_H

#include "base/str.h"

struct zip_end {
        unsigned char *bytes; /* the last ones that came by */
        size_t n;
        uint64_t total; /* that came by */
};

#define ZIP_ENTRIES_UNKNOWN UINT64_MAX

/* 0 or -ENOMEM. */
int zip_end_init(struct zip_end *end);
void zip_end_release(struct zip_end *end);

/* `s` came next. */
void zip_end_add(struct zip_end *end, struct str s);

/* All bytes came by. True where the end record is there; `ret_entries` gets the
 * number of entries it names, or ZIP_ENTRIES_UNKNOWN. */
bool zip_end_find(const struct zip_end *end, uint64_t *ret_entries);

#endif
