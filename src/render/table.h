/*
 * table: structs as JSON. A table says which key of an object fills which member of a struct;
 * by it documents are read, written and compared.
 */
#ifndef RENDER_TABLE_H
#define RENDER_TABLE_H

#include <stddef.h>

#include "render/view.h"
#include "report/json.h"

enum member_type {
        MEMBER_TEXT,   /* struct str */
        MEMBER_SCHEMA, /* struct str: the document's schema, which must fit */
        MEMBER_NUMBER, /* int64_t */
        MEMBER_TIME,   /* int64_t */
        MEMBER_ZONE,   /* int16_t */
        MEMBER_BOOL,   /* bool */
        MEMBER_OK,     /* enum view_ok */
        MEMBER_INPUT,  /* int64_t: an index into the inputs */
        MEMBER_WINDOW, /* two int64_t, the first of which `offset` is: [1, null], or null */
        MEMBER_TEXTS,  /* struct view_texts */
        MEMBER_FIELDS, /* struct view_fields: an object's members */
        MEMBER_WORDS,  /* struct view_words */
        MEMBER_OBJECT, /* `table` over the same struct: an object of the JSON need not be one of the view */
        MEMBER_ARRAY,  /* items and count, of what `table` describes */
};

struct member {
        const char *key; /* NULL: whatever has no other place; MEMBER_FIELDS */
        enum member_type type;
        size_t offset;
        const struct table *table;
        bool needed; /* must be there and not be null */
};

struct table {
        size_t size; /* of the struct that `offset` counts in */
        const struct member *members;
        size_t count;
};

enum { MOST_MEMBERS = 32 };

/* For tables of constants: PLACE(type, member, MEMBER_KIND), TABLE(name, type) of name_members[]. */
#define PLACE(type_of, member, kind) kind, offsetof(struct type_of, member)
#define TABLE_OF(type_of, member_list)                                                                                 \
        {                                                                                                              \
                .size = sizeof(struct type_of), .members = member_list,                                                \
                .count = sizeof(member_list) / sizeof(member_list[0])                                                  \
        }
#define TABLE(name, type_of) static const struct table name = TABLE_OF(type_of, name##_members)

/* A kind of JSON document. */
struct document {
        const char *schema; /* "boshscope.report/": of which version 1 is read */
        const char *what;   /* "report of boshscope", for the messages */
        const struct table *table;
};

enum { TABLE_WRONG_BYTES = VIEW_WRONG_BYTES };

/*
 * Into `object`, which must be all zero. Its strings lie in `text`, which is changed, its arrays in the arena.
 * 0, -ENOMEM, or -EBADMSG where it is no such document, and `ret_wrong` says why.
 * `ret_largest_input` is the largest MEMBER_INPUT, or -1.
 */
int document_read(const struct document *document, void *object, struct arena *arena, char *text, size_t bytes,
                  int64_t *ret_largest_input, char ret_wrong[static TABLE_WRONG_BYTES]);

/* The object as the table reads it; elements of arrays each on a line of its own. The keys of
 * MEMBER_FIELDS must be literals of ours. */
void table_write(struct json *json, const struct table *table, const void *object);

/* <0, 0, >0, by the first `count` members in their order. The same on every machine. */
int table_compare(const struct table *table, size_t count, const void *a, const void *b);

/* Numbers and times that are not there are not zero. */
void table_set_unknown(const struct table *table, void *object);

#endif
