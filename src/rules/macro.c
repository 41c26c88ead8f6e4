#include "rules/macro.h"

#include "rules/json_read.h"
#include "rules/pattern.h"

#include <errno.h>
#include <stdlib.h>

void macros_init(struct macros *macros, const struct place *place) {
        *macros = (struct macros){ .place = place };
}

void macros_release(struct macros *macros) {
        for (size_t i = 0; i < macros->count; i++)
                buf_release(&macros->items[i].expanded);
        free(macros->items);
        macros->items = NULL;
        macros->count = macros->capacity = 0;
}

static bool is_word(struct str s, char low, char high) {
        if (s.n == 0 || s.p[0] < low || s.p[0] > high)
                return false;
        for (size_t i = 1; i < s.n; i++)
                if (!(s.p[i] >= low && s.p[i] <= high) && !byte_is_digit(s.p[i]) && s.p[i] != '_')
                        return false;
        return true;
}

bool is_macro_name(struct str name) {
        return is_word(name, 'A', 'Z');
}

bool is_capture_name(struct str name) {
        return is_word(name, 'a', 'z') && name.n <= MACRO_MAX_CAPTURE_BYTES;
}

int macros_add(struct macros *macros, struct str name, struct str text) {
        struct macro macro = { .name = name, .text = text };
        int r = array_reserve(&macros->items, &macros->capacity, macros->count + 1, sizeof(macro));

        if (r < 0)
                return r;
        buf_init(&macro.expanded, MACRO_MAX_EXPANDED_BYTES);
        macros->items[macros->count++] = macro;
        return 0;
}

static struct macro *find(const struct macros *macros, struct str name) {
        for (size_t i = 0; i < macros->count; i++)
                if (str_eq(macros->items[i].name, name))
                        return &macros->items[i];
        return NULL;
}

/* ------------------------------------------------------------ expanding */

/* Who uses a macro: a rule's pattern, or another macro. */
struct user {
        const struct place *place;
        const char *key;
        bool may_capture;
};

static int resolve(struct macros *macros, struct macro *macro);

static int add_use(struct macros *macros, struct str use, const struct user *user, struct buf *out) {
        const char *colon = str_find_byte(use, ':');
        const struct str name = colon ? str_slice(use.p, colon) : use;
        const struct str capture = colon ? str_slice(colon + 1, use.p + use.n) : STR("");
        struct macro *macro = find(macros, name);
        int r;

        if (!macro) {
                fault_add(user->place, user->key, "macro %%{%.*s} is not defined", (int)name.n, name.p);
                return -EINVAL;
        }
        if (colon && !user->may_capture) {
                fault_add(user->place, user->key, "%%{%.*s}: only a rule can name a capture", (int)use.n, use.p);
                return -EINVAL;
        }
        if (colon && !is_capture_name(capture)) {
                fault_add(user->place, user->key, "%%{%.*s}: a capture's name is [a-z][a-z0-9_]*, at most %d bytes",
                          (int)use.n, use.p, MACRO_MAX_CAPTURE_BYTES);
                return -EINVAL;
        }
        if (macro->state == MACRO_BUSY) {
                fault_add(user->place, user->key, "macro %%{%.*s} uses itself in a circle", (int)name.n, name.p);
                return -EINVAL;
        }
        r = resolve(macros, macro);
        if (r < 0)
                return r;
        r = buf_add(out, colon ? STR("(?<") : STR("(?:"));
        if (r == 0 && colon)
                r = buf_add(out, capture);
        if (r == 0 && colon)
                r = buf_add_byte(out, '>');
        if (r == 0)
                r = buf_add(out, buf_str(&macro->expanded));
        return r < 0 ? r : buf_add_byte(out, ')');
}

/* -EINVAL was told; -E2BIG was not. */
static int expand_uses(struct macros *macros, struct str text, const struct user *user, struct buf *out) {
        int r;

        for (;;) {
                const char *use = str_find(text, STR("%{")), *end;

                r = buf_add(out, use ? str_slice(text.p, use) : text);
                if (r < 0 || !use)
                        return r;
                text = str_slice(use + 2, text.p + text.n);
                end = str_find_byte(text, '}');
                if (!end) {
                        fault_add(user->place, user->key, "%%{ has no }");
                        return -EINVAL;
                }
                r = add_use(macros, str_slice(text.p, end), user, out);
                if (r < 0)
                        return r;
                text = str_slice(end + 1, text.p + text.n);
        }
}

static int expand(struct macros *macros, struct str text, const struct user *user, struct buf *out) {
        int r = expand_uses(macros, text, user, out);

        if (r != -E2BIG)
                return r;
        fault_add(user->place, user->key, "longer than %d bytes once its macros are expanded",
                  MACRO_MAX_EXPANDED_BYTES);
        return -EINVAL;
}

/* A macro must be a pattern by itself: "a|b)(" would join with its neighbours. */
static int try_alone(const struct macros *macros, const struct macro *macro, const char *key) {
        struct pattern_fault fault = { 0 };
        struct pattern *pattern = NULL;
        int r = pattern_new(buf_str(&macro->expanded), false, NULL, 0, &pattern);

        if (r == 0)
                r = pattern_compile(pattern, &fault);
        if (r == -EINVAL)
                fault_add(macros->place, key, "at byte %zu once its macros are expanded: %s", fault.offset, fault.text);
        else if (r == 0 && pattern_name_count(pattern) > 0) {
                fault_add(macros->place, key, "only a rule can name a capture");
                r = -EINVAL;
        }
        pattern_free(pattern);
        return r;
}

/* 0, -EINVAL (told, here or earlier), -ENOMEM. */
static int resolve(struct macros *macros, struct macro *macro) {
        const struct json_path key = json_path_key("pack.macros", macro->name.p);
        const struct user user = { .place = macros->place, .key = key.text };
        int r;

        if (macro->state == MACRO_READY)
                return 0;
        if (macro->state == MACRO_BAD)
                return -EINVAL;
        macro->state = MACRO_BUSY;
        r = expand(macros, macro->text, &user, &macro->expanded);
        if (r == 0 && !macros->trusted)
                r = try_alone(macros, macro, key.text);
        macro->state = r == 0 ? MACRO_READY : MACRO_BAD;
        return r;
}

int macros_resolve(struct macros *macros) {
        for (size_t i = 0; i < macros->count; i++)
                if (resolve(macros, &macros->items[i]) == -ENOMEM)
                        return -ENOMEM;
        return 0;
}

int macros_expand(struct macros *macros, struct str text, const struct place *place, const char *key, struct buf *out) {
        const struct user user = { .place = place, .key = key, .may_capture = true };

        return expand(macros, text, &user, out);
}
