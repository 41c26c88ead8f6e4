#define _POSIX_C_SOURCE 200809L
#include "fleet/load.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "render/load.h"

bool fleet_is_one(struct str text) {
        enum { BEGINNING = 256 };
        const struct str beginning = str_first(text, BEGINNING);

        return str_find(beginning, STR("\"boshscope.fleet/")) != NULL;
}

int fleet_load_nothing(const struct fleet_loading *loading, struct str path, enum diag_code code, const char *why,
                       int64_t exit_status) {
        const char *name = diag_infos[code].code;
        char text[1024];

        snprintf(text, sizeof(text), "%s: %.*s: %s", name, (int)str_first(path, 512).n, path.p, why);
        if (loading->tell)
                loading->tell(loading->userdata, text);
        return fleet_add_unread(loading->fleet, path, name, str_from(why), exit_status);
}

/* The view has the text from now on, which a fleet report's sets have copied. */
static int fold_text(const struct fleet_loading *loading, struct buf *json, char wrong[static VIEW_WRONG_BYTES]) {
        struct view view;
        int r;

        if (fleet_is_one(buf_str(json))) {
                r = fleet_read(loading->fleet, json->p, json->n, wrong);
                buf_release(json);
                return r;
        }
        r = view_read(&view, json->p, json->n, wrong);
        if (r < 0)
                return r;
        r = fleet_fold(loading->fleet, &view, wrong);
        view_release(&view);
        return r;
}

int fleet_load_file(const struct fleet_loading *loading, const char *path) {
        enum { NOTHING = 1 };
        char wrong[VIEW_WRONG_BYTES] = "";
        struct buf json;
        int r = text_load(path, &json, wrong);

        if (r == 0)
                r = fold_text(loading, &json, wrong);
        if (r == -EBADMSG)
                r = fleet_load_nothing(loading, str_from(path), DIAG_REPORT_UNREAD, wrong, NOTHING);
        return r;
}

int fleet_load(const struct fleet_loading *loading, const char *path) {
        struct stat info;

        if (strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
                return fleet_load_folder(loading, path);
        return fleet_load_file(loading, path);
}
