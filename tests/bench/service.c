#include "bench/service.h"

#include <stdlib.h>

enum {
        ROUND_S = 30,
        REAPER_S = 7,    /* the reaper's second of each round; no poll is due in it */
        REAPER_MS = 400, /* and its millisecond */
        THRESHOLD_MS = 60000,
        TURNS_UNTIL_BACK = 2,
        TURNS_UNTIL_SIGN_IN = 4,
        TURNS_BETWEEN_SILENCES = 2048,
};

static const int64_t START_S = 1497638000;

struct service {
        struct log *log;
        const struct layout *layout;
        struct session *sessions;
        unsigned n;
        unsigned due[ROUND_S + 1]; /* sessions by phase: those of second s are [due[s], due[s + 1]) */
        uint32_t opened;
        uint64_t turns; /* of clients that poll */
};

/* No two sessions have the same id: an odd factor only shuffles the numbers. */
static uint32_t new_sid(struct service *service) {
        return ++service->opened * 2654435761u;
}

static void sign_in(struct service *service, struct session *session) {
        session->sid = new_sid(service);
        session->rid = 100000000 + log_random(service->log) % 800000000;
        session->client = CLIENT_POLLS;
        service->layout->sign_in(service->log, session);
        service->log->sessions++;
}

static int by_phase(const void *left, const void *right) {
        const struct session *a = left, *b = right;

        return a->phase_ms != b->phase_ms ? (a->phase_ms < b->phase_ms ? -1 : 1) : (a->number < b->number ? -1 : 1);
}

static void set_up(struct service *service) {
        for (unsigned i = 0; i < service->n; i++) {
                struct session *session = &service->sessions[i];
                unsigned second = (REAPER_S + 1 + log_random(service->log) % (ROUND_S - 1)) % ROUND_S;

                session->number = i;
                session->phase_ms = second * 1000 + log_random(service->log) % 1000;
                session->client = CLIENT_CLOSED;
                session->turns = 1;
        }
        qsort(service->sessions, service->n, sizeof(*service->sessions), by_phase);
        for (unsigned second = 0, i = 0; second <= ROUND_S; second++) {
                while (i < service->n && service->sessions[i].phase_ms < second * 1000) {
                        i++;
                }
                service->due[second] = i;
        }
}

static void request(struct service *service, struct session *session) {
        session->rid++;
        service->layout->request(service->log, session);
        service->log->polls++;
}

static void fall_silent(struct session *session, int64_t ms, int is_closed) {
        session->client = CLIENT_SILENT;
        session->answered_ms = ms;
        session->turns = is_closed ? TURNS_UNTIL_SIGN_IN : TURNS_UNTIL_BACK;
}

static void turn(struct service *service, struct session *session, int64_t ms) {
        if (session->client == CLIENT_POLLS) {
                service->layout->answer(service->log, session);
                if (++service->turns % TURNS_BETWEEN_SILENCES == 0) {
                        fall_silent(session, ms, service->turns / TURNS_BETWEEN_SILENCES % 2 == 1);
                        return;
                }
        } else if (--session->turns > 0) {
                return;
        } else if (session->client == CLIENT_CLOSED) {
                sign_in(service, session);
        } else {
                session->client = CLIENT_POLLS;
                service->log->recoveries++;
        }
        request(service, session);
}

/* A held poll shows as 0, or as a few ms less than none. */
static int64_t held_ms(struct log *log) {
        uint32_t random = log_random(log) % 8;

        return random < 3 ? -(int64_t)random : 0;
}

static void look_at(struct service *service, struct session *session, int64_t ms) {
        int64_t idle_ms = session->client == CLIENT_POLLS ? held_ms(service->log) : ms - session->answered_ms;

        service->layout->sample(service->log, session, idle_ms);
        if (idle_ms > THRESHOLD_MS) {
                service->layout->closure(service->log, session);
                service->log->closures++;
                session->client = CLIENT_CLOSED;
        }
}

static void reap(struct service *service, int64_t ms) {
        for (unsigned i = 0; i < service->n && !log_is_full(service->log); i++) {
                if (service->sessions[i].client != CLIENT_CLOSED) {
                        look_at(service, &service->sessions[i], ms);
                }
        }
}

static void second(struct service *service, int64_t at_s, unsigned of_round) {
        log_at(service->log, at_s);
        if (of_round == REAPER_S) {
                service->layout->tick(service->log, &service->sessions[0], at_s * 1000 + REAPER_MS);
                reap(service, at_s * 1000 + REAPER_MS);
        }
        for (unsigned i = service->due[of_round]; i < service->due[of_round + 1] && !log_is_full(service->log); i++) {
                struct session *session = &service->sessions[i];

                turn(service, session, at_s * 1000 + session->phase_ms % 1000);
        }
}

void write_service(struct log *log, unsigned agents, const struct layout *layout) {
        struct service service = { .log = log, .layout = layout, .n = agents };

        service.sessions = calloc(agents, sizeof(*service.sessions));
        if (!service.sessions) {
                abort();
        }
        set_up(&service);
        for (unsigned i = 0; !log_is_full(log); i++) {
                second(&service, START_S + i, i % ROUND_S);
        }
        free(service.sessions);
}
