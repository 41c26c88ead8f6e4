#include "source/zip_end.h"

enum { LONGEST_PART = 46, COMMENT_AT = 32 };

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

uint64_t zip_number(const unsigned char *p, size_t bytes) {
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

/* ------------------------------------------------------ what an entry is known by */

/* Sizes count by their lower half: some writers of large files keep no more. */
uint64_t zip_facts_key(const struct zip_facts *facts) {
        uint64_t key = facts->name;
        const uint64_t more[] = { facts->crc, facts->packed & UINT32_MAX, facts->bytes & UINT32_MAX };

        for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
                key = (key ^ more[i]) * UINT64_C(0x9e3779b97f4a7c15);
                key ^= key >> 29;
        }
        return key;
}

struct str zip_extra_find(struct str extra, unsigned wanted) {
        enum { HEADER_BYTES = 4 };

        while (extra.n >= HEADER_BYTES) {
                const unsigned char *p = (const unsigned char *)extra.p;
                size_t length = (size_t)zip_number(p + 2, 2);

                extra = str_skip(extra, HEADER_BYTES);
                if (length > extra.n)
                        break;
                if (zip_number(p, 2) == wanted)
                        return str_first(extra, length);
                extra = str_skip(extra, length);
        }
        return (struct str){ 0 };
}

void zip_facts_extend(struct zip_facts *facts, struct str extra) {
        enum { EXTRA_ZIP64 = 1, SIZE_BYTES = 8 };
        struct str field = zip_extra_find(extra, EXTRA_ZIP64);
        uint64_t *const sizes[] = { &facts->bytes, &facts->packed };

        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
                if (*sizes[i] != UINT32_MAX || field.n < SIZE_BYTES)
                        continue;
                *sizes[i] = zip_number((const unsigned char *)field.p, SIZE_BYTES);
                field = str_skip(field, SIZE_BYTES);
        }
}

/* ----------------------------------------------------------------- the directory */

static struct str look(const struct zip_input *input, size_t n) {
        return (struct str){ (const char *)zip_input_here(input), n };
}

/* Behind the fixed part, at `fixed`, of one entry of the directory: its name and its
 * extra fields. 1, 0 where the source ends, or negative. */
static int read_listed(struct zip_end *end, struct zip_input *input, const unsigned char *fixed) {
        enum { CRC_AT = 16, NAME_AT = 28, MODE_AT = 40, TYPE_MASK = 0170000, TYPE_LINK = 0120000 };
        struct zip_facts facts = { .crc = (uint32_t)zip_number(fixed + CRC_AT, 4),
                                   .packed = zip_number(fixed + CRC_AT + 4, 4),
                                   .bytes = zip_number(fixed + CRC_AT + 8, 4) };
        size_t name_bytes = (size_t)zip_number(fixed + NAME_AT, 2),
               extra_bytes = (size_t)zip_number(fixed + NAME_AT + 2, 2);
        bool is_link = (zip_number(fixed + MODE_AT, 2) & TYPE_MASK) == TYPE_LINK;
        int r = zip_input_need(input, name_bytes);

        if (r <= 0)
                return r;
        facts.name = str_hash(look(input, name_bytes));
        input->at += name_bytes;
        r = zip_input_need(input, extra_bytes);
        if (r <= 0)
                return r;
        zip_facts_extend(&facts, look(input, extra_bytes));
        input->at += extra_bytes;
        end->listed++;
        end->sum -= zip_facts_key(&facts);
        if (is_link)
                zip_links_mark(&end->links, zip_facts_key(&facts));
        return 1;
}

bool zip_end_agrees(const struct zip_end *end) {
        enum { UNKNOWN = 0xffff };

        if (end->sealed)
                return true;
        if (end->recorded != (end->listed & UNKNOWN) && !(end->zip64 && end->recorded == UNKNOWN))
                return false;
        if (end->unchecked)
                return end->listed <= end->headers;
        return end->listed == end->headers && end->sum == 0;
}

void zip_end_restart(struct zip_end *end) {
        end->headers = end->listed = end->recorded = end->sum = 0;
        end->sealed = end->zip64 = end->unchecked = false;
}

static bool is_listed(const struct part *part) {
        return part->mark[2] == 1;
}

/* What else the part at p says. */
static void take_part(struct zip_end *end, const struct part *part, const unsigned char *p) {
        enum { COUNT_AT = 10 };

        if (part->leads_to == ZIP_BEHIND)
                end->recorded = zip_number(p + COUNT_AT, 2);
        else if (part->mark[2] == 6 && part->mark[3] == 8)
                end->sealed = true;
        else if (part->mark[2] == 6)
                end->zip64 = true;
}

/* Lengths that are taken from other bytes would lead astray. */
static bool makes_sense(const struct part *part, const unsigned char *p, uint64_t more) {
        enum { METHOD_AT = 10, LARGEST_METHOD = 99, NAME_AT = 28, DISK_AT = 4, LARGEST_RECORD = 64 * 1024 };

        if (is_listed(part))
                return zip_number(p + METHOD_AT, 2) <= LARGEST_METHOD && zip_number(p + NAME_AT, 2) > 0;
        if (part->leads_to == ZIP_BEHIND)
                return zip_number(p + DISK_AT, 2) == zip_number(p + DISK_AT + 2, 2);
        return more <= LARGEST_RECORD;
}

int zip_end_pass(struct zip_end *end, struct zip_input *input, bool unsure) {
        const struct part *part = part_here(input);
        unsigned char p[LONGEST_PART];
        uint64_t more = 0;
        int r;

        /* Behind the end record only an empty zip can begin with one of these. */
        if (!part || (end->section == ZIP_BEHIND && part->leads_to != ZIP_BEHIND))
                return ZIP_END_NONE;
        r = zip_input_need(input, part->bytes);
        if (r <= 0)
                return r < 0 ? r : ZIP_END_CUT;
        memcpy(p, zip_input_here(input), part->bytes);
        for (size_t i = 0; i < sizeof(part->length_at) && part->length_at[i]; i++)
                more += zip_number(p + part->length_at[i], part->length_bytes);
        if (unsure && !makes_sense(part, p, more))
                return ZIP_END_NONE;
        take_part(end, part, p);
        input->at += part->bytes;
        if (is_listed(part)) {
                r = read_listed(end, input, p);
                more = zip_number(p + COMMENT_AT, 2);
        }
        if (r > 0)
                r = zip_input_skip(input, more);
        if (r <= 0)
                return r < 0 ? r : ZIP_END_CUT;
        end->section = part->leads_to;
        return ZIP_END_PASSED;
}
