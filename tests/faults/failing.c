#define _GNU_SOURCE
#define PCRE2_CODE_UNIT_WIDTH 8
#include "failing.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <pcre2.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* The linker also asks for them on behalf of the shared libraries. */
#pragma GCC visibility push(default)

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *p, size_t bytes);
void __real_free(void *p);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *userdata);
int __real_inflateInit2_(z_stream *z, int bits, const char *version, int bytes);
pcre2_compile_context *__real_pcre2_compile_context_create_8(pcre2_general_context *context);
pcre2_match_context *__real_pcre2_match_context_create_8(pcre2_general_context *context);
pcre2_match_data *__real_pcre2_match_data_create_8(uint32_t pairs, pcre2_general_context *context);
pcre2_jit_stack *__real_pcre2_jit_stack_create_8(size_t start, size_t max, pcre2_general_context *context);

void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *p, size_t bytes);
void __wrap_free(void *p);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t most);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *userdata);
int __wrap_inflateInit2_(z_stream *z, int bits, const char *version, int bytes);
pcre2_compile_context *__wrap_pcre2_compile_context_create_8(pcre2_general_context *context);
pcre2_match_context *__wrap_pcre2_match_context_create_8(pcre2_general_context *context);
pcre2_match_data *__wrap_pcre2_match_data_create_8(uint32_t pairs, pcre2_general_context *context);
pcre2_jit_stack *__wrap_pcre2_jit_stack_create_8(size_t start, size_t max, pcre2_general_context *context);

#pragma GCC visibility pop

/* ------------------------------------------------------------- counting */

enum { HELD_SLOTS = 1 << 18 };

/* What is held, by open addressing; a tombstone keeps the way to those behind it. */
static void *held[HELD_SLOTS];
static char tombstone;
static size_t held_count, asked, fail_at, thread_calls, threads_fail_from;
static bool on, fail_on, has_failed;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static size_t slot_of(const void *p) {
        return (size_t)(((uintptr_t)p >> 4) * 2654435761u) % HELD_SLOTS;
}

static void hold(void *p) {
        size_t i = slot_of(p);

        while (held[i] && held[i] != &tombstone)
                i = (i + 1) % HELD_SLOTS;
        held[i] = p;
        if (++held_count > HELD_SLOTS / 2)
                abort();
}

/* What somebody else has allocated for us is not there. */
static void let_go(const void *p) {
        for (size_t i = slot_of(p); held[i]; i = (i + 1) % HELD_SLOTS) {
                if (held[i] != p)
                        continue;
                held[i] = held[(i + 1) % HELD_SLOTS] ? &tombstone : NULL;
                held_count--;
                return;
        }
}

static bool fails(void) {
        bool failed;

        pthread_mutex_lock(&mutex);
        asked += on;
        failed = on && fail_at && (asked == fail_at || (fail_on && asked > fail_at));
        has_failed |= failed;
        pthread_mutex_unlock(&mutex);
        if (failed)
                errno = ENOMEM;
        return failed;
}

static void *made(void *p) {
        if (!p)
                return NULL;
        pthread_mutex_lock(&mutex);
        hold(p);
        pthread_mutex_unlock(&mutex);
        return p;
}

static void gone(const void *p) {
        pthread_mutex_lock(&mutex);
        let_go(p);
        pthread_mutex_unlock(&mutex);
}

void failing_begin(size_t at, bool from_there_on) {
        pthread_mutex_lock(&mutex);
        asked = 0;
        fail_at = at;
        fail_on = from_there_on;
        has_failed = false;
        on = true;
        pthread_mutex_unlock(&mutex);
}

size_t failing_end(void) {
        on = false;
        return asked;
}

bool failing_has_failed(void) {
        return has_failed;
}

size_t failing_held(void) {
        return held_count;
}

void failing_threads(size_t from) {
        thread_calls = 0;
        threads_fail_from = from;
}

/* ---------------------------------------------------------- our own code */

void *__wrap_malloc(size_t bytes) {
        return fails() ? NULL : made(__real_malloc(bytes));
}

void *__wrap_calloc(size_t count, size_t bytes) {
        return fails() ? NULL : made(__real_calloc(count, bytes));
}

void *__wrap_realloc(void *p, size_t bytes) {
        void *moved;

        if (fails())
                return NULL;
        if (p)
                gone(p);
        moved = __real_realloc(p, bytes);
        return made(moved ? moved : p) ? moved : NULL;
}

void __wrap_free(void *p) {
        if (p)
                gone(p);
        __real_free(p);
}

char *__wrap_strndup(const char *text, size_t most) {
        const size_t n = strnlen(text, most);
        char *copy = __wrap_malloc(n + 1);

        if (copy) {
                memcpy(copy, text, n);
                copy[n] = '\0';
        }
        return copy;
}

char *__wrap_strdup(const char *text) {
        return __wrap_strndup(text, strlen(text));
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *userdata) {
        thread_calls++;
        if (threads_fail_from && thread_calls >= threads_fail_from)
                return EAGAIN;
        return __real_pthread_create(thread, attributes, run, userdata);
}

/* -------------------------------------------------------------- libraries */

static void *library_malloc(size_t bytes, void *userdata) {
        (void)userdata;
        return __wrap_malloc(bytes);
}

static void library_free(void *p, void *userdata) {
        (void)userdata;
        __wrap_free(p);
}

static void *zlib_alloc(void *userdata, unsigned count, unsigned bytes) {
        (void)userdata;
        return __wrap_calloc(count, bytes);
}

static void zlib_free(void *userdata, void *p) {
        (void)userdata;
        __wrap_free(p);
}

int __wrap_inflateInit2_(z_stream *z, int bits, const char *version, int bytes) {
        z->zalloc = zlib_alloc;
        z->zfree = zlib_free;
        return __real_inflateInit2_(z, bits, version, bytes);
}

/* It lives for as long as the program: what is made with it only copies the functions. */
static pcre2_general_context *ours(void) {
        static pcre2_general_context *context;

        if (!context)
                context = pcre2_general_context_create(library_malloc, library_free, NULL);
        if (!context)
                abort();
        return context;
}

pcre2_compile_context *__wrap_pcre2_compile_context_create_8(pcre2_general_context *context) {
        return __real_pcre2_compile_context_create_8(context ? context : ours());
}

pcre2_match_context *__wrap_pcre2_match_context_create_8(pcre2_general_context *context) {
        return __real_pcre2_match_context_create_8(context ? context : ours());
}

pcre2_match_data *__wrap_pcre2_match_data_create_8(uint32_t pairs, pcre2_general_context *context) {
        return __real_pcre2_match_data_create_8(pairs, context ? context : ours());
}

pcre2_jit_stack *__wrap_pcre2_jit_stack_create_8(size_t start, size_t max, pcre2_general_context *context) {
        return __real_pcre2_jit_stack_create_8(start, max, context ? context : ours());
}

void failing_init(void) {
        cJSON_Hooks hooks = { .malloc_fn = __wrap_malloc, .free_fn = __wrap_free };

        cJSON_InitHooks(&hooks);
        ours();
}
