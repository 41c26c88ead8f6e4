/*
 * store: a report as rows of two tables for a database: what happened (events), and what was
 * found (findings). A row is one line of JSON, flat, with the same columns in the same order in
 * every line; what is unknown is null. The rows of a table lie by their day (UTC):
 *
 *      events/day=2017-06-16/0f3a9d....ndjson       findings/day=2017-06-16/0f3a9d....ndjson
 *
 * which is how DuckDB, ClickHouse and others read a table that lies in a folder. The name of the
 * files is a hash of all rows, so that the same report gives the same files however often it is
 * stored, and two reports never take each other's place.
 *
 * What has no time is left out, as in the form ndjson, whose events these are.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/sha256.h"
#include "render/lines.h"
#include "report/json.h"

enum store_table { STORE_EVENTS, STORE_FINDINGS, STORE_TABLES };

enum { STORE_DAY_BYTES = 11, STORE_NAME_DIGITS = 16, STORE_PATH_BYTES = 64 };

/* The rows of one table and one day. */
struct store_part {
        enum store_table table;
        size_t first, end; /* of the lines, those of the other table among them */
        char path[STORE_PATH_BYTES];
};

struct store {
        const struct view *view;
        struct str report; /* the name of its file; empty where it has none */
        struct lines lines;
        uint32_t *occurrences;                /* of each line: how many before it say the same */
        const struct view_session **sessions; /* by their ids */
        const struct view_agent **agents;     /* by their names */
        struct store_part *parts;
        size_t part_count, part_capacity;
};

/* The view and `report` must live as long. 0 or -ENOMEM; to be released in any case. */
int store_init(struct store *store, const struct view *view, struct str report);
void store_release(struct store *store);

/* 0, or -EIO when a write was refused. */
int store_write(const struct store *store, size_t part, writer_fn *write, void *userdata);

/* ---------------------------------------------------------------- rows */

enum store_table store_table_of(const struct line_of *line);

/* What makes an event the same in two bundles: its moment, its session, and what the record says. */
void store_event_hash(const struct view *view, const struct line_of *line, unsigned char ret_hash[static SHA256_BYTES]);

/* Where from: of the session, else of the agent where she has had one address alone. Empty where not known. */
int store_know_addresses(struct store *store);
struct str store_address(const struct store *store, const struct line_of *line);

void store_put_event(struct json *json, const struct store *store, size_t line);
void store_put_finding(struct json *json, const struct store *store, size_t line);

#endif
