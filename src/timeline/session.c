#include "timeline/session.h"

#include <errno.h>
#include <stdlib.h>

#include "timeline/binding.h"
#include "timeline/timeline.h"

enum {
        SAME_MOMENT_MS = 2000, /* records of one incident in a log of whole seconds */
        MIN_ADDRESS_VOTES = 2, /* of an address, and half of the polls */
};

const char *ended_by_name(enum ended_by ended_by) {
        static const char *const names[] = {
                "open", "idle_closure", "terminate", "server_stop", "replaced", "unknown"
        };

        return names[ended_by];
}

void session_release(struct session *session) {
        for (size_t i = 0; i < session->run_count; i++)
                run_release(&session->runs[i]);
        free(session->runs);
        free(session->events);
}

int64_t session_threshold_s(const struct timeline *timeline, const struct session *session) {
        int64_t threshold_s;

        if (session->closure && event_number(session->closure, FIELD_THRESHOLD_S, &threshold_s))
                return threshold_s;
        return session->inactivity_s > 0 ? session->inactivity_s : timeline->ruleset->default_inactivity_s;
}

int64_t session_wait_s(const struct timeline *timeline, const struct session *session) {
        return session->wait_s > 0 ? session->wait_s : timeline->ruleset->default_wait_s;
}

/* --------------------------------------------------- from the segments */

/* What the segments of a session add up to, until they have been added. */
struct sums {
        struct ridset rids;
        struct tally ip_votes;  /* ids in timeline.words */
        struct tally named_ips; /* likewise; addresses that need no votes */
};

/* Find or make sessions by a key; the index is the key's id in `keys`. */
struct builder {
        struct timeline *timeline;
        struct sums *sums; /* parallel to timeline.sessions */
        size_t sums_capacity;
        struct intern keys;
        size_t *session_of_key;
        size_t key_capacity;
        struct buf scratch;
};

static int make_key(struct builder *builder, struct str node, struct str name, struct str *ret_key) {
        struct buf *scratch = &builder->scratch;
        int r;

        scratch->n = 0;
        r = buf_add(scratch, node);
        if (r == 0)
                r = buf_add_byte(scratch, '\0');
        if (r == 0)
                r = buf_add(scratch, name);
        *ret_key = buf_str(scratch);
        return r;
}

/* 1, 0 where there are too many, or -ENOMEM. They come in the order of the inputs. */
static int add_session(struct builder *builder, struct str node, struct session **ret_session) {
        struct timeline *timeline = builder->timeline;
        int r;

        if (timeline->session_count >= timeline->limits->max_sessions) {
                timeline->sessions_dropped++;
                return 0;
        }
        r = array_reserve(&timeline->sessions, &timeline->session_capacity, timeline->session_count + 1,
                          sizeof(*timeline->sessions));
        if (r == 0)
                r = array_reserve(&builder->sums, &builder->sums_capacity, timeline->session_count + 1,
                                  sizeof(*builder->sums));
        if (r < 0)
                return r;
        builder->sums[timeline->session_count] = (struct sums){ 0 };
        *ret_session = &timeline->sessions[timeline->session_count++];
        **ret_session = (struct session){
                .node = node,
                .agent = SIZE_MAX,
                .first_ms = TIME_UNKNOWN,
                .last_ms = TIME_UNKNOWN,
                .bound_ms = TIME_UNKNOWN,
                .opened_ms = TIME_UNKNOWN,
                .closed_ms = TIME_UNKNOWN,
                .idle_closed_ms = TIME_UNKNOWN,
                .last_request_ms = TIME_UNKNOWN,
                .wait_s = -1,
                .inactivity_s = -1,
                .peak_idle_ms = -1,
                .closure_run = SIZE_MAX,
        };
        return 1;
}

/* The session that a key stands for, SIZE_MAX when none does yet. */
static int find_key(struct builder *builder, struct str key, size_t **ret_session) {
        size_t known = builder->keys.count;
        uint32_t id;
        int r = array_reserve(&builder->session_of_key, &builder->key_capacity, known + 1, sizeof(size_t));

        if (r == 0)
                r = intern_add(&builder->keys, key, &id);
        if (r < 0)
                return r;
        if (builder->keys.count > known)
                builder->session_of_key[id] = SIZE_MAX;
        *ret_session = &builder->session_of_key[id];
        return 0;
}

static void widen(struct session *session, int64_t first_ms, int64_t last_ms) {
        if (session->first_ms == TIME_UNKNOWN || first_ms < session->first_ms)
                session->first_ms = first_ms;
        if (session->last_ms == TIME_UNKNOWN || last_ms > session->last_ms)
                session->last_ms = last_ms;
}

/* The earliest record that names a JID wins; the node's own spelling of it. */
static int take_jid(struct timeline *timeline, struct session *session, struct str jid, int64_t at_ms) {
        struct buf folded;
        int r;

        if (jid.n == 0 || (session->jid.n && session->bound_ms <= at_ms))
                return 0;
        buf_init(&folded, jid.n);
        r = jid_fold(&folded, jid);
        if (r == 0)
                r = arena_str(&timeline->arena, buf_str(&folded), &session->jid_key);
        buf_release(&folded);
        if (r < 0)
                return r;
        session->jid = jid;
        session->bound_ms = at_ms;
        session->desktop = word_list_has(&timeline->ruleset->desktop_resources, jid_split(jid).resource);
        session->service = word_list_has(&timeline->ruleset->service_accounts, jid_split(jid).local);
        return 0;
}

static int merge_named(struct timeline *timeline, struct sums *sums, const struct summary *summary,
                       const struct segment *segment) {
        for (size_t i = 0; i < segment->named_ips.count; i++) {
                const struct vote *vote = &tally_votes(&segment->named_ips)[i];
                uint32_t id;
                int r = intern_add(&timeline->words, intern_str(&summary->words, (uint32_t)vote->key), &id);

                if (r == 0)
                        r = tally_add(&sums->named_ips, id, vote->count);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Votes of polls that another file has told already do not count again: of
 * `polls` in the segment, `fresh` were new. */
static int merge_addresses(struct timeline *timeline, struct sums *sums, const struct summary *summary,
                           const struct segment *segment, uint64_t fresh, uint64_t polls) {
        for (size_t i = 0; i < segment->client_ips.count; i++) {
                const struct vote *vote = &tally_votes(&segment->client_ips)[i];
                uint32_t id;
                int r = intern_add(&timeline->words, intern_str(&summary->words, (uint32_t)vote->key), &id);

                if (r == 0)
                        r = tally_add(&sums->ip_votes, id, vote->count * fresh / polls);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int merge_segment(struct builder *builder, size_t index, const struct input *input,
                         const struct segment *segment) {
        struct timeline *timeline = builder->timeline;
        struct session *session = &timeline->sessions[index];
        struct sums *sums = &builder->sums[index];
        uint64_t known, polls;
        int r;

        widen(session, input_to_utc(input, segment->first_ms), input_to_utc(input, segment->last_ms));
        session->born |= segment->born;
        if (session->sid.n == 0)
                session->sid = segment->sid;
        if (session->address.n == 0)
                session->address = segment->address;
        if (session->wait_s < 0)
                session->wait_s = segment->wait_s;
        if (session->inactivity_s < 0)
                session->inactivity_s = segment->inactivity_s;
        if (segment->sid.n && segment->peak_idle_ms > session->peak_idle_ms)
                session->peak_idle_ms = segment->peak_idle_ms;
        if (segment->jid.n) {
                r = take_jid(timeline, session, segment->jid, input_to_utc(input, segment->jid_ms));
                if (r < 0)
                        return r;
        }
        r = merge_named(timeline, sums, input->summary, segment);
        if (r < 0)
                return r;
        known = ridset_size(&sums->rids);
        polls = ridset_size(&segment->rids);
        r = ridset_merge(&sums->rids, &segment->rids);
        if (r < 0 || polls == 0)
                return r;
        return merge_addresses(timeline, sums, input->summary, segment, ridset_size(&sums->rids) - known, polls);
}

static int place_segment(struct builder *builder, const struct input *input, const struct segment *segment) {
        struct timeline *timeline = builder->timeline;
        struct session *session;
        struct str key;
        size_t *index = NULL;
        int r = make_key(builder, input->node, segment->sid, &key);

        if (r == 0)
                r = find_key(builder, key, &index);
        if (r < 0)
                return r;
        if (*index == SIZE_MAX) {
                r = add_session(builder, input->node, &session);
                if (r <= 0)
                        return r;
                *index = timeline->session_count - 1;
        }
        return merge_segment(builder, *index, input, segment);
}

static int merge_segments(struct builder *builder) {
        struct timeline *timeline = builder->timeline;
        int r = 0;

        for (size_t i = 0; i < timeline->inputs->count; i++) {
                const struct input *input = timeline->inputs->items[i];

                for (size_t k = 0; input->summary && k < input->summary->segment_count && r == 0; k++)
                        if (input->summary->segments[k].sid.n) /* else its events find their session */
                                r = place_segment(builder, input, &input->summary->segments[k]);
        }
        return r;
}

/* ----------------------------------------------------- events to sessions */

static int add_event(struct session *session, const struct event *event) {
        int r = array_reserve(&session->events, &session->event_capacity, session->event_count + 1,
                              sizeof(*session->events));

        if (r < 0)
                return r;
        session->events[session->event_count++] = event;
        if (event_kind(event) == EVENT_IDLE_CLOSED)
                session->idle_closed_ms = event->utc_ms;
        return 0;
}

/* A closure ends a session without an id too: what the JID does after it is
 * another one. */
static bool is_over(const struct session *session, int64_t at_ms) {
        return session->idle_closed_ms != TIME_UNKNOWN && at_ms - session->idle_closed_ms > SAME_MOMENT_MS;
}

/* The first outage of the session's node that it was there before and is over at a time. */
static const struct outage *outage_before(const struct timeline *timeline, const struct session *session,
                                          int64_t at_ms) {
        for (size_t i = 0; i < timeline->outages.count; i++) {
                const struct outage *outage = &timeline->outages.items[i];

                if (outage->back_ms != TIME_UNKNOWN && outage->back_ms <= at_ms &&
                    session->first_ms <= outage->heard_ms && str_eq(outage->node, session->node))
                        return outage;
        }
        return NULL;
}

/* No session outlives a stop of the service. Samples name a desktop that is there in every
 * round, and are folded away: of a JID that is seen on both sides of a stop, nothing says
 * more than that it was there when the service went, and was back when that was. 1, 0
 * where there are too many, or -ENOMEM. */
static int pass_outages(struct builder *builder, size_t *index, int64_t at_ms) {
        struct timeline *timeline = builder->timeline;
        const struct outage *outage;

        while ((outage = outage_before(timeline, &timeline->sessions[*index], at_ms))) {
                const struct session *before = &timeline->sessions[*index];
                const struct str jid = before->jid;
                struct session *session;
                int r;

                if (before->idle_closed_ms == TIME_UNKNOWN)
                        widen(&timeline->sessions[*index], outage->heard_ms, outage->heard_ms);
                r = add_session(builder, before->node, &session);
                if (r <= 0)
                        return r;
                *index = timeline->session_count - 1;
                widen(session, outage->back_ms, outage->back_ms);
                r = take_jid(timeline, session, jid, outage->back_ms);
                if (r < 0)
                        return r;
        }
        return 1;
}

/* The session without an id that a JID has at the moment; NULL where there are too many. */
static int find_nameless(struct builder *builder, const struct event *event, struct str node, struct str jid,
                         struct str jid_key, struct session **ret_session) {
        struct timeline *timeline = builder->timeline;
        struct str key;
        size_t *index = NULL;
        int r = make_key(builder, node, jid_key, &key);

        *ret_session = NULL;
        if (r == 0)
                r = find_key(builder, key, &index);
        if (r == 0 && *index != SIZE_MAX && !is_over(&timeline->sessions[*index], event->utc_ms)) {
                r = pass_outages(builder, index, event->utc_ms);
                if (r <= 0)
                        return r;
        } else if (r == 0) {
                r = add_session(builder, node, ret_session);
                if (r <= 0)
                        return r;
                *index = timeline->session_count - 1;
                r = take_jid(timeline, *ret_session, jid, event->utc_ms);
        }
        if (r < 0)
                return r;
        *ret_session = &timeline->sessions[*index];
        widen(*ret_session, event->utc_ms, event->utc_ms);
        return 0;
}

/* How long the session of an event must have been there at the least: a silent
 * one as long as it was silent, a closed one as long as the reaper waits. So an
 * end is never laid to a session that has just begun. */
static int64_t age_of_session(const struct event *event) {
        enum { SHORTEST_LIMIT_MS = 10 * 1000 };
        int64_t idle_ms;

        switch (event_kind(event)) {
        case EVENT_SAMPLE:
                return event_number(event, FIELD_IDLE_MS, &idle_ms) && idle_ms > MS_PER_SECOND ? idle_ms - MS_PER_SECOND
                                                                                               : 0;
        case EVENT_IDLE_CLOSED:
                return SHORTEST_LIMIT_MS;
        case EVENT_CLOSED:
                return MS_PER_SECOND;
        default:
                return 0;
        }
}

/* By the JID alone: the session it was bound to, or one without an id. */
static int assign_by_jid(struct builder *builder, const struct bindings *bindings, const struct event *event,
                         struct str jid) {
        struct timeline *timeline = builder->timeline;
        struct str node = event_input(timeline, event)->node, jid_key;
        struct session *session;
        struct buf folded;
        size_t known;
        int r;

        buf_init(&folded, jid.n);
        r = jid_fold(&folded, jid);
        if (r == 0)
                r = arena_str(&timeline->arena, buf_str(&folded), &jid_key);
        buf_release(&folded);
        if (r < 0)
                return r;
        known = bindings_find(bindings, node, jid_key, event->utc_ms - age_of_session(event));
        if (known != SIZE_MAX) {
                widen(&timeline->sessions[known], event->utc_ms, event->utc_ms);
                return add_event(&timeline->sessions[known], event);
        }
        r = find_nameless(builder, event, node, jid, jid_key, &session);
        return r < 0 || !session ? r : add_event(session, event);
}

/* Which session is an event about? Its id, the id in `domain/SID`, or the JID. */
static int assign_event(struct builder *builder, const struct bindings *bindings, const struct event *event) {
        struct timeline *timeline = builder->timeline;
        struct str sid = { 0 }, jid = { 0 }, key;
        size_t *index = NULL;
        int r;

        event_text(event, FIELD_JID, &jid);
        if (!event_text(event, FIELD_SID, &sid) && jid.n && jid_split(jid).local.n == 0)
                sid = jid_split(jid).resource;
        if (sid.n == 0)
                return jid.n ? assign_by_jid(builder, bindings, event, jid) : 0;
        r = make_key(builder, event_input(timeline, event)->node, sid, &key);
        if (r == 0)
                r = find_key(builder, key, &index);
        return r < 0 || *index == SIZE_MAX ? r : add_event(&timeline->sessions[*index], event);
}

/* The session that a JID had when a member named it last: the one that it was bound
 * to, or else the latest without an id, unless that was over. Samples of a session that
 * is there are folded away, so that no event tells of them. */
static int widen_by_jid(struct builder *builder, const struct bindings *bindings, const struct input *input,
                        const struct segment *segment) {
        struct timeline *timeline = builder->timeline;
        const int64_t last_ms = input_to_utc(input, segment->last_ms);
        const struct str jid_key = str_skip(segment->key, sizeof(JID_KEY) - 1);
        size_t session = bindings_find(bindings, input->node, jid_key, last_ms), *nameless = NULL;
        struct str key;
        int r;

        if (session == SIZE_MAX) {
                r = make_key(builder, input->node, jid_key, &key);
                if (r == 0)
                        r = find_key(builder, key, &nameless);
                if (r < 0 || !nameless || *nameless == SIZE_MAX || is_over(&timeline->sessions[*nameless], last_ms))
                        return r;
                r = pass_outages(builder, nameless, last_ms);
                if (r <= 0)
                        return r;
                session = *nameless;
        }
        widen(&timeline->sessions[session], last_ms, last_ms);
        return 0;
}

/* A member that names a session by its JID alone has seen it as long as any. */
static int widen_all_by_jid(struct builder *builder, const struct bindings *bindings) {
        const struct inputs *inputs = builder->timeline->inputs;
        int r = 0;

        for (size_t i = 0; i < inputs->count; i++) {
                const struct summary *summary = inputs->items[i]->summary;

                for (size_t k = 0; summary && k < summary->segment_count && r == 0; k++)
                        if (summary->segments[k].sid.n == 0)
                                r = widen_by_jid(builder, bindings, inputs->items[i], &summary->segments[k]);
        }
        return r;
}

static int assign_events(struct builder *builder) {
        struct timeline *timeline = builder->timeline;
        struct bindings bindings;
        int r = bindings_list(&bindings, timeline);

        for (size_t i = 0; i < timeline->event_count && r == 0; i++)
                if (event_kind_is_of_session(event_kind(timeline->events[i])))
                        r = assign_event(builder, &bindings, timeline->events[i]);
        if (r == 0)
                r = widen_all_by_jid(builder, &bindings);
        bindings_release(&bindings);
        return r;
}

/* ------------------------------------------------------------- orders */

static int compare_sessions(const void *a, const void *b) {
        const struct session *x = a, *y = b;
        int r = x->first_ms < y->first_ms ? -1 : x->first_ms > y->first_ms;

        if (r == 0)
                r = str_cmp(x->node, y->node);
        if (r == 0)
                r = str_cmp(x->sid, y->sid);
        return r ? r : str_cmp(x->jid_key, y->jid_key);
}

/* Samples and closures stand in different files with stamps of whole seconds:
 * within one second, the closure comes last. */
static int compare_session_events(const void *a, const void *b) {
        const struct event *x = *(const struct event *const *)a, *y = *(const struct event *const *)b;
        int64_t x_second = time_floor_second(x->utc_ms), y_second = time_floor_second(y->utc_ms);
        int x_end = event_kind(x) == EVENT_IDLE_CLOSED || event_kind(x) == EVENT_CLOSED;
        int y_end = event_kind(y) == EVENT_IDLE_CLOSED || event_kind(y) == EVENT_CLOSED;

        if (x_second != y_second)
                return x_second < y_second ? -1 : 1;
        if (x_end != y_end)
                return x_end - y_end;
        return event_compare(x, y);
}

/* Addresses in the session's own records are its own. Without those, one needs at
 * least two votes and half of the session's polls. */
static int choose_addresses(struct timeline *timeline, struct session *session, const struct sums *sums) {
        const struct tally *tally = sums->named_ips.count ? &sums->named_ips : &sums->ip_votes;

        session->polls = ridset_size(&sums->rids);
        if (tally->count == 0)
                return 0;
        session->ips = arena_zalloc(&timeline->arena, tally->count * sizeof(*session->ips));
        if (!session->ips)
                return -ENOMEM;
        for (size_t i = 0; i < tally->count; i++) {
                const struct vote *vote = &tally_votes(tally)[i];
                struct str address = intern_str(&timeline->words, (uint32_t)vote->key);

                if (tally == &sums->named_ips ||
                    (vote->count >= MIN_ADDRESS_VOTES && vote->count * 2 >= session->polls))
                        session->ips[session->ip_count++] = (struct session_ip){ address, vote->count };
        }
        return 0;
}

static int finish_sessions(struct timeline *timeline) {
        int r = 0;

        if (timeline->session_count)
                qsort(timeline->sessions, timeline->session_count, sizeof(*timeline->sessions), compare_sessions);
        for (size_t i = 0; i < timeline->session_count && r == 0; i++) {
                struct session *session = &timeline->sessions[i];

                if (session->event_count)
                        qsort(session->events, session->event_count, sizeof(*session->events), compare_session_events);
                r = runs_find(timeline, session);
        }
        return r < 0 ? r : sessions_end(timeline);
}

static void release_sums(struct builder *builder) {
        for (size_t i = 0; i < builder->timeline->session_count; i++) {
                ridset_release(&builder->sums[i].rids);
                tally_release(&builder->sums[i].ip_votes);
                tally_release(&builder->sums[i].named_ips);
        }
        free(builder->sums);
}

int sessions_build(struct timeline *timeline) {
        struct builder builder = { .timeline = timeline };
        int r;

        intern_init(&builder.keys);
        buf_init(&builder.scratch, 16 * 1024 * 1024);
        r = merge_segments(&builder);
        if (r == 0)
                r = assign_events(&builder);
        for (size_t i = 0; i < timeline->session_count && r == 0; i++)
                r = choose_addresses(timeline, &timeline->sessions[i], &builder.sums[i]);
        release_sums(&builder);
        intern_release(&builder.keys);
        buf_release(&builder.scratch);
        free(builder.session_of_key);
        return r < 0 ? r : finish_sessions(timeline);
}
