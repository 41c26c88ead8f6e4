/*
 * The Chrome trace event format, which Perfetto (ui.perfetto.dev) and chrome://tracing open: a
 * process a node, in it a track a session, and one for the server and what has no session.
 *
 * A slice is a session, or a silence inside it; closures, forced logouts and what befell the
 * servers are instants. On one track slices lie beside or inside each other and never cross:
 * a silence is cut at its session's ends and at the end of the silence before it. Times are
 * microseconds since 1970.
 */
#include <errno.h>
#include <stdlib.h>

#include "render/format.h"
#include "render/phrase.h"
#include "report/json.h"

enum { SERVER_TRACK = 0 };

struct track {
        const struct view_session *session;
        int64_t from, to, silent_until;
        size_t number; /* from 1, by the order of the report */
};

struct tracing {
        struct json json;
        const struct view *view;
        const struct style *style;
        struct track *tracks;  /* in the order of the report */
        struct track **by_sid; /* the same */
        size_t track_count;
        struct str *nodes; /* of the processes, which count from 1 */
        size_t node_count;
};

static size_t process_of(const struct tracing *tracing, struct str node) {
        for (size_t i = 0; i < tracing->node_count; i++)
                if (str_eq(tracing->nodes[i], node))
                        return i + 1;
        return 0;
}

/* ------------------------------------------------------------- gathering */

static void widen(struct track *track, int64_t ms) {
        if (ms == TIME_UNKNOWN)
                return;
        if (track->from == TIME_UNKNOWN || ms < track->from)
                track->from = ms;
        if (track->to == TIME_UNKNOWN || ms > track->to)
                track->to = ms;
}

/* From its first sign to its last. */
static struct track track_of(const struct view_session *session, size_t number) {
        struct track track = { session, TIME_UNKNOWN, TIME_UNKNOWN, TIME_UNKNOWN, number };

        widen(&track, session->opened);
        widen(&track, session->closed);
        widen(&track, session->last_request);
        for (size_t i = 0; i < session->timeline.count; i++)
                widen(&track, session->timeline.items[i].time);
        /* What is printed of a session behind its end is not of its life. */
        if (session->closed != TIME_UNKNOWN)
                track.to = session->closed;
        track.silent_until = track.from;
        return track;
}

static int compare_tracks(const void *a, const void *b) {
        const struct track *x = *(struct track *const *)a, *y = *(struct track *const *)b;
        int r = str_cmp(x->session->sid, y->session->sid);

        return r ? r : x->number < y->number ? -1 : x->number > y->number;
}

static void add_node(struct tracing *tracing, struct str node) {
        if (!process_of(tracing, node))
                tracing->nodes[tracing->node_count++] = node;
}

static int gather(struct tracing *tracing) {
        const struct view *view = tracing->view;
        const size_t most = view->sessions.count + view->findings.count + view->server_events.count;

        tracing->tracks = calloc(view->sessions.count + 1, sizeof(*tracing->tracks));
        tracing->by_sid = calloc(view->sessions.count + 1, sizeof(struct track *));
        tracing->nodes = calloc(most + 1, sizeof(*tracing->nodes));
        if (!tracing->tracks || !tracing->by_sid || !tracing->nodes)
                return -ENOMEM;
        for (size_t i = 0; i < view->sessions.count; i++) {
                const struct track track = track_of(&view->sessions.items[i], i + 1);

                if (track.from == TIME_UNKNOWN || !style_shows_session(tracing->style, track.session))
                        continue;
                tracing->tracks[tracing->track_count] = track;
                tracing->by_sid[tracing->track_count] = &tracing->tracks[tracing->track_count];
                tracing->track_count++;
                add_node(tracing, track.session->node);
        }
        for (size_t i = 0; i < view->findings.count; i++)
                add_node(tracing, view->findings.items[i].node);
        for (size_t i = 0; i < view->server_events.count; i++)
                add_node(tracing, view->server_events.items[i].node);
        if (tracing->track_count)
                qsort(tracing->by_sid, tracing->track_count, sizeof(struct track *), compare_tracks);
        return 0;
}

/* The track of the finding's session: that of its node, else any of its sid; NULL without one. */
static struct track *track_of_finding(const struct tracing *tracing, const struct view_finding *finding) {
        struct track *found = NULL;
        size_t low = 0, high = tracing->track_count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (str_cmp(tracing->by_sid[middle]->session->sid, finding->sid) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        for (; finding->sid.n && low < tracing->track_count; low++) {
                struct track *track = tracing->by_sid[low];

                if (!str_eq(track->session->sid, finding->sid))
                        break;
                if (str_eq(track->session->node, finding->node))
                        return track;
                if (!found)
                        found = track;
        }
        return found;
}

/* --------------------------------------------------------------- writing */

static void put_number(struct json *json, const char *key, size_t number) {
        json_put_number(json, key, (int64_t)number);
}

/* What a track or a process is called. */
static void put_name(struct json *json, const char *what, size_t process, size_t track, struct str name) {
        json_begin_inline_object(json);
        json_put_text(json, "ph", "M");
        json_put_text(json, "name", what);
        put_number(json, "pid", process);
        put_number(json, "tid", track);
        json_key(json, "args");
        json_begin_inline_object(json);
        json_put_string(json, "name", name);
        json_end_object(json);
        json_end_object(json);
}

static void put_names(struct tracing *tracing) {
        struct json *json = &tracing->json;
        struct phrase name;

        for (size_t i = 0; i < tracing->node_count; i++) {
                const struct str node = tracing->nodes[i];

                put_name(json, "process_name", i + 1, SERVER_TRACK, node.n ? node : STR("unknown server"));
                put_name(json, "thread_name", i + 1, SERVER_TRACK, STR("server"));
        }
        for (size_t i = 0; i < tracing->track_count; i++) {
                const struct view_session *session = tracing->tracks[i].session;

                phrase_clear(&name);
                phrase_name(&name, session->agent.n ? session->agent : STR("unknown agent"));
                phrase_say(&name, " ");
                phrase_name(&name, session->sid.n ? session->sid : STR("unknown session"));
                put_name(json, "thread_name", process_of(tracing, session->node), tracing->tracks[i].number,
                         phrase_str(&name));
        }
}

/* Begins an event up to its args, which are open. */
static void begin_event(struct json *json, const char *phase, struct str name, const char *category, int64_t ms) {
        json_begin_inline_object(json);
        json_put_text(json, "ph", phase);
        json_put_string(json, "name", name);
        json_put_text(json, "cat", category);
        json_put_number(json, "ts", ms * 1000);
}

static void begin_args(struct json *json, size_t process, size_t track) {
        put_number(json, "pid", process);
        put_number(json, "tid", track);
        json_key(json, "args");
        json_begin_inline_object(json);
}

static void end_event(struct json *json) {
        json_end_object(json);
        json_end_object(json);
}

static void put_finding_args(struct json *json, const struct view_finding *finding) {
        json_put_string(json, "id", finding->id);
        json_put_string(json, "severity", finding->severity);
        json_put_name(json, "agent", finding->agent);
        json_put_name(json, "cause", finding->cause);
        json_put_string(json, "why", finding->why);
}

static void put_session(struct tracing *tracing, const struct track *track) {
        struct json *json = &tracing->json;
        const struct view_session *session = track->session;

        begin_event(json, "X", session->agent.n ? session->agent : STR("session"), "session", track->from);
        json_put_number(json, "dur", (track->to - track->from) * 1000);
        begin_args(json, process_of(tracing, session->node), track->number);
        json_put_name(json, "sid", session->sid);
        json_put_string(json, "ended_by", session->ended_by);
        json_put_name(json, "jid", session->jid);
        end_event(json);
}

/* False where none of it lies in the session. */
static bool put_silence(struct tracing *tracing, const struct view_finding *finding, struct track *track) {
        struct json *json = &tracing->json;
        int64_t from = finding->start, to = finding->end;

        if (from < track->silent_until)
                from = track->silent_until;
        if (to > track->to)
                to = track->to;
        if (finding->start == TIME_UNKNOWN || finding->end == TIME_UNKNOWN || from > to)
                return false;
        track->silent_until = to;
        begin_event(json, "X", finding->kind, "silence", from);
        json_put_number(json, "dur", (to - from) * 1000);
        begin_args(json, process_of(tracing, track->session->node), track->number);
        put_finding_args(json, finding);
        end_event(json);
        return true;
}

/* On its session's track, else on its server's. */
static void put_instant(struct tracing *tracing, const struct view_finding *finding, const struct track *track) {
        struct json *json = &tracing->json;
        const int64_t ms = finding->end == TIME_UNKNOWN ? finding->start : finding->end;

        if (ms == TIME_UNKNOWN)
                return;
        begin_event(json, "i", finding->kind, "finding", ms);
        json_put_text(json, "s", track ? "t" : "p");
        begin_args(json, process_of(tracing, track ? track->session->node : finding->node),
                   track ? track->number : SERVER_TRACK);
        put_finding_args(json, finding);
        end_event(json);
}

static void put_server_event(struct tracing *tracing, const struct view_server_event *event) {
        struct json *json = &tracing->json;

        if (event->time == TIME_UNKNOWN)
                return;
        begin_event(json, "i", event->event, "server", event->time);
        json_put_text(json, "s", "p");
        begin_args(json, process_of(tracing, event->node), SERVER_TRACK);
        json_put_name(json, "file", view_place(tracing->view, event->input));
        json_put_name(json, "text", event->text);
        end_event(json);
}

static void put_events(struct tracing *tracing) {
        const struct view *view = tracing->view;

        for (size_t i = 0; i < tracing->track_count; i++)
                put_session(tracing, &tracing->tracks[i]);
        /* In order of their starts: so is the report. */
        for (size_t i = 0; i < view->findings.count; i++) {
                const struct view_finding *finding = &view->findings.items[i];
                struct track *track;

                if (!style_shows_finding(tracing->style, finding))
                        continue;
                track = track_of_finding(tracing, finding);
                if (!track || !str_eq(finding->kind, STR("idle_escalation")) || !put_silence(tracing, finding, track))
                        put_instant(tracing, finding, track);
        }
        for (size_t i = 0; i < view->server_events.count; i++)
                put_server_event(tracing, &view->server_events.items[i]);
}

int render_trace(const struct view *view, const struct style *style, writer_fn *write, void *userdata) {
        struct tracing tracing = { .view = view, .style = style };
        int r = gather(&tracing);

        if (r == 0) {
                json_init(&tracing.json, write, userdata);
                json_begin_object(&tracing.json);
                json_put_text(&tracing.json, "displayTimeUnit", "ms");
                json_key(&tracing.json, "traceEvents");
                json_begin_array(&tracing.json);
                put_names(&tracing);
                put_events(&tracing);
                json_end_array(&tracing.json);
                json_end_object(&tracing.json);
                r = json_finish(&tracing.json);
        }
        free(tracing.tracks);
        free(tracing.by_sid);
        free(tracing.nodes);
        return r;
}
