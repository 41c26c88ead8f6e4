#include "render/html_cut.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/intern.h"
#include "base/order.h"

void html_cut_release(struct html_cut *cut) {
        free(cut->agents);
        free(cut->sessions);
        free(cut->findings);
}

void html_cut_note(struct html_cut *cut, const char *what, const char *which, size_t kept, size_t all) {
        if (kept >= all || cut->note_count == HTML_CUT_NOTES)
                return;
        snprintf(cut->notes[cut->note_count++], HTML_CUT_NOTE_BYTES, "This page holds %zu of %zu %s: %s.", kept, all,
                 what, which);
}

int html_severity_rank(struct str severity) {
        static const char *const names[] = { "critical", "high", "medium", "low" };
        int rank = 0;

        while (rank < 4 && !str_eq(severity, str_from(names[rank])))
                rank++;
        return rank;
}

/* ------------------------------------------------------------ what comes first */

/* The smaller the rank, the earlier; of equals the earlier in the report. */
struct ranked {
        uint64_t rank;
        size_t index;
};

static int by_rank(const void *a, const void *b) {
        const struct ranked *x = a, *y = b;
        const int r = compare_u64(x->rank, y->rank);

        return r ? r : compare_u64(x->index, y->index);
}

/* Of those that `kept` has, only the first `most`. How many there were, or -ENOMEM. */
static int64_t keep_first(bool *kept, size_t count, size_t most, uint64_t (*rank)(const struct view *, size_t),
                          const struct view *view) {
        struct ranked *order = malloc((count + 1) * sizeof(*order));
        size_t n = 0;

        if (!order)
                return -ENOMEM;
        for (size_t i = 0; i < count; i++)
                if (kept[i])
                        order[n++] = (struct ranked){ rank(view, i), i };
        if (n > most)
                qsort(order, n, sizeof(*order), by_rank);
        for (size_t i = most; i < n; i++)
                kept[order[i].index] = false;
        free(order);
        return (int64_t)n;
}

static uint64_t positive(int64_t number) {
        return number > 0 ? (uint64_t)number : 0;
}

/* A forced logout outweighs any number of closures, a closure any of silences. */
static uint64_t agent_rank(const struct view *view, size_t i) {
        const struct view_agent *agent = &view->agents.items[i];
        const uint64_t most = 0xfffff, forced = positive(agent->forced_logouts),
                       closed = positive(agent->idle_closures), silent = positive(agent->idle_escalations);

        return UINT64_MAX - ((forced < most ? forced : most) << 40) - ((closed < most ? closed : most) << 20) -
               (silent < most ? silent : most);
}

static uint64_t finding_rank(const struct view *view, size_t i) {
        return (uint64_t)html_severity_rank(view->findings.items[i].severity);
}

/* Those that the logs kept most of. */
static uint64_t session_rank(const struct view *view, size_t i) {
        return UINT64_MAX - view->sessions.items[i].timeline.count;
}

/* ----------------------------------------------------------------- cuts */

static int cut_agents(struct html_cut *cut, const struct view *view) {
        const int64_t all = keep_first(cut->agents, view->agents.count, HTML_AGENTS, agent_rank, view);

        if (all >= 0)
                html_cut_note(cut, "agents", "those with most trouble", HTML_AGENTS, (size_t)all);
        return all < 0 ? (int)all : 0;
}

static int cut_findings(struct html_cut *cut, const struct view *view) {
        const int64_t all = keep_first(cut->findings, view->findings.count, HTML_FINDINGS, finding_rank, view);

        if (all >= 0)
                html_cut_note(cut, "findings", "the most severe", HTML_FINDINGS, (size_t)all);
        return all < 0 ? (int)all : 0;
}

static int cut_sessions(struct html_cut *cut, const struct view *view) {
        const int64_t all = keep_first(cut->sessions, view->sessions.count, HTML_SESSIONS, session_rank, view);

        if (all >= 0)
                html_cut_note(cut, "sessions", "those with most records", HTML_SESSIONS, (size_t)all);
        return all < 0 ? (int)all : 0;
}

size_t html_cut_events(const struct html_cut *cut, const struct view_events *timeline) {
        return timeline->count < cut->events_each ? timeline->count : cut->events_each;
}

static size_t events_of(const struct html_cut *cut, const struct view *view) {
        size_t sum = 0;

        for (size_t i = 0; i < view->sessions.count; i++)
                if (cut->sessions[i])
                        sum += html_cut_events(cut, &view->sessions.items[i].timeline);
        for (size_t i = 0; i < view->agents.count; i++)
                if (cut->agents[i])
                        sum += html_cut_events(cut, &view->agents.items[i].timeline);
        return sum;
}

/* As many of each as fit together. */
static void cut_events(struct html_cut *cut, const struct view *view) {
        size_t least = 0, most = HTML_EVENTS, all;

        cut->events_each = SIZE_MAX;
        all = events_of(cut, view);
        if (all <= HTML_EVENTS)
                return;
        while (least < most) {
                cut->events_each = least + (most - least + 1) / 2;
                if (events_of(cut, view) <= HTML_EVENTS)
                        least = cut->events_each;
                else
                        most = cut->events_each - 1;
        }
        cut->events_each = least;
        html_cut_note(cut, "events", "the last of each session and agent", events_of(cut, view), all);
}

/* ------------------------------------------------------- who is asked for */

/* What belongs to an agent goes where the agent goes; what belongs to none stays. */
static bool keeps_agent(const struct html_cut *cut, const struct intern *names, struct str agent) {
        const uint32_t at = agent.n ? intern_find(names, agent) : INTERN_NONE;

        return at == INTERN_NONE || cut->agents[at];
}

static bool keeps_any(const struct html_cut *cut, const struct intern *names, const struct view_texts *agents) {
        for (size_t i = 0; i < agents->count; i++)
                if (keeps_agent(cut, names, agents->items[i]))
                        return true;
        return agents->count == 0;
}

static int names_of(const struct view *view, struct intern *names) {
        uint32_t id;
        int r = 0;

        for (size_t i = 0; i < view->agents.count && r == 0; i++)
                r = intern_add(names, view->agents.items[i].agent, &id);
        return r;
}

/* A burst alone is shown with those that it took. */
static void show_agents_of(struct html_cut *cut, const struct view_finding *finding, const struct intern *names) {
        for (size_t i = 0; finding && i < finding->agents.count; i++) {
                const uint32_t at = intern_find(names, finding->agents.items[i]);

                if (at != INTERN_NONE)
                        cut->agents[at] = true;
        }
}

static void show_agents(struct html_cut *cut, const struct view *view, const struct style *style,
                        const struct intern *names) {
        const bool of_finding = style->finding.n && style->agent.n == 0;

        for (size_t i = 0; i < view->agents.count && !of_finding; i++)
                cut->agents[i] = style_shows_agent(style, view->agents.items[i].agent);
        if (of_finding)
                show_agents_of(cut, view_find(view, style->finding), names);
}

static void show_rest(struct html_cut *cut, const struct view *view, const struct style *style,
                      const struct intern *names) {
        for (size_t i = 0; i < view->sessions.count; i++)
                cut->sessions[i] = style_shows_session(style, &view->sessions.items[i]) &&
                                   keeps_agent(cut, names, view->sessions.items[i].agent);
        for (size_t i = 0; i < view->findings.count; i++) {
                const struct view_finding *finding = &view->findings.items[i];

                cut->findings[i] = style_shows_finding(style, finding) && keeps_agent(cut, names, finding->agent) &&
                                   keeps_any(cut, names, &finding->agents);
        }
}

int html_cut_make(struct html_cut *cut, const struct view *view, const struct style *style) {
        struct intern names;
        int r;

        *cut = (struct html_cut){ .agents = calloc(view->agents.count + 1, sizeof(bool)),
                                  .sessions = calloc(view->sessions.count + 1, sizeof(bool)),
                                  .findings = calloc(view->findings.count + 1, sizeof(bool)) };
        if (!cut->agents || !cut->sessions || !cut->findings)
                return -ENOMEM;
        intern_init(&names);
        r = names_of(view, &names);
        if (r == 0) {
                show_agents(cut, view, style, &names);
                r = cut_agents(cut, view);
        }
        if (r == 0) {
                show_rest(cut, view, style, &names);
                r = cut_findings(cut, view);
        }
        if (r == 0)
                r = cut_sessions(cut, view);
        if (r == 0)
                cut_events(cut, view);
        intern_release(&names);
        return r;
}
