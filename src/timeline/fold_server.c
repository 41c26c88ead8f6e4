#include <errno.h>
#include <stdlib.h>

#include "timeline/fold_parts.h"

/* Far more sessions than a server has. */
enum { MAX_UNKNOWN_SIDS = 64 * 1024 };

static int add_to_tail(struct fold *fold, struct server_tail *tail, const struct event *event) {
        if (!tail->latest)
                tail->latest = calloc(SERVER_KEPT, sizeof(*tail->latest));
        if (!tail->latest)
                return -ENOMEM;
        fold->summary->server_dropped += tail->count >= 2 * SERVER_KEPT;
        return fold_hold(fold, &tail->latest[tail->count % SERVER_KEPT], event);
}

/* A server in trouble says the same thousands of times: of one rule the first few and
 * the last few tell the story. */
int fold_server_event(struct fold *fold, const struct event *event) {
        struct server_tail *tail;
        int r;

        if (event->rule->server == SERVER_NOTHING && event_kind(event) == EVENT_OTHER)
                return 0; /* the words of the others are the analysis's own */
        if (!fold->tails)
                fold->tails = calloc(fold->ruleset->count, sizeof(*fold->tails));
        if (!fold->tails)
                return -ENOMEM;
        tail = &fold->tails[event->rule->index];
        r = tail->count < SERVER_KEPT ? fold_keep(fold, event) : add_to_tail(fold, tail, event);
        tail->count++;
        return r;
}

/* A client may ask for a session that is gone again and again: once is enough. */
int fold_unknown_session(struct fold *fold, const struct event *event) {
        size_t known = fold->unknown_sids.count;
        struct str sid;
        uint32_t id;
        int r;

        if (known == MAX_UNKNOWN_SIDS || !event_text(event, FIELD_SID, &sid) || !fold_has_room(fold, event))
                return 0;
        r = intern_add(&fold->unknown_sids, sid, &id);
        return r < 0 || fold->unknown_sids.count == known ? r : fold_keep(fold, event);
}

/* What signatures want is kept beyond that, but not listed: of each rule the middle. */
static int unlist_middles(struct fold *fold) {
        struct summary *summary = fold->summary;
        uint64_t *seen = calloc(fold->ruleset->count, sizeof(*seen));
        uint64_t *all = calloc(fold->ruleset->count, sizeof(*all));

        for (size_t i = 0; seen && all && i < summary->event_count; i++)
                all[summary->events[i].rule->index]++;
        for (size_t i = 0; seen && all && i < summary->event_count; i++) {
                struct event *event = &summary->events[i];
                const uint64_t at = seen[event->rule->index]++;

                if (event->rule->server == SERVER_NOTHING || !event->rule->kept || at < SERVER_KEPT ||
                    at + SERVER_KEPT >= all[event->rule->index])
                        continue;
                event->unlisted = true;
                summary->server_dropped++;
        }
        free(seen);
        free(all);
        return seen && all ? 0 : -ENOMEM;
}

int fold_server_finish(struct fold *fold) {
        int r = 0;

        for (size_t i = 0; fold->tails && i < fold->ruleset->count; i++)
                for (size_t k = 0; fold->tails[i].latest && k < SERVER_KEPT && r == 0; k++)
                        if (fold->tails[i].latest[k].set)
                                r = fold_keep_held(fold, &fold->tails[i].latest[k]);
        return r < 0 ? r : unlist_middles(fold);
}

void fold_server_release(struct fold *fold) {
        for (size_t i = 0; fold->tails && i < fold->ruleset->count; i++) {
                for (size_t k = 0; fold->tails[i].latest && k < SERVER_KEPT; k++)
                        held_release(&fold->tails[i].latest[k]);
                free(fold->tails[i].latest);
        }
        free(fold->tails);
        intern_release(&fold->unknown_sids);
}
