/*
 * Forced logouts: the web service told the CTI server to log an agent out with
 * reason code 255. README, The report: forced_logout.
 */
#include <stdio.h>

#include "findings/cause.h"
#include "findings/reason.h"

enum {
        ANSWER_MS = 10 * 1000, /* a state event this soon after a request answers it */
        SKEW_MS = 1000,        /* between the clocks of two nodes */
        LOSS_BYTES = 320,      /* of the words about it */
};

/* A forced logout that is still being told. */
struct story {
        size_t finding;           /* its index, SIZE_MAX without */
        const struct event *last; /* what a state event may answer */
        bool over;                /* a sign-in or a presence: the next request is another story */
};

/* What one agent's events have told so far. */
struct watch {
        struct findings *findings;
        const struct timeline *timeline;
        const struct agent *agent;
        struct story asked;          /* by forced requests */
        struct story lone;           /* by a state event whose request is not there */
        const struct event *loss;    /* presence unavailable, not followed by available on its node */
        const struct event *away;    /* presence available on another node after it */
        const struct event *lost;    /* the latest loss that was followed by available */
        const struct event *back;    /* ... which is this */
        const struct event *trigger; /* the latest presence-driven logout */
};

static bool within(const struct event *before, const struct event *event, int64_t ms) {
        return before && event->utc_ms - before->utc_ms <= ms;
}

static struct finding *told(const struct watch *watch, const struct story *story) {
        return &watch->findings->items[story->finding];
}

/* What another node's web service hears of the agent does not undo a loss that this one
 * waits for; what it hears itself does. */
static void take_losses(const struct watch *watch, const struct event *event, struct forced_logout *forced,
                        const struct event **ret_lost) {
        const bool is_loss = within(watch->loss, event, LOSS_MS);

        *ret_lost = NULL;
        if (is_loss && !(watch->away && watch->away->node == event->node)) {
                forced->loss = watch->loss;
                forced->away = watch->away;
        } else if (is_loss) {
                *ret_lost = watch->loss;
                forced->back = watch->away;
        } else if (within(watch->lost, event, LOSS_MS)) {
                *ret_lost = watch->lost;
                forced->back = watch->back;
        }
}

static int quote_before(const struct watch *watch, struct finding *finding, const struct event *lost,
                        const struct event *event) {
        const struct event *const before[] = {
                finding->forced->loss,
                lost,
                finding->forced->back,
                finding->forced->away,
                within(watch->trigger, event, ANSWER_MS) ? watch->trigger : NULL,
        };
        int r = 0;

        for (size_t i = 0; i < sizeof(before) / sizeof(before[0]) && r == 0; i++)
                r = finding_quote(finding, before[i]);
        return r;
}

static int begin(struct watch *watch, struct story *story, const struct event *event) {
        struct finding *finding;
        const struct event *lost;
        int r = findings_add(watch->findings, FINDING_FORCED_LOGOUT, SEVERITY_HIGH, &finding);

        if (r < 0)
                return r;
        *story = (struct story){ .finding = watch->findings->count - 1, .last = event };
        take_losses(watch, event, finding->forced, &lost);
        finding->rule = event->rule->id;
        finding->agent = watch->agent->name;
        finding->agent_index = (size_t)(watch->agent - watch->timeline->agents.items);
        finding->node = event_input(watch->timeline, event)->node;
        finding->start_ms = finding->forced->loss ? finding->forced->loss->utc_ms : event->utc_ms;
        finding->end_ms = event->utc_ms;
        return quote_before(watch, finding, lost, event);
}

/* A sign-in, or the desktop's presence came back. */
static void end_stories(struct watch *watch) {
        watch->asked.over = true;
        watch->lone.last = NULL;
}

/* Another node's clock may show the answer a moment before the request: then
 * both are one story. */
static int begin_asked(struct watch *watch, const struct event *event) {
        struct finding *finding;
        int r = 0;

        if (within(watch->lone.last, event, SKEW_MS))
                watch->asked = watch->lone;
        else
                r = begin(watch, &watch->asked, event);
        if (r < 0)
                return r;
        watch->lone = (struct story){ .finding = SIZE_MAX };
        finding = told(watch, &watch->asked);
        finding->rule = event->rule->id;
        finding->node = event_input(watch->timeline, event)->node;
        finding->confidence = CONFIDENCE_HIGH;
        finding->missing[0] = NULL;
        finding->end_ms = event->utc_ms;
        if (!finding->forced->loss)
                finding->start_ms = event->utc_ms;
        finding->forced->requested = true;
        finding->forced->request = event;
        return 0;
}

static int watch_request(struct watch *watch, const struct event *event) {
        struct story *asked = &watch->asked;
        int64_t state = -1;
        int r = 0;

        if (!is_forced_request(event)) {
                event_number(event, FIELD_STATE, &state);
                if (state == STATE_LOGIN)
                        end_stories(watch);
                return 0;
        }
        if (asked->finding == SIZE_MAX || asked->over) {
                r = begin_asked(watch, event);
                if (r < 0)
                        return r;
        }
        asked->last = event;
        told(watch, asked)->forced->attempts++;
        return finding_quote(told(watch, asked), event);
}

static int begin_lone(struct watch *watch, const struct event *event) {
        struct finding *finding;
        int r = begin(watch, &watch->lone, event);

        if (r < 0)
                return r;
        finding = told(watch, &watch->lone);
        finding->confidence = CONFIDENCE_MEDIUM;
        finding_lacks(finding, "the forced request (MESSAGE_TO_CTI_SERVER) before the state event");
        return 0;
}

static int watch_state(struct watch *watch, const struct event *event) {
        struct story *answered = NULL;
        int64_t state = -1, reason = -1;
        int r = 0;

        event_number(event, FIELD_STATE, &state);
        event_number(event, FIELD_REASON, &reason);
        if (state == STATE_LOGIN) {
                end_stories(watch);
                return 0;
        }
        if (within(watch->asked.last, event, ANSWER_MS))
                answered = &watch->asked;
        else if (within(watch->lone.last, event, ANSWER_MS))
                answered = &watch->lone;
        else if (state == STATE_LOGOUT && reason == FORCED_REASON) {
                r = begin_lone(watch, event);
                answered = &watch->lone;
        }
        if (r < 0 || !answered)
                return r;
        if (is_result_reason(reason))
                told(watch, answered)->forced->result = event;
        return finding_quote(told(watch, answered), event);
}

static void watch_presence(struct watch *watch, const struct event *event) {
        enum presence presence = desktop_presence(watch->timeline, event);

        if (presence == PRESENCE_NONE)
                return;
        if (presence == PRESENCE_LOST) {
                watch->loss = event;
                watch->away = NULL;
                return;
        }
        end_stories(watch);
        if (watch->loss && watch->loss->node != event->node) {
                watch->away = event;
                return;
        }
        if (watch->loss) {
                watch->lost = watch->loss;
                watch->back = event;
        }
        watch->loss = watch->away = NULL;
}

static int watch_event(struct watch *watch, const struct event *event) {
        switch (event_kind(event)) {
        case EVENT_PRESENCE:
                watch_presence(watch, event);
                return 0;
        case EVENT_PRESENCE_LOGOUT:
                watch->trigger = event;
                return 0;
        case EVENT_CTI_REQUEST:
                return watch_request(watch, event);
        case EVENT_CTI_STATE:
                return watch_state(watch, event);
        default:
                return 0;
        }
}

/* ------------------------------------------------------------- words */

static const char *with_what(const struct finding *finding) {
        switch (finding->forced->cause) {
        case CAUSE_IDLE_CLOSURE:
                return " with the idle closure of its session";
        case CAUSE_SERVER_EVENT:
                return outage_is_clean(finding->outage) ? " with the stop of the notification service"
                                                        : " with a crash of the notification service";
        case CAUSE_PRESENCE_LOSS:
                return " without an idle closure: the browser was closed or refreshed, or the client signed off";
        default:
                return "";
        }
}

/* The agent may have gone to the other server meanwhile, which this one does not hear. */
static void describe_away(const struct forced_logout *forced, int64_t at, char text[static 96]) {
        const long long ms = forced->away ? at - forced->away->utc_ms : 0;

        text[0] = '\0';
        if (forced->away)
                snprintf(text, 96, ", although the agent had signed in on another node %lld.%03lld s before", ms / 1000,
                         ms % 1000);
}

static void describe_loss(const struct finding *finding, int64_t at, char text[static LOSS_BYTES]) {
        const struct forced_logout *forced = finding->forced;
        const struct event *since = forced->loss ? forced->loss : forced->back;
        long long ms = since ? at - since->utc_ms : 0;
        char away[96];

        describe_away(forced, at, away);
        if (forced->loss)
                snprintf(text, LOSS_BYTES, ", %lld.%03lld s after presence went unavailable%s%s", ms / 1000, ms % 1000,
                         with_what(finding), away);
        else if (forced->back)
                snprintf(text, LOSS_BYTES, " although its presence had come back %lld.%03lld s before", ms / 1000,
                         ms % 1000);
        else
                snprintf(text, LOSS_BYTES, " with no loss of presence logged in the 185 s before%s",
                         finding->outage ? ", but a stop of the notification service" : "");
}

static void describe_result(const struct forced_logout *forced, char text[static 96]) {
        struct str name = STR("a state change");
        int64_t reason = 0;

        if (!forced->result) {
                snprintf(text, 96, "no state event answered within 10 s");
                return;
        }
        event_text(forced->result, FIELD_STATE_NAME, &name);
        event_number(forced->result, FIELD_REASON, &reason);
        snprintf(text, 96, "the CTI server answered %.*s, reason code %lld", (int)(name.n < 32 ? name.n : 32), name.p,
                 (long long)reason);
}

static int explain(struct findings *findings, struct finding *finding) {
        const struct forced_logout *forced = finding->forced;
        char loss[LOSS_BYTES], result[96], again[48] = "";

        describe_loss(finding, finding->end_ms, loss);
        describe_result(forced, result);
        if (!forced->requested)
                return finding_explain(
                        findings, finding,
                        "The agent was logged out with reason code 255%s; no forced request for it was logged.", loss);
        if (forced->attempts > 1)
                snprintf(again, sizeof(again), "; it asked %llu times in all", (unsigned long long)forced->attempts);
        return finding_explain(findings, finding, "The web service forced the agent out with reason code 255%s%s; %s.",
                               loss, again, result);
}

int detect_forced_logouts(struct findings *findings, const struct timeline *timeline) {
        struct lost_desktops desktops = { .timeline = timeline, .agent = SIZE_MAX };
        size_t first = findings->count;
        int r = 0;

        for (size_t i = 0; i < timeline->agents.count && r == 0; i++) {
                struct watch watch = {
                        .findings = findings,
                        .timeline = timeline,
                        .agent = &timeline->agents.items[i],
                        .asked = { .finding = SIZE_MAX },
                        .lone = { .finding = SIZE_MAX },
                };

                for (size_t k = 0; k < watch.agent->event_count && r == 0; k++)
                        r = watch_event(&watch, watch.agent->events[k]);
        }
        for (size_t i = first; i < findings->count && r == 0; i++) {
                struct finding *finding = &findings->items[i];

                r = find_cause(&desktops, finding);
                if (r == 0 && finding->forced->closed)
                        r = finding_quote(finding, finding->forced->closed->closure);
                if (r == 0 && finding->outage)
                        r = finding_quote(finding, finding->outage->markers[0]);
                if (r == 0)
                        r = explain(findings, finding);
        }
        lost_desktops_release(&desktops);
        return r;
}
