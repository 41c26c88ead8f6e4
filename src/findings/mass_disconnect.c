/*
 * Mass disconnects: desktops of one node that went silent, were closed or lost their
 * presence together. README, The report: mass_disconnect; burst.h has the shapes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/order.h"
#include "findings/burst.h"
#include "findings/circumstance.h"
#include "findings/desktops.h"
#include "findings/presences.h"
#include "findings/reason.h"
#include "timeline/fold.h"

/* ------------------------------------------------------------- the scene */

static int compare_victims(const void *a, const void *b) {
        const struct victim *x = a, *y = b;

        if (x->at_ms != y->at_ms)
                return x->at_ms < y->at_ms ? -1 : 1;
        return event_compare(x->event, y->event);
}

static int add_victim(struct scene *scene, struct victim victim) {
        int r = array_reserve(&scene->victims, &scene->capacity, scene->count + 1, sizeof(*scene->victims));

        if (r == 0)
                scene->victims[scene->count++] = victim;
        return r;
}

static int add_session(struct scene *scene, const struct session *session) {
        int r = array_reserve(&scene->sessions, &scene->session_capacity, scene->session_count + 1,
                              sizeof(*scene->sessions));

        if (r == 0)
                scene->sessions[scene->session_count++] = session;
        return r;
}

/* A silence counts that reached a whole long poll or a closure; one that a stop of
 * the service cut off belongs to the restart. */
static bool counts(const struct session *session, const struct run *run) {
        if (run->outcome == OUTCOME_OPEN && session->ended_by == ENDED_SERVER_STOP)
                return false;
        return is_silence(run);
}

static int add_silences(struct scene *scene, const struct session *session) {
        for (size_t i = 0; i < session->run_count; i++) {
                const struct run *run = &session->runs[i];
                int r = 0;

                if (counts(session, run))
                        r = add_victim(scene, (struct victim){ .session = session,
                                                               .run = run,
                                                               .event = run->samples[run->count - 1],
                                                               .place = scene->session_count - 1,
                                                               .agent = session->agent,
                                                               .at_ms = run->silent_since_ms });
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Closures without samples: the closure stands for the silence. */
static int add_bare_closure(struct scene *scene, const struct session *session) {
        if (!session->closure || session->closure_run != SIZE_MAX)
                return 0;
        return add_victim(scene, (struct victim){ .session = session,
                                                  .event = session->closure,
                                                  .place = scene->session_count - 1,
                                                  .agent = session->agent,
                                                  .at_ms = session->closure->utc_ms });
}

/* Who was open when, for those who fell silent. */
static int open_scene(struct scene *scene) {
        int r = openings_make(&scene->openings, scene->sessions, scene->session_count);

        if (r < 0)
                return r;
        scene->tally = calloc(scene->openings.prefixes.count, sizeof(*scene->tally));
        scene->seen = calloc(scene->session_count + 1, sizeof(*scene->seen));
        return scene->tally && scene->seen ? 0 : -ENOMEM;
}

/* The whole that is searched node by node: each in a stretch of its own. */
struct stage {
        const struct timeline *timeline;
        struct presences presences;
        struct desktops desktops;
        struct scene losses; /* of presence alone, by node and time */
};

/* The node's desktops, and what befell them: silences, or closures without one. */
static int set_scene(struct scene *scene, const struct stage *stage, struct str node, bool silences) {
        int r = 0;

        *scene = (struct scene){ .timeline = stage->timeline, .node = node };
        for (size_t i = desktops_first(&stage->desktops, node); i < stage->desktops.count && r == 0; i++) {
                const struct session *session = stage->desktops.items[i];

                if (!str_eq(session->node, node))
                        break;
                r = add_session(scene, session);
                if (r == 0)
                        r = silences ? add_silences(scene, session) : add_bare_closure(scene, session);
        }
        if (scene->count)
                qsort(scene->victims, scene->count, sizeof(*scene->victims), compare_victims);
        return r < 0 || scene->count < BURST_MIN ? r : open_scene(scene);
}

static void leave_scene(struct scene *scene) {
        openings_release(&scene->openings);
        free(scene->tally);
        free(scene->seen);
        free(scene->victims);
        free(scene->sessions);
        *scene = (struct scene){ 0 };
}

/* ------------------------------------------------------------- windows */

/* The last victim that is still to be told within `ms` after the first. */
static size_t window_end(const struct scene *scene, size_t first, int64_t ms) {
        size_t last = first;

        for (size_t i = first; i < scene->count && scene->victims[i].at_ms - scene->victims[first].at_ms <= ms; i++)
                if (!scene->victims[i].told)
                        last = i;
        return last;
}

static uint64_t untold(const struct scene *scene, size_t first, size_t last) {
        uint64_t count = 0;

        for (size_t i = first; i <= last; i++)
                count += !scene->victims[i].told;
        return count;
}

struct stretch {
        size_t first, last;
        uint64_t victims; /* 0: none */
        uint64_t open;
        struct str prefix;
};

static struct stretch instant_at(const struct scene *scene, size_t first) {
        struct stretch stretch = { .first = first, .last = window_end(scene, first, INSTANT_MS) };
        uint64_t victims = untold(scene, first, stretch.last);

        if (victims < BURST_MIN)
                return stretch;
        stretch.open = count_open(scene, scene->victims[first].at_ms);
        if (stretch.open < victims)
                stretch.open = victims;
        if (victims * 100 >= stretch.open * INSTANT_PERCENT)
                stretch.victims = victims;
        return stretch;
}

static int64_t poll_ms(const struct scene *scene, size_t first) {
        return session_wait_s(scene->timeline, scene->victims[first].session) * MS_PER_SECOND + POLL_SLACK_MS;
}

static struct stretch poll_at(const struct scene *scene, size_t first) {
        struct stretch stretch = { .first = first, .last = window_end(scene, first, poll_ms(scene, first)) };
        struct share share = { 0 };

        if (untold(scene, first, stretch.last) >= BURST_MIN)
                share = best_share(scene, first, stretch.last);
        stretch.victims = share.victims;
        stretch.open = share.open;
        stretch.prefix = share.prefix;
        return stretch;
}

/* How far to the next one to try: of very many that are silent together not each may begin a
 * stretch, or the time would grow with their square. */
static size_t stride(size_t count) {
        enum { EACH = 512 };

        return 1 + count / EACH;
}

typedef struct stretch stretch_fn(const struct scene *scene, size_t first);

/* The fullest stretch of a kind that begins with one of so many victims. */
static struct stretch fullest_among(const struct scene *scene, size_t first, size_t last, size_t step, stretch_fn *at) {
        struct stretch best = { 0 };

        for (size_t i = first; i <= last; i += step) {
                struct stretch stretch;

                if (scene->victims[i].told)
                        continue;
                stretch = at(scene, i);
                if (stretch.victims > best.victims)
                        best = stretch;
        }
        return best;
}

/* That begins within `ms` after a victim. Where not each was tried, those about the best one are. */
static struct stretch fullest(const struct scene *scene, size_t first, int64_t ms, stretch_fn *at) {
        const size_t last = window_end(scene, first, ms), step = stride(last - first);
        const struct stretch best = fullest_among(scene, first, last, step, at);
        const size_t before = best.first - first < step ? first : best.first - step + 1;
        const size_t behind = last - best.first < step ? last : best.first + step - 1;
        struct stretch near;

        if (step == 1 || best.victims == 0)
                return best;
        near = fullest_among(scene, before, behind, 1, at);
        return near.victims > best.victims ? near : best;
}

/* A cut line lets held polls run out over a whole long poll, and five seconds of
 * that may look like an instant: an instant is one only where it holds nearly all. */
static bool is_instant(const struct stretch *instant, const struct stretch *poll) {
        enum { NEARLY_ALL_PERCENT = 80 };

        return instant->victims && instant->victims * 100 >= poll->victims * NEARLY_ALL_PERCENT;
}

/* ------------------------------------------------------------- telling */

static const char *shape_words(const struct burst *burst) {
        static const char *const words[] = {
                [SHAPE_INSTANT] = "went silent at the same moment",
                [SHAPE_WITHIN_A_POLL] = "went silent within one long poll, as when a line is cut",
                [SHAPE_CLOSURES] = "were lost in the same moment; no samples tell since when they were silent",
        };

        return words[burst->shape];
}

/* A round of the reaper that came late while they fell silent: it was the server. */
static const struct server_event *stall_of(const struct timeline *timeline, const struct finding *finding) {
        const int64_t wait_ms = timeline->ruleset->default_wait_s * MS_PER_SECOND;

        for (size_t i = 0; i < timeline->server.count; i++) {
                const struct server_event *event = &timeline->server.items[i];

                if (event->duration_ms >= 0 && str_eq(event->node, finding->node) &&
                    finding->start_ms <= event->at_ms + event->duration_ms && finding->end_ms >= event->at_ms - wait_ms)
                        return event;
        }
        return NULL;
}

/* What else tells of the server at that moment: a stall, or faults just before it. */
static int add_server_side(const struct timeline *timeline, struct finding *finding, char *text, size_t size) {
        const int64_t from_ms = finding->start_ms - timeline->ruleset->server_times.fault_closely_s * MS_PER_SECOND;
        const struct server_event *faults[CIRCUMSTANCE_FAULTS], *stall = stall_of(timeline, finding);
        size_t count = faults_before(timeline, finding->node, from_ms, finding->end_ms, faults);
        int r = 0;

        if (stall)
                snprintf(text, size, "; the server itself had stalled (server_side): its reaper came after %lld s",
                         (long long)(stall->duration_ms / MS_PER_SECOND));
        else if (count)
                snprintf(text, size, "; just before: %s",
                         faults[0]->event->rule->title.n ? faults[0]->event->rule->title.p
                                                         : faults[0]->event->rule->event.p);
        for (size_t i = 0; i < count && r == 0; i++)
                r = finding_quote(finding, faults[i]->event);
        return r;
}

static int explain(struct findings *findings, const struct timeline *timeline, struct finding *finding) {
        const struct burst *burst = finding->burst;
        char of[96] = "", where[128] = "", server[160] = "";
        int r = add_server_side(timeline, finding, server, sizeof(server));

        if (r < 0)
                return r;

        if (burst->open)
                snprintf(of, sizeof(of), " of %llu open", (unsigned long long)burst->open);
        if (strcmp(burst->scope, "all") == 0)
                snprintf(where, sizeof(where), "; that is (nearly) everybody");
        else if (burst->scope[0])
                snprintf(where, sizeof(where), "; all of them have addresses in %s, and nobody there stayed",
                         burst->scope);
        else if (burst->open)
                snprintf(where, sizeof(where), "; %llu %s", (unsigned long long)(burst->open - burst->count),
                         /* The polls of a cut line run out over two rounds of the reaper. */
                         burst->shape == SHAPE_CLOSURES ? "others were not, or not yet" : "stayed connected");
        return finding_explain(findings, finding, "%zu%s desktops %s (%lld ms)%s%s.", burst->count, of,
                               shape_words(burst), (long long)(finding->end_ms - finding->start_ms), where, server);
}

/* What shows each, and the closure of each session once. */
static int quote_victims(struct finding *finding, const struct scene *scene, const struct burst *burst) {
        int r = 0;

        for (size_t i = 0; i < burst->count && r == 0; i++) {
                const struct victim *victim = burst->victims[i];
                const struct event *closure = victim->session ? victim->session->closure : NULL;

                r = finding_quote_new(finding, victim->event);
                if (r < 0 || !closure || closure == victim->event || scene->seen[victim->place])
                        continue;
                scene->seen[victim->place] = true;
                r = finding_quote_new(finding, closure);
        }
        for (size_t i = 0; i < burst->count && scene->seen; i++)
                scene->seen[burst->victims[i]->place] = false;
        return r;
}

static int name_agents(struct findings *findings, const struct timeline *timeline, struct burst *burst) {
        size_t count = 0;

        burst->agents = arena_alloc(&findings->arena, (burst->count + 1) * sizeof(*burst->agents));
        if (!burst->agents)
                return -ENOMEM;
        for (size_t i = 0; i < burst->count; i++)
                if (burst->victims[i]->agent != SIZE_MAX)
                        burst->agents[count++] = timeline->agents.items[burst->victims[i]->agent].name;
        if (count)
                qsort(burst->agents, count, sizeof(*burst->agents), compare_strs);
        for (size_t i = 0; i < count; i++)
                if (i == 0 || !str_eq(burst->agents[i], burst->agents[burst->agent_count - 1]))
                        burst->agents[burst->agent_count++] = burst->agents[i];
        return 0;
}

static int tell(struct findings *findings, const struct scene *scene, const struct burst *found) {
        struct burst *burst = arena_alloc(&findings->arena, sizeof(*burst));
        struct finding *finding;
        int r = burst ? findings_add(findings, FINDING_MASS_DISCONNECT, SEVERITY_CRITICAL, &finding) : -ENOMEM;

        if (r < 0)
                return r;
        *burst = *found;
        if (burst->shape != SHAPE_CLOSURES)
                burst->open = count_open(scene, burst->victims[0]->at_ms);
        if (burst->open && burst->open < burst->count)
                burst->open = burst->count;
        find_scope(scene, burst);
        r = name_agents(findings, scene->timeline, burst);
        if (r < 0)
                return r;
        finding->burst = burst;
        finding->node = scene->node;
        finding->rule = burst->victims[0]->event->rule->id;
        finding->start_ms = burst->victims[0]->at_ms;
        finding->end_ms = burst->victims[burst->count - 1]->at_ms;
        /* Strangers who fell silent within the same half minute may look like a burst. */
        if (burst->shape == SHAPE_WITHIN_A_POLL && burst->scope[0] == '\0')
                finding->confidence = CONFIDENCE_MEDIUM;
        if (burst->shape == SHAPE_CLOSURES) {
                finding->confidence = CONFIDENCE_MEDIUM;
                finding->missing[0] = "samples of the notification service's debug log (\"was last active\")";
        }
        r = quote_victims(finding, scene, burst);
        return r < 0 ? r : explain(findings, scene->timeline, finding);
}

/* The victims outlive the scene. */
static int take_victims(struct findings *findings, struct scene *scene, const struct stretch *stretch,
                        struct burst *burst) {
        struct victim *copies = arena_alloc(&findings->arena, (size_t)(stretch->victims + 1) * sizeof(*copies));

        burst->victims = arena_alloc(&findings->arena, (size_t)(stretch->victims + 1) * sizeof(*burst->victims));
        if (!copies || !burst->victims)
                return -ENOMEM;
        for (size_t i = stretch->first; i <= stretch->last && burst->count < stretch->victims; i++) {
                struct victim *victim = &scene->victims[i];
                struct str address = victim->session ? session_address(victim->session) : (struct str){ 0 };

                if (victim->told || (stretch->prefix.n && !is_in_prefix(address, stretch->prefix)))
                        continue;
                copies[burst->count] = *victim;
                burst->victims[burst->count] = &copies[burst->count];
                burst->count++;
                victim->told = true;
        }
        return 0;
}

static int tell_window(struct findings *findings, struct scene *scene, const struct stretch *stretch,
                       enum burst_shape shape) {
        struct burst burst = { .shape = shape, .open = stretch->open };
        int r = take_victims(findings, scene, stretch, &burst);

        return r < 0 ? r : tell(findings, scene, &burst);
}

/* ------------------------------------------------------------- the search */

/* Whoever fell silent beside a burst that is told was part of it, or would make a
 * second one of the same event. */
static void absorb(struct scene *scene, const struct stretch *stretch) {
        for (size_t i = stretch->first; stretch->victims && i <= stretch->last; i++)
                scene->victims[i].told = true;
}

static int search_silences(struct findings *findings, struct scene *scene) {
        size_t passed = 0; /* over, since the one that was tried before */

        for (size_t i = 0; i < scene->count; i++) {
                struct stretch instant, poll;
                int r;

                if (scene->victims[i].told)
                        continue;
                instant = instant_at(scene, i);
                poll = poll_at(scene, i);
                if (!instant.victims && !poll.victims) {
                        passed = stride(poll.last - i) - 1;
                        i += passed;
                        continue;
                }
                instant = fullest(scene, i - passed, poll_ms(scene, i), instant_at);
                poll = fullest(scene, i - passed, poll_ms(scene, i), poll_at);
                passed = 0;
                if (is_instant(&instant, &poll)) {
                        r = tell_window(findings, scene, &instant, SHAPE_INSTANT);
                        absorb(scene, &poll);
                } else {
                        r = tell_window(findings, scene, &poll, SHAPE_WITHIN_A_POLL);
                        absorb(scene, &instant);
                }
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Without samples nobody sees who is open: who was signed in by what the web service says
 * stands for it. The window's both ends only move forward. */
static int search_moments(struct findings *findings, struct scene *scene, const struct presences *presences,
                          int64_t ms) {
        size_t next = 0; /* the first behind the window */
        uint64_t victims = 0;

        for (size_t i = 0; i < scene->count; victims -= !scene->victims[i].told, i++) {
                struct stretch stretch = { .first = i };
                int r;

                for (; next < scene->count && scene->victims[next].at_ms - scene->victims[i].at_ms <= ms; next++)
                        victims += !scene->victims[next].told;
                if (scene->victims[i].told || victims < BURST_MIN)
                        continue;
                /* One moment before: the losses themselves come with the closures. */
                stretch.open = presences_at(presences, scene->victims[i].at_ms - ROUND_MS);
                if (victims * 100 < stretch.open * INSTANT_PERCENT)
                        continue;
                stretch.open = stretch.open < victims ? 0 : stretch.open;
                stretch.last = next - 1;
                stretch.victims = victims;
                r = tell_window(findings, scene, &stretch, SHAPE_CLOSURES);
                if (r < 0)
                        return r;
                victims = 0;
        }
        return 0;
}

/* ------------------------------------------------- by presence alone */

/* Would the notification service's logs, of any node, show why presence was lost? */
static bool is_told_elsewhere(const struct timeline *timeline, int64_t at_ms) {
        return coverage_tells(&timeline->coverage, at_ms) ||
               coverage_spans(&timeline->coverage, FAMILY_NOTIFICATION, at_ms, at_ms);
}

static int add_losses(struct scene *losses, const struct agent *agent, size_t index) {
        for (size_t i = 0; i < agent->event_count; i++) {
                const struct event *event = agent->events[i];
                int r;

                if (desktop_presence(losses->timeline, event) != PRESENCE_LOST ||
                    is_told_elsewhere(losses->timeline, event->utc_ms))
                        continue;
                r = add_victim(losses, (struct victim){ .event = event,
                                                        .node = event_input(losses->timeline, event)->node,
                                                        .agent = index,
                                                        .at_ms = event->utc_ms });
                if (r < 0)
                        return r;
        }
        return 0;
}

static int compare_losses(const void *a, const void *b) {
        const struct victim *x = a, *y = b;
        const int r = str_cmp(x->node, y->node);

        return r ? r : compare_victims(a, b);
}

static int list_losses(struct stage *stage) {
        struct scene *losses = &stage->losses;
        int r = 0;

        losses->timeline = stage->timeline;
        for (size_t i = 0; i < stage->timeline->agents.count && r == 0; i++)
                r = add_losses(losses, &stage->timeline->agents.items[i], i);
        if (losses->count)
                qsort(losses->victims, losses->count, sizeof(*losses->victims), compare_losses);
        return r;
}

/* The first loss of a node, or where it would stand. */
static size_t first_loss(const struct scene *losses, struct str node) {
        size_t low = 0, high = losses->count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (str_cmp(losses->victims[middle].node, node) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static int search_losses(struct findings *findings, const struct stage *stage, struct str node) {
        const struct scene *losses = &stage->losses;
        const size_t first = first_loss(losses, node);
        struct scene scene = { .timeline = stage->timeline, .node = node };

        if (first == losses->count)
                return 0;
        scene.victims = &losses->victims[first];
        while (first + scene.count < losses->count && str_eq(losses->victims[first + scene.count].node, node))
                scene.count++;
        return scene.count ? search_moments(findings, &scene, &stage->presences, INSTANT_MS) : 0;
}

static int search_node(struct findings *findings, const struct stage *stage, struct str node) {
        struct scene scene;
        int r = set_scene(&scene, stage, node, true);

        if (r == 0)
                r = search_silences(findings, &scene);
        leave_scene(&scene);
        if (r < 0)
                return r;
        r = set_scene(&scene, stage, node, false);
        if (r == 0)
                r = search_moments(findings, &scene, &stage->presences, ROUND_MS);
        leave_scene(&scene);
        return r;
}

int detect_mass_disconnects(struct findings *findings, const struct timeline *timeline) {
        struct stage stage = { .timeline = timeline };
        int r = presences_make(&stage.presences, timeline);

        if (r == 0)
                r = desktops_make(&stage.desktops, timeline);
        if (r == 0)
                r = list_losses(&stage);
        for (size_t i = 0; i < timeline->coverage.cover_count && r == 0; i++) {
                const struct cover *cover = &timeline->coverage.covers[i];

                if (cover->family == FAMILY_NOTIFICATION)
                        r = search_node(findings, &stage, cover->node);
                else
                        r = search_losses(findings, &stage, cover->node);
        }
        presences_release(&stage.presences);
        leave_scene(&stage.losses);
        desktops_release(&stage.desktops);
        return r;
}
