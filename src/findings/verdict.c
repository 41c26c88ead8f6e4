#include "findings/verdict.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "findings/burst.h"
#include "findings/coincidence.h"

enum {
        HELD_PERCENT = 80,    /* bursts and restarts hold at least this: not the clients */
        SINGLE_PERCENT = 20,  /* ... at most this: the clients */
        COVERED_PERCENT = 90, /* the decisive logs cover at least this of the time */
        MANY = 3,             /* incidents that make a verdict sure */
};

const char *verdict_name(enum verdict verdict) {
        static const char *const names[] = { "client_side", "server_side", "network_segment",
                                             "mixed",       "none",        "undetermined" };

        return names[verdict];
}

/* What is weighed. */
struct weights {
        uint64_t closures, forced; /* of signed-in agents */
        uint64_t held;             /* of these, by bursts and restarts */
        uint64_t segment;          /* of these, by bursts of a part of the network */
        uint64_t bursts, restarts;
        uint64_t known;   /* of the forced ones, those whose cause is known */
        int64_t *singles; /* when those fell silent, or were closed, whose closure nothing holds */
        size_t single_count, single_capacity;
};

/* ------------------------------------------------------------- holding */

/* By session: what holds its closure. NULL: nothing. */
struct holders {
        const struct finding **of_session;
        const struct finding **others; /* restarts, and bursts that have no samples */
        size_t other_count;
};

static void hold(struct holders *holders, const struct timeline *timeline, const struct finding *burst) {
        for (size_t i = 0; i < burst->burst->count; i++) {
                const struct victim *victim = burst->burst->victims[i];
                const struct session *session = victim->session;

                if (!session || !session->closure)
                        continue;
                /* Another silence of the session than the one that closed it is another story. */
                if (victim->run &&
                    (session->closure_run == SIZE_MAX || victim->run != &session->runs[session->closure_run]))
                        continue;
                holders->of_session[session - timeline->sessions] = burst;
        }
}

static bool lost_in(const struct finding *burst, const struct event *loss) {
        for (size_t i = 0; loss && i < burst->burst->count; i++)
                if (burst->burst->victims[i]->event == loss)
                        return true;
        return false;
}

/* What holds a forced logout: the burst or restart in which the desktop was lost. */
static const struct finding *holder_of_forced(const struct timeline *timeline, const struct holders *holders,
                                              const struct finding *forced) {
        const struct session *closed = forced->forced->closed;

        if (closed && holders->of_session[closed - timeline->sessions])
                return holders->of_session[closed - timeline->sessions];
        for (size_t i = 0; i < holders->other_count; i++) {
                const struct finding *other = holders->others[i];

                if (other->kind == FINDING_SERVER_RESTART && forced->outage == other->outage && other->outage)
                        return other;
                if (other->kind == FINDING_MASS_DISCONNECT && lost_in(other, forced->forced->loss))
                        return other;
        }
        return NULL;
}

static int list_holders(const struct findings *findings, const struct timeline *timeline, struct holders *holders) {
        holders->of_session = calloc(timeline->session_count + 1, sizeof(*holders->of_session));
        holders->others = calloc(findings->count + 1, sizeof(*holders->others));
        if (!holders->of_session || !holders->others)
                return -ENOMEM;
        for (size_t i = 0; i < findings->count; i++) {
                const struct finding *finding = &findings->items[i];

                if (finding->kind == FINDING_MASS_DISCONNECT)
                        hold(holders, timeline, finding);
                if (finding->kind == FINDING_SERVER_RESTART ||
                    (finding->kind == FINDING_MASS_DISCONNECT && finding->burst->shape == SHAPE_CLOSURES))
                        holders->others[holders->other_count++] = finding;
        }
        return 0;
}

/* A part of the network: one prefix was cut off, or more desktops stayed than were lost,
 * which no fault of the server does. */
static bool is_of_a_segment(const struct finding *holder) {
        const struct burst *burst = holder->kind == FINDING_MASS_DISCONNECT ? holder->burst : NULL;
        const char *cause = burst ? burst_cause(burst) : NULL;

        if (!burst)
                return false;
        return cause ? strcmp(cause, "network_segment") == 0 : burst->count * 2 < burst->open;
}

static void weigh_holder(struct weights *weights, const struct finding *holder) {
        if (!holder)
                return;
        weights->held++;
        weights->segment += is_of_a_segment(holder);
}

static int weigh_closure(struct weights *weights, const struct finding *closure, const struct finding *holder) {
        int r = array_reserve(&weights->singles, &weights->single_capacity, weights->single_count + 1,
                              sizeof(*weights->singles));

        weights->closures++;
        weigh_holder(weights, holder);
        if (r == 0 && !holder)
                weights->singles[weights->single_count++] =
                        closure->start_ms != TIME_UNKNOWN ? closure->start_ms : closure->end_ms;
        return r;
}

static int weigh(const struct findings *findings, const struct timeline *timeline, struct weights *weights) {
        struct holders holders = { 0 };
        int r = list_holders(findings, timeline, &holders);

        for (size_t i = 0; i < findings->count && r == 0; i++) {
                const struct finding *finding = &findings->items[i];

                weights->bursts += finding->kind == FINDING_MASS_DISCONNECT;
                weights->restarts += finding->kind == FINDING_SERVER_RESTART;
                if (finding->kind == FINDING_IDLE_CLOSURE && finding->agent_index != SIZE_MAX) {
                        r = weigh_closure(weights, finding, holders.of_session[finding->session - timeline->sessions]);
                } else if (finding->kind == FINDING_FORCED_LOGOUT) {
                        weights->forced++;
                        weights->known += finding->forced->cause != CAUSE_UNDETERMINED;
                        weigh_holder(weights, holder_of_forced(timeline, &holders, finding));
                }
        }
        free(holders.of_session);
        free(holders.others);
        return r;
}

/* ------------------------------------------------------------- coverage */

static void whole_time(const struct coverage *coverage, int64_t *ret_from, int64_t *ret_to) {
        *ret_from = *ret_to = TIME_UNKNOWN;
        for (size_t i = 0; i < coverage->cover_count; i++) {
                const struct cover *cover = &coverage->covers[i];

                if (cover->from_ms == TIME_UNKNOWN)
                        continue;
                if (*ret_from == TIME_UNKNOWN || cover->from_ms < *ret_from)
                        *ret_from = cover->from_ms;
                if (*ret_to == TIME_UNKNOWN || cover->to_ms > *ret_to)
                        *ret_to = cover->to_ms;
        }
}

static int add_span(struct spans *spans, int64_t from_ms, int64_t to_ms) {
        int r = array_reserve(&spans->items, &spans->capacity, spans->count + 1, sizeof(*spans->items));

        if (r == 0)
                spans->items[spans->count++] = (struct time_span){ from_ms, to_ms };
        return r;
}

static int add_without_holes(struct spans *spans, const struct cover *cover, int64_t to_ms) {
        int64_t from_ms = cover->from_ms;
        int r = 0;

        for (size_t i = 0; i < cover->holes.count && r == 0; i++) {
                r = add_span(spans, from_ms, cover->holes.items[i].from_ms);
                from_ms = cover->holes.items[i].to_ms;
        }
        return r < 0 ? r : add_span(spans, from_ms, to_ms);
}

/* When a cover's decisive logs speak: closures stand in the info log, which does so as
 * long as any log of its service runs. */
static int add_cover(struct spans *spans, const struct cover *cover) {
        const int64_t reach = coverage_reach_ms(cover->family);
        int r = 0;

        if (cover->from_ms == TIME_UNKNOWN)
                return 0;
        if (cover->family == FAMILY_NOTIFICATION)
                return cover->info ? add_without_holes(spans, cover, cover->to_ms + (cover->spans.count ? reach : 0))
                                   : 0;
        for (size_t i = 0; i < cover->spans.count && r == 0; i++)
                r = add_span(spans, cover->spans.items[i].from_ms, cover->spans.items[i].to_ms + reach);
        return r;
}

static int64_t covered_ms(struct spans *spans, int64_t from_ms, int64_t to_ms) {
        int64_t sum = 0;

        spans_merge(spans, 0);
        for (size_t i = 0; i < spans->count; i++) {
                int64_t begin = spans->items[i].from_ms > from_ms ? spans->items[i].from_ms : from_ms;
                int64_t end = spans->items[i].to_ms < to_ms ? spans->items[i].to_ms : to_ms;

                sum += end > begin ? end - begin : 0;
        }
        return sum;
}

static bool is_within(const struct spans *spans, int64_t ms) {
        for (size_t i = 0; i < spans->count; i++)
                if (ms >= spans->items[i].from_ms && ms <= spans->items[i].to_ms)
                        return true;
        return false;
}

/* How much of the time a family's decisive logs cover, in percent. */
static int percent_covered(const struct timeline *timeline, enum family family, int64_t from_ms, int64_t to_ms,
                           int64_t *ret_percent) {
        const struct coverage *coverage = &timeline->coverage;
        struct spans spans = { 0 };
        int r = 0;

        for (size_t i = 0; i < coverage->cover_count && r == 0; i++)
                if (coverage->covers[i].family == family)
                        r = add_cover(&spans, &coverage->covers[i]);
        if (to_ms > from_ms)
                *ret_percent = covered_ms(&spans, from_ms, to_ms) * 100 / (to_ms - from_ms);
        else /* a moment, or a window that was asked for beyond all logs */
                *ret_percent = is_within(&spans, from_ms) ? 100 : 0;
        spans_release(&spans);
        return r;
}

/* ------------------------------------------------------------- sentences */

__attribute__((format(printf, 2, 3))) static int say(struct findings *findings, const char *format, ...) {
        struct diagnosis *diagnosis = &findings->diagnosis;
        char text[512];
        va_list args;

        if (diagnosis->why_count == DIAGNOSIS_WHY)
                return 0;
        va_start(args, format);
        vsnprintf(text, sizeof(text), format, args);
        va_end(args);
        return arena_str(&findings->arena, str_from(text), &diagnosis->why[diagnosis->why_count++]);
}

static unsigned long long ull(uint64_t n) {
        return n;
}

static int say_restarts(struct findings *findings, const struct weights *weights, int64_t notification) {
        if (weights->restarts)
                return say(findings, "The notification service stopped or crashed %llu time%s.", ull(weights->restarts),
                           weights->restarts == 1 ? "" : "s");
        if (notification < COVERED_PERCENT)
                return say(findings, "Whether the notification service stopped is not in these logs.");
        return say(findings, "The notification service did not stop.");
}

static int say_what_held(struct findings *findings, const struct weights *weights, int64_t notification) {
        uint64_t total = weights->closures + weights->forced;
        int r;

        r = say(findings,
                "%llu of %llu idle closures and forced logouts are single agents at different times; %llu belong to "
                "bursts or restarts of the service.",
                ull(total - weights->held), ull(total), ull(weights->held));
        if (r < 0)
                return r;
        return say_restarts(findings, weights, notification);
}

/* Each burst, as far as there is room; of those that have none, how many. */
static int say_bursts(struct findings *findings, uint64_t bursts) {
        const size_t room = DIAGNOSIS_WHY - findings->diagnosis.why_count;
        uint64_t left = bursts;
        int r = 0;

        for (size_t i = 0; i < findings->count && r == 0; i++) {
                const struct finding *finding = &findings->items[i];
                char at[TIME_RFC3339_BYTES];

                if (finding->kind != FINDING_MASS_DISCONNECT)
                        continue;
                if (bursts > room && findings->diagnosis.why_count == DIAGNOSIS_WHY - 1)
                        return say(findings, "And %llu more bursts, which the findings list.", ull(left));
                left--;
                time_format_utc(finding->start_ms, at);
                r = say(findings, "%s: %.*s", at, (int)finding->why.n, finding->why.p);
        }
        return r;
}

/* Closures of single agents that lie together: not theirs alone, whatever it was. */
static int say_coincidence(struct findings *findings, const struct timeline *timeline, struct weights *weights,
                           int64_t whole_ms) {
        const int64_t window_ms = timeline->ruleset->default_wait_s * MS_PER_SECOND + POLL_SLACK_MS;
        const struct coincidence together =
                coincidence_find(weights->singles, weights->single_count, window_ms, whole_ms);
        char at[TIME_RFC3339_BYTES];

        if (together.count == 0)
                return 0;
        findings->diagnosis.confidence = CONFIDENCE_LOW;
        time_format_utc(together.at_ms, at);
        return say(
                findings,
                "But %llu of these desktops were lost within %lld s of each other, from %s on: too few of those that "
                "were open for a burst, too many for chance.",
                ull(together.count), (long long)(window_ms / MS_PER_SECOND), at);
}

/* ------------------------------------------------------------- verdict */

static enum verdict decide(const struct weights *weights) {
        uint64_t total = weights->closures + weights->forced;

        if (weights->held * 100 >= total * HELD_PERCENT)
                return weights->segment * 2 > weights->held ? VERDICT_NETWORK_SEGMENT : VERDICT_SERVER_SIDE;
        return weights->held * 100 <= total * SINGLE_PERCENT ? VERDICT_CLIENT_SIDE : VERDICT_MIXED;
}

static int say_uncovered(struct findings *findings, int64_t notification, int64_t web) {
        findings->diagnosis.verdict = VERDICT_UNDETERMINED;
        findings->diagnosis.confidence = CONFIDENCE_LOW;
        return say(findings,
                   "The logs that decide do not cover the time: the notification service's info log covers %lld %% of "
                   "it, the web service's log %lld %%; 90 %% are needed.",
                   (long long)notification, (long long)web);
}

static int judge_nothing(struct findings *findings, const struct weights *weights, int64_t notification, int64_t web) {
        int r;

        if (notification < COVERED_PERCENT || web < COVERED_PERCENT)
                return say_uncovered(findings, notification, web);
        findings->diagnosis.verdict = VERDICT_NONE;
        r = say(findings, "No idle closure and no forced logout in the logs, which cover the time.");
        if (r == 0 && weights->restarts)
                r = say(findings, "The notification service stopped or crashed %llu time%s, without either.",
                        ull(weights->restarts), weights->restarts == 1 ? "" : "s");
        return r < 0 ? r : say_bursts(findings, weights->bursts);
}

/* There is something, and the notification service's logs are there. */
static int judge_losses(struct findings *findings, const struct timeline *timeline, struct weights *weights,
                        int64_t notification, int64_t web, int64_t whole_ms) {
        struct diagnosis *diagnosis = &findings->diagnosis;
        int r;

        diagnosis->verdict = decide(weights);
        if (weights->closures + weights->forced < MANY || diagnosis->verdict == VERDICT_MIXED ||
            web < COVERED_PERCENT || weights->known < weights->forced)
                diagnosis->confidence = CONFIDENCE_MEDIUM;
        r = say_what_held(findings, weights, notification);
        if (r == 0 && diagnosis->verdict == VERDICT_CLIENT_SIDE)
                r = say_coincidence(findings, timeline, weights, whole_ms);
        return r < 0 ? r : say_bursts(findings, weights->bursts);
}

static int judge(struct findings *findings, const struct timeline *timeline, struct weights *weights, int64_t from_ms,
                 int64_t to_ms) {
        int64_t notification = 0, web = 0;
        int r = percent_covered(timeline, FAMILY_NOTIFICATION, from_ms, to_ms, &notification);

        if (r == 0)
                r = percent_covered(timeline, FAMILY_WEBSERVICES, from_ms, to_ms, &web);
        if (r == 0)
                r = weigh(findings, timeline, weights);
        if (r < 0)
                return r;
        findings->diagnosis.confidence = CONFIDENCE_HIGH;
        if (weights->closures + weights->forced == 0)
                return judge_nothing(findings, weights, notification, web);
        if (notification >= COVERED_PERCENT)
                return judge_losses(findings, timeline, weights, notification, web, to_ms - from_ms);
        r = say_uncovered(findings, notification, web);
        return r < 0 ? r : say_what_held(findings, weights, notification);
}

int find_verdict(struct findings *findings, const struct timeline *timeline, int64_t from_ms, int64_t to_ms) {
        struct weights weights = { 0 };
        int64_t first_ms, last_ms;
        int r;

        whole_time(&timeline->coverage, &first_ms, &last_ms);
        r = judge(findings, timeline, &weights, from_ms == TIME_UNKNOWN ? first_ms : from_ms,
                  to_ms == TIME_UNKNOWN ? last_ms : to_ms);
        free(weights.singles);
        return r;
}
