#include "source/zip.h"

#include <stdlib.h>

#include "base/crc32.h"
#include "base/utf8.h"
#include "source/kind.h"

enum {
        LOCAL_BYTES = 30,        /* of a local header without name and extra fields */
        LONGEST_DESCRIPTOR = 24, /* mark, CRC32, two sizes of 8 bytes */
        LONGEST_NAME = 4096,     /* the rest of a longer one is cut */
        SLACK_BYTES = 16, /* a damaged entry may be that much shorter than it says; the end record of a zip is longer */
        METHOD_STORED = 0,
        METHOD_DEFLATED = 8,
        FLAG_ENCRYPTED = 1 << 0,
        FLAG_DESCRIPTOR = 1 << 3,
        FLAG_DIRECTORY_ENCRYPTED = 1 << 13,
        EXTRA_UNICODE_NAME = 0x7075,
};

static const char local_mark[4] = { 'P', 'K', 3, 4 };
static const char descriptor_mark[4] = { 'P', 'K', 7, 8 };
/* What a part of a split zip may begin with. */
static const char split_mark[4] = { 'P', 'K', '0', '0' };

/* ------------------------------------------------------------- one entry's bytes */

static int end_entry(struct zip_reader *zip, enum diag_code fault) {
        zip->state = ZIP_OVER;
        if (fault != DIAG_NONE)
                stream_set_fault(&zip->entries.entry, fault, zip->bytes);
        return 0;
}

static uint64_t here(const struct zip_reader *zip) {
        return zip_input_offset(&zip->input);
}

/* Before an entry ends with a fault: it may be the engine that is wrong. */
static void note_doubt(struct zip_reader *zip) {
        if (zip->state == ZIP_DEFLATED && deflate_is_fast(&zip->deflate))
                zip->doubt = true;
}

/* The source ended where it must not. */
static int lose(struct zip_reader *zip) {
        enum diag_code below = zip->input.source->fault;

        note_doubt(zip);
        zip->lost = true;
        zip->left = 0;
        entries_set_fault(&zip->entries, DIAG_ARCHIVE_CUT, here(zip));
        if (zip->state != ZIP_OVER) {
                end_entry(zip, below != DIAG_NONE ? below : DIAG_ARCHIVE_CUT);
                zip->entries.entry.fault_told = true;
        }
        return 0;
}

/* The entry's own damage. Behind one of unknown size everything is unsure. */
static int damage(struct zip_reader *zip) {
        note_doubt(zip);
        zip->unsure = true;
        return end_entry(zip, DIAG_ENTRY_CORRUPT);
}

/* For the directory, which has to say the same. */
static void count_entry(struct zip_reader *zip, uint64_t packed, uint64_t bytes, uint32_t crc) {
        zip->facts.packed = packed;
        zip->facts.bytes = bytes;
        zip->facts.crc = crc;
        zip->end.sum += zip_facts_key(&zip->facts);
        zip->counted = true;
}

/* The length of the descriptor at p if it fits what was read, or 0. Its mark may
 * be missing and its sizes have 8 or 4 bytes: only trying tells. An empty entry's
 * long one looks like a short one as well, so long ones are tried first. */
static size_t descriptor_fits(const struct zip_reader *zip, const unsigned char *p, size_t n, bool with_crc) {
        for (size_t mark = 0; mark <= 4; mark += 4) {
                if (mark && (n < 4 || memcmp(p, descriptor_mark, 4) != 0))
                        continue;
                for (size_t size = 8; size >= 4; size -= 4) {
                        uint64_t all = size == 4 ? UINT32_MAX : UINT64_MAX;
                        const unsigned char *at = p + mark;

                        if (mark + 4 + 2 * size <= n && (!with_crc || zip_number(at, 4) == zip->entries.entry.crc32) &&
                            zip_number(at + 4, size) == (zip->packed & all) &&
                            zip_number(at + 4 + size, size) == (zip->bytes & all))
                                return mark + 4 + 2 * size;
                }
        }
        return 0;
}

/* The data came to its end; does it fit what the descriptor says? */
static int check_descriptor(struct zip_reader *zip) {
        int r = zip_input_need(&zip->input, LONGEST_DESCRIPTOR);
        size_t length;

        if (r < 0)
                return r;
        length = descriptor_fits(zip, zip_input_here(&zip->input), zip_input_left(&zip->input), true);
        if (length == 0 && r == 0 && zip_input_left(&zip->input) < 16)
                return lose(zip);
        zip->input.at += length;
        if (length == 0)
                return damage(zip);
        count_entry(zip, zip->packed, zip->bytes, zip->entries.entry.crc32);
        return end_entry(zip, DIAG_NONE);
}

/* The data came to its end: all of it, and the right one? */
static int check_data(struct zip_reader *zip) {
        if (zip->has_descriptor)
                return check_descriptor(zip);
        if (zip->left || zip->entries.entry.crc32 != zip->facts.crc || zip->bytes != zip->facts.bytes)
                return damage(zip);
        count_entry(zip, zip->packed, zip->bytes, zip->entries.entry.crc32);
        return end_entry(zip, DIAG_NONE);
}

static void use(struct zip_reader *zip, size_t n) {
        zip->input.at += n;
        zip->packed += n;
        if (zip->left != UINT64_MAX)
                zip->left -= n;
}

static ssize_t deliver(struct zip_reader *zip, const void *p, size_t n) {
        zip->entries.entry.crc32 = crc32_add(zip->entries.entry.crc32, p, n);
        zip->bytes += n;
        return (ssize_t)n;
}

static ssize_t copy_some(struct zip_reader *zip, void *p, size_t n) {
        memcpy(p, zip_input_here(&zip->input), n);
        use(zip, n);
        return deliver(zip, p, n);
}

static ssize_t read_stored(struct zip_reader *zip, void *p, size_t n) {
        int r;

        if (zip->left == 0)
                return check_data(zip);
        r = zip_input_need(&zip->input, 1);
        if (r <= 0)
                return r < 0 ? r : lose(zip);
        n = n < zip_input_left(&zip->input) ? n : zip_input_left(&zip->input);
        return copy_some(zip, p, n < zip->left ? n : (size_t)zip->left);
}

/* Only a descriptor with the right sizes ends such an entry; its checksum then
 * tells whether the data is sound. */
static ssize_t read_unsized(struct zip_reader *zip, void *p, size_t n) {
        int r = zip_input_need(&zip->input, LONGEST_DESCRIPTOR);
        const unsigned char *next;

        if (r < 0)
                return r;
        if (zip_input_at(&zip->input, descriptor_mark) &&
            descriptor_fits(zip, zip_input_here(&zip->input), zip_input_left(&zip->input), false))
                return check_descriptor(zip);
        if (zip_input_left(&zip->input) == 0)
                return lose(zip);
        n = n < zip_input_left(&zip->input) ? n : zip_input_left(&zip->input);
        next = n > 1 ? memchr(zip_input_here(&zip->input) + 1, 'P', n - 1) : NULL;
        return copy_some(zip, p, next ? (size_t)(next - zip_input_here(&zip->input)) : n);
}

/* Nothing comes of what there is: there must be more, or it is damaged. */
static int feed(struct zip_reader *zip) {
        int r;

        if (zip->left == 0)
                return damage(zip);
        if (zip_input_left(&zip->input))
                return 0;
        r = zip_input_need(&zip->input, 1);
        return r == 0 ? lose(zip) : r < 0 ? r : 0;
}

static ssize_t read_deflated(struct zip_reader *zip, void *p, size_t n) {
        size_t given = zip_input_left(&zip->input), used, made;
        int r;

        if (given > zip->left)
                given = (size_t)zip->left;
        r = deflate_run(&zip->deflate, zip_input_here(&zip->input), given, p, n, &used, &made);
        if (r < 0)
                return r;
        use(zip, used);
        deliver(zip, p, made);
        if (r == DEFLATE_MORE)
                return made ? (ssize_t)made : feed(zip);
        if (r == DEFLATE_END) {
                r = check_data(zip);
                zip->left = 0; /* the header may say otherwise, but there is no more of it */
        } else {
                r = damage(zip);
        }
        return r < 0 ? r : (ssize_t)made;
}

static ssize_t entry_read(struct stream *stream, void *p, size_t n) {
        struct zip_reader *zip = (struct zip_reader *)stream;
        ssize_t r = 0;

        if (zip->held_given < zip->held_bytes) {
                size_t left = zip->held_bytes - zip->held_given;

                n = n < left ? n : left;
                memcpy(p, zip->held + zip->held_given, n);
                zip->held_given += n;
                return (ssize_t)n;
        }
        while (r == 0) {
                switch (zip->state) {
                case ZIP_STORED:
                        r = read_stored(zip, p, n);
                        break;
                case ZIP_UNSIZED:
                        r = read_unsized(zip, p, n);
                        break;
                case ZIP_DEFLATED:
                        r = read_deflated(zip, p, n);
                        break;
                case ZIP_OVER:
                        return 0;
                }
        }
        return r;
}

/* --------------------------------------------------------------------- headers */

static struct str take_name(struct zip_reader *zip, size_t length) {
        struct str name = { (const char *)zip_input_here(&zip->input), length };

        zip->facts.name = str_hash(name);
        zip->name_crc = crc32_add(0, name.p, name.n);
        name = str_first(name, LONGEST_NAME);
        memcpy(zip->name, name.p, name.n);
        zip->input.at += length;
        return (struct str){ zip->name, name.n };
}

/* Info-ZIP's way to say a name in UTF-8 beside one in some code page; it counts
 * while it is made for that very name. */
static struct str unicode_name(struct zip_reader *zip, struct str name, struct str extra) {
        enum { HEADER_BYTES = 5 }; /* version, CRC32 of the other name */
        struct str field = zip_extra_find(extra, EXTRA_UNICODE_NAME), unicode = str_skip(field, HEADER_BYTES);

        if (unicode.n == 0 || field.p[0] != 1 || zip_number((const unsigned char *)field.p + 1, 4) != zip->name_crc)
                return name;
        unicode = utf8_first(unicode, LONGEST_NAME);
        memcpy(zip->name, unicode.p, unicode.n);
        return (struct str){ zip->name, unicode.n };
}

static void refuse_entry(struct zip_reader *zip, unsigned method) {
        end_entry(zip, DIAG_NONE);
        entries_refuse(&zip->entries, method);
}

/* How the entry's bytes are to be had. */
static void begin_data(struct zip_reader *zip, unsigned flags, unsigned method) {
        zip->entries.entry.crc32 = 0;
        zip->packed = zip->bytes = 0;
        zip->has_descriptor = flags & FLAG_DESCRIPTOR;
        if (method == METHOD_DEFLATED) {
                deflate_reset(&zip->deflate);
                zip->state = ZIP_DEFLATED;
                if (zip->has_descriptor)
                        zip->left = UINT64_MAX;
        } else {
                zip->state = zip->has_descriptor && zip->left == 0 ? ZIP_UNSIZED : ZIP_STORED;
                if (zip->state == ZIP_UNSIZED)
                        zip->left = UINT64_MAX;
        }
        if (flags & (FLAG_ENCRYPTED | FLAG_DIRECTORY_ENCRYPTED))
                refuse_entry(zip, ENTRIES_ENCRYPTED);
        else if (method != METHOD_DEFLATED && method != METHOD_STORED)
                refuse_entry(zip, method);
        /* Its descriptor cannot be checked, or its end not even be found. */
        if (zip->state == ZIP_OVER && zip->has_descriptor)
                zip->unsure = true;
}

static void begin_entry(struct zip_reader *zip, const unsigned char local[LOCAL_BYTES], struct str name) {
        zip->entries.headers++;
        zip->end.headers++;
        zip->counted = false;
        zip->held_bytes = zip->held_given = 0;
        entries_begin(&zip->entries, name, false);
        begin_data(zip, (unsigned)zip_number(local + 6, 2), (unsigned)zip_number(local + 8, 2));
        zip->entries.packed = zip->left;
}

/* 1 with an entry begun, 0 where the source ends, or negative. The whole header,
 * two times 64 KiB at worst, need not fit the buffer: name first, then extra. */
static int read_header(struct zip_reader *zip, struct str *ret_name) {
        unsigned char local[LOCAL_BYTES];
        size_t name_bytes, extra_bytes;
        struct str extra;
        int r = zip_input_need(&zip->input, LOCAL_BYTES);

        if (r <= 0)
                return r;
        memcpy(local, zip_input_here(&zip->input), LOCAL_BYTES);
        zip->input.at += LOCAL_BYTES;
        name_bytes = (size_t)zip_number(local + 26, 2);
        extra_bytes = (size_t)zip_number(local + 28, 2);
        r = zip_input_need(&zip->input, name_bytes);
        if (r <= 0)
                return r;
        *ret_name = take_name(zip, name_bytes);
        r = zip_input_need(&zip->input, extra_bytes);
        if (r <= 0)
                return r;
        extra = (struct str){ (const char *)zip_input_here(&zip->input), extra_bytes };
        zip->facts.crc = (uint32_t)zip_number(local + 14, 4);
        zip->facts.packed = zip_number(local + 18, 4);
        zip->facts.bytes = zip_number(local + 22, 4);
        zip_facts_extend(&zip->facts, extra);
        zip->left = zip->facts.packed;
        *ret_name = unicode_name(zip, *ret_name, extra);
        zip->input.at += extra_bytes;
        begin_entry(zip, local, *ret_name);
        return 1;
}

/* ---------------------------------------------------------- from entry to entry */

/* A mark amid other bytes counts only where what follows looks like a header. */
static bool header_here(const struct zip_reader *zip) {
        if (!zip->unsure && zip->end.section == ZIP_ENTRIES)
                return zip_input_at(&zip->input, local_mark);
        return kind_is_zip_header(
                (struct str){ (const char *)zip_input_here(&zip->input), zip_input_left(&zip->input) });
}

/* Pass over a part of what stands behind the entries. 1, 0 where there is none,
 * or negative. */
static int pass_end(struct zip_reader *zip) {
        int r = zip_end_pass(&zip->end, &zip->input, zip->unsure);

        if (r == ZIP_END_CUT)
                lose(zip);
        if (r == ZIP_END_PASSED)
                zip->unsure = false;
        if (r == ZIP_END_PASSED && zip->end.section == ZIP_BEHIND) {
                if (!zip_end_agrees(&zip->end))
                        entries_set_fault(&zip->entries, DIAG_ARCHIVE_DISAGREES, here(zip));
                zip_end_restart(&zip->end);
        }
        return r < 0 ? r : r != ZIP_END_NONE;
}

/* Bytes that have no business here. Zeros may fill up a block behind the end. */
static void pass_junk(struct zip_reader *zip) {
        const unsigned char *p = zip_input_here(&zip->input), *next;
        size_t left = zip_input_left(&zip->input);

        if (zip->end.section == ZIP_BEHIND && p[0] == 0) {
                while (zip->input.at < zip->input.have && zip->input.bytes[zip->input.at] == 0)
                        zip->input.at++;
                return;
        }
        if (!zip->unsure && !zip->end.sealed)
                entries_set_fault(&zip->entries,
                                  zip->end.section == ZIP_BEHIND ? DIAG_ARCHIVE_TRAILING : DIAG_ARCHIVE_CORRUPT,
                                  here(zip));
        zip->unsure = true;
        next = memchr(p + 1, 'P', left - 1);
        zip->input.at = next ? (size_t)(next - zip->input.bytes) : zip->input.have;
}

/* The source is at its end, which is the place for it behind an end record only. */
static int end_source(struct zip_reader *zip) {
        if (zip->end.section != ZIP_BEHIND)
                lose(zip);
        return 0;
}

/* Go to the next header, be it that of another zip behind the end of this one. 1,
 * 0 where there is none, or negative. */
static int find_header(struct zip_reader *zip) {
        while (!zip->lost) {
                int r = zip_input_need(&zip->input, LOCAL_BYTES);

                if (r < 0)
                        return r;
                if (zip_input_left(&zip->input) == 0)
                        return end_source(zip);
                if (header_here(zip)) {
                        if (zip->end.section == ZIP_DIRECTORY)
                                entries_set_fault(&zip->entries, DIAG_ARCHIVE_CORRUPT, here(zip));
                        zip->end.section = ZIP_ENTRIES;
                        return 1;
                }
                r = pass_end(zip);
                if (r < 0)
                        return r;
                if (r == 0)
                        pass_junk(zip);
        }
        return 0;
}

/* Its bytes were not all read, or are not to be had: then the header's word is taken
 * where it has one. */
static void settle_entry(struct zip_reader *zip) {
        enum diag_code fault = zip->entries.entry.fault;
        bool refused = fault == DIAG_ENCRYPTED || fault == DIAG_ENTRY_METHOD;

        if (zip->counted)
                return;
        if (zip->has_descriptor || (fault != DIAG_NONE && !refused))
                zip->end.unchecked = true;
        else
                count_entry(zip, zip->facts.packed, zip->facts.bytes, zip->facts.crc);
        zip->counted = true;
}

/* Pass over what is left of the current entry, without looking at it where its
 * size is known. 0 or negative. */
static int skip_entry(struct zip_reader *zip) {
        char waste[4096];
        ssize_t r = 1;

        if (zip->entries.abandoned && zip->left == UINT64_MAX && zip->state != ZIP_OVER) {
                zip->left = 0;
                zip->unsure = zip->end.unchecked = true;
        }
        if (zip->entries.entry.fault == DIAG_ENTRY_CORRUPT && zip->left != UINT64_MAX)
                zip->left -= zip->left < SLACK_BYTES ? zip->left : SLACK_BYTES;
        if (zip->left != UINT64_MAX) {
                bool unread = zip->state != ZIP_OVER;

                r = zip_input_skip(&zip->input, zip->left);
                zip->packed += zip->left;
                zip->left = 0;
                if (r == 0)
                        lose(zip);
                if (r > 0 && unread && zip->has_descriptor)
                        zip->unsure = true;
                zip->state = ZIP_OVER;
                return r < 0 ? (int)r : 0;
        }
        while (r > 0)
                r = entry_read(&zip->entries.entry, waste, sizeof(waste));
        return (int)r;
}

static int pass_entry(struct zip_reader *zip) {
        int r = skip_entry(zip);

        settle_entry(zip);
        return r;
}

/* The beginning of the entry, up to a line's end: enough to tell what it is. 0 or
 * negative. */
static int look_inside(struct zip_reader *zip) {
        size_t held = 0;
        ssize_t r = 1;

        while (r > 0 && held < sizeof(zip->held) && !memchr(zip->held, '\n', held)) {
                r = entry_read(&zip->entries.entry, zip->held + held, sizeof(zip->held) - held);
                held += r > 0 ? (size_t)r : 0;
        }
        zip->held_bytes = held;
        return r < 0 ? (int)r : 0;
}

/* A folder's name ends in '/', and it has no bytes. */
static bool is_folder(const struct zip_reader *zip, struct str name) {
        return zip->held_bytes == 0 && (str_ends(name, STR("/")) || str_ends(name, STR("\\"))) &&
               (zip->lost || zip->entries.entry.fault == DIAG_NONE);
}

/* What may be a link is put aside. 1 where it was, 0, or negative. */
static int put_aside(struct zip_reader *zip) {
        struct str content = { zip->held, zip->held_bytes };

        if (!zip->counted || zip->held_bytes == sizeof(zip->held) || !zip_links_may_be(content))
                return 0;
        return zip_links_add(&zip->end.links, zip_facts_key(&zip->facts), zip->entries.name, content);
}

/* A header was read: is this entry to be handed out? 1, 0 where it is not, or
 * negative. */
static int judge_entry(struct zip_reader *zip, struct str name) {
        int r = look_inside(zip);

        if (r == 0 && !is_folder(zip, name)) {
                r = put_aside(zip);
                if (r <= 0)
                        return r < 0 ? r : 1;
        }
        zip->entries.files--;
        zip->held_bytes = 0;
        return r < 0 ? r : pass_entry(zip);
}

/* What was put aside, now that it is known what it is. 1, 0 at the end. */
static int give_link(struct zip_reader *zip) {
        const struct zip_link *link = zip_links_next(&zip->end.links);

        if (!link)
                return 0;
        entries_begin(&zip->entries, link->name, link->is_link);
        memcpy(zip->held, link->content.p, link->content.n);
        zip->entries.entry.crc32 = crc32_add(0, zip->held, link->content.n);
        zip->held_bytes = link->content.n;
        zip->held_given = 0;
        zip->state = ZIP_OVER;
        return 1;
}

/* Before the first header. 0 or negative. */
static int begin(struct zip_reader *zip) {
        int r = zip_input_skip(&zip->input, zip->prefix);

        zip->prefix = 0;
        if (r > 0)
                r = zip_input_need(&zip->input, sizeof(split_mark));
        if (r > 0 && (zip_input_at(&zip->input, split_mark) || zip_input_at(&zip->input, descriptor_mark)))
                zip->input.at += sizeof(split_mark);
        zip->begun = true;
        return r < 0 ? r : 0;
}

static int zip_next(struct entries *entries) {
        struct zip_reader *zip = (struct zip_reader *)entries;
        struct str name;
        int r = zip->begun ? pass_entry(zip) : begin(zip);

        while (r >= 0 && !zip->lost) {
                r = find_header(zip);
                if (r < 0)
                        return r;
                if (r == 0)
                        break;
                zip->unsure = false;
                zip->begins = zip_input_offset(&zip->input);
                r = read_header(zip, &name);
                if (r < 0)
                        return r;
                if (r == 0) {
                        lose(zip);
                        continue;
                }
                r = judge_entry(zip, name);
                if (r > 0)
                        return r;
        }
        return r < 0 ? r : give_link(zip);
}

/* ------------------------------------------------------------------- life cycle */

static int allocate(struct zip_reader *zip, enum deflate_engine engine) {
        zip->name = malloc(LONGEST_NAME);
        if (!zip->name || zip_input_alloc(&zip->input) < 0)
                return -ENOMEM;
        return deflate_init(&zip->deflate, engine);
}

int zip_reader_init(struct zip_reader *zip, struct stream *source, size_t chunk_bytes, uint64_t prefix,
                    enum deflate_engine engine) {
        int r;

        *zip = (struct zip_reader){
                .entries = { .entry = { .read = entry_read, .sums = true, .fault = DIAG_NONE },
                             .fault = DIAG_NONE,
                             .next = zip_next },
                .input = { .source = source, .chunk_bytes = chunk_bytes },
                .prefix = prefix,
                .state = ZIP_OVER,
                .counted = true,
        };
        r = allocate(zip, engine);
        if (r < 0)
                zip_reader_release(zip);
        return r;
}

void zip_reader_release(struct zip_reader *zip) {
        deflate_release(&zip->deflate);
        zip_links_release(&zip->end.links);
        zip_input_release(&zip->input);
        free(zip->name);
        zip->name = NULL;
}
