#include "rules/json_read.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>

static size_t put(struct json_path *path, size_t at, const char *text) {
        const struct str s = str_first(str_from(text), sizeof(path->text) - 1 - at);

        memcpy(path->text + at, s.p, s.n);
        path->text[at + s.n] = '\0';
        return at + s.n;
}

/* Not by snprintf: a way is made for each value and seldom shown. */
struct json_path json_path_key(const char *prefix, const char *key) {
        struct json_path path;

        put(&path, prefix ? put(&path, put(&path, 0, prefix), ".") : 0, key);
        return path;
}

struct json_path json_path_index(const char *prefix, int index) {
        char number[16], *digit = number + sizeof(number);
        struct json_path path;

        *--digit = '\0';
        *--digit = ']';
        do
                *--digit = (char)('0' + index % 10);
        while ((index /= 10) > 0);
        *--digit = '[';
        put(&path, put(&path, 0, prefix), digit);
        return path;
}

/* ------------------------------------------------- before the parser */

static size_t line_at(struct str text, size_t offset) {
        size_t line = 1;

        for (size_t i = 0; i < offset && i < text.n; i++)
                line += text.p[i] == '\n';
        return line;
}

static const char *check_bytes(struct str text, size_t *ret_offset) {
        for (size_t i = 0, n; i < text.n; i += n) {
                *ret_offset = i;
                if (text.p[i] == '\0')
                        return "a NUL byte";
                n = (unsigned char)text.p[i] < 0x80 ? 1 : utf8_length(str_skip(text, i));
                if (n == 0)
                        return "not UTF-8";
        }
        return NULL;
}

/* Past the comment at `at`, whose bytes become spaces; newlines stay, so that
 * lines keep their numbers. 0 when it has no end. */
static size_t blank_comment(char *p, size_t n, size_t at) {
        const bool line = p[at + 1] == '/';
        size_t end = at + 2;

        if (line) {
                while (end < n && p[end] != '\n')
                        end++;
        } else {
                while (end + 1 < n && !(p[end] == '*' && p[end + 1] == '/'))
                        end++;
                if (end + 1 >= n)
                        return 0;
                end += 2;
        }
        for (size_t i = at; i < end; i++)
                if (p[i] != '\n')
                        p[i] = ' ';
        return end;
}

/* Past the string at `at`. 0 with `ret_wrong` set when it is at fault. */
static size_t skip_string(const char *p, size_t n, size_t at, const char **ret_wrong) {
        for (size_t i = at + 1; i < n; i++) {
                if (p[i] == '"')
                        return i + 1;
                if ((unsigned char)p[i] < ' ') {
                        *ret_wrong = "a string with a line break or control byte in it";
                        return 0;
                }
                if (p[i] != '\\')
                        continue;
                i++;
                /* The parser would end the string here without a word. */
                if (n - i >= 5 && memcmp(p + i, "u0000", 5) == 0) {
                        *ret_wrong = "a string with \\u0000 in it";
                        return 0;
                }
        }
        *ret_wrong = "a string without an end";
        return 0;
}

/*
 * Blank the comments, and find what the parser would let pass. This is done
 * here and not by cJSON_Minify, which takes the end of "\\" for an escaped quote
 * and loses the line numbers. NULL, or what is wrong at *ret_offset.
 */
static const char *prepare(char *p, size_t n, size_t *ret_offset) {
        const char *wrong = NULL;
        size_t at = 0, next, depth = 0;

        while (at < n) {
                *ret_offset = at;
                next = at + 1;
                if (p[at] == '"')
                        next = skip_string(p, n, at, &wrong);
                else if (p[at] == '/' && next < n && (p[next] == '/' || p[next] == '*'))
                        next = blank_comment(p, n, at);
                else if (p[at] == '{' || p[at] == '[')
                        depth++;
                else if ((p[at] == '}' || p[at] == ']') && depth > 0)
                        depth--;
                if (next == 0)
                        return wrong ? wrong : "a comment without an end";
                if (depth > JSON_MAX_DEPTH)
                        return "nested too deeply";
                at = next;
        }
        return NULL;
}

/* ---------------------------------------------------------- parsing */

int json_parse_clean(struct str text, const struct place *place, cJSON **ret_json) {
        const char *end = NULL;
        cJSON *json;
        struct str rest;

        *ret_json = NULL;
        errno = 0;
        json = cJSON_ParseWithLengthOpts(text.p, text.n, &end, false);
        /* The parser does not tell a failed allocation from bad text. */
        if (!json && errno == ENOMEM)
                return -ENOMEM;
        rest = end ? str_trim(str_skip(text, (size_t)(end - text.p))) : (struct str){ 0 };
        if (json && rest.n == 0) {
                *ret_json = json;
                return 0;
        }
        fault_add(place, NULL, "line %zu: %s: \"%.*s\"", line_at(text, rest.n ? (size_t)(rest.p - text.p) : text.n),
                  json ? "text after the end of the object" : "not JSON from here on", rest.n < 24 ? (int)rest.n : 24,
                  rest.n ? rest.p : "");
        cJSON_Delete(json);
        return 0;
}

int json_parse(struct str text, const struct place *place, cJSON **ret_json) {
        char *copy = malloc(text.n + 1);
        const char *wrong;
        size_t offset = 0;
        int r = 0;

        if (!copy)
                return -ENOMEM;
        *ret_json = NULL;
        if (text.n)
                memcpy(copy, text.p, text.n);
        copy[text.n] = '\0';
        wrong = check_bytes(text, &offset);
        if (!wrong)
                wrong = prepare(copy, text.n, &offset);
        if (wrong)
                fault_add(place, NULL, "line %zu: %s", line_at(text, offset), wrong);
        else
                r = json_parse_clean((struct str){ copy, text.n }, place, ret_json);
        free(copy);
        return r;
}

/* ---------------------------------------------------------- reading */

static bool is_allowed(const char *key, const char *const *allowed) {
        if (!allowed)
                return true;
        for (; *allowed; allowed++)
                if (strcmp(key, *allowed) == 0)
                        return true;
        return false;
}

static bool stands_before(const cJSON *object, const cJSON *child) {
        for (const cJSON *c = object->child; c != child; c = c->next)
                if (strcmp(c->string, child->string) == 0)
                        return true;
        return false;
}

bool json_object(const struct place *place, const char *path, const cJSON *json, const char *const *allowed) {
        const size_t before = place->faults->count;
        int keys = 0;

        if (!cJSON_IsObject(json)) {
                fault_add(place, path, "must be an object");
                return false;
        }
        for (const cJSON *c = json->child; c; c = c->next) {
                if (++keys > JSON_MAX_KEYS) {
                        fault_add(place, path, "more than %d keys", JSON_MAX_KEYS);
                        break;
                }
                if (stands_before(json, c))
                        fault_add(place, json_path_key(path, c->string).text, "stands there twice");
                else if (!is_allowed(c->string, allowed))
                        fault_add(place, json_path_key(path, c->string).text, "is unknown");
        }
        return place->faults->count == before;
}

bool json_as_text(const struct place *place, const char *path, const cJSON *json, struct str *ret_text) {
        if (!cJSON_IsString(json)) {
                fault_add(place, path, "must be a string");
                return false;
        }
        if (json->valuestring[0] == '\0') {
                fault_add(place, path, "must not be empty");
                return false;
        }
        *ret_text = str_from(json->valuestring);
        return true;
}

bool json_text(const struct place *place, const char *prefix, const cJSON *object, const char *key, enum json_need need,
               struct str *ret_text) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(object, key);
        const struct json_path path = json_path_key(prefix, key);

        if (json)
                return json_as_text(place, path.text, json, ret_text);
        if (need == JSON_REQUIRED) {
                fault_add(place, path.text, "is missing");
                return false;
        }
        *ret_text = STR("");
        return true;
}

bool json_as_whole(const struct place *place, const char *path, const cJSON *json, int64_t *ret_number) {
        /* Beyond this a double does not hold every whole number. */
        const double largest = 9007199254740992.0;
        double number;

        if (!cJSON_IsNumber(json)) {
                fault_add(place, path, "must be a whole number");
                return false;
        }
        number = json->valuedouble;
        if (!(number >= -largest && number <= largest) || number - (double)(int64_t)number != 0) {
                fault_add(place, path, "must be a whole number that 53 bits hold");
                return false;
        }
        *ret_number = (int64_t)number;
        return true;
}

int json_texts(struct arena *arena, const struct place *place, const char *path, const cJSON *json,
               struct str **ret_texts, size_t *ret_count, bool *ret_good) {
        const int count = cJSON_GetArraySize(json);
        struct str *texts;
        bool good = true;
        int i = 0;

        if (!cJSON_IsArray(json)) {
                fault_add(place, path, "must be an array of strings");
                *ret_good = false;
                return 0;
        }
        texts = arena_zalloc(arena, sizeof(*texts) * ((size_t)count + 1));
        if (!texts)
                return -ENOMEM;
        for (const cJSON *c = json->child; c; c = c->next, i++) {
                struct str text;

                if (!json_as_text(place, json_path_index(path, i).text, c, &text)) {
                        good = false;
                        continue;
                }
                if (arena_str(arena, text, &texts[i]) < 0)
                        return -ENOMEM;
        }
        *ret_texts = texts;
        *ret_count = (size_t)count;
        *ret_good = good;
        return 0;
}
