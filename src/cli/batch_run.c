#define _GNU_SOURCE /* getdelim, strsep */
#include "cli/batch_run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "cli/batch_plan.h"
#include "cli/command.h"
#include "cli/confine.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/ruleload.h"
#include "cli/worker.h"

int batch_no_memory(void) {
        message("out of memory");
        return STATUS_FAULT;
}

/* ----------------------------------------------------------------------- paths */

static int list_line(struct batch_run *run, const char *line) {
        char **listed;

        if (*line == '\0')
                return STATUS_OK;
        listed = realloc(run->listed, (run->listed_count + 1) * sizeof(*listed));
        if (!listed)
                return batch_no_memory();
        run->listed = listed;
        listed[run->listed_count] = strdup(line);
        return listed[run->listed_count] ? (run->listed_count++, STATUS_OK) : batch_no_memory();
}

/* Lines, as `find -print` writes them, or a Windows editor; or, where there is a NUL, what stands between
 * NULs, as `find -print0` writes names that may hold anything. */
static int split_list(struct batch_run *run, FILE *file) {
        char *text = NULL, *rest = NULL;
        size_t size = 0;
        ssize_t n = getdelim(&text, &size, '\0', file);
        const bool by_nul = n > 0 && text[n - 1] == '\0';
        int status = STATUS_OK;

        for (; by_nul && n > 0 && status == STATUS_OK; n = getdelim(&text, &size, '\0', file))
                status = list_line(run, text);
        rest = by_nul || n <= 0 ? NULL : text;
        for (char *line; status == STATUS_OK && (line = strsep(&rest, "\n")) != NULL;) {
                const size_t bytes = strlen(line);

                if (bytes && line[bytes - 1] == '\r')
                        line[bytes - 1] = '\0';
                status = list_line(run, line);
        }
        free(text);
        return status;
}

static int read_list(struct batch_run *run) {
        const char *path = run->batch->from_file;
        const bool is_stdin = path && strcmp(path, "-") == 0;
        FILE *file = !path ? NULL : is_stdin ? stdin : fopen(path, "re");
        int status, error = path && !file ? errno : 0;

        errno = 0;
        status = file ? split_list(run, file) : STATUS_OK;
        if (file && ferror(file))
                error = errno;
        if (file && !is_stdin)
                fclose(file);
        if (status != STATUS_OK || !error)
                return status;
        message("cannot read %s: %s", is_stdin ? "standard input" : path, strerror(error));
        return STATUS_USAGE;
}

/* With every worker the kernel copies the rules of this process, one a path: of more of them all may be read. */
enum { RULES_MOST = 256 };

/* To read what is given, to write below --out; and each worker gives up all but its own bundle. */
static int confine_all(const struct batch_run *run, const char *const *paths, size_t count) {
        const char **reads = calloc(count + run->listed_count + 1, sizeof(*reads));
        const char *const writes[] = { run->batch->out, NULL };

        if (!reads)
                return batch_no_memory();
        for (size_t i = 0; i < count; i++)
                reads[i] = paths[i];
        for (size_t i = 0; i < run->listed_count; i++)
                reads[count + i] = run->listed[i];
        if (count + run->listed_count > RULES_MOST) {
                reads[0] = "/";
                reads[1] = NULL;
        }
        if (!run->request->unconfined)
                confine_with_workers(reads, writes);
        free(reads);
        return STATUS_OK;
}

static int watch_search(void *context, size_t looked) {
        struct batch_run *run = context;
        char text[64];

        snprintf(text, sizeof(text), "looking for bundles: %zu files and folders seen", looked);
        progress_tell(&run->progress, text);
        return interrupt_seen();
}

static int find(struct batch_run *run, const char *const *paths, size_t count) {
        int r = 0;

        boshscope_bundles_spare(run->bundles, run->batch->out);
        boshscope_bundles_watch(run->bundles, watch_search, run);
        progress_init(&run->progress, !run->request->quiet);
        for (size_t i = 0; i < count && r == 0; i++)
                r = boshscope_bundles_find(run->bundles, paths[i]);
        for (size_t i = 0; i < run->listed_count && r == 0; i++)
                r = boshscope_bundles_find(run->bundles, run->listed[i]);
        progress_clear(&run->progress);
        if (interrupt_seen())
                return STATUS_OK;
        if (r == 0 && boshscope_bundles_count(run->bundles) == 0) {
                message("%s: it names no bundle",
                        strcmp(run->batch->from_file, "-") == 0 ? "standard input" : run->batch->from_file);
                return STATUS_FAULT;
        }
        return r == 0 ? STATUS_OK : batch_no_memory();
}

/* --------------------------------------------------------------------- workers */

static void work(void *context, size_t job, struct slot *slot, int fd) {
        const struct batch_run *run = context;
        const struct worker worker = { .request = run->request,
                                       .rules = run->rules,
                                       .out = run->batch->out,
                                       .options_sha256 = run->options,
                                       .words = run->words,
                                       .word_count = run->word_count };
        struct boshscope_bundle bundle;

        if (boshscope_bundles_get(run->bundles, run->jobs[job].bundle, &bundle) == 0)
                worker_run(&worker, &bundle, run->jobs[job].shown, slot, fd);
}

static void tell(struct batch_run *run, const char *shown, const struct slot *slot) {
        const struct request *request = run->request;
        const bool nothing = slot->exit_status == BOSHSCOPE_EXIT_NOTHING;
        const bool partial = slot->exit_status == BOSHSCOPE_EXIT_PARTIAL;

        if (slot->outcome == OUTCOME_FAULT) {
                progress_clear(&run->progress);
                message("%s: %s", shown, slot->fault);
                return;
        }
        if (request->quiet || (!request->verbose && !nothing && !partial))
                return;
        progress_clear(&run->progress);
        message("%s: %s", shown,
                nothing   ? "nothing in it could be analysed; its report says why"
                : partial ? "analysed, but it was damaged, cut or limited; its report says where"
                          : "analysed");
}

static bool ended(void *context, size_t job, const struct slot *slot, const char *line, size_t bytes) {
        struct batch_run *run = context;
        struct boshscope_bundle bundle = { 0 };
        const char *shown = run->jobs[job].shown;

        tell(run, shown, slot);
        run->ended++;
        if (boshscope_bundles_get(run->bundles, run->jobs[job].bundle, &bundle) == 0)
                run->bytes_ended += bundle.bytes;
        if (slot->outcome != OUTCOME_DONE) {
                ++*(slot->unreadable ? &run->tally.unreadable : &run->tally.faults);
                return batch_plan_fault(run, &bundle, shown, slot->fault);
        }
        run->tally.analysed++;
        batch_plan_count(&run->tally, slot->exit_status, slot->forced_logouts);
        run->tally.lost |= index_file_append(&run->index_file, line, bytes) != STATUS_OK;
        return !run->tally.lost;
}

static void tick(void *context, uint64_t bytes_read) {
        struct batch_run *run = context;
        char name[64];
        const struct boshscope_progress now = { name, run->bytes_ended + bytes_read, run->bytes_total };

        snprintf(name, sizeof(name), "%zu of %zu bundles", run->ended, run->job_count);
        progress_update(&run->progress, &now);
}

static int run_jobs(struct batch_run *run) {
        struct workers workers = { .job_count = run->job_count,
                                   .side_by_side = run->side_by_side,
                                   .memory = run->memory,
                                   .context = run,
                                   .work = work,
                                   .ended = ended,
                                   .tick = tick };
        int status;

        if (workers.side_by_side > run->job_count)
                workers.side_by_side = run->job_count ? (unsigned)run->job_count : 1;
        batch_plan_threads(run, workers.side_by_side);
        progress_init(&run->progress, !run->request->quiet);
        status = workers_run(&workers);
        progress_clear(&run->progress);
        return status;
}

/* ------------------------------------------------------------------------- all */

static int status_of(const struct batch_tally *tally) {
        const size_t useless = tally->nothing + tally->unreadable;

        if (tally->faults || tally->lost || (useless && useless == tally->bundles))
                return STATUS_FAULT;
        if (tally->at_level)
                return BOSHSCOPE_EXIT_AT_LEVEL;
        if (tally->damaged || useless)
                return BOSHSCOPE_EXIT_PARTIAL;
        return tally->findings ? BOSHSCOPE_EXIT_BELOW_LEVEL : STATUS_OK;
}

/* "None" is worth as much as what could be read. */
static void say_forced_logouts(const struct batch_tally *tally) {
        const size_t unread = tally->damaged + tally->nothing + tally->unreadable + tally->faults;

        if (tally->forced_logouts)
                message("forced logouts: %" PRIu64 ", in %zu of the bundles%s", tally->forced_logouts,
                        tally->with_forced_logouts,
                        tally->with_forced_logouts > 1 ? "; one that several bundles hold counts in each" : "");
        else
                message("forced logouts: none%s", unread ? " in what could be read" : "");
}

static void say_next(const struct batch_run *run) {
        if (interrupt_seen())
                message("interrupted; the same with --resume does what is left");
        else if (!run->batch->shards && command_find(commands, command_count, "merge"))
                message("all of them in one report: boshscope merge %s", run->batch->out);
}

static void say_sum(const struct batch_run *run) {
        const struct batch_tally *tally = &run->tally;

        if (run->request->quiet)
                return;
        if (!tally->bundles) {
                say_next(run);
                return;
        }
        fprintf(stderr, "boshscope: %zu bundle%s", tally->bundles, tally->bundles == 1 ? "" : "s");
        fprintf(stderr, ": %zu analysed now", tally->analysed);
        if (tally->before)
                fprintf(stderr, ", %zu before", tally->before);
        if (tally->damaged)
                fprintf(stderr, ", %zu of them not whole", tally->damaged);
        if (tally->nothing)
                fprintf(stderr, ", %zu without anything that is read", tally->nothing);
        if (tally->unreadable)
                fprintf(stderr, ", %zu could not be looked at", tally->unreadable);
        if (tally->faults)
                fprintf(stderr, ", %zu failed", tally->faults);
        fprintf(stderr, "; see %s\n", run->index_path);
        if (tally->analysed + tally->before)
                say_forced_logouts(tally);
        say_next(run);
}

static int prepare(struct batch_run *run, const char *const *paths, size_t path_count) {
        int status = rules_load_for_command(run->request->rules, &run->rules);

        if (status == STATUS_OK)
                status = read_list(run);
        if (status == STATUS_OK)
                status = batch_plan_open(run);
        if (status == STATUS_OK)
                interrupt_catch();
        if (status == STATUS_OK)
                status = confine_all(run, paths, path_count);
        if (status == STATUS_OK)
                status = find(run, paths, path_count);
        return status;
}

static void release(struct batch_run *run) {
        for (size_t i = 0; i < run->job_count; i++)
                free(run->jobs[i].shown);
        free(run->jobs);
        for (size_t i = 0; i < run->listed_count; i++)
                free(run->listed[i]);
        free(run->listed);
        free(run->index_path);
        boshscope_bundles_free(run->bundles);
        boshscope_index_free(run->index);
        boshscope_rules_free(run->rules);
}

int batch_run_all(struct batch_run *run, const char *const *paths, size_t path_count) {
        int status;

        run->index_file.fd = -1;
        run->bundles = boshscope_bundles_new();
        run->index = boshscope_index_new();
        status = run->bundles && run->index ? prepare(run, paths, path_count) : batch_no_memory();
        if (status == STATUS_OK)
                status = batch_plan_jobs(run);
        if (status == STATUS_OK)
                status = run_jobs(run);
        run->tally.lost |= index_file_close(&run->index_file) != STATUS_OK;
        if (status == STATUS_OK) {
                status = interrupt_seen() ? BOSHSCOPE_EXIT_INTERRUPTED : status_of(&run->tally);
                say_sum(run);
        }
        release(run);
        return status;
}
