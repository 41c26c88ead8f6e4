/*
 * index: what a batch did, one line of JSON a bundle (schema boshscope.index/1, README). Lines are only
 * ever added, each by one write; the last line of a path counts. What is no whole line, as a
 * program leaves that was killed or found the disk full, is passed over.
 */
#ifndef BATCH_INDEX_H
#define BATCH_INDEX_H

#include "base/buf.h"
#include "base/intern.h"
#include "base/sha256.h"
#include "base/time.h"
#include "report/report.h"

/* What the index counts of a report, by the names of its summary. */
enum index_count {
        INDEX_AGENTS,
        INDEX_SESSIONS,
        INDEX_IDLE_CLOSURES,
        INDEX_FORCED_LOGOUTS,
        INDEX_MASS_DISCONNECTS,
        INDEX_SERVER_RESTARTS,
        INDEX_COUNTS,
};
extern const char *const index_count_names[INDEX_COUNTS];

/* Texts are empty where the line says null; `counts`, `first_ms` and `last_ms` are there with a report. */
struct index_line {
        struct str path; /* of the bundle; these four tell whether it is the same and unchanged */
        uint64_t bytes;
        int64_t mtime_ns; /* since 1970 */
        uint64_t inode;
        struct str sha256;
        struct str report; /* its file's name, beside the index */
        int64_t exit_status;
        struct str fault, verdict;
        bool complete;
        int64_t counts[INDEX_COUNTS];
        int64_t first_ms, last_ms; /* UTC; TIME_UNKNOWN */
        double seconds;            /* that the analysis took */
        struct str options;        /* a hash of the rules and of all that may change a report */
};

/* What a report says, for its line. */
void index_line_of(const struct report *report, struct index_line *line);

/* With its newline. 0, or -EIO when a write was refused. */
int index_write(const struct index_line *line, writer_fn *write, void *userdata);

struct index {
        struct arena arena;
        struct intern paths;
        struct index_line *lines; /* by the path's id: the last one of it */
        size_t capacity;
        struct intern files;  /* of each file that has a report: base name, size, time, inode */
        uint32_t *file_paths; /* by the file's id: the id of the path that it had last */
        size_t file_capacity;
        struct intern reports;      /* their names */
        struct str *report_options; /* by the report's id: of the last line that names it */
        size_t report_capacity;
};

void index_init(struct index *index);
void index_release(struct index *index);

/* Take the lines of `text`, which is changed and must live as long as the index. 0 or -ENOMEM. */
int index_add(struct index *index, char *text, size_t bytes);

/* The same of a file, whose text the index keeps. 0, -ENOMEM, or another negative errno. */
int index_load(struct index *index, const char *path);

/* NULL without one. */
const struct index_line *index_find(const struct index *index, struct str path);

/* The last line of the same file as `like` is of, under whatever path, as one comes to it from another folder or
 * through a link: of the same base name, size, time and inode. NULL without one. */
const struct index_line *index_find_file(const struct index *index, const struct index_line *like);

/* Its report is what a later line says of another bundle: one of the same content and base name shares its file,
 * and may have been analysed with other options. */
bool index_lost_report(const struct index *index, const struct index_line *line);

#endif
