/*
 * Where and who: losses by address prefix and by agent.
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "fleet/derive.h"
#include "fleet/set.h"

/* ---------------------------------------------------------------- sites */

/* An agent who has an address of a prefix, or an incident there. */
struct row {
        struct str prefix, who;
        const struct fleet_incident *incident; /* NULL: just known to be there */
};

struct rows {
        struct row *items;
        size_t count, capacity;
};

enum { PREFIXES = 2, PREFIX_BYTES = INET6_ADDRSTRLEN + 4 };

/* "10.5.210.0/24" and "10.5.0.0/16"; /64 and /48 of IPv6. False where it is no address. */
static bool prefixes_of(struct str address, char ret_texts[PREFIXES][PREFIX_BYTES]) {
        char text[INET6_ADDRSTRLEN];
        unsigned char bytes[16];

        if (address.n == 0 || address.n >= sizeof(text))
                return false;
        memcpy(text, address.p, address.n);
        text[address.n] = '\0';
        if (inet_pton(AF_INET, text, bytes) == 1) {
                snprintf(ret_texts[0], PREFIX_BYTES, "%u.%u.%u.0/24", bytes[0], bytes[1], bytes[2]);
                snprintf(ret_texts[1], PREFIX_BYTES, "%u.%u.0.0/16", bytes[0], bytes[1]);
                return true;
        }
        if (inet_pton(AF_INET6, text, bytes) != 1)
                return false;
        for (int i = 0; i < PREFIXES; i++) {
                const size_t kept = i == 0 ? 8 : 6;

                memset(bytes + kept, 0, sizeof(bytes) - kept);
                if (!inet_ntop(AF_INET6, bytes, text, sizeof(text)))
                        return false;
                snprintf(ret_texts[i], PREFIX_BYTES, "%s/%zu", text, kept * 8);
        }
        return true;
}

static int add_rows(struct derive *derive, struct rows *rows, struct str address, struct str who,
                    const struct fleet_incident *incident) {
        char texts[PREFIXES][PREFIX_BYTES];
        int r = 0;

        if (!prefixes_of(address, texts))
                return 0;
        for (int i = 0; i < PREFIXES && r == 0; i++) {
                r = array_reserve(&rows->items, &rows->capacity, rows->count + 1, sizeof(*rows->items));
                if (r < 0)
                        return r;
                rows->items[rows->count] = (struct row){ .who = who, .incident = incident };
                r = fleet_text(derive->fleet, str_from(texts[i]), &rows->items[rows->count++].prefix);
        }
        return r;
}

/* Interned strings are one where they are alike. */
static int compare_rows(const void *a, const void *b) {
        const struct row *x = a, *y = b;
        int r = x->prefix.p == y->prefix.p ? 0 : str_cmp(x->prefix, y->prefix);

        if (r == 0)
                r = x->who.p == y->who.p ? 0 : str_cmp(x->who, y->who);
        return r ? r : (x->incident > y->incident) - (x->incident < y->incident);
}

static void count_site(struct fleet_site *site, const struct row *rows, size_t count) {
        bool lost = false;

        for (size_t i = 0; i < count; i++) {
                const struct fleet_incident *incident = rows[i].incident;

                if (i == 0 || rows[i - 1].who.p != rows[i].who.p) {
                        site->agents++;
                        lost = false;
                }
                if (!incident || !fleet_incident_is_loss(incident))
                        continue;
                site->incidents++;
                site->forced_logouts += incident->forced;
                site->agents_lost += !lost;
                lost = true;
        }
}

static int compare_sites(const void *a, const void *b) {
        const struct fleet_site *x = a, *y = b;
        int r = (x->incidents < y->incidents) - (x->incidents > y->incidents);

        return r ? r : str_cmp(x->prefix, y->prefix);
}

static int list_rows(struct derive *derive, struct rows *rows) {
        const struct fleet_report *report = derive->report;
        int r = 0;

        for (size_t i = 0; i < report->people.count && r == 0; i++) {
                struct str who;

                r = derive_lower(derive, report->people.items[i].agent, &who);
                if (r == 0)
                        r = add_rows(derive, rows, report->people.items[i].address, who, NULL);
        }
        for (size_t i = 0; i < report->incidents.count && r == 0; i++)
                r = add_rows(derive, rows, report->incidents.items[i].address, report->incidents.items[i].who,
                             &report->incidents.items[i]);
        return r;
}

/* Those where somebody was lost, worst first. */
int derive_sites(struct derive *derive) {
        struct fleet_report *report = derive->report;
        struct rows rows = { 0 };
        int r = list_rows(derive, &rows);

        report->sites.items = r < 0 ? NULL : arena_zalloc(derive->arena, (rows.count + 1) * sizeof(struct fleet_site));
        if (r == 0 && !report->sites.items)
                r = -ENOMEM;
        if (r == 0 && rows.count)
                qsort(rows.items, rows.count, sizeof(*rows.items), compare_rows);
        for (size_t i = 0, end; i < rows.count && r == 0; i = end) {
                struct fleet_site site = { .prefix = rows.items[i].prefix };

                for (end = i; end < rows.count && rows.items[end].prefix.p == rows.items[i].prefix.p;)
                        end++;
                count_site(&site, rows.items + i, end - i);
                if (site.incidents)
                        report->sites.items[report->sites.count++] = site;
        }
        if (r == 0)
                qsort(report->sites.items, report->sites.count, sizeof(struct fleet_site), compare_sites);
        free(rows.items);
        return r;
}

/* --------------------------------------------------------------- agents */

/* An agent's incident, or a place where the agent is known to be. */
struct trace {
        struct str who;
        const struct fleet_incident *incident;
        const struct fleet_person *person;
};

static int compare_traces(const void *a, const void *b) {
        const struct trace *x = a, *y = b;
        int r = x->who.p == y->who.p ? 0 : str_cmp(x->who, y->who);

        if (r == 0)
                r = (x->incident > y->incident) - (x->incident < y->incident);
        return r ? r : (x->person > y->person) - (x->person < y->person);
}

static void count_incident(struct fleet_agent *agent, const struct fleet_incident *incident) {
        if (agent->agent.n == 0 || str_cmp(incident->agent, agent->agent) < 0)
                agent->agent = incident->agent;
        agent->incidents++;
        agent->forced_logouts += incident->forced;
        agent->idle_closures += incident->closed;
        agent->idle_escalations += !fleet_incident_is_loss(incident);
        if (agent->first == TIME_UNKNOWN || incident->start < agent->first)
                agent->first = incident->start;
        agent->last = incident->start > agent->last ? incident->start : agent->last;
}

static int tell_agent(struct derive *derive, const struct trace *traces, size_t count, struct fleet_agent *agent) {
        struct str *texts = calloc(2 * count, sizeof(*texts)); /* nodes, then addresses */
        size_t places = 0;
        int r;

        if (!texts)
                return -ENOMEM;
        *agent = (struct fleet_agent){ .first = TIME_UNKNOWN, .last = TIME_UNKNOWN };
        for (size_t i = 0; i < count; i++) {
                if (traces[i].incident) {
                        count_incident(agent, traces[i].incident);
                        continue;
                }
                texts[places] = traces[i].person->node;
                texts[count + places++] = traces[i].person->address;
        }
        r = texts_of(derive->arena, texts, places, &agent->nodes);
        if (r == 0)
                r = texts_of(derive->arena, texts + count, places, &agent->addresses);
        free(texts);
        return r;
}

static int list_traces(struct derive *derive, struct trace *traces, size_t *ret_count) {
        const struct fleet_report *report = derive->report;
        size_t count = 0;
        int r = 0;

        for (size_t i = 0; i < report->incidents.count; i++)
                traces[count++] = (struct trace){ report->incidents.items[i].who, &report->incidents.items[i], NULL };
        for (size_t i = 0; i < report->people.count && r == 0; i++) {
                traces[count].incident = NULL;
                traces[count].person = &report->people.items[i];
                r = derive_lower(derive, report->people.items[i].agent, &traces[count++].who);
        }
        *ret_count = count;
        return r;
}

static int compare_agents(const void *a, const void *b) {
        const struct fleet_agent *x = a, *y = b;
        const int64_t losses_x = x->forced_logouts + x->idle_closures, losses_y = y->forced_logouts + y->idle_closures;
        int r = (losses_x < losses_y) - (losses_x > losses_y);

        if (r == 0)
                r = (x->incidents < y->incidents) - (x->incidents > y->incidents);
        return r ? r : str_cmp(x->agent, y->agent);
}

/* Those to whom something happened, worst first. */
int derive_agents(struct derive *derive) {
        struct fleet_report *report = derive->report;
        const size_t most = report->incidents.count + report->people.count;
        struct trace *traces = calloc(most + 1, sizeof(*traces));
        size_t count = 0;
        int r = traces ? list_traces(derive, traces, &count) : -ENOMEM;

        report->agents.items =
                r < 0 ? NULL : arena_alloc(derive->arena, (report->incidents.count + 1) * sizeof(struct fleet_agent));
        if (r == 0 && !report->agents.items)
                r = -ENOMEM;
        if (r == 0)
                qsort(traces, count, sizeof(*traces), compare_traces);
        for (size_t i = 0, end; i < count && r == 0; i = end) {
                for (end = i; end < count && traces[end].who.p == traces[i].who.p;)
                        end++;
                /* Places come before incidents. */
                if (traces[end - 1].incident)
                        r = tell_agent(derive, traces + i, end - i, &report->agents.items[report->agents.count++]);
        }
        if (r == 0)
                qsort(report->agents.items, report->agents.count, sizeof(struct fleet_agent), compare_agents);
        free(traces);
        return r;
}
