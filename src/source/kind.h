/*
 * kind: what a file is, told by its first bytes and never by its name.
 */
#ifndef SOURCE_KIND_H
#define SOURCE_KIND_H

#include "base/str.h"

enum file_kind {
        FILE_LEAF, /* nothing known: a log, or anything else that holds no files */
        FILE_GZIP,
        FILE_ZIP,
        FILE_TAR,   /* a damaged first header included */
        FILE_OTHER, /* a compressed file or archive that is not opened */
};

/* `first` should hold PEEK_BYTES where the file is as long. `ret_format` gets
 * the name of a FILE_OTHER ("xz"); it is untouched for the rest. */
enum file_kind file_kind(struct str first, const char **ret_format);

/* The block at the beginning of `s` is a tar header whose checksum fits. */
bool kind_is_tar_header(struct str s);

/* No log begins like this: NUL and control bytes, or neither ASCII nor UTF-8. An
 * empty file may be text. */
bool kind_is_binary(struct str first);

/* A name that ends as those of gzip, zip and tar do. */
bool kind_is_archive_name(struct str name);

/* Where a zip begins that has other bytes before it, or 0. */
size_t kind_find_zip(struct str s);

/* A zip's local header that makes sense stands at the beginning of `s`. */
bool kind_is_zip_header(struct str s);

#endif
