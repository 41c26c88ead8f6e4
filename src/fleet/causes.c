#include "fleet/causes.h"

#include <stdlib.h>

#include "render/table.h"

enum { OUTAGE_LOSS_MS = 10 * 1000 }; /* as in findings/cause.h: a loss this soon after a stop came with it */

static bool is_cause(const struct fleet_finding *finding, const char *cause) {
        return str_eq(finding->cause, str_from(cause));
}

bool part_has_no_loss(const struct part *part) {
        const struct fleet_finding *finding = part->finding;

        if (part->strength == UNANSWERED)
                return true;
        return part->strength == FORCED && (finding->start == TIME_UNKNOWN || finding->start == finding->end) &&
               (is_cause(finding, "undetermined") || is_cause(finding, "server_event"));
}

/* Another bundle may know better. */
static bool is_open(const struct fleet_finding *finding) {
        return is_cause(finding, "undetermined") || is_cause(finding, "presence_loss");
}

static bool is_seen_in(const struct fleet_finding *finding, struct str bundle) {
        for (size_t i = 0; i < finding->seen.count; i++)
                if (str_eq(finding->seen.items[i].bundle, bundle))
                        return true;
        return false;
}

/* The first bundle that has the one and not the other; empty where none has. */
static struct str other_bundle(const struct fleet_finding *finding, const struct fleet_finding *other) {
        for (size_t i = 0; i < finding->seen.count; i++)
                if (!is_seen_in(other, finding->seen.items[i].bundle))
                        return finding->seen.items[i].bundle;
        return (struct str){ 0 };
}

/* The bundle that has a closure the loss that the request's bundle could not explain. */
static struct str bundle_of_closure(const struct part *parts, size_t count, const struct part *forced) {
        const int64_t loss_to = part_has_no_loss(forced) ? forced->to : forced->from;

        for (size_t i = 0; i < count; i++) {
                const struct part *part = &parts[i];
                const int64_t slack = SKEW_MS + (part->slack > forced->slack ? part->slack : forced->slack);

                if (part->strength == CLOSURE && part->to >= forced->from - CLOSED_BEFORE_MS - slack &&
                    part->to <= loss_to + CLOSED_AFTER_MS + slack)
                        return other_bundle(part->finding, forced->finding);
        }
        return (struct str){ 0 };
}

/* ------------------------------------------------------------- restarts */

static int compare_places(const void *a, const void *b) {
        return table_compare(&fleet_person_table, 2, a, b);
}

/* Had the agent a session on that server? */
static bool is_known_on(const struct fleet_report *report, struct str agent, struct str node) {
        const struct fleet_person wanted = { .agent = agent, .node = node };

        return report->people.count &&
               bsearch(&wanted, report->people.items, report->people.count, sizeof(wanted), compare_places);
}

/* Did the loss come with that stop or crash? Who died without a word may have done so at any
 * moment between the last that was heard and the start. */
static bool came_with(const struct part *forced, const struct fleet_finding *restart) {
        const int64_t since = restart->since != TIME_UNKNOWN ? restart->since : restart->end;
        const bool crashed = restart->start == TIME_UNKNOWN;
        const int64_t slack = SKEW_MS + forced->slack;

        if (since == TIME_UNKNOWN)
                return false;
        if (part_has_no_loss(forced))
                return since >= forced->from - slack && since <= forced->to + slack;
        return forced->from >= since - slack &&
               forced->from <= (crashed && restart->end > since ? restart->end : since) + OUTAGE_LOSS_MS + slack;
}

/* The bundle that has the stop of a server on which the agent had a session. */
static struct str bundle_of_restart(const struct derive *derive, const struct part *forced) {
        for (size_t i = 0; i < derive->restart_count; i++) {
                const struct fleet_finding *restart = derive->restarts[i];

                if (came_with(forced, restart) && is_known_on(derive->report, forced->finding->agent, restart->node))
                        return other_bundle(restart, forced->finding);
        }
        return (struct str){ 0 };
}

/* ---------------------------------------------------------------- whole */

/* Of several requests one whose cause is sure. */
static const struct part *choose(const struct part *parts, size_t count) {
        const struct part *chosen = NULL;

        for (size_t i = 0; i < count; i++)
                if (parts[i].strength == FORCED &&
                    (!chosen || (is_open(chosen->finding) && !is_open(parts[i].finding))))
                        chosen = &parts[i];
        return chosen;
}

void incident_find_cause(const struct derive *derive, struct fleet_incident *incident, const struct part *parts,
                         size_t count) {
        const struct part *forced = choose(parts, count);

        if (!forced)
                return;
        incident->cause = forced->finding->cause;
        incident->confidence = forced->finding->confidence;
        if (!is_open(forced->finding))
                return;
        incident->joined_from = bundle_of_closure(parts, count, forced);
        if (incident->joined_from.n) {
                incident->cause = STR("idle_closure");
        } else {
                incident->joined_from = bundle_of_restart(derive, forced);
                if (incident->joined_from.n)
                        incident->cause = STR("server_event");
        }
        if (incident->joined_from.n)
                incident->confidence = STR("medium");
}
