#include "source/entries.h"

#include <stdio.h>

void entries_begin(struct entries *entries, struct str name) {
        entries->entry.fault = DIAG_NONE;
        entries->entry.fault_told = false;
        entries->entry.fault_offset = 0;
        entries->files++;
        while (str_starts(name, STR("./")))
                name = str_skip(name, 2);
        if (name.n == 0) {
                snprintf(entries->made_name, sizeof(entries->made_name), "entry-%llu",
                         (unsigned long long)entries->headers);
                name = str_from(entries->made_name);
        }
        entries->name = name;
}
