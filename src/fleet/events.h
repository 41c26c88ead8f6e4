/*
 * events: the records that a report tells of, as fingerprints: a record that two bundles hold
 * is one. Its fields and its time are what counts, not where it stands; alike records of one
 * report are told apart by their number, so that a report alone has as many as it lists.
 */
#ifndef FLEET_EVENTS_H
#define FLEET_EVENTS_H

#include "fleet/fleet.h"

/* 0 or -ENOMEM. */
int fleet_fold_events(struct fleet *fleet, const struct view *view);

#endif
