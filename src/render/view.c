#include "render/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "render/view_tables.h"

/* ---------------------------------------------------------------- leaves */

static struct str leaf_of(struct str path) {
        for (size_t n = path.n; n > 0; n--)
                if (path.p[n - 1] == '!' || path.p[n - 1] == '/')
                        return str_skip(path, n);
        return path;
}

static int compare_leaves(const void *a, const void *b) {
        const struct view_input *x = *(struct view_input *const *)a, *y = *(struct view_input *const *)b;

        return str_cmp(x->leaf, y->leaf);
}

/* Many lines of a form name a file: what to call it is looked up once. */
static int name_leaves(struct view *view) {
        const struct view_inputs *inputs = &view->inputs;
        struct view_input **sorted = calloc(inputs->count + 1, sizeof(struct view_input *));

        if (!sorted)
                return -ENOMEM;
        for (size_t i = 0; i < inputs->count; i++) {
                inputs->items[i].leaf = leaf_of(inputs->items[i].path);
                sorted[i] = &inputs->items[i];
        }
        qsort(sorted, inputs->count, sizeof(struct view_input *), compare_leaves);
        for (size_t i = 1; i < inputs->count; i++)
                if (str_eq(sorted[i - 1]->leaf, sorted[i]->leaf))
                        sorted[i - 1]->leaf_is_shared = sorted[i]->leaf_is_shared = true;
        free(sorted);
        return 0;
}

/* ---------------------------------------------------------------- whole */

/* A view takes somewhat less than its text. */
enum { LARGE_REPORT = 4 * 1024 * 1024 };

int view_read(struct view *view, char *text, size_t bytes, char ret_wrong[static VIEW_WRONG_BYTES]) {
        static const struct document report = { "boshscope.report/", "report of boshscope", &view_table };
        int64_t largest_input;
        int r;

        *view = (struct view){ .text = text };
        arena_init(&view->arena);
        r = bytes > LARGE_REPORT ? arena_expect(&view->arena, bytes) : 0;
        if (r == 0)
                r = document_read(&report, view, &view->arena, text, bytes, &largest_input, ret_wrong);
        if (r == 0 && largest_input >= (int64_t)view->inputs.count) {
                snprintf(ret_wrong, VIEW_WRONG_BYTES, "a record names an input that is not listed");
                r = -EBADMSG;
        }
        if (r == 0)
                r = name_leaves(view);
        if (r < 0)
                view_release(view);
        return r;
}

void view_release(struct view *view) {
        arena_release(&view->arena);
        free(view->text);
        *view = (struct view){ 0 };
}

/* ----------------------------------------------------------------- looking */

static const struct view_field *find_field(const struct view_fields *fields, const char *key) {
        for (size_t i = 0; i < fields->count; i++)
                if (str_eq(fields->items[i].key, str_from(key)))
                        return &fields->items[i];
        return NULL;
}

struct str view_field(const struct view_fields *fields, const char *key) {
        const struct view_field *field = find_field(fields, key);

        if (!field || (field->kind == VIEW_RAW && str_eq(field->value, STR("null"))))
                return (struct str){ 0 };
        return field->value;
}

int64_t view_field_number(const struct view_fields *fields, const char *key) {
        const struct view_field *field = find_field(fields, key);
        int64_t number;

        return field && field->kind == VIEW_RAW && str_to_i64(field->value, &number) ? number : VIEW_NONE;
}

int64_t view_unquoted(const struct view_finding *finding) {
        const int64_t total = view_field_number(&finding->fields, "evidence_total");

        return total > (int64_t)finding->evidence.count ? total - (int64_t)finding->evidence.count : 0;
}

const struct view_finding *view_find(const struct view *view, struct str id) {
        for (size_t i = 0; i < view->findings.count; i++)
                if (str_eq(view->findings.items[i].id, id))
                        return &view->findings.items[i];
        return NULL;
}

struct str view_leaf(const struct view *view, int64_t input) {
        return input < 0 || (size_t)input >= view->inputs.count ? STR("-") : view->inputs.items[input].leaf;
}

struct str view_place(const struct view *view, int64_t input) {
        const struct str leaf = view_leaf(view, input);

        return input >= 0 && (size_t)input < view->inputs.count && view->inputs.items[input].leaf_is_shared
                       ? view->inputs.items[input].path
                       : leaf;
}
