/*
 * A report into the sets of a fleet.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/order.h"
#include "base/sha256.h"
#include "fleet/events.h"
#include "fleet/set.h"

enum { CONTENT_DIGITS = 32 };

struct folding {
        struct fleet *fleet;
        const struct view *view;
        struct fleet_bundle bundle;
        const struct view_session **sessions; /* by sid and node */
};

/* ------------------------------------------------------------ identity */

/* The inputs' checksums and lengths, in an order that is not that of the packing. Two runs that
 * made pseudonyms of their own hold different things. */
static int find_content(struct folding *folding) {
        enum { LINE_BYTES = 48 };
        const struct view_inputs *inputs = &folding->view->inputs;
        struct str *lines = calloc(inputs->count + 1, sizeof(*lines));
        char *texts = malloc((inputs->count + 1) * LINE_BYTES);
        struct sha256 sha;
        size_t count = 0;
        int r = lines && texts ? 0 : -ENOMEM;

        for (size_t i = 0; i < inputs->count && r == 0; i++) {
                char *line = texts + count * LINE_BYTES;

                if (inputs->items[i].crc32 == VIEW_NONE)
                        continue;
                snprintf(line, LINE_BYTES, "%lld %lld\n", (long long)inputs->items[i].crc32,
                         (long long)inputs->items[i].bytes);
                lines[count++] = str_from(line);
        }
        if (r == 0 && count) {
                qsort(lines, count, sizeof(*lines), compare_strs);
                sha256_init(&sha);
                for (size_t i = 0; i < count; i++)
                        sha256_add(&sha, lines[i]);
                for (size_t i = 0; i < inputs->count && folding->view->redacted; i++)
                        sha256_add_text(&sha, inputs->items[i].node);
                r = fleet_digest(folding->fleet, &sha, CONTENT_DIGITS, &folding->bundle.content);
        }
        free(lines);
        free(texts);
        return r;
}

/* JSON without what stands between its values. */
static void add_json(struct sha256 *sha, struct str json) {
        size_t from = 0;

        for (size_t i = 0; i < json.n; i++) {
                if (!byte_is_one_of(json.p[i], " \t\r\n"))
                        continue;
                sha256_add(sha, (struct str){ json.p + from, i - from });
                from = i + 1;
        }
        sha256_add(sha, str_skip(json, from));
}

static int find_options(struct folding *folding) {
        const struct view *view = folding->view;
        struct sha256 sha;
        char text[96];

        sha256_init(&sha);
        for (size_t i = 0; i < view->options.count; i++) {
                sha256_add_text(&sha, view->options.items[i].key);
                add_json(&sha, view->options.items[i].value);
        }
        snprintf(text, sizeof(text), "%lld %lld %d", (long long)view->from, (long long)view->to, view->redacted);
        sha256_add(&sha, str_from(text));
        return fleet_digest(folding->fleet, &sha, FLEET_ID_DIGITS, &folding->bundle.options);
}

static int find_ruleset(struct folding *folding) {
        const struct view *view = folding->view;
        const struct str sha256 = str_first(view->ruleset_sha256, FLEET_ID_DIGITS);
        struct buf text;
        int r;

        buf_init(&text, 4096);
        r = buf_printf(&text, "%.*s %.*s (%.*s)", (int)str_first(view->ruleset_name, 128).n, view->ruleset_name.p,
                       (int)str_first(view->ruleset_version, 128).n, view->ruleset_version.p, (int)sha256.n, sha256.p);
        if (r == 0)
                r = fleet_text(folding->fleet, buf_str(&text), &folding->bundle.ruleset);
        buf_release(&text);
        return r;
}

static int find_id(struct folding *folding) {
        const struct fleet_bundle *bundle = &folding->bundle;
        struct sha256 sha;

        sha256_init(&sha);
        sha256_add_text(&sha, folding->view->bundle_path);
        sha256_add_text(&sha, bundle->content);
        sha256_add_text(&sha, bundle->ruleset);
        sha256_add_text(&sha, bundle->options);
        return fleet_digest(folding->fleet, &sha, FLEET_ID_DIGITS, &folding->bundle.id);
}

/* -------------------------------------------------------------- bundle */

static bool is_read(const struct view_input *input) {
        return str_eq(input->status, STR("analysed")) || str_eq(input->status, STR("partial"));
}

/* The servers, the time, and then all is known. */
static int keep_bundle(struct folding *folding) {
        const struct view_inputs *inputs = &folding->view->inputs;
        struct fleet_bundle *bundle = &folding->bundle;
        struct str *nodes = calloc(inputs->count + 1, sizeof(*nodes));
        size_t count = 0;
        int r;

        if (!nodes)
                return -ENOMEM;
        bundle->first = bundle->last = TIME_UNKNOWN;
        for (size_t i = 0; i < inputs->count; i++) {
                const struct view_input *input = &inputs->items[i];

                if (!is_read(input))
                        continue;
                nodes[count++] = input->node;
                if (input->first != TIME_UNKNOWN && (bundle->first == TIME_UNKNOWN || input->first < bundle->first))
                        bundle->first = input->first;
                if (input->last > bundle->last)
                        bundle->last = input->last;
        }
        bundle->nodes = (struct view_texts){ nodes, count };
        r = fleet_keep_bundle(folding->fleet, bundle);
        free(nodes);
        return r;
}

static void take_counts(struct fleet_bundle *bundle, const struct view_summary *summary) {
        bundle->counts = (struct fleet_counts){
                .agents = summary->agents,
                .sessions = summary->sessions,
                .idle_escalations = summary->idle_escalations,
                .idle_closures = summary->idle_closures,
                .forced_logouts = summary->forced_logouts,
                .mass_disconnects = summary->mass_disconnects,
                .server_restarts = summary->server_restarts,
                .recoveries = summary->recoveries,
        };
}

static int fold_bundle(struct folding *folding) {
        const struct view *view = folding->view;
        struct fleet_bundle *bundle = &folding->bundle;
        int r;

        *bundle = (struct fleet_bundle){
                .path = view->bundle_path,
                .kind = view->bundle_kind,
                .bytes = view->bundle_bytes,
                .tool_version = view->tool_version,
                .redacted = view->redacted,
                .product = view->product,
                .notification_service = view->notification_service,
                .offset = view->clock.offset,
                .skew_ms = view->clock.skew_ms,
                .lines = view->coverage.lines,
                .records = view->coverage.records,
                .matched = view->coverage.matched,
                .complete = view->complete,
                .exit_status = view->exit_status,
                .verdict = view->diagnosis.verdict,
                .confidence = view->diagnosis.confidence,
                .rules = view->rules,
                .missing = view->coverage.missing,
        };
        take_counts(bundle, &view->summary);
        r = find_content(folding);
        if (r == 0)
                r = find_options(folding);
        if (r == 0)
                r = find_ruleset(folding);
        if (r == 0)
                r = find_id(folding);
        return r < 0 ? r : keep_bundle(folding);
}

/* ------------------------------------------------------------ findings */

static int compare_sessions(const void *a, const void *b) {
        const struct view_session *x = *(const struct view_session *const *)a;
        const struct view_session *y = *(const struct view_session *const *)b;
        const int r = str_cmp(x->sid, y->sid);

        return r ? r : str_cmp(x->node, y->node);
}

static int list_sessions(struct folding *folding) {
        const struct view_sessions *sessions = &folding->view->sessions;

        folding->sessions = calloc(sessions->count + 1, sizeof(*folding->sessions));
        if (!folding->sessions)
                return -ENOMEM;
        for (size_t i = 0; i < sessions->count; i++)
                folding->sessions[i] = &sessions->items[i];
        qsort(folding->sessions, sessions->count, sizeof(*folding->sessions), compare_sessions);
        return 0;
}

/* The first session of that id: the node of a forced logout is the web service's. */
static const struct view_session *find_session(const struct folding *folding, struct str sid) {
        size_t low = 0, high = folding->view->sessions.count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;

                if (str_cmp(folding->sessions[middle]->sid, sid) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < folding->view->sessions.count && str_eq(folding->sessions[low]->sid, sid) ? folding->sessions[low]
                                                                                               : NULL;
}

/* Where one alone is known. */
static struct str address_of(const struct folding *folding, const struct view_finding *finding) {
        const struct view_session *session = finding->sid.n ? find_session(folding, finding->sid) : NULL;

        return session && session->client_ips.count == 1 ? session->client_ips.items[0] : (struct str){ 0 };
}

/* The record that the finding ends with, else the last that is quoted. */
static const struct view_record *decisive(const struct view_finding *finding) {
        const struct view_records *records = &finding->evidence;

        for (size_t i = 0; i < records->count; i++)
                if (records->items[i].time == finding->end)
                        return &records->items[i];
        return records->count ? &records->items[records->count - 1] : NULL;
}

/* When a stop or crash of a service took its sessions: a crash leaves no record of its own. */
static int64_t lost_since(const struct view *view, const struct view_finding *finding) {
        int64_t since = finding->start;

        if (!str_eq(finding->kind, STR("server_restart")))
                return TIME_UNKNOWN;
        for (size_t i = 0; i < view->sessions.count && finding->start == TIME_UNKNOWN; i++) {
                const struct view_session *session = &view->sessions.items[i];

                if (str_eq(session->ended_by, STR("server_stop")) && str_eq(session->node, finding->node) &&
                    session->closed <= finding->end && session->closed > since)
                        since = session->closed;
        }
        return since;
}

static int fold_finding(struct folding *folding, const struct view_finding *from) {
        const struct view_record *record = decisive(from);
        struct fleet_seen seen = { .bundle = folding->bundle.id, .line = VIEW_NONE };
        struct fleet_finding finding = {
                .id = from->id,
                .kind = from->kind,
                .node = from->node,
                .agent = from->agent,
                .sid = from->sid,
                .severity = from->severity,
                .confidence = from->confidence,
                .cause = from->cause,
                .outcome = view_field(&from->fields, "outcome"),
                .scope = view_field(&from->fields, "scope"),
                .title = view_field(&from->fields, "title"),
                .start = from->start,
                .end = from->end,
                .since = lost_since(folding->view, from),
                .agents = from->agents,
                .address = address_of(folding, from),
        };
        int r = fleet_keep_finding(folding->fleet, &finding);

        if (record) {
                seen.file = view_place(folding->view, record->input);
                seen.line = record->line;
        }
        return r < 0 ? r : fleet_keep_seen(folding->fleet, &finding, &seen);
}

/* -------------------------------------------------------------- people */

static int fold_addresses(struct folding *folding, struct str agent, struct str node, const struct view_texts *ips) {
        int r = 0;

        if (agent.n == 0)
                return 0;
        if (ips->count == 0)
                return fleet_keep_person(folding->fleet, (struct fleet_person){ agent, node, STR("") });
        for (size_t i = 0; i < ips->count && r == 0; i++)
                r = fleet_keep_person(folding->fleet, (struct fleet_person){ agent, node, ips->items[i] });
        return r;
}

static int fold_people(struct folding *folding) {
        const struct view *view = folding->view;
        int r = 0;

        for (size_t i = 0; i < view->sessions.count && r == 0; i++) {
                const struct view_session *session = &view->sessions.items[i];

                r = fold_addresses(folding, session->agent, session->node, &session->client_ips);
        }
        for (size_t i = 0; i < view->agents.count && r == 0; i++)
                if (view->agents.items[i].sessions.count == 0)
                        r = fold_addresses(folding, view->agents.items[i].agent, STR(""),
                                           &view->agents.items[i].client_ips);
        return r;
}

/* ------------------------------------------------------------ coverage */

/* The first gap of the input's that ends behind `at`. */
static const struct view_gap *next_gap(const struct view *view, const struct view_input *input, int64_t at) {
        const struct view_gap *found = NULL;

        for (size_t i = 0; i < view->coverage.gaps.count; i++) {
                const struct view_gap *gap = &view->coverage.gaps.items[i];

                if (str_eq(gap->node, input->node) && str_eq(gap->family, input->family) && gap->from != TIME_UNKNOWN &&
                    gap->to > at && gap->from < input->last && gap->to > gap->from &&
                    (!found || gap->from < found->from))
                        found = gap;
        }
        return found;
}

static int fold_input(struct folding *folding, const struct view_input *input) {
        struct fleet_span span = { input->node, input->family, input->first, input->last };
        const struct view_gap *gap;
        int r = 0;

        if (!is_read(input) || input->first == TIME_UNKNOWN || input->last < input->first || input->family.n == 0)
                return 0;
        while (r == 0 && (gap = next_gap(folding->view, input, span.from)) != NULL) {
                span.to = gap->from;
                if (span.to >= span.from)
                        r = fleet_keep_span(folding->fleet, span);
                span.from = gap->to;
        }
        span.to = input->last;
        return r < 0 || span.to < span.from ? r : fleet_keep_span(folding->fleet, span);
}

/* --------------------------------------------------------------- whole */

static int fold(struct folding *folding) {
        const struct view *view = folding->view;
        int r = fold_bundle(folding);

        if (r == 0)
                r = list_sessions(folding);
        for (size_t i = 0; i < view->findings.count && r == 0; i++)
                r = fold_finding(folding, &view->findings.items[i]);
        if (r == 0)
                r = fold_people(folding);
        for (size_t i = 0; i < view->inputs.count && r == 0; i++)
                r = fold_input(folding, &view->inputs.items[i]);
        return r < 0 ? r : fleet_fold_events(folding->fleet, view);
}

/* What is written must be read again: a finding without a name is none of this program's. */
static bool has_names(const struct view *view, char ret_wrong[static VIEW_WRONG_BYTES]) {
        snprintf(ret_wrong, VIEW_WRONG_BYTES, "bundle.path is empty");
        if (view->bundle_path.n == 0)
                return false;
        for (size_t i = 0; i < view->findings.count; i++) {
                const struct view_finding *finding = &view->findings.items[i];

                snprintf(ret_wrong, VIEW_WRONG_BYTES, "findings[%zu] lacks its id, kind or severity", i);
                if (finding->id.n == 0 || finding->kind.n == 0 || finding->severity.n == 0)
                        return false;
        }
        ret_wrong[0] = '\0';
        return true;
}

int fleet_fold(struct fleet *fleet, const struct view *view, char ret_wrong[static VIEW_WRONG_BYTES]) {
        struct folding folding = { .fleet = fleet, .view = view };
        int r = has_names(view, ret_wrong) ? fold(&folding) : -EBADMSG;

        free(folding.sessions);
        return r;
}
