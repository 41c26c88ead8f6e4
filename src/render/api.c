/*
 * boshscope.h: views and their forms.
 */
#include "render/api.h"

#include <errno.h>
#include <stdlib.h>

#include "base/errors.h"
#include "base/pool.h"
#include "boshscope.h"
#include "render/arithmetic.h"
#include "render/diff.h"
#include "render/format.h"
#include "render/screen.h"
#include "render/timeline.h"

/* --------------------------------------------------------------- views */

int boshscope_view_load(const char *path, boshscope_message_fn *fn, void *userdata, struct boshscope_view **ret_view) {
        struct boshscope_view *view = calloc(1, sizeof(*view));
        char wrong[VIEW_WRONG_BYTES] = "";
        int r = view ? view_load(&view->inner, path, wrong) : -ENOMEM;

        if (r == 0) {
                *ret_view = view;
                return 0;
        }
        if (r == -EBADMSG && fn)
                fn(userdata, wrong);
        free(view);
        return error_public(r);
}

void boshscope_view_free(struct boshscope_view *view) {
        if (!view)
                return;
        view_release(&view->inner);
        free(view);
}

/* --------------------------------------------------------------- styles */

struct boshscope_style *boshscope_style_new(void) {
        return calloc(1, sizeof(struct boshscope_style));
}

void boshscope_style_free(struct boshscope_style *style) {
        if (!style)
                return;
        free(style->agent);
        free(style->session);
        free(style->finding);
        free(style);
}

int boshscope_style_set_zone(struct boshscope_style *style, const char *zone) {
        return style_set_zone(&style->inner, str_from(zone)) ? 0 : BOSHSCOPE_E_ARGUMENT;
}

static int set_text(char **place, struct str *ret_text, const char *text) {
        const size_t bytes = text ? strlen(text) + 1 : 0;
        char *copy = malloc(bytes + 1);

        if (!copy)
                return BOSHSCOPE_E_MEMORY;
        if (text)
                memcpy(copy, text, bytes);
        free(*place);
        *place = copy;
        *ret_text = (struct str){ copy, bytes ? bytes - 1 : 0 };
        return text && !*text ? BOSHSCOPE_E_ARGUMENT : 0;
}

int boshscope_style_set_agent(struct boshscope_style *style, const char *agent) {
        return set_text(&style->agent, &style->inner.agent, agent);
}

int boshscope_style_set_session(struct boshscope_style *style, const char *sid) {
        return set_text(&style->session, &style->inner.session, sid);
}

int boshscope_style_set_finding(struct boshscope_style *style, const char *id) {
        return set_text(&style->finding, &style->inner.finding, id);
}

/* -------------------------------------------------------------- formats */

size_t boshscope_format_count(void) {
        return format_count;
}

int boshscope_format_get(size_t index, struct boshscope_format *ret_format) {
        if (index >= format_count)
                return BOSHSCOPE_E_ARGUMENT;
        *ret_format = (struct boshscope_format){ formats[index].name, formats[index].suffix, formats[index].title };
        return 0;
}

static const struct format *format_by_name(const char *name) {
        for (size_t i = 0; i < format_count; i++)
                if (strcmp(formats[i].name, name) == 0)
                        return &formats[i];
        return NULL;
}

int boshscope_view_fits(const struct boshscope_view *view, const struct boshscope_style *style) {
        return style_fits(&style->inner, &view->inner);
}

int boshscope_view_write(const struct boshscope_view *view, const struct boshscope_style *style, const char *format,
                         boshscope_write_fn *fn, void *userdata) {
        const struct style shown = style_narrowed(&style->inner, &view->inner);
        const struct format *found = format_by_name(format);

        if (!found || !found->render || !style_fits(&style->inner, &view->inner))
                return BOSHSCOPE_E_ARGUMENT;
        return error_public(found->render(&view->inner, &shown, fn, userdata));
}

/* ---------------------------------------------------- forms side by side */

/* A view is only read, so each form may have a thread of its own. */
struct writing {
        struct task task;
        const struct boshscope_view *view;
        const struct boshscope_style *style;
        struct boshscope_form *form;
        struct pool *pool;
        size_t *left;
};

static void write_one(struct task *task) {
        struct writing *writing = (struct writing *)task; /* its first member */
        struct boshscope_form *form = writing->form;

        form->result = form->format ? boshscope_view_write(writing->view, writing->style, form->format, form->fn,
                                                           form->userdata)
                                    : 0;
        if (form->end)
                form->end(form->userdata);
        pool_lock(writing->pool);
        --*writing->left;
        pool_tell(writing->pool);
        pool_unlock(writing->pool);
}

static bool is_none_left(const void *userdata) {
        return *(const size_t *)userdata == 0;
}

int boshscope_view_write_forms(const struct boshscope_view *view, const struct boshscope_style *style,
                               struct boshscope_form *forms, size_t count, unsigned threads) {
        const size_t most = threads && threads < POOL_MOST_THREADS ? threads : POOL_MOST_THREADS;
        struct writing *writings = calloc(count + 1, sizeof(*writings));
        struct pool *pool = writings ? pool_new((unsigned)(most < count ? most : count)) : NULL;
        size_t left = count;

        if (pool) {
                pool_lock(pool);
                for (size_t i = 0; i < count; i++) {
                        writings[i] = (struct writing){
                                .view = view, .style = style, .form = &forms[i], .pool = pool, .left = &left
                        };
                        writings[i].task = (struct task){ .run = write_one, .kind = TASK_FILE };
                        pool_add(pool, &writings[i].task);
                }
                pool_wait_until(pool, is_none_left, &left, TASK_FILE, NULL, NULL);
                pool_unlock(pool);
                pool_free(pool);
        }
        free(writings);
        return pool ? 0 : BOSHSCOPE_E_MEMORY;
}

/* -------------------------------------------------- stories, comparisons */

int boshscope_view_write_timeline(const struct boshscope_view *view, const struct boshscope_style *style,
                                  const char *from, const char *to, boshscope_write_fn *fn, void *userdata) {
        const struct style shown = style_narrowed(&style->inner, &view->inner);
        int64_t from_ms = TIME_UNKNOWN, to_ms = TIME_UNKNOWN;

        if ((from && !time_parse_rfc3339(str_from(from), &from_ms)) ||
            (to && !time_parse_rfc3339(str_from(to), &to_ms)) || !style_fits(&style->inner, &view->inner))
                return BOSHSCOPE_E_ARGUMENT;
        return error_public(timeline_write(&view->inner, &shown, from_ms, to_ms, fn, userdata));
}

int boshscope_view_write_screen(const struct boshscope_view *view, const struct boshscope_style *style, int colour,
                                boshscope_write_fn *fn, void *userdata) {
        return error_public(screen_write(&view->inner, &style->inner, colour != 0, fn, userdata));
}

int boshscope_view_write_finding(const struct boshscope_view *view, const struct boshscope_style *style,
                                 boshscope_write_fn *fn, void *userdata) {
        const struct view_finding *finding = view_find(&view->inner, style->inner.finding);

        if (!finding)
                return BOSHSCOPE_E_ARGUMENT;
        return error_public(arithmetic_write(&view->inner, &style->inner, finding, fn, userdata));
}

int boshscope_view_write_diff_text(const struct boshscope_view *before, const struct boshscope_view *after,
                                   const struct boshscope_style *style, boshscope_write_fn *fn, void *userdata) {
        struct diff diff;
        int r = diff_make(&diff, &before->inner, &after->inner);

        if (r == 0)
                r = diff_write_text(&diff, &style->inner, fn, userdata);
        diff_release(&diff);
        return error_public(r);
}

int boshscope_view_write_diff_json(const struct boshscope_view *before, const struct boshscope_view *after,
                                   boshscope_write_fn *fn, void *userdata) {
        struct diff diff;
        int r = diff_make(&diff, &before->inner, &after->inner);

        if (r == 0)
                r = diff_write_json(&diff, fn, userdata);
        diff_release(&diff);
        return error_public(r);
}
