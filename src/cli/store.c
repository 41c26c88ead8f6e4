#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "boshscope.h"
#include "cli/command.h"
#include "cli/confine.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/reports.h"

const char help_store[] = "Usage: boshscope store --out DIR REPORT.json|FOLDER...\n"
                          "\n"
                          "Writes the events and findings of reports as tables that DuckDB, ClickHouse and\n"
                          "Elasticsearch load as they are: one line of JSON a row, flat, the same columns in\n"
                          "every line, partitioned by day (UTC):\n"
                          "\n"
                          "  DIR/events/day=2017-06-16/0f3a9d3c51e07b42.ndjson\n"
                          "  DIR/findings/day=2017-06-16/0f3a9d3c51e07b42.ndjson\n"
                          "\n"
                          "A FOLDER stands for the reports that a batch wrote there, as its index names them;\n"
                          "without an index for all its files *.json. Files are named after what they hold\n"
                          "and are written whole or not at all, so a run may be repeated. Further runs add\n"
                          "to what is there.\n"
                          "\n"
                          "Options:\n"
                          "      --out DIR   where to; it is made where it is not there\n"
                          "  -h, --help      show this page\n"
                          "\n"
                          "Examples:\n"
                          "  boshscope store --out store report.json\n"
                          "  boshscope store --out store reports/\n"
                          "\n"
                          "Exit status:\n"
                          "  0    all of them are stored\n"
                          "  1    nothing could be stored, or a file not be written\n"
                          "  2    wrong usage\n"
                          "  5    stored, but some could not be read; they are named\n";

enum { OPT_OUT = 256 };

static const struct option longs[] = {
        { "help", no_argument, NULL, 'h' },
        { "out", required_argument, NULL, OPT_OUT },
        { 0 },
};

struct keeping {
        const char *out;
        char **operands;
        size_t operand_count;
        size_t stored, unread;
        bool wants_help;
};

static int parse(struct keeping *keeping, int argc, char **argv) {
        static const struct option_set options = { "store", ":h", longs };
        int option;

        while ((option = option_next(&options, argc, argv, NULL)) != OPTION_END) {
                if (option == OPTION_BAD)
                        return STATUS_USAGE;
                keeping->wants_help = option == 'h';
                if (keeping->wants_help)
                        return STATUS_OK;
                keeping->out = optarg;
        }
        keeping->operands = argv + optind;
        keeping->operand_count = argc > optind ? (size_t)(argc - optind) : 0;
        if (!keeping->out || !*keeping->out)
                return usage_error("store", "no --out DIR given; say where the tables are to lie");
        if (keeping->operand_count == 0)
                return usage_error("store",
                                   "no REPORT given; name reports that 'boshscope analyze' wrote, or their folder");
        return STATUS_OK;
}

/* ---------------------------------------------------------------- writing */

static int make_folder(const char *path) {
        struct stat there;

        if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &there) == 0 && S_ISDIR(there.st_mode)))
                return STATUS_OK;
        message("cannot make the folder %s: %s", path, strerror(errno));
        return STATUS_FAULT;
}

struct filling {
        const struct boshscope_store *store;
        size_t part;
};

static int fill(void *context, struct output *output) {
        const struct filling *filling = context;

        return boshscope_store_write(filling->store, filling->part, output_write, output);
}

/* The folders are made one after the other: "events", then its "day=...". */
static int write_part(const char *out, const struct boshscope_store *store, size_t part) {
        struct filling filling = { store, part };
        const char *below = boshscope_store_path(store, part);
        const size_t bytes = strlen(out) + strlen(below) + 2;
        char *path = malloc(bytes);
        int status = STATUS_OK;

        if (!path) {
                message("out of memory");
                return STATUS_FAULT;
        }
        snprintf(path, bytes, "%s/%s", out, below);
        for (char *slash = strchr(path + strlen(out) + 1, '/'); slash && status == STATUS_OK;
             slash = strchr(slash + 1, '/')) {
                *slash = '\0';
                status = make_folder(path);
                *slash = '/';
        }
        if (status == STATUS_OK)
                status = output_fill(path, fill, &filling);
        free(path);
        return status;
}

static int keep_view(struct keeping *keeping, const struct boshscope_view *view, const char *path) {
        const char *slash = strrchr(path, '/');
        const char *name = strcmp(path, "-") == 0 ? NULL : slash ? slash + 1 : path;
        struct boshscope_store *store = NULL;
        const int r = boshscope_store_of(view, name, &store);
        int status = STATUS_OK;

        if (r < 0) {
                message("cannot store %s: %s", path, boshscope_strerror(r));
                return STATUS_FAULT;
        }
        for (size_t i = 0; i < boshscope_store_count(store) && status == STATUS_OK; i++)
                status = write_part(keeping->out, store, i);
        boshscope_store_free(store);
        keeping->stored += status == STATUS_OK;
        return status;
}

/* One that is no report is told of, and the others are stored all the same. */
static int keep_report(struct keeping *keeping, const char *path) {
        struct boshscope_view *view = NULL;
        int status = reports_load(path, &view);

        if (status == STATUS_USAGE) {
                keeping->unread++;
                return STATUS_OK;
        }
        if (status == STATUS_OK)
                status = keep_view(keeping, view, path);
        boshscope_view_free(view);
        return status;
}

/* What has no report is told of by its code, as `merge` does. */
static void tell_unread(void *userdata, const char *text) {
        struct keeping *keeping = userdata;

        message("%s", text);
        keeping->unread++;
}

static int keep_operand(struct keeping *keeping, const char *operand) {
        struct boshscope_reports *reports = NULL;
        const int r = boshscope_reports_at(operand, tell_unread, keeping, &reports);
        int status = STATUS_OK;

        if (r < 0) {
                message("cannot read %s: %s", operand, boshscope_strerror(r));
                return STATUS_FAULT;
        }
        for (size_t i = 0; i < boshscope_reports_count(reports) && status == STATUS_OK; i++)
                status = keep_report(keeping, boshscope_reports_get(reports, i));
        boshscope_reports_free(reports);
        return status;
}

/* ---------------------------------------------------------------- command */

static int confine_all(const struct keeping *keeping) {
        const char *names[CONFINED_MOST], *writes[] = { keeping->out, NULL };
        const char **reads = calloc(keeping->operand_count + 1, sizeof(*reads));
        size_t count = 0;

        if (!reads) {
                message("out of memory");
                return STATUS_FAULT;
        }
        for (size_t i = 0; i < keeping->operand_count; i++)
                if (strcmp(keeping->operands[i], "-") != 0)
                        reads[count++] = keeping->operands[i];
        confine(reads, writes, names);
        free(reads);
        return STATUS_OK;
}

static int run(struct keeping *keeping) {
        int status = make_folder(keeping->out);

        if (status == STATUS_OK)
                status = confine_all(keeping);
        for (size_t i = 0; i < keeping->operand_count && status == STATUS_OK; i++)
                status = keep_operand(keeping, keeping->operands[i]);
        if (status != STATUS_OK)
                return status;
        if (keeping->unread == 0)
                return STATUS_OK;
        return keeping->stored ? BOSHSCOPE_EXIT_PARTIAL : STATUS_FAULT;
}

int cmd_store(int argc, char **argv) {
        struct keeping keeping = { 0 };
        int status = parse(&keeping, argc, argv);

        if (keeping.wants_help)
                return help_show(help_store, NULL);
        return status == STATUS_OK ? run(&keeping) : status;
}
