/*
 * The trend: what each day (UTC) had, and how much of it the logs cover. A day that logs cover
 * and on which nothing happened is a day as well.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "fleet/derive.h"
#include "fleet/set.h"

enum { DAYS_OF_SPAN = 400 };

struct list {
        struct str *items;
        size_t count, capacity;
};

static int name_day(struct derive *derive, int64_t time, struct str *ret_day) {
        char text[TIME_RFC3339_BYTES];

        return fleet_text(derive->fleet, time_format_day(time, text), ret_day);
}

static int add_day(struct derive *derive, struct list *list, int64_t time) {
        int r = array_reserve(&list->items, &list->capacity, list->count + 1, sizeof(*list->items));

        if (r == 0 && time != TIME_UNKNOWN)
                r = name_day(derive, time, &list->items[list->count++]);
        return r;
}

/* Unknown where it is no stop or crash. */
static int64_t restart_time(const struct fleet_finding *finding) {
        return str_eq(finding->kind, STR("server_restart")) ? fleet_finding_time(finding) : TIME_UNKNOWN;
}

static int list_days(struct derive *derive, struct list *list) {
        const struct fleet_report *report = derive->report;
        int r = 0;

        for (size_t i = 0; i < report->incidents.count && r == 0; i++)
                r = add_day(derive, list, report->incidents.items[i].start);
        for (size_t i = 0; i < report->bursts.count && r == 0; i++)
                r = add_day(derive, list, report->bursts.items[i].start);
        for (size_t i = 0; i < report->findings.count && r == 0; i++)
                r = add_day(derive, list, restart_time(&report->findings.items[i]));
        for (size_t i = 0; i < report->coverage.count; i++) {
                const struct fleet_span *span = &report->coverage.items[i];
                int64_t day = time_day(span->from) * MS_PER_DAY;

                for (int k = 0; k < DAYS_OF_SPAN && day <= span->to && r == 0; k++, day += MS_PER_DAY)
                        r = add_day(derive, list, day);
        }
        for (size_t i = 0; i < report->events.count && r == 0; i++) {
                r = array_reserve(&list->items, &list->capacity, list->count + 1, sizeof(*list->items));
                if (r == 0)
                        list->items[list->count++] = report->events.items[i].day;
        }
        return r;
}

static int compare_to_day(const void *name, const void *day) {
        return str_cmp(*(const struct str *)name, ((const struct fleet_day *)day)->day);
}

static struct fleet_day *find_day(const struct fleet_report *report, struct str name) {
        return bsearch(&name, report->days.items, report->days.count, sizeof(*report->days.items), compare_to_day);
}

/* NULL where the time is not known. */
static struct fleet_day *day_of(struct derive *derive, int64_t time) {
        char text[TIME_RFC3339_BYTES];

        return time == TIME_UNKNOWN ? NULL : find_day(derive->report, time_format_day(time, text));
}

/* ------------------------------------------------------------ counting */

static void count_incidents(struct derive *derive) {
        for (size_t i = 0; i < derive->report->incidents.count; i++) {
                const struct fleet_incident *incident = &derive->report->incidents.items[i];
                struct fleet_day *day = day_of(derive, incident->start);

                if (!day)
                        continue;
                day->incidents++;
                day->forced_logouts += incident->forced;
                day->idle_closures += incident->closed;
                day->idle_escalations += !fleet_incident_is_loss(incident);
        }
}

/* Incidents are in order of time, those of a day together. */
static int count_agents(struct derive *derive) {
        const struct fleet_report *report = derive->report;
        struct str *who = calloc(report->incidents.count + 1, sizeof(*who));
        int r = who ? 0 : -ENOMEM;

        for (size_t i = 0, end; i < report->incidents.count && r == 0; i = end) {
                struct fleet_day *day = day_of(derive, report->incidents.items[i].start);
                struct view_texts agents;

                for (end = i;
                     end < report->incidents.count && day_of(derive, report->incidents.items[end].start) == day; end++)
                        who[end - i] = report->incidents.items[end].who;
                r = texts_of(derive->arena, who, end - i, &agents);
                if (r == 0 && day)
                        day->agents = (int64_t)agents.count;
        }
        free(who);
        return r;
}

static void count_others(struct derive *derive) {
        const struct fleet_report *report = derive->report;
        struct fleet_day *day;

        for (size_t i = 0; i < report->bursts.count; i++)
                if ((day = day_of(derive, report->bursts.items[i].start)) != NULL)
                        day->bursts++;
        for (size_t i = 0; i < report->findings.count; i++)
                if ((day = day_of(derive, restart_time(&report->findings.items[i]))) != NULL)
                        day->restarts++;
        for (size_t i = 0; i < report->events.count; i++)
                if ((day = find_day(report, report->events.items[i].day)) != NULL)
                        day->events += report->events.items[i].count;
}

static void count_coverage(struct derive *derive) {
        const struct fleet_report *report = derive->report;

        for (size_t i = 0; i < report->coverage.count; i++) {
                const struct fleet_span *span = &report->coverage.items[i];
                const bool notification = str_eq(span->family, STR("notification"));
                struct fleet_day *day = day_of(derive, span->from), *end = report->days.items + report->days.count;
                int64_t from = span->from;

                if (!notification && !str_eq(span->family, STR("webservices")))
                        continue;
                for (; day && day < end && from <= span->to; day++) {
                        int64_t begin, next;

                        if (!time_parse_rfc3339(day->day, &begin) || begin > span->to)
                                break;
                        from = begin > from ? begin : from;
                        next = begin + MS_PER_DAY < span->to ? begin + MS_PER_DAY : span->to;
                        if (next > from)
                                *(notification ? &day->notification_s : &day->webservices_s) +=
                                        (next - from) / MS_PER_SECOND;
                        from = begin + MS_PER_DAY;
                }
        }
}

int derive_days(struct derive *derive) {
        struct fleet_report *report = derive->report;
        struct view_texts days = { 0 };
        struct list list = { 0 };
        int r = list_days(derive, &list);

        if (r == 0)
                r = texts_of(derive->arena, list.items, list.count, &days);
        free(list.items);
        report->days.items = r < 0 ? NULL : arena_zalloc(derive->arena, (days.count + 1) * sizeof(struct fleet_day));
        if (!report->days.items)
                return -ENOMEM;
        for (size_t i = 0; i < days.count; i++)
                report->days.items[i].day = days.items[i];
        report->days.count = days.count;
        count_incidents(derive);
        r = count_agents(derive);
        count_others(derive);
        count_coverage(derive);
        return r;
}
