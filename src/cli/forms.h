/*
 * forms: the outputs of a command that writes a report in forms of the user's choice. A
 * file's suffix chooses its form; -f chooses where the name does not, as for standard output.
 */
#ifndef CLI_FORMS_H
#define CLI_FORMS_H

#include <stdbool.h>

#include "boshscope.h"
#include "cli/output.h"

enum { FORMS_MOST = 16 };

struct form {
        const char *path, *format;
        struct output output;
};

struct forms {
        const char *command;   /* for the messages */
        const char *wanted;    /* -f, or NULL */
        const char *zone;      /* --zone, or NULL */
        const char *otherwise; /* what is written where nothing chooses */
        struct boshscope_style *style;
        struct form items[FORMS_MOST];
        size_t count;
        unsigned threads; /* that write them; 0: one each */
};

#define FORMS_HELP                                                                                                     \
        "  -f, --format FORMAT   what an output is whose name does not say it: csv, json,\n"                           \
        "                        html, md, ndjson, text or trace\n"                                                    \
        "  -o, --output FILE     write to FILE, whole or not at all, in the form that its\n"                           \
        "                        name ends in: .csv .html .json .md .ndjson .txt\n"                                    \
        "                        .trace.json;\n"                                                                       \
        "                        may be given again; - is standard output (the default)\n"                             \
        "      --zone ZONE       whose time csv, md and text show, and html at first:\n"                               \
        "                        utc (the default), server, local, or an offset such as\n"                             \
        "                        +05:30\n"

/* STATUS_OK, or another status after a message. */
int forms_init(struct forms *forms, const char *command, const char *otherwise);
void forms_release(struct forms *forms);

/* The options' values. STATUS_OK, or another status after a message. */
int forms_set_format(struct forms *forms, const char *name);
int forms_set_zone(struct forms *forms, const char *zone);
int forms_add(struct forms *forms, const char *path);

/* When all options are read: what goes where, and that it can, without replacing `input`. */
int forms_check(struct forms *forms, const char *input);

/* Is the file one of them, or mixed with one? */
bool forms_have(const struct forms *forms, const char *path);

/* From now on the process reads nothing but these files or folders, and writes nothing but the forms' files. */
void forms_confine(const struct forms *forms, const char *const *reads, size_t count);

bool forms_is_json(const struct form *form);
bool forms_need_view(const struct forms *forms);

/*
 * forms_open, then forms_write_json (a boshscope_write_fn on a struct forms) for those that are
 * JSON and forms_write, of a view, for the others, side by side, while the JSON goes to the disk. Then forms_commit puts each in
 * its place; forms_discard is the other end, of whatever was opened. STATUS_OK, or another
 * status after a message.
 */
int forms_open(struct forms *forms);
int forms_write_json(void *forms, const void *data, size_t bytes);
int forms_write(struct forms *forms, const struct boshscope_view *view);
/* A fleet in all of them, opened here; forms_check_fleet() has found that it has these forms. */
int forms_check_fleet(const struct forms *forms);
int forms_write_fleet(struct forms *forms, struct boshscope_fleet *fleet);
int forms_commit(struct forms *forms);
void forms_discard(struct forms *forms);
/* The one where all went well (`status` is STATUS_OK), else the other. */
int forms_finish(struct forms *forms, int status);

#endif
