#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/pattern.h"

#include <errno.h>
#include <pcre2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { JIT_STACK_START_BYTES = 64 * 1024, JIT_STACK_MAX_BYTES = 1024 * 1024 };

struct capture {
        struct str name;
        uint32_t group; /* 0: the pattern has none of this name */
};

struct pattern {
        struct str text;
        bool anchored;
        pthread_mutex_t lock; /* who holds it makes the pattern ready */
        atomic_bool ready;    /* nothing here changes any more: no lock is needed to look */
        bool jit;
        pcre2_code *code;
        uint32_t name_count, name_bytes; /* of PCRE2's table of names */
        const unsigned char *names;
        size_t capture_count;
        struct capture captures[];
};

struct pattern_scratch {
        pcre2_match_data *data;
        pcre2_match_context *context;
        pcre2_jit_stack *stack;
};

/* ----------------------------------------------------------- compiling */

/* What \R, "^" and "$" mean must not depend on how the library was built. */
static pcre2_compile_context *new_compile_context(void) {
        pcre2_compile_context *context = pcre2_compile_context_create(NULL);

        if (!context)
                return NULL;
        pcre2_set_newline(context, PCRE2_NEWLINE_LF);
        pcre2_set_bsr(context, PCRE2_BSR_ANYCRLF);
        return context;
}

static int compile_failed(int code, size_t offset, struct pattern_fault *fault) {
        if (code == PCRE2_ERROR_HEAP_FAILED)
                return -ENOMEM;
        fault->offset = offset;
        if (pcre2_get_error_message(code, (unsigned char *)fault->text, sizeof(fault->text)) < 0)
                snprintf(fault->text, sizeof(fault->text), "error %d", code);
        return -EINVAL;
}

static int look_at(struct pattern *pattern, struct pattern_fault *fault) {
        uint32_t groups = 0;

        pcre2_pattern_info(pattern->code, PCRE2_INFO_CAPTURECOUNT, &groups);
        pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &pattern->name_count);
        pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &pattern->name_bytes);
        pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &pattern->names);
        if (groups <= PATTERN_MAX_GROUPS)
                return 0;
        fault->offset = 0;
        snprintf(fault->text, sizeof(fault->text), "%u capture groups, at most %d are possible", (unsigned)groups,
                 PATTERN_MAX_GROUPS);
        return -EINVAL;
}

static void bind_captures(struct pattern *pattern) {
        for (size_t i = pattern_name_count(pattern); i-- > 0;) {
                uint32_t group;
                const struct str name = pattern_name(pattern, i, &group);

                for (size_t k = 0; k < pattern->capture_count; k++)
                        if (str_eq(pattern->captures[k].name, name))
                                pattern->captures[k].group = group;
        }
}

int pattern_compile(struct pattern *pattern, struct pattern_fault *ret_fault) {
        const uint32_t options = PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP |
                                 (pattern->anchored ? PCRE2_ANCHORED : 0);
        pcre2_compile_context *context;
        size_t offset = 0;
        int code = 0, r;

        if (pattern->code)
                return 0;
        context = new_compile_context();
        if (!context)
                return -ENOMEM;
        pattern->code = pcre2_compile((const unsigned char *)pattern->text.p, pattern->text.n, options, &code, &offset,
                                      context);
        pcre2_compile_context_free(context);
        r = pattern->code ? look_at(pattern, ret_fault) : compile_failed(code, offset, ret_fault);
        if (r == 0) {
                bind_captures(pattern);
                return 0;
        }
        pcre2_code_free(pattern->code);
        pattern->code = NULL;
        return r;
}

/* Machine code is made of every pattern before its first match, never later: the
 * match limit counts otherwise without it, and what a record comes to must not
 * depend on which thread was first. */
static void to_machine_code(struct pattern *pattern) {
#ifndef BOSHSCOPE_NO_JIT
        pattern->jit = pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0;
#else
        (void)pattern;
#endif
}

static int make_ready(struct pattern *pattern) {
        struct pattern_fault fault;
        int r = 0;

        pthread_mutex_lock(&pattern->lock);
        if (!atomic_load_explicit(&pattern->ready, memory_order_relaxed)) {
                r = pattern_compile(pattern, &fault);
                if (r == 0) {
                        to_machine_code(pattern);
                        atomic_store_explicit(&pattern->ready, true, memory_order_release);
                }
        }
        pthread_mutex_unlock(&pattern->lock);
        return r;
}

int pattern_new(struct str text, bool anchored, const struct str *captures, size_t capture_count,
                struct pattern **ret_pattern) {
        struct pattern *pattern = calloc(1, sizeof(*pattern) + capture_count * sizeof(pattern->captures[0]));

        if (!pattern)
                return -ENOMEM;
        if (pthread_mutex_init(&pattern->lock, NULL) != 0) {
                free(pattern);
                return -ENOMEM;
        }
        pattern->text = text;
        pattern->anchored = anchored;
        pattern->capture_count = capture_count;
        for (size_t i = 0; i < capture_count; i++)
                pattern->captures[i].name = captures[i];
        atomic_init(&pattern->ready, false);
        *ret_pattern = pattern;
        return 0;
}

void pattern_free(struct pattern *pattern) {
        if (!pattern)
                return;
        pcre2_code_free(pattern->code);
        pthread_mutex_destroy(&pattern->lock);
        free(pattern);
}

size_t pattern_name_count(const struct pattern *pattern) {
        return pattern->name_count;
}

/* An entry is the group's number in two bytes, then the name and a NUL. */
struct str pattern_name(const struct pattern *pattern, size_t i, uint32_t *ret_group) {
        const unsigned char *entry = pattern->names + i * pattern->name_bytes;

        *ret_group = (uint32_t)entry[0] << 8 | entry[1];
        return str_from((const char *)entry + 2);
}

/* ------------------------------------------------------------ matching */

struct pattern_scratch *pattern_scratch_new(uint64_t match_limit) {
        struct pattern_scratch *scratch = calloc(1, sizeof(*scratch));

        if (!scratch)
                return NULL;
        scratch->data = pcre2_match_data_create(PATTERN_MAX_GROUPS + 1, NULL);
        scratch->context = pcre2_match_context_create(NULL);
        if (!scratch->data || !scratch->context)
                goto fail;
        pcre2_set_match_limit(scratch->context, match_limit < UINT32_MAX ? (uint32_t)match_limit : UINT32_MAX);
        return scratch;
fail:
        pattern_scratch_free(scratch);
        return NULL;
}

void pattern_scratch_free(struct pattern_scratch *scratch) {
        if (!scratch)
                return;
        pcre2_jit_stack_free(scratch->stack);
        pcre2_match_context_free(scratch->context);
        pcre2_match_data_free(scratch->data);
        free(scratch);
}

/* Machine code has a stack of its own; many a scratch meets no pattern. 0 or -ENOMEM. */
static int prepare_stack(struct pattern_scratch *scratch) {
        if (scratch->stack)
                return 0;
        scratch->stack = pcre2_jit_stack_create(JIT_STACK_START_BYTES, JIT_STACK_MAX_BYTES, NULL);
        if (!scratch->stack)
                return -ENOMEM;
        pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
        return 0;
}

int pattern_match(struct pattern *pattern, struct pattern_scratch *scratch, struct str subject) {
        const unsigned char *p = (const unsigned char *)(subject.n ? subject.p : "");
        int r;

        if (!atomic_load_explicit(&pattern->ready, memory_order_acquire) && (r = make_ready(pattern)) < 0)
                return r;
        if (pattern->jit && (r = prepare_stack(scratch)) < 0)
                return r;
        /* The direct entry saves the checks of options that are not used here. */
        if (pattern->jit)
                r = pcre2_jit_match(pattern->code, p, subject.n, 0, 0, scratch->data, scratch->context);
        else
                r = pcre2_match(pattern->code, p, subject.n, 0, 0, scratch->data, scratch->context);
        if (r >= 0)
                return 1;
        if (r == PCRE2_ERROR_NOMATCH)
                return 0;
        return r == PCRE2_ERROR_NOMEMORY ? -ENOMEM : -EOVERFLOW;
}

bool pattern_capture(const struct pattern *pattern, const struct pattern_scratch *scratch, struct str subject,
                     size_t capture, struct str *ret_text) {
        const size_t *ends = pcre2_get_ovector_pointer(scratch->data) + 2 * (size_t)pattern->captures[capture].group;

        /* \K inside a look-ahead can put the end before the beginning. */
        if (ends[0] == PCRE2_UNSET || ends[1] < ends[0] || ends[1] > subject.n)
                return false;
        *ret_text = (struct str){ subject.p + ends[0], ends[1] - ends[0] };
        return true;
}
