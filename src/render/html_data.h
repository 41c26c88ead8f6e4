/*
 * html_data: an HTML page's data as JSON: columns of numbers, and texts packed. page.js
 * (html/data.js) reads what is written here, and nothing else does.
 */
#ifndef RENDER_HTML_DATA_H
#define RENDER_HTML_DATA_H

#include "render/html_cut.h"
#include "render/html_pack.h"

struct html_data {
        const struct view *view;
        const struct style *style;
        struct json *json;
        struct html_cut cut;
        struct pack pack;
        struct intern agents;     /* names of those that are kept, by their place in the page */
        struct intern sessions;   /* agent and sid */
        uint32_t *session_number; /* by id in `sessions`: the place in the page */
        int64_t base;             /* times are written as distances from here */
};

/* 0 or -ENOMEM. To be released also after a failure. */
int html_data_init(struct html_data *data, const struct view *view, const struct style *style);
void html_data_release(struct html_data *data);

/* The whole object. 0 or -ENOMEM; errors of writing stick in `json`. */
int html_data_write(struct html_data *data, struct json *json);

/* html_about.c: what the report says as a whole, and what was read. */
void html_write_about(struct html_data *data);
/* html_events.c: the timelines of sessions and agents. */
void html_write_events(struct html_data *data);
/* html_findings.c: findings and the records that they quote. */
void html_write_findings(struct html_data *data);
void html_write_records(struct html_data *data);

/* For both. */
typedef void html_put_fn(struct html_data *data, size_t i);
/* "key": what `put` writes of each of `count` that `kept` has, or of all where that is NULL. */
void html_column(struct html_data *data, const char *key, size_t count, const bool *kept, html_put_fn *put);
void html_put_text(struct html_data *data, struct str text);   /* the number of a text */
void html_put_number(struct html_data *data, int64_t number);  /* null when VIEW_NONE */
void html_put_moment(struct html_data *data, int64_t utc_ms);  /* null when TIME_UNKNOWN */
void html_put_agent(struct html_data *data, struct str agent); /* its place in the page, -1 where it has none */
void html_put_texts(struct html_data *data, const struct view_texts *texts);
uint32_t html_session_number(struct html_data *data, struct str agent, struct str sid);

#endif
