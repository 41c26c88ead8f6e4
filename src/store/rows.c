/* What the columns of a row hold, in their order. include/boshscope-store-*.schema.json say what they mean. */
#include <stdio.h>

#include "base/utf8.h"
#include "render/ndjson.h"
#include "store/store.h"

enum store_table store_table_of(const struct line_of *line) {
        return line->finding ? STORE_FINDINGS : STORE_EVENTS;
}

/* -------------------------------------------------------------- columns */

/* Own fields of events and findings that have a column. What a rule of somebody's else calls its
 * fields stands in the column `fields`. */
static const char *const event_numbers[] = { "idle_ms",  "rid",   "threshold_s", "wait_s", "inactivity_s",
                                             "epoch_ms", "state", "reason",      "force" };
static const char *const event_texts[] = { "jid", "client_ip", "presence", "state_name", "version" };
static const char *const finding_numbers[] = { "requested_reason", "resulting_reason", "attempts", "threshold_s",
                                               "idle_ms",          "peak_idle_ms",     "samples",  "sessions",
                                               "sessions_lost",    "window_ms",        "count" };
static const char *const finding_texts[] = { "resulting_state", "outcome", "aftermath", "idle_closure",
                                             "shape",           "scope",   "signature", "title" };
static const char *const finding_times[] = { "silent_since", "stopped", "started" };
static const char *const finding_truths[] = { "clean" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_called(const struct view_field *field, const char *name) {
        return field->key.n == strlen(name) && memcmp(field->key.p, name, field->key.n) == 0;
}

static const struct view_field *find(const struct view_fields *fields, const char *name) {
        for (size_t i = 0; i < fields->count; i++)
                if (is_called(&fields->items[i], name))
                        return &fields->items[i];
        return NULL;
}

static bool is_number(const struct view_field *field, int64_t *ret_value) {
        return field->kind == VIEW_RAW && str_to_i64(field->value, ret_value);
}

static bool is_truth(const struct view_field *field) {
        return field->kind == VIEW_RAW && (field->value.p[0] == 't' || field->value.p[0] == 'f');
}

static bool is_time(const struct view_field *field, int64_t *ret_value) {
        return field->kind == VIEW_TEXT && time_parse_rfc3339(field->value, ret_value);
}

static void put_numbers(struct json *json, const struct view_fields *fields, const char *const *names, size_t count) {
        for (size_t i = 0; i < count; i++) {
                const struct view_field *field = find(fields, names[i]);
                int64_t value;

                json_key(json, names[i]);
                if (field && is_number(field, &value))
                        json_number(json, value);
                else
                        json_null(json);
        }
}

static void put_texts(struct json *json, const struct view_fields *fields, const char *const *names, size_t count) {
        for (size_t i = 0; i < count; i++) {
                const struct view_field *field = find(fields, names[i]);

                json_put_name(json, names[i], field && field->kind == VIEW_TEXT ? field->value : STR(""));
        }
}

static void put_times(struct json *json, const struct view_fields *fields, const char *const *names, size_t count) {
        for (size_t i = 0; i < count; i++) {
                const struct view_field *field = find(fields, names[i]);
                int64_t value;

                json_put_time(json, names[i], field && is_time(field, &value) ? value : TIME_UNKNOWN);
        }
}

static void put_truths(struct json *json, const struct view_fields *fields, const char *const *names, size_t count) {
        for (size_t i = 0; i < count; i++) {
                const struct view_field *field = find(fields, names[i]);

                json_key(json, names[i]);
                if (field && is_truth(field))
                        json_raw(json, field->value);
                else
                        json_null(json);
        }
}

static void put_number(struct json *json, const char *key, int64_t value) {
        json_key(json, key);
        if (value == VIEW_NONE)
                json_null(json);
        else
                json_number(json, value);
}

/* "10.10.30.0/24", the address's own network as most sites are cut; null for all but IPv4. */
static void put_site(struct json *json, struct str address) {
        enum { IPV4_MOST = 15 };
        char site[IPV4_MOST + 8];
        unsigned dots = 0;
        size_t last = 0;

        for (size_t i = 0; i < address.n; i++) {
                if (address.p[i] == '.') {
                        dots++;
                        last = i;
                } else if (!byte_is_digit(address.p[i])) {
                        dots = 4;
                }
        }
        site[0] = '\0';
        if (dots == 3 && address.n <= IPV4_MOST)
                snprintf(site, sizeof(site), "%.*s.0/24", (int)last, address.p);
        json_put_name(json, "site", str_from(site));
}

/* ------------------------------------------------------------ fields, lists */

/* JSON is quoted as it comes: of what a string must not hold it has quotes and backslashes alone. */
static int quote(void *userdata, const void *data, size_t bytes) {
        struct writer *outer = userdata;
        const char *p = data, *end = p + bytes;

        while (p < end) {
                const char *plain = p;

                while (p < end && *p != '"' && *p != '\\')
                        p++;
                writer_put(outer, str_slice(plain, p));
                if (p < end) {
                        writer_put(outer, STR("\\"));
                        writer_put(outer, (struct str){ p++, 1 });
                }
        }
        return 0;
}

/* JSON as a text: a column for what has no fixed shape. */
static void begin_text(struct json *json, struct json *inner) {
        json_raw(json, STR("\""));
        json_init(inner, quote, &json->writer);
        inner->tight = true;
}

static void end_text(struct json *json, struct json *inner) {
        writer_finish(&inner->writer);
        writer_put(&json->writer, STR("\""));
}

static bool is_one_of(const struct view_field *field, const char *const *names, size_t count) {
        for (size_t i = 0; i < count; i++)
                if (is_called(field, names[i]))
                        return true;
        return false;
}

/* Does it stand in a column of its own? A number that is none does not. */
static bool is_said_of_event(const struct line_of *line, const struct view_field *field) {
        int64_t value;

        if (is_one_of(field, event_numbers, COUNT(event_numbers)))
                return is_number(field, &value);
        if (is_one_of(field, event_texts, COUNT(event_texts)))
                return field->kind == VIEW_TEXT;
        return (str_eq(field->key, STR("agent")) && str_eq(field->value, line_agent(line))) ||
               (line->session && str_eq(field->key, STR("sid")) && str_eq(field->value, line->session->sid));
}

static bool is_said_of_finding(const struct view_field *field) {
        int64_t value;

        if (is_one_of(field, finding_numbers, COUNT(finding_numbers)))
                return is_number(field, &value);
        if (is_one_of(field, finding_texts, COUNT(finding_texts)))
                return field->kind == VIEW_TEXT;
        if (is_one_of(field, finding_times, COUNT(finding_times)))
                return is_time(field, &value);
        return is_one_of(field, finding_truths, COUNT(finding_truths)) && is_truth(field);
}

static bool is_said(const struct line_of *line, const struct view_field *field) {
        if (field->kind == VIEW_RAW && str_eq(field->value, STR("null")))
                return true;
        return line->finding ? is_said_of_finding(field) : is_said_of_event(line, field);
}

/* What is written as JSON already stands there over several lines, and may hold what drives a terminal. */
static void put_field(struct json *json, struct json *inner, const struct view_field *field) {
        enum { KEY_MOST = 127 };

        json_key_of(inner, utf8_first(field->key, KEY_MOST)); /* whatever a report calls it */
        if (field->kind == VIEW_TEXT) {
                json_string(inner, field->value);
                return;
        }
        json_raw(inner, STR(""));
        writer_finish(&inner->writer);
        json_string_piece(json, field->value);
}

/* All that has no column of its own. */
static void put_rest(struct json *json, const struct line_of *line, const struct view_fields *fields) {
        struct json inner;
        size_t put = 0;

        json_key(json, "fields");
        for (size_t i = 0; i < fields->count; i++) {
                if (is_said(line, &fields->items[i]))
                        continue;
                if (put++ == 0) {
                        begin_text(json, &inner);
                        json_begin_inline_object(&inner);
                }
                put_field(json, &inner, &fields->items[i]);
        }
        if (put == 0) {
                json_null(json);
                return;
        }
        json_end_object(&inner);
        end_text(json, &inner);
}

static void put_list(struct json *json, const char *key, const struct view_texts *texts) {
        struct json inner;

        json_key(json, key);
        if (texts->count == 0) {
                json_null(json);
                return;
        }
        begin_text(json, &inner);
        json_begin_inline_array(&inner);
        for (size_t i = 0; i < texts->count; i++)
                json_string(&inner, texts->items[i]);
        json_end_array(&inner);
        end_text(json, &inner);
}

/* ---------------------------------------------------------------- both */

static struct str input_path(const struct view *view, int64_t input) {
        return input == VIEW_NONE ? STR("") : view->inputs.items[input].path;
}

/* Which report says so, and by which rules. */
static void put_origin(struct json *json, const struct store *store) {
        const struct view *view = store->view;

        json_put_name(json, "product", view->product);
        json_put_name(json, "bundle", view->bundle_path);
        json_put_name(json, "report", store->report);
        json_put_bool(json, "complete", view->complete);
        json_put_bool(json, "redacted", view->redacted);
        json_put_name(json, "ruleset", view->ruleset_name);
        json_put_name(json, "ruleset_version", view->ruleset_version);
        json_put_name(json, "ruleset_sha256", view->ruleset_sha256);
        json_put_name(json, "tool_version", view->tool_version);
}

static void put_who(struct json *json, const struct store *store, const struct line_of *line, struct str node,
                    struct str sid) {
        const struct str address = store_address(store, line);

        json_put_name(json, "node", node);
        json_put_name(json, "agent", line_agent(line));
        json_put_name(json, "sid", sid);
        json_put_name(json, "address", address);
        put_site(json, address);
}

/* -------------------------------------------------------------- events */

static int64_t event_input(const struct line_of *line) {
        return line->event ? line->event->input : line->server_event->input;
}

static struct str event_node(const struct view *view, const struct line_of *line) {
        const int64_t input = event_input(line);

        if (line->session)
                return line->session->node;
        if (line->server_event)
                return line->server_event->node;
        return input == VIEW_NONE ? STR("") : view->inputs.items[input].node;
}

static struct str event_name(const struct line_of *line) {
        return line->event ? line->event->event : line->server_event->event;
}

/* Bytes and lines of a file differ where it was rotated or packed otherwise: they are no part of it. */
void store_event_hash(const struct view *view, const struct line_of *line,
                      unsigned char ret_hash[static SHA256_BYTES]) {
        const struct view_fields none = { 0 }, *fields = line->event ? &line->event->fields : &none;
        const struct str sid = line->session ? line->session->sid : STR("");
        char time[TIME_RFC3339_BYTES];
        struct sha256 sha;

        sha256_init(&sha);
        time_format_utc(line->time, time);
        sha256_add_text(&sha, str_from(time));
        sha256_add_text(&sha, event_name(line));
        sha256_add_text(&sha, event_node(view, line));
        sha256_add_text(&sha, sid);
        sha256_add_text(&sha, sid.n ? STR("") : line_agent(line));
        sha256_add_text(&sha, line->server_event ? line->server_event->text : STR(""));
        for (size_t i = 0; i < fields->count; i++) {
                sha256_add_text(&sha, fields->items[i].key);
                sha256_add_text(&sha, fields->items[i].value);
        }
        sha256_end(&sha, ret_hash);
}

static void put_event_id(struct json *json, const struct store *store, size_t index) {
        char hex[SHA256_HEX_BYTES], occurrence[16];
        unsigned char hash[SHA256_BYTES];
        struct sha256 sha;

        store_event_hash(store->view, &store->lines.items[index], hash);
        sha256_init(&sha);
        sha256_add(&sha, (struct str){ (const char *)hash, sizeof(hash) });
        snprintf(occurrence, sizeof(occurrence), "%u", (unsigned)store->occurrences[index]);
        sha256_add(&sha, str_from(occurrence));
        sha256_hex(&sha, hex);
        json_put_string(json, "event_id", str_first(str_from(hex), STORE_NAME_DIGITS));
}

void store_put_event(struct json *json, const struct store *store, size_t index) {
        const struct line_of *line = &store->lines.items[index];
        const struct view_fields none = { 0 }, *fields = line->event ? &line->event->fields : &none;
        const struct view *view = store->view;

        json_begin_inline_object(json);
        put_event_id(json, store, index);
        json_put_time(json, "time", line->time);
        json_put_text(json, "type", line->server_event ? "server" : line->session ? "session" : "agent");
        json_put_string(json, "event", event_name(line));
        line_put_message(json, line);
        put_who(json, store, line, event_node(view, line), line->session ? line->session->sid : STR(""));
        put_numbers(json, fields, event_numbers, COUNT(event_numbers));
        put_texts(json, fields, event_texts, COUNT(event_texts));
        put_number(json, "duration_ms", line->server_event ? line->server_event->duration_ms : VIEW_NONE);
        put_rest(json, line, fields);
        json_put_name(json, "input", input_path(view, event_input(line)));
        put_number(json, "line", line->event ? line->event->line : line->server_event->line);
        put_origin(json, store);
        json_end_object(json);
        json_next_document(json);
}

/* ------------------------------------------------------------- findings */

static void put_evidence(struct json *json, const struct view *view, const struct view_finding *finding) {
        const struct view_record *record = finding->evidence.count ? &finding->evidence.items[0] : NULL;

        put_number(json, "evidence", (int64_t)finding->evidence.count);
        json_put_name(json, "input", record ? input_path(view, record->input) : STR(""));
        put_number(json, "line", record ? record->line : VIEW_NONE);
        put_number(json, "offset", record ? record->offset : VIEW_NONE);
        json_put_name(json, "text", record ? record->text : STR(""));
}

static void put_span(struct json *json, const struct view_finding *finding) {
        const bool known = finding->start != TIME_UNKNOWN && finding->end != TIME_UNKNOWN;

        json_put_time(json, "start_time", finding->start);
        json_put_time(json, "end_time", finding->end);
        put_number(json, "duration_ms", known ? finding->end - finding->start : VIEW_NONE);
}

void store_put_finding(struct json *json, const struct store *store, size_t index) {
        const struct line_of *line = &store->lines.items[index];
        const struct view_finding *finding = line->finding;
        const struct view_fields *fields = &finding->fields;

        json_begin_inline_object(json);
        json_put_string(json, "finding_id", finding->id);
        json_put_time(json, "time", line->time);
        put_span(json, finding);
        json_put_string(json, "kind", finding->kind);
        json_put_string(json, "severity", finding->severity);
        json_put_string(json, "confidence", finding->confidence);
        json_put_name(json, "rule", finding->rule);
        json_put_string(json, "why", finding->why);
        put_who(json, store, line, finding->node, finding->sid);
        json_put_name(json, "cause", finding->cause);
        put_list(json, "agents", &finding->agents);
        put_texts(json, fields, finding_texts, COUNT(finding_texts));
        put_numbers(json, fields, finding_numbers, COUNT(finding_numbers));
        put_times(json, fields, finding_times, COUNT(finding_times));
        put_truths(json, fields, finding_truths, COUNT(finding_truths));
        put_list(json, "missing", &finding->missing);
        put_rest(json, line, fields);
        put_evidence(json, store->view, finding);
        put_origin(json, store);
        json_end_object(json);
        json_next_document(json);
}
