#define _POSIX_C_SOURCE 200809L
#include "cli/reports.h"

#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"

int reports_take(const char *command, int argc, char **argv, const char **ret_paths, size_t count) {
        const size_t given = argc > optind ? (size_t)(argc - optind) : 0;

        if (given < count)
                return usage_error(command, "%s: no %s given; name a report that 'boshscope analyze' wrote", command,
                                   count == 1   ? "REPORT.json"
                                   : given == 0 ? "OLD.json"
                                                : "NEW.json");
        if (given > count)
                return usage_error(command, "%s: '%s' is too much", command, argv[(size_t)optind + count]);
        for (size_t i = 0; i < count; i++)
                ret_paths[i] = argv[(size_t)optind + i];
        return STATUS_OK;
}

bool reports_is_one(const char *path) {
        const size_t n = strlen(path);
        struct stat there;

        return n > 5 && strcmp(path + n - 5, ".json") == 0 && !(stat(path, &there) == 0 && S_ISDIR(there.st_mode));
}

static void tell(void *userdata, const char *text) {
        message("%s: %s", (const char *)userdata, text);
}

/* What a load came to. */
static int loaded(const char *shown, int r) {
        if (r == 0)
                return STATUS_OK;
        if (r == BOSHSCOPE_E_REPORT)
                return STATUS_USAGE;
        message("cannot read %s: %s", shown, boshscope_strerror(r));
        return STATUS_FAULT;
}

/* The callback only reads it. */
union name {
        const char *in;
        void *out;
};

int reports_load(const char *path, struct boshscope_view **ret_view) {
        const union name name = { .in = path[0] == '-' && !path[1] ? "standard input" : path };

        return loaded(name.in, boshscope_view_load(path, tell, name.out, ret_view));
}

int reports_load_fleet(const char *path, struct boshscope_fleet **ret_fleet) {
        const union name name = { .in = path };

        return loaded(name.in, boshscope_fleet_load(path, tell, name.out, ret_fleet));
}

int reports_view(const struct boshscope_report *report, boshscope_write_fn *fn, void *userdata,
                 struct boshscope_view **ret_view) {
        const int r = boshscope_view_of(report, fn, userdata, ret_view);

        if (r == 0)
                return STATUS_OK;
        message("cannot read the report back: %s", boshscope_strerror(r));
        return STATUS_FAULT;
}
