/*
 * options: what the caller asked for. Filled through boshscope.h, read-only
 * while an analysis runs, copied into its report.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include "base/limits.h"
#include "base/sha256.h"
#include "base/time.h"

enum { FAIL_ON_NOTHING = -1 };

struct boshscope_progress;

/* Copies of strings. */
struct texts {
        char **items;
        size_t count;
};

struct options {
        int16_t tz;             /* ZONE_UNKNOWN: find it */
        int64_t from_ms, to_ms; /* TIME_UNKNOWN: open */
        int fail_on;            /* a severity's number, or FAIL_ON_NOTHING */
        size_t chunk_bytes;
        unsigned threads; /* 0: as many as there are cores */
        bool unmatched;   /* list what no rule matches */
        bool redact;      /* pseudonyms for people and machines */
        unsigned char redact_key[SHA256_BYTES];
        bool has_redact_key; /* else one is drawn */
        struct limits limits;
        struct texts argv;
        struct texts confinement; /* what the program has given up, for the report */
        int (*progress)(void *userdata, const struct boshscope_progress *progress);
        void *userdata;
};

/* Defaults. */
void options_init(struct options *options);
void options_release(struct options *options);
/* 0 or -ENOMEM. */
int texts_set(struct texts *texts, size_t count, const char *const *from);
int options_copy(struct options *options, const struct options *from);

#endif
