#include "render/table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/prints.h"
#include "render/pull.h"

/* The way to a value, for the message: which member, and which element of it. */
struct way {
        const struct way *up;
        struct str key;
        size_t index; /* SIZE_MAX: the member itself */
};

/* An array while it grows: elsewhere, since how long it will be is not known. */
struct growing {
        char *items;
        size_t count, capacity, size;
};

struct reader {
        struct pull pull;
        const struct document *document;
        struct arena *arena;
        bool out_of_memory;
        int64_t largest_input; /* that anything names */
        char *spare;           /* memory for the next array that grows, or NULL */
        size_t spare_bytes;
        char *wrong;
};

/* ---------------------------------------------------------------- faults */

static size_t put_way(const struct way *way, char *to, size_t room) {
        size_t n = way->up ? put_way(way->up, to, room) : 0;
        int more =
                snprintf(to + n, room - n, "%s%.*s", n ? "." : "", way->key.n < 32 ? (int)way->key.n : 32, way->key.p);

        if (more > 0 && way->index != SIZE_MAX && (size_t)more < room - n)
                more += snprintf(to + n + more, room - n - (size_t)more, "[%zu]", way->index);
        n += more > 0 ? (size_t)more : 0;
        return n < room ? n : room - 1;
}

/* What the text lacks as JSON has its line; what is amiss with a value, its way. */
static bool fail(struct reader *reader, const struct way *way, const char *wrong) {
        char text[TABLE_WRONG_BYTES / 2] = "";

        pull_fail(&reader->pull, wrong);
        if (reader->wrong[0] == '\0' && !reader->out_of_memory) {
                if (way)
                        put_way(way, text, sizeof(text));
                snprintf(reader->wrong, TABLE_WRONG_BYTES, "line %zu: %s%s%s", reader->pull.line, text,
                         *text ? " " : "", reader->pull.wrong);
        }
        return false;
}

static bool no_memory(struct reader *reader) {
        reader->out_of_memory = true;
        return pull_fail(&reader->pull, "out of memory");
}

/* ---------------------------------------------------------------- values */

static bool read_number(struct reader *reader, const struct way *way, int64_t *ret) {
        struct str text;

        if (!pull_number(&reader->pull, &text))
                return fail(reader, way, NULL);
        if (!str_to_i64(text, ret) || *ret == VIEW_NONE)
                return fail(reader, way, "must be a whole number that 64 bits hold");
        return true;
}

static bool read_time(struct reader *reader, const struct way *way, int64_t *ret) {
        struct str text;

        if (!pull_string(&reader->pull, &text))
                return fail(reader, way, NULL);
        return time_parse_rfc3339(text, ret) || fail(reader, way, "must be a time such as 2017-06-16T18:47:04.633Z");
}

static bool read_zone(struct reader *reader, const struct way *way, int16_t *ret) {
        struct str text;

        if (!pull_string(&reader->pull, &text))
                return fail(reader, way, NULL);
        return zone_parse(text, ret) || fail(reader, way, "must be an offset such as +05:30");
}

static bool read_bool(struct reader *reader, const struct way *way, bool *ret) {
        const enum pull_kind kind = pull_peek(&reader->pull);

        if (kind != PULL_TRUE && kind != PULL_FALSE)
                return fail(reader, way, "must be true or false");
        *ret = kind == PULL_TRUE;
        return pull_word(&reader->pull) || fail(reader, way, NULL);
}

static bool read_input(struct reader *reader, const struct way *way, int64_t *ret) {
        if (!read_number(reader, way, ret))
                return false;
        if (*ret < 0)
                return fail(reader, way, "must not be negative");
        if (*ret > reader->largest_input)
                reader->largest_input = *ret;
        return true;
}

/* [least, most], either of them null. */
static bool read_window(struct reader *reader, const struct way *way, int64_t ret[static 2]) {
        size_t count = 0;

        if (!pull_begin_array(&reader->pull))
                return fail(reader, way, NULL);
        for (; pull_element(&reader->pull); count++) {
                if (count == 2)
                        return fail(reader, way, "must have two numbers");
                if (!pull_null(&reader->pull) && !read_number(reader, way, &ret[count]))
                        return false;
        }
        return (!reader->pull.wrong && count == 2) || fail(reader, way, "must have two numbers");
}

/* ---------------------------------------------------------------- arrays */

/* Most arrays are small and there are many: one takes the memory of another that is done. */
static void take_spare(struct reader *reader, struct growing *growing) {
        growing->items = reader->spare;
        growing->capacity = reader->spare_bytes / growing->size;
        reader->spare = NULL;
        reader->spare_bytes = 0;
}

/* The larger one is kept. */
static void give_back(struct reader *reader, const struct growing *growing) {
        const size_t bytes = growing->capacity * growing->size;
        char *smaller = growing->items;

        if (bytes > reader->spare_bytes) {
                smaller = reader->spare;
                reader->spare = growing->items;
                reader->spare_bytes = bytes;
        }
        free(smaller);
}

/* Room for one more, all zero. NULL: told. */
static void *grow(struct reader *reader, struct growing *growing) {
        char *item;

        if (!growing->items)
                take_spare(reader, growing);
        if (array_reserve(&growing->items, &growing->capacity, growing->count + 1, growing->size) < 0) {
                no_memory(reader);
                return NULL;
        }
        item = growing->items + growing->count++ * growing->size;
        memset(item, 0, growing->size);
        return item;
}

/* To its own place. It is given back in any case. */
static bool settle(struct reader *reader, struct growing *growing, void *ret_items, size_t *ret_count) {
        const size_t bytes = growing->count * growing->size;
        void *items = bytes ? arena_alloc(reader->arena, bytes) : NULL;

        if (items)
                memcpy(items, growing->items, bytes);
        give_back(reader, growing);
        if (bytes && !items)
                return no_memory(reader);
        memcpy(ret_items, &items, sizeof(items));
        *ret_count = growing->count;
        return !reader->pull.wrong;
}

static bool read_texts(struct reader *reader, const struct way *up, struct view_texts *ret) {
        struct growing growing = { .size = sizeof(struct str) };
        struct way way = *up;

        if (!pull_begin_array(&reader->pull))
                return fail(reader, up, NULL);
        for (way.index = 0; pull_element(&reader->pull); way.index++) {
                struct str *text = grow(reader, &growing);

                if (!text || !pull_string(&reader->pull, text))
                        break;
        }
        return settle(reader, &growing, &ret->items, &ret->count) || fail(reader, &way, NULL);
}

static bool read_field(struct reader *reader, struct str key, struct growing *fields) {
        struct view_field *field = grow(reader, fields);
        const bool is_text = pull_peek(&reader->pull) == PULL_STRING;

        if (!field)
                return false;
        field->key = key;
        field->kind = is_text ? VIEW_TEXT : VIEW_RAW;
        return is_text ? pull_string(&reader->pull, &field->value) : pull_skip(&reader->pull, &field->value);
}

static bool read_fields(struct reader *reader, const struct way *way, struct view_fields *ret) {
        struct growing growing = { .size = sizeof(struct view_field) };
        struct str key;

        pull_begin_object(&reader->pull);
        while (pull_member(&reader->pull, &key))
                if (!read_field(reader, key, &growing))
                        break;
        return settle(reader, &growing, &ret->items, &ret->count) || fail(reader, way, NULL);
}

/* --------------------------------------------------------------- structs */

static bool read_object(struct reader *reader, const struct way *way, const struct table *table, void *object);

static bool read_array(struct reader *reader, const struct way *up, const struct table *table, struct view_texts *ret) {
        struct growing growing = { .size = table->size };
        struct way way = *up;

        if (!pull_begin_array(&reader->pull))
                return fail(reader, up, NULL);
        for (way.index = 0; pull_element(&reader->pull); way.index++) {
                void *item = grow(reader, &growing);

                if (!item)
                        break;
                table_set_unknown(table, item);
                if (!read_object(reader, &way, table, item))
                        break;
        }
        return settle(reader, &growing, &ret->items, &ret->count) || fail(reader, &way, NULL);
}

/* Arrays of whatever kind are alike: items and count. */
_Static_assert(sizeof(struct view_findings) == sizeof(struct view_texts) &&
                       offsetof(struct view_findings, count) == offsetof(struct view_texts, count),
               "an array is a pointer and a count");

/* Base64 of words of eight bytes, the highest first; decoded where it stands. */
static bool read_words(struct reader *reader, const struct way *way, struct view_words *ret) {
        struct str text;
        uint64_t *words;

        if (!pull_string(&reader->pull, &text))
                return fail(reader, way, NULL);
        words = arena_alloc(reader->arena, prints_most(text.n) * sizeof(*words) + 1);
        if (!words)
                return no_memory(reader);
        if (!prints_decode(text, words, &ret->count))
                return fail(reader, way, "must be base64 of words of eight bytes");
        ret->items = words;
        return true;
}

static bool read_schema(struct reader *reader, const struct way *way, struct str *ret) {
        const struct str kind = str_from(reader->document->schema);
        struct str version;

        if (!pull_string(&reader->pull, ret))
                return fail(reader, way, NULL);
        version = str_skip(*ret, kind.n);
        if (str_starts(*ret, kind) && str_eq(version, STR("1")))
                return true;
        pull_fail(&reader->pull, "");
        if (str_starts(*ret, kind) && version.n && version.n < 8)
                snprintf(reader->wrong, TABLE_WRONG_BYTES, "is of schema %.*s, this version reads %s1", (int)ret->n,
                         ret->p, kind.p);
        else
                snprintf(reader->wrong, TABLE_WRONG_BYTES, "is no %s (its schema is \"%.*s\")", reader->document->what,
                         ret->n < 64 ? (int)ret->n : 64, ret->p);
        return false;
}

static bool read_member(struct reader *reader, const struct way *way, const struct member *member, void *object) {
        void *place = (char *)object + member->offset;

        switch (member->type) {
        case MEMBER_TEXT:
                return pull_string(&reader->pull, place) || fail(reader, way, NULL);
        case MEMBER_SCHEMA:
                return read_schema(reader, way, place);
        case MEMBER_NUMBER:
                return read_number(reader, way, place);
        case MEMBER_TIME:
                return read_time(reader, way, place);
        case MEMBER_ZONE:
                return read_zone(reader, way, place);
        case MEMBER_BOOL:
                return read_bool(reader, way, place);
        case MEMBER_OK: {
                bool ok = false;

                if (!read_bool(reader, way, &ok))
                        return false;
                *(enum view_ok *)place = ok ? VIEW_OK_YES : VIEW_OK_NO;
                return true;
        }
        case MEMBER_INPUT:
                return read_input(reader, way, place);
        case MEMBER_WINDOW:
                return read_window(reader, way, place);
        case MEMBER_TEXTS:
                return read_texts(reader, way, place);
        case MEMBER_FIELDS:
                return read_fields(reader, way, place);
        case MEMBER_WORDS:
                return read_words(reader, way, place);
        case MEMBER_OBJECT:
                return read_object(reader, way, member->table, object);
        case MEMBER_ARRAY:
                return read_array(reader, way, member->table, place);
        }
        return false;
}

/* Numbers and times that are not there are not zero. */
void table_set_unknown(const struct table *table, void *object) {
        for (size_t i = 0; i < table->count; i++) {
                const struct member *member = &table->members[i];
                int64_t *number = (int64_t *)((char *)object + member->offset);

                switch (member->type) {
                case MEMBER_NUMBER:
                case MEMBER_TIME:
                case MEMBER_INPUT:
                        *number = VIEW_NONE;
                        break;
                case MEMBER_WINDOW:
                        number[0] = number[1] = VIEW_NONE;
                        break;
                case MEMBER_ZONE:
                        *(int16_t *)((char *)object + member->offset) = ZONE_UNKNOWN;
                        break;
                case MEMBER_OBJECT:
                        table_set_unknown(member->table, object);
                        break;
                default:
                        break;
                }
        }
}

static bool is_key(const char *name, struct str key) {
        return key.n && *name == *key.p && strncmp(name, key.p, key.n) == 0 && name[key.n] == '\0';
}

/* The index of the member under `key`; that of the one for all others; or `count`. Keys have an
 * order, so the one at `next` is mostly it. */
static size_t member_of(const struct table *table, struct str key, size_t next) {
        size_t others = table->count;

        for (size_t k = 0, i = next; k < table->count; k++, i++) {
                i = i < table->count ? i : 0;
                if (!table->members[i].key)
                        others = i;
                else if (is_key(table->members[i].key, key))
                        return i;
        }
        return others;
}

/* One that may be null, and is, stays unknown. */
static bool read_known(struct reader *reader, const struct way *way, const struct member *member, void *object) {
        if (pull_null(&reader->pull))
                return !member->needed || fail(reader, way, "must not be null");
        return read_member(reader, way, member, object);
}

static bool check_needed(struct reader *reader, const struct way *up, const struct table *table, uint32_t seen) {
        for (size_t i = 0; i < table->count; i++) {
                const struct member *member = &table->members[i];

                if (member->needed && !(seen & UINT32_C(1) << i)) {
                        const struct way way = { up, str_from(member->key), SIZE_MAX };

                        return fail(reader, &way, "is missing");
                }
        }
        return true;
}

static bool read_object(struct reader *reader, const struct way *up, const struct table *table, void *object) {
        struct growing fields = { .size = sizeof(struct view_field) };
        struct view_fields *own = NULL, none;
        struct way way = { up, STR(""), SIZE_MAX };
        uint32_t seen = 0;
        size_t next = 0;

        pull_begin_object(&reader->pull);
        while (pull_member(&reader->pull, &way.key)) {
                const size_t i = member_of(table, way.key, next);
                const struct member *member = &table->members[i];

                if (i == table->count) {
                        pull_skip(&reader->pull, NULL);
                } else if (!member->key) {
                        own = (struct view_fields *)((char *)object + member->offset);
                        read_field(reader, way.key, &fields);
                } else if (seen & UINT32_C(1) << i) {
                        fail(reader, &way, "stands there twice");
                } else {
                        seen |= UINT32_C(1) << i;
                        next = i + 1;
                        read_known(reader, &way, member, object);
                }
                if (reader->pull.wrong)
                        break;
        }
        if (!settle(reader, &fields, own ? (void *)&own->items : (void *)&none.items, own ? &own->count : &none.count))
                return fail(reader, reader->pull.wrong && way.key.n ? &way : up, NULL);
        return check_needed(reader, up, table, seen);
}

/* ---------------------------------------------------------------- whole */

static bool read_document(struct reader *reader, void *object) {
        const struct document *document = reader->document;
        char wrong[TABLE_WRONG_BYTES / 2];

        snprintf(wrong, sizeof(wrong), "is no %s: that begins with {", document->what);
        if (pull_peek(&reader->pull) != PULL_OBJECT)
                return fail(reader, NULL, wrong);
        table_set_unknown(document->table, object);
        if (!read_object(reader, NULL, document->table, object) || !pull_end(&reader->pull))
                return fail(reader, NULL, NULL);
        return true;
}

int document_read(const struct document *document, void *object, struct arena *arena, char *text, size_t bytes,
                  int64_t *ret_largest_input, char ret_wrong[static TABLE_WRONG_BYTES]) {
        struct reader reader = { .document = document, .arena = arena, .largest_input = -1, .wrong = ret_wrong };
        bool good;

        ret_wrong[0] = '\0';
        pull_init(&reader.pull, text, bytes);
        good = read_document(&reader, object);
        free(reader.spare);
        if (!good)
                return reader.out_of_memory ? -ENOMEM : -EBADMSG;
        *ret_largest_input = reader.largest_input;
        return 0;
}
