/*
 * pipeline: the whole journey of a bundle, from a path to a report.
 */
#ifndef PIPELINE_H
#define PIPELINE_H

#include "report/report.h"

/*
 * Analyse what lies at `path`. `report` is released with report_release, also
 * after a failure. Where there is a `feed`, it gives the bundle and `path` is only its
 * name. Faults of the input are in the report; 0, or -ENOMEM and other faults of our own. An interrupted run is a
 * report too.
 */
int pipeline_run(struct report *report, const struct options *options, const struct ruleset *ruleset, const char *path,
                 const struct feed *feed);
void report_release(struct report *report);

#endif
