/*
 * zip: the files in a zip, read forward: stored and deflated ones. Others, and
 * encrypted ones, are handed out empty with a fault.
 *
 *      [local header | data | (descriptor)] ... directory | end record | ...
 *
 * Written here, since libarchive loses all that follows a damaged entry whose
 * size is known only behind it (as Java writes them), and what it delivers of a
 * damaged one depends on the size of the reads. Here every byte before a fault
 * is delivered; behind one, the next entry is looked for by its mark. Nothing
 * but a header may stand between two entries, so what is passed over is known.
 *
 * Only the directory, behind all of them, tells links from files: what may be one
 * is handed out last.
 *
 * With the fast engine all that is so only of a sound zip. Once an entry was read to
 * its end whose deflated bytes are not good and whole with the right sum, `doubt` is
 * set: then nothing here is to be trusted, and the zip has to be read again with
 * zlib. With zlib there is never a doubt.
 */
#ifndef SOURCE_ZIP_H
#define SOURCE_ZIP_H

#include "source/deflate.h"
#include "source/entries.h"
#include "source/zip_end.h"
#include "source/zip_input.h"

enum zip_state {
        ZIP_STORED,   /* `left` bytes as they are */
        ZIP_UNSIZED,  /* stored, up to a descriptor that fits */
        ZIP_DEFLATED, /* of at most `left` bytes */
        ZIP_OVER,     /* the entry's bytes have ended; `left` may have to be skipped */
};

struct zip_reader {
        struct entries entries;
        struct zip_input input;
        struct zip_end end;
        bool begun;
        uint64_t begins; /* where in the source the entry at hand does */
        uint64_t prefix; /* bytes before the first header */
        bool lost;       /* the source ended in the middle */
        bool unsure;     /* behind damage: where the next entry begins is not known */

        enum zip_state state;
        bool has_descriptor;
        uint64_t left;          /* packed bytes still to come; UINT64_MAX unknown */
        uint64_t packed, bytes; /* used and delivered so far */
        struct zip_facts facts; /* as the header has them */
        bool counted;           /* the entry's facts are in the sum, or it has none */
        struct deflate deflate;
        bool doubt;                    /* see above */
        size_t held_bytes, held_given; /* of the entry, read to see what it is */
        char held[ZIP_LINK_BYTES];
        char *name;
        uint32_t name_crc;
};

/* `prefix` bytes are passed over first. 0 or -ENOMEM. */
int zip_reader_init(struct zip_reader *zip, struct stream *source, size_t chunk_bytes, uint64_t prefix,
                    enum deflate_engine engine);
void zip_reader_release(struct zip_reader *zip);

#endif
