/*
 * reports: which reports a path stands for. Of a folder those that its indexes (index.ndjson,
 * index-K-of-N.ndjson) name, where it has any: the last line of a bundle's path counts, and what is
 * no whole line is passed over. Without an index its files *.json. What is no folder is a report itself:
 * who reads it says why it is none.
 */
#ifndef BATCH_REPORTS_H
#define BATCH_REPORTS_H

#include "base/arena.h"
#include "base/diag.h"

/* What should have given a report, and did not. */
struct report_fault {
        struct str path; /* of the report, the index or the folder; of a bundle as its index calls it */
        enum diag_code code;
        struct str why;
        int64_t exit_status; /* of the bundle's run, else BOSHSCOPE_EXIT_NOTHING */
};

struct reports {
        struct arena arena;
        struct str *paths; /* NUL-terminated, each once, in the order of their bytes */
        size_t count, capacity;
        struct report_fault *faults;
        size_t fault_count, fault_capacity;
};

void reports_init(struct reports *reports);
void reports_release(struct reports *reports);

/* Add what `path` stands for ("-", standard input, for itself). 0 or -ENOMEM. */
int reports_add(struct reports *reports, const char *path);

enum { REPORT_FAULT_BYTES = 1024 };

/* "BS601: reports/a.json: is no regular file". */
void report_fault_text(const struct report_fault *fault, char ret_text[static REPORT_FAULT_BYTES]);

#endif
