#include "cli/diagnostics.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/message.h"

static const char *level_name(enum boshscope_level level) {
        return level == BOSHSCOPE_NOTE ? "note" : level == BOSHSCOPE_WARNING ? "warning" : "error";
}

static void print(const struct boshscope_diagnostic *diagnostic) {
        const char *path = diagnostic->path ? diagnostic->path : "";
        const char *advice = diagnostic->advice ? diagnostic->advice : "";
        char line[32] = "";

        if (*path && diagnostic->line)
                snprintf(line, sizeof(line), ":%" PRIu64, diagnostic->line);
        message("%s %s: %s%s%s%s%s%s", level_name(diagnostic->level), diagnostic->code, path, line, *path ? ": " : "",
                diagnostic->text, *advice ? "; " : "", advice);
}

void diagnostics_print(const struct boshscope_report *report, enum boshscope_level lowest) {
        size_t count = boshscope_report_diagnostics(report);

        for (size_t i = 0; i < count; i++) {
                struct boshscope_diagnostic diagnostic;

                if (boshscope_report_diagnostic(report, i, &diagnostic) != 0)
                        continue;
                if (diagnostic.level >= lowest)
                        print(&diagnostic);
        }
}
