/*
 * zip_end: what stands behind the entries of a zip. It is read as it comes by, so
 * that a zip without its end is seen to be cut, and whatever follows the end is
 * seen as well:
 *
 *      entries | directory | (zip64 records) | PK 5 6 ... comment | more?
 */
#ifndef SOURCE_ZIP_END_H
#define SOURCE_ZIP_END_H

#include "source/zip_input.h"

enum zip_section { ZIP_ENTRIES, ZIP_DIRECTORY, ZIP_BEHIND };

struct zip_end {
        enum zip_section section;
        bool sealed;     /* the directory is encrypted: what it is made of cannot be told */
        uint64_t listed; /* entries that the directory, or in the end its record, names */
};

enum zip_end_result {
        ZIP_END_NONE,   /* no such part stands here */
        ZIP_END_PASSED, /* one was passed over; `section` says where that leads */
        ZIP_END_CUT,    /* the source ends within it */
};

/* `input` has a mark's length looked ahead, or the rest of the source. Amid other
 * bytes (`unsure`) a part must make sense. An enum zip_end_result, or negative. */
int zip_end_pass(struct zip_end *end, struct zip_input *input, bool unsure);

#endif
