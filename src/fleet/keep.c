/*
 * One item for a set: its strings become the fleet's.
 */
#include <errno.h>
#include <stdlib.h>

#include "fleet/set.h"
#include "render/table.h"

int fleet_digest(struct fleet *fleet, struct sha256 *sha, size_t digits, struct str *ret_text) {
        char hex[SHA256_HEX_BYTES];

        sha256_hex(sha, hex);
        return fleet_text(fleet, (struct str){ hex, digits }, ret_text);
}

/* ------------------------------------------------------------- bundles */

static int compare_rules(const void *a, const void *b) {
        const struct view_rule *x = a, *y = b;
        int r = str_cmp(x->id, y->id);

        return r ? r : (x->hits > y->hits) - (x->hits < y->hits);
}

/* Those that hit; by id. */
static int find_rules(struct fleet *fleet, const struct view_rules *rules, struct view_rules *ret_rules) {
        struct view_rule *kept = arena_alloc(&fleet->arena, (rules->count + 1) * sizeof(*kept));
        size_t count = 0;
        int r = kept ? 0 : -ENOMEM;

        for (size_t i = 0; i < rules->count && r == 0; i++) {
                if (rules->items[i].id.n == 0 || rules->items[i].hits == VIEW_NONE || rules->items[i].hits <= 0)
                        continue;
                kept[count].hits = rules->items[i].hits;
                r = fleet_text(fleet, rules->items[i].id, &kept[count++].id);
        }
        if (r < 0)
                return r;
        qsort(kept, count, sizeof(*kept), compare_rules);
        *ret_rules = (struct view_rules){ kept, count };
        return 0;
}

int fleet_keep_bundle(struct fleet *fleet, struct fleet_bundle *bundle) {
        struct str *const texts[] = { &bundle->id,           &bundle->path,    &bundle->kind,
                                      &bundle->content,      &bundle->ruleset, &bundle->options,
                                      &bundle->tool_version, &bundle->product, &bundle->notification_service,
                                      &bundle->verdict,      &bundle->code,    &bundle->fault,
                                      &bundle->confidence };
        int r = 0;

        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && r == 0; i++)
                r = fleet_text(fleet, *texts[i], texts[i]);
        if (r == 0)
                r = fleet_texts(fleet, bundle->nodes.items, bundle->nodes.count, &bundle->nodes);
        if (r == 0)
                r = fleet_texts(fleet, bundle->missing.items, bundle->missing.count, &bundle->missing);
        if (r == 0)
                r = find_rules(fleet, &bundle->rules, &bundle->rules);
        bundle->same_as = (struct str){ 0 };
        return r < 0 ? r : set_add(&fleet->bundles, bundle);
}

int fleet_add_unread(struct fleet *fleet, const struct report_fault *fault) {
        struct fleet_bundle bundle = { .path = fault->path };
        struct sha256 sha;
        int r;

        table_set_unknown(&fleet_bundle_table, &bundle);
        bundle.code = str_from(diag_infos[fault->code].code);
        bundle.fault = fault->why;
        bundle.exit_status = fault->exit_status;
        sha256_init(&sha);
        sha256_add_text(&sha, STR("unread"));
        sha256_add_text(&sha, fault->path);
        sha256_add_text(&sha, fault->why);
        r = fleet_digest(fleet, &sha, FLEET_ID_DIGITS, &bundle.id);
        return r < 0 ? r : fleet_keep_bundle(fleet, &bundle);
}

/* -------------------------------------------------------------- others */

int fleet_keep_finding(struct fleet *fleet, struct fleet_finding *finding) {
        struct str *const texts[] = { &finding->id,      &finding->kind,     &finding->node,       &finding->agent,
                                      &finding->sid,     &finding->severity, &finding->confidence, &finding->cause,
                                      &finding->outcome, &finding->scope,    &finding->title,      &finding->address };
        int r = 0;

        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && r == 0; i++)
                r = fleet_text(fleet, *texts[i], texts[i]);
        if (r == 0)
                r = fleet_texts(fleet, finding->agents.items, finding->agents.count, &finding->agents);
        finding->seen = (struct fleet_seens){ 0 };
        return r < 0 ? r : set_add(&fleet->findings, finding);
}

int fleet_keep_seen(struct fleet *fleet, const struct fleet_finding *finding, struct fleet_seen *seen) {
        int r = fleet_text(fleet, seen->bundle, &seen->bundle);

        if (r == 0)
                r = fleet_text(fleet, seen->file, &seen->file);
        seen->id = finding->id;
        seen->kind = finding->kind;
        seen->node = finding->node;
        seen->agent = finding->agent;
        seen->sid = finding->sid;
        return r < 0 ? r : set_add(&fleet->seen, seen);
}

int fleet_keep_person(struct fleet *fleet, struct fleet_person person) {
        int r = fleet_text(fleet, person.agent, &person.agent);

        if (r == 0)
                r = fleet_text(fleet, person.node, &person.node);
        if (r == 0)
                r = fleet_text(fleet, person.address, &person.address);
        return r < 0 ? r : set_add(&fleet->people, &person);
}

int fleet_keep_span(struct fleet *fleet, struct fleet_span span) {
        int r = fleet_text(fleet, span.node, &span.node);

        if (r == 0)
                r = fleet_text(fleet, span.family, &span.family);
        return r < 0 ? r : set_add(&fleet->coverage, &span);
}
