/* ndjson: what a line says of an event, for others that write one event a line. */
#ifndef RENDER_NDJSON_H
#define RENDER_NDJSON_H

#include "render/lines.h"
#include "report/json.h"

/* Whose event or finding it is; empty where nobody's or not known. */
struct str line_agent(const struct line_of *line);

/* "1001003: session_sample idle_ms=13230" under the key "message". */
void line_put_message(struct json *json, const struct line_of *line);

#endif
