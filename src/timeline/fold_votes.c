#include <stdlib.h>

#include "timeline/fold_parts.h"

enum {
        EPOCH_SLACK_MS = 5000, /* between a record's epoch and its stamp */
        /* How far from the decision to log an agent out a request may stand that came of it. */
        ANSWER_BEFORE_MS = 1000,
        ANSWER_AFTER_MS = 10 * 1000,
};

/* ------------------------------------------- clock, addresses, states */

/* The offset that a stamp and an epoch in the same record tell, if they fit. */
static bool offset_from_epoch(int64_t written_ms, int64_t epoch_ms, int16_t *ret_minutes) {
        int64_t rest;

        if (epoch_ms <= 0 || epoch_ms > INT64_C(253402300799999)) /* the year 9999 */
                return false;
        return offset_nearest(written_ms - epoch_ms, ret_minutes, &rest) && llabs(rest) <= EPOCH_SLACK_MS;
}

int fold_statistics(struct fold *fold, const struct event *event) {
        struct tick *tick = &fold->summary->last_tick;
        const int64_t back_ms = wall_back_ms(&fold->summary->wall), written_ms = event->stamp.local_ms - back_ms;
        int64_t epoch_ms, exact;
        int16_t minutes;
        int r;

        if (!event_number(event, FIELD_EPOCH_MS, &epoch_ms) || !offset_from_epoch(written_ms, epoch_ms, &minutes))
                return 0;
        r = offset_runs_add(&fold->summary->epochs, written_ms, minutes);
        exact = epoch_ms + offset_ms(minutes) + back_ms;
        if (r < 0 || tick->first_ms == TIME_UNKNOWN || time_floor_second(exact) != tick->first_ms)
                return r;
        if ((fold->precise_count && fold->precise[fold->precise_count - 1].tick_ms == tick->first_ms) ||
            !fold_has_room(fold, event))
                return 0;
        r = array_reserve(&fold->precise, &fold->precise_capacity, fold->precise_count + 1, sizeof(*fold->precise));
        if (r < 0)
                return r;
        fold->precise[fold->precise_count++] = (struct precise_tick){ tick->first_ms, exact };
        tick->exact_ms = exact;
        if (fold->summary->first_tick.first_ms == tick->first_ms)
                fold->summary->first_tick.exact_ms = exact;
        return 0;
}

int fold_client_address(struct fold *fold, const struct event *event) {
        struct str address;

        if (!event_text(event, FIELD_CLIENT_IP, &address))
                return 0;
        /* Mostly it is the one that the session had before: the poll looks there first. */
        fold->client.id = INTERN_NONE;
        fold->client.n = 0;
        if (address.n > sizeof(fold->client.text))
                return fold_word(fold, address, event->line, event->offset, &fold->client.id);
        memset(fold->client.text, 0, sizeof(fold->client.text));
        memcpy(fold->client.text, address.p, address.n);
        fold->client.n = address.n;
        return 0;
}

static int vote_for_product(struct fold *fold, const struct event *event) {
        struct str product;
        uint32_t id;
        int r;

        if (!event_text(event, FIELD_PRODUCT, &product))
                return 0;
        r = fold_word(fold, product, event->line, event->offset, &id);
        return r < 0 || id == INTERN_NONE ? r : tally_add(&fold->summary->products, id, 1);
}

/* 1, 0 where there are too many, or -ENOMEM. */
static int find_state(struct fold *fold, const struct event *event, struct live_state **ret_state) {
        struct str agent = { 0 };
        size_t known = fold->agents.count;
        uint32_t id;
        int r;

        event_text(event, FIELD_AGENT, &agent);
        id = intern_find(&fold->agents, agent);
        if (id == INTERN_NONE) {
                if (!fold_has_room(fold, event))
                        return 0;
                r = array_reserve(&fold->states, &fold->state_capacity, known + 1, sizeof(*fold->states));
                if (r == 0)
                        r = intern_add(&fold->agents, agent, &id);
                if (r < 0)
                        return r;
        }
        if (fold->agents.count > known)
                fold->states[id] = (struct live_state){ .event = SIZE_MAX, .decided_ms = TIME_UNKNOWN };
        *ret_state = &fold->states[id];
        return 1;
}

/* Only states that end or begin work, or that give a reason, tell a story. */
static bool is_story_state(int64_t state, int64_t reason) {
        enum { LOGIN = 0, LOGOUT = 1, NOT_READY = 2, NO_REASON = 65535 };

        return state == LOGIN || state == LOGOUT || state == NOT_READY || (reason > 0 && reason != NO_REASON);
}

int fold_state(struct fold *fold, const struct event *event) {
        int64_t state = -1, reason = 0, at = event->stamp.local_ms;
        const size_t kept = fold->summary->event_count;
        struct live_state *last;
        int r;

        event_number(event, FIELD_STATE, &state);
        event_number(event, FIELD_REASON, &reason);
        r = vote_for_product(fold, event);
        if (r < 0)
                return r;
        r = find_state(fold, event, &last);
        if (r <= 0)
                return r;
        if (last->event != SIZE_MAX && last->state == state && last->reason == reason &&
            at - last->at_ms <= SAME_STATE_MS && at >= last->at_ms) {
                fold->summary->events[last->event].copies++;
                last->at_ms = at;
                return 0;
        }
        last->event = SIZE_MAX;
        last->state = state;
        last->reason = reason;
        last->at_ms = at;
        if (!is_story_state(state, reason))
                return 0;
        last->named = true;
        r = fold_keep(fold, event);
        if (fold->summary->event_count > kept)
                last->event = kept;
        return r;
}

/* Of requests the same tell a story: a busy log has one for every call that begins and
 * ends. Of an agent of whom nothing was kept the first one tells that there is one. */
int fold_state_request(struct fold *fold, const struct event *event) {
        int64_t state = -1, reason = 0, since_ms;
        struct live_state *last;
        int r = find_state(fold, event, &last);

        if (r <= 0)
                return r;
        event_number(event, FIELD_STATE, &state);
        event_number(event, FIELD_REASON, &reason);
        since_ms = last->decided_ms == TIME_UNKNOWN ? INT64_MAX : event->stamp.local_ms - last->decided_ms;
        if (last->named && !is_story_state(state, reason) && !event->rule->kept &&
            (since_ms < -ANSWER_BEFORE_MS || since_ms > ANSWER_AFTER_MS))
                return 0;
        last->named = true;
        return fold_keep(fold, event);
}

int fold_presence_logout(struct fold *fold, const struct event *event) {
        struct live_state *last;
        int r = find_state(fold, event, &last);

        if (r <= 0)
                return r;
        last->decided_ms = event->stamp.local_ms;
        return fold_keep(fold, event);
}

int fold_header(struct fold *fold, const struct record *record) {
        struct summary *summary = fold->summary;
        struct str host;
        int r = 0;

        if (fold->family == FAMILY_WEBSERVICES)
                r = offset_runs_add(&summary->zones, time_to_utc(fold->stamp.local_ms, fold->stamp.zone),
                                    fold->stamp.zone);
        if (r < 0 || record->header.host.n == 0)
                return r;
        /* A log is one host's. */
        host = span_of(record->text, record->header.host);
        if (fold->host == INTERN_NONE || !str_eq(host, intern_str(&summary->words, fold->host)))
                r = fold_word(fold, host, record->line, record->offset, &fold->host);
        return r < 0 || fold->host == INTERN_NONE ? r : tally_add(&summary->nodes, fold->host, 1);
}
