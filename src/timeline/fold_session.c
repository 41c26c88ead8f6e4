#include <stdlib.h>

#include "base/word.h"
#include "timeline/fold_parts.h"
#include "timeline/jid.h"

/* A sample of more than a year is damage, or a server's clock that was set. */
static const int64_t CREDIBLE_IDLE_MS = 366 * MS_PER_DAY;

enum {
        TICK_GAP_MS = 2000,     /* samples of one reaper run follow each other without a longer pause */
        TICK_LENGTH_MS = 25000, /* and the next run comes 30 s after */
        POLL_SLACK_S = 2,       /* on top of `wait`, before a pause between requests is one */
        RHYTHM = 3,             /* pauses of one length in a row */
        EDGE_REQUESTS = 3,      /* kept at a member's beginning: two may repeat ids of the file before */
        MAX_PENDING = 64,       /* samples of a run that has not reached REPORTED_IDLE_MS */
};

/* XEP-0124 section 7: request ids stay below 2^53. */
#define LARGEST_RID (INT64_C(1) << 53)

void fold_session_release(struct live_segment *live) {
        held_release(&live->request);
        held_release(&live->request_before);
        for (size_t i = 0; i < live->pending_capacity; i++)
                held_release(&live->pending[i]);
        free(live->pending);
}

/* ----------------------------------------------------------- sessions */

/* By what a record names its session: the id, the id in `domain/SID`, or the JID. */
static struct str session_key(struct fold *fold, const struct event *event) {
        struct buf folded = { .p = fold->key_text, .cap = sizeof(fold->key_text), .max = sizeof(fold->key_text) };
        struct str sid = { 0 }, text = { 0 };
        struct jid jid;

        if (event_text(event, FIELD_SID, &sid))
                return sid;
        if (!event_text(event, FIELD_JID, &text))
                return sid;
        jid = jid_split(text);
        if (jid.local.n == 0)
                return jid.resource;
        /* A JID longer than any can be is cut: it is a key, no more. */
        if (buf_add(&folded, STR(JID_KEY)) < 0 || jid_fold(&folded, str_first(text, JID_BYTES)) < 0)
                return (struct str){ 0 };
        return buf_str(&folded);
}

static int add_segment(struct fold *fold, struct str key, const struct event *event) {
        struct summary *summary = fold->summary;
        size_t n = summary->segment_count;
        struct segment *segment;
        int r;

        r = array_reserve(&summary->segments, &summary->segment_capacity, n + 1, sizeof(*summary->segments));
        if (r < 0)
                return r;
        segment = &summary->segments[n];
        *segment = (struct segment){
                .first_ms = event->stamp.local_ms,
                .last_ms = event->stamp.local_ms,
                .jid_ms = TIME_UNKNOWN,
                .wait_s = -1,
                .inactivity_s = -1,
                .peak_idle_ms = -1,
        };
        r = arena_str(&summary->arena, key, &segment->key);
        if (r < 0)
                return r;
        if (!str_starts(key, STR(JID_KEY)))
                segment->sid = segment->key;
        summary->segment_count++;
        return 0;
}

/* A vote for the node that a JID names: its domain. */
static int vote_for_domain(struct fold *fold, struct live_segment *live, struct str domain, const struct event *event) {
        int r = 0;

        /* Nearly all JIDs of a log have one domain. */
        if (fold->domain == INTERN_NONE || !str_eq(domain, intern_str(&fold->summary->words, fold->domain)))
                r = fold_word(fold, domain, event->line, event->offset, &fold->domain);
        live->domain = fold->domain;
        return r < 0 || fold->domain == INTERN_NONE ? r : tally_add(&fold->summary->nodes, fold->domain, 1);
}

static int note_jid(struct fold *fold, struct segment *segment, struct live_segment *live, const struct event *event) {
        struct str text;
        struct jid jid;
        int r;

        if (!event_text(event, FIELD_JID, &text))
                return 0;
        /* Mostly it is the one that the session had before. */
        if (segment->jid.n && str_eq(segment->jid, text) && live->domain != INTERN_NONE)
                return tally_add(&fold->summary->nodes, live->domain, 1);
        jid = jid_split(text);
        if (jid.local.n == 0)
                return segment->address.n ? 0 : arena_str(&fold->summary->arena, text, &segment->address);
        if (segment->jid.n == 0) {
                segment->jid_ms = event->stamp.local_ms;
                r = arena_str(&fold->summary->arena, text, &segment->jid);
                if (r < 0)
                        return r;
        }
        return vote_for_domain(fold, live, jid.domain, event);
}

static int make_segment(struct fold *fold, struct str key, const struct event *event, uint32_t *ret_id) {
        int r = array_reserve(&fold->live, &fold->live_capacity, fold->keys.count + 1, sizeof(*fold->live));

        if (r < 0)
                return r;
        fold->live[fold->keys.count] = (struct live_segment){
                .highest_rid = -1,
                .request_ms = TIME_UNKNOWN,
                .domain = INTERN_NONE,
        };
        r = add_segment(fold, key, event);
        if (r < 0)
                return r;
        r = intern_add(&fold->keys, key, ret_id);
        if (r < 0)
                fold->summary->segment_count--;
        return r;
}

/* Records of one session often follow each other: a poll is told by several. And the
 * reaper goes through them in the same order round after round. */
static uint32_t find_id(struct fold *fold, struct str key) {
        const struct segment *segments = fold->summary->segments;

        if (fold->summary->segment_count && str_eq(segments[fold->latest].key, key))
                return fold->latest;
        if (fold->summary->segment_count && str_eq(segments[fold->expected].key, key))
                return fold->expected;
        return intern_find(&fold->keys, key);
}

/* What the next samples will want, if they are of the sessions that were sampled after
 * this one the last time: of thousands of sessions the cache holds none. */
static void expect_next(struct fold *fold, uint32_t id) {
        const struct segment *segments = fold->summary->segments;
        uint32_t after;

        fold->live[fold->sampled].next = id;
        fold->sampled = id;
        fold->expected = fold->live[id].next;
        after = fold->live[fold->expected].next;
        __builtin_prefetch(&segments[after]);
        __builtin_prefetch(&segments[after].key);
        __builtin_prefetch(&fold->live[after]);
        __builtin_prefetch(&fold->live[after].idle_ms);
        __builtin_prefetch(segments[fold->expected].key.p);
        __builtin_prefetch(segments[fold->expected].jid.p);
}

/* One session more? */
static bool may_follow(struct fold *fold, const struct event *event) {
        struct summary *summary = fold->summary;

        if (summary->segment_count < fold->limits->max_sessions)
                return fold_has_room(fold, event);
        oddity_note(&summary->sessions_dropped, 1, event->line, event->offset);
        return false;
}

/* The session that an event is about, made at its first record. SIZE_MAX when the
 * event names none, or one that is too much. */
static int find_segment(struct fold *fold, const struct event *event, size_t *ret_index) {
        struct str key = session_key(fold, event);
        struct segment *segment;
        uint32_t id;
        int r;

        *ret_index = SIZE_MAX;
        if (key.n == 0)
                return 0;
        id = find_id(fold, key);
        if (id == INTERN_NONE) {
                if (!may_follow(fold, event))
                        return 0;
                r = make_segment(fold, key, event, &id);
                if (r < 0)
                        return r;
        }
        fold->latest = id;
        segment = &fold->summary->segments[id];
        if (event->stamp.local_ms < segment->first_ms)
                segment->first_ms = event->stamp.local_ms;
        if (event->stamp.local_ms > segment->last_ms)
                segment->last_ms = event->stamp.local_ms;
        *ret_index = id;
        return note_jid(fold, segment, &fold->live[id], event);
}

/* -------------------------------------------------------- silent runs */

bool samples_continue(int64_t idle_ms, int64_t tick_ms, int64_t next_idle_ms, int64_t next_tick_ms) {
        return idle_ms > 0 && next_idle_ms > 0 && next_idle_ms >= idle_ms &&
               next_idle_ms >= next_tick_ms - tick_ms - MS_PER_SECOND;
}

/* The open run is a story: the request before it and all its samples so far. */
static int keep_run(struct fold *fold, struct live_segment *live) {
        int r;

        if (live->run_kept)
                return 0;
        live->run_kept = true;
        if (live->returned)
                r = fold_keep_once(fold, &live->request_before, &live->request_before_kept);
        else
                r = fold_keep_once(fold, &live->request, &live->request_kept);
        for (size_t i = 0; i < live->pending_count && r == 0; i++)
                r = fold_keep_held(fold, &live->pending[i]);
        live->pending_count = 0;
        return r;
}

static void forget_run(struct live_segment *live) {
        live->run_open = live->run_kept = live->returned = false;
        live->pending_count = 0;
}

/* A new request came while a run was open. That ends it, unless the next sample
 * still counts from before: records of one second stand in no order. */
static int note_return(struct fold *fold, struct live_segment *live, const struct event *event, bool *kept) {
        struct held_event before = live->request_before;

        if (!live->run_open || live->returned)
                return 0;
        live->returned = true;
        live->returned_ms = event->stamp.local_ms;
        live->request_before = live->request;
        live->request_before_kept = live->request_kept;
        live->request = before; /* its buffer is used again */
        live->request.set = false;
        if (!live->run_kept || *kept)
                return 0;
        *kept = true;
        return fold_keep(fold, event);
}

bool sample_outlasts_request(int64_t idle_ms, int64_t tick_ms, int64_t request_ms) {
        return tick_ms - idle_ms < request_ms - MS_PER_SECOND;
}

static int add_pending(struct fold *fold, struct live_segment *live, const struct event *event) {
        size_t before = live->pending_capacity;
        int r;

        if (live->pending_count == before && !fold_has_room(fold, event))
                return 0;
        r = array_reserve(&live->pending, &live->pending_capacity, live->pending_count + 1, sizeof(*live->pending));
        if (r < 0)
                return r;
        fold->held_bytes += (live->pending_capacity - before) * sizeof(*live->pending);
        for (size_t i = before; i < live->pending_capacity; i++)
                live->pending[i] = (struct held_event){ 0 };
        r = fold_hold(fold, &live->pending[live->pending_count], event);
        live->pending_count += r == 0 && live->pending[live->pending_count].set;
        return r;
}

static int add_to_run(struct fold *fold, struct live_segment *live, const struct event *event, int64_t idle_ms,
                      bool edge) {
        int r;

        live->run_open = true;
        if (live->run_kept)
                return fold_keep(fold, event);
        r = add_pending(fold, live, event);
        if (r < 0)
                return r;
        if (idle_ms >= REPORTED_IDLE_MS || edge || live->pending_count > MAX_PENDING)
                return keep_run(fold, live);
        return 0;
}

bool same_tick(int64_t first_ms, int64_t last_ms, int64_t at_ms) {
        return first_ms != TIME_UNKNOWN && at_ms >= last_ms && at_ms - last_ms <= TICK_GAP_MS &&
               at_ms - first_ms <= TICK_LENGTH_MS;
}

/* All samples of one reaper run share the stamp of its first record. */
static int find_tick(struct fold *fold, struct event *event) {
        struct summary *summary = fold->summary;
        struct tick *tick = &summary->last_tick;
        const int64_t at = event->stamp.local_ms;

        if (!same_tick(tick->first_ms, tick->last_ms, at)) {
                int r = fold_round(fold, at, event);

                if (r < 0)
                        return r;
                *tick = (struct tick){ at, at, at };
        }
        tick->last_ms = at;
        if (summary->first_tick.first_ms == TIME_UNKNOWN || summary->first_tick.first_ms == tick->first_ms)
                summary->first_tick = *tick;
        event->tick_ms = tick->first_ms;
        return 0;
}

/* A clock that is put forward inside a silence (summer time, by half an hour or more)
 * must not part its samples here: whether it was is known only at the join. */
static int64_t without_a_change(int64_t between_ms) {
        const int64_t step = 30 * MS_PER_MINUTE;

        return between_ms > step ? between_ms % step : between_ms;
}

/* Does the sample belong to the open run? If not, and a request ended that, it is forgotten. */
static bool goes_on(struct live_segment *live, int64_t idle_ms, int64_t tick_ms) {
        int64_t between_ms = without_a_change(tick_ms - live->tick_ms);
        bool goes_on = live->run_open && samples_continue(live->idle_ms, tick_ms - between_ms, idle_ms, tick_ms);

        if (!live->returned)
                return goes_on;
        if (goes_on && sample_outlasts_request(idle_ms, tick_ms, live->returned_ms)) {
                live->returned = false;
                return true;
        }
        forget_run(live);
        return false;
}

/* `event` is not of the open run, if there is one. Where it ends a story it is
 * kept, and where it is the session's first sample here. */
static int begin_anew(struct fold *fold, struct live_segment *live, const struct event *event, int64_t idle_ms) {
        bool is_edge = !live->sampled || (live->run_open && live->run_kept);

        forget_run(live);
        if (idle_ms > 0)
                return add_to_run(fold, live, event, idle_ms, is_edge);
        return is_edge ? fold_keep(fold, event) : 0;
}

static int fold_sample(struct fold *fold, size_t index, struct event *event) {
        struct live_segment *live = &fold->live[index];
        struct segment *segment = &fold->summary->segments[index];
        int64_t idle_ms;
        bool doubted;
        int r;

        if (!event_number(event, FIELD_IDLE_MS, &idle_ms) || idle_ms > CREDIBLE_IDLE_MS)
                return 0;
        r = find_tick(fold, event);
        if (r < 0)
                return r;
        expect_next(fold, (uint32_t)index);
        fold_round_sample(fold, live, event->tick_ms, idle_ms);
        if (idle_ms > segment->peak_idle_ms || segment->peak_idle_ms < 0)
                segment->peak_idle_ms = idle_ms > 0 ? idle_ms : 0;
        doubted = live->returned && live->returned_ms >= time_floor_second(event->tick_ms);
        if (goes_on(live, idle_ms, event->tick_ms))
                r = add_to_run(fold, live, event, idle_ms, false);
        else
                r = begin_anew(fold, live, event, idle_ms);
        /* A request since the reaper's round began may still prove to be the return. */
        if (r == 0 && doubted && live->run_kept)
                r = fold_keep_once(fold, &live->request, &live->request_kept);
        live->sampled = true;
        live->idle_ms = idle_ms;
        live->tick_ms = event->tick_ms;
        return r;
}

/* ----------------------------------------------------------- requests */

/* Of what a session holds elsewhere. */
static uint64_t outside_bytes(const struct segment *segment) {
        return segment->rids.capacity * sizeof(struct rid_range) +
               (segment->client_ips.capacity + segment->named_ips.capacity) * sizeof(struct vote);
}

static int vote_for_address(struct fold *fold, struct segment *segment, struct live_segment *live,
                            const struct event *event) {
        struct client *client = &fold->client;
        int r = 0;

        if (client->n && client->n == live->client.n &&
            memcmp(client->text, live->client.text, sizeof(client->text)) == 0)
                return tally_add(&segment->client_ips, live->client.id, 1);
        if (client->n)
                r = fold_word(fold, (struct str){ client->text, client->n }, event->line, event->offset, &client->id);
        if (r < 0 || client->id == INTERN_NONE)
                return r;
        live->client = *client;
        return tally_add(&segment->client_ips, client->id, 1);
}

/* Longer than a long poll lasts: the client was away. Where `wait` is not known
 * and longer than usual, pauses come back with the same length again and again:
 * that is its rhythm. */
static bool is_pause(const struct fold *fold, const struct segment *segment, struct live_segment *live, int64_t at) {
        int64_t wait_s = segment->wait_s > 0 ? segment->wait_s : fold->ruleset->default_wait_s;
        int64_t pause_ms;

        if (live->request_ms == TIME_UNKNOWN)
                return false;
        pause_ms = at - live->request_ms;
        if (pause_ms <= (wait_s + POLL_SLACK_S) * MS_PER_SECOND)
                return false;
        live->same_pauses =
                llabs(pause_ms - live->last_pause_ms) <= POLL_SLACK_S * MS_PER_SECOND ? live->same_pauses + 1 : 1;
        live->last_pause_ms = pause_ms;
        return segment->wait_s > 0 || live->same_pauses < RHYTHM;
}

/* A request with an id above all before. */
static int fold_new_request(struct fold *fold, size_t index, const struct event *event, bool kept) {
        struct live_segment *live = &fold->live[index];
        bool edge = live->rising++ < EDGE_REQUESTS;
        int r = 0;

        if (is_pause(fold, &fold->summary->segments[index], live, event->stamp.local_ms)) {
                r = fold_keep_once(fold, &live->request, &live->request_kept);
                edge = true;
        }
        if (r == 0)
                r = note_return(fold, live, event, &kept);
        if (r == 0 && edge && !kept) {
                kept = true;
                r = fold_keep(fold, event);
        }
        if (r < 0)
                return r;
        live->request_ms = event->stamp.local_ms;
        live->request_kept = kept;
        return fold_hold(fold, &live->request, event);
}

static int fold_request(struct fold *fold, size_t index, const struct event *event) {
        struct live_segment *live = &fold->live[index];
        struct segment *segment = &fold->summary->segments[index];
        bool terminates = event_kind(event) == EVENT_TERMINATED;
        uint64_t before;
        int64_t rid;
        int r = terminates ? fold_keep(fold, event) : 0;

        if (r < 0 || !event_number(event, FIELD_RID, &rid) || rid < 0 || rid > LARGEST_RID)
                return r;
        if (ridset_is_deep(&segment->rids, rid)) {
                oddity_note(&fold->summary->kept_dropped, 1, event->line, event->offset);
                return 0;
        }
        before = outside_bytes(segment);
        r = ridset_add(&segment->rids, rid);
        if (r > 0)
                r = vote_for_address(fold, segment, live, event);
        fold->summary->segment_bytes += outside_bytes(segment) - before;
        fold->client.id = INTERN_NONE; /* a request votes once, whoever comes next */
        fold->client.n = 0;
        if (r < 0 || rid <= live->highest_rid)
                return r;
        fold_round_request(fold, live, rid);
        live->highest_rid = rid;
        return fold_new_request(fold, index, event, terminates);
}

static int fold_birth(struct fold *fold, size_t index, const struct event *event) {
        struct segment *segment = &fold->summary->segments[index];

        segment->born = true;
        event_number(event, FIELD_WAIT_S, &segment->wait_s);
        event_number(event, FIELD_INACTIVITY_S, &segment->inactivity_s);
        return fold_keep(fold, event);
}

static int fold_closed(struct fold *fold, size_t index, const struct event *event) {
        struct live_segment *live = &fold->live[index];
        int r = live->run_open ? keep_run(fold, live) : 0;

        forget_run(live);
        return r < 0 ? r : fold_keep(fold, event);
}

/* An address in a record that names its session needs no votes. */
static int note_address(struct fold *fold, struct segment *segment, const struct event *event) {
        const uint64_t before = outside_bytes(segment);
        struct str address;
        uint32_t id;
        int r;

        if (!event_text(event, FIELD_CLIENT_IP, &address))
                return 0;
        r = fold_word(fold, address, event->line, event->offset, &id);
        if (r == 0 && id != INTERN_NONE)
                r = tally_add(&segment->named_ips, id, 1);
        fold->summary->segment_bytes += outside_bytes(segment) - before;
        return r;
}

int fold_session_event(struct fold *fold, struct event *event) {
        size_t index;
        int r = find_segment(fold, event, &index);

        if (r < 0 || index == SIZE_MAX)
                return r;
        r = note_address(fold, &fold->summary->segments[index], event);
        if (r < 0)
                return r;
        switch (event_kind(event)) {
        case EVENT_SAMPLE:
                return fold_sample(fold, index, event);
        case EVENT_REQUEST:
        case EVENT_TERMINATED:
                return fold_request(fold, index, event);
        case EVENT_CREATED:
        case EVENT_BOUND:
                return fold_birth(fold, index, event);
        case EVENT_IDLE_CLOSED:
                return fold_closed(fold, index, event);
        default:
                return fold_keep(fold, event);
        }
}

int fold_session_edges(struct fold *fold) {
        for (size_t i = 0; i < fold->keys.count; i++) {
                struct live_segment *live = &fold->live[i];
                int r = live->run_open && !live->returned ? keep_run(fold, live) : 0;

                if (r == 0)
                        r = fold_keep_once(fold, &live->request, &live->request_kept);
                if (r < 0)
                        return r;
        }
        return 0;
}
