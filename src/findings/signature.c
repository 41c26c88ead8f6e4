/*
 * Signatures of the pack: what its correlations find in the events becomes findings.
 */
#include "findings/correlation.h"
#include "findings/finding.h"
#include "timeline/jid.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* One signature at work. Its occurrences stand for the events with the same numbers. */
struct search {
        struct findings *findings;
        const struct timeline *timeline;
        const struct signature *signature;
        const struct event **events; /* of all signatures, in the order of the timeline */
        size_t event_count;
        struct occurrence *items;
        size_t count;
        struct intern groups, values;
        struct buf scratch, identity;
};

/* -------------------------------------------------------------- values */

/* An agent's name as people write it. Nobody's: empty. */
static int add_agent(struct search *search, const struct event *event, struct buf *out) {
        const struct word_list *services = &search->timeline->ruleset->service_accounts;
        struct str text = { 0 };

        if (event_text(event, FIELD_AGENT, &text))
                return word_list_has(services, text) ? 0 : buf_add(out, text);
        if (!event_text(event, FIELD_JID, &text))
                return 0;
        text = jid_split(text).local;
        return word_list_has(services, text) ? 0 : jid_unescape(out, text);
}

static int add_field(const struct event *event, struct str name, struct buf *out) {
        for (size_t i = 0; i < event->rule->field_count; i++) {
                const struct value *value = &event->values[i];

                if (!value->set || !str_eq(event->rule->fields[i].name, name))
                        continue;
                if (event->rule->fields[i].type == FIELD_TYPE_TEXT)
                        return buf_add(out, value->text);
                return buf_printf(out, "%" PRId64, value->number);
        }
        return 0;
}

/* What an event has for a key of group-by, into search->scratch; empty: nothing. */
static int find_value(struct search *search, const struct event *event, struct str key) {
        search->scratch.n = 0;
        if (str_eq(key, STR("node")))
                return buf_add(&search->scratch, event_input(search->timeline, event)->node);
        if (str_eq(key, STR("agent")))
                return add_agent(search, event, &search->scratch);
        return add_field(event, key, &search->scratch);
}

/* Servers and agents are compared without case. 1, or 0 where a value is missing. */
static int find_group(struct search *search, const struct event *event, uint32_t *ret_group) {
        int r = 0;

        search->identity.n = 0;
        for (size_t i = 0; i < search->signature->key_count && r == 0; i++) {
                const struct str key = search->signature->keys[i];

                r = find_value(search, event, key);
                if (r == 0 && search->scratch.n == 0)
                        return 0;
                if (r == 0)
                        r = str_eq(key, STR("node")) || str_eq(key, STR("agent"))
                                    ? jid_fold_case(&search->identity, buf_str(&search->scratch))
                                    : buf_add(&search->identity, buf_str(&search->scratch));
                if (r == 0)
                        r = buf_add_byte(&search->identity, '\0');
        }
        if (r == 0)
                r = intern_add(&search->groups, buf_str(&search->identity), ret_group);
        return r < 0 ? r : 1;
}

/* What is told apart inside a group. 1, or 0 where there is nothing to count. */
static int find_key(struct search *search, const struct event *event, uint32_t *ret_key) {
        int r;

        if (search->signature->type != CORRELATION_VALUES) {
                *ret_key = search->signature->places[event->rule->index];
                return 1;
        }
        r = find_value(search, event, search->signature->field);
        if (r < 0 || search->scratch.n == 0)
                return r;
        r = intern_add(&search->values, buf_str(&search->scratch), ret_key);
        return r < 0 ? r : 1;
}

static int list_occurrences(struct search *search) {
        search->count = 0;
        for (size_t i = 0; i < search->event_count; i++) {
                const struct event *event = search->events[i];
                struct occurrence occurrence = { .at_ms = event->utc_ms, .order = i };
                int r;

                if (search->signature->places[event->rule->index] == SIGNATURE_NO_RULE)
                        continue;
                r = find_group(search, event, &occurrence.group);
                if (r > 0)
                        r = find_key(search, event, &occurrence.key);
                if (r < 0)
                        return r;
                if (r > 0)
                        search->items[search->count++] = occurrence;
        }
        return 0;
}

/* ------------------------------------------------------------- findings */

static int keep_group(struct search *search, struct finding *finding, const struct event *event) {
        const struct signature *signature = search->signature;
        struct str *group = arena_alloc(&search->findings->arena, (signature->key_count + 1) * sizeof(*group));
        int r = group ? 0 : -ENOMEM;

        for (size_t i = 0; i < signature->key_count && r == 0; i++) {
                r = find_value(search, event, signature->keys[i]);
                if (r == 0)
                        r = arena_str(&search->findings->arena, buf_str(&search->scratch), &group[i]);
                if (r < 0)
                        return r;
                if (str_eq(signature->keys[i], STR("node")))
                        finding->node = group[i];
                if (str_eq(signature->keys[i], STR("agent")))
                        finding->agent = group[i];
                if (str_eq(signature->keys[i], STR("sid")))
                        finding->sid = group[i];
        }
        finding->hit.group = group;
        return r;
}

/* "WHY: 5 events in 212.0 s, up to 4 of them within 5m." */
static int explain(struct search *search, struct finding *finding) {
        static const char *const counted[] = { "of them", "values", "kinds of them" };
        const struct signature *signature = search->signature;
        const struct signature_hit *hit = &finding->hit;
        char what[64] = "in their order";

        if (signature->type != CORRELATION_ORDERED)
                snprintf(what, sizeof(what), "up to %" PRIu64 " %s", hit->count, counted[signature->type]);
        return finding_explain(search->findings, finding, "%s: %" PRIu64 " event%s in %.1f s, %s within %s.",
                               signature->why.p, hit->events, hit->events == 1 ? "" : "s",
                               (double)(finding->end_ms - finding->start_ms) / MS_PER_SECOND, what,
                               signature->timespan.p);
}

static int tell_burst(struct search *search, const struct burst_of_hits *burst) {
        const struct event *first = search->events[search->items[burst->first].order];
        const struct event *last = search->events[search->items[burst->last].order];
        struct finding *finding;
        int r = findings_add(search->findings, FINDING_SIGNATURE, search->signature->severity, &finding);

        if (r < 0)
                return r;
        /* It is what the defect looks like, not proof of it. */
        finding->confidence = CONFIDENCE_MEDIUM;
        finding->rule = last->rule->id;
        finding->start_ms = first->utc_ms;
        finding->end_ms = last->utc_ms;
        finding->hit =
                (struct signature_hit){ .signature = search->signature, .count = burst->count, .events = burst->taken };
        r = keep_group(search, finding, first);
        for (size_t i = burst->first; i <= burst->last && r == 0; i++)
                if (search->items[i].taken)
                        r = finding_quote_new(finding, search->events[search->items[i].order]);
        return r < 0 ? r : explain(search, finding);
}

static int look_for(struct search *search) {
        struct bursts_of_hits bursts = { 0 };
        int r;

        intern_init(&search->groups);
        intern_init(&search->values);
        r = list_occurrences(search);
        if (r == 0)
                r = correlate(search->signature, search->items, search->count, &bursts);
        for (size_t i = 0; i < bursts.count && r == 0; i++)
                r = tell_burst(search, &bursts.items[i]);
        free(bursts.items);
        intern_release(&search->groups);
        intern_release(&search->values);
        return r;
}

/* ------------------------------------------------------------ the whole */

static bool is_wanted(const struct ruleset *ruleset, const struct event *event) {
        for (size_t i = 0; i < ruleset->signature_count && event->rule->kept; i++)
                if (ruleset->signatures[i].places[event->rule->index] != SIGNATURE_NO_RULE)
                        return true;
        return false;
}

static int list_events(struct search *search) {
        const struct timeline *timeline = search->timeline;
        size_t capacity = 0;
        int r = 0;

        for (size_t i = 0; i < timeline->event_count && r == 0; i++) {
                if (!is_wanted(timeline->ruleset, timeline->events[i]))
                        continue;
                r = array_reserve(&search->events, &capacity, search->event_count + 1, sizeof(*search->events));
                if (r == 0)
                        search->events[search->event_count++] = timeline->events[i];
        }
        return r;
}

int detect_signatures(struct findings *findings, const struct timeline *timeline) {
        const struct ruleset *ruleset = timeline->ruleset;
        struct search search = { .findings = findings, .timeline = timeline };
        /* A value is a part of a record, or a server's name. */
        const size_t value_bytes = (size_t)timeline->limits->max_record_bytes + 64 * 1024;
        int r = list_events(&search);

        if (r == 0 && search.event_count) {
                search.items = calloc(search.event_count, sizeof(*search.items));
                r = search.items ? 0 : -ENOMEM;
        }
        buf_init(&search.scratch, value_bytes);
        buf_init(&search.identity, SIGNATURE_MAX_KEYS * value_bytes);
        for (size_t i = 0; i < ruleset->signature_count && search.event_count && r == 0; i++) {
                search.signature = &ruleset->signatures[i];
                r = look_for(&search);
        }
        buf_release(&search.scratch);
        buf_release(&search.identity);
        free(search.events);
        free(search.items);
        return r;
}
