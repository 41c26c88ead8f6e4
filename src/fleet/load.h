/*
 * load: reports, fleet reports and folders of a batch, by their paths. What cannot be read is
 * told and listed among the bundles that could not be; the others are merged all the same.
 */
#ifndef FLEET_LOAD_H
#define FLEET_LOAD_H

#include "fleet/fleet.h"

/* A sentence about a path, with its code; valid during the call. */
typedef void fleet_tell_fn(void *userdata, const char *text);

struct fleet_loading {
        struct fleet *fleet;
        fleet_tell_fn *tell; /* or NULL */
        void *userdata;
};

/* A report, a fleet report, or a folder of them (batch/reports.h); "-" is standard input. 0 or -ENOMEM. */
int fleet_load(const struct fleet_loading *loading, const char *path);

/* Does the text begin as a fleet report does? */
bool fleet_is_one(struct str text);

#endif
