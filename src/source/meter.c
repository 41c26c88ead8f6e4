#include "source/meter.h"

static const uint64_t file_allowance = UINT64_C(1) << 30, entry_allowance = 256 << 20, later_allowance = 4 << 20,
                      last_allowance = 64 << 10;
enum { MUCH_CUT = 64 };
/* How often is looked at what was read of a file whose size is not known? */
static const uint64_t look_bytes = 256 << 20;

static uint64_t at_most(const struct metering *metering, uint64_t packed, uint64_t allowance) {
        const uint64_t ratio = metering->quota->limits->max_ratio;
        const uint64_t by_size = packed > UINT64_MAX / ratio ? UINT64_MAX : packed * ratio;

        if (metering->quota->cuts)
                allowance = metering->quota->cuts < MUCH_CUT ? later_allowance : last_allowance;
        return by_size > allowance ? by_size : allowance;
}

/* Of the file, each layer. */
static uint64_t file_most(const struct metering *metering, uint64_t made) {
        if (metering->packed != UINT64_MAX)
                return at_most(metering, metering->packed, file_allowance);
        /* To the next time that it is looked at, or as far as it is already. */
        if (made < file_allowance || made % look_bytes != 0)
                return (made / look_bytes + 1) * look_bytes;
        return at_most(metering, *metering->packed_read, file_allowance) > made ? made + look_bytes : made;
}

void metering_enter(struct metering *metering, uint64_t packed) {
        memcpy(metering->entry_from, metering->made, sizeof(metering->made));
        metering->entry_most = packed == UINT64_MAX ? UINT64_MAX : at_most(metering, packed, entry_allowance);
}

void metering_leave(struct metering *metering) {
        if (metering->entry_cut)
                memcpy(metering->made, metering->entry_from, sizeof(metering->made));
        metering->entry_cut = false;
        metering->entry_most = UINT64_MAX;
}

void metering_restart(struct metering *metering) {
        if (metering->file)
                atomic_fetch_sub(&metering->file->all, atomic_load(&metering->all));
        atomic_store(&metering->all, 0);
        memset(metering->made, 0, sizeof(metering->made));
        metering_enter(metering, UINT64_MAX);
}

/* How much more may come in this layer. */
static uint64_t room(const struct metering *metering, unsigned layer) {
        const uint64_t made = metering->made[layer];
        const uint64_t of_entry = made - metering->entry_from[layer];
        uint64_t most = file_most(metering, made);

        most = most > made ? most - made : 0;
        if (metering->entry_most == UINT64_MAX)
                return most;
        if (metering->entry_most <= of_entry)
                return 0;
        return most < metering->entry_most - of_entry ? most : metering->entry_most - of_entry;
}

/* It unpacks to more than an entry's allowance, and to half as many times its size as it may. */
static bool is_suspicious(const struct metering *metering, uint64_t all, uint64_t packed) {
        return all > entry_allowance && all / (metering->quota->limits->max_ratio / 2 + 1) > packed;
}

/* Members that are walked by themselves count for themselves, and together with their file. May something of it
 * pass a limit? It is better asked too often, and early. */
static bool is_near(struct metering *metering, size_t n) {
        struct metering *file = metering->file;
        const uint64_t all = atomic_fetch_add(&metering->all, n) + n;
        const uint64_t packed = file ? metering->packed : *metering->packed_read;
        const uint64_t in_file = file ? atomic_fetch_add(&file->all, n) + n : all;

        return is_suspicious(metering, all, packed) ||
               in_file > at_most(metering, file ? file->packed : metering->packed, file_allowance);
}

static void take_end(struct meter *meter) {
        meter->stream.fault = meter->source->fault;
        meter->stream.fault_told = meter->source->fault_told;
        meter->stream.fault_offset = meter->source->fault_offset;
}

/* There is no room: is there more? */
static ssize_t cut(struct meter *meter) {
        struct metering *metering = meter->metering;
        char more;
        ssize_t got = stream_read(meter->source, &more, 1);

        if (got == 0)
                take_end(meter);
        if (got <= 0)
                return got;
        if (!metering->quota->in_order)
                return quota_pass(metering->quota);
        metering->quota->cuts++;
        metering->entry_cut = true;
        stream_set_fault(&meter->stream, DIAG_EXPANDED, metering->made[meter->layer]);
        meter->stream.fault_told = meter->layer % 2 == METER_GZIP; /* by the container, whose bytes they are */
        return 0;
}

static ssize_t meter_read(struct stream *stream, void *p, size_t n) {
        struct meter *meter = (struct meter *)stream;
        struct metering *metering = meter->metering;
        const uint64_t left = room(metering, meter->layer);
        ssize_t got;

        if (stream->fault != DIAG_NONE)
                return 0;
        if (left == 0)
                return cut(meter);
        got = stream_read(meter->source, p, n < left ? n : (size_t)left);
        stream->crc32 = meter->source->crc32;
        if (got < 0)
                return got;
        if (got == 0) {
                take_end(meter);
                return 0;
        }
        metering->made[meter->layer] += (uint64_t)got;
        if (!metering->quota->in_order && is_near(metering, (size_t)got))
                return quota_pass(metering->quota);
        return got;
}

void meter_init(struct meter *meter, struct stream *source, struct metering *metering, unsigned kind, uint64_t depth) {
        const uint64_t layer = 2 * depth + kind;

        *meter = (struct meter){
                .stream = { .read = meter_read, .sums = source->sums, .fault = DIAG_NONE },
                .source = source,
                .metering = metering,
                .layer = layer < METER_LAYERS ? (unsigned)layer : METER_LAYERS - 1,
        };
}
