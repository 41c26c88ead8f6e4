#include "timeline/fold.h"

#include <errno.h>
#include <stdlib.h>

#include "timeline/jid.h"

enum {
        TICK_GAP_MS = 2000,      /* samples of one reaper run follow each other without a longer pause */
        TICK_LENGTH_MS = 25000,  /* and the next run comes 30 s after */
        EPOCH_STEP_MINUTES = 15, /* every offset in use is a multiple */
        EPOCH_SLACK_MS = 5000,   /* between a record's epoch and its stamp */
        SAME_STATE_MS = 1000,    /* one state change, reported once a skill group */
        POLL_SLACK_S = 5,        /* on top of `wait`, before a pause between requests is one */
        LONGEST_COMMON_WAIT_S = 60,
        MAX_PENDING = 64,        /* samples of a run that has not reached REPORTED_IDLE_MS */
        JID_BYTES = 3072,        /* RFC 7622: three parts of at most 1023 bytes */
};

/* XEP-0124 section 7: request ids stay below 2^53. */
#define LARGEST_RID (INT64_C(1) << 53)

/* What the fold remembers of a session between its records. Parallel to
 * summary.segments. */
struct live_segment {
        struct held_event sample, request; /* the latest sample; the first request with the highest rid */
        bool sample_kept, request_kept;    /* that one is in the summary already */
        int64_t highest_rid, request_ms;

        bool run_open;                /* the latest sample was positive and no request came since */
        bool run_kept;                /* its samples are in the summary */
        struct held_event *pending;   /* its samples while they are not */
        size_t pending_count, pending_capacity; /* beyond pending_count: buffers to use again */
};

/* The last state event of an agent, to fold its copies into. */
struct live_state {
        size_t event; /* index in summary.events, SIZE_MAX without */
        int64_t state, reason, at_ms;
};

/* A reaper run whose milliseconds an epoch in its midst has told. */
struct precise_tick {
        int64_t tick_ms, precise_ms;
};

struct fold {
        const struct ruleset *ruleset;
        const struct limits *limits;
        enum family family;
        struct summary *summary;
        struct intern keys; /* session key -> index in segments and live */
        struct live_segment *live;
        size_t live_capacity;
        struct intern agents; /* agent as written -> index in states */
        struct live_state *states;
        size_t state_count, state_capacity;

        struct stamp stamp; /* of the record at hand, or of the one before it */
        bool have_stamp;
        char stamp_text[40];
        size_t stamp_length;
        struct oddity bad_stamps;

        int64_t tick_ms, tick_last_ms; /* the reaper run at hand: its first and latest sample's stamp */
        bool have_tick;
        struct precise_tick *precise;
        size_t precise_count, precise_capacity;
        uint32_t client_ip; /* of the last HTTP request that no poll has claimed, or INTERN_NONE */
        char key_text[JID_BYTES + 8];
};

struct fold *fold_new(const struct ruleset *ruleset, const struct limits *limits, enum family family) {
        struct fold *fold = calloc(1, sizeof(*fold));

        if (!fold)
                return NULL;
        fold->ruleset = ruleset;
        fold->limits = limits;
        fold->family = family;
        fold->client_ip = INTERN_NONE;
        intern_init(&fold->keys);
        intern_init(&fold->agents);
        fold->summary = summary_new(ruleset->count);
        if (!fold->summary) {
                free(fold);
                return NULL;
        }
        return fold;
}

static void live_release(struct live_segment *live) {
        held_release(&live->sample);
        held_release(&live->request);
        for (size_t i = 0; i < live->pending_capacity; i++)
                held_release(&live->pending[i]);
        free(live->pending);
}

void fold_free(struct fold *fold) {
        if (!fold)
                return;
        for (size_t i = 0; i < fold->keys.count; i++)
                live_release(&fold->live[i]);
        summary_free(fold->summary);
        intern_release(&fold->keys);
        intern_release(&fold->agents);
        free(fold->live);
        free(fold->states);
        free(fold->precise);
        free(fold);
}

const struct oddity *fold_bad_stamps(const struct fold *fold) {
        return &fold->bad_stamps;
}

/* ------------------------------------------------------------ keeping */

static int keep(struct fold *fold, const struct event *event) {
        struct summary *summary = fold->summary;
        int r;

        r = array_reserve(&summary->events, &summary->event_capacity, summary->event_count + 1,
                          sizeof(*summary->events));
        if (r < 0)
                return r;
        r = event_keep(&summary->arena, event, (size_t)fold->limits->max_evidence_bytes,
                       &summary->events[summary->event_count]);
        if (r < 0)
                return r;
        summary->event_count++;
        return 0;
}

static int keep_held(struct fold *fold, struct held_event *held, bool *kept) {
        if (!held->set || *kept)
                return 0;
        *kept = true;
        return keep(fold, held_event(held));
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
        if (buf_add(&folded, STR("jid:")) < 0 || jid_fold_case(&folded, str_first(text, JID_BYTES)) < 0)
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
        if (!str_starts(key, STR("jid:")))
                segment->sid = segment->key;
        summary->segment_count++;
        return 0;
}

static int note_jid(struct fold *fold, struct segment *segment, const struct event *event) {
        struct str text;
        struct jid jid;
        uint32_t domain;
        int r;

        if (!event_text(event, FIELD_JID, &text))
                return 0;
        jid = jid_split(text);
        if (jid.local.n == 0)
                return 0;
        if (segment->jid.n == 0) {
                segment->jid_ms = event->stamp.local_ms;
                r = arena_str(&fold->summary->arena, text, &segment->jid);
                if (r < 0)
                        return r;
        }
        r = intern_add(&fold->summary->words, jid.domain, &domain);
        return r < 0 ? r : tally_add(&fold->summary->nodes, domain, 1);
}

/* The session that an event is about, made at its first record. SIZE_MAX when the
 * event names none. */
static int find_segment(struct fold *fold, const struct event *event, size_t *ret_index) {
        struct str key = session_key(fold, event);
        struct segment *segment;
        uint32_t id;
        int r;

        *ret_index = SIZE_MAX;
        if (key.n == 0)
                return 0;
        id = intern_find(&fold->keys, key);
        if (id == INTERN_NONE) {
                r = array_reserve(&fold->live, &fold->live_capacity, fold->keys.count + 1, sizeof(*fold->live));
                if (r < 0)
                        return r;
                fold->live[fold->keys.count] = (struct live_segment){ .highest_rid = -1, .request_ms = TIME_UNKNOWN };
                r = add_segment(fold, key, event);
                if (r < 0)
                        return r;
                r = intern_add(&fold->keys, key, &id);
                if (r < 0) {
                        fold->summary->segment_count--;
                        return r;
                }
        }
        segment = &fold->summary->segments[id];
        if (event->stamp.local_ms < segment->first_ms)
                segment->first_ms = event->stamp.local_ms;
        if (event->stamp.local_ms > segment->last_ms)
                segment->last_ms = event->stamp.local_ms;
        *ret_index = id;
        return note_jid(fold, segment, event);
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
        r = keep_held(fold, &live->request, &live->request_kept);
        for (size_t i = 0; i < live->pending_count && r == 0; i++)
                r = keep(fold, held_event(&live->pending[i]));
        live->pending_count = 0;
        live->sample_kept = true;
        return r;
}

/* The run is over; `ender` is kept if the run was. */
static int end_run(struct fold *fold, struct live_segment *live, const struct event *ender, bool *ender_kept) {
        bool keep_ender = live->run_open && live->run_kept && !*ender_kept;

        live->run_open = live->run_kept = false;
        live->pending_count = 0;
        if (!keep_ender)
                return 0;
        *ender_kept = true;
        return keep(fold, ender);
}

static int add_pending(struct live_segment *live, const struct event *event) {
        size_t before = live->pending_capacity;
        int r = array_reserve(&live->pending, &live->pending_capacity, live->pending_count + 1, sizeof(*live->pending));

        if (r < 0)
                return r;
        for (size_t i = before; i < live->pending_capacity; i++)
                live->pending[i] = (struct held_event){ 0 };
        r = event_hold(&live->pending[live->pending_count], event);
        live->pending_count += r == 0;
        return r;
}

static int add_to_run(struct fold *fold, struct live_segment *live, const struct event *event, int64_t idle_ms,
                      bool edge) {
        int r;

        live->run_open = true;
        if (live->run_kept) {
                live->sample_kept = true;
                return keep(fold, event);
        }
        r = add_pending(live, event);
        if (r < 0)
                return r;
        if (idle_ms >= REPORTED_IDLE_MS || edge || live->pending_count > MAX_PENDING)
                return keep_run(fold, live);
        return 0;
}

/* All samples of one reaper run share the stamp of its first record. */
static int64_t tick_of(struct fold *fold, int64_t at) {
        if (!fold->have_tick || at < fold->tick_last_ms || at - fold->tick_last_ms > TICK_GAP_MS ||
            at - fold->tick_ms > TICK_LENGTH_MS)
                fold->tick_ms = at;
        fold->have_tick = true;
        fold->tick_last_ms = at;
        return fold->tick_ms;
}

static int fold_sample(struct fold *fold, size_t index, struct event *event) {
        struct live_segment *live = &fold->live[index];
        struct segment *segment = &fold->summary->segments[index];
        bool first = !live->sample.set, kept = false, ended_story = live->run_open && live->run_kept;
        int64_t idle_ms, last_idle_ms = 0;
        int r;

        if (!event_number(event, FIELD_IDLE_MS, &idle_ms))
                return 0;
        event->tick_ms = tick_of(fold, event->stamp.local_ms);
        if (idle_ms > segment->peak_idle_ms)
                segment->peak_idle_ms = idle_ms > 0 ? idle_ms : 0;
        if (live->run_open && event_number(held_event(&live->sample), FIELD_IDLE_MS, &last_idle_ms) &&
            samples_continue(last_idle_ms, live->sample.event.tick_ms, idle_ms, event->tick_ms)) {
                r = event_hold(&live->sample, event);
                live->sample_kept = false;
                return r < 0 ? r : add_to_run(fold, live, event, idle_ms, false);
        }
        if (idle_ms <= 0) {
                r = end_run(fold, live, event, &kept);
                if (r == 0 && first && !kept) {
                        kept = true;
                        r = keep(fold, event);
                }
        } else {
                kept = true; /* add_to_run sees to this one: it ends a run by beginning another */
                r = end_run(fold, live, event, &kept);
                kept = false;
        }
        if (r < 0)
                return r;
        r = event_hold(&live->sample, event);
        live->sample_kept = kept;
        if (r < 0 || idle_ms <= 0)
                return r;
        return add_to_run(fold, live, event, idle_ms, first || ended_story);
}

/* ----------------------------------------------------------- requests */

static int vote_for_address(struct fold *fold, struct segment *segment) {
        uint32_t address = fold->client_ip;

        fold->client_ip = INTERN_NONE;
        return address == INTERN_NONE ? 0 : tally_add(&segment->client_ips, address, 1);
}

/* Longer than a long poll can last: the client was away. */
static bool is_pause(const struct segment *segment, int64_t from, int64_t to) {
        int64_t wait_s = segment->wait_s > 0 ? segment->wait_s : LONGEST_COMMON_WAIT_S;

        return from != TIME_UNKNOWN && to - from > (wait_s + POLL_SLACK_S) * MS_PER_SECOND;
}

static int fold_request(struct fold *fold, size_t index, const struct event *event) {
        struct live_segment *live = &fold->live[index];
        struct segment *segment = &fold->summary->segments[index];
        bool edge = !live->request.set, kept = event_kind(event) != EVENT_REQUEST;
        int64_t rid;
        int r;

        r = vote_for_address(fold, segment);
        if (r < 0)
                return r;
        if (kept) {
                r = keep(fold, event);
                if (r < 0)
                        return r;
        }
        if (!event_number(event, FIELD_RID, &rid) || rid < 0 || rid > LARGEST_RID)
                return 0;
        r = ridset_add(&segment->rids, rid);
        if (r <= 0 || rid <= live->highest_rid)
                return r < 0 ? r : 0;
        if (is_pause(segment, live->request_ms, event->stamp.local_ms)) {
                r = keep_held(fold, &live->request, &live->request_kept);
                if (r < 0)
                        return r;
                edge = true;
        }
        r = end_run(fold, live, event, &kept);
        if (r == 0 && edge && !kept) {
                kept = true;
                r = keep(fold, event);
        }
        if (r < 0)
                return r;
        live->highest_rid = rid;
        live->request_ms = event->stamp.local_ms;
        live->request_kept = kept;
        return event_hold(&live->request, event);
}

static int fold_birth(struct fold *fold, size_t index, const struct event *event) {
        struct segment *segment = &fold->summary->segments[index];

        segment->born = true;
        event_number(event, FIELD_WAIT_S, &segment->wait_s);
        event_number(event, FIELD_INACTIVITY_S, &segment->inactivity_s);
        return keep(fold, event);
}

static int fold_closed(struct fold *fold, size_t index, const struct event *event) {
        struct live_segment *live = &fold->live[index];
        int r = live->run_open ? keep_run(fold, live) : 0;

        live->run_open = live->run_kept = false;
        return r < 0 ? r : keep(fold, event);
}

static int fold_session_event(struct fold *fold, struct event *event) {
        size_t index;
        int r = find_segment(fold, event, &index);

        if (r < 0 || index == SIZE_MAX)
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
                return keep(fold, event);
        }
}

/* ------------------------------------------- clock, addresses, states */

/* The offset that a stamp and an epoch in the same record tell, if they fit. */
static bool offset_from_epoch(int64_t local_ms, int64_t epoch_ms, int64_t *ret_minutes) {
        const int64_t step = EPOCH_STEP_MINUTES * MS_PER_MINUTE;
        int64_t difference, steps, rest;

        if (epoch_ms <= 0 || epoch_ms > INT64_C(253402300799999)) /* the year 9999 */
                return false;
        difference = local_ms - epoch_ms;
        steps = (difference + (difference < 0 ? -step : step) / 2) / step;
        rest = difference - steps * step;
        *ret_minutes = steps * EPOCH_STEP_MINUTES;
        return rest <= EPOCH_SLACK_MS && rest >= -EPOCH_SLACK_MS && *ret_minutes >= -18 * 60 && *ret_minutes <= 18 * 60;
}

static int fold_statistics(struct fold *fold, const struct event *event) {
        int64_t epoch_ms, minutes, exact;
        int r;

        if (!event_number(event, FIELD_EPOCH_MS, &epoch_ms) ||
            !offset_from_epoch(event->stamp.local_ms, epoch_ms, &minutes))
                return 0;
        r = tally_add(&fold->summary->epochs, minutes, 1);
        exact = epoch_ms + minutes * MS_PER_MINUTE;
        if (r < 0 || !fold->have_tick || time_floor_second(exact) != fold->tick_ms)
                return r;
        if (fold->precise_count && fold->precise[fold->precise_count - 1].tick_ms == fold->tick_ms)
                return 0;
        r = array_reserve(&fold->precise, &fold->precise_capacity, fold->precise_count + 1, sizeof(*fold->precise));
        if (r < 0)
                return r;
        fold->precise[fold->precise_count++] = (struct precise_tick){ fold->tick_ms, exact };
        return 0;
}

static int fold_client_address(struct fold *fold, const struct event *event) {
        struct str address;

        if (!event_text(event, FIELD_CLIENT_IP, &address))
                return 0;
        return intern_add(&fold->summary->words, address, &fold->client_ip);
}

static int vote_for_product(struct fold *fold, const struct event *event) {
        struct str product;
        uint32_t id;
        int r;

        if (!event_text(event, FIELD_PRODUCT, &product))
                return 0;
        r = intern_add(&fold->summary->words, product, &id);
        return r < 0 ? r : tally_add(&fold->summary->products, id, 1);
}

static int find_state(struct fold *fold, const struct event *event, struct live_state **ret_state) {
        struct str agent = { 0 };
        size_t known = fold->agents.count;
        uint32_t id;
        int r;

        event_text(event, FIELD_AGENT, &agent);
        r = array_reserve(&fold->states, &fold->state_capacity, known + 1, sizeof(*fold->states));
        if (r < 0)
                return r;
        r = intern_add(&fold->agents, agent, &id);
        if (r < 0)
                return r;
        if (fold->agents.count > known)
                fold->states[id] = (struct live_state){ .event = SIZE_MAX };
        *ret_state = &fold->states[id];
        return 0;
}

/* Only states that end or begin work, or that give a reason, tell a story. */
static bool is_story_state(int64_t state, int64_t reason) {
        enum { LOGIN = 0, LOGOUT = 1, NOT_READY = 2, NO_REASON = 65535 };

        return state == LOGIN || state == LOGOUT || state == NOT_READY || (reason > 0 && reason != NO_REASON);
}

static int fold_state(struct fold *fold, const struct event *event) {
        int64_t state = -1, reason = 0, at = event->stamp.local_ms;
        struct live_state *last;
        int r;

        event_number(event, FIELD_STATE, &state);
        event_number(event, FIELD_REASON, &reason);
        r = vote_for_product(fold, event);
        if (r < 0)
                return r;
        r = find_state(fold, event, &last);
        if (r < 0)
                return r;
        if (last->event != SIZE_MAX && last->state == state && last->reason == reason &&
            at - last->at_ms <= SAME_STATE_MS && at >= last->at_ms) {
                fold->summary->events[last->event].copies++;
                last->at_ms = at;
                return 0;
        }
        *last = (struct live_state){ .event = SIZE_MAX, .state = state, .reason = reason, .at_ms = at };
        if (!is_story_state(state, reason))
                return 0;
        last->event = fold->summary->event_count;
        return keep(fold, event);
}

/* ------------------------------------------------------------ records */

static void note_time(struct summary *summary, int64_t at) {
        if (summary->first_ms == TIME_UNKNOWN || at < summary->first_ms)
                summary->first_ms = at;
        if (summary->last_ms == TIME_UNKNOWN || at > summary->last_ms)
                summary->last_ms = at;
}

/* Neighbouring records mostly share their stamp: it is parsed once. */
static void read_stamp(struct fold *fold, const struct record *record) {
        struct str text = record->header.stamp;
        struct stamp stamp;

        if (str_eq(text, (struct str){ fold->stamp_text, fold->stamp_length }))
                return;
        if (!stamp_parse(fold->family, text, &stamp)) {
                if (fold->bad_stamps.count++ == 0) {
                        fold->bad_stamps.line = record->line;
                        fold->bad_stamps.offset = record->offset;
                }
                return;
        }
        fold->stamp = stamp;
        fold->have_stamp = true;
        fold->stamp_length = text.n < sizeof(fold->stamp_text) ? text.n : 0;
        memcpy(fold->stamp_text, text.p, fold->stamp_length);
        note_time(fold->summary, stamp.local_ms);
}

static int vote_for_web_header(struct fold *fold, const struct record *record) {
        struct summary *summary = fold->summary;
        uint32_t host;
        int r;

        r = tally_add(&summary->zones, fold->stamp.zone, 1);
        if (r < 0 || record->header.host.n == 0)
                return r;
        r = intern_add(&summary->words, record->header.host, &host);
        return r < 0 ? r : tally_add(&summary->nodes, host, 1);
}

static int fold_event(struct fold *fold, struct event *event) {
        switch (event_kind(event)) {
        case EVENT_SAMPLE:
        case EVENT_REQUEST:
        case EVENT_TERMINATED:
        case EVENT_CREATED:
        case EVENT_BOUND:
        case EVENT_IDLE_CLOSED:
        case EVENT_CLOSED:
                return fold_session_event(fold, event);
        case EVENT_CLIENT_ADDRESS:
                return fold_client_address(fold, event);
        case EVENT_STATISTICS:
                return fold_statistics(fold, event);
        case EVENT_CTI_STATE:
                return fold_state(fold, event);
        case EVENT_OTHER:
                return 0;
        default:
                return keep(fold, event);
        }
}

int fold_record(struct fold *fold, const struct record *record, const struct match *match) {
        struct event event;
        int r;

        read_stamp(fold, record);
        if (fold->have_stamp && fold->family == FAMILY_WEBSERVICES) {
                r = vote_for_web_header(fold, record);
                if (r < 0)
                        return r;
        }
        if (!match)
                return 0;
        fold->summary->matched++;
        fold->summary->rule_hits[match->rule->index]++;
        if (!fold->have_stamp)
                return 0;
        event_init(&event, record, &fold->stamp, match);
        return fold_event(fold, &event);
}

/* ----------------------------------------------------------- finishing */

static int keep_edges(struct fold *fold) {
        for (size_t i = 0; i < fold->keys.count; i++) {
                struct live_segment *live = &fold->live[i];
                int r = live->run_open ? keep_run(fold, live) : 0;

                if (r == 0)
                        r = keep_held(fold, &live->sample, &live->sample_kept);
                if (r == 0)
                        r = keep_held(fold, &live->request, &live->request_kept);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int compare_ticks(const void *a, const void *b) {
        const struct precise_tick *x = a, *y = b;

        return x->tick_ms < y->tick_ms ? -1 : x->tick_ms > y->tick_ms;
}

static void apply_precise_ticks(struct fold *fold) {
        struct summary *summary = fold->summary;

        if (fold->precise_count == 0)
                return;
        qsort(fold->precise, fold->precise_count, sizeof(*fold->precise), compare_ticks);
        for (size_t i = 0; i < summary->event_count; i++) {
                struct event *event = &summary->events[i];
                struct precise_tick key = { .tick_ms = event->tick_ms }, *found;

                if (event_kind(event) != EVENT_SAMPLE)
                        continue;
                found = bsearch(&key, fold->precise, fold->precise_count, sizeof(key), compare_ticks);
                if (found)
                        event->tick_ms = found->precise_ms;
        }
}

static int compare_lines(const void *a, const void *b) {
        const struct event *x = a, *y = b;

        return x->line < y->line ? -1 : x->line > y->line;
}

int fold_finish(struct fold *fold, struct summary **ret_summary) {
        struct summary *summary = fold->summary;
        int r = keep_edges(fold);

        if (r < 0)
                return r;
        apply_precise_ticks(fold);
        if (summary->event_count)
                qsort(summary->events, summary->event_count, sizeof(*summary->events), compare_lines);
        fold->summary = NULL;
        *ret_summary = summary;
        return 0;
}
