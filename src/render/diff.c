#include "render/diff.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

/* ------------------------------------------------------------- changes */

static int add_change(struct diff_changes *changes, struct str name, struct str before, struct str after) {
        if (str_eq(before, after))
                return 0;
        if (array_reserve(&changes->items, &changes->capacity, changes->count + 1, sizeof(*changes->items)) < 0)
                return -ENOMEM;
        changes->items[changes->count++] = (struct diff_change){ name, before, after };
        return 0;
}

static int add_text(struct diff_changes *changes, const char *name, struct str before, struct str after) {
        return add_change(changes, str_from(name), before, after);
}

/* As a text, unless it is not known. */
static int number_text(struct diff *diff, int64_t number, struct str *ret_text) {
        char text[32];

        *ret_text = (struct str){ 0 };
        snprintf(text, sizeof(text), "%lld", (long long)number);
        return number == VIEW_NONE ? 0 : arena_str(&diff->arena, str_from(text), ret_text);
}

static int add_number(struct diff *diff, struct diff_changes *changes, const char *name, int64_t before,
                      int64_t after) {
        struct str old_text, new_text;
        int r = before == after ? 0 : number_text(diff, before, &old_text);

        if (before == after || r < 0)
                return r;
        r = number_text(diff, after, &new_text);
        return r < 0 ? r : add_text(changes, name, old_text, new_text);
}

static int time_text(struct diff *diff, int64_t ms, struct str *ret_text) {
        char text[TIME_RFC3339_BYTES];

        *ret_text = (struct str){ 0 };
        if (ms == TIME_UNKNOWN)
                return 0;
        time_format_utc(ms, text);
        return arena_str(&diff->arena, str_from(text), ret_text);
}

static int add_time(struct diff *diff, struct diff_changes *changes, const char *name, int64_t before, int64_t after) {
        struct str old_text, new_text;
        int r = before == after ? 0 : time_text(diff, before, &old_text);

        if (before == after || r < 0)
                return r;
        r = time_text(diff, after, &new_text);
        return r < 0 ? r : add_text(changes, name, old_text, new_text);
}

static struct str value_of(const struct view_fields *fields, struct str key) {
        for (size_t i = 0; i < fields->count; i++)
                if (str_eq(fields->items[i].key, key))
                        return str_eq(fields->items[i].value, STR("null")) ? STR("") : fields->items[i].value;
        return STR("");
}

static bool has_key(const struct view_fields *fields, struct str key) {
        for (size_t i = 0; i < fields->count; i++)
                if (str_eq(fields->items[i].key, key))
                        return true;
        return false;
}

/* What the kind has of its own, on either side. */
static int add_fields(struct diff_changes *changes, const struct view_fields *before, const struct view_fields *after) {
        int r = 0;

        for (size_t i = 0; i < before->count && r == 0; i++) {
                const struct str key = before->items[i].key;

                r = add_change(changes, key, value_of(before, key), value_of(after, key));
        }
        for (size_t i = 0; i < after->count && r == 0; i++)
                if (!has_key(before, after->items[i].key))
                        r = add_change(changes, after->items[i].key, STR(""), value_of(after, after->items[i].key));
        return r;
}

/* ------------------------------------------------------------ findings */

static int compare_finding(struct diff *diff, struct diff_changes *changes, const struct view_finding *before,
                           const struct view_finding *after) {
        int r = add_text(changes, "kind", before->kind, after->kind);

        if (r == 0)
                r = add_text(changes, "severity", before->severity, after->severity);
        if (r == 0)
                r = add_text(changes, "confidence", before->confidence, after->confidence);
        if (r == 0)
                r = add_time(diff, changes, "start", before->start, after->start);
        if (r == 0)
                r = add_time(diff, changes, "end", before->end, after->end);
        if (r == 0)
                r = add_text(changes, "cause", before->cause, after->cause);
        if (r == 0)
                r = add_number(diff, changes, "agents", (int64_t)before->agents.count, (int64_t)after->agents.count);
        if (r == 0)
                r = add_fields(changes, &before->fields, &after->fields);
        return r < 0 ? r : add_text(changes, "why", before->why, after->why);
}

static int add_finding(struct diff_findings *findings, struct diff_finding finding) {
        if (array_reserve(&findings->items, &findings->capacity, findings->count + 1, sizeof(*findings->items)) < 0)
                return -ENOMEM;
        findings->items[findings->count++] = finding;
        return 0;
}

static int compare_ids(const void *a, const void *b) {
        const struct view_finding *x = *(const struct view_finding *const *)a;
        const struct view_finding *y = *(const struct view_finding *const *)b;

        return str_cmp(x->id, y->id);
}

static const struct view_finding **sorted(const struct view *view) {
        const size_t count = view->findings.count;
        const struct view_finding **items = calloc(count + 1, sizeof(*items));

        for (size_t i = 0; items && i < count; i++)
                items[i] = &view->findings.items[i];
        if (items && count)
                qsort(items, count, sizeof(*items), compare_ids);
        return items;
}

static const struct view_finding *find(const struct view_finding **items, size_t count,
                                       const struct view_finding *wanted) {
        const struct view_finding **found = count ? bsearch(&wanted, items, count, sizeof(*items), compare_ids) : NULL;

        return found ? *found : NULL;
}

static int compare_findings(struct diff *diff, const struct view_finding **old_ones,
                            const struct view_finding **new_ones) {
        const struct view_findings *before = &diff->before->findings, *after = &diff->after->findings;
        int r = 0;

        for (size_t i = 0; i < after->count && r == 0; i++) {
                struct diff_finding both = { .after = &after->items[i] };

                both.before = find(old_ones, before->count, both.after);
                if (both.before)
                        r = compare_finding(diff, &both.changes, both.before, both.after);
                if (r == 0 && (!both.before || both.changes.count)) {
                        r = add_finding(both.before ? &diff->changed : &diff->added, both);
                        if (r == 0)
                                continue;
                }
                free(both.changes.items);
        }
        for (size_t i = 0; i < before->count && r == 0; i++)
                if (!find(new_ones, after->count, &before->items[i]))
                        r = add_finding(&diff->gone, (struct diff_finding){ .before = &before->items[i] });
        return r;
}

/* ---------------------------------------------------------------- heads */

static int compare_summaries(struct diff *diff, const struct view_summary *before, const struct view_summary *after) {
        const struct {
                const char *name;
                int64_t before, after;
        } counts[] = {
                { "agents", before->agents, after->agents },
                { "sessions", before->sessions, after->sessions },
                { "idle_escalations", before->idle_escalations, after->idle_escalations },
                { "idle_closures", before->idle_closures, after->idle_closures },
                { "forced_logouts", before->forced_logouts, after->forced_logouts },
                { "mass_disconnects", before->mass_disconnects, after->mass_disconnects },
                { "server_restarts", before->server_restarts, after->server_restarts },
                { "recoveries", before->recoveries, after->recoveries },
        };
        int r = 0;

        for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]) && r == 0; i++)
                r = add_number(diff, &diff->head, counts[i].name, counts[i].before, counts[i].after);
        return r;
}

static int compare_heads(struct diff *diff) {
        const struct view *before = diff->before, *after = diff->after;
        struct diff_changes *head = &diff->head;
        int r = add_text(head, "verdict", before->diagnosis.verdict, after->diagnosis.verdict);

        if (r == 0)
                r = add_text(head, "confidence", before->diagnosis.confidence, after->diagnosis.confidence);
        if (r == 0)
                r = compare_summaries(diff, &before->summary, &after->summary);
        if (r == 0)
                r = add_text(head, "complete", before->complete ? STR("true") : STR("false"),
                             after->complete ? STR("true") : STR("false"));
        if (r == 0)
                r = add_time(diff, head, "from", before->from, after->from);
        if (r == 0)
                r = add_time(diff, head, "to", before->to, after->to);
        if (r == 0)
                r = add_text(head, "redacted", before->redacted ? STR("true") : STR("false"),
                             after->redacted ? STR("true") : STR("false"));
        if (r == 0)
                r = add_text(head, "product", before->product, after->product);
        if (r == 0)
                r = add_text(head, "notification_service", before->notification_service, after->notification_service);
        if (r == 0)
                r = add_text(head, "bundle", before->bundle_path, after->bundle_path);
        if (r == 0)
                r = add_text(head, "tool_version", before->tool_version, after->tool_version);
        if (r == 0)
                r = add_text(head, "rules_version", before->ruleset_version, after->ruleset_version);
        return r < 0 ? r : add_text(head, "rules_sha256", before->ruleset_sha256, after->ruleset_sha256);
}

int diff_make(struct diff *diff, const struct view *before, const struct view *after) {
        const struct view_finding **old_ones = sorted(before), **new_ones = sorted(after);
        int r = old_ones && new_ones ? 0 : -ENOMEM;

        *diff = (struct diff){ .before = before, .after = after };
        arena_init(&diff->arena);
        if (r == 0)
                r = compare_heads(diff);
        if (r == 0)
                r = compare_findings(diff, old_ones, new_ones);
        free(old_ones);
        free(new_ones);
        return r;
}

static void release_findings(struct diff_findings *findings) {
        for (size_t i = 0; i < findings->count; i++)
                free(findings->items[i].changes.items);
        free(findings->items);
}

void diff_release(struct diff *diff) {
        free(diff->head.items);
        release_findings(&diff->added);
        release_findings(&diff->gone);
        release_findings(&diff->changed);
        arena_release(&diff->arena);
        *diff = (struct diff){ 0 };
}
