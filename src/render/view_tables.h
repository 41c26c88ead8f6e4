/*
 * view_tables: which key of the JSON fills which member of the view.
 */
#ifndef RENDER_VIEW_TABLES_H
#define RENDER_VIEW_TABLES_H

#include "render/view.h"

enum member_type {
        MEMBER_TEXT,   /* struct str */
        MEMBER_NUMBER, /* int64_t */
        MEMBER_TIME,   /* int64_t */
        MEMBER_ZONE,   /* int16_t */
        MEMBER_BOOL,   /* bool */
        MEMBER_OK,     /* enum view_ok */
        MEMBER_INPUT,  /* int64_t: an index into the inputs */
        MEMBER_WINDOW, /* two int64_t, the first of which `offset` is: [1, null], or null */
        MEMBER_TEXTS,  /* struct view_texts */
        MEMBER_FIELDS, /* struct view_fields: an object's members */
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

/* A whole report. */
extern const struct table view_table;

#endif
