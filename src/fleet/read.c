/*
 * A fleet report into the sets of another: its sets alone, since the rest is made of them.
 */
#include <errno.h>

#include "base/prints.h"
#include "fleet/set.h"
#include "render/table.h"

static int read_finding(struct fleet *fleet, struct fleet_finding *finding) {
        struct fleet_seens seen = finding->seen;
        int r = fleet_keep_finding(fleet, finding);

        for (size_t i = 0; i < seen.count && r == 0; i++)
                r = fleet_keep_seen(fleet, finding, &seen.items[i]);
        return r;
}

static int read_sets(struct fleet *fleet, struct fleet_report *report) {
        int r = 0;

        for (size_t i = 0; i < report->bundles.count && r == 0; i++)
                r = fleet_keep_bundle(fleet, &report->bundles.items[i]);
        for (size_t i = 0; i < report->findings.count && r == 0; i++)
                r = read_finding(fleet, &report->findings.items[i]);
        for (size_t i = 0; i < report->people.count && r == 0; i++)
                r = fleet_keep_person(fleet, report->people.items[i]);
        for (size_t i = 0; i < report->coverage.count && r == 0; i++)
                if (report->coverage.items[i].to >= report->coverage.items[i].from)
                        r = fleet_keep_span(fleet, report->coverage.items[i]);
        for (size_t i = 0; i < report->events.count && r == 0; i++) {
                const struct fleet_events *events = &report->events.items[i];

                r = fleet_add_events(fleet, events->day, events->node, events->event, events->prints.items,
                                     events->prints.count);
        }
        return r;
}

int fleet_read(struct fleet *fleet, char *text, size_t bytes, char ret_wrong[static VIEW_WRONG_BYTES]) {
        struct fleet_report report = { 0 };
        struct arena arena;
        int64_t largest_input;
        int r;

        arena_init(&arena);
        r = document_read(&fleet_document, &report, &arena, text, bytes, &largest_input, ret_wrong);
        if (r == 0)
                r = read_sets(fleet, &report);
        arena_release(&arena);
        return r;
}
