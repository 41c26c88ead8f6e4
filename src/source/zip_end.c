#include "source/zip_end.h"

/* A part's fixed length, and where in that the lengths stand that come on top. */
struct part {
        char mark[4];
        uint8_t bytes;
        uint8_t length_at[3], length_bytes; /* 0: no more lengths */
        enum zip_section leads_to;
};

static const struct part parts[] = {
        { { 'P', 'K', 1, 2 }, 46, { 28, 30, 32 }, 2, ZIP_DIRECTORY }, /* one entry of the directory */
        { { 'P', 'K', 5, 5 }, 6, { 4 }, 2, ZIP_DIRECTORY },           /* its signature */
        { { 'P', 'K', 6, 8 }, 8, { 4 }, 4, ZIP_DIRECTORY },           /* how it is encrypted */
        { { 'P', 'K', 6, 6 }, 12, { 4 }, 8, ZIP_DIRECTORY },          /* the record of zip64 */
        { { 'P', 'K', 6, 7 }, 20, { 0 }, 0, ZIP_DIRECTORY },          /* and where that is */
        { { 'P', 'K', 5, 6 }, 22, { 20 }, 2, ZIP_BEHIND },            /* the end record, with a comment */
};

static uint64_t number(const unsigned char *p, size_t bytes) {
        uint64_t value = 0;

        while (bytes-- > 0)
                value = value << 8 | p[bytes];
        return value;
}

static const struct part *part_here(const struct zip_input *input) {
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
                if (zip_input_at(input, parts[i].mark))
                        return &parts[i];
        return NULL;
}

/* What the part at p says of the number of entries. */
static void count_entries(struct zip_end *end, const struct part *part, const unsigned char *p) {
        enum { COUNT_AT = 10, UNKNOWN = 0xffff };

        if (part->mark[2] == 1)
                end->listed++;
        else if (part->leads_to == ZIP_BEHIND && number(p + COUNT_AT, 2) != UNKNOWN &&
                 number(p + COUNT_AT, 2) > (end->listed & UNKNOWN))
                end->listed = number(p + COUNT_AT, 2);
        else if (part->mark[2] == 6 && part->mark[3] == 8)
                end->sealed = true;
}

/* Lengths that are taken from other bytes would lead astray. */
static bool makes_sense(const struct part *part, const unsigned char *p, uint64_t more) {
        enum { METHOD_AT = 10, LARGEST_METHOD = 99, NAME_AT = 28, DISK_AT = 4, LARGEST_RECORD = 64 * 1024 };

        if (part->mark[2] == 1)
                return number(p + METHOD_AT, 2) <= LARGEST_METHOD && number(p + NAME_AT, 2) > 0;
        if (part->leads_to == ZIP_BEHIND)
                return number(p + DISK_AT, 2) == number(p + DISK_AT + 2, 2);
        return more <= LARGEST_RECORD;
}

int zip_end_pass(struct zip_end *end, struct zip_input *input, bool unsure) {
        const struct part *part = part_here(input);
        const unsigned char *p;
        uint64_t more = 0;
        int r;

        /* Behind the end record only an empty zip can begin with one of these. */
        if (!part || (end->section == ZIP_BEHIND && part->leads_to != ZIP_BEHIND))
                return ZIP_END_NONE;
        r = zip_input_need(input, part->bytes);
        if (r <= 0)
                return r < 0 ? r : ZIP_END_CUT;
        p = zip_input_here(input);
        for (size_t i = 0; i < sizeof(part->length_at) && part->length_at[i]; i++)
                more += number(p + part->length_at[i], part->length_bytes);
        if (unsure && !makes_sense(part, p, more))
                return ZIP_END_NONE;
        count_entries(end, part, p);
        input->at += part->bytes;
        r = zip_input_skip(input, more);
        if (r <= 0)
                return r < 0 ? r : ZIP_END_CUT;
        end->section = part->leads_to;
        return ZIP_END_PASSED;
}
