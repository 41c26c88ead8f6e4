#include "source/entries.h"

#include <stdio.h>

void entries_begin(struct entries *entries, struct str name, bool no_file) {
        entries->entry.fault = DIAG_NONE;
        entries->entry.fault_told = false;
        entries->entry.fault_offset = 0;
        entries->no_file = no_file;
        entries->abandoned = false;
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

static const struct {
        unsigned number;
        const char *name;
} methods[] = {
        { 1, "Shrink" }, { 6, "Implode" }, { 9, "Deflate64" }, { 10, "PKWARE DCL" }, { 12, "bzip2" },
        { 14, "LZMA" },  { 20, "zstd" },   { 93, "zstd" },     { 95, "xz" },         { 98, "PPMd" },
};

static int print_method(struct buf *text, unsigned number) {
        for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
                if (methods[i].number == number)
                        return buf_printf(text, "%s", methods[i].name);
        return buf_printf(text, "method %u", number);
}

int entries_print_refused(struct buf *text, const struct refused *refused, enum diag_code code) {
        uint64_t n = code == DIAG_ENCRYPTED ? refused->encrypted : refused->packed;
        int r = n == 1 ? buf_printf(text, "one of its entries is ")
                       : buf_printf(text, "%llu of its entries are ", (unsigned long long)n);

        if (r < 0 || code == DIAG_ENCRYPTED)
                return r < 0 ? r : buf_printf(text, "encrypted");
        r = buf_printf(text, "compressed in a way that boshscope does not read (");
        for (size_t i = 0; i < refused->method_count && r == 0; i++) {
                r = i ? buf_printf(text, ", ") : 0;
                if (r == 0)
                        r = print_method(text, refused->methods[i]);
        }
        return r < 0 ? r : buf_printf(text, ")");
}
