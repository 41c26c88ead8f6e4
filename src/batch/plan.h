/*
 * plan: what a report depends on besides its bundle, and what a bundle is called in an
 * index: together with size, time and inode they tell whether a report still stands.
 */
#ifndef BATCH_PLAN_H
#define BATCH_PLAN_H

#include "base/options.h"
#include "rules/ruleset.h"

/* A hash of the version, the rules, all options that may change a report (so not the number of
 * threads), and `more`. */
void plan_options(const struct options *options, const struct ruleset *ruleset, struct str more,
                  char ret_hex[static SHA256_HEX_BYTES]);

/* The path as a report shows it, from malloc. The same for the same key, whatever else was read: so an
 * index can be searched by it. 0 or -ENOMEM. */
int plan_show_path(const struct options *options, const struct ruleset *ruleset, struct str path, char **ret_shown);

#endif
