/* Where an event or a finding came from: addresses are known of sessions and of agents. */
#include <errno.h>
#include <stdlib.h>

#include "store/store.h"

static int compare_sessions(const void *a, const void *b) {
        const struct view_session *x = *(const struct view_session *const *)a;
        const struct view_session *y = *(const struct view_session *const *)b;
        const int r = str_cmp(x->sid, y->sid);

        return r ? r : str_cmp(x->node, y->node);
}

static int compare_agents(const void *a, const void *b) {
        const struct view_agent *x = *(const struct view_agent *const *)a;
        const struct view_agent *y = *(const struct view_agent *const *)b;

        return str_cmp(x->agent, y->agent);
}

int store_know_addresses(struct store *store) {
        const struct view_sessions *sessions = &store->view->sessions;
        const struct view_agents *agents = &store->view->agents;

        store->sessions = calloc(sessions->count + 1, sizeof(*store->sessions));
        store->agents = calloc(agents->count + 1, sizeof(*store->agents));
        if (!store->sessions || !store->agents)
                return -ENOMEM;
        for (size_t i = 0; i < sessions->count; i++)
                store->sessions[i] = &sessions->items[i];
        for (size_t i = 0; i < agents->count; i++)
                store->agents[i] = &agents->items[i];
        qsort(store->sessions, sessions->count, sizeof(*store->sessions), compare_sessions);
        qsort(store->agents, agents->count, sizeof(*store->agents), compare_agents);
        return 0;
}

static const struct view_session *session_of(const struct store *store, const struct view_finding *finding) {
        const struct view_session wanted = { .sid = finding->sid, .node = finding->node }, *key = &wanted;
        const struct view_session *const *found;

        if (finding->sid.n == 0)
                return NULL;
        found = bsearch(&key, store->sessions, store->view->sessions.count, sizeof(*store->sessions), compare_sessions);
        return found ? *found : NULL;
}

static const struct view_agent *agent_of(const struct store *store, struct str name) {
        const struct view_agent wanted = { .agent = name }, *key = &wanted;
        const struct view_agent *const *found;

        found = bsearch(&key, store->agents, store->view->agents.count, sizeof(*store->agents), compare_agents);
        return found ? *found : NULL;
}

struct str store_address(const struct store *store, const struct line_of *line) {
        const struct view_session *session = line->finding ? session_of(store, line->finding) : line->session;
        const struct view_agent *agent = line->finding ? agent_of(store, line->finding->agent) : line->agent;

        if (session && session->client_ips.count)
                return session->client_ips.items[0];
        if (agent && agent->client_ips.count == 1)
                return agent->client_ips.items[0];
        return STR("");
}
