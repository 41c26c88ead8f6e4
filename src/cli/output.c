#define _GNU_SOURCE /* realpath, fsync, fileno, O_TMPFILE, sync_file_range */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boshscope.h"
#include "cli/command.h"
#include "cli/message.h"
#include "cli/suffix.h"

enum { NAME_TRIES = 100, NAME_BYTES = 64 };

static bool same_file(const struct stat *a, const struct stat *b) {
        return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_stdout(const struct stat *file) {
        struct stat out;

        return fstat(STDOUT_FILENO, &out) == 0 && same_file(file, &out);
}

/* Bytes of the directory part with its slash, 0 for the current directory. */
static size_t folder_bytes(const char *path) {
        const char *slash = strrchr(path, '/');

        return slash ? (size_t)(slash - path) + 1 : 0;
}

static char *folder_of(const char *path) {
        size_t n = folder_bytes(path);

        return n ? strndup(path, n) : strdup(".");
}

static int cannot_write(const char *shown, int error) {
        message("cannot write to %s: %s", shown, strerror(error));
        return STATUS_FAULT;
}

/* The file is made anew, so it is the directory that must let us. */
static int check_folder(const char *path) {
        char *target = realpath(path, NULL);
        char *folder = folder_of(target ? target : path);
        int status = STATUS_OK;

        if (!folder || access(folder, W_OK | X_OK) != 0)
                status = cannot_write(path, errno);
        free(folder);
        free(target);
        return status;
}

/* Is it a file of the folder, wherever links lead, and by its name no report that was written there before? */
static bool is_log_of(const char *path, const char *folder) {
        char *file = realpath(path, NULL), *of = realpath(folder, NULL);
        const size_t n = of ? strlen(of) : 0;
        const bool lies =
                file && of && strncmp(file, of, n) == 0 && (file[n] == '/' || of[n - 1] == '/') && !suffix_format(file);

        free(file);
        free(of);
        return lies;
}

int output_check(const char *command, const char *option, const char *path, const char *input) {
        struct stat target, bundle;

        if (strcmp(path, "-") == 0)
                return STATUS_OK;
        if (*path == '\0')
                return usage_error(command, "--%s '': give a file name, or - for standard output", option);
        if (stat(path, &target) != 0)
                return errno == ENOENT ? check_folder(path) : cannot_write(path, errno);
        if (S_ISDIR(target.st_mode))
                return cannot_write(path, EISDIR);
        if (S_ISREG(target.st_mode) && stat(input, &bundle) == 0) {
                if (same_file(&target, &bundle))
                        return usage_error(command, "--%s %s: that is the bundle itself; give another name", option,
                                           path);
                if (S_ISDIR(bundle.st_mode) && is_log_of(path, input))
                        return usage_error(command, "--%s %s: that is a file of the bundle; give another name", option,
                                           path);
        }
        return S_ISREG(target.st_mode) ? check_folder(path) : STATUS_OK;
}

static bool goes_to_stdout(const char *path) {
        struct stat there;

        return strcmp(path, "-") == 0 || (stat(path, &there) == 0 && is_stdout(&there));
}

char *output_place(const char *path) {
        struct stat there;
        char *target, *folder;

        if (goes_to_stdout(path))
                return NULL;
        if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
                return strdup(path);
        target = realpath(path, NULL);
        folder = folder_of(target ? target : path);
        free(target);
        return folder;
}

/* Of two files that are both yet to be made. */
static bool same_name(const char *path, const char *other) {
        char *a = folder_of(path), *b = folder_of(other);
        struct stat x, y;
        bool same = a && b && strcmp(path + folder_bytes(path), other + folder_bytes(other)) == 0 && stat(a, &x) == 0 &&
                    stat(b, &y) == 0 && same_file(&x, &y);

        free(a);
        free(b);
        return same;
}

/* /dev/null takes any number of them. */
bool output_same(const char *path, const char *other) {
        struct stat a, b;
        bool a_there = stat(path, &a) == 0, b_there = stat(other, &b) == 0;

        if (goes_to_stdout(path) || goes_to_stdout(other))
                return goes_to_stdout(path) && goes_to_stdout(other);
        if (a_there && b_there)
                return same_file(&a, &b) && !S_ISCHR(a.st_mode);
        return !a_there && !b_there && same_name(path, other);
}

/* Makes something of a name: a descriptor or 0, or -1 with errno. */
typedef int make_fn(const struct output *output, const char *name);

/* A name of its own in the target's directory: a rename cannot cross file systems. */
static int make_beside(struct output *output, make_fn *make) {
        size_t folder = folder_bytes(output->target), size = folder + NAME_BYTES;
        int r = -1;

        output->temporary = malloc(size);
        if (!output->temporary)
                return -1;
        memcpy(output->temporary, output->target, folder);
        for (int i = 0; i < NAME_TRIES && r < 0; i++) {
                snprintf(output->temporary + folder, NAME_BYTES, ".boshscope-%ld-%d.tmp", (long)getpid(), i);
                r = make(output, output->temporary);
                if (r < 0 && errno != EEXIST)
                        break;
        }
        if (r < 0) {
                free(output->temporary);
                output->temporary = NULL;
        }
        return r;
}

/* The mode is the umask's doing, as for any new file, unless it is secret. */
static mode_t mode_of(const struct output *output) {
        return output->secret ? 0600 : 0666;
}

static int make_file(const struct output *output, const char *name) {
        return open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_of(output));
}

/* Where the kernel shows the nameless file: from there it can be linked to a name. */
static void nameless_path(int fd, char path[static NAME_BYTES]) {
        snprintf(path, NAME_BYTES, "/proc/self/fd/%d", fd);
}

static int link_nameless(const struct output *output, const char *name) {
        char path[NAME_BYTES];

        nameless_path(fileno(output->file), path);
        return linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

/* In the target's directory, but without a name as long as it is not whole: then
 * nothing is left of it however the program ends. -1 where that cannot be had. */
static int open_nameless(struct output *output) {
        char *folder = folder_of(output->target), path[NAME_BYTES];
        int fd = folder ? open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, mode_of(output)) : -1;

        free(folder);
        if (fd < 0)
                return -1;
        nameless_path(fd, path);
        output->nameless = access(path, F_OK) == 0;
        if (!output->nameless)
                close(fd);
        return output->nameless ? fd : -1;
}

static int open_temporary(struct output *output) {
        int fd = open_nameless(output);

        return fd >= 0 ? fd : make_beside(output, make_file);
}

/* A link keeps being a link: the file that it leads to is replaced. */
static int open_replacing(struct output *output, const char *path) {
        output->target = realpath(path, NULL);
        if (!output->target && errno == ENOENT)
                output->target = strdup(path);
        return output->target ? open_temporary(output) : -1;
}

/* STATUS_OK, or STATUS_FAULT after a message where there is none. */
static int take_descriptor(struct output *output, int fd) {
        if (fd >= 0)
                output->file = fdopen(fd, "w");
        if (output->file)
                return STATUS_OK;
        cannot_write(output->shown, errno);
        if (fd >= 0)
                close(fd);
        output_discard(output);
        return STATUS_FAULT;
}

static int open_as(struct output *output, const char *path, bool secret) {
        struct stat there;
        int fd;

        *output = (struct output){ .shown = path, .secret = secret };
        if (strcmp(path, "-") == 0 || (stat(path, &there) == 0 && is_stdout(&there))) {
                output->shown = "standard output";
                output->file = stdout;
                return STATUS_OK;
        }
        if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
                fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        else
                fd = open_replacing(output, path);
        return take_descriptor(output, fd);
}

static int open_own(struct output *output, const char *path) {
        *output = (struct output){ .shown = path, .target = strdup(path) };
        return take_descriptor(output, output->target ? open_temporary(output) : -1);
}

int output_open(struct output *output, const char *path) {
        return open_as(output, path, false);
}

int output_open_private(struct output *output, const char *path) {
        struct stat there;

        *output = (struct output){ .shown = path };
        if (lstat(path, &there) == 0 && S_ISLNK(there.st_mode))
                return cannot_write(path, ELOOP);
        return open_as(output, path, true);
}

/* What is written goes to the disk while the rest is made, and not all at the end. Only a wish. */
static void write_out_early(struct output *output, size_t bytes) {
#ifdef SYNC_FILE_RANGE_WRITE
        enum { EACH_BYTES = 1024 * 1024 };

        output->waiting += bytes;
        if (!output->target || output->waiting < EACH_BYTES)
                return;
        output->waiting = 0;
        sync_file_range(fileno(output->file), 0, 0, SYNC_FILE_RANGE_WRITE);
#else
        (void)output;
        (void)bytes;
#endif
}

int output_write(void *userdata, const void *data, size_t bytes) {
        struct output *output = userdata;

        if (output->error == 0 && fwrite(data, 1, bytes, output->file) != bytes)
                output->error = errno;
        else
                write_out_early(output, bytes);
        return output->error;
}

int output_written(struct output *output, int result) {
        /* A refused write is told by the commit, which knows the reason. */
        if (result == 0 || output->error)
                return STATUS_OK;
        message("cannot write %s: %s", output->shown, boshscope_strerror(result));
        return STATUS_FAULT;
}

static void keep_error(struct output *output, int result) {
        if (result != 0 && output->error == 0)
                output->error = errno;
}

/* The name must be on the disk as well; some file systems refuse, and the file
 * itself is safe already. */
static void sync_folder(const char *path) {
        char *folder = folder_of(path);
        int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

        if (fd >= 0) {
                fsync(fd);
                close(fd);
        }
        free(folder);
}

void output_settle(void *userdata) {
        struct output *output = userdata;

        if (output->settled)
                return;
        output->settled = true;
        keep_error(output, fflush(output->file));
        /* A write that nobody looked at may have failed earlier. */
        if (ferror(output->file) && output->error == 0)
                output->error = EIO;
        if (output->target)
                keep_error(output, fsync(fileno(output->file)));
}

/* Under its name. */
static void put_in_place(struct output *output) {
        if (output->nameless && output->error == 0)
                keep_error(output, make_beside(output, link_nameless));
        keep_error(output, fclose(output->file));
        output->file = NULL;
        if (output->temporary && output->error == 0)
                keep_error(output, rename(output->temporary, output->target));
        if (!output->error) {
                free(output->temporary);
                output->temporary = NULL;
        }
}

/* The first that went wrong is told, if at all. */
static int check(const struct output *output) {
        if (!output->error)
                return STATUS_OK;
        /* Whoever has closed a pipe, as `head` does, has had enough and knows. */
        return output->error == EPIPE ? STATUS_FAULT : cannot_write(output->shown, output->error);
}

/* Of those that are in their places; the folder that several lie in once. */
static void sync_folders(struct output *const outputs[], size_t count) {
        const char *before = NULL;

        for (size_t i = 0; i < count; i++) {
                const char *target = outputs[i]->target;

                if (!target)
                        continue;
                if (!before || folder_bytes(before) != folder_bytes(target) ||
                    memcmp(before, target, folder_bytes(target)) != 0)
                        sync_folder(target);
                before = target;
        }
}

int outputs_commit(struct output *const outputs[], size_t count) {
        size_t placed = 0;
        int status = STATUS_OK;

        for (size_t i = 0; i < count; i++)
                output_settle(outputs[i]);
        for (size_t i = 0; i < count && status == STATUS_OK; i++)
                status = check(outputs[i]);
        for (; placed < count && status == STATUS_OK; placed += status == STATUS_OK) {
                put_in_place(outputs[placed]);
                status = check(outputs[placed]);
        }
        sync_folders(outputs, placed);
        for (size_t i = 0; i < count; i++)
                output_discard(outputs[i]);
        return status;
}

int output_commit(struct output *output) {
        return outputs_commit(&output, 1);
}

void output_discard(struct output *output) {
        if (output->file)
                fclose(output->file);
        if (output->temporary)
                unlink(output->temporary);
        free(output->temporary);
        free(output->target);
        *output = (struct output){ 0 };
}

static int fill_opened(struct output *output, output_fill_fn *fill, void *context) {
        const int status = output_written(output, fill(context, output));

        if (status == STATUS_OK)
                return output_commit(output);
        output_discard(output);
        return status;
}

int output_fill(const char *path, output_fill_fn *fill, void *context) {
        struct output output;
        const int status = output_open(&output, path);

        return status == STATUS_OK ? fill_opened(&output, fill, context) : status;
}

int output_fill_own(const char *path, output_fill_fn *fill, void *context) {
        struct output output;
        const int status = open_own(&output, path);

        return status == STATUS_OK ? fill_opened(&output, fill, context) : status;
}

int stdout_finish(int status) {
        return stdout_finish_after(0, status);
}

int stdout_finish_after(int error, int status) {
        struct output output = { .file = stdout, .shown = "standard output", .error = error };

        return output_commit(&output) == STATUS_OK ? status : STATUS_FAULT;
}

void stdio_guard(void) {
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
                        return;
}
