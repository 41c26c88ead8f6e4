/*
 * meter: what is unpacked goes through one, so that a few bytes cannot become endless
 * work. How much may come of a file is limited by limits.max_ratio of its size, how
 * much of what lies in its outermost archive by that of the size there; each has an
 * allowance besides, for the log of an idle server honestly packs 100 to 1 and better:
 *
 *      a file of the bundle       1 GiB
 *      what lies in its archive   256 MiB   so that one of them leaves room for others
 *      either, later on           4 MiB     once something of the bundle was cut,
 *                                 64 KiB    and once much was
 *
 * Where parts are walked side by side, what unpacks to half as much is reason enough to
 * begin again in order.
 *
 * Each layer (what a gzip inflates to; what the entries of an archive give) counts for
 * itself, so a cut comes at the same byte however far ahead anybody reads. Of standard
 * input the size is not known: there what was read so far stands for it, looked at now
 * and then.
 */
#ifndef SOURCE_METER_H
#define SOURCE_METER_H

#include "source/quota.h"
#include "source/stream.h"

/* Containers four deep have their own; deeper ones share the last. */
enum { METER_LAYERS = 8 };

enum { METER_GZIP, METER_ENTRIES };

/* What was unpacked of one file of the bundle, or of a member that is walked by itself. */
struct metering {
        struct quota *quota;
        atomic_uint_fast64_t all;    /* of all layers, and of all members that are walked by themselves */
        struct metering *file;       /* of the file that a member lies in; NULL of the file itself */
        uint64_t packed;             /* its size; UINT64_MAX unknown */
        const uint64_t *packed_read; /* of it so far */
        uint64_t made[METER_LAYERS];
        uint64_t entry_most, entry_from[METER_LAYERS]; /* of what lies in the archive; UINT64_MAX unlimited */
        bool entry_cut;
};

/* An entry of the file's archive begins that is `packed` bytes long there, or UINT64_MAX; it is over: one that was
 * cut leaves the file as much as there was before it. */
void metering_enter(struct metering *metering, uint64_t packed);
void metering_leave(struct metering *metering);
/* It is walked again. */
void metering_restart(struct metering *metering);

struct meter {
        struct stream stream; /* fault EXPANDED where it was cut */
        struct stream *source;
        struct metering *metering;
        unsigned layer;
};

/* `depth` containers stand around the one whose bytes these are. */
void meter_init(struct meter *meter, struct stream *source, struct metering *metering, unsigned kind, uint64_t depth);

#endif
