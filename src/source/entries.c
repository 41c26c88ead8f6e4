#include "source/entries.h"

#include <stdio.h>

void entries_begin(struct entries *entries, struct str name, bool no_file) {
        entries->entry.fault = DIAG_NONE;
        entries->entry.fault_told = false;
        entries->entry.fault_offset = 0;
        entries->no_file = no_file;
        if (!no_file)
                entries->files++;
        while (str_starts(name, STR("./")))
                name = str_skip(name, 2);
        while (str_ends(name, STR("/")))
                name.n--;
        if (name.n == 0) {
                snprintf(entries->made_name, sizeof(entries->made_name), "entry-%llu",
                         (unsigned long long)entries->headers);
                name = str_from(entries->made_name);
        }
        entries->name = name;
}

static void note_method(struct refused *refused, unsigned method) {
        refused->packed++;
        for (size_t i = 0; i < refused->method_count; i++)
                if (refused->methods[i] == method)
                        return;
        if (refused->method_count < ENTRIES_METHODS)
                refused->methods[refused->method_count++] = method;
}

void entries_refuse(struct entries *entries, unsigned method) {
        if (method == ENTRIES_ENCRYPTED)
                entries->refused.encrypted++;
        else
                note_method(&entries->refused, method);
        stream_set_fault(&entries->entry, method == ENTRIES_ENCRYPTED ? DIAG_ENCRYPTED : DIAG_ENTRY_METHOD, 0);
        entries->entry.fault_told = true;
}
