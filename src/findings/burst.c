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

bool is_silence(const struct run *run) {
        return run->peak_idle_ms >= REPORTED_IDLE_MS || run->outcome == OUTCOME_CLOSED;
}

static bool is_silent_at(const struct session *session, int64_t at_ms) {
        for (size_t i = 0; i < session->run_count; i++) {
                const struct run *run = &session->runs[i];

                if (is_silence(run) && run->silent_since_ms < at_ms && run->ended_ms > at_ms)
                        return true;
        }
        return false;
}

bool is_open_at(const struct session *session, int64_t at_ms) {
        return session->first_ms <= at_ms && session->last_ms >= at_ms - SEEN_OPEN_MS &&
               (session->closed_ms == TIME_UNKNOWN || session->closed_ms > at_ms) && !is_silent_at(session, at_ms);
}

uint64_t count_open(const struct scene *scene, int64_t at_ms) {
        return openings_at(&scene->openings, 0, at_ms);
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

/* ------------------------------------------------------------- shares */

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

/* A victim that signed in after the first fell silent was open too. */
static struct share share_of(const struct scene *scene, size_t first, uint64_t victims, uint32_t number,
                             struct str prefix) {
        uint64_t open = openings_at(&scene->openings, number, scene->victims[first].at_ms);

        return (struct share){ .prefix = prefix, .victims = victims, .open = open < victims ? victims : open };
}

/* Count the window's victims by prefix. How many there are in all. */
static uint64_t count_victims(const struct scene *scene, size_t first, size_t last) {
        uint64_t all = 0;

        for (size_t i = first; i <= last; i++) {
                size_t count;
                const uint32_t *numbers = openings_prefixes(&scene->openings, scene->victims[i].place, &count);

                if (scene->victims[i].told)
                        continue;
                all++;
                for (size_t k = 0; k < count; k++)
                        scene->tally[numbers[k]]++;
        }
        return all;
}

static void forget_victims(const struct scene *scene, size_t first, size_t last) {
        for (size_t i = first; i <= last; i++) {
                size_t count;
                const uint32_t *numbers = openings_prefixes(&scene->openings, scene->victims[i].place, &count);

                for (size_t k = 0; k < count; k++)
                        scene->tally[numbers[k]] = 0;
        }
}

/* Against the prefix of so many octets of one victim's address, unless it was tried. */
static void try_prefix(const struct scene *scene, size_t first, size_t at, int octets, struct share *best) {
        struct str prefix = address_prefix(session_address(scene->victims[at].session), octets);
        size_t count;
        const uint32_t *numbers = openings_prefixes(&scene->openings, scene->victims[at].place, &count);
        const uint32_t number = prefix.n ? numbers[octets < 4 ? (size_t)octets - 1 : count - 1] : 0;
        struct share share;

        if (prefix.n == 0 || scene->tally[number] < BURST_MIN)
                return;
        share = share_of(scene, first, scene->tally[number], number, prefix);
        scene->tally[number] = 0;
        if (reaches(&share, POLL_PERCENT) && is_better(&share, best))
                *best = share;
}

struct share best_share(const struct scene *scene, size_t first, size_t last) {
        struct share best = { 0 }, whole;
        uint64_t victims = count_victims(scene, first, last);

        whole = share_of(scene, first, victims, 0, (struct str){ 0 });
        if (reaches(&whole, POLL_PERCENT))
                best = whole;
        for (int octets = 1; octets <= 4 && victims >= BURST_MIN; octets++)
                for (size_t i = first; i <= last; i++)
                        try_prefix(scene, first, i, octets, &best);
        forget_victims(scene, first, last);
        return best;
}

/* ------------------------------------------------------------- scope */

/* How many of the burst's desktops are open all the same. */
static uint64_t count_open_victims(const struct scene *scene, const struct burst *burst, int64_t at_ms) {
        uint64_t count = 0;

        for (size_t i = 0; i < burst->count; i++) {
                const struct victim *victim = burst->victims[i];

                count += !scene->seen[victim->place] && is_open_at(victim->session, at_ms);
                scene->seen[victim->place] = true;
        }
        for (size_t i = 0; i < burst->count; i++)
                scene->seen[burst->victims[i]->place] = false;
        return count;
}

/* Do all victims have the prefix, and nobody who stayed? */
static bool separates(const struct scene *scene, const struct burst *burst, struct str prefix) {
        const uint32_t number = intern_find(&scene->openings.prefixes, prefix);
        int64_t at_ms = burst->victims[burst->count - 1]->at_ms;

        for (size_t i = 0; i < burst->count; i++)
                if (!is_in_prefix(session_address(burst->victims[i]->session), prefix))
                        return false;
        return openings_at(&scene->openings, number, at_ms) == count_open_victims(scene, burst, at_ms);
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
