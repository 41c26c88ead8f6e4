#define _POSIX_C_SOURCE 200809L /* strndup */
#include "batch/plan.h"

#include <errno.h>
#include <stdlib.h>

#include "redact/redact.h"
#include "source/name.h"

enum { PATH_MOST_BYTES = 1024 * 1024 };

static void add_text(struct sha256 *sha, struct str text) {
        sha256_add(sha, text);
        sha256_add(sha, (struct str){ "", 1 });
}

static void add_number(struct sha256 *sha, const char *name, int64_t number) {
        add_text(sha, str_from(name));
        sha256_add_number(sha, (uint64_t)number);
}

static void add_limits(struct sha256 *sha, const struct limits *limits) {
        const char *name;
        uint64_t value;

        for (size_t i = 0; limits_at(limits, i, &name, &value); i++)
                add_number(sha, name, (int64_t)value);
}

void plan_options(const struct options *options, const struct ruleset *ruleset, struct str more,
                  char ret_hex[static SHA256_HEX_BYTES]) {
        struct sha256 sha;

        sha256_init(&sha);
        add_text(&sha, STR(BOSHSCOPE_VERSION));
        add_text(&sha, str_from(ruleset->sha256));
        add_number(&sha, "tz", options->tz);
        add_number(&sha, "from", options->from_ms);
        add_number(&sha, "to", options->to_ms);
        add_number(&sha, "fail_on", options->fail_on);
        add_number(&sha, "redact", options->redact);
        if (options->redact && options->has_redact_key)
                sha256_add(&sha, (struct str){ (const char *)options->redact_key, sizeof(options->redact_key) });
        add_limits(&sha, &options->limits);
        add_text(&sha, more);
        sha256_hex(&sha, ret_hex);
}

/* JSON holds UTF-8 alone. */
static int show(struct redact *redact, struct str path, struct buf *text, char **ret_shown) {
        int r = name_add(text, path);

        path = buf_str(text);
        if (r == 0)
                r = redact_str(redact, REDACT_PATH, &path);
        if (r < 0)
                return -ENOMEM;
        *ret_shown = strndup(path.p, path.n);
        return *ret_shown ? 0 : -ENOMEM;
}

int plan_show_path(const struct options *options, const struct ruleset *ruleset, struct str path, char **ret_shown) {
        const struct str key = { (const char *)options->redact_key, sizeof(options->redact_key) };
        struct redact *redact = redact_new(ruleset, options->redact, key);
        struct buf text;
        int r;

        buf_init(&text, PATH_MOST_BYTES);
        r = redact ? show(redact, path, &text, ret_shown) : -ENOMEM;
        buf_release(&text);
        redact_free(redact);
        return r;
}
