#include <errno.h>
#include <stdlib.h>

#include "timeline/coverage.h"
#include "timeline/fold_parts.h"
#include "timeline/twins.h"
#include "timeline/unmatched.h"

struct fold *fold_new(const struct ruleset *ruleset, const struct limits *limits, enum family family) {
        struct fold *fold = calloc(1, sizeof(*fold));

        if (!fold)
                return NULL;
        fold->ruleset = ruleset;
        fold->limits = limits;
        fold->family = family;
        fold->client.id = fold->domain = fold->host = INTERN_NONE;
        fold->before_ms = TIME_UNKNOWN;
        intern_init(&fold->keys);
        intern_init(&fold->agents);
        intern_init(&fold->unknown_sids);
        fold->summary = summary_new(ruleset->count);
        if (!fold->summary) {
                free(fold);
                return NULL;
        }
        return fold;
}

void fold_free(struct fold *fold) {
        if (!fold)
                return;
        for (size_t i = 0; i < fold->keys.count; i++)
                fold_session_release(&fold->live[i]);
        fold_server_release(fold);
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

static uint64_t weight(const struct fold *fold) {
        return summary_weight(fold->summary) + fold->held_bytes + intern_bytes(&fold->agents) +
               fold->agents.count * sizeof(*fold->states) + intern_bytes(&fold->unknown_sids) +
               fold->precise_count * sizeof(*fold->precise);
}

static bool has_room(struct fold *fold, uint64_t line, uint64_t offset) {
        struct summary *summary = fold->summary;

        if (summary->event_count + summary->segment_count < fold->limits->max_kept &&
            weight(fold) < fold->limits->max_kept_bytes)
                return true;
        oddity_note(&summary->kept_dropped, 1, line, offset);
        return false;
}

bool fold_has_room(struct fold *fold, const struct event *event) {
        return has_room(fold, event->line, event->offset);
}

int fold_word(struct fold *fold, struct str word, uint64_t line, uint64_t offset, uint32_t *ret_id) {
        *ret_id = intern_find(&fold->summary->words, word);
        if (*ret_id != INTERN_NONE || !has_room(fold, line, offset))
                return 0;
        return intern_add(&fold->summary->words, word, ret_id);
}

int fold_hold(struct fold *fold, struct held_event *held, const struct event *event) {
        const uint32_t before = held->capacity;
        int r = event_hold(held, event);

        if (held->capacity > before && !fold_has_room(fold, event)) {
                held_release(held);
                fold->held_bytes -= before;
        }
        fold->held_bytes += held->capacity > before ? held->capacity - before : 0;
        return r;
}

int fold_keep(struct fold *fold, const struct event *event) {
        struct summary *summary = fold->summary;
        int r;

        if (!fold_has_room(fold, event))
                return 0;
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

int fold_keep_held(struct fold *fold, const struct held_event *held) {
        struct opened_event opened;

        held_open(held, &opened);
        return fold_keep(fold, &opened.event);
}

int fold_keep_once(struct fold *fold, const struct held_event *held, bool *kept) {
        if (!held->set || *kept)
                return 0;
        *kept = true;
        return fold_keep_held(fold, held);
}

/* ------------------------------------------------------------ records */

static void note_hit(struct rule_hits *hits, const struct stamp *stamp) {
        const int64_t at = stamp->local_ms;

        if (hits->first_ms == TIME_UNKNOWN || at < hits->first_ms)
                hits->first_ms = at;
        if (hits->last_ms == TIME_UNKNOWN || at > hits->last_ms)
                hits->last_ms = at;
}

static int note_time(struct fold *fold, int64_t at) {
        struct summary *summary = fold->summary;

        if (summary->first_ms == TIME_UNKNOWN || at < summary->first_ms)
                summary->first_ms = at;
        if (summary->last_ms == TIME_UNKNOWN || at > summary->last_ms)
                summary->last_ms = at;
        return spans_add(&summary->spans, at,
                         fold->family == FAMILY_NOTIFICATION ? SPAN_REACH_MS : coverage_reach_ms(fold->family));
}

/* Where it was set back, the wall clock is unrolled. With a zone in the stamps only
 * a clock that was put right runs backwards: that is noted. */
static int unroll(struct fold *fold, const struct record *record, struct stamp *stamp) {
        struct summary *summary = fold->summary;
        const int64_t before_ms = fold->before_ms;
        int r;

        if (stamp->zone == ZONE_UNKNOWN) {
                const size_t steps = summary->wall.count;

                fold->before_ms = stamp->local_ms;
                r = wall_next(&summary->wall, before_ms, stamp->local_ms, record->line, record->offset);
                /* Too far for a step: told, and taken as it is written. */
                if (r == 0 && steps == summary->wall.count && wall_runs_backwards(before_ms, stamp->local_ms))
                        oddity_note(&summary->backwards, 1, record->line, record->offset);
                stamp->local_ms += wall_back_ms(&summary->wall);
                return r;
        }
        fold->before_ms = time_to_utc(stamp->local_ms, stamp->zone);
        if (wall_runs_backwards(before_ms, fold->before_ms))
                oddity_note(&summary->backwards, 1, record->line, record->offset);
        return 0;
}

static int read_stamp(struct fold *fold, const struct record *record, struct str text) {
        struct stamp stamp;
        int r;

        if (!stamp_parse_after(&fold->before, fold->family, text, &stamp)) {
                oddity_note(&fold->bad_stamps, 1, record->line, record->offset);
                return 0;
        }
        r = unroll(fold, record, &stamp);
        if (r < 0)
                return r;
        fold->stamp = stamp;
        fold->have_stamp = fold->at_stamp = true;
        return note_time(fold, time_to_utc(stamp.local_ms, stamp.zone));
}

void fold_look_ahead(struct fold *fold, struct str head) {
        struct header header;

        while (head.n && !fold->have_stamp) {
                const char *newline = str_find_byte(head, '\n');
                struct str line = str_slice(head.p, newline ? newline : head.p + head.n);

                if (family_header(fold->family, line, &header))
                        fold->have_stamp = stamp_parse(fold->family, span_of(line, header.stamp), &fold->stamp);
                head = str_skip(head, line.n + 1);
        }
}

int fold_list_unmatched(struct fold *fold) {
        fold->summary->unmatched = unmatched_new();
        return fold->summary->unmatched ? 0 : -ENOMEM;
}

/* What a signature wants is kept whatever it means. A log in trouble says the
 * same again and again, so there is a limit. */
static int fold_for_signatures(struct fold *fold, const struct event *event) {
        if (fold->summary->rule_hits[event->rule->index].count > fold->limits->max_signature_events) {
                fold->summary->signature_dropped++;
                return 0;
        }
        return fold_keep(fold, event);
}

static int fold_event(struct fold *fold, struct event *event) {
        if (event_kind_is_of_session(event_kind(event)))
                return fold_session_event(fold, event);
        switch (event_kind(event)) {
        case EVENT_CLIENT_ADDRESS:
                return fold_client_address(fold, event);
        case EVENT_STATISTICS:
                return fold_statistics(fold, event);
        case EVENT_CTI_STATE:
                return fold_state(fold, event);
        case EVENT_CTI_REQUEST:
                return fold_state_request(fold, event);
        case EVENT_PRESENCE_LOGOUT:
                return fold_presence_logout(fold, event);
        case EVENT_SESSION_UNKNOWN:
                return fold_unknown_session(fold, event);
        case EVENT_XMPP_DOWN:
        case EVENT_XMPP_UP:
        case EVENT_OTHER:
                return event->rule->kept ? fold_for_signatures(fold, event) : fold_server_event(fold, event);
        default:
                return fold_keep(fold, event);
        }
}

void fold_named(struct fold *fold, const struct match *match) {
        fold->named = *match;
}

static int fold_name(struct fold *fold, const struct record *record) {
        struct match named = fold->named;
        struct event event;

        fold->named.rule = NULL;
        fold->summary->rule_hits[named.rule->index].count++;
        event_init(&event, record, &fold->stamp, named.rule, named.values);
        return fold_event(fold, &event);
}

/* Of severity 0 to 3: the web service has a log of its own for these. */
static bool is_error(const struct fold *fold, const struct record *record) {
        const struct str level = span_of(record->text, record->header.level);

        return fold->family == FAMILY_WEBSERVICES && level.n == 1 && level.p[0] <= '3';
}

void fold_counted(struct fold *fold, const struct rule *rule, uint64_t count) {
        fold->summary->matched += count;
        fold->summary->rule_hits[rule->index].count += count;
}

/* Neighbouring records mostly share their stamp: it is read once. */
static bool is_at_stamp(struct fold *fold, const struct record *record, struct str stamp) {
        if (!record->same_stamp || !fold->at_stamp)
                fold->at_stamp = stamp_is_same(&fold->before, stamp);
        return fold->at_stamp;
}

/* What does not fit is counted as others, and nothing is lost that the report would tell. */
static int add_unmatched(struct fold *fold, const struct record *record) {
        return unmatched_add(fold->summary->unmatched, fold->limits, record,
                             weight(fold) < fold->limits->max_kept_bytes);
}

int fold_record(struct fold *fold, const struct record *record, const struct rule *rule, const struct value *values) {
        struct str stamp = span_of(record->text, record->header.stamp);
        struct event event;
        int r;

        if (stamp.n && !is_at_stamp(fold, record, stamp)) {
                r = read_stamp(fold, record, stamp);
                if (r < 0)
                        return r;
        }
        if (fold->have_stamp || fold->family == FAMILY_SYSLOG) {
                r = fold_header(fold, record);
                if (r < 0)
                        return r;
        }
        if (fold->have_stamp && fold->named.rule) {
                r = fold_name(fold, record);
                if (r < 0)
                        return r;
        }
        if (!rule)
                return fold->summary->unmatched ? add_unmatched(fold, record) : 0;
        fold_counted(fold, rule, 1);
        /* A record that has no time of its own cannot be placed. */
        if (!fold->have_stamp || stamp.n == 0)
                return 0;
        if (rule->versions.first)
                note_hit(&fold->summary->rule_hits[rule->index], &fold->stamp);
        if (rule->only_counted && !is_error(fold, record))
                return 0;
        event_init(&event, record, &fold->stamp, rule, values);
        r = is_error(fold, record) && fold_has_room(fold, &event) ? twins_note(fold->summary, &event) : 0;
        return r < 0 ? r : fold_event(fold, &event);
}

/* ----------------------------------------------------------- finishing */

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

int fold_finish(struct fold *fold, struct summary **ret_summary) {
        struct summary *summary = fold->summary;
        int r = fold_session_edges(fold);

        if (r == 0)
                r = fold_server_finish(fold);
        if (r < 0)
                return r;
        apply_precise_ticks(fold);
        summary_pack(summary);
        if (summary->unmatched)
                unmatched_finish(summary->unmatched);
        fold->summary = NULL;
        *ret_summary = summary;
        return 0;
}
