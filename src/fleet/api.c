/*
 * boshscope.h: fleets.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/errors.h"
#include "boshscope.h"
#include "fleet/format.h"
#include "fleet/load.h"
#include "render/api.h"

struct boshscope_fleet {
        struct fleet inner;
        struct arena arena; /* of the report */
        struct fleet_report report;
        bool derived; /* nothing was added since */
};

struct boshscope_fleet *boshscope_fleet_new(void) {
        struct boshscope_fleet *fleet = calloc(1, sizeof(*fleet));

        if (fleet) {
                fleet_init(&fleet->inner);
                arena_init(&fleet->arena);
        }
        return fleet;
}

void boshscope_fleet_free(struct boshscope_fleet *fleet) {
        if (!fleet)
                return;
        arena_release(&fleet->arena);
        fleet_release(&fleet->inner);
        free(fleet);
}

int boshscope_fleet_add_view(struct boshscope_fleet *fleet, const struct boshscope_view *view) {
        char wrong[VIEW_WRONG_BYTES];

        fleet->derived = false;
        return error_public(fleet_fold(&fleet->inner, &view->inner, wrong));
}

int boshscope_fleet_add_path(struct boshscope_fleet *fleet, const char *path, boshscope_message_fn *fn,
                             void *userdata) {
        const struct fleet_loading loading = { &fleet->inner, fn, userdata };

        fleet->derived = false;
        return error_public(fleet_load(&loading, path));
}

/* ---------------------------------------------------------------- load */

int boshscope_fleet_is(const char *path) {
        enum { BEGINNING = 256 };
        FILE *file = strcmp(path, "-") != 0 ? fopen(path, "re") : NULL;
        char text[BEGINNING];
        size_t n = 0;

        if (!file)
                return 0;
        n = fread(text, 1, sizeof(text), file);
        fclose(file);
        return fleet_is_one((struct str){ text, n });
}

static int load(struct fleet *fleet, const char *path, char wrong[static VIEW_WRONG_BYTES]) {
        struct buf text;
        int r = text_load(path, &text, wrong);

        if (r < 0)
                return r;
        r = fleet_read(fleet, text.p, text.n, wrong);
        buf_release(&text);
        return r;
}

int boshscope_fleet_load(const char *path, boshscope_message_fn *fn, void *userdata,
                         struct boshscope_fleet **ret_fleet) {
        struct boshscope_fleet *fleet = boshscope_fleet_new();
        char wrong[VIEW_WRONG_BYTES] = "";
        int r = fleet ? load(&fleet->inner, path, wrong) : -ENOMEM;

        if (r == 0) {
                *ret_fleet = fleet;
                return 0;
        }
        if (r == -EBADMSG && fn)
                fn(userdata, wrong);
        boshscope_fleet_free(fleet);
        return error_public(r);
}

/* --------------------------------------------------------------- write */

static int derive(struct boshscope_fleet *fleet) {
        int r;

        if (fleet->derived)
                return 0;
        arena_release(&fleet->arena);
        arena_init(&fleet->arena);
        r = fleet_derive(&fleet->inner, &fleet->arena, &fleet->report);
        fleet->derived = r == 0;
        return r;
}

int boshscope_fleet_exit_status(struct boshscope_fleet *fleet) {
        int r = derive(fleet);

        return r < 0 ? error_public(r) : (int)fleet->report.exit_status;
}

int boshscope_fleet_has_format(const char *format) {
        return fleet_format(format) != NULL;
}

int boshscope_fleet_write(struct boshscope_fleet *fleet, const struct boshscope_style *style, const char *format,
                          boshscope_write_fn *fn, void *userdata) {
        fleet_render_fn *render = fleet_format(format);
        int r;

        if (!render)
                return BOSHSCOPE_E_ARGUMENT;
        r = derive(fleet);
        return error_public(r < 0 ? r : render(&fleet->report, &style->inner, fn, userdata));
}
