#include "source/zip.h"

#include <stdlib.h>

#include "base/crc32.h"
#include "source/kind.h"

enum {
        LOCAL_BYTES = 30,        /* of a local header without name and extra fields */
        LONGEST_DESCRIPTOR = 24, /* mark, CRC32, two sizes of 8 bytes */
        LONGEST_NAME = 4096,     /* the rest of a longer one is cut */
        METHOD_STORED = 0,
        METHOD_DEFLATED = 8,
        FLAG_ENCRYPTED = 1 << 0,
        FLAG_DESCRIPTOR = 1 << 3,
        FLAG_DIRECTORY_ENCRYPTED = 1 << 13,
        EXTRA_ZIP64 = 1,
};

static const char local_mark[4] = { 'P', 'K', 3, 4 };
static const char descriptor_mark[4] = { 'P', 'K', 7, 8 };
/* What a part of a split zip may begin with. */
static const char split_mark[4] = { 'P', 'K', '0', '0' };

static uint64_t number(const unsigned char *p, size_t bytes) {
        uint64_t value = 0;

        while (bytes-- > 0)
                value = value << 8 | p[bytes];
        return value;
}

/* ------------------------------------------------------------- one entry's bytes */

static int end_entry(struct zip_reader *zip, enum diag_code fault) {
        zip->state = ZIP_OVER;
        if (fault != DIAG_NONE)
                stream_set_fault(&zip->entries.entry, fault, zip->bytes);
        return 0;
}

/* The source ended where it must not. */
static int lose(struct zip_reader *zip) {
        enum diag_code below = zip->input.source->fault;

        zip->lost = true;
        zip->left = 0;
        entries_set_fault(&zip->entries, DIAG_ARCHIVE_CUT);
        if (zip->state != ZIP_OVER) {
                end_entry(zip, below != DIAG_NONE ? below : DIAG_ARCHIVE_CUT);
                zip->entries.entry.fault_told = true;
        }
        return 0;
}

/* The entry's own damage. Behind one of unknown size everything is unsure. */
static int damage(struct zip_reader *zip) {
        zip->unsure = true;
        return end_entry(zip, DIAG_ENTRY_CORRUPT);
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

                        if (mark + 4 + 2 * size <= n && (!with_crc || number(at, 4) == zip->crc) &&
                            number(at + 4, size) == (zip->packed & all) &&
                            number(at + 4 + size, size) == (zip->bytes & all))
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
        return length ? end_entry(zip, DIAG_NONE) : damage(zip);
}

/* The data came to its end: all of it, and the right one? */
static int check_data(struct zip_reader *zip) {
        if (zip->has_descriptor)
                return check_descriptor(zip);
        if (zip->left || zip->crc != zip->wanted_crc || zip->bytes != zip->wanted_bytes)
                return damage(zip);
        return end_entry(zip, DIAG_NONE);
}

static void use(struct zip_reader *zip, size_t n) {
        zip->input.at += n;
        zip->packed += n;
        if (zip->left != UINT64_MAX)
                zip->left -= n;
}

static ssize_t deliver(struct zip_reader *zip, const void *p, size_t n) {
        zip->crc = crc32_add(zip->crc, p, n);
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
        r = r == DEFLATE_END ? check_data(zip) : damage(zip);
        return r < 0 ? r : (ssize_t)made;
}

static ssize_t entry_read(struct stream *stream, void *p, size_t n) {
        struct zip_reader *zip = (struct zip_reader *)stream;
        ssize_t r = 0;

        if (zip->has_held) {
                zip->has_held = false;
                memcpy(p, &zip->held, 1);
                return 1;
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

/* Sizes that do not fit 4 bytes stand in an extra field, packed size last. */
static void read_zip64(struct zip_reader *zip, const unsigned char *extra, size_t n) {
        while (n >= 4) {
                size_t length = (size_t)number(extra + 2, 2);

                if (length > n - 4)
                        return;
                if (number(extra, 2) == EXTRA_ZIP64 && length >= 16) {
                        zip->wanted_bytes = number(extra + 4, 8);
                        zip->left = number(extra + 12, 8);
                        return;
                }
                extra += 4 + length;
                n -= 4 + length;
        }
}

/* Some writers on Windows use their own separator, and no other. */
static struct str fix_separators(char *name, size_t n) {
        if (!memchr(name, '/', n))
                for (size_t i = 0; i < n; i++)
                        if (name[i] == '\\')
                                name[i] = '/';
        return (struct str){ name, n };
}

static struct str take_name(struct zip_reader *zip, size_t length) {
        size_t kept = length < LONGEST_NAME ? length : LONGEST_NAME;

        memcpy(zip->name, zip_input_here(&zip->input), kept);
        zip->input.at += length;
        return fix_separators(zip->name, kept);
}

static void refuse_entry(struct zip_reader *zip, unsigned method) {
        end_entry(zip, DIAG_NONE);
        entries_refuse(&zip->entries, method);
}

/* How the entry's bytes are to be had. */
static void begin_data(struct zip_reader *zip, unsigned flags, unsigned method) {
        zip->crc = 0;
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
        zip->headers++;
        zip->has_held = false;
        entries_begin(&zip->entries, name, false);
        begin_data(zip, (unsigned)number(local + 6, 2), (unsigned)number(local + 8, 2));
}

/* 1 with an entry begun, 0 where the source ends, or negative. The whole header,
 * two times 64 KiB at worst, need not fit the buffer: name first, then extra. */
static int read_header(struct zip_reader *zip, struct str *ret_name) {
        unsigned char local[LOCAL_BYTES];
        size_t name_bytes, extra_bytes;
        int r = zip_input_need(&zip->input, LOCAL_BYTES);

        if (r <= 0)
                return r;
        memcpy(local, zip_input_here(&zip->input), LOCAL_BYTES);
        zip->input.at += LOCAL_BYTES;
        name_bytes = (size_t)number(local + 26, 2);
        extra_bytes = (size_t)number(local + 28, 2);
        r = zip_input_need(&zip->input, name_bytes);
        if (r <= 0)
                return r;
        *ret_name = take_name(zip, name_bytes);
        r = zip_input_need(&zip->input, extra_bytes);
        if (r <= 0)
                return r;
        zip->wanted_crc = (uint32_t)number(local + 14, 4);
        zip->left = number(local + 18, 4);
        zip->wanted_bytes = number(local + 22, 4);
        if (zip->left == UINT32_MAX || zip->wanted_bytes == UINT32_MAX)
                read_zip64(zip, zip_input_here(&zip->input), extra_bytes);
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

/* The directory names more than there was. */
static void check_count(struct zip_reader *zip) {
        if (zip->end.listed > zip->headers)
                entries_set_fault(&zip->entries, DIAG_ARCHIVE_CORRUPT);
        zip->headers = 0;
        zip->end.listed = 0;
        zip->end.sealed = false;
}

/* Pass over a part of what stands behind the entries. 1, 0 where there is none,
 * or negative. */
static int pass_end(struct zip_reader *zip) {
        int r = zip_end_pass(&zip->end, &zip->input, zip->unsure);

        if (r == ZIP_END_CUT)
                lose(zip);
        if (r == ZIP_END_PASSED)
                zip->unsure = false;
        if (r == ZIP_END_PASSED && zip->end.section == ZIP_BEHIND)
                check_count(zip);
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
                                  zip->end.section == ZIP_BEHIND ? DIAG_ARCHIVE_TRAILING : DIAG_ARCHIVE_CORRUPT);
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
                                entries_set_fault(&zip->entries, DIAG_ARCHIVE_CORRUPT);
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

/* Pass over what is left of the current entry, without looking at it where its
 * size is known. 0 or negative. */
static int pass_entry(struct zip_reader *zip) {
        char waste[4096];
        ssize_t r = 1;

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

/* A folder's name ends in '/', and it has no bytes: the first one tells. 1 for a
 * folder, 0 or negative. */
static int is_folder(struct zip_reader *zip, struct str name) {
        ssize_t r;

        if (!str_ends(name, STR("/")))
                return 0;
        if (zip->entries.entry.fault != DIAG_NONE)
                return 0;
        r = entry_read(&zip->entries.entry, &zip->held, 1);
        zip->has_held = r > 0;
        return r < 0 ? (int)r : r == 0 && (zip->lost || zip->entries.entry.fault == DIAG_NONE);
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
                if (r <= 0)
                        return r;
                zip->unsure = false;
                r = read_header(zip, &name);
                if (r < 0)
                        return r;
                if (r == 0) {
                        lose(zip);
                        continue;
                }
                r = is_folder(zip, name);
                if (r <= 0)
                        return r < 0 ? r : 1;
                entries->files--;
                r = pass_entry(zip);
        }
        return r < 0 ? r : 0;
}

/* ------------------------------------------------------------------- life cycle */

static int allocate(struct zip_reader *zip) {
        zip->name = malloc(LONGEST_NAME);
        if (!zip->name || zip_input_alloc(&zip->input) < 0)
                return -ENOMEM;
        return deflate_init(&zip->deflate);
}

int zip_reader_init(struct zip_reader *zip, struct stream *source, size_t chunk_bytes, uint64_t prefix) {
        int r;

        *zip = (struct zip_reader){
                .entries = { .entry = { .read = entry_read, .fault = DIAG_NONE },
                             .fault = DIAG_NONE,
                             .next = zip_next },
                .input = { .source = source, .chunk_bytes = chunk_bytes },
                .prefix = prefix,
                .state = ZIP_OVER,
        };
        r = allocate(zip);
        if (r < 0)
                zip_reader_release(zip);
        return r;
}

void zip_reader_release(struct zip_reader *zip) {
        deflate_release(&zip->deflate);
        zip_input_release(&zip->input);
        free(zip->name);
        zip->name = NULL;
}
