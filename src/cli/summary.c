#define _POSIX_C_SOURCE 200809L
#include "cli/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"

static bool is_page(const char *format) {
        return strcmp(format, "text") == 0 || strcmp(format, "md") == 0;
}

static bool is_stdout(const struct form *form) {
        return strcmp(form->path, "-") == 0;
}

bool summary_wanted(const struct forms *forms, bool quiet) {
        if (quiet || !isatty(STDERR_FILENO))
                return false;
        for (size_t i = 0; i < forms->count; i++)
                if (is_stdout(&forms->items[i]) && is_page(forms->items[i].format) && isatty(STDOUT_FILENO))
                        return false;
        return true;
}

/* https://no-color.org: any value that is not empty. */
static bool wants_colour(void) {
        const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

        return !(no && *no) && terminal && strcmp(terminal, "dumb") != 0;
}

static int say(void *userdata, const void *data, size_t bytes) {
        (void)userdata;
        return fwrite(data, 1, bytes, stderr) == bytes ? 0 : -1;
}

static void say_where(const struct form *form, const char *label) {
        char name[512];

        snprintf(name, sizeof(name), "%s", is_stdout(form) ? "standard output" : form->path);
        fprintf(stderr, "%-12s%s (%s)\n", label, text_clean(name), form->format);
}

void summary_show(const struct forms *forms, const struct boshscope_view *view) {
        if (boshscope_view_write_screen(view, forms->style, wants_colour(), say, NULL) != 0)
                return;
        for (size_t i = 0; i < forms->count; i++)
                say_where(&forms->items[i], i ? "" : "Written to");
        fflush(stderr);
}
