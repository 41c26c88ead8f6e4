/*
 * The file to read first: bundle -> members -> records -> events -> timeline ->
 * findings -> report, on one page.
 */
#define _GNU_SOURCE /* clock_gettime */
#include "pipeline.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "boshscope.h"
#include "events/secret.h"
#include "leaf.h"

static int64_t now_ms(clockid_t clock) {
        struct timespec now;

        clock_gettime(clock, &now);
        return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

struct pipeline {
        struct report *report;
        const struct options *options;
        const struct ruleset *ruleset;
        struct pool *pool;
        uint64_t size;       /* of the bundle; 0 unknown */
        uint64_t bytes_read; /* told to the thread that runs the whole, and to no other */

        int64_t over_ms; /* by the monotonic clock: no more is read */
        bool timed_out;
        atomic_uint_fast64_t kept, kept_bytes; /* events, and sessions of each file, of all leaves; what they weigh */

        /* Under the pool's lock. */
        struct lane *idle[POOL_MOST_THREADS]; /* lanes that nobody uses */
        size_t idle_count;
        char current[256]; /* path of a leaf at hand */
};

/* --------------------------------------------------------- one member */

/* Nobody knows yet what is to be redacted; and a name that holds a secret is not shown. Under the lock. */
static void show_path(struct pipeline *pipeline, struct str path) {
        struct secret secret;
        const bool hidden = pipeline->options->redact || secret_next(path, 0, &secret);

        snprintf(pipeline->current, sizeof(pipeline->current), "%.*s", hidden ? 0 : (int)path.n, path.p);
}

/* A lane that another leaf has left, or a new one. NULL when out of memory. */
static struct lane *take_lane(struct pipeline *pipeline, const struct leaf *leaf) {
        struct lane *lane = NULL;

        pool_lock(pipeline->pool);
        if (pipeline->idle_count)
                lane = pipeline->idle[--pipeline->idle_count];
        show_path(pipeline, leaf->path);
        pool_unlock(pipeline->pool);
        return lane ? lane : lane_new(pipeline->pool, pipeline->ruleset, &pipeline->options->limits);
}

static void give_lane_back(struct pipeline *pipeline, struct lane *lane) {
        pool_lock(pipeline->pool);
        pipeline->idle[pipeline->idle_count++] = lane;
        pool_unlock(pipeline->pool);
}

/* The catalog of the leaves of a part. NULL when out of memory. */
static struct inputs *inputs_of(struct finds *finds) {
        if (!finds->own && (finds->own = malloc(sizeof(struct inputs))))
                inputs_init(finds->own);
        return finds->own;
}

static uint64_t kept_of(const struct input *input) {
        return input->summary ? input->summary->event_count + input->summary->segment_count : 0;
}

/* Of a pipe nobody knows how long it is. What came before the file at hand stands for that: it is walked in order, so
 * that is the same at every run, however far anybody reads ahead; a bound for all pipes would cut those honest ones
 * that are large, or bound nothing. A large log at the beginning has less room than it would have in a file. */
static uint64_t most_kept_bytes(const struct pipeline *pipeline, const struct leaf *leaf) {
        const uint64_t most = UINT64_C(4) << 30, size = pipeline->size ? pipeline->size : leaf->begins;
        const uint64_t more = size < most / KEPT_PER_BYTE ? size * KEPT_PER_BYTE : most;

        /* What is hidden takes as much again: each name and what stands for it. */
        return (pipeline->options->limits.max_kept_bytes + more) / (pipeline->options->redact ? 2 : 1);
}

static uint64_t less(uint64_t from, uint64_t what) {
        return from > what ? from - what : 0;
}

/* Within what the leaves before it have left; of those that are read beside it nobody knows yet: together they must
 * not come near. */
static int read_leaf(struct pipeline *pipeline, struct lane *lane, struct diags *diags, const struct leaf *leaf,
                     struct input *input, struct stream *stream) {
        const uint64_t most = pipeline->options->limits.max_kept, most_bytes = most_kept_bytes(pipeline, leaf);
        struct limits limits = pipeline->options->limits;
        uint64_t kept, bytes;
        int r;

        limits.max_kept_bytes = most_bytes / 2;
        if (leaf->in_order) {
                limits.max_kept = less(most, atomic_load(&pipeline->kept));
                limits.max_kept_bytes = less(most_bytes, atomic_load(&pipeline->kept_bytes));
        }
        r = leaf_read(pipeline->options, &limits, pipeline->ruleset, lane, diags, input, stream);
        kept = atomic_fetch_add(&pipeline->kept, kept_of(input)) + kept_of(input);
        bytes = atomic_fetch_add(&pipeline->kept_bytes, input_weight(input)) + input_weight(input);
        if (r < 0 || leaf->in_order)
                return r;
        return kept >= most || bytes >= most_bytes / 2 || input->no_room ||
                               (input->summary && input->summary->kept_dropped.count)
                       ? -EDQUOT
                       : 0;
}

static int visit_leaf(void *userdata, struct finds *finds, const struct leaf *leaf, struct stream *stream) {
        struct pipeline *pipeline = userdata;
        struct inputs *inputs = inputs_of(finds);
        struct input *input;
        struct lane *lane;
        int r;

        if (!inputs)
                return -ENOMEM;
        r = inputs_add(inputs, leaf->path, leaf->name, &input);
        if (r < 0)
                return r;
        lane = take_lane(pipeline, leaf);
        if (!lane)
                return -ENOMEM;
        r = read_leaf(pipeline, lane, &finds->diags, leaf, input, stream);
        give_lane_back(pipeline, lane);
        return r;
}

static void forget_leaves(void *userdata, struct finds *finds) {
        struct pipeline *pipeline = userdata;
        struct inputs *inputs = finds->own;

        for (size_t i = 0; inputs && i < inputs->count; i++) {
                atomic_fetch_sub(&pipeline->kept, kept_of(inputs->items[i]));
                atomic_fetch_sub(&pipeline->kept_bytes, input_weight(inputs->items[i]));
        }
        if (inputs)
                inputs_release(inputs);
        free(finds->own);
        finds->own = NULL;
}

static int join_leaves(void *userdata, struct finds *finds) {
        struct pipeline *pipeline = userdata;
        int r = finds->own ? inputs_merge(&pipeline->report->inputs, finds->own) : 0;

        if (r == 0)
                forget_leaves(userdata, finds);
        return r;
}

/* How far it is. Non-zero: whoever is told wishes it to stop. */
static int tell_progress(struct pipeline *pipeline) {
        struct boshscope_progress progress;
        char current[sizeof(pipeline->current)];

        if (!pipeline->options->progress)
                return 0;
        pool_lock(pipeline->pool);
        memcpy(current, pipeline->current, sizeof(current));
        pool_unlock(pipeline->pool);
        progress = (struct boshscope_progress){
                .path = current,
                .bytes_read = pipeline->bytes_read,
                .bytes_total = pipeline->size,
        };
        return pipeline->options->progress(pipeline->options->userdata, &progress);
}

static int tick(void *userdata, uint64_t more_bytes) {
        struct pipeline *pipeline = userdata;

        pipeline->bytes_read += more_bytes;
        if (now_ms(CLOCK_MONOTONIC) >= pipeline->over_ms) {
                pipeline->timed_out = true;
                return -1;
        }
        return tell_progress(pipeline);
}

/* --------------------------------------------------------- the journey */

static int read_bundle(struct pipeline *pipeline, const char *path, const struct feed *feed) {
        const struct bundle_visitor visitor = {
                .leaf = visit_leaf, .join = join_leaves, .forget = forget_leaves, .tick = tick, .userdata = pipeline
        };
        struct report *report = pipeline->report;
        struct diag place = { .code = DIAG_INTERRUPTED, .offset = UINT64_MAX };
        int r;

        pipeline->size = feed ? 0 : bundle_size(path);
        r = bundle_walk_feed(&report->bundle, path, feed, &pipeline->options->limits, pipeline->options->chunk_bytes,
                             pipeline->pool, &report->diags, &visitor);
        if (r != -ECANCELED)
                return r;
        if (pipeline->timed_out)
                place.code = DIAG_TIME_LIMITED;
        report->interrupted = !pipeline->timed_out;
        return diags_add(&report->diags, &place, NULL);
}

/* An empty answer is never given without its reason. */
static int tell_if_nothing(struct report *report) {
        const struct inputs *inputs = &report->inputs;
        struct diag place = { .code = DIAG_NOTHING_ANALYSED, .offset = UINT64_MAX };

        if (report_has_analysed(report) || report->interrupted)
                return 0;
        if (diags_lose(&report->diags))
                return 0; /* what was in the way has been said */
        if (inputs->count == 1 && report->bundle.container_count == 0 && inputs->items[0]->bytes == 0 &&
            inputs->items[0]->status == INPUT_IGNORED) {
                place.code = DIAG_EMPTY_FILE;
                place.input = inputs->items[0];
        }
        return diags_add(&report->diags, &place, NULL);
}

/* What the findings do not rest on. */
static int redact_rest(struct report *report) {
        int r = redact_bundle(report->redact, &report->bundle);

        if (r == 0)
                r = redact_diags(report->redact, &report->diags);
        if (r == 0)
                r = redact_str(report->redact, REDACT_PATH, &report->path);
        return r < 0 ? r : redact_argv(report->redact, report->options.argv.items, report->options.argv.count);
}

/* A wish to stop that came when all was read: what is left to do has its bounds, and is done. But whoever asked for it
 * is told that the run was interrupted, and not that it ended as any other. */
static int tell_late_wish(struct pipeline *pipeline) {
        const struct diag place = { .code = DIAG_INTERRUPTED, .offset = UINT64_MAX };
        struct report *report = pipeline->report;

        if (report->interrupted || tell_progress(pipeline) == 0)
                return 0;
        report->interrupted = true;
        return diags_add(&report->diags, &place, NULL);
}

static int conclude(struct pipeline *pipeline) {
        const struct options *options = pipeline->options;
        struct report *report = pipeline->report;
        int r;

        r = tell_if_nothing(report);
        if (r == 0)
                r = timeline_join(&report->timeline, pipeline->ruleset, &report->options.limits, &report->inputs,
                                  options->tz, &report->diags);
        if (r == 0)
                r = redact_timeline(report->redact, &report->timeline);
        if (r == 0)
                r = findings_detect(&report->findings, &report->timeline, options->from_ms, options->to_ms);
        if (r == 0)
                r = tell_late_wish(pipeline);
        if (r == 0)
                r = report_finish(report);
        return r < 0 ? r : redact_rest(report);
}

/* Without a key one that nobody knows: where none can be drawn, nothing may be shown. */
static int begin_redacting(struct report *report) {
        struct options *options = &report->options;
        const size_t bytes = sizeof(options->redact_key);

        if (options->redact && !options->has_redact_key && getrandom(options->redact_key, bytes, 0) != (ssize_t)bytes)
                return -ENOSYS;
        report->redact =
                redact_new(report->ruleset, options->redact, (struct str){ (const char *)options->redact_key, bytes });
        return report->redact ? 0 : -ENOMEM;
}

static int report_init(struct report *report, const struct options *options, const struct ruleset *ruleset,
                       const char *path) {
        int r;

        *report = (struct report){ .ruleset = ruleset, .started_ms = now_ms(CLOCK_REALTIME) };
        arena_init(&report->arena);
        bundle_init(&report->bundle);
        inputs_init(&report->inputs);
        diags_init(&report->diags);
        r = options_copy(&report->options, options);
        if (r == 0)
                r = arena_str(&report->arena, str_from(path), &report->path);
        return r < 0 ? r : begin_redacting(report);
}

/* Read and conclude. */
static int run(struct pipeline *pipeline, const char *path, const struct feed *feed) {
        int r = read_bundle(pipeline, path, feed);

        for (size_t i = 0; i < pipeline->idle_count; i++)
                lane_free(pipeline->idle[i]);
        return r < 0 ? r : conclude(pipeline);
}

int pipeline_run(struct report *report, const struct options *options, const struct ruleset *ruleset, const char *path,
                 const struct feed *feed) {
        struct pipeline pipeline = { .report = report, .options = options, .ruleset = ruleset };
        int64_t begun = now_ms(CLOCK_MONOTONIC);
        int r = report_init(report, options, ruleset, path);

        if (r < 0)
                return r;
        pipeline.over_ms = begun + (int64_t)options->limits.max_seconds * MS_PER_SECOND;
        pipeline.pool = pool_new(options->threads ? options->threads : pool_cores());
        if (!pipeline.pool)
                return -ENOMEM;
        r = run(&pipeline, path, feed);
        pool_free(pipeline.pool);
        report->seconds = (double)(now_ms(CLOCK_MONOTONIC) - begun) / MS_PER_SECOND;
        return r;
}

void report_release(struct report *report) {
        unmatched_sum_release(&report->unmatched);
        findings_release(&report->findings);
        timeline_release(&report->timeline);
        inputs_release(&report->inputs);
        bundle_release(&report->bundle);
        diags_release(&report->diags);
        redact_free(report->redact);
        options_release(&report->options);
        arena_release(&report->arena);
}
