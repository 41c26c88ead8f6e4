#define _GNU_SOURCE /* asprintf */
#include "cli/batch_plan.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/machine.h"
#include "cli/message.h"

/* Of a worker; its stack is a quarter of it. */
#define MEMORY_OF_THREAD (UINT64_C(32) << 20)

/* ------------------------------------------------------------------- the index */

static int name_index(struct batch_run *run) {
        const struct batch *batch = run->batch;
        const int n = batch->shards ? asprintf(&run->index_path, "%s/index-%u-of-%u.ndjson", batch->out, batch->shard,
                                               batch->shards)
                                    : asprintf(&run->index_path, "%s/index.ndjson", batch->out);

        if (n >= 0)
                return STATUS_OK;
        run->index_path = NULL;
        return batch_no_memory();
}

static int load_index(struct batch_run *run, const char *name) {
        char *path = NULL;
        int r;

        if (asprintf(&path, "%s/%s", run->batch->out, name) < 0)
                return batch_no_memory();
        r = boshscope_index_load(run->index, path);
        if (r != 0 && r != BOSHSCOPE_E_MEMORY && access(path, F_OK) == 0)
                message("cannot read %s: what it says is done is done again", path);
        free(path);
        return r == BOSHSCOPE_E_MEMORY ? batch_no_memory() : STATUS_OK;
}

/* As the library has them (boshscope_reports_at). */
static int is_index(const struct dirent *entry) {
        return strcmp(entry->d_name, "index.ndjson") == 0 || fnmatch("index-*.ndjson", entry->d_name, 0) == 0;
}

/* A shard looks at its own alone; all of the bundles, also at what shards have done: names sort before the
 * whole's, whose lines so come last. */
static int load_indexes(struct batch_run *run) {
        const char *own = run->index_path + strlen(run->batch->out) + 1;
        struct dirent **found = NULL;
        int status = STATUS_OK, count;

        if (run->batch->shards)
                return load_index(run, own);
        count = scandir(run->batch->out, &found, is_index, alphasort);
        for (int i = 0; i < count; i++) {
                if (status == STATUS_OK)
                        status = load_index(run, found[i]->d_name);
                free(found[i]);
        }
        free(found);
        return status;
}

/* What of the command's side changes what is written. */
static int hash_options(struct batch_run *run) {
        const struct request *request = run->request;
        char more[128];

        snprintf(more, sizeof(more), "%s %s", request->forms->wanted ? request->forms->wanted : "json",
                 request->forms->zone ? request->forms->zone : "");
        return boshscope_options_sha256(request->options, run->rules, more, run->options) == 0 ? STATUS_OK
                                                                                               : batch_no_memory();
}

int batch_plan_open(struct batch_run *run) {
        int status = name_index(run);

        if (status == STATUS_OK)
                status = hash_options(run);
        if (status == STATUS_OK && run->batch->resume)
                status = load_indexes(run);
        return status == STATUS_OK ? index_file_open(&run->index_file, run->index_path) : status;
}

/* --------------------------------------------------------------------- counting */

void batch_plan_count(struct batch_tally *tally, int exit_status, uint64_t forced_logouts) {
        tally->with_forced_logouts += forced_logouts > 0;
        if (__builtin_add_overflow(tally->forced_logouts, forced_logouts, &tally->forced_logouts))
                tally->forced_logouts = UINT64_MAX;
        tally->nothing += exit_status == BOSHSCOPE_EXIT_NOTHING;
        tally->damaged += exit_status == BOSHSCOPE_EXIT_PARTIAL;
        tally->at_level |= exit_status == BOSHSCOPE_EXIT_AT_LEVEL;
        tally->findings |= exit_status == BOSHSCOPE_EXIT_BELOW_LEVEL;
}

static int gather(void *userdata, const void *data, size_t bytes) {
        return fwrite(data, 1, bytes, userdata) == bytes ? 0 : -1;
}

/* A line is one write, however long its path is. */
bool batch_plan_fault(struct batch_run *run, const struct boshscope_bundle *bundle, const char *shown,
                      const char *fault) {
        struct boshscope_index_line line = { .bundle = *bundle, .options = run->options, .exit_status = STATUS_FAULT };
        char *text = NULL;
        size_t bytes = 0;
        FILE *gathered = open_memstream(&text, &bytes);
        bool good;

        line.bundle.path = shown;
        line.bundle.fault = fault;
        good = gathered && boshscope_index_write(&line, gather, gathered) == 0;
        good = gathered && fclose(gathered) == 0 && good;
        if (!good)
                batch_no_memory();
        run->tally.lost |= !good || index_file_append(&run->index_file, text, bytes) != STATUS_OK;
        free(text);
        return !run->tally.lost;
}

/* ---------------------------------------------------------------------- the jobs */

static bool is_same(const struct boshscope_index_line *line, const struct boshscope_bundle *bundle,
                    const char *options) {
        return line->bundle.bytes == bundle->bytes && line->bundle.mtime_ns == bundle->mtime_ns &&
               line->bundle.inode == bundle->inode && line->options && strcmp(line->options, options) == 0;
}

static bool report_stands(const struct batch_run *run, const char *report) {
        char *path = NULL;
        struct stat info;
        bool there;

        /* A report in the batch's own folder, whatever the index says. */
        if (!report || fnmatch("?*.json", report, 0) != 0 || strchr(report, '/') ||
            asprintf(&path, "%s/%s", run->batch->out, report) < 0)
                return false;
        there = lstat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
        free(path);
        return there;
}

/* A fault that was told before. */
static bool is_told(const struct batch_run *run, const struct boshscope_bundle *bundle, const char *shown) {
        struct boshscope_index_line line;

        return boshscope_index_find(run->index, shown, &line) && is_same(&line, bundle, run->options) &&
               line.bundle.fault && strcmp(line.bundle.fault, bundle->fault) == 0;
}

static bool stands(const struct batch_run *run, const struct boshscope_bundle *bundle,
                   const struct boshscope_index_line *line) {
        return is_same(line, bundle, run->options) && report_stands(run, line->report);
}

/* Done before, and counted: under its path, or under another one that leads to the same file. */
static bool is_done(struct batch_run *run, const struct boshscope_bundle *bundle, const char *shown) {
        struct boshscope_bundle as_shown = *bundle;
        struct boshscope_index_line line;

        as_shown.path = shown;
        if (!(boshscope_index_find(run->index, shown, &line) && stands(run, bundle, &line)) &&
            !(boshscope_index_find_file(run->index, &as_shown, &line) && stands(run, bundle, &line)))
                return false;
        run->tally.before++;
        batch_plan_count(&run->tally, line.exit_status, line.forced_logouts > 0 ? (uint64_t)line.forced_logouts : 0);
        return true;
}

/* Every bundle falls into one shard, also one that is done: another shard may have done it. */
static int in_shard(const struct batch_run *run, const char *path, bool *ret_in) {
        uint32_t shard = 0;

        if (run->batch->shards > 1 && boshscope_bundle_shard(path, run->batch->shards, &shard) != 0)
                return batch_no_memory();
        *ret_in = run->batch->shards <= 1 || shard == run->batch->shard;
        return STATUS_OK;
}

static int add_job(struct batch_run *run, size_t number, const struct boshscope_bundle *bundle, char *shown) {
        run->tally.bundles++;
        if (bundle->fault) {
                message("%s: %s", shown, bundle->fault);
                run->tally.unreadable++;
                if (!is_told(run, bundle, shown))
                        batch_plan_fault(run, bundle, shown, bundle->fault);
                free(shown);
                return run->tally.lost ? STATUS_FAULT : STATUS_OK;
        }
        run->bytes_total += bundle->bytes;
        run->jobs[run->job_count++] = (struct batch_job){ number, shown };
        return STATUS_OK;
}

static int plan_one(struct batch_run *run, size_t number) {
        struct boshscope_bundle bundle;
        char *shown = NULL;
        bool mine = true;

        if (boshscope_bundles_get(run->bundles, number, &bundle) != 0 ||
            boshscope_options_show_path(run->request->options, run->rules, bundle.path, &shown) != 0)
                return batch_no_memory();
        if (!bundle.fault && is_done(run, &bundle, shown)) {
                run->tally.bundles++;
                free(shown);
                return STATUS_OK;
        }
        if (in_shard(run, bundle.path, &mine) != STATUS_OK || !mine) {
                free(shown);
                return mine ? STATUS_FAULT : STATUS_OK;
        }
        return add_job(run, number, &bundle, shown);
}

static int compare(const void *a, const void *b, void *context) {
        const struct batch_job *x = a, *y = b;
        struct boshscope_bundle left = { 0 }, right = { 0 };

        boshscope_bundles_get(context, x->bundle, &left);
        boshscope_bundles_get(context, y->bundle, &right);
        if (left.bytes != right.bytes)
                return left.bytes < right.bytes ? 1 : -1;
        return x->bundle < y->bundle ? -1 : 1;
}

int batch_plan_jobs(struct batch_run *run) {
        const size_t count = boshscope_bundles_count(run->bundles);
        int status = STATUS_OK;

        run->jobs = calloc(count + 1, sizeof(*run->jobs));
        if (!run->jobs)
                return batch_no_memory();
        for (size_t i = 0; i < count && status == STATUS_OK && !interrupt_seen(); i++)
                status = plan_one(run, i);
        qsort_r(run->jobs, run->job_count, sizeof(*run->jobs), compare, run->bundles);
        return status;
}

/* The stack of a thread counts as memory, so little of that is for few of them. */
void batch_plan_threads(const struct batch_run *run, unsigned side_by_side) {
        const uint64_t most = run->memory / side_by_side / MEMORY_OF_THREAD;
        const unsigned threads = machine_cores() / side_by_side;

        if (!run->request->threads)
                boshscope_options_set_threads(run->request->options, most < threads ? (unsigned)most
                                                                     : threads      ? threads
                                                                                    : 1);
}
