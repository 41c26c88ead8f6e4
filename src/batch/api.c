/*
 * boshscope.h: bundles, identities, indexes, and the reports of a folder.
 */
#include "batch/api.h"

#include <errno.h>
#include <stdlib.h>

#include "base/errors.h"
#include "batch/find.h"
#include "batch/identity.h"
#include "batch/reports.h"
#include "boshscope.h"

struct boshscope_bundles {
        struct bundles inner;
};

struct boshscope_index {
        struct index inner;
};

struct boshscope_reports {
        struct reports inner;
};

_Static_assert((int)BOSHSCOPE_SHA256_HEX_BYTES == (int)SHA256_HEX_BYTES, "one length");

static int error_of_reading(int r) {
        return r == 0 ? 0 : r == -ENOMEM ? BOSHSCOPE_E_MEMORY : BOSHSCOPE_E_ARGUMENT;
}

/* ------------------------------------------------------------- bundles */

struct boshscope_bundles *boshscope_bundles_new(void) {
        struct boshscope_bundles *bundles = malloc(sizeof(*bundles));

        if (bundles)
                bundles_init(&bundles->inner);
        return bundles;
}

void boshscope_bundles_free(struct boshscope_bundles *bundles) {
        if (!bundles)
                return;
        bundles_release(&bundles->inner);
        free(bundles);
}

void boshscope_bundles_spare(struct boshscope_bundles *bundles, const char *directory) {
        bundles_spare(&bundles->inner, directory);
}

void boshscope_bundles_watch(struct boshscope_bundles *bundles, boshscope_watch_fn *fn, void *userdata) {
        bundles->inner.watch = fn;
        bundles->inner.userdata = userdata;
}

int boshscope_bundles_find(struct boshscope_bundles *bundles, const char *path) {
        return error_of_reading(bundles_find(&bundles->inner, str_from(path)));
}

size_t boshscope_bundles_count(const struct boshscope_bundles *bundles) {
        return bundles->inner.count;
}

/* NULL for an empty one. */
static const char *text_of(struct str s) {
        return s.n ? s.p : NULL;
}

int boshscope_bundles_get(const struct boshscope_bundles *bundles, size_t index, struct boshscope_bundle *ret_bundle) {
        const struct found *found;

        if (index >= bundles->inner.count)
                return BOSHSCOPE_E_ARGUMENT;
        found = &bundles->inner.items[index];
        *ret_bundle = (struct boshscope_bundle){
                .path = found->path.p,
                .bytes = found->bytes,
                .mtime_ns = found->mtime_ns,
                .inode = found->inode,
                .fault = text_of(found->fault),
        };
        return 0;
}

/* ---------------------------------------------------------- identities */

int boshscope_bundle_sha256(const char *path, boshscope_stop_fn *stop, void *userdata,
                            char ret_hex[BOSHSCOPE_SHA256_HEX_BYTES]) {
        const int r = identity_sha256(path, stop, userdata, ret_hex);

        errno = -r;
        return error_of_reading(r);
}

int boshscope_bundle_shard(const char *path, uint32_t count, uint32_t *ret_shard) {
        return count ? error_of_reading(identity_shard(path, count, ret_shard)) : BOSHSCOPE_E_ARGUMENT;
}

/* ------------------------------------------------------------- indexes */

void index_line_in(const struct boshscope_index_line *line, struct index_line *ret_line) {
        *ret_line = (struct index_line){
                .path = str_from(line->bundle.path),
                .bytes = line->bundle.bytes,
                .mtime_ns = line->bundle.mtime_ns,
                .inode = line->bundle.inode,
                .sha256 = str_from(line->sha256),
                .report = str_from(line->report),
                .exit_status = line->exit_status,
                .fault = str_from(line->bundle.fault),
                .verdict = str_from(line->verdict),
                .seconds = line->seconds,
                .options = str_from(line->options),
                .first_ms = TIME_UNKNOWN,
                .last_ms = TIME_UNKNOWN,
        };
}

struct boshscope_index *boshscope_index_new(void) {
        struct boshscope_index *index = malloc(sizeof(*index));

        if (index)
                index_init(&index->inner);
        return index;
}

void boshscope_index_free(struct boshscope_index *index) {
        if (!index)
                return;
        index_release(&index->inner);
        free(index);
}

int boshscope_index_load(struct boshscope_index *index, const char *path) {
        return error_of_reading(index_load(&index->inner, path));
}

/* 1, or 0 without one. */
static int line_out(const struct index *index, const struct index_line *line, struct boshscope_index_line *ret_line) {
        if (!line)
                return 0;
        *ret_line = (struct boshscope_index_line){
                .bundle = { .path = line->path.p,
                            .bytes = line->bytes,
                            .mtime_ns = line->mtime_ns,
                            .inode = line->inode,
                            .fault = text_of(line->fault) },
                .sha256 = text_of(line->sha256),
                .report = index_lost_report(index, line) ? NULL : text_of(line->report),
                .options = text_of(line->options),
                .verdict = text_of(line->verdict),
                .exit_status = (int)line->exit_status,
                .forced_logouts = line->counts[INDEX_FORCED_LOGOUTS],
                .seconds = line->seconds,
        };
        return 1;
}

int boshscope_index_find(const struct boshscope_index *index, const char *path, struct boshscope_index_line *ret_line) {
        return line_out(&index->inner, index_find(&index->inner, str_from(path)), ret_line);
}

int boshscope_index_find_file(const struct boshscope_index *index, const struct boshscope_bundle *bundle,
                              struct boshscope_index_line *ret_line) {
        const struct boshscope_index_line like = { .bundle = *bundle };
        struct index_line inner;

        index_line_in(&like, &inner);
        return line_out(&index->inner, index_find_file(&index->inner, &inner), ret_line);
}

/* -------------------------------------------------------------- reports */

static void tell_faults(const struct reports *reports, boshscope_message_fn *fn, void *userdata) {
        char text[REPORT_FAULT_BYTES];

        for (size_t i = 0; i < reports->fault_count; i++) {
                report_fault_text(&reports->faults[i], text);
                fn(userdata, text);
        }
}

int boshscope_reports_at(const char *path, boshscope_message_fn *fn, void *userdata,
                         struct boshscope_reports **ret_reports) {
        struct boshscope_reports *reports;
        int r;

        if (!*path)
                return BOSHSCOPE_E_ARGUMENT;
        reports = malloc(sizeof(*reports));
        if (!reports)
                return BOSHSCOPE_E_MEMORY;
        reports_init(&reports->inner);
        r = reports_add(&reports->inner, path);
        if (r < 0) {
                boshscope_reports_free(reports);
                return error_public(r);
        }
        if (fn)
                tell_faults(&reports->inner, fn, userdata);
        *ret_reports = reports;
        return 0;
}

void boshscope_reports_free(struct boshscope_reports *reports) {
        if (!reports)
                return;
        reports_release(&reports->inner);
        free(reports);
}

size_t boshscope_reports_count(const struct boshscope_reports *reports) {
        return reports->inner.count;
}

const char *boshscope_reports_get(const struct boshscope_reports *reports, size_t index) {
        return index < reports->inner.count ? reports->inner.paths[index].p : NULL;
}
