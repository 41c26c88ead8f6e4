#include "render/format.h"

const struct format formats[] = {
        { "csv", ".csv", "the findings as a table", render_csv },
        { "html", ".html", "one page with everything, for any browser", render_html },
        { "json", ".json", "the report itself", NULL },
        { "md", ".md", "a case note in Markdown", render_md },
        { "ndjson", ".ndjson", "every event as one line of JSON, for timeline tools", render_ndjson },
        { "text", ".txt", "a case note in plain text", render_text },
        { "trace", ".trace.json", "a track for each session, for Perfetto", render_trace },
};
const size_t format_count = sizeof(formats) / sizeof(formats[0]);
