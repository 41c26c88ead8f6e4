#define _POSIX_C_SOURCE 200809L /* locale_t */
#include "source/walk.h"

#include <stdio.h>
#include <stdlib.h>

#include "source/curb.h"
#include "source/inflate.h"
#include "source/kind.h"
#include "source/part.h"
#include "source/peek.h"
#include "source/tar.h"
#include "source/zip.h"

/* ---------------------------------------------------------------------- names */

/* The last name's own last component: entries are named "a/b/x.log". */
static struct str last_name(const struct walk *walk) {
        struct str name = str_skip(buf_str(&walk->path), walk->name_at);

        for (size_t i = name.n; i-- > 0;)
                if (name.p[i] == '/')
                        return str_skip(name, i + 1);
        return name;
}

/* What "x.log.gz" holds, by its name: "x.log". */
static struct str name_inside_gzip(struct str name, char *buffer, size_t buffer_bytes) {
        const struct str gz = STR(".gz"), tgz = STR(".tgz");
        int n;

        if (name.n > gz.n && str_eq_nocase(str_skip(name, name.n - gz.n), gz))
                return str_first(name, name.n - gz.n);
        if (name.n <= tgz.n || name.n >= buffer_bytes || !str_eq_nocase(str_skip(name, name.n - tgz.n), tgz))
                return name;
        n = snprintf(buffer, buffer_bytes, "%.*s.tar", (int)(name.n - tgz.n), name.p);
        return (struct str){ buffer, (size_t)n };
}

/* ----------------------------------------------------------------- containers */

/* Containers are named by their index: the array grows while they are open. */
static struct container *container_at(struct walk *walk, size_t index) {
        return &walk->containers[index];
}

/* 1, 0 where there are too many, or negative. */
static int add_container(struct walk *walk, enum container_kind kind, size_t *ret_index) {
        struct container container = { .kind = kind, .status = CONTAINER_WHOLE };
        int r = quota_container(&walk->part->crew->quota, walk->archives);

        if (r <= 0)
                return r;
        r = array_reserve(&walk->containers, &walk->container_capacity, walk->container_count + 1,
                          sizeof(*walk->containers));
        if (r == 0)
                r = arena_str(&walk->arena, buf_str(&walk->path), &container.path);
        if (r < 0)
                return r;
        walk->containers[walk->container_count] = container;
        *ret_index = walk->container_count++;
        return 1;
}

/* The first reason is the one that is kept. */
static void mark_container(struct walk *walk, size_t index, enum container_status status, const char *reason) {
        struct container *container = container_at(walk, index);

        if (container->status != CONTAINER_WHOLE)
                return;
        container->status = status;
        container->reason = str_from(reason);
}

/* A fault of the container's own bytes: it outweighs what went wrong in an entry. */
static int damage_container(struct walk *walk, size_t index, const struct stream *stream, bool empty) {
        struct container *container = container_at(walk, index);
        struct diag place = { .code = stream->fault, .path = container->path, .offset = stream->fault_offset };

        if (container->status != CONTAINER_NOT_ENTERED) {
                container->status = empty ? CONTAINER_UNREADABLE : CONTAINER_PARTIAL;
                container->reason = str_from(diag_infos[stream->fault].meaning);
        }
        return stream->fault_told ? 0 : diags_add(&walk->finds.diags, &place, NULL);
}

/* Read to the end what nobody wanted, so that sizes do not depend on where
 * somebody stopped, and faults show. */
static int drain(struct stream *stream) {
        char waste[16 * 1024];
        ssize_t r;

        do
                r = stream_read(stream, waste, sizeof(waste));
        while (r > 0);
        return (int)r;
}

/*
 * A container is done. Its bytes came through `input`; `inside` is the fault of
 * its own making, if any. Where the bytes themselves were short, that is the
 * root of it all.
 */
static int settle(struct walk *walk, size_t index, struct peek_stream *input, const struct stream *inside, bool empty) {
        int r = drain(&input->stream);

        if (r < 0)
                return r;
        container_at(walk, index)->bytes = walk->limited ? walk->limited_at : input->taken;
        if (input->stream.fault != DIAG_NONE)
                return damage_container(walk, index, &input->stream, empty);
        if (inside && inside->fault != DIAG_NONE)
                return damage_container(walk, index, inside, empty);
        return 0;
}

/* A run that is to stop leaves it as far as it was read. `r` is given back. */
static int leave(struct walk *walk, size_t index, const struct peek_stream *input, int r) {
        if (r == -ECANCELED) {
                container_at(walk, index)->bytes = input->taken;
                mark_container(walk, index, CONTAINER_PARTIAL, "interrupted");
        }
        return r;
}

/* Can the end of the file at hand not be known? */
static bool has_no_end(const struct walk *walk) {
        return walk->closed && walk->metering.packed == UINT64_MAX;
}

/* A limit has ended the reading of a file's bytes. Of one without an end nothing more is read, and what is said of
 * its size does not depend on how far ahead somebody has read. */
static void limit_file(struct walk *walk, uint64_t used) {
        if (!has_no_end(walk) || walk->limited)
                return;
        *walk->closed = walk->limited = true;
        walk->limited_at = used;
}

static int refuse(struct walk *walk, enum container_kind kind, struct peek_stream *input, enum diag_code code,
                  const char *reason) {
        struct diag place = { .code = code, .offset = UINT64_MAX };
        struct str text;
        size_t index;
        int r = add_container(walk, kind, &index);

        if (r <= 0)
                return r;
        r = arena_str(&walk->arena, str_from(reason), &text);
        if (r < 0)
                return r;
        mark_container(walk, index, CONTAINER_NOT_ENTERED, text.p);
        place.path = container_at(walk, index)->path;
        r = diags_add(&walk->finds.diags, &place, "%s", reason);
        return r < 0 ? r : settle(walk, index, input, NULL, true);
}

static int refuse_format(struct walk *walk, struct peek_stream *input, const char *format) {
        char reason[96];

        snprintf(reason, sizeof(reason), "%s is not a format that boshscope opens", format);
        return refuse(walk, CONTAINER_OTHER, input, DIAG_NOT_ENTERED_FORMAT, reason);
}

static int refuse_depth(struct walk *walk, struct peek_stream *input, enum container_kind kind, uint64_t depth) {
        unsigned long long n = depth;
        char reason[96];

        if (n == 0)
                snprintf(reason, sizeof(reason), "no container is entered: the limit is 0");
        else if (n == 1)
                snprintf(reason, sizeof(reason), "it lies in another container, and the limit is 1");
        else
                snprintf(reason, sizeof(reason), "it lies in %llu containers, and the limit is %llu", n, n);
        return refuse(walk, kind, input, DIAG_NOT_ENTERED_DEPTH, reason);
}

/* ------------------------------------------------ entries that cannot be read */

/* One diagnostic for all of them. */
static int tell_refused(struct walk *walk, size_t index, const struct refused *refused, enum diag_code code) {
        enum { LONGEST_TEXT = 512 };
        struct diag place = { .code = code, .path = container_at(walk, index)->path, .offset = UINT64_MAX };
        struct buf text;
        int r;

        place.count = code == DIAG_ENCRYPTED ? refused->encrypted : refused->packed;
        if (place.count == 0)
                return 0;
        buf_init(&text, LONGEST_TEXT);
        r = entries_print_refused(&text, refused, code);
        if (r == 0)
                r = diags_add(&walk->finds.diags, &place, "%.*s", (int)text.n, text.p);
        buf_release(&text);
        mark_container(walk, index, CONTAINER_PARTIAL, diag_infos[code].meaning);
        return r;
}

/* -------------------------------------------------------------------- archives */

/* What it unpacks to is measured. */
static int walk_metered(struct walk *walk, size_t index, struct entries *entries, uint64_t depth) {
        const bool outermost = depth == 1 && walk->part->depth == 0;
        struct meter meter;
        int r;

        if (outermost)
                metering_enter(&walk->metering, entries->packed);
        meter_init(&meter, &entries->entry, &walk->metering, METER_ENTRIES, depth - 1);
        r = walk_stream(walk, &meter.stream, depth);
        if (outermost)
                metering_leave(&walk->metering);
        if (r < 0 || meter.stream.fault != DIAG_EXPANDED)
                return r;
        mark_container(walk, index, CONTAINER_PARTIAL, diag_infos[DIAG_EXPANDED].meaning);
        entries->abandoned = true;
        return 0;
}

/* What was left out of a container is missing in it. */
static void mark_left_out(struct walk *walk, size_t index, const struct quota_mark *before) {
        const struct quota *quota = &walk->part->crew->quota;

        if (quota->containers.left_out > before->containers_left_out)
                mark_container(walk, index, CONTAINER_PARTIAL, diag_infos[DIAG_CONTAINERS_LIMITED].meaning);
        if (quota->inputs.left_out > before->inputs_left_out)
                mark_container(walk, index, CONTAINER_PARTIAL, diag_infos[DIAG_INPUTS_LIMITED].meaning);
}

/* How far into the file it is: not what was read, for that may be ahead. */
static uint64_t used_of(const struct walk *walk) {
        if (walk->inflater)
                return inflater_used(walk->inflater);
        return walk->zip ? walk->zip->begins : walk->bytes;
}

static int walk_entry(struct walk *walk, size_t index, struct entries *entries, uint64_t depth) {
        const struct quota_mark before = quota_mark(&walk->part->crew->quota);
        struct walk_mark mark;
        int r = walk_push(walk, '!', entries->name, &mark);

        if (depth == 1) /* before anybody looks into it, which may read further */
                walk->begins = used_of(walk);
        if (r == 0)
                r = entries->no_file ? walk_no_file(walk) : walk_metered(walk, index, entries, depth);
        if (r < 0)
                return r;
        walk_pop(walk, mark);
        container_at(walk, index)->entries = entries->files;
        if (entries->entry.fault != DIAG_NONE && !entries->entry.fault_told)
                mark_container(walk, index, CONTAINER_PARTIAL, diag_infos[entries->entry.fault].meaning);
        mark_left_out(walk, index, &before);
        return 0;
}

/* `ret_inside` gets the archive's own fault. */
static int walk_entries(struct walk *walk, size_t index, struct entries *entries, uint64_t depth,
                        struct stream *ret_inside) {
        const struct quota_share share = quota_enter(&walk->part->crew->quota);
        int r;

        walk->archives++;
        while ((r = entries->next(entries)) > 0) {
                r = walk_entry(walk, index, entries, depth);
                if (r < 0)
                        return r;
        }
        walk->archives--;
        quota_leave(&walk->part->crew->quota, share);
        if (r == 0)
                r = tell_refused(walk, index, &entries->refused, DIAG_ENCRYPTED);
        if (r == 0)
                r = tell_refused(walk, index, &entries->refused, DIAG_ENTRY_METHOD);
        *ret_inside = (struct stream){ .fault = entries->fault, .fault_offset = entries->fault_offset };
        return r;
}

static int walk_tar(struct walk *walk, size_t index, struct stream *stream, uint64_t depth, struct stream *ret_inside) {
        struct tar_reader tar;
        int r = tar_reader_init(&tar, stream, walk->part->crew->chunk_bytes, &walk->ticker);

        if (r == 0)
                r = walk_entries(walk, index, &tar.entries, depth, ret_inside);
        tar_reader_release(&tar);
        return r;
}

static int walk_zip(struct walk *walk, size_t index, struct stream *stream, uint64_t prefix, uint64_t depth,
                    struct stream *ret_inside) {
        struct zip_reader zip;
        int r = zip_reader_init(&zip, stream, walk->part->crew->chunk_bytes, prefix, walk->engine);

        if (r < 0)
                return r;
        if (depth == 1)
                walk->zip = &zip;
        r = walk_entries(walk, index, &zip.entries, depth, ret_inside);
        if (depth == 1)
                walk->zip = NULL;
        walk->doubt |= zip.doubt;
        zip_reader_release(&zip);
        return r;
}

/* `prefix` bytes stand before it. */
static int walk_archive(struct walk *walk, struct peek_stream *input, enum container_kind kind, uint64_t prefix,
                        uint64_t depth) {
        struct stream inside = { .fault = DIAG_NONE };
        size_t index;
        int r = add_container(walk, kind, &index);

        if (r <= 0)
                return r;
        r = prefix ? walk_tell(walk, DIAG_ARCHIVE_PREFIX) : 0;
        if (r < 0)
                return r;
        if (kind == CONTAINER_ZIP)
                r = walk_zip(walk, index, &input->stream, prefix, depth + 1, &inside);
        else
                r = walk_tar(walk, index, &input->stream, depth + 1, &inside);
        if (r == 0)
                r = settle(walk, index, input, &inside, container_at(walk, index)->entries == 0);
        return leave(walk, index, input, r);
}

/* ------------------------------------------------------------------------ gzip */

static int walk_kind(struct walk *walk, struct peek_stream *input, struct str first, uint64_t depth);

/* The one file that a gzip holds where it holds no tar. */
static int walk_inflated(struct walk *walk, size_t index, struct peek_stream *inflated, struct str first,
                         uint64_t depth) {
        const struct quota_mark before = quota_mark(&walk->part->crew->quota);
        char buffer[512];
        struct walk_mark mark;
        struct str name = last_name(walk);
        char copy[WALK_LONGEST_NAME];
        int r;

        /* The name is pushed onto the path that it lies in, and that may move. */
        name.n = name.n < sizeof(copy) ? name.n : sizeof(copy);
        memcpy(copy, name.p, name.n);
        name = name_inside_gzip((struct str){ copy, name.n }, buffer, sizeof(buffer));
        container_at(walk, index)->entries = 1;
        r = walk_push(walk, '!', name, &mark);
        if (r == 0)
                r = walk_kind(walk, inflated, first, depth);
        if (r < 0)
                return r;
        walk_pop(walk, mark);
        mark_left_out(walk, index, &before);
        return 0;
}

/* Is the file's only content one that was cut, and has the file no end that is known? */
static bool holds_endless_leaf(struct walk *walk, size_t index, uint64_t depth) {
        return depth == 1 && walk->leaf_cut && container_at(walk, index)->kind == CONTAINER_GZ && has_no_end(walk);
}

static int walk_looked_at(struct walk *walk, size_t index, struct peek_stream *inflated, uint64_t depth,
                          struct stream *ret_inside) {
        const char *format;
        struct str first;
        int r = peek_look(inflated, &first);

        if (r == 0 && file_kind(first, &format) == FILE_TAR) {
                container_at(walk, index)->kind = CONTAINER_TGZ;
                r = walk_tar(walk, index, &inflated->stream, depth, ret_inside);
        } else if (r == 0 && (first.n || inflated->stream.fault == DIAG_NONE)) {
                r = walk_inflated(walk, index, inflated, first, depth);
        }
        if (r < 0 || holds_endless_leaf(walk, index, depth))
                return r;
        /* The visitor may have stopped early, and the checksum stands last. */
        return drain(&inflated->stream);
}

static int walk_gzip_with(struct walk *walk, size_t index, struct inflater *inflater, uint64_t depth,
                          struct stream *ret_inside) {
        struct peek_stream inflated;
        struct meter meter;
        int r;

        meter_init(&meter, &inflater->stream, &walk->metering, METER_GZIP, depth - 1);
        peek_init(&inflated, &meter.stream);
        r = walk_looked_at(walk, index, &inflated, depth, ret_inside);
        peek_release(&inflated);
        if (depth == 1 && (meter.stream.fault == DIAG_EXPANDED || inflater->stream.fault == DIAG_GZIP_EMPTIES ||
                           holds_endless_leaf(walk, index, depth)))
                limit_file(walk, inflater_used(inflater));
        if (r == 0 && inflater->stream.fault != DIAG_NONE)
                *ret_inside = (struct stream){ .fault = inflater->stream.fault,
                                               .fault_offset = inflater->stream.fault_offset };
        else if (r == 0 && meter.stream.fault == DIAG_EXPANDED)
                *ret_inside = (struct stream){ .fault = DIAG_EXPANDED, .fault_offset = meter.stream.fault_offset };
        return r;
}

static int walk_gzip(struct walk *walk, struct peek_stream *input, uint64_t depth) {
        struct stream inside = { .fault = DIAG_NONE };
        struct inflater inflater;
        size_t index;
        int r = add_container(walk, CONTAINER_GZ, &index);

        if (r <= 0)
                return r;
        r = inflater_init(&inflater, &input->stream, walk->part->crew->chunk_bytes, walk->engine);
        if (r < 0)
                return r;
        if (depth == 0)
                walk->inflater = &inflater;
        r = walk_gzip_with(walk, index, &inflater, depth + 1, &inside);
        if (depth == 0)
                walk->inflater = NULL;
        walk->doubt |= inflater.doubt;
        inflater_release(&inflater);
        if (r == 0)
                r = settle(walk, index, input, &inside, container_at(walk, index)->entries == 0);
        return leave(walk, index, input, r);
}

/* ------------------------------------------------------------------ any stream */

static int hand_out(struct walk *walk, struct stream *stream) {
        const struct crew *crew = walk->part->crew;
        const struct bundle_visitor *visitor = crew->visitor;
        const struct leaf leaf = { .path = buf_str(&walk->path),
                                   .name = last_name(walk),
                                   .begins = walk->begins,
                                   .in_order = crew->quota.in_order };
        int r = visitor->leaf(visitor->userdata, &walk->finds, &leaf, stream);

        return r == -EDQUOT ? quota_pass(&walk->part->crew->quota) : r;
}

int walk_leaf(struct walk *walk, struct stream *source) {
        const uint64_t most = walk->part->crew->limits->max_input_bytes;
        struct curb curb;
        int r = quota_input(&walk->part->crew->quota, walk->archives, walk->path.n);

        if (r <= 0)
                return r;
        curb_init(&curb, source, most);
        r = hand_out(walk, &curb.stream);
        walk->leaf_cut = curb.stream.fault == DIAG_INPUT_CUT;
        if (walk->leaf_cut && walk->container_count == 0)
                limit_file(walk, most);
        return r;
}

int walk_no_file(struct walk *walk) {
        int r = quota_input(&walk->part->crew->quota, walk->archives, walk->path.n);

        return r <= 0 ? r : walk_tell(walk, DIAG_NOT_A_FILE);
}

static enum container_kind plain_kind(enum file_kind kind) {
        return kind == FILE_ZIP ? CONTAINER_ZIP : kind == FILE_TAR ? CONTAINER_TAR : CONTAINER_GZ;
}

/* One that is entered, unless it lies too deep. */
static int walk_container(struct walk *walk, struct peek_stream *input, enum file_kind kind, uint64_t prefix,
                          uint64_t depth) {
        if (depth >= walk->part->crew->limits->max_depth || depth >= BUNDLE_DEEPEST)
                return refuse_depth(walk, input, plain_kind(kind), depth);
        if (depth > 0 && prefix == 0 && kind != FILE_TAR) {
                int r = part_add_member(walk, input, depth);

                if (r != 0)
                        return r < 0 ? r : 0;
        }
        if (kind == FILE_GZIP)
                return walk_gzip(walk, input, depth);
        return walk_archive(walk, input, plain_kind(kind), prefix, depth);
}

/* Is this no text, or not only? What goes as far as a zip's first header may. */
static bool may_hold_zip(struct str first, struct str name) {
        return first.n && (kind_is_binary(first) || str_find_byte(first, '\0') || str_starts(first, STR("#!")) ||
                           kind_is_archive_name(name));
}

/* Its name is that of an archive, its content is not: is it text by a wrong name?
 * The file named to be analysed is told of by others where it is empty. */
static bool breaks_promise(const struct walk *walk, const struct peek_stream *input, struct str first, uint64_t depth) {
        enum { LEAST_BYTES = 4 };

        if (!kind_is_archive_name(last_name(walk)))
                return false;
        if (first.n < LEAST_BYTES)
                return input->source->fault == DIAG_NONE && (first.n || depth > 0 || !walk->is_path);
        return input->source->fault == DIAG_NONE && kind_is_binary(str_first(first, PEEK_BYTES));
}

/* A tar that holds nothing is nothing but its end: here the name has to tell. */
static bool is_empty_tar(struct str first, struct str name) {
        const struct str tar = STR(".tar");

        for (size_t i = 0; i < first.n; i++)
                if (first.p[i] != '\0')
                        return false;
        return first.n == PEEK_BYTES && name.n > tar.n && str_eq_nocase(str_skip(name, name.n - tar.n), tar);
}

static int walk_no_container(struct walk *walk, struct peek_stream *input, struct str first, uint64_t depth) {
        size_t prefix = 0;
        int r = 0;

        if (is_empty_tar(first, last_name(walk)))
                return walk_container(walk, input, FILE_TAR, 0, depth);
        if (may_hold_zip(first, last_name(walk))) {
                bool likely = kind_is_archive_name(last_name(walk)) || str_starts(first, STR("MZ"));

                r = peek_look_far(input, likely ? PEEK_FARTHEST_BYTES : PEEK_FAR_BYTES, &first);
                prefix = r == 0 ? kind_find_zip(first) : 0;
        }
        if (prefix)
                return walk_container(walk, input, FILE_ZIP, prefix, depth);
        if (r == 0 && breaks_promise(walk, input, first, depth))
                r = walk_tell(walk, DIAG_CONTAINER_NAME_ONLY);
        return r < 0 ? r : walk_leaf(walk, &input->stream);
}

/* `input` begins with `first`. */
static int walk_kind(struct walk *walk, struct peek_stream *input, struct str first, uint64_t depth) {
        const char *format = NULL;
        enum file_kind kind = file_kind(first, &format);

        if (kind == FILE_LEAF)
                return walk_no_container(walk, input, first, depth);
        if (kind == FILE_OTHER)
                return refuse_format(walk, input, format);
        return walk_container(walk, input, kind, 0, depth);
}

int walk_stream(struct walk *walk, struct stream *source, uint64_t depth) {
        struct peek_stream input;
        struct str first;
        int r;

        peek_init(&input, source);
        r = peek_look(&input, &first);
        if (r == 0)
                r = walk_kind(walk, &input, first, depth);
        peek_release(&input);
        return r;
}
