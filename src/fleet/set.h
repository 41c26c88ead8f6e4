/*
 * set: the sets of a fleet while they grow: what is added lies behind what is in order, until
 * there is as much of it again.
 */
#ifndef FLEET_SET_H
#define FLEET_SET_H

#include "base/sha256.h"
#include "fleet/fleet.h"

void set_init(struct set *set, const struct table *table, size_t keys);
void set_release(struct set *set);

/* A copy of the item, whose strings must be the fleet's. 0 or -ENOMEM. */
int set_add(struct set *set, const void *item);
/* In order, each key once: of two with one key the one that says more. */
void set_settle(struct set *set);

/* Copies that live as long as the fleet. 0 or -ENOMEM. */
int fleet_text(struct fleet *fleet, struct str text, struct str *ret_text);
/* The same, in order, each once, without empty ones. */
int fleet_texts(struct fleet *fleet, const struct str *items, size_t count, struct view_texts *ret_texts);
/* The same of texts that are there already, in an arena. */
int texts_of(struct arena *arena, const struct str *items, size_t count, struct view_texts *ret_texts);

/* The prints of one event, to be joined with those there. */
int fleet_add_events(struct fleet *fleet, struct str day, struct str node, struct str event, const uint64_t *prints,
                     size_t count);

enum { FLEET_ID_DIGITS = 12 };

/* The first digits of a hash, which it ends. 0 or -ENOMEM. */
int fleet_digest(struct fleet *fleet, struct sha256 *sha, size_t digits, struct str *ret_text);

/* keep.c: one item, whose strings need not be the fleet's; they are afterwards. 0 or -ENOMEM. */
int fleet_keep_bundle(struct fleet *fleet, struct fleet_bundle *bundle);
int fleet_keep_finding(struct fleet *fleet, struct fleet_finding *finding);
int fleet_keep_seen(struct fleet *fleet, const struct fleet_finding *finding, struct fleet_seen *seen);
int fleet_keep_person(struct fleet *fleet, struct fleet_person person);
int fleet_keep_span(struct fleet *fleet, struct fleet_span span);

#endif
