/*
 * All that a program of somebody else's does with boshscope, by its installed header alone:
 * analyse a bundle from its path and from a function that gives its bytes, write reports, read
 * one back, go through its findings and what they rest on, be interrupted, meet a fault.
 *
 *      example BUNDLE FOLDER
 *
 * The reports go to FOLDER, what was found to standard output: one "name=value" a line.
 */
#include <boshscope.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(int r, const char *what) {
        if (r >= 0)
                return;
        fprintf(stderr, "%s: %s\n", what, boshscope_strerror(r));
        exit(1);
}

/* ------------------------------------------------------- bytes in, bytes out */

struct source {
        FILE *file;
        long most; /* bytes before it fails; -1: it never does */
};

static int64_t give(void *userdata, void *data, size_t bytes) {
        struct source *source = userdata;
        size_t got;

        if (source->most >= 0 && bytes > (size_t)source->most)
                bytes = (size_t)source->most;
        if (bytes == 0)
                return -EIO;
        got = fread(data, 1, bytes, source->file);
        if (source->most >= 0)
                source->most -= (long)got;
        return ferror(source->file) ? -EIO : (int64_t)got;
}

static int put(void *userdata, const void *data, size_t bytes) {
        return fwrite(data, 1, bytes, userdata) != bytes;
}

static FILE *create(const char *folder, const char *name, char path[static 4096]) {
        FILE *file;

        snprintf(path, 4096, "%s/%s", folder, name);
        file = fopen(path, "wb");
        if (!file)
                check(BOSHSCOPE_E_OUTPUT, path);
        return file;
}

static void save(const struct boshscope_report *report, const char *folder, const char *name, char path[static 4096]) {
        FILE *file = create(folder, name, path);

        check(boshscope_report_write_json(report, put, file), path);
        fclose(file);
}

/* ---------------------------------------------------------------- findings */

/* A value on one line. */
static void say(const char *name, const char *text, size_t bytes) {
        printf("%s=", name);
        for (size_t i = 0; text && i < bytes; i++)
                if (text[i] == '\\')
                        printf("\\\\");
                else if (text[i] == '\n')
                        printf("\\n");
                else
                        putchar(text[i]);
        putchar('\n');
}

static void say_number(const char *name, int64_t value) {
        printf("%s=%" PRId64 "\n", name, value);
}

static void show_evidence(const struct boshscope_view *view, size_t finding, size_t index) {
        static const char *const numbers[] = { "input", "line", "offset" };
        size_t bytes = 0;
        int64_t value = 0;
        const char *text = boshscope_evidence_text(view, finding, index, "path", &bytes);

        say("evidence.path", text, bytes);
        text = boshscope_evidence_text(view, finding, index, "text", &bytes);
        say("evidence.text", text, bytes);
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
                char name[32];

                snprintf(name, sizeof(name), "evidence.%s", numbers[i]);
                if (boshscope_evidence_number(view, finding, index, numbers[i], &value))
                        say_number(name, value);
        }
        if (boshscope_evidence_time(view, finding, index, &value))
                say_number("evidence.time", value);
}

static void show_finding(const struct boshscope_view *view, size_t finding) {
        static const char *const texts[] = { "id",  "kind",  "rule",       "severity", "node",    "agent",
                                             "sid", "cause", "confidence", "why",      "outcome", "requested_reason" };
        static const char *const lists[] = { "agents", "missing", "next_steps", "links" };
        static const char *const numbers[] = { "threshold_s", "idle_ms", "requested_reason", "clean", "why" };
        static const char *const times[] = { "start", "end", "silent_since", "kind" };
        int64_t value = 0;
        size_t bytes = 0;

        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
                const char *text = boshscope_finding_text(view, finding, texts[i], &bytes);

                if (text)
                        say(texts[i], text, bytes);
        }
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
                if (boshscope_finding_number(view, finding, numbers[i], &value))
                        say_number(numbers[i], value);
        for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
                if (boshscope_finding_time(view, finding, times[i], &value))
                        say_number(times[i], value);
        for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
                for (size_t k = 0; k < boshscope_finding_texts(view, finding, lists[i]); k++) {
                        const char *text = boshscope_finding_text_at(view, finding, lists[i], k, NULL);

                        say(lists[i], text, strlen(text));
                }
        for (size_t i = 0; i < boshscope_finding_evidence(view, finding); i++)
                show_evidence(view, finding, i);
}

static void show(const char *report_path, const char *folder) {
        struct boshscope_style *style = boshscope_style_new();
        struct boshscope_view *view = NULL;
        char path[4096];
        FILE *file;

        check(style ? boshscope_view_load(report_path, NULL, NULL, &view) : BOSHSCOPE_E_MEMORY, report_path);
        for (size_t i = 0; i < boshscope_view_findings(view); i++) {
                printf("finding=%zu\n", i);
                show_finding(view, i);
        }
        file = create(folder, "report.txt", path);
        check(boshscope_view_write(view, style, "text", put, file), path);
        fclose(file);
        boshscope_view_free(view);
        boshscope_style_free(style);
}

/* ---------------------------------------------------------------- analyses */

static struct boshscope_report *analyze_bytes(const struct boshscope_options *options,
                                              const struct boshscope_rules *rules, const char *path, long most) {
        struct source source = { .file = fopen(path, "rb"), .most = most };
        struct boshscope_report *report = NULL;

        check(source.file ? boshscope_analyze_stream(options, rules, path, give, &source, &report)
                          : BOSHSCOPE_E_ARGUMENT,
              path);
        fclose(source.file);
        return report;
}

static int stop_at_once(void *userdata, const struct boshscope_progress *progress) {
        (void)userdata;
        return progress->bytes_read > 0;
}

static void tell(const char *name, struct boshscope_report *report) {
        struct boshscope_diagnostic diagnostic;

        printf("%s=%d\n", name, boshscope_report_exit_status(report));
        for (size_t i = 0; i < boshscope_report_diagnostics(report); i++)
                if (boshscope_report_diagnostic(report, i, &diagnostic) == 0 && diagnostic.level == BOSHSCOPE_ERROR)
                        printf("%s.%s=%s\n", name, diagnostic.code, diagnostic.text);
        boshscope_report_free(report);
}

int main(int argc, char **argv) {
        struct boshscope_options *options = boshscope_options_new();
        struct boshscope_report *report = NULL;
        struct boshscope_rules *rules = NULL;
        char path[4096];

        check(options && argc == 3 ? 0 : BOSHSCOPE_E_ARGUMENT, "example BUNDLE FOLDER");
        check(boshscope_rules_load(NULL, NULL, NULL, &rules), "rules");
        check(boshscope_analyze(options, rules, argv[1], &report), argv[1]);
        save(report, argv[2], "path.json", path);
        tell("path", report);
        show(path, argv[2]);

        report = analyze_bytes(options, rules, argv[1], -1);
        save(report, argv[2], "stream.json", path);
        tell("stream", report);

        tell("fault", analyze_bytes(options, rules, argv[1], 10000));
        boshscope_options_set_progress(options, stop_at_once, NULL);
        tell("interrupted", analyze_bytes(options, rules, argv[1], -1));
        boshscope_rules_free(rules);
        boshscope_options_free(options);
        return 0;
}
