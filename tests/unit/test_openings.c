/* How many are open at a moment, against asking every session. */
#include "stream_support.h"

#include <stdio.h>

#include "findings/burst.h"

enum { SESSIONS = 40, RUNS = 3, LAST_MS = 400 * 1000 };

struct crowd {
        struct session sessions[SESSIONS];
        const struct session *list[SESSIONS];
        struct run runs[SESSIONS][RUNS];
        struct session_ip ips[SESSIONS][2];
        char addresses[SESSIONS][32];
};

static int64_t some_moment(uint32_t *seed) {
        return (int64_t)next_random(seed, LAST_MS / 1000) * 1000;
}

/* Silences may touch, overlap, last no time, or lie outside of the session. */
static void make_session(struct crowd *crowd, size_t i, uint32_t *seed) {
        struct session *session = &crowd->sessions[i];

        *session = (struct session){ .first_ms = some_moment(seed), .closed_ms = TIME_UNKNOWN };
        session->last_ms = session->first_ms + some_moment(seed) / 2;
        if (next_random(seed, 2))
                session->closed_ms = some_moment(seed);
        session->runs = crowd->runs[i];
        session->run_count = next_random(seed, RUNS + 1);
        for (size_t k = 0; k < session->run_count; k++)
                session->runs[k] = (struct run){
                        .silent_since_ms = some_moment(seed),
                        .ended_ms = some_moment(seed),
                        .peak_idle_ms = next_random(seed, 2) ? 30000 : 1000,
                        .outcome = next_random(seed, 4) ? OUTCOME_RECOVERED : OUTCOME_CLOSED,
                };
        snprintf(crowd->addresses[i], sizeof(crowd->addresses[i]), next_random(seed, 9) ? "10.5.%u.%u" : "2001::%u:%u",
                 (unsigned)next_random(seed, 3), (unsigned)next_random(seed, 4));
        session->ips = crowd->ips[i];
        session->ips[0].address = session->ips[1].address = str_from(crowd->addresses[i]);
        session->ip_count = 1 + (next_random(seed, 8) == 0); /* of two nobody knows which */
        crowd->list[i] = session;
}

static uint64_t ask_all(const struct crowd *crowd, struct str prefix, int64_t at_ms) {
        uint64_t count = 0;

        for (size_t i = 0; i < SESSIONS; i++)
                count += (prefix.n == 0 || is_in_prefix(session_address(crowd->list[i]), prefix)) &&
                         is_open_at(crowd->list[i], at_ms);
        return count;
}

static void they_are_as_many_as_say_so(void **state) {
        static struct crowd crowd;
        uint32_t seed = 7;

        (void)state;
        for (int round = 0; round < 8; round++) {
                struct openings openings;

                for (size_t i = 0; i < SESSIONS; i++)
                        make_session(&crowd, i, &seed);
                assert_int_equal(openings_make(&openings, crowd.list, SESSIONS), 0);
                for (uint32_t prefix = 0; prefix < openings.prefixes.count; prefix++)
                        for (int64_t at = -1000; at <= LAST_MS * 2; at += 1000)
                                assert_int_equal(openings_at(&openings, prefix, at),
                                                 ask_all(&crowd, intern_str(&openings.prefixes, prefix), at));
                openings_release(&openings);
        }
}

static void a_session_knows_its_prefixes(void **state) {
        struct session_ip ip = { .address = STR("10.5.210.7") };
        struct session session = { .ips = &ip, .ip_count = 1, .closed_ms = TIME_UNKNOWN };
        const struct session *list[] = { &session };
        struct openings openings;
        const uint32_t *numbers;
        size_t count;

        (void)state;
        assert_int_equal(openings_make(&openings, list, 1), 0);
        numbers = openings_prefixes(&openings, 0, &count);
        assert_int_equal(count, 4);
        for (size_t i = 0; i < count; i++)
                assert_true(str_eq(intern_str(&openings.prefixes, numbers[i]), address_prefix(ip.address, (int)i + 1)));
        openings_release(&openings);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(they_are_as_many_as_say_so),
                cmocka_unit_test(a_session_knows_its_prefixes),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
