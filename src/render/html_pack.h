/*
 * html_pack: the strings of an HTML page's data, small. Log records are much alike, and so
 * are the sentences about them: what differs are the words that hold a digit. So a text is
 * kept as its form, which stands once, and those words.
 *
 *      "Session (id=f382a015) was last active 13230 ms ago"
 *      form  "Session (id=0) was last active 0 ms ago"        words  "f382a015 13230"
 *
 * A word is a run of ASCII letters and digits. In a form every digit is a lone 0 that stands
 * for a word, so a text needs no escapes to be told from its form.
 *
 * Errors stick, as a writer's do: pack_error() tells of them.
 */
#ifndef RENDER_HTML_PACK_H
#define RENDER_HTML_PACK_H

#include "base/buf.h"
#include "base/intern.h"
#include "render/view.h"
#include "report/json.h"

#define PACK_NONE UINT32_MAX

enum { PACK_RECENT = 32, PACK_RECENT_BYTES = 24 };

/* A short text that was packed before. */
struct pack_recent {
        char text[PACK_RECENT_BYTES];
        uint32_t id;
        unsigned char bytes; /* 0: none yet */
};

struct pack {
        struct intern forms;
        struct intern texts;   /* the form's number, as it lies in memory, and the words */
        struct intern records; /* the place and the text of each */
        struct intern chains;  /* of steps: a struct pack_link each step */
        const struct view_record **record_of;
        uint32_t *record_text; /* PACK_NONE: left out */
        size_t record_capacity, record_text_capacity;
        size_t bytes; /* of forms and words */
        struct buf form, words;
        struct pack_recent recent[PACK_RECENT]; /* by their length: events have few names */
        int error;
};

/* What the steps of many chains have in common. */
struct pack_link {
        int64_t min_ms, max_ms;
        uint32_t step, after;
};

void pack_init(struct pack *pack);
void pack_release(struct pack *pack);

/* Its number, PACK_NONE for an empty one. */
uint32_t pack_text(struct pack *pack, struct str text);
/* The record's number. Its text is left out where `with_text` is false and nobody wanted it before. */
uint32_t pack_record(struct pack *pack, const struct view_record *record, bool with_text);
uint32_t pack_chain(struct pack *pack, const struct view_steps *steps);

/* All of them, each an array or an object of columns. */
void pack_write_forms(const struct pack *pack, struct json *json);
void pack_write_texts(const struct pack *pack, struct json *json);
void pack_write_chains(const struct pack *pack, struct json *json);

/* A number as a column holds it: -1 for PACK_NONE. */
void pack_put(struct json *json, uint32_t number);

#endif
