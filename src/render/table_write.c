#include "base/order.h"
#include "base/prints.h"
#include "render/table.h"

/* ------------------------------------------------------------- writing */

static void write_number(struct json *json, int64_t number) {
        if (number == VIEW_NONE)
                json_null(json);
        else
                json_number(json, number);
}

static void write_texts(struct json *json, const struct view_texts *texts) {
        json_begin_inline_array(json);
        for (size_t i = 0; i < texts->count; i++)
                json_string(json, texts->items[i]);
        json_end_array(json);
}

/* Their keys are ours: see table.h. */
static void write_fields(struct json *json, const struct view_fields *fields) {
        json_begin_inline_object(json);
        for (size_t i = 0; i < fields->count; i++) {
                json_key(json, fields->items[i].key.p);
                if (fields->items[i].kind == VIEW_TEXT)
                        json_string(json, fields->items[i].value);
                else
                        json_raw(json, fields->items[i].value);
        }
        json_end_object(json);
}

static void write_words(struct json *json, const struct view_words *words) {
        char text[PRINTS_TEXT];

        json_raw(json, STR("\""));
        for (size_t i = 0; i < words->count; i += PRINTS_AT_ONCE) {
                const size_t left = words->count - i, n = left < PRINTS_AT_ONCE ? left : PRINTS_AT_ONCE;

                writer_put(&json->writer, (struct str){ text, prints_encode(words->items + i, n, text) });
        }
        writer_put(&json->writer, STR("\""));
}

static void write_members(struct json *json, const struct table *table, const void *object);

static void write_array(struct json *json, const struct table *table, const struct view_texts *array) {
        const char *item = (const char *)array->items;

        json_begin_array(json);
        for (size_t i = 0; i < array->count; i++, item += table->size) {
                json_begin_inline_object(json);
                write_members(json, table, item);
                json_end_object(json);
        }
        json_end_array(json);
}

static void write_window(struct json *json, const int64_t window[static 2]) {
        json_begin_inline_array(json);
        write_number(json, window[0]);
        write_number(json, window[1]);
        json_end_array(json);
}

static void write_member(struct json *json, const struct member *member, const void *object) {
        const void *place = (const char *)object + member->offset;

        switch (member->type) {
        case MEMBER_TEXT:
        case MEMBER_SCHEMA:
                json_string_or_null(json, *(const struct str *)place);
                break;
        case MEMBER_NUMBER:
        case MEMBER_INPUT:
                write_number(json, *(const int64_t *)place);
                break;
        case MEMBER_TIME:
                json_time(json, *(const int64_t *)place);
                break;
        case MEMBER_ZONE:
                json_zone(json, *(const int16_t *)place);
                break;
        case MEMBER_BOOL:
                json_bool(json, *(const bool *)place);
                break;
        case MEMBER_OK:
                if (*(const enum view_ok *)place == VIEW_OK_UNKNOWN)
                        json_null(json);
                else
                        json_bool(json, *(const enum view_ok *)place == VIEW_OK_YES);
                break;
        case MEMBER_WINDOW:
                write_window(json, place);
                break;
        case MEMBER_TEXTS:
                write_texts(json, place);
                break;
        case MEMBER_FIELDS:
                write_fields(json, place);
                break;
        case MEMBER_WORDS:
                write_words(json, place);
                break;
        case MEMBER_OBJECT:
                json_begin_inline_object(json);
                write_members(json, member->table, object);
                json_end_object(json);
                break;
        case MEMBER_ARRAY:
                write_array(json, member->table, place);
                break;
        }
}

static void write_members(struct json *json, const struct table *table, const void *object) {
        for (size_t i = 0; i < table->count; i++) {
                if (!table->members[i].key)
                        continue;
                json_key(json, table->members[i].key);
                write_member(json, &table->members[i], object);
        }
}

void table_write(struct json *json, const struct table *table, const void *object) {
        json_begin_object(json);
        write_members(json, table, object);
        json_end_object(json);
}

/* ----------------------------------------------------------- comparing */

/* Interned strings are mostly one. */
static int compare_texts(struct str a, struct str b) {
        return a.p == b.p && a.n == b.n ? 0 : str_cmp(a, b);
}

static int compare_lists(const struct view_texts *a, const struct view_texts *b) {
        int r = 0;

        for (size_t i = 0; i < a->count && i < b->count && r == 0; i++)
                r = compare_texts(a->items[i], b->items[i]);
        return r ? r : compare_i64((int64_t)a->count, (int64_t)b->count);
}

static int compare_fields(const struct view_fields *a, const struct view_fields *b) {
        int r = 0;

        for (size_t i = 0; i < a->count && i < b->count && r == 0; i++) {
                r = compare_texts(a->items[i].key, b->items[i].key);
                if (r == 0)
                        r = compare_texts(a->items[i].value, b->items[i].value);
        }
        return r ? r : compare_i64((int64_t)a->count, (int64_t)b->count);
}

static int compare_words(const struct view_words *a, const struct view_words *b) {
        for (size_t i = 0; i < a->count && i < b->count; i++)
                if (a->items[i] != b->items[i])
                        return a->items[i] < b->items[i] ? -1 : 1;
        return compare_i64((int64_t)a->count, (int64_t)b->count);
}

static int compare_arrays(const struct table *table, const struct view_texts *a, const struct view_texts *b) {
        const char *x = (const char *)a->items, *y = (const char *)b->items;
        int r = 0;

        for (size_t i = 0; i < a->count && i < b->count && r == 0; i++)
                r = table_compare(table, table->count, x + i * table->size, y + i * table->size);
        return r ? r : compare_i64((int64_t)a->count, (int64_t)b->count);
}

static int compare_member(const struct member *member, const void *a, const void *b) {
        const void *x = (const char *)a + member->offset, *y = (const char *)b + member->offset;
        int r;

        switch (member->type) {
        case MEMBER_TEXT:
        case MEMBER_SCHEMA:
                return compare_texts(*(const struct str *)x, *(const struct str *)y);
        case MEMBER_NUMBER:
        case MEMBER_INPUT:
        case MEMBER_TIME:
                return compare_i64(*(const int64_t *)x, *(const int64_t *)y);
        case MEMBER_WINDOW:
                r = compare_i64(((const int64_t *)x)[0], ((const int64_t *)y)[0]);
                return r ? r : compare_i64(((const int64_t *)x)[1], ((const int64_t *)y)[1]);
        case MEMBER_ZONE:
                return compare_i64(*(const int16_t *)x, *(const int16_t *)y);
        case MEMBER_BOOL:
                return compare_i64(*(const bool *)x, *(const bool *)y);
        case MEMBER_OK:
                return compare_i64(*(const enum view_ok *)x, *(const enum view_ok *)y);
        case MEMBER_TEXTS:
                return compare_lists(x, y);
        case MEMBER_FIELDS:
                return compare_fields(x, y);
        case MEMBER_WORDS:
                return compare_words(x, y);
        case MEMBER_OBJECT:
                return table_compare(member->table, member->table->count, a, b);
        case MEMBER_ARRAY:
                return compare_arrays(member->table, x, y);
        }
        return 0;
}

int table_compare(const struct table *table, size_t count, const void *a, const void *b) {
        int r = 0;

        for (size_t i = 0; i < count && r == 0; i++)
                r = compare_member(&table->members[i], a, b);
        return r;
}
