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
        FILE_TAR,
        FILE_OTHER, /* a compressed file or archive that is not opened */
};

/* `first` should hold PEEK_BYTES where the file is as long. `ret_format` gets
 * the name of a FILE_OTHER ("xz"); it is untouched for the rest. */
enum file_kind file_kind(struct str first, const char **ret_format);

#endif
