#include "timeline/agent.h"

#include <stdlib.h>

#include "base/order.h"
#include "timeline/fold.h"
#include "timeline/timeline.h"

/* State events of one agent within a second that are looked through for copies:
 * what several nodes and skill groups tell stands mixed. */
enum { LATEST_STATES = 8 };

/* While agents are gathered they are numbered by first sight. */
struct roll {
        struct timeline *timeline;
        struct intern keys; /* folded names */
        struct draft *drafts;
        size_t capacity;
        struct buf scratch;
};

struct draft {
        struct agent agent;
        struct str key;
        struct event *states[LATEST_STATES]; /* the latest, as a ring */
        size_t state_count;
        bool named_by_cti; /* agent.name is as the CTI messages spell it */
};

bool is_forced_request(const struct event *event) {
        int64_t reason, force;

        return event_kind(event) == EVENT_CTI_REQUEST && event_number(event, FIELD_REASON, &reason) &&
               reason == FORCED_REASON && event_number(event, FIELD_FORCE, &force) && force == FORCED_FLAG;
}

/* Only a desktop's presence starts or ends a desktop's loss. */
enum presence desktop_presence(const struct timeline *timeline, const struct event *event) {
        struct str text = { 0 }, presence = { 0 };
        struct jid jid;

        if (event_kind(event) != EVENT_PRESENCE || !event_text(event, FIELD_PRESENCE, &presence))
                return PRESENCE_NONE;
        event_text(event, FIELD_JID, &text);
        jid = jid_split(text);
        if (jid.resource.n && !word_list_has(&timeline->ruleset->desktop_resources, jid.resource))
                return PRESENCE_NONE;
        return str_eq_nocase(presence, STR("unavailable")) ? PRESENCE_LOST : PRESENCE_BACK;
}

/* A forced request, or the state event that stands for one that was not logged. */
static bool is_forced_logout(const struct event *event) {
        enum { LOGOUT = 1 };
        int64_t state, reason;

        if (is_forced_request(event))
                return true;
        return event_kind(event) == EVENT_CTI_STATE && event_number(event, FIELD_STATE, &state) && state == LOGOUT &&
               event_number(event, FIELD_REASON, &reason) && reason == FORCED_REASON;
}

static int find_draft(struct roll *roll, struct str name, struct draft **ret_draft) {
        size_t known = roll->keys.count;
        uint32_t id;
        int r;

        roll->scratch.n = 0;
        r = jid_fold_case(&roll->scratch, name);
        if (r == 0)
                r = array_reserve(&roll->drafts, &roll->capacity, known + 1, sizeof(*roll->drafts));
        if (r == 0)
                r = intern_add(&roll->keys, buf_str(&roll->scratch), &id);
        if (r < 0)
                return r;
        *ret_draft = &roll->drafts[id];
        if (roll->keys.count > known)
                **ret_draft = (struct draft){ .key = intern_str(&roll->keys, id) };
        return 0;
}

/* The first spelling stays, but for one in a CTI message. */
static int spell(struct roll *roll, struct draft *draft, struct str name, bool cti) {
        if (draft->agent.name.n && (draft->named_by_cti || !cti))
                return 0;
        draft->named_by_cti = cti;
        return arena_str(&roll->timeline->arena, name, &draft->agent.name);
}

static int draft_of_local_part(struct roll *roll, struct str local, struct draft **ret_draft) {
        struct buf name;
        int r;

        buf_init(&name, local.n);
        r = jid_unescape(&name, local);
        if (r == 0)
                r = find_draft(roll, buf_str(&name), ret_draft);
        if (r == 0)
                r = spell(roll, *ret_draft, buf_str(&name), false);
        buf_release(&name);
        return r;
}

static int add_session(struct roll *roll, size_t index) {
        struct session *session = &roll->timeline->sessions[index];
        struct draft *draft;
        int r;

        if (session->jid.n == 0 || session->service)
                return 0;
        r = draft_of_local_part(roll, jid_split(session->jid).local, &draft);
        if (r < 0)
                return r;
        r = array_reserve(&draft->agent.sessions, &draft->agent.session_capacity, draft->agent.session_count + 1,
                          sizeof(*draft->agent.sessions));
        if (r < 0)
                return r;
        draft->agent.sessions[draft->agent.session_count++] = index;
        draft->agent.listed = true;
        return 0;
}

/* Whom is a web service's event about? NULL: nobody we count. */
static int draft_of_event(struct roll *roll, const struct event *event, struct draft **ret_draft) {
        const struct word_list *services = &roll->timeline->ruleset->service_accounts;
        struct str text;
        int r;

        *ret_draft = NULL;
        if (event_kind(event) == EVENT_PRESENCE) {
                struct str local = { 0 };

                if (event_text(event, FIELD_JID, &text))
                        local = jid_split(text).local;
                if (local.n == 0 || word_list_has(services, local))
                        return 0;
                r = draft_of_local_part(roll, local, ret_draft);
                if (r == 0)
                        (*ret_draft)->agent.listed = true;
                return r;
        }
        if (!event_text(event, FIELD_AGENT, &text) || text.n == 0 || word_list_has(services, text))
                return 0;
        r = find_draft(roll, text, ret_draft);
        if (r == 0)
                r = spell(roll, *ret_draft, text,
                          event_kind(event) == EVENT_CTI_REQUEST || event_kind(event) == EVENT_CTI_STATE);
        if (r == 0 && is_forced_logout(event))
                (*ret_draft)->agent.listed = true;
        return r;
}

static bool is_agent_event(enum event_kind kind) {
        return kind == EVENT_PRESENCE || kind == EVENT_PRESENCE_LOGOUT || kind == EVENT_PRESENCE_MONITOR ||
               kind == EVENT_CTI_REQUEST || kind == EVENT_CTI_STATE;
}

/* One change of state, told once a skill group, once a node, and perhaps on both
 * sides of a file's end. */
static bool is_same_change(const struct event *a, const struct event *b) {
        int64_t state[2] = { -1, -1 }, reason[2] = { -1, -1 };

        if (b->utc_ms - a->utc_ms > SAME_STATE_MS)
                return false;
        event_number(a, FIELD_STATE, &state[0]);
        event_number(b, FIELD_STATE, &state[1]);
        event_number(a, FIELD_REASON, &reason[0]);
        event_number(b, FIELD_REASON, &reason[1]);
        return state[0] == state[1] && reason[0] == reason[1];
}

static struct event *find_same_change(const struct draft *draft, const struct event *event) {
        for (size_t i = 0; i < draft->state_count && i < LATEST_STATES; i++)
                if (is_same_change(draft->states[i], event))
                        return draft->states[i];
        return NULL;
}

static int add_event(struct roll *roll, struct event *event) {
        struct draft *draft;
        int r;

        if (!is_agent_event(event_kind(event)))
                return 0;
        r = draft_of_event(roll, event, &draft);
        if (r < 0 || !draft)
                return r;
        if (event_kind(event) == EVENT_CTI_STATE) {
                struct event *same = find_same_change(draft, event);

                if (same) {
                        same->copies += 1 + event->copies;
                        return 0;
                }
                draft->states[draft->state_count++ % LATEST_STATES] = event;
        }
        r = array_reserve(&draft->agent.events, &draft->agent.event_capacity, draft->agent.event_count + 1,
                          sizeof(*draft->agent.events));
        if (r == 0)
                draft->agent.events[draft->agent.event_count++] = event;
        return r;
}

static int compare_drafts(const void *a, const void *b) {
        return str_cmp(((const struct draft *)a)->key, ((const struct draft *)b)->key);
}

/* By name, into the timeline. */
static int settle(struct roll *roll) {
        struct agents *agents = &roll->timeline->agents;
        int r = array_reserve(&agents->items, &agents->capacity, roll->keys.count + 1, sizeof(*agents->items));

        if (r < 0)
                return r;
        if (roll->keys.count)
                qsort(roll->drafts, roll->keys.count, sizeof(*roll->drafts), compare_drafts);
        for (size_t i = 0; i < roll->keys.count; i++) {
                struct agent *agent = &roll->drafts[i].agent;

                for (size_t k = 0; k < agent->session_count; k++)
                        roll->timeline->sessions[agent->sessions[k]].agent = agents->count;
                agents->listed_count += agent->listed;
                agents->items[agents->count++] = *agent;
                *agent = (struct agent){ 0 };
        }
        return 0;
}

static int add_sign_in(struct agent *agent, int64_t at_ms) {
        int r = array_reserve(&agent->sign_ins, &agent->sign_in_capacity, agent->sign_in_count + 1,
                              sizeof(*agent->sign_ins));

        if (r == 0)
                agent->sign_ins[agent->sign_in_count++] = at_ms;
        return r;
}

static bool is_sign_in(const struct timeline *timeline, const struct event *event) {
        enum { LOGIN = 0 };
        int64_t state;

        return (event_kind(event) == EVENT_CTI_STATE && event_number(event, FIELD_STATE, &state) && state == LOGIN) ||
               desktop_presence(timeline, event) == PRESENCE_BACK;
}

static int list_sign_ins(const struct timeline *timeline, struct agent *agent) {
        int r = 0;

        for (size_t i = 0; i < agent->event_count && r == 0; i++)
                if (is_sign_in(timeline, agent->events[i]))
                        r = add_sign_in(agent, agent->events[i]->utc_ms);
        for (size_t i = 0; i < agent->session_count && r == 0; i++) {
                const struct session *session = &timeline->sessions[agent->sessions[i]];

                if (session->born && session->bound_ms != TIME_UNKNOWN)
                        r = add_sign_in(agent, session->bound_ms);
        }
        if (agent->sign_in_count)
                qsort(agent->sign_ins, agent->sign_in_count, sizeof(*agent->sign_ins), compare_i64s);
        return r;
}

int64_t agent_signs_in(const struct agent *agent, int64_t after_ms) {
        size_t low = 0, high = agent->sign_in_count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (agent->sign_ins[middle] <= after_ms)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < agent->sign_in_count ? agent->sign_ins[low] : TIME_UNKNOWN;
}

static void agent_release(struct agent *agent) {
        free(agent->sign_ins);
        free(agent->sessions);
        free(agent->events);
}

int agents_build(struct timeline *timeline) {
        struct roll roll = { .timeline = timeline };
        int r = 0;

        intern_init(&roll.keys);
        buf_init(&roll.scratch, 16 * 1024 * 1024);
        for (size_t i = 0; i < timeline->session_count && r == 0; i++)
                r = add_session(&roll, i);
        for (size_t i = 0; i < timeline->event_count && r == 0; i++)
                r = add_event(&roll, timeline->events[i]);
        if (r == 0)
                r = settle(&roll);
        for (size_t i = 0; i < timeline->agents.count && r == 0; i++)
                r = list_sign_ins(timeline, &timeline->agents.items[i]);
        for (size_t i = 0; i < roll.keys.count; i++)
                agent_release(&roll.drafts[i].agent);
        free(roll.drafts);
        intern_release(&roll.keys);
        buf_release(&roll.scratch);
        return r;
}

void agents_release(struct agents *agents) {
        for (size_t i = 0; i < agents->count; i++)
                agent_release(&agents->items[i]);
        free(agents->items);
        *agents = (struct agents){ 0 };
}

size_t agent_events_from(const struct agent *agent, int64_t from_ms) {
        size_t low = 0, high = agent->event_count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (agent->events[middle]->utc_ms < from_ms)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static const struct agent *agent_of_name(const struct agents *agents, struct str name) {
        for (size_t i = 0; i < agents->count; i++)
                if (str_eq_nocase(agents->items[i].name, name))
                        return &agents->items[i];
        return NULL;
}

int agents_find(const struct agents *agents, struct str asked, const struct agent **ret_agent) {
        const struct jid jid = jid_split(asked);
        const struct agent *agent = agent_of_name(agents, asked);
        struct buf name;
        int r;

        buf_init(&name, asked.n);
        r = agent ? 0 : jid_unescape(&name, jid.local.n ? jid.local : asked);
        if (r == 0)
                *ret_agent = agent ? agent : agent_of_name(agents, buf_str(&name));
        buf_release(&name);
        return r;
}
