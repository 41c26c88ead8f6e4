#define _POSIX_C_SOURCE 200809L
#include "cli/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/confine.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/reports.h"
#include "cli/suffix.h"

/* Digits of the content's hash that a report's name begins with, and what is kept of the bundle's. */
enum { HASH_DIGITS = 16, NAME_MOST = 100, STEM_BYTES = HASH_DIGITS + 1 + NAME_MOST + 1 };

struct work {
        const struct worker *worker;
        const struct boshscope_bundle *bundle;
        const char *shown;
        struct slot *slot;
        int fd;
        char sha256[BOSHSCOPE_SHA256_HEX_BYTES];
        char stem[STEM_BYTES];
        struct boshscope_report *report;
        double seconds;
};

/* False, for callers to return. */
static bool fault(struct work *work, const char *what, const char *why) {
        work->slot->outcome = OUTCOME_FAULT;
        snprintf(work->slot->fault, sizeof(work->slot->fault), "%s%s%s", what, why ? ": " : "", why ? why : "");
        return false;
}

static bool out_of_memory(struct work *work) {
        work->slot->outcome = OUTCOME_MEMORY;
        return false;
}

static bool interrupted(struct work *work) {
        work->slot->outcome = OUTCOME_INTERRUPTED;
        return false;
}

static bool refused(struct work *work, const char *what, int r) {
        return r == BOSHSCOPE_E_MEMORY ? out_of_memory(work) : fault(work, what, boshscope_strerror(r));
}

/* ---------------------------------------------------------------------- names */

static bool is_safe(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
}

/* "dir/a b.tgz/" -> "a_b.tgz" */
static void make_stem(struct work *work) {
        const char *name = work->shown;
        size_t n = strlen(name), at;
        char *to = work->stem + HASH_DIGITS;

        while (n > 1 && name[n - 1] == '/')
                n--;
        at = n;
        while (at > 0 && name[at - 1] != '/')
                at--;
        memcpy(work->stem, work->sha256, HASH_DIGITS);
        *to++ = '-';
        for (size_t i = at; i < n && i - at < NAME_MOST; i++)
                *to++ = is_safe(name[i]) ? name[i] : '_';
        *to = '\0';
}

/* From malloc, or NULL. */
static char *path_in(const struct work *work, const char *suffix) {
        const size_t size = strlen(work->worker->out) + 1 + STEM_BYTES + strlen(suffix);
        char *path = malloc(size);

        if (path)
                snprintf(path, size, "%s/%s%s", work->worker->out, work->stem, suffix);
        return path;
}

/* -------------------------------------------------------------------- analysis */

static int stop(void *userdata) {
        const struct work *work = userdata;

        return interrupt_seen() || atomic_load(&work->slot->stop);
}

static int progress(void *userdata, const struct boshscope_progress *now) {
        const struct work *work = userdata;

        atomic_store_explicit(&work->slot->bytes_read, now->bytes_read, memory_order_relaxed);
        return stop(userdata);
}

/* The command line as it would be for this bundle alone. */
static int set_argv(const struct work *work) {
        const size_t count = work->worker->word_count;
        char **words = malloc((count + 1) * sizeof(*words));
        int r;

        if (!words)
                return BOSHSCOPE_E_MEMORY;
        memcpy(words, work->worker->words, count * sizeof(*words));
        /* Nothing changes it. */
        memcpy(&words[count], &work->bundle->path, sizeof(words[count]));
        r = boshscope_options_set_argv(work->worker->request->options, (int)count + 1, words);
        free(words);
        return r;
}

static int confine_work(const struct work *work) {
        const struct request *request = work->worker->request;
        const char *const reads[] = { work->bundle->path, NULL }, *const writes[] = { work->worker->out, NULL };
        const char *names[CONFINED_MOST];

        if (request->unconfined)
                return 0;
        return boshscope_options_set_confinement(request->options, confine(reads, writes, names), names);
}

static bool prepare(struct work *work) {
        int r = confine_work(work);

        if (r == 0)
                r = set_argv(work);
        boshscope_options_set_progress(work->worker->request->options, progress, work);
        return r == 0 || refused(work, "it cannot be analysed", r);
}

static bool identify(struct work *work) {
        const int r = boshscope_bundle_sha256(work->bundle->path, stop, work, work->sha256);

        if (r == BOSHSCOPE_E_MEMORY)
                return out_of_memory(work);
        if (r != 0 && errno == ECANCELED)
                return interrupted(work);
        work->slot->unreadable = r != 0;
        if (r != 0)
                return fault(work, "it cannot be read", strerror(errno));
        make_stem(work);
        return true;
}

static bool analyze(struct work *work) {
        struct timespec begun, ended;
        int r;

        clock_gettime(CLOCK_MONOTONIC, &begun);
        r = boshscope_analyze(work->worker->request->options, work->worker->rules, work->bundle->path, &work->report);
        clock_gettime(CLOCK_MONOTONIC, &ended);
        interrupt_calm();
        work->seconds = (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9;
        if (r != 0)
                return refused(work, "it cannot be analysed", r);
        work->slot->exit_status = boshscope_report_exit_status(work->report);
        work->slot->forced_logouts = boshscope_report_forced_logouts(work->report);
        return work->slot->exit_status != BOSHSCOPE_EXIT_INTERRUPTED || interrupted(work);
}

/* --------------------------------------------------------------------- outputs */

static int fill_json(void *context, struct output *output) {
        return boshscope_report_write_json(context, output_write, output);
}

struct other_form {
        const struct forms *forms;
        const struct boshscope_view *view;
};

static int fill_form(void *context, struct output *output) {
        const struct other_form *form = context;

        return boshscope_view_write(form->view, form->forms->style, form->forms->wanted, output_write, output);
}

static bool write_to(struct work *work, const char *suffix, output_fill_fn *fill, void *context) {
        char *path = path_in(work, suffix);
        int status;

        if (!path)
                return out_of_memory(work);
        errno = 0;
        status = output_fill_own(path, fill, context);
        free(path);
        if (status == STATUS_OK)
                return true;
        return errno == ENOMEM ? out_of_memory(work)
                               : fault(work, "its report could not be written", errno ? strerror(errno) : NULL);
}

static bool write_form(struct work *work) {
        const struct forms *forms = work->worker->request->forms;
        struct boshscope_view *view = NULL;
        struct other_form form = { .forms = forms };
        bool good;
        int r;

        if (!forms->wanted || strcmp(forms->wanted, "json") == 0)
                return true;
        r = boshscope_view_of(work->report, NULL, NULL, &view);
        if (r != 0)
                return refused(work, "its report cannot be read back", r);
        form.view = view;
        good = write_to(work, suffix_of(forms->wanted), fill_form, &form);
        boshscope_view_free(view);
        return good;
}

static int send(void *userdata, const void *data, size_t bytes) {
        const struct work *work = userdata;
        const char *from = data;

        while (bytes) {
                const ssize_t n = write(work->fd, from, bytes);

                if (n < 0 && errno != EINTR)
                        return -1;
                if (n > 0) {
                        from += n;
                        bytes -= (size_t)n;
                }
        }
        return 0;
}

static bool send_line(struct work *work) {
        char name[STEM_BYTES + 8];
        struct boshscope_index_line line = { .bundle = *work->bundle,
                                             .sha256 = work->sha256,
                                             .report = name,
                                             .options = work->worker->options_sha256,
                                             .seconds = work->seconds,
                                             .analysis = work->report };
        int r;

        snprintf(name, sizeof(name), "%s.json", work->stem);
        line.bundle.path = work->shown;
        r = boshscope_index_write(&line, send, work);
        return r == 0 || refused(work, "its line could not be sent", r);
}

void worker_run(const struct worker *worker, const struct boshscope_bundle *bundle, const char *shown,
                struct slot *slot, int fd) {
        struct work work = { .worker = worker, .bundle = bundle, .shown = shown, .slot = slot, .fd = fd };

        /* The report itself comes last: where it stands all of it stands. */
        if (prepare(&work) && identify(&work) && analyze(&work) && write_form(&work) &&
            write_to(&work, ".json", fill_json, work.report) && send_line(&work))
                slot->outcome = OUTCOME_DONE;
        boshscope_report_free(work.report);
}
