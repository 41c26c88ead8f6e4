/*
 * pack_files: the files of a rule pack, in the byte order of their names, from
 * a directory or from the program itself.
 */
#ifndef RULES_PACK_FILES_H
#define RULES_PACK_FILES_H

#include "base/sha256.h"
#include "rules/fault.h"

enum { PACK_MAX_FILES = 256, PACK_MAX_FILE_BYTES = 4 * 1024 * 1024 };

struct pack_file {
        struct str name; /* without its folder; NUL-terminated */
        struct str content;
};

struct pack_files {
        struct arena arena;
        struct pack_file *items;
        size_t count, capacity;
};

/* What embed.py made of rules/ at build time, sorted: the files as they are; the
 * same without samples, near misses, comments and blanks, which is a quarter of
 * their bytes; and what pack_files_sha256 says of the former. */
extern const struct pack_file pack_builtin[], pack_builtin_lean[];
extern const size_t pack_builtin_count;
extern const char pack_builtin_sha256[SHA256_HEX_BYTES];

void pack_files_init(struct pack_files *files);
void pack_files_release(struct pack_files *files);

/* Fill from `directory`. Files that cannot be had are faults. 0 or -ENOMEM. */
int pack_files_read(struct pack_files *files, const char *directory, struct faults *faults);

/* Fill from one of the two forms in the program. 0 or -ENOMEM. */
int pack_files_builtin(struct pack_files *files, const struct pack_file form[]);

/* 64 hex digits over each file's name, a NUL, its content and a NUL. */
void pack_files_sha256(const struct pack_files *files, char ret_hex[static SHA256_HEX_BYTES]);

#endif
