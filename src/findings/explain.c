#include "findings/explain.h"

#include <errno.h>
#include <stdlib.h>

#include "findings/burst.h"
#include "findings/cause.h"
#include "findings/reason.h"

enum { BESIDE_MS = 60 * 1000 /* who was lost this close to it was lost at the same time */ };

const char *answer_name(enum answer answer) {
        static const char *const names[] = { "yes", "no", "unknown" };

        return names[answer];
}

const char *ground_name(enum ground ground) {
        static const char *const names[GROUND_COUNT] = { "forced_out",  "other_logout", "connection_lost",
                                                         "silent",      "signed_off",   "recovered",
                                                         "not_ready",   "connected",    "not_signed_in",
                                                         "not_covered", "unknown_agent" };

        return names[ground];
}

static int64_t outside(int64_t at_ms, int64_t from_ms, int64_t to_ms) {
        return at_ms < from_ms ? from_ms - at_ms : at_ms > to_ms ? at_ms - to_ms : 0;
}

int64_t matter_distance(const struct matter *matter, int64_t at_ms) {
        return outside(at_ms, matter->from_ms, matter->to_ms);
}

/* ------------------------------------------------------------ the choice */

/* Logouts of either kind weigh the same, and so do goings that nobody was logged out for. */
static int weight(const struct matter *matter) {
        if (matter->ground == GROUND_OTHER_LOGOUT)
                return GROUND_FORCED_OUT;
        return matter->ground == GROUND_RECOVERED ? GROUND_SIGNED_OFF : (int)matter->ground;
}

/* Does `a` say more about the moment than `b`? */
static bool says_more(const struct matter *a, const struct matter *b, int64_t at_ms) {
        int64_t x = matter_distance(a, at_ms), y = matter_distance(b, at_ms);

        if ((x <= MOMENT_MS) != (y <= MOMENT_MS))
                return x <= MOMENT_MS;
        if (weight(a) != weight(b))
                return weight(a) < weight(b);
        return x != y ? x < y : a->from_ms < b->from_ms;
}

/* Could it be what a person means by that time? Agents are made not ready all day long:
 * only right at the moment. */
static bool may_decide(const struct matter *matter, int64_t at_ms) {
        return matter_distance(matter, at_ms) <= (matter->ground == GROUND_NOT_READY ? MOMENT_MS : NEAR_MS);
}

/* SIZE_MAX where nothing is near. */
static size_t most_telling(const struct explanation *explanation, int64_t at_ms) {
        size_t best = SIZE_MAX;

        for (size_t i = 0; i < explanation->count; i++) {
                const struct matter *matter = &explanation->matters[i];

                if (may_decide(matter, at_ms) &&
                    (best == SIZE_MAX || says_more(matter, &explanation->matters[best], at_ms)))
                        best = i;
        }
        return best;
}

/* In front the one that decides, then by distance. There are few of them. */
static void order_matters(struct explanation *explanation) {
        size_t best = most_telling(explanation, explanation->at_ms), first = best == SIZE_MAX ? 0 : 1;
        struct matter *matters = explanation->matters;

        explanation->decided = first == 1;
        for (size_t i = best; first && i > 0; i--) {
                struct matter swapped = matters[i];

                matters[i] = matters[i - 1];
                matters[i - 1] = swapped;
        }
        for (size_t i = first; i < explanation->count; i++) {
                for (size_t k = i; k > first && matter_distance(&matters[k], explanation->at_ms) <
                                                        matter_distance(&matters[k - 1], explanation->at_ms);
                     k--) {
                        struct matter swapped = matters[k];

                        matters[k] = matters[k - 1];
                        matters[k - 1] = swapped;
                }
        }
        for (size_t i = 0; i < explanation->count; i++)
                explanation->near_count += matter_distance(&matters[i], explanation->at_ms) <= NEAR_MS;
}

/* --------------------------------------------------------- whose side */

static bool is_victim(const struct explanation *explanation, const struct finding *burst, size_t agent) {
        const struct matter *matter = &explanation->matters[0];
        const struct event *loss = matter->ground == GROUND_FORCED_OUT ? matter->finding->forced->loss : matter->event;

        for (size_t i = 0; i < burst->burst->count; i++) {
                const struct victim *victim = burst->burst->victims[i];

                if (victim->agent != agent || outside(victim->at_ms, matter->from_ms, matter->to_ms) > BESIDE_MS)
                        continue;
                if (!victim->session || !matter->session || victim->session == matter->session || victim->event == loss)
                        return true;
        }
        return false;
}

static void find_holder(struct explanation *explanation, const struct findings *findings, size_t agent) {
        const struct finding *mine = explanation->matters[0].finding;

        for (size_t i = 0; i < findings->count && !explanation->held_by; i++) {
                const struct finding *finding = &findings->items[i];

                if (finding->kind == FINDING_MASS_DISCONNECT && is_victim(explanation, finding, agent))
                        explanation->held_by = finding;
                if (finding->kind == FINDING_SERVER_RESTART && mine && mine->outage == finding->outage)
                        explanation->held_by = finding;
        }
}

static enum verdict fault_of_cause(enum cause cause) {
        if (cause == CAUSE_IDLE_CLOSURE || cause == CAUSE_PRESENCE_LOSS)
                return VERDICT_CLIENT_SIDE;
        return cause == CAUSE_SERVER_EVENT ? VERDICT_SERVER_SIDE : VERDICT_UNDETERMINED;
}

static enum verdict fault_of_holder(const struct finding *holder) {
        const char *cause = holder->kind == FINDING_MASS_DISCONNECT ? burst_cause(holder->burst) : "server_side";

        if (!cause)
                return VERDICT_UNDETERMINED;
        return strcmp(cause, "server_side") == 0 ? VERDICT_SERVER_SIDE : VERDICT_NETWORK_SEGMENT;
}

static void find_fault(struct explanation *explanation) {
        const struct matter *matter = &explanation->matters[0];

        if (explanation->held_by)
                explanation->fault = fault_of_holder(explanation->held_by);
        else if (matter->ground == GROUND_FORCED_OUT)
                explanation->fault = fault_of_cause(matter->finding->forced->cause);
        else
                explanation->fault = VERDICT_CLIENT_SIDE;
}

/* Each once, by name, as the agents stand. */
static void list_other(struct explanation *explanation, const struct agent *agent) {
        size_t at = 0;

        while (at < explanation->other_count && explanation->others[at] < agent)
                at++;
        if (agent == explanation->agent || (at < explanation->other_count && explanation->others[at] == agent))
                return;
        memmove(&explanation->others[at + 1], &explanation->others[at],
                (explanation->other_count - at) * sizeof(*explanation->others));
        explanation->others[at] = agent;
        explanation->other_count++;
}

/* Whose desktops ended with the service. */
static void list_lost(struct explanation *explanation, const struct timeline *timeline, const struct outage *outage) {
        for (size_t i = 0; i < timeline->session_count; i++) {
                const struct session *session = &timeline->sessions[i];

                if (session->agent != SIZE_MAX && session->desktop && session->ended_by == ENDED_SERVER_STOP &&
                    outage_ended_at(outage, session->closed_ms) && str_eq(session->node, outage->node))
                        list_other(explanation, &timeline->agents.items[session->agent]);
        }
}

/* Who else was closed or forced out at the time. */
static int find_others(struct explanation *explanation, const struct timeline *timeline,
                       const struct findings *findings) {
        const struct matter *matter = &explanation->matters[0];

        explanation->others =
                arena_alloc(&explanation->arena, (timeline->agents.count + 1) * sizeof(*explanation->others));
        if (!explanation->others)
                return -ENOMEM;
        for (size_t i = 0; i < findings->count; i++) {
                const struct finding *finding = &findings->items[i];
                const int64_t from_ms = finding->start_ms != TIME_UNKNOWN ? finding->start_ms : finding->end_ms;

                if ((finding->kind != FINDING_IDLE_CLOSURE && finding->kind != FINDING_FORCED_LOGOUT) ||
                    finding->agent_index == SIZE_MAX || from_ms > matter->to_ms + BESIDE_MS ||
                    finding->end_ms < matter->from_ms - BESIDE_MS)
                        continue;
                list_other(explanation, &timeline->agents.items[finding->agent_index]);
        }
        if (explanation->held_by && explanation->held_by->outage)
                list_lost(explanation, timeline, explanation->held_by->outage);
        return 0;
}

/* The desktop's session that came after the lost one, before the agent would have been
 * forced out. */
static const struct session *session_after(const struct explanation *explanation, const struct timeline *timeline,
                                           const struct matter *matter) {
        for (size_t i = 0; i < explanation->agent->session_count; i++) {
                const struct session *session = &timeline->sessions[explanation->agent->sessions[i]];

                if (session != matter->session && session->desktop && session->bound_ms >= matter->from_ms &&
                    session->bound_ms <= matter->to_ms + LOSS_MS)
                        return session;
        }
        return NULL;
}

/* The CTI server may log out who lost the connection with these codes: Finesse did not ask
 * for it, but that does not clear the connection. */
static bool may_be_connection(const struct event *event) {
        struct reason reason;

        return reason_of(event, &reason) && is_result_reason(reason.code);
}

/* Forced out with the code of a lost connection, which was not lost. */
static bool is_unexplained(const struct matter *matter) {
        return matter->ground == GROUND_FORCED_OUT && matter->finding->forced->cause == CAUSE_UNEXPLAINED;
}

static int judge_matter(struct explanation *explanation, const struct timeline *timeline,
                        const struct findings *findings) {
        const struct matter *matter = &explanation->matters[0];

        explanation->ground = matter->ground;
        explanation->confidence = matter->finding ? matter->finding->confidence : CONFIDENCE_HIGH;
        explanation->answer =
                matter->ground == GROUND_FORCED_OUT || matter->ground == GROUND_LOST ? ANSWER_YES : ANSWER_NO;
        if (matter->ground == GROUND_SILENT || is_unexplained(matter) ||
            ((matter->ground == GROUND_OTHER_LOGOUT || matter->ground == GROUND_NOT_READY) &&
             may_be_connection(matter->event)))
                explanation->answer = ANSWER_UNKNOWN;
        if (matter->ground == GROUND_LOST) {
                explanation->back = session_after(explanation, timeline, matter);
                explanation->web =
                        coverage_spans(&timeline->coverage, FAMILY_WEBSERVICES, matter->to_ms, matter->to_ms + LOSS_MS);
        }
        /* The connection was lost; whether a logout came of it is not in the logs. */
        if (matter->ground == GROUND_LOST && !explanation->web && explanation->confidence < CONFIDENCE_MEDIUM)
                explanation->confidence = CONFIDENCE_MEDIUM;
        if (matter->ground == GROUND_FORCED_OUT && matter->finding->forced->cause == CAUSE_UNDETERMINED)
                explanation->confidence = CONFIDENCE_MEDIUM;
        if (explanation->answer == ANSWER_UNKNOWN)
                explanation->confidence = CONFIDENCE_LOW;
        explanation->faulted = matter->ground == GROUND_FORCED_OUT || matter->ground == GROUND_LOST ||
                               matter->ground == GROUND_SILENT || matter->ground == GROUND_RECOVERED;
        if (!explanation->faulted)
                return 0;
        find_holder(explanation, findings, (size_t)(explanation->agent - timeline->agents.items));
        find_fault(explanation);
        return find_others(explanation, timeline, findings);
}

/* ----------------------------------------------- nothing befell the agent */

static void add_lack(struct explanation *explanation, enum family family, bool debug, const struct cover *cover) {
        if (explanation->lack_count < MOST_LACKS)
                explanation->lacks[explanation->lack_count++] = (struct lack){ family, debug, cover };
}

/* Where the agent's server is not known, any server's log may speak. */
static bool is_asked(const struct explanation *explanation, const struct cover *cover, enum family family) {
        return cover->family == family && (family == FAMILY_WEBSERVICES || !explanation->session ||
                                           str_eq(cover->node, explanation->session->node));
}

static void look_at_logs(struct explanation *explanation, const struct timeline *timeline) {
        const int64_t from_ms = explanation->at_ms - MOMENT_MS, to_ms = explanation->at_ms + MOMENT_MS;
        const struct cover *web = NULL, *notification = NULL;

        for (size_t i = 0; i < timeline->coverage.cover_count; i++) {
                const struct cover *cover = &timeline->coverage.covers[i];

                if (is_asked(explanation, cover, FAMILY_WEBSERVICES)) {
                        web = web ? web : cover;
                        explanation->web |= cover_spans(cover, from_ms, to_ms);
                } else if (is_asked(explanation, cover, FAMILY_NOTIFICATION)) {
                        notification = notification ? notification : cover;
                        explanation->info |= cover_tells(cover, from_ms) && cover_tells(cover, to_ms);
                        explanation->samples |= cover->sampled && cover_spans(cover, from_ms, to_ms);
                }
        }
        if (!explanation->web)
                add_lack(explanation, FAMILY_WEBSERVICES, false, web);
        if (!explanation->info)
                add_lack(explanation, FAMILY_NOTIFICATION, false, notification);
        else if (!explanation->web && !explanation->samples)
                add_lack(explanation, FAMILY_NOTIFICATION, true, notification);
}

static void look_at_record(struct explanation *explanation, const struct event *event) {
        if (event->utc_ms <= explanation->at_ms &&
            (!explanation->before || event->utc_ms >= explanation->before->utc_ms))
                explanation->before = event;
        if (event->utc_ms > explanation->at_ms && (!explanation->after || event->utc_ms < explanation->after->utc_ms))
                explanation->after = event;
}

/* The records of the agent around the moment; a session that has records before and
 * behind it was open. */
static void look_around(struct explanation *explanation, const struct timeline *timeline) {
        const struct agent *agent = explanation->agent;

        for (size_t i = 0; i < agent->event_count; i++)
                look_at_record(explanation, agent->events[i]);
        for (size_t i = 0; i < agent->session_count; i++) {
                const struct session *session = &timeline->sessions[agent->sessions[i]];

                if (!session->desktop)
                        continue;
                for (size_t k = 0; k < session->event_count; k++)
                        look_at_record(explanation, session->events[k]);
                if (session->first_ms <= explanation->at_ms && session->last_ms >= explanation->at_ms &&
                    (session->closed_ms == TIME_UNKNOWN || session->closed_ms > explanation->at_ms))
                        explanation->session = session;
        }
}

static bool state_is(const struct event *event, int64_t wanted) {
        int64_t state;

        return event_kind(event) == EVENT_CTI_STATE && event_number(event, FIELD_STATE, &state) && state == wanted;
}

/* Does the record show that the agent comes, or goes? Any other shows one who is there. */
static bool is_beginning(const struct timeline *timeline, const struct event *event) {
        return event_kind(event) == EVENT_CREATED || event_kind(event) == EVENT_BOUND || state_is(event, STATE_LOGIN) ||
               desktop_presence(timeline, event) == PRESENCE_BACK;
}

static bool is_ending(const struct timeline *timeline, const struct event *event) {
        return event_kind(event) == EVENT_TERMINATED || event_kind(event) == EVENT_IDLE_CLOSED ||
               event_kind(event) == EVENT_CLOSED || state_is(event, STATE_LOGOUT) ||
               desktop_presence(timeline, event) == PRESENCE_LOST;
}

static bool was_there(const struct explanation *explanation, const struct timeline *timeline) {
        if (explanation->session)
                return true;
        if (explanation->before)
                return !is_ending(timeline, explanation->before);
        return explanation->after && !is_beginning(timeline, explanation->after);
}

static void judge_nothing(struct explanation *explanation, const struct timeline *timeline) {
        bool there;

        look_around(explanation, timeline);
        look_at_logs(explanation, timeline);
        there = was_there(explanation, timeline);
        explanation->answer = ANSWER_NO;
        explanation->confidence = explanation->web && explanation->info ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM;
        if (there && (explanation->session || explanation->web)) {
                explanation->ground = GROUND_CONNECTED;
        } else if (!there && (explanation->web || explanation->samples)) {
                explanation->ground = GROUND_NOT_SIGNED_IN;
        } else {
                explanation->ground = GROUND_NOT_COVERED;
                explanation->answer = ANSWER_UNKNOWN;
                explanation->confidence = CONFIDENCE_LOW;
        }
}

/* --------------------------------------------------------------- zones */

/* What a server's clock showed at the moment. */
static int16_t zone_at(const struct clock *clock, int64_t at_ms) {
        return clock->offsets.items[offsets_at_utc(&clock->offsets, at_ms)].minutes;
}

/* The clock of the agent's server, else of the one with most records, else the web
 * service's. */
static int16_t find_zone(const struct explanation *explanation, const struct timeline *timeline) {
        const struct clocks *clocks = &timeline->clocks;
        const struct session *session = explanation->count ? explanation->matters[0].session : explanation->session;
        const int64_t at_ms = explanation->at_ms;

        for (size_t i = 0; session && i < clocks->count; i++)
                if (str_eq(clocks->items[i].node, session->node) && zone_at(&clocks->items[i], at_ms) != ZONE_UNKNOWN)
                        return zone_at(&clocks->items[i], at_ms);
        if (zone_at(&clocks->items[clocks->top], at_ms) != ZONE_UNKNOWN)
                return zone_at(&clocks->items[clocks->top], at_ms);
        for (size_t i = 0; explanation->agent && i < explanation->agent->event_count; i++)
                if (explanation->agent->events[i]->stamp.zone != ZONE_UNKNOWN)
                        return explanation->agent->events[i]->stamp.zone;
        return ZONE_UNKNOWN;
}

static void judge_unknown(struct explanation *explanation, const struct timeline *timeline) {
        explanation->ground = GROUND_UNKNOWN_AGENT;
        explanation->answer = ANSWER_UNKNOWN;
        explanation->confidence = CONFIDENCE_LOW;
        look_at_logs(explanation, timeline);
        explanation->similar_count = find_similar(&timeline->agents, explanation->asked, explanation->similar);
        explanation->zone = find_zone(explanation, timeline);
}

int explain_find(struct explanation *explanation, const struct timeline *timeline, const struct findings *findings,
                 struct str agent, int64_t at_ms) {
        int r;

        *explanation = (struct explanation){ .asked = agent, .at_ms = at_ms };
        arena_init(&explanation->arena);
        r = agents_find(&timeline->agents, agent, &explanation->agent);
        if (r == 0 && explanation->agent)
                r = explain_gather(explanation, timeline, findings);
        if (r < 0)
                return r;
        if (!explanation->agent) {
                judge_unknown(explanation, timeline);
                return 0;
        }
        order_matters(explanation);
        if (explanation->decided)
                r = judge_matter(explanation, timeline, findings);
        else
                judge_nothing(explanation, timeline);
        explanation->zone = find_zone(explanation, timeline);
        explanation->local_instead = !explanation->decided && explanation->zone != ZONE_UNKNOWN &&
                                     most_telling(explanation, time_to_utc(at_ms, explanation->zone)) != SIZE_MAX;
        return r;
}

void explain_release(struct explanation *explanation) {
        free(explanation->matters);
        arena_release(&explanation->arena);
}
