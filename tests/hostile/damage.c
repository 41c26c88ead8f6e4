/*
 * damage: a bundle, damaged in every way of a kind, analysed again and again in this
 * process, and each report held against that of the whole bundle.
 *
 *      damage BUNDLE OUT cut|drop|flip|bit|mutate FROM TO STEP
 *
 * Whatever happens there is a report, in which every line is accounted for. Where a log
 * that the whole bundle gave is not there as it was, `complete` has to be false; where it
 * is true all the same a line says `unseen POSITION`, for run.py to judge: some formats
 * carry nothing by which it could be seen. OUT gets a report of each shape, one a line.
 * The last line has the figures.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "pipeline.h"
#include "rules/ruleset.h"

enum { MOST_LOGS = 64, MOST_SHAPES = 1 << 16, REPORT_BYTES = 1 << 28 };

struct log {
        uint64_t bytes;
        uint32_t crc32;
};

struct damage {
        struct ruleset *ruleset;
        struct options options;
        struct str bundle; /* the whole one */
        int fd;            /* where each damaged one is put */
        char path[512];    /* by which it has the whole one's name */
        FILE *out;
        uint64_t shapes[MOST_SHAPES];
        size_t shape_count;

        struct log logs[MOST_LOGS]; /* of the whole one */
        size_t log_count;
        size_t cases, complete, unseen, failures;
        size_t codes[DIAG_CODE_COUNT];
        double longest;
};

static void fail(struct damage *damage, size_t at, const char *what) {
        printf("failure %zu %s\n", at, what);
        damage->failures++;
}

/* -------------------------------------------------------------- one report */

static int add_text(void *userdata, const void *p, size_t n) {
        return buf_add(userdata, (struct str){ p, n });
}

/* Without its figures: most damage makes one that differs from others in nothing else. */
static uint64_t shape_of(const char *text) {
        uint64_t hash = UINT64_C(14695981039346656037);

        for (; *text; text++)
                if (!((*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'f')))
                        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
        return hash;
}

static void keep_shape(struct damage *damage, const char *text) {
        const uint64_t shape = shape_of(strstr(text, "\"options\""));

        for (size_t i = 0; i < damage->shape_count; i++)
                if (damage->shapes[i] == shape)
                        return;
        if (damage->shape_count < MOST_SHAPES)
                damage->shapes[damage->shape_count++] = shape;
        for (const char *p = text; *p; p++)
                fputc(*p == '\n' ? ' ' : *p, damage->out);
        fputc('\n', damage->out);
}

static uint64_t number(const char *text, const char *key) {
        const char *at = strstr(text, key);

        return at ? strtoull(at + strlen(key) + 2, NULL, 10) : UINT64_MAX;
}

/* What the coverage says, and what the inputs do. */
static void check_sums(struct damage *damage, size_t at, const struct report *report, const char *text) {
        const char *coverage = strstr(text, "\"coverage\": {");
        uint64_t bytes = 0, lines = 0, records = 0, matched = 0;

        for (size_t i = 0; i < report->inputs.count; i++) {
                const struct input *input = report->inputs.items[i];
                const struct summary *s = input->summary;

                if (!s)
                        continue;
                bytes += input->bytes;
                lines += s->lines;
                records += s->records;
                matched += s->matched;
                if (s->lines != s->records + s->continuation_lines + s->orphan_lines || s->matched > s->records)
                        fail(damage, at, "a line of an input is not accounted for");
        }
        if (!coverage || number(coverage, "\"bytes\"") != bytes || number(coverage, "\"lines\"") != lines ||
            number(coverage, "\"records\"") != records || number(coverage, "\"matched\"") != matched ||
            number(coverage, "\"unmatched\"") != records - matched)
                fail(damage, at, "the coverage is not the sum of the inputs");
}

static bool has_log(const struct report *report, const struct log *log) {
        for (size_t i = 0; i < report->inputs.count; i++) {
                const struct input *input = report->inputs.items[i];

                if (input->status == INPUT_ANALYSED && input->bytes == log->bytes && input->crc32 == log->crc32)
                        return true;
        }
        return false;
}

static void check_loss(struct damage *damage, size_t at, const struct report *report) {
        if (report->exit_status != (report_has_analysed(report) ? report->complete ? 0 : 5 : 1))
                fail(damage, at, "the exit status does not fit");
        if (!report->complete)
                return;
        damage->complete++;
        for (size_t i = 0; i < damage->log_count; i++) {
                if (has_log(report, &damage->logs[i]))
                        continue;
                printf("unseen %zu\n", at);
                damage->unseen++;
                return;
        }
}

static void note_logs(struct damage *damage, const struct report *report) {
        for (size_t i = 0; i < report->inputs.count && damage->log_count < MOST_LOGS; i++)
                if (report->inputs.items[i]->status == INPUT_ANALYSED)
                        damage->logs[damage->log_count++] =
                                (struct log){ report->inputs.items[i]->bytes, report->inputs.items[i]->crc32 };
}

static double now(void) {
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void analyse(struct damage *damage, size_t at, struct str bytes, bool whole) {
        const double begun = now();
        struct report report;
        struct buf text;
        double seconds;

        if (ftruncate(damage->fd, 0) < 0 || pwrite(damage->fd, bytes.p, bytes.n, 0) != (ssize_t)bytes.n) {
                perror("damage");
                exit(2);
        }
        buf_init(&text, REPORT_BYTES);
        if (pipeline_run(&report, &damage->options, damage->ruleset, damage->path, NULL) < 0 ||
            report_write_json(&report, add_text, &text) < 0 || buf_add_byte(&text, '\0') < 0) {
                fail(damage, at, "there is no report");
        } else {
                damage->cases++;
                if (whole)
                        note_logs(damage, &report);
                check_sums(damage, at, &report, text.p);
                check_loss(damage, at, &report);
                keep_shape(damage, text.p);
                for (size_t i = 0; i < report.diags.count; i++)
                        damage->codes[report.diags.items[i].code]++;
        }
        seconds = now() - begun;
        damage->longest = seconds > damage->longest ? seconds : damage->longest;
        buf_release(&text);
        report_release(&report);
}

/* ---------------------------------------------------------------- damaging */

static uint64_t next_random(uint64_t *seed) {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        return *seed;
}

static size_t below(uint64_t *seed, size_t n) {
        return n ? (size_t)(next_random(seed) % n) : 0;
}

/* Some of: bits, lengths, pieces taken out, doubled, or put elsewhere. */
static size_t mutate(char *p, size_t n, size_t capacity, uint64_t seed) {
        for (size_t left = 1 + below(&seed, 4); left > 0 && n > 16; left--) {
                const size_t at = below(&seed, n - 8), most = n - at < 600 ? n - at : 600;
                const size_t piece = 1 + below(&seed, most), to = below(&seed, n - piece + 1);
                static const uint32_t lengths[] = { 0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff };

                switch (below(&seed, 6)) {
                case 0:
                        p[at] = (char)(p[at] ^ 1 << below(&seed, 8));
                        break;
                case 1:
                        memcpy(p + at, &lengths[below(&seed, sizeof(lengths) / sizeof(lengths[0]))],
                               1 + below(&seed, 4));
                        break;
                case 2:
                        memmove(p + at, p + at + piece, n - at - piece);
                        n -= piece;
                        break;
                case 3:
                        if (n + piece > capacity)
                                break;
                        memmove(p + at + piece, p + at, n - at);
                        n += piece;
                        break;
                case 4:
                        memmove(p + to, p + at, piece);
                        break;
                default:
                        memset(p + at, (int)below(&seed, 256), piece);
                        break;
                }
        }
        return n;
}

/* A few bytes are missing, as where a copy lost them. */
static size_t drop(char *p, size_t n, size_t at) {
        enum { LOST = 7 };
        const size_t lost = n - at < LOST ? n - at : LOST;

        memmove(p + at, p + at + lost, n - at - lost);
        return n - lost;
}

static void damage_at(struct damage *damage, const char *way, size_t at, char *copy, size_t capacity) {
        uint64_t seed = UINT64_C(0x9e3779b97f4a7c15) * (at + 1);
        size_t n = damage->bundle.n;

        memcpy(copy, damage->bundle.p, n);
        if (strcmp(way, "cut") == 0)
                n = at;
        else if (strcmp(way, "drop") == 0)
                n = drop(copy, n, at);
        else if (strcmp(way, "flip") == 0)
                copy[at] = (char)(copy[at] ^ 0xff);
        else if (strcmp(way, "bit") == 0)
                copy[at] = (char)(copy[at] ^ 1 << below(&seed, 8));
        else
                n = mutate(copy, n, capacity, seed);
        analyse(damage, at, (struct str){ copy, n }, false);
}

static struct buf read_whole(const char *path) {
        FILE *file = fopen(path, "rb");
        struct buf buf;
        int c;

        buf_init(&buf, REPORT_BYTES);
        while (file && (c = fgetc(file)) != EOF)
                if (buf_add_byte(&buf, (char)c) < 0)
                        exit(2);
        if (!file || buf.n == 0)
                exit(2);
        fclose(file);
        return buf;
}

/* A link beside the whole one: names say what somebody took a file for. */
static int name_bundle(struct damage *damage, const char *whole) {
        const char *name = strrchr(whole, '/');
        char target[64];

        name = name ? name + 1 : whole;
        snprintf(target, sizeof(target), "/proc/self/fd/%d", damage->fd);
        snprintf(damage->path, sizeof(damage->path), "%.*sdamaged-%s", (int)(name - whole), whole, name);
        unlink(damage->path);
        return symlink(target, damage->path);
}

static void print_figures(const struct damage *damage) {
        struct rusage usage;

        getrusage(RUSAGE_SELF, &usage);
        printf("figures {\"cases\": %zu, \"complete\": %zu, \"unseen\": %zu, \"failures\": %zu, \"longest\": %.3f, "
               "\"kib\": %ld, \"codes\": {",
               damage->cases, damage->complete, damage->unseen, damage->failures, damage->longest, usage.ru_maxrss);
        for (size_t i = 0, n = 0; i < DIAG_CODE_COUNT; i++)
                if (damage->codes[i])
                        printf("%s\"%s\": %zu", n++ ? ", " : "", diag_infos[i].code, damage->codes[i]);
        printf("}}\n");
}

int main(int argc, char **argv) {
        static struct damage damage;
        struct buf bundle;
        size_t capacity;
        char *copy;

        if (argc != 7 || ruleset_load(NULL, NULL, NULL, &damage.ruleset) < 0)
                return 2;
        bundle = read_whole(argv[1]);
        capacity = bundle.n * 2 + 4096;
        copy = malloc(capacity);
        damage.bundle = buf_str(&bundle);
        damage.out = fopen(argv[2], "a");
        damage.fd = memfd_create("bundle", MFD_CLOEXEC);
        if (!copy || !damage.out || damage.fd < 0)
                return 2;
        if (name_bundle(&damage, argv[1]) < 0)
                return 2;
        options_init(&damage.options);
        damage.options.threads = 1;
        analyse(&damage, 0, damage.bundle, true);
        for (size_t at = strtoull(argv[4], NULL, 10); at < strtoull(argv[5], NULL, 10);
             at += strtoull(argv[6], NULL, 10))
                damage_at(&damage, argv[3], at, copy, capacity);
        print_figures(&damage);
        fclose(damage.out);
        options_release(&damage.options);
        ruleset_free(damage.ruleset);
        buf_release(&bundle);
        free(copy);
        unlink(damage.path);
        close(damage.fd);
        return damage.failures ? 1 : 0;
}
