#include "source/inflate.h"

#include <stdlib.h>

#include "base/crc32.h"

enum { FLAG_CRC = 2, FLAG_EXTRA = 4, FLAG_NAME = 8, FLAG_COMMENT = 16, FLAGS_RESERVED = 0xe0 };
enum { METHOD_DEFLATE = 8, LARGEST_INPUT = 64 * 1024, MOST_EMPTIES = 64 * 1024 };

/* The bytes end here. A source that failed is the reason for whatever we see. */
static int give_up(struct inflater *inflater, enum diag_code fault) {
        enum diag_code below = inflater->source->fault;

        if (inflater->at == inflater->have && below != DIAG_NONE)
                fault = below;
        stream_set_fault(&inflater->stream, fault, inflater->bytes);
        inflater->state = INFLATER_OVER;
        return 0;
}

/* The same where it may be the engine that is wrong. */
static int give_up_doubtful(struct inflater *inflater, enum diag_code fault) {
        inflater->doubt = deflate_is_fast(&inflater->deflate);
        return give_up(inflater, fault);
}

/* 1, 0 at the source's end, or negative. */
static int refill(struct inflater *inflater) {
        ssize_t got = stream_read(inflater->source, inflater->input, inflater->input_bytes);

        if (got <= 0)
                return (int)got;
        inflater->at = 0;
        inflater->have = (size_t)got;
        inflater->read_bytes += (uint64_t)got;
        return 1;
}

/* 1, 0 at the source's end, or negative. */
static int next_byte(struct inflater *inflater, unsigned char *ret_byte) {
        int r = inflater->at < inflater->have ? 1 : refill(inflater);

        if (r <= 0)
                return r;
        *ret_byte = inflater->input[inflater->at++];
        return 1;
}

static int next_bytes(struct inflater *inflater, unsigned char *ret_bytes, size_t n) {
        for (size_t i = 0; i < n; i++) {
                int r = next_byte(inflater, &ret_bytes[i]);

                if (r <= 0)
                        return r;
        }
        return 1;
}

static int skip_bytes(struct inflater *inflater, size_t n) {
        unsigned char byte;
        int r = 1;

        while (n-- > 0 && r > 0)
                r = next_byte(inflater, &byte);
        return r;
}

/* 1, 0 at the source's end, or negative; a text that does not end is passed over in part. */
static int skip_text(struct inflater *inflater) {
        enum { LONGEST_TEXT = 64 * 1024 };
        unsigned char byte;
        int r, n = 0;

        do
                r = next_byte(inflater, &byte);
        while (r > 0 && byte != '\0' && ++n < LONGEST_TEXT);
        return r;
}

/* What may stand between a header's fixed part and the deflated bytes. None of
 * it matters here, so the header's own checksum is passed over as well. */
static int skip_optional(struct inflater *inflater, unsigned flags) {
        unsigned char length[2];
        int r = 1;

        if (flags & FLAG_EXTRA) {
                r = next_bytes(inflater, length, sizeof(length));
                if (r > 0)
                        r = skip_bytes(inflater, length[0] | (size_t)length[1] << 8);
        }
        if (r > 0 && flags & FLAG_NAME)
                r = skip_text(inflater);
        if (r > 0 && flags & FLAG_COMMENT)
                r = skip_text(inflater);
        if (r > 0 && flags & FLAG_CRC)
                r = skip_bytes(inflater, 2);
        return r;
}

/* After the last member zeros may fill up a block, and nothing else may follow. */
static int check_padding(struct inflater *inflater, unsigned char byte) {
        int r = 1;

        while (r > 0 && byte == 0)
                r = next_byte(inflater, &byte);
        if (r < 0)
                return r;
        return give_up(inflater, r > 0 ? DIAG_GZIP_TRAILING : DIAG_NONE);
}

static int begin_member(struct inflater *inflater) {
        deflate_reset(&inflater->deflate);
        inflater->sum_before = inflater->stream.crc32;
        inflater->member_start = inflater->bytes;
        inflater->state = INFLATER_BODY;
        return 0;
}

/* The rest of a header whose first byte fits. */
static int read_header_rest(struct inflater *inflater) {
        unsigned char fixed[9]; /* ID2 CM FLG MTIME(4) XFL OS */
        int r = next_bytes(inflater, fixed, 1);

        if (r < 0)
                return r;
        if (r > 0 && fixed[0] != 0x8b)
                return give_up(inflater, DIAG_GZIP_TRAILING);
        if (r > 0)
                r = next_bytes(inflater, fixed + 1, sizeof(fixed) - 1);
        if (r > 0 && (fixed[1] != METHOD_DEFLATE || fixed[2] & FLAGS_RESERVED))
                return give_up(inflater, DIAG_GZIP_CORRUPT);
        if (r > 0)
                r = skip_optional(inflater, fixed[2]);
        if (r < 0)
                return r;
        return r == 0 ? give_up(inflater, DIAG_GZIP_CUT) : begin_member(inflater);
}

static int read_header(struct inflater *inflater) {
        unsigned char byte;
        int r = next_byte(inflater, &byte);

        if (r < 0)
                return r;
        if (r == 0)
                return give_up(inflater, DIAG_NONE);
        return byte == 0x1f ? read_header_rest(inflater) : check_padding(inflater, byte);
}

static uint32_t little_endian(const unsigned char bytes[4]) {
        return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* The deflated bytes ended well, so a wrong sum is no reason not to look for
 * the next member. */
static int check_trailer(struct inflater *inflater) {
        uint64_t bytes = inflater->bytes - inflater->member_start;
        uint32_t sum = crc32_of_last(inflater->stream.crc32, inflater->sum_before, bytes);
        unsigned char trailer[8];
        int r = next_bytes(inflater, trailer, sizeof(trailer));

        if (r < 0)
                return r;
        if (r == 0)
                return give_up_doubtful(inflater, DIAG_GZIP_CUT);
        if (little_endian(trailer) != sum || little_endian(trailer + 4) != (uint32_t)bytes) {
                stream_set_fault(&inflater->stream, DIAG_GZIP_CHECKSUM, inflater->bytes);
                inflater->doubt = deflate_is_fast(&inflater->deflate);
        }
        inflater->state = INFLATER_HEADER;
        /* pigz and bgzip end with one that is empty. */
        inflater->empties = bytes ? 0 : inflater->empties + 1;
        return inflater->empties > MOST_EMPTIES ? give_up(inflater, DIAG_GZIP_EMPTIES) : 0;
}

/* The number of bytes delivered, which may be 0, or negative. */
static ssize_t inflate_some(struct inflater *inflater, void *p, size_t n) {
        size_t used, made;
        int r = deflate_run(&inflater->deflate, inflater->input + inflater->at, inflater->have - inflater->at, p, n,
                            &used, &made);

        if (r < 0)
                return r;
        inflater->at += used;
        inflater->stream.crc32 = crc32_add(inflater->stream.crc32, p, made);
        inflater->bytes += made;
        if (r == DEFLATE_END)
                inflater->state = INFLATER_TRAILER;
        else if (r == DEFLATE_CORRUPT)
                give_up_doubtful(inflater, DIAG_GZIP_CORRUPT);
        return (ssize_t)made;
}

/* Output may be held back that needs no more input, so that is asked for before
 * the source is: only when nothing comes of what there is, more is needed. */
static ssize_t read_body(struct inflater *inflater, void *p, size_t n) {
        ssize_t made = inflate_some(inflater, p, n);
        int r;

        if (made != 0 || inflater->state != INFLATER_BODY || inflater->at < inflater->have)
                return made;
        r = refill(inflater);
        return r == 0 ? give_up_doubtful(inflater, DIAG_GZIP_CUT) : r < 0 ? r : 0;
}

static ssize_t inflater_read(struct stream *stream, void *p, size_t n) {
        struct inflater *inflater = (struct inflater *)stream;
        ssize_t r = 0;

        while (r == 0) {
                switch (inflater->state) {
                case INFLATER_HEADER:
                        r = read_header(inflater);
                        break;
                case INFLATER_BODY:
                        r = read_body(inflater, p, n);
                        break;
                case INFLATER_TRAILER:
                        r = check_trailer(inflater);
                        break;
                case INFLATER_OVER:
                        return 0;
                }
        }
        return r;
}

int inflater_init(struct inflater *inflater, struct stream *source, size_t chunk_bytes, enum deflate_engine engine) {
        *inflater = (struct inflater){
                .stream = { .read = inflater_read, .sums = true, .fault = DIAG_NONE, .fault_told = true },
                .source = source,
                .input_bytes = chunk_bytes < LARGEST_INPUT ? chunk_bytes : LARGEST_INPUT,
        };
        inflater->input = malloc(inflater->input_bytes);
        if (!inflater->input)
                return -ENOMEM;
        /* Headers and sums are read here, so that each fault has its own name. */
        if (deflate_init(&inflater->deflate, engine) < 0) {
                free(inflater->input);
                inflater->input = NULL;
                return -ENOMEM;
        }
        return 0;
}

uint64_t inflater_used(const struct inflater *inflater) {
        enum { KIB = 1024 };

        return (inflater->read_bytes - (inflater->have - inflater->at)) / KIB * KIB;
}

void inflater_release(struct inflater *inflater) {
        deflate_release(&inflater->deflate);
        free(inflater->input);
        inflater->input = NULL;
}
