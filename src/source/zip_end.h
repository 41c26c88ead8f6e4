/*
 * zip_end: what stands behind the entries of a zip. It is read as it comes by, so
 * that a zip without its end is seen to be cut, and whatever follows the end is
 * seen as well:
 *
 *      entries | directory | (zip64 records) | PK 5 6 ... comment | more?
 *
 * The directory says once more what the entries' own headers said. The two are
 * summed up, in any order, so that neither has to be kept.
 */
#ifndef SOURCE_ZIP_END_H
#define SOURCE_ZIP_END_H

#include "source/zip_input.h"
#include "source/zip_links.h"

enum zip_section { ZIP_ENTRIES, ZIP_DIRECTORY, ZIP_BEHIND };

struct zip_facts {
        uint64_t name; /* hash of its bytes */
        uint64_t packed, bytes;
        uint32_t crc;
};

struct zip_end {
        enum zip_section section;
        bool sealed;       /* the directory is encrypted: what it is made of cannot be told */
        bool zip64;        /* there is a record of zip64 */
        uint64_t headers;  /* entries that were there ... */
        uint64_t listed;   /* ... and that the directory names */
        uint64_t recorded; /* what the end record says of their number */
        uint64_t sum;      /* of the facts of all entries, less those of the directory */
        bool unchecked;    /* an entry was damaged, or its facts cannot be known */
        struct zip_links links;
};

enum zip_end_result {
        ZIP_END_NONE,   /* no such part stands here */
        ZIP_END_PASSED, /* one was passed over; `section` says where that leads */
        ZIP_END_CUT,    /* the source ends within it */
};

/* A number that fits all facts alike, here and in the directory. */
uint64_t zip_facts_key(const struct zip_facts *facts);

/* Sizes that do not fit 4 bytes stand in an extra field, each only where its own
 * 4 bytes are all ones. */
void zip_facts_extend(struct zip_facts *facts, struct str extra);

/* `input` has a mark's length looked ahead, or the rest of the source. Amid other
 * bytes (`unsure`) a part must make sense. An enum zip_end_result, or negative. */
int zip_end_pass(struct zip_end *end, struct zip_input *input, bool unsure);

/* Behind the end record: did the directory tell of what there was? */
bool zip_end_agrees(const struct zip_end *end);

/* Another zip may begin. */
void zip_end_restart(struct zip_end *end);

/* A number of so many bytes, the lowest first. */
uint64_t zip_number(const unsigned char *p, size_t bytes);

/* Goes through the extra fields: the one of that number, or an empty text. */
struct str zip_extra_find(struct str extra, unsigned number);

#endif
