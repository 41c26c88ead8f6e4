/*
 * pack_files: the files of a rule pack, in the byte order of their names, from
 * a directory or from the program itself.
 */
#ifndef RULES_PACK_FILES_H
#define RULES_PACK_FILES_H

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

/* What embed.py made of rules/ at build time, sorted. */
extern const struct pack_file pack_builtin[];
extern const size_t pack_builtin_count;

void pack_files_init(struct pack_files *files);
void pack_files_release(struct pack_files *files);

/* Fill from `directory`, or from the program where it is NULL. Files that cannot
 * be had are faults. 0 or -ENOMEM. */
int pack_files_read(struct pack_files *files, const char *directory, struct faults *faults);

/* 64 hex digits over each file's name, a NUL, its content and a NUL. */
void pack_files_sha256(const struct pack_files *files, char ret_hex[static SHA256_HEX_BYTES]);

#endif
