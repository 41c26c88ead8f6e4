#include "timeline/pairs.h"

#include <stdlib.h>

#include "base/order.h"
#include "timeline/jid.h"

enum {
        SAME_END_MS = 2000,                   /* records of one end: the closure, "is closed", the goodbye */
        MAX_PER_AGENT = 200,                  /* the latest: logs are collected at one time */
        MAX_PAIRS = 1024 * 1024,              /* enough; they are listed agent by agent */
        WIDEST_MS = (18 * 3600 + 300) * 1000, /* the largest offset, and a skew */
        BESIDE_MS = 4000,                     /* between a closure and its loss, once offset and skew are known */
};

/* ------------------------------------------------------------- losses */

/* An agent's name as it is compared, in `scratch`; empty when the JID has none. */
static int fold_agent(struct buf *scratch, struct str jid, struct str *ret_name) {
        const struct str local = jid_split(jid).local;
        int r;

        scratch->n = 0;
        r = jid_unescape(scratch, local);
        for (size_t i = 0; i < scratch->n; i++)
                scratch->p[i] = byte_lower(scratch->p[i]);
        *ret_name = buf_str(scratch);
        return r;
}

static bool is_loss(const struct event *event, struct str *ret_jid) {
        struct str presence;

        return event_kind(event) == EVENT_PRESENCE && event_text(event, FIELD_JID, ret_jid) &&
               event_text(event, FIELD_PRESENCE, &presence) && str_eq_nocase(presence, STR("unavailable"));
}

static int add_loss(struct losses *losses, struct buf *scratch, struct str jid, int64_t utc_ms) {
        struct str name;
        uint32_t agent;
        int r = fold_agent(scratch, jid, &name);

        if (r < 0 || name.n == 0)
                return r;
        r = intern_add(&losses->agents, name, &agent);
        if (r == 0)
                r = array_reserve(&losses->items, &losses->capacity, losses->count + 1, sizeof(*losses->items));
        if (r == 0)
                losses->items[losses->count++] = (struct loss){ agent, utc_ms };
        return r;
}

static int compare_losses(const void *a, const void *b) {
        const struct loss *x = a, *y = b;
        const int r = compare_u64(x->agent, y->agent);

        return r ? r : compare_i64(x->utc_ms, y->utc_ms);
}

int losses_list(struct losses *losses, const struct inputs *inputs) {
        struct buf scratch;
        int r = 0;

        *losses = (struct losses){ 0 };
        intern_init(&losses->agents);
        buf_init(&scratch, 16 * 1024 * 1024);
        for (size_t i = 0; i < inputs->count; i++) {
                const struct input *input = inputs->items[i];

                if (!input->summary || input->duplicate_of >= 0 || input->family != FAMILY_WEBSERVICES)
                        continue;
                for (size_t k = 0; k < input->summary->event_count && r == 0; k++) {
                        const struct event *event = &input->summary->events[k];
                        struct str jid;

                        if (is_loss(event, &jid))
                                r = add_loss(losses, &scratch, jid,
                                             time_to_utc(event->stamp.local_ms, event->stamp.zone));
                }
        }
        buf_release(&scratch);
        if (losses->count)
                qsort(losses->items, losses->count, sizeof(*losses->items), compare_losses);
        return r;
}

void losses_release(struct losses *losses) {
        intern_release(&losses->agents);
        free(losses->items);
        *losses = (struct losses){ 0 };
}

static bool is_loss_near(const struct losses *losses, uint32_t agent, int64_t utc_ms) {
        const struct loss earliest = { agent, utc_ms - BESIDE_MS };
        size_t low = 0, high = losses->count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (compare_losses(&losses->items[middle], &earliest) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < losses->count && losses->items[low].agent == agent &&
               losses->items[low].utc_ms <= utc_ms + BESIDE_MS;
}

int losses_beside(const struct losses *losses, const struct input *input, const struct reading *reading,
                  int64_t skew_ms, size_t *ret_closures) {
        const struct summary *summary = input->summary;
        struct buf scratch;
        int r = 0;

        *ret_closures = 0;
        buf_init(&scratch, 16 * 1024 * 1024);
        for (size_t i = 0; i < summary->event_count && r == 0; i++) {
                const struct event *event = &summary->events[i];
                struct str jid, name;
                uint32_t agent;

                if (event_kind(event) != EVENT_IDLE_CLOSED || !event_text(event, FIELD_JID, &jid))
                        continue;
                r = fold_agent(&scratch, jid, &name);
                agent = r == 0 && name.n ? intern_find(&losses->agents, name) : INTERN_NONE;
                if (agent != INTERN_NONE)
                        *ret_closures +=
                                is_loss_near(losses, agent, reading_utc(reading, event->stamp.local_ms) - skew_ms);
        }
        buf_release(&scratch);
        return r;
}

/* ------------------------------------------------------------- endings */

struct ending {
        uint32_t agent;
        int64_t written_ms;
};

/* While a node's are gathered. */
struct gathering {
        const struct losses *losses;
        const struct inputs *inputs;
        struct str node;
        struct intern sids; /* of the node's sessions */
        uint32_t *agents;   /* by sid, INTERN_NONE when nobody that was lost */
        size_t sid_capacity;
        struct ending *items;
        size_t count, capacity;
        struct buf scratch;
};

static bool is_of_node(const struct gathering *gathering, const struct input *input) {
        return input->summary && input->duplicate_of < 0 && input->family == FAMILY_NOTIFICATION &&
               str_eq(input->node, gathering->node);
}

/* The agent of a JID, INTERN_NONE when presence of theirs was never lost. */
static int find_agent(struct gathering *gathering, struct str jid, uint32_t *ret_agent) {
        struct str name;
        int r = fold_agent(&gathering->scratch, jid, &name);

        if (r == 0)
                *ret_agent = name.n ? intern_find(&gathering->losses->agents, name) : INTERN_NONE;
        return r;
}

static int note_sid(struct gathering *gathering, const struct segment *segment) {
        const size_t known = gathering->sids.count;
        uint32_t id;
        int r;

        if (segment->sid.n == 0 || segment->jid.n == 0)
                return 0;
        r = array_reserve(&gathering->agents, &gathering->sid_capacity, known + 1, sizeof(*gathering->agents));
        if (r == 0)
                r = intern_add(&gathering->sids, segment->sid, &id);
        if (r < 0 || gathering->sids.count == known)
                return r;
        return find_agent(gathering, segment->jid, &gathering->agents[id]);
}

static int find_ended(struct gathering *gathering, const struct event *event, uint32_t *ret_agent) {
        struct str text;
        uint32_t id;

        *ret_agent = INTERN_NONE;
        if (event_text(event, FIELD_JID, &text) && jid_split(text).local.n)
                return find_agent(gathering, text, ret_agent);
        if (!event_text(event, FIELD_SID, &text))
                return 0;
        id = intern_find(&gathering->sids, text);
        if (id != INTERN_NONE)
                *ret_agent = gathering->agents[id];
        return 0;
}

static int add_ending(struct gathering *gathering, const struct input *input, const struct event *event) {
        const enum event_kind kind = event_kind(event);
        uint32_t agent;
        int r;

        if (kind != EVENT_IDLE_CLOSED && kind != EVENT_CLOSED && kind != EVENT_TERMINATED)
                return 0;
        r = find_ended(gathering, event, &agent);
        if (r < 0 || agent == INTERN_NONE)
                return r;
        r = array_reserve(&gathering->items, &gathering->capacity, gathering->count + 1, sizeof(*gathering->items));
        if (r == 0)
                gathering->items[gathering->count++] =
                        (struct ending){ agent, wall_written_ms(&input->summary->wall, event->stamp.local_ms) };
        return r;
}

static int compare_endings(const void *a, const void *b) {
        const struct ending *x = a, *y = b;
        const int r = compare_u64(x->agent, y->agent);

        return r ? r : compare_i64(x->written_ms, y->written_ms);
}

/* One end of a session stands in several records, and these in several logs. */
static void drop_copies(struct gathering *gathering) {
        size_t kept = 0;

        if (gathering->count)
                qsort(gathering->items, gathering->count, sizeof(*gathering->items), compare_endings);
        for (size_t i = 0; i < gathering->count; i++) {
                const struct ending *ending = &gathering->items[i];

                if (!kept || ending->agent != gathering->items[kept - 1].agent ||
                    ending->written_ms - gathering->items[kept - 1].written_ms > SAME_END_MS)
                        gathering->items[kept++] = *ending;
        }
        gathering->count = kept;
}

static int gather(struct gathering *gathering) {
        int r = 0;

        for (size_t i = 0; i < gathering->inputs->count; i++) {
                const struct input *input = gathering->inputs->items[i];

                for (size_t k = 0; is_of_node(gathering, input) && k < input->summary->segment_count && r == 0; k++)
                        r = note_sid(gathering, &input->summary->segments[k]);
        }
        for (size_t i = 0; i < gathering->inputs->count; i++) {
                const struct input *input = gathering->inputs->items[i];

                for (size_t k = 0; is_of_node(gathering, input) && k < input->summary->event_count && r == 0; k++)
                        r = add_ending(gathering, input, &input->summary->events[k]);
        }
        drop_copies(gathering);
        return r;
}

/* --------------------------------------------------------------- pairs */

static int add_pair(struct pairs *pairs, uint32_t number, const struct ending *ending, const struct loss *loss) {
        struct pair pair = { .ending = number, .written_ms = ending->written_ms, .utc_ms = loss->utc_ms };
        int r;

        pair.apart_ms = ending->written_ms - loss->utc_ms;
        if (ending->written_ms % MS_PER_SECOND == 0)
                pair.apart_ms += MS_PER_SECOND / 2;
        if (llabs(pair.apart_ms) > WIDEST_MS || pairs->count == MAX_PAIRS)
                return 0;
        r = array_reserve(&pairs->items, &pairs->capacity, pairs->count + 1, sizeof(*pairs->items));
        if (r == 0)
                pairs->items[pairs->count++] = pair;
        return r;
}

static size_t latest(size_t begin, size_t end) {
        return end - begin > MAX_PER_AGENT ? end - MAX_PER_AGENT : begin;
}

/* An agent's endings [i, end) with the agent's losses from `loss` on. */
static int pair_agent(struct pairs *pairs, const struct gathering *gathering, size_t begin, size_t end, size_t loss) {
        const struct losses *losses = gathering->losses;
        const uint32_t agent = gathering->items[begin].agent;
        size_t loss_end = loss;
        int r = 0;

        while (loss_end < losses->count && losses->items[loss_end].agent == agent)
                loss_end++;
        for (size_t i = latest(begin, end); i < end; i++)
                for (size_t k = latest(loss, loss_end); k < loss_end && r == 0; k++)
                        r = add_pair(pairs, (uint32_t)i, &gathering->items[i], &losses->items[k]);
        return r;
}

static int pair_all(struct pairs *pairs, const struct gathering *gathering) {
        const struct losses *losses = gathering->losses;
        size_t loss = 0;
        int r = 0;

        pairs->endings = (uint32_t)gathering->count;
        for (size_t i = 0, end; i < gathering->count && r == 0; i = end) {
                const uint32_t agent = gathering->items[i].agent;

                for (end = i; end < gathering->count && gathering->items[end].agent == agent;)
                        end++;
                while (loss < losses->count && losses->items[loss].agent < agent)
                        loss++;
                r = pair_agent(pairs, gathering, i, end, loss);
        }
        return r;
}

int pairs_list(struct pairs *pairs, const struct losses *losses, const struct inputs *inputs, struct str node) {
        struct gathering gathering = { .losses = losses, .inputs = inputs, .node = node };
        int r = 0;

        *pairs = (struct pairs){ 0 };
        if (losses->count == 0)
                return 0;
        intern_init(&gathering.sids);
        buf_init(&gathering.scratch, 16 * 1024 * 1024);
        r = gather(&gathering);
        if (r == 0)
                r = pair_all(pairs, &gathering);
        intern_release(&gathering.sids);
        buf_release(&gathering.scratch);
        free(gathering.agents);
        free(gathering.items);
        return r;
}

void pairs_release(struct pairs *pairs) {
        free(pairs->items);
        *pairs = (struct pairs){ 0 };
}
