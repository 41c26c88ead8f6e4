#include "fleet/load.h"

#include <errno.h>

#include "boshscope.h"
#include "render/load.h"

bool fleet_is_one(struct str text) {
        enum { BEGINNING = 256 };
        const struct str beginning = str_first(text, BEGINNING);

        return str_find(beginning, STR("\"boshscope.fleet/")) != NULL;
}

static int load_nothing(const struct fleet_loading *loading, const struct report_fault *fault) {
        char text[REPORT_FAULT_BYTES];

        report_fault_text(fault, text);
        if (loading->tell)
                loading->tell(loading->userdata, text);
        return fleet_add_unread(loading->fleet, fault);
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

static int load_file(const struct fleet_loading *loading, struct str path) {
        char wrong[VIEW_WRONG_BYTES] = "";
        struct buf json;
        int r = text_load(path.p, &json, wrong);

        if (r == 0)
                r = fold_text(loading, &json, wrong);
        if (r == -EBADMSG)
                r = load_nothing(loading, &(struct report_fault){ path, DIAG_REPORT_UNREAD, str_from(wrong),
                                                                  BOSHSCOPE_EXIT_NOTHING });
        return r;
}

static int load_all(const struct fleet_loading *loading, const struct reports *reports) {
        int r = 0;

        for (size_t i = 0; i < reports->fault_count && r == 0; i++)
                r = load_nothing(loading, &reports->faults[i]);
        for (size_t i = 0; i < reports->count && r == 0; i++)
                r = load_file(loading, reports->paths[i]);
        return r;
}

int fleet_load(const struct fleet_loading *loading, const char *path) {
        struct reports reports;
        int r;

        reports_init(&reports);
        r = reports_add(&reports, path);
        if (r == 0)
                r = load_all(loading, &reports);
        reports_release(&reports);
        return r;
}
