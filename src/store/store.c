#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

/* ---------------------------------------------------------- occurrences */

/* One event a line may stand for, and its place. */
struct print {
        unsigned char hash[SHA256_BYTES];
        size_t line;
};

static int compare_prints(const void *a, const void *b) {
        const struct print *x = a, *y = b;
        const int r = memcmp(x->hash, y->hash, sizeof(x->hash));

        return r ? r : x->line < y->line ? -1 : x->line > y->line;
}

/* What is logged twice in a second happened twice. */
static void number(struct store *store, struct print *prints, size_t count) {
        qsort(prints, count, sizeof(*prints), compare_prints);
        for (size_t i = 1; i < count; i++)
                if (memcmp(prints[i - 1].hash, prints[i].hash, sizeof(prints[i].hash)) == 0)
                        store->occurrences[prints[i].line] = store->occurrences[prints[i - 1].line] + 1;
}

static int count_occurrences(struct store *store) {
        const size_t most = store->lines.count;
        struct print *prints = calloc(most + 1, sizeof(*prints));
        size_t count = 0;

        store->occurrences = calloc(most + 1, sizeof(*store->occurrences));
        if (!prints || !store->occurrences) {
                free(prints);
                return -ENOMEM;
        }
        for (size_t i = 0; i < most; i++) {
                if (store_table_of(&store->lines.items[i]) != STORE_EVENTS)
                        continue;
                store_event_hash(store->view, &store->lines.items[i], prints[count].hash);
                prints[count++].line = i;
        }
        number(store, prints, count);
        free(prints);
        return 0;
}

/* ---------------------------------------------------------------- parts */

static int add_part(struct store *store, enum store_table table, size_t first, size_t end) {
        struct store_part part = { .table = table, .first = first, .end = end };

        while (first < end && store_table_of(&store->lines.items[first]) != table)
                first++;
        if (first == end)
                return 0;
        if (array_reserve(&store->parts, &store->part_capacity, store->part_count + 1, sizeof(part)) < 0)
                return -ENOMEM;
        store->parts[store->part_count++] = part;
        return 0;
}

static int divide(struct store *store) {
        const struct line_of *lines = store->lines.items;
        int r = 0;

        for (size_t first = 0, end; first < store->lines.count && r == 0; first = end) {
                for (end = first + 1; end < store->lines.count; end++)
                        if (time_day(lines[end].time) != time_day(lines[first].time))
                                break;
                for (int table = 0; table < STORE_TABLES && r == 0; table++)
                        r = add_part(store, (enum store_table)table, first, end);
        }
        return r;
}

static int hash_rows(void *userdata, const void *data, size_t bytes) {
        sha256_add(userdata, (struct str){ data, bytes });
        return 0;
}

/* The name of the report's file is no part of what it says. */
static int name_parts(struct store *store) {
        static const char *const names[] = { "events", "findings" };
        const struct str report = store->report;
        char hex[SHA256_HEX_BYTES], text[TIME_RFC3339_BYTES];
        struct sha256 sha;
        int r = 0;

        sha256_init(&sha);
        store->report = STR("");
        for (size_t i = 0; i < store->part_count && r == 0; i++)
                r = store_write(store, i, hash_rows, &sha);
        store->report = report;
        sha256_hex(&sha, hex);
        for (size_t i = 0; i < store->part_count; i++) {
                struct store_part *part = &store->parts[i];
                const struct str day = time_format_day(store->lines.items[part->first].time, text);

                snprintf(part->path, sizeof(part->path), "%s/day=%.*s/%.*s.ndjson", names[part->table], (int)day.n,
                         day.p, STORE_NAME_DIGITS, hex);
        }
        return r;
}

/* ---------------------------------------------------------------- whole */

int store_init(struct store *store, const struct view *view, struct str report) {
        static const struct style everything = { 0 };
        int r;

        *store = (struct store){ .view = view, .report = report };
        r = lines_gather(&store->lines, view, &everything, TIME_UNKNOWN, TIME_UNKNOWN);
        if (r == 0)
                r = count_occurrences(store);
        if (r == 0)
                r = store_know_addresses(store);
        if (r == 0)
                r = divide(store);
        return r < 0 ? r : name_parts(store);
}

void store_release(struct store *store) {
        lines_release(&store->lines);
        free(store->occurrences);
        free(store->sessions);
        free(store->agents);
        free(store->parts);
        *store = (struct store){ 0 };
}

int store_write(const struct store *store, size_t part, writer_fn *write, void *userdata) {
        const struct store_part *rows = &store->parts[part];
        struct json json;

        json_init(&json, write, userdata);
        json.tight = true;
        for (size_t i = rows->first; i < rows->end; i++) {
                if (store_table_of(&store->lines.items[i]) != rows->table)
                        continue;
                if (rows->table == STORE_EVENTS)
                        store_put_event(&json, store, i);
                else
                        store_put_finding(&json, store, i);
        }
        return writer_finish(&json.writer);
}
