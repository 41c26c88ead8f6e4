/*
 * json: a streaming writer (RFC 8259). Nothing of the document is held but a
 * small buffer; strings that are no UTF-8 are mended with U+FFFD; characters that would
 * drive a terminal or turn the direction of writing are escaped; numbers are written as
 * they are.
 *
 * Errors stick, as a writer's do: json_finish() tells of them.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "base/time.h"
#include "report/writer.h"

enum { JSON_MAX_DEPTH = 32 };

struct json {
        struct writer writer;
        unsigned depth;
        bool has_members[JSON_MAX_DEPTH]; /* of the container at that depth */
        bool inlined[JSON_MAX_DEPTH];     /* it is written on one line */
        bool after_key;
        bool tight; /* to be set after json_init(): no blanks between values */
};

void json_init(struct json *json, writer_fn *fn, void *userdata);
/* A newline: the next value is a document of its own. */
void json_next_document(struct json *json);
/* A final newline, and all of it out. 0, or -EIO when a write was refused. */
int json_finish(struct json *json);

void json_begin_object(struct json *json);
void json_end_object(struct json *json);
void json_begin_array(struct json *json);
void json_end_array(struct json *json);
/* The same on one line: for small things of which there are many. */
void json_begin_inline_object(struct json *json);
void json_begin_inline_array(struct json *json);

/* Plain as base/plain.h has it. */
void json_key_plain(struct json *json, struct str key);
/* Anything. */
void json_key_of(struct json *json, struct str key);
/* Ours: so it is plain, and of a literal the compiler knows the length. */
static inline void json_key(struct json *json, const char *key) {
        json_key_plain(json, str_from(key));
}

void json_null(struct json *json);
void json_bool(struct json *json, bool value);
void json_number(struct json *json, int64_t value);
void json_decimal(struct json *json, double value); /* three digits behind the point, whatever the locale */
void json_string(struct json *json, struct str value);
void json_string_piece(struct json *json, struct str piece);   /* between quotes that the caller writes */
void json_string_or_null(struct json *json, struct str value); /* null when empty */
void json_cstr(struct json *json, const char *value);          /* null when NULL */
void json_zone(struct json *json, int16_t zone);               /* null when ZONE_UNKNOWN */
void json_time(struct json *json, int64_t utc_ms);             /* null when TIME_UNKNOWN */
void json_raw(struct json *json, struct str value);            /* as it stands, which is JSON already */

/* A key of ours and its value. */
static inline void json_put_bool(struct json *json, const char *key, bool value) {
        json_key(json, key);
        json_bool(json, value);
}

static inline void json_put_number(struct json *json, const char *key, int64_t value) {
        json_key(json, key);
        json_number(json, value);
}

static inline void json_put_string(struct json *json, const char *key, struct str value) {
        json_key(json, key);
        json_string(json, value);
}

/* null when empty */
static inline void json_put_name(struct json *json, const char *key, struct str value) {
        json_key(json, key);
        json_string_or_null(json, value);
}

/* null when NULL */
static inline void json_put_text(struct json *json, const char *key, const char *value) {
        json_key(json, key);
        json_cstr(json, value);
}

/* null when TIME_UNKNOWN */
static inline void json_put_time(struct json *json, const char *key, int64_t value) {
        json_key(json, key);
        json_time(json, value);
}

#endif
