#define _DEFAULT_SOURCE /* TIOCGWINSZ, clock_gettime */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/interrupt.h"

/* A run of a blink shows nothing; ten lines a second are read as moving. */
enum { FIRST_MS = 300, EVERY_MS = 100, LINE_BYTES = 256, LEFT_BYTES = 40 };

static int64_t now_ms(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_init(struct progress *progress, bool wanted) {
        const char *terminal = getenv("TERM");

        *progress = (struct progress){ .started_ms = now_ms() };
        progress->drawn = wanted && isatty(STDERR_FILENO) && !(terminal && strcmp(terminal, "dumb") == 0);
        progress->next_ms = progress->started_ms + FIRST_MS;
}

static size_t terminal_columns(void) {
        struct winsize size;

        if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
                return 80;
        return size.ws_col < LINE_BYTES ? size.ws_col : LINE_BYTES;
}

static double mib(uint64_t bytes) {
        return (double)bytes / (1024 * 1024);
}

/* As the time so far goes; a first second says too little. */
static const char *time_left(const struct boshscope_progress *now, int64_t elapsed_ms, char text[static LEFT_BYTES]) {
        const uint64_t read = now->bytes_read, left = now->bytes_total - read;
        int64_t seconds;

        if (elapsed_ms < 1000 || read == 0)
                return "";
        seconds = (int64_t)((double)elapsed_ms * (double)left / (double)read / 1000) + 1;
        if (seconds < 60)
                snprintf(text, LEFT_BYTES, ", %d s left", (int)seconds);
        else
                snprintf(text, LEFT_BYTES, ", %lld min left", (long long)((seconds + 59) / 60));
        return text;
}

static size_t format_numbers(const struct boshscope_progress *now, int64_t elapsed_ms, char line[static LINE_BYTES]) {
        double rate = elapsed_ms > 0 ? mib(now->bytes_read) * 1000 / (double)elapsed_ms : 0;
        char left[LEFT_BYTES] = "";
        int n;

        /* A file that grows while it is read would pass its total. */
        if (now->bytes_total && now->bytes_read <= now->bytes_total)
                n = snprintf(line, LINE_BYTES, "%.1f of %.1f MiB, %d%%, %.1f MiB/s%s", mib(now->bytes_read),
                             mib(now->bytes_total), (int)(now->bytes_read * 100 / now->bytes_total), rate,
                             time_left(now, elapsed_ms, left));
        else
                n = snprintf(line, LINE_BYTES, "%.1f MiB, %.1f MiB/s", mib(now->bytes_read), rate);
        return (size_t)n;
}

/* The end of a path tells files apart, so the beginning goes. Plain ASCII
 * only: then bytes are columns and nothing in a name moves the cursor. */
static size_t add_path(const char *path, char *line, size_t n, size_t columns) {
        size_t length = path ? strlen(path) : 0;

        if (length == 0 || n + 2 + 8 > columns)
                return n;
        line[n++] = ',';
        line[n++] = ' ';
        if (length > columns - n) {
                memcpy(line + n, "...", 3);
                n += 3;
                path += length - (columns - n);
        }
        for (; *path; path++)
                line[n++] = *path >= ' ' && *path <= '~' ? *path : '?';
        return n;
}

/* Old characters are overwritten, never erased first: no flicker. */
static void draw_line(struct progress *progress, const char *line, size_t n, size_t columns) {
        size_t left = progress->width > n ? progress->width - n : 0;

        if (left > columns - n)
                left = columns - n;
        fprintf(stderr, "\r%.*s%*s", (int)n, line, (int)left, "");
        fflush(stderr);
        progress->width = n;
}

static void draw(struct progress *progress, const struct boshscope_progress *now, int64_t time_ms) {
        char line[LINE_BYTES + 1];
        size_t columns = terminal_columns() - 1;
        size_t n = format_numbers(now, time_ms - progress->started_ms, line);

        n = add_path(now->path, line, n < columns ? n : columns, columns);
        draw_line(progress, line, n, columns);
}

/* Where a line is to be drawn now: the time of it. */
static bool is_due(struct progress *progress, int64_t *ret_ms) {
        if (!progress->drawn)
                return false;
        *ret_ms = now_ms();
        if (*ret_ms < progress->next_ms)
                return false;
        progress->next_ms = *ret_ms + EVERY_MS;
        return true;
}

int progress_update(void *userdata, const struct boshscope_progress *now) {
        struct progress *progress = userdata;
        int64_t time_ms;

        if (is_due(progress, &time_ms))
                draw(progress, now, time_ms);
        return interrupt_seen();
}

void progress_tell(struct progress *progress, const char *text) {
        const size_t n = strlen(text);
        int64_t time_ms;
        size_t columns;

        if (!is_due(progress, &time_ms))
                return;
        columns = terminal_columns() - 1;
        draw_line(progress, text, n < columns ? n : columns, columns);
}

void progress_clear(struct progress *progress) {
        if (progress->width)
                fprintf(stderr, "\r%*s\r", (int)progress->width, "");
        progress->width = 0;
}
