/*
 * inventory: what a report says of its bundle as a whole, worked out once for
 * every writer: sums, times, the product, what is missing.
 */
#ifndef REPORT_INVENTORY_H
#define REPORT_INVENTORY_H

#include "report/report.h"

/* Sums over the inputs that were analysed, damaged ones included. */
struct sums {
        uint64_t inputs, bytes, lines, records, matched, continuation_lines, orphan_lines;
};

struct sums inventory_sums(const struct inputs *inputs);
bool inventory_has_family(const struct inputs *inputs, enum family family);

/* Goes through all inputs: report_finish does it once, and report->product has it. */
void inventory_product(const struct report *report, struct product *ret_product);

/* Empty where it is not known: then advice for either product fits. */
struct str inventory_known_product(const struct report *report);

#endif
