#include "findings/burst.h"

#include <stdio.h>

#include "timeline/fold.h"

const char *shape_name(enum burst_shape shape) {
        static const char *const names[] = { "instant", "within_a_poll", "closures" };

        return names[shape];
}

const char *burst_cause(const struct burst *burst) {
        if (burst->scope[0] == '\0')
                return NULL;
        return strcmp(burst->scope, "all") == 0 ? "server_side" : "network_segment";
}

/* ------------------------------------------------------------- who is open */

static bool is_silent_at(const struct session *session, int64_t at_ms) {
        for (size_t i = 0; i < session->run_count; i++) {
                const struct run *run = &session->runs[i];

                if ((run->peak_idle_ms >= REPORTED_IDLE_MS || run->outcome == OUTCOME_CLOSED) &&
                    run->silent_since_ms < at_ms && run->ended_ms > at_ms)
                        return true;
        }
        return false;
}

bool is_open_at(const struct session *session, int64_t at_ms) {
        return session->first_ms <= at_ms && session->last_ms >= at_ms - SEEN_OPEN_MS &&
               (session->closed_ms == TIME_UNKNOWN || session->closed_ms > at_ms) && !is_silent_at(session, at_ms);
}

uint64_t count_open(const struct scene *scene, int64_t at_ms) {
        uint64_t count = 0;

        for (size_t i = 0; i < scene->session_count; i++)
                count += is_open_at(scene->sessions[i], at_ms);
        return count;
}

/* ------------------------------------------------------------- addresses */

struct str session_address(const struct session *session) {
        return session->ip_count == 1 ? session->ips[0].address : (struct str){ 0 };
}

struct str address_prefix(struct str address, int octets) {
        int dots = 0;

        if (octets >= 4)
                return address;
        for (size_t i = 0; i < address.n; i++) {
                if (address.p[i] == '.' && ++dots == octets)
                        return str_first(address, i);
                if (address.p[i] != '.' && !byte_is_digit(address.p[i]))
                        break;
        }
        return (struct str){ 0 };
}

bool is_in_prefix(struct str address, struct str prefix) {
        return str_starts(address, prefix) && (address.n == prefix.n || address.p[prefix.n] == '.');
}

static bool is_of(const struct session *session, struct str prefix) {
        return prefix.n == 0 || is_in_prefix(session_address(session), prefix);
}

/* ------------------------------------------------------------- shares */

static struct share share_of(const struct scene *scene, size_t first, size_t last, struct str prefix) {
        struct share share = { .prefix = prefix };
        int64_t at_ms = scene->victims[first].at_ms;

        for (size_t i = first; i <= last; i++)
                share.victims += !scene->victims[i].told && is_of(scene->victims[i].session, prefix);
        if (share.victims < BURST_MIN)
                return share;
        for (size_t i = 0; i < scene->session_count; i++)
                share.open += is_of(scene->sessions[i], prefix) && is_open_at(scene->sessions[i], at_ms);
        /* A victim that signed in after the first fell silent was open too. */
        if (share.open < share.victims)
                share.open = share.victims;
        return share;
}

static bool reaches(const struct share *share, uint64_t percent) {
        return share->victims >= BURST_MIN && share->victims * 100 >= share->open * percent;
}

/* Nearly all of a prefix says more than half of a wider one with strangers in it. */
static bool is_better(const struct share *share, const struct share *best) {
        bool whole = reaches(share, ALL_PERCENT), best_whole = reaches(best, ALL_PERCENT);

        if (whole != best_whole)
                return whole;
        return share->victims > best->victims;
}

static bool was_tried(const struct scene *scene, size_t first, size_t at, struct str prefix) {
        for (size_t i = first; i < at; i++)
                if (is_in_prefix(session_address(scene->victims[i].session), prefix))
                        return true;
        return false;
}

struct share best_share(const struct scene *scene, size_t first, size_t last) {
        struct share best = { 0 }, whole = share_of(scene, first, last, (struct str){ 0 });

        if (whole.victims < BURST_MIN)
                return best;
        if (reaches(&whole, POLL_PERCENT))
                best = whole;
        for (int octets = 1; octets <= 4; octets++) {
                for (size_t i = first; i <= last; i++) {
                        struct str prefix = address_prefix(session_address(scene->victims[i].session), octets);
                        struct share share;

                        if (prefix.n == 0 || was_tried(scene, first, i, prefix))
                                continue;
                        share = share_of(scene, first, last, prefix);
                        if (reaches(&share, POLL_PERCENT) && is_better(&share, &best))
                                best = share;
                }
        }
        return best;
}

/* ------------------------------------------------------------- scope */

static bool is_victim(const struct burst *burst, const struct session *session) {
        for (size_t i = 0; i < burst->count; i++)
                if (burst->victims[i]->session == session)
                        return true;
        return false;
}

/* Do all victims have the prefix, and nobody who stayed? */
static bool separates(const struct scene *scene, const struct burst *burst, struct str prefix) {
        int64_t at_ms = burst->victims[burst->count - 1]->at_ms;

        for (size_t i = 0; i < burst->count; i++)
                if (!is_in_prefix(session_address(burst->victims[i]->session), prefix))
                        return false;
        for (size_t i = 0; i < scene->session_count; i++) {
                const struct session *session = scene->sessions[i];

                if (is_in_prefix(session_address(session), prefix) && is_open_at(session, at_ms) &&
                    !is_victim(burst, session))
                        return false;
        }
        return true;
}

void find_scope(const struct scene *scene, struct burst *burst) {
        struct str address =
                burst->victims[0]->session ? session_address(burst->victims[0]->session) : (struct str){ 0 };

        if (burst->open && burst->count * 100 >= burst->open * ALL_PERCENT) {
                snprintf(burst->scope, sizeof(burst->scope), "all");
                return;
        }
        for (int octets = 4; octets >= 1 && address.n; octets--) {
                struct str prefix = address_prefix(address, octets);

                if (prefix.n && prefix.n < sizeof(burst->scope) && separates(scene, burst, prefix)) {
                        snprintf(burst->scope, sizeof(burst->scope), "%.*s", (int)prefix.n, prefix.p);
                        return;
                }
        }
}
