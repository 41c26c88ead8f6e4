/*
 * output: where the report goes.
 *
 * A regular file is written beside its final place, flushed to the disk and
 * renamed, so that a reader finds the old file or the whole new one. Where the file
 * system can, it has no name before it is whole, so that nothing is left of one
 * that was given up. What is
 * no regular file (a pipe, a device, the file behind standard output) cannot
 * be replaced and is written as it is. "-" is standard output.
 *
 * output_check, long work, output_open, output_write ..., then either
 * output_commit or output_discard.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct output {
        FILE *file;
        const char *shown; /* its name in messages */
        char *target;      /* what the file becomes, or NULL */
        char *temporary;   /* its name until then; NULL as long as it has none */
        bool nameless;     /* it gets one when it is whole */
        bool secret;       /* for its owner alone */
        size_t waiting;    /* bytes since the disk was last asked to begin */
        bool settled;      /* all of it is on the disk */
        int error;         /* errno of the first write that failed */
};

/* Whether something can be written there and would not replace `input`. Known
 * before the work, not after. STATUS_OK, or another status after a message that
 * names the command's option. */
int output_check(const char *command, const char *option, const char *path, const char *input);

/* Would what is written to the one be lost in, or mixed with, the other? */
bool output_same(const char *path, const char *other);

/* What has to be written to for that: the folder in which the file is made, or the
 * special file itself. NULL for standard output, or without memory. The caller frees it. */
char *output_place(const char *path);

/* STATUS_OK, or STATUS_FAULT after a message. */
int output_open(struct output *output, const char *path);
/* The same of what only its owner may read, whatever the umask; a link is not followed. */
int output_open_private(struct output *output, const char *path);

/* A boshscope_write_fn on a struct output. */
int output_write(void *userdata, const void *data, size_t bytes);

/* What a writer of the library made of it: STATUS_OK, or STATUS_FAULT after a message. */
int output_written(struct output *output, int result);

/* All of a struct output was written: on the disk with it. Says nothing, so any thread may do it; that it went
 * wrong is told by the commit, which does the same where nobody did. */
void output_settle(void *output);

/* The end of a good output. STATUS_OK, or STATUS_FAULT after a message. */
int output_commit(struct output *output);
/* The same of several: all are on the disk before any takes its place, in their order. Where one cannot, those
 * behind it are as they were. */
int outputs_commit(struct output *const outputs[], size_t count);

/* The end of a bad one: what stood at the path before still stands there. */
void output_discard(struct output *output);

/* Writes all of it, by output_write; what the library said. */
typedef int output_fill_fn(void *context, struct output *output);

/* Open, fill, and commit or discard. STATUS_OK, or STATUS_FAULT after a message. */
int output_fill(const char *path, output_fill_fn *fill, void *context);
/* The same under a name that nobody gave, in a folder where others may write: whatever stands there is replaced,
 * also a link, which is not followed, and a fifo, which is not waited for. */
int output_fill_own(const char *path, output_fill_fn *fill, void *context);

/* Flush and close standard output at the end of a command that printed there:
 * `status`, or STATUS_FAULT after a message where something was lost. */
int stdout_finish(int status);
/* The same where the first write that failed is known: its errno, or 0. */
int stdout_finish_after(int error, int status);

/* Descriptors 0 to 2 are always taken, so that no file of ours becomes one. */
void stdio_guard(void);

#endif
