#define _POSIX_C_SOURCE 200809L /* O_CLOEXEC */
#include "batch/index.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "render/pull.h"

/* A million bundles. */
enum { MOST_BYTES = 1 << 30 };

/* A base name as long as any, and three numbers. */
enum { FILE_NAME_BYTES = 256 + 64 + 3 * 24 };

void index_init(struct index *index) {
        *index = (struct index){ 0 };
        arena_init(&index->arena);
        intern_init(&index->paths);
        intern_init(&index->files);
        intern_init(&index->reports);
}

void index_release(struct index *index) {
        intern_release(&index->paths);
        intern_release(&index->files);
        intern_release(&index->reports);
        free(index->lines);
        free(index->file_paths);
        free(index->report_options);
        arena_release(&index->arena);
}

/* -------------------------------------------------------------------- values */

static bool read_text(struct pull *pull, struct str *ret_text) {
        if (pull_peek(pull) == PULL_STRING)
                return pull_string(pull, ret_text);
        return pull_peek(pull) == PULL_NULL ? pull_word(pull) : pull_fail(pull, "no text");
}

static bool read_number(struct pull *pull, int64_t *ret_number) {
        struct str text;

        if (pull_peek(pull) == PULL_NULL)
                return pull_word(pull);
        return pull_number(pull, &text) && (str_to_i64(text, ret_number) || pull_fail(pull, "no whole number"));
}

/* Inodes and sizes take all of 64 bits. */
static bool read_unsigned(struct pull *pull, uint64_t *ret_number) {
        struct str text;
        uint64_t number = 0;

        if (!pull_number(pull, &text))
                return false;
        for (size_t i = 0; i < text.n; i++)
                if (!byte_is_digit(text.p[i]) || __builtin_mul_overflow(number, 10, &number) ||
                    __builtin_add_overflow(number, (uint64_t)(text.p[i] - '0'), &number))
                        return pull_fail(pull, "no whole number");
        *ret_number = number;
        return true;
}

static bool read_time(struct pull *pull, int64_t *ret_ms) {
        struct str text = { 0 };

        if (!read_text(pull, &text))
                return false;
        return text.n == 0 || time_parse_rfc3339(text, ret_ms) || pull_fail(pull, "no time");
}

static bool read_complete(struct pull *pull, bool *ret_complete) {
        *ret_complete = pull_peek(pull) == PULL_TRUE;
        return pull_word(pull);
}

static bool read_counts(struct pull *pull, struct index_line *line) {
        struct str key;

        if (pull_peek(pull) == PULL_NULL)
                return pull_word(pull);
        if (!pull_begin_object(pull))
                return false;
        while (pull_member(pull, &key)) {
                size_t i = 0;

                while (i < INDEX_COUNTS && !str_eq(key, str_from(index_count_names[i])))
                        i++;
                if (i < INDEX_COUNTS ? !read_number(pull, &line->counts[i]) : !pull_skip(pull, NULL))
                        return false;
        }
        return true;
}

/* -------------------------------------------------------------------- a line */

static bool read_member(struct pull *pull, struct str key, struct index_line *line) {
        const struct {
                struct str key;
                struct str *text;
        } texts[] = {
                { STR("path"), &line->path },   { STR("sha256"), &line->sha256 },   { STR("report"), &line->report },
                { STR("fault"), &line->fault }, { STR("verdict"), &line->verdict }, { STR("options"), &line->options },
        };

        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                if (str_eq(key, texts[i].key))
                        return read_text(pull, texts[i].text);
        if (str_eq(key, STR("size")))
                return read_unsigned(pull, &line->bytes);
        if (str_eq(key, STR("mtime_ns")))
                return read_number(pull, &line->mtime_ns);
        if (str_eq(key, STR("inode")))
                return read_unsigned(pull, &line->inode);
        if (str_eq(key, STR("exit_status")))
                return read_number(pull, &line->exit_status);
        if (str_eq(key, STR("complete")))
                return read_complete(pull, &line->complete);
        if (str_eq(key, STR("counts")))
                return read_counts(pull, line);
        if (str_eq(key, STR("first")))
                return read_time(pull, &line->first_ms);
        return str_eq(key, STR("last")) ? read_time(pull, &line->last_ms) : pull_skip(pull, NULL);
}

/* Behind each stood its closing quotation mark, or what was before it. */
static void end_texts(char *text, const struct index_line *line) {
        const struct str *const texts[] = { &line->path,  &line->sha256,  &line->report,
                                            &line->fault, &line->verdict, &line->options };

        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                if (texts[i]->p)
                        text[texts[i]->p - text + (ptrdiff_t)texts[i]->n] = '\0';
}

/* A whole one, of a path. */
static bool read_line(char *text, size_t bytes, struct index_line *line) {
        struct pull pull;
        struct str key;

        *line = (struct index_line){ .first_ms = TIME_UNKNOWN, .last_ms = TIME_UNKNOWN };
        pull_init(&pull, text, bytes);
        if (!pull_begin_object(&pull))
                return false;
        while (pull_member(&pull, &key))
                if (!read_member(&pull, key, line))
                        return false;
        if (pull.wrong || !pull_end(&pull) || line->path.n == 0)
                return false;
        end_texts(text, line);
        return true;
}

/* What a line's file is known by, whatever leads to it. False for a name that none has. */
static bool name_file(const struct index_line *line, char name[static FILE_NAME_BYTES], struct str *ret_name) {
        const struct str path = line->path;
        size_t at = path.n;
        int n;

        while (at > 0 && path.p[at - 1] != '/')
                at--;
        n = snprintf(name, FILE_NAME_BYTES, "%" PRIu64 " %" PRId64 " %" PRIu64 " ", line->bytes, line->mtime_ns,
                     line->inode);
        if (path.n - at > FILE_NAME_BYTES - (size_t)n)
                return false;
        memcpy(name + n, path.p + at, path.n - at);
        *ret_name = (struct str){ name, (size_t)n + path.n - at };
        return true;
}

static int keep_file(struct index *index, const struct index_line *line, uint32_t path_id) {
        char buffer[FILE_NAME_BYTES];
        struct str name;
        uint32_t id;
        int r;

        if (!name_file(line, buffer, &name))
                return 0;
        r = intern_add(&index->files, name, &id);
        if (r == 0)
                r = array_reserve(&index->file_paths, &index->file_capacity, index->files.count,
                                  sizeof(*index->file_paths));
        if (r == 0)
                index->file_paths[id] = path_id;
        return r;
}

static int keep_report(struct index *index, const struct index_line *line) {
        uint32_t id;
        int r = intern_add(&index->reports, line->report, &id);

        if (r == 0)
                r = array_reserve(&index->report_options, &index->report_capacity, index->reports.count,
                                  sizeof(*index->report_options));
        if (r == 0)
                index->report_options[id] = line->options;
        return r;
}

static int keep(struct index *index, const struct index_line *line) {
        uint32_t id;
        int r = intern_add(&index->paths, line->path, &id);

        if (r == 0)
                r = array_reserve(&index->lines, &index->capacity, index->paths.count, sizeof(*index->lines));
        if (r == 0)
                index->lines[id] = *line;
        if (r == 0 && line->report.n)
                r = keep_file(index, line, id);
        return r == 0 && line->report.n ? keep_report(index, line) : r;
}

int index_add(struct index *index, char *text, size_t bytes) {
        char *const end = text + bytes;
        int r = 0;

        while (text < end && r == 0) {
                char *newline = memchr(text, '\n', (size_t)(end - text));
                char *line_end = newline ? newline : end;
                struct index_line line;

                if (read_line(text, (size_t)(line_end - text), &line))
                        r = keep(index, &line);
                text = line_end + (newline ? 1 : 0);
        }
        return r;
}

static int read_all(int fd, char *text, size_t bytes, size_t *ret_bytes) {
        size_t have = 0;

        while (have < bytes) {
                const ssize_t n = read(fd, text + have, bytes - have);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                if (n == 0)
                        break;
                have += (size_t)n;
        }
        *ret_bytes = have;
        return 0;
}

int index_load(struct index *index, const char *path) {
        const int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        struct stat info;
        size_t bytes = 0;
        char *text = NULL;
        int r = 0;

        if (fd < 0)
                return -errno;
        if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode) || info.st_size > MOST_BYTES)
                r = -EINVAL;
        else if (info.st_size && !(text = arena_alloc(&index->arena, (size_t)info.st_size)))
                r = -ENOMEM;
        if (r == 0 && text)
                r = read_all(fd, text, (size_t)info.st_size, &bytes);
        close(fd);
        return r == 0 && text ? index_add(index, text, bytes) : r;
}

const struct index_line *index_find(const struct index *index, struct str path) {
        const uint32_t id = intern_find(&index->paths, path);

        return id == INTERN_NONE ? NULL : &index->lines[id];
}

const struct index_line *index_find_file(const struct index *index, const struct index_line *like) {
        char buffer[FILE_NAME_BYTES];
        struct str name;
        uint32_t id;

        if (!name_file(like, buffer, &name))
                return NULL;
        id = intern_find(&index->files, name);
        return id == INTERN_NONE ? NULL : &index->lines[index->file_paths[id]];
}

bool index_lost_report(const struct index *index, const struct index_line *line) {
        const uint32_t id = line->report.n ? intern_find(&index->reports, line->report) : INTERN_NONE;

        return id != INTERN_NONE && !str_eq(index->report_options[id], line->options);
}
