/*
 * load: reports, fleet reports and folders of a batch, by their paths. What cannot be read is
 * told and listed among the bundles that could not be; the others are merged all the same.
 */
#ifndef FLEET_LOAD_H
#define FLEET_LOAD_H

#include "base/diag.h"
#include "fleet/fleet.h"

/* A sentence about a path. */
typedef void fleet_tell_fn(void *userdata, const char *text);

struct fleet_loading {
        struct fleet *fleet;
        fleet_tell_fn *tell; /* or NULL */
        void *userdata;
};

/* "-" is standard input. 0 or -ENOMEM. */
int fleet_load(const struct fleet_loading *loading, const char *path);

/* A folder of a batch: by its indexes; without one, all its *.json. */
int fleet_load_folder(const struct fleet_loading *loading, const char *path);

/* A report or a fleet report. */
int fleet_load_file(const struct fleet_loading *loading, const char *path);

/* Of a bundle of which there is nothing but this. */
int fleet_load_nothing(const struct fleet_loading *loading, struct str path, enum diag_code code, const char *why,
                       int64_t exit_status);

/* Does the text begin as a fleet report does? */
bool fleet_is_one(struct str text);

#endif
