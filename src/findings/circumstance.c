#include "findings/circumstance.h"

#include <stdarg.h>
#include <stdio.h>

#include "rules/foreign.h"

enum {
        CORE_BEFORE_MS = 60 * 1000, /* writing a core takes a while, and its name tells when that began */
        CORE_AFTER_MS = 120 * 1000,
        QUOTED_SESSIONS = 5,
};

static const struct server_times *times_of(const struct timeline *timeline) {
        return &timeline->ruleset->server_times;
}

static enum server_role role_of(const struct server_event *event) {
        return event->event ? event->event->rule->server : SERVER_NOTHING;
}

static bool is_within(const struct server_event *event, int64_t from_ms, int64_t to_ms) {
        return event->at_ms != TIME_UNKNOWN && event->at_ms >= from_ms && event->at_ms <= to_ms;
}

/* ------------------------------------------------------------- looking */

/* Until when a command may be the reason. Where nobody wrote down a stop, a command that
 * was given long after the last record came to the rescue. */
static int64_t planned_until(const struct timeline *timeline, const struct outage *outage) {
        const struct cover *cover = coverage_of(&timeline->coverage, FAMILY_NOTIFICATION, outage->node);

        if (!outage_is_clean(outage) && cover && cover->sampled)
                return outage->heard_ms + coverage_reach_ms(FAMILY_NOTIFICATION);
        if (outage->back_ms != TIME_UNKNOWN)
                return outage->back_ms;
        return outage->down_ms + times_of(timeline)->planned_before_s * MS_PER_SECOND;
}

size_t faults_before(const struct timeline *timeline, struct str node, int64_t from_ms, int64_t to_ms,
                     const struct server_event **ret_faults) {
        size_t count = 0;

        for (size_t i = timeline->server.count; i-- > 0 && count < CIRCUMSTANCE_FAULTS;) {
                const struct server_event *event = &timeline->server.items[i];
                bool known = false;

                if (role_of(event) != SERVER_FAULT || !is_within(event, from_ms, to_ms) ||
                    !server_is_same(timeline, event->node, node))
                        continue;
                for (size_t k = 0; k < count; k++)
                        known |= ret_faults[k]->event->rule == event->event->rule;
                if (!known)
                        ret_faults[count++] = event;
        }
        return count;
}

/* The last command before the stop; of those after it the first. */
static void look_at_command(const struct timeline *timeline, const struct outage *outage,
                            const struct server_event *event, struct circumstances *found) {
        int64_t from_ms = outage->down_ms - times_of(timeline)->planned_before_s * MS_PER_SECOND;

        if (is_within(event, from_ms, planned_until(timeline, outage)) &&
            (!found->planned || event->at_ms <= outage->down_ms + MS_PER_SECOND))
                found->planned = event;
}

static void look_at(const struct timeline *timeline, const struct outage *outage, const struct server_event *event,
                    struct circumstances *found) {
        int64_t back_ms = outage->back_ms != TIME_UNKNOWN ? outage->back_ms : INT64_MAX;

        if (role_of(event) == SERVER_PLANNED)
                look_at_command(timeline, outage, event, found);
        else if (role_of(event) == SERVER_BOOT && is_within(event, outage->down_ms, back_ms))
                found->boot = found->boot ? found->boot : event;
        else if (event->event || event->duration_ms >= 0)
                return;
        else if (event->at_ms == TIME_UNKNOWN)
                found->heap_dump = event;
        else if (is_within(event, outage->heard_ms - CORE_BEFORE_MS, outage->down_ms + CORE_AFTER_MS))
                found->core = event;
}

static bool asks_for_lost(const struct timeline *timeline, const struct outage *outage, const struct event *event) {
        return event_kind(event) == EVENT_SESSION_UNKNOWN && outage->back_ms != TIME_UNKNOWN &&
               event->utc_ms >= outage->back_ms - MS_PER_SECOND &&
               event->utc_ms <= outage->back_ms + times_of(timeline)->unknown_after_s * MS_PER_SECOND &&
               str_eq(event_input(timeline, event)->node, outage->node);
}

void circumstances_find(const struct timeline *timeline, const struct outage *outage, struct circumstances *ret_found) {
        struct circumstances found = { 0 };

        for (size_t i = 0; i < timeline->server.count; i++)
                if (server_is_same(timeline, timeline->server.items[i].node, outage->node))
                        look_at(timeline, outage, &timeline->server.items[i], &found);
        if (!found.planned)
                faults_before(timeline, outage->node,
                              outage->heard_ms - times_of(timeline)->fault_before_s * MS_PER_SECOND,
                              outage->back_ms != TIME_UNKNOWN ? outage->back_ms : outage->down_ms, found.faults);
        for (size_t i = 0; i < timeline->event_count; i++)
                found.unknown_sessions += asks_for_lost(timeline, outage, timeline->events[i]);
        /* Nobody knows what a heap dump without a time belongs to: it goes with a crash. */
        if (outage_is_clean(outage))
                found.core = found.heap_dump = NULL;
        *ret_found = found;
}

/* ------------------------------------------------------------- telling */

static int quote(struct finding *finding, const struct server_event *event) {
        return event ? finding_quote(finding, event->event) : 0;
}

int circumstances_quote(const struct timeline *timeline, struct finding *finding, const struct circumstances *found) {
        const struct outage *outage = finding->outage;
        size_t quoted = 0;
        int r = quote(finding, found->planned);

        if (r == 0)
                r = quote(finding, found->boot);
        for (size_t i = 0; i < CIRCUMSTANCE_FAULTS && r == 0; i++)
                r = quote(finding, found->faults[i]);
        for (size_t i = 0; i < timeline->event_count && quoted < QUOTED_SESSIONS && r == 0; i++) {
                if (!asks_for_lost(timeline, outage, timeline->events[i]))
                        continue;
                r = finding_quote(finding, timeline->events[i]);
                quoted++;
        }
        return r;
}

/* One more clause; where it does not fit, none of it. */
__attribute__((format(printf, 3, 4))) static void say(char *text, size_t size, const char *format, ...) {
        size_t used = strlen(text);
        va_list args;
        int n;

        va_start(args, format);
        n = vsnprintf(text + used, size - used, format, args);
        va_end(args);
        if (n < 0 || (size_t)n >= size - used)
                text[used] = '\0';
}

/* What a command's record says of it, else the title of its rule. */
static struct str words_of(const struct server_event *event) {
        for (size_t i = 0; i < event->event->rule->field_count; i++)
                if (event->event->values[i].set && event->event->values[i].text.n <= 100)
                        return event->event->values[i].text;
        return event->event->rule->title.n ? event->event->rule->title : event->name;
}

static void say_fault(char *text, size_t size, const struct outage *outage, const struct server_event *event) {
        const struct rule *rule = event->event->rule;
        long long s = (long long)((outage->down_ms - event->at_ms) / MS_PER_SECOND);

        say(text, size, "; %lld s %s: %s", s >= 0 ? s : -s, s >= 0 ? "before it" : "after it",
            rule->title.n ? rule->title.p : rule->event.p);
}

void circumstances_say(const struct outage *outage, const struct circumstances *found, char *text, size_t size) {
        struct dump dump;

        text[0] = '\0';
        if (found->planned)
                say(text, size, "; that was asked for: \"%.*s\"", (int)words_of(found->planned).n,
                    words_of(found->planned).p);
        else if (found->boot)
                say(text, size, "; the whole server went down: it booted %lld s later",
                    (long long)((found->boot->at_ms - outage->down_ms) / MS_PER_SECOND));
        for (size_t i = CIRCUMSTANCE_FAULTS; i-- > 0;) /* they stand in the order of their nearness */
                if (found->faults[i])
                        say_fault(text, size, outage, found->faults[i]);
        if (found->core && dump_by_name(found->core->input->name, &dump))
                say(text, size, "; a core file of %.*s (signal %lld) is of that time",
                    dump.program.n > 60 ? 60 : (int)dump.program.n, dump.program.p, (long long)dump.signal);
        if (found->heap_dump)
                say(text, size, "; a heap dump of unknown time lies in the bundle");
        if (found->unknown_sessions)
                say(text, size, "; afterwards %zu client%s asked for %s that %s gone", found->unknown_sessions,
                    found->unknown_sessions == 1 ? "" : "s", found->unknown_sessions == 1 ? "a session" : "sessions",
                    found->unknown_sessions == 1 ? "was" : "were");
}
