#include "report/json.h"

#include <stdio.h>

#include "base/plain.h"
#include "base/utf8.h"

void json_init(struct json *json, writer_fn *fn, void *userdata) {
        writer_init(&json->writer, fn, userdata);
        json->depth = 0;
        json->has_members[0] = false;
        json->inlined[0] = false;
        json->after_key = false;
        json->tight = false;
}

static inline void put(struct json *json, struct str s) {
        writer_put(&json->writer, s);
}

static inline void put_text(struct json *json, const char *text) {
        put(json, str_from(text));
}

static void new_line(struct json *json) {
        static const char blanks[] = "\n                                                                ";

        _Static_assert(sizeof(blanks) == 1 + 2 * JSON_MAX_DEPTH + 1, "two blanks a level");
        if (!json->inlined[json->depth])
                put(json, (struct str){ blanks, 1 + 2 * (size_t)json->depth });
}

/* What stands before any value: nothing after a key, else a comma and a place. */
static void before_value(struct json *json) {
        if (json->after_key) {
                json->after_key = false;
                return;
        }
        if (json->has_members[json->depth])
                put(json, json->inlined[json->depth] && !json->tight ? STR(", ") : STR(","));
        json->has_members[json->depth] = true;
        if (json->depth > 0)
                new_line(json);
}

static void begin(struct json *json, struct str bracket, bool inlined) {
        before_value(json);
        put(json, bracket);
        if (json->depth + 1 < JSON_MAX_DEPTH)
                json->depth++;
        json->has_members[json->depth] = false;
        json->inlined[json->depth] = inlined || json->inlined[json->depth - 1];
}

static void end(struct json *json, struct str bracket) {
        bool had = json->has_members[json->depth], inlined = json->inlined[json->depth];

        json->depth--;
        if (had && !inlined)
                new_line(json);
        put(json, bracket);
}

void json_begin_object(struct json *json) {
        begin(json, STR("{"), false);
}

void json_begin_inline_object(struct json *json) {
        begin(json, STR("{"), true);
}

void json_end_object(struct json *json) {
        end(json, STR("}"));
}

void json_begin_array(struct json *json) {
        begin(json, STR("["), false);
}

void json_begin_inline_array(struct json *json) {
        begin(json, STR("["), true);
}

void json_end_array(struct json *json) {
        end(json, STR("]"));
}

void json_next_document(struct json *json) {
        put(json, STR("\n"));
        json->has_members[0] = false;
}

int json_finish(struct json *json) {
        put(json, STR("\n"));
        return writer_finish(&json->writer);
}

/* ------------------------------------------------------------- strings */

static void put_escape(struct json *json, unsigned char c) {
        char text[8];

        switch (c) {
        case '"':
                put_text(json, "\\\"");
                break;
        case '\\':
                put_text(json, "\\\\");
                break;
        case '\n':
                put_text(json, "\\n");
                break;
        case '\r':
                put_text(json, "\\r");
                break;
        case '\t':
                put_text(json, "\\t");
                break;
        default:
                snprintf(text, sizeof(text), "\\u%04x", c);
                put_text(json, text);
        }
}

/* What would drive a terminal or turn its writing there: the same to whoever reads JSON. */
static void put_point(struct json *json, uint32_t point) {
        char text[16];

        if (point > 0xffff)
                snprintf(text, sizeof(text), "\\u%04x\\u%04x", 0xd800 + ((point - 0x10000) >> 10),
                         0xdc00 + ((point - 0x10000) & 0x3ff));
        else
                snprintf(text, sizeof(text), "\\u%04x", point);
        put_text(json, text);
}

static bool needs_escape(unsigned char c) {
        return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

void json_string_piece(struct json *json, struct str s) {
        size_t plain = 0; /* bytes at the front of s that go out as they are */

        while ((plain = plain_skip(s, plain)) < s.n) {
                unsigned char c = (unsigned char)s.p[plain];
                const struct str here = str_skip(s, plain);
                const size_t n = needs_escape(c) ? 0 : utf8_length(here);
                const bool harmful = n > 1 && utf8_is_harmful(here, n);

                if (n && !harmful) {
                        plain += n;
                        continue;
                }
                put(json, str_first(s, plain));
                if (needs_escape(c))
                        put_escape(json, c);
                else if (harmful)
                        put_point(json, utf8_point(here, n));
                else
                        put(json, UTF8_REPLACEMENT);
                s = str_skip(here, n ? n : 1);
                plain = 0;
        }
        put(json, s);
}

/* Most are plain and fit. */
static void put_string(struct json *json, struct str s) {
        char *to = plain_skip(s, 0) == s.n ? writer_claim(&json->writer, s.n + 2) : NULL;

        if (to) {
                to[0] = to[s.n + 1] = '"';
                if (s.n)
                        memcpy(to + 1, s.p, s.n);
                return;
        }
        put(json, STR("\""));
        json_string_piece(json, s);
        put(json, STR("\""));
}

/* -------------------------------------------------------------- values */

/* Most keys: in a row with others. False where it is none of them, or there is no room. */
static bool put_key_beside(struct json *json, struct str key) {
        const bool beside = json->has_members[json->depth] && json->inlined[json->depth] && !json->tight;
        char *to = beside ? writer_claim(&json->writer, key.n + 6) : NULL;

        if (!to)
                return false;
        memcpy(to, ", \"", 3);
        memcpy(to + 3, key.p, key.n);
        memcpy(to + 3 + key.n, "\": ", 3);
        return true;
}

void json_key_plain(struct json *json, struct str key) {
        if (!put_key_beside(json, key)) {
                before_value(json);
                put(json, STR("\""));
                put(json, key);
                put(json, json->tight ? STR("\":") : STR("\": "));
        }
        json->after_key = true;
}

void json_key_of(struct json *json, struct str key) {
        before_value(json);
        put_string(json, key);
        put(json, json->tight ? STR(":") : STR(": "));
        json->after_key = true;
}

void json_null(struct json *json) {
        before_value(json);
        put(json, STR("null"));
}

void json_bool(struct json *json, bool value) {
        before_value(json);
        put(json, value ? STR("true") : STR("false"));
}

void json_number(struct json *json, int64_t value) {
        uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
        char digits[24], *first = digits + sizeof(digits);

        do
                *--first = (char)('0' + rest % 10);
        while (rest /= 10);
        if (value < 0)
                *--first = '-';
        before_value(json);
        put(json, str_slice(first, digits + sizeof(digits)));
}

void json_decimal(struct json *json, double value) {
        int64_t thousandths = (int64_t)(value * 1000 + 0.5);
        char text[32];

        snprintf(text, sizeof(text), "%lld.%03d", (long long)(thousandths / 1000), (int)(thousandths % 1000));
        before_value(json);
        put_text(json, text);
}

void json_raw(struct json *json, struct str value) {
        before_value(json);
        put(json, value);
}

void json_string(struct json *json, struct str value) {
        before_value(json);
        put_string(json, value);
}

void json_string_or_null(struct json *json, struct str value) {
        if (value.n)
                json_string(json, value);
        else
                json_null(json);
}

void json_cstr(struct json *json, const char *value) {
        if (value)
                json_string(json, str_from(value));
        else
                json_null(json);
}

void json_zone(struct json *json, int16_t zone) {
        char text[ZONE_BYTES];

        if (zone == ZONE_UNKNOWN) {
                json_null(json);
                return;
        }
        zone_format(zone, text);
        json_cstr(json, text);
}

void json_time(struct json *json, int64_t utc_ms) {
        char text[TIME_RFC3339_BYTES];

        if (utc_ms == TIME_UNKNOWN) {
                json_null(json);
                return;
        }
        time_format_utc(utc_ms, text);
        before_value(json);
        put(json, STR("\""));
        put_text(json, text);
        put(json, STR("\""));
}
