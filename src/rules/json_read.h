/*
 * json_read: JSON with comments, read strictly. The library below takes trailing
 * text, duplicate keys, raw control bytes and bytes that are no UTF-8; this does
 * not. Every fault is told with its place.
 *
 * Keys are shown with the way to them: "pack.defaults.wait_s", "samples[1].text".
 */
#ifndef RULES_JSON_READ_H
#define RULES_JSON_READ_H

#include "base/arena.h"
#include "rules/fault.h"

#include <cjson/cJSON.h>

enum { JSON_MAX_DEPTH = 32, JSON_MAX_KEYS = 512 };

/* The way to a value, cut where it is longer. */
struct json_path {
        char text[160];
};
struct json_path json_path_key(const char *prefix, const char *key); /* "prefix.key"; prefix may be NULL */
struct json_path json_path_index(const char *prefix, int index);     /* "prefix[index]" */

/*
 * `ret_json` becomes the value, which is the caller's to cJSON_Delete, or NULL
 * where the text is at fault. 0 or -ENOMEM. "//" and block comments stand where
 * white space may.
 */
int json_parse(struct str text, const struct place *place, cJSON **ret_json);

/* The same of a text without comments that is known to hold nothing the library
 * below would wrongly take. */
int json_parse_clean(struct str text, const struct place *place, cJSON **ret_json);

/* Is it an object, with no key twice and none that is not in `allowed` (a NULL
 * ends it; NULL allows any)? False was told. */
bool json_object(const struct place *place, const char *path, const cJSON *json, const char *const *allowed);

enum json_need { JSON_OPTIONAL, JSON_REQUIRED };

/* The string under `key`, not empty; an optional one that is missing gives an
 * empty slice. The slice lives as long as the object. False was told. */
bool json_text(const struct place *place, const char *prefix, const cJSON *object, const char *key, enum json_need need,
               struct str *ret_text);

/* The value itself as a string that is not empty, or as a whole number. */
bool json_as_text(const struct place *place, const char *path, const cJSON *json, struct str *ret_text);
bool json_as_whole(const struct place *place, const char *path, const cJSON *json, int64_t *ret_number);

/* The strings of a JSON array, none empty, copied to the arena. `ret_good` is
 * false where faults were told. 0 or -ENOMEM. */
int json_texts(struct arena *arena, const struct place *place, const char *path, const cJSON *json,
               struct str **ret_texts, size_t *ret_count, bool *ret_good);

#endif
