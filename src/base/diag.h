/*
 * diag: what was wrong with the input, as data. One entry per (code, place's
 * input) with a count and the first place: a log with a million long lines
 * makes one diagnostic. Of one code no more than DIAG_PLACES are told; what is wrong in
 * further places is one more with their number, or a hundred thousand files could make a
 * report of nothing else. diag_codes.h lists the codes.
 *
 * A place names a struct that is known only later by its final number: `input`
 * points at the leaf's catalog entry (or is NULL) and `path` names a container.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/arena.h"
#include "base/diag_codes.h"

enum diag_level { DIAG_NOTE, DIAG_WARNING, DIAG_ERROR };

enum diag_code {
#define X(name, code, level, loses, meaning, advice) DIAG_##name,
        DIAG_CODES(X)
#undef X
                DIAG_CODE_COUNT,
        DIAG_NONE = DIAG_CODE_COUNT,
};

struct diag_info {
        const char *name; /* "GZIP_CUT" */
        const char *code; /* "BS211" */
        enum diag_level level;
        bool loses;
        const char *meaning, *advice;
};

extern const struct diag_info diag_infos[DIAG_CODE_COUNT];

struct diag {
        enum diag_code code;
        const void *input; /* catalog entry of a leaf, or NULL */
        struct str path;   /* of a container or file that is no input; may be empty */
        uint64_t line;     /* from 1, 0 unknown */
        uint64_t offset;   /* bytes from the start of the input, UINT64_MAX unknown */
        uint64_t count;
        bool further;    /* stands for further places */
        struct str text; /* one sentence */
};

enum { DIAG_PLACES = 4000 };

struct diag_places {
        size_t count;   /* how many are told */
        size_t further; /* where in the items stands what stands for further ones, and 1; 0: none does */
};

struct diags {
        struct arena arena;
        struct diag *items;
        size_t count, capacity;
        struct diag_places *places; /* by code; NULL while there are no items */
};

void diags_init(struct diags *diags);
void diags_release(struct diags *diags);

/*
 * Add one. A second one of the same code, input and path (of the same text, where
 * there is neither) only counts, and keeps the place that comes first. `format` NULL takes the code's meaning as text.
 * 0 or -ENOMEM.
 */
__attribute__((format(printf, 3, 4))) int diags_add(struct diags *diags, const struct diag *place, const char *format,
                                                    ...);

/* Move what `from` holds into `diags`; `from` is empty afterwards. */
int diags_merge(struct diags *diags, struct diags *from);

bool diags_lose(const struct diags *diags);
const char *diag_level_name(enum diag_level level);

#endif
