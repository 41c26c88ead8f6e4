#define _GNU_SOURCE /* sched_getaffinity, CPU_COUNT */
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

struct queue {
        struct task *first, **last;
};

struct pool {
        pthread_mutex_t mutex;
        pthread_cond_t changed;
        struct queue queues[TASK_KIND_COUNT];
        bool over;
        unsigned workers;  /* beside the thread that made the pool */
        unsigned occupied; /* of them: with a task larger than a scan */
        pthread_t threads[POOL_MOST_THREADS];
};

unsigned pool_cores(void) {
        cpu_set_t set;
        int count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

        return count < 1 ? 1 : count > POOL_MOST_THREADS ? POOL_MOST_THREADS : (unsigned)count;
}

unsigned pool_threads(const struct pool *pool) {
        return pool->workers + 1;
}

void pool_lock(struct pool *pool) {
        pthread_mutex_lock(&pool->mutex);
}

void pool_unlock(struct pool *pool) {
        pthread_mutex_unlock(&pool->mutex);
}

void pool_tell(struct pool *pool) {
        pthread_cond_broadcast(&pool->changed);
}

void pool_add_quietly(struct pool *pool, struct task *task) {
        struct queue *queue = &pool->queues[task->kind];

        task->next = NULL;
        *queue->last = task;
        queue->last = &task->next;
}

void pool_add(struct pool *pool, struct task *task) {
        pool_add_quietly(pool, task);
        pool_tell(pool);
}

/* The next task of a kind up to `most`, or NULL. */
static struct task *take(struct pool *pool, enum task_kind most) {
        for (unsigned kind = 0; kind <= (unsigned)most; kind++) {
                struct queue *queue = &pool->queues[kind];
                struct task *task = queue->first;

                if (!task)
                        continue;
                queue->first = task->next;
                if (!queue->first)
                        queue->last = &queue->first;
                return task;
        }
        return NULL;
}

/* The scan that was added last, if there is one: who waits has just filled its block, and has most of it in
 * the cache, while others begin with the first. Else as take(). */
static struct task *take_for_waiting(struct pool *pool, enum task_kind most) {
        struct queue *queue = &pool->queues[TASK_SCAN];
        struct task **at = &queue->first, *task;

        if (!*at)
                return take(pool, most);
        while ((*at)->next)
                at = &(*at)->next;
        task = *at;
        *at = NULL;
        queue->last = at;
        return task;
}

static void run(struct pool *pool, struct task *task) {
        pool_unlock(pool);
        task->run(task);
        pool_lock(pool);
}

bool pool_has_task(const struct pool *pool, enum task_kind most) {
        for (unsigned kind = 0; kind <= (unsigned)most; kind++)
                if (pool->queues[kind].first)
                        return true;
        return false;
}

bool pool_has_helpers(const struct pool *pool) {
        return pool->occupied < pool->workers;
}

static void *work(void *userdata) {
        struct pool *pool = userdata;
        struct task *task;

        pool_lock(pool);
        while (!pool->over) {
                task = take(pool, TASK_FILE);
                if (task) {
                        const bool large = task->kind > TASK_SCAN;

                        pool->occupied += large;
                        run(pool, task);
                        pool->occupied -= large;
                } else {
                        pthread_cond_wait(&pool->changed, &pool->mutex);
                }
        }
        pool_unlock(pool);
        return NULL;
}

static void wait_a_while(struct pool *pool) {
        const long a_while_ns = 100 * 1000 * 1000, second_ns = 1000 * 1000 * 1000;
        struct timespec until;

        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += a_while_ns;
        if (until.tv_nsec >= second_ns) {
                until.tv_sec++;
                until.tv_nsec -= second_ns;
        }
        pthread_cond_timedwait(&pool->changed, &pool->mutex, &until);
}

void pool_wait_until(struct pool *pool, pool_condition_fn *condition, const void *userdata, enum task_kind most,
                     void (*idle)(void *userdata), void *idle_userdata) {
        while (!condition(userdata)) {
                struct task *task = take_for_waiting(pool, most);

                if (task)
                        run(pool, task);
                else
                        wait_a_while(pool);
                if (!idle)
                        continue;
                pool_unlock(pool);
                idle(idle_userdata);
                pool_lock(pool);
        }
}

/* Signals are the program's: its own thread takes them. */
static void start(struct pool *pool, unsigned threads) {
        sigset_t all, before;

        sigfillset(&all);
        if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
                return;
        while (pool->workers + 1 < threads && pthread_create(&pool->threads[pool->workers], NULL, work, pool) == 0)
                pool->workers++;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct pool *pool_new(unsigned threads) {
        struct pool *pool = calloc(1, sizeof(*pool));
        pthread_condattr_t attributes;

        if (!pool)
                return NULL;
        for (unsigned kind = 0; kind < TASK_KIND_COUNT; kind++)
                pool->queues[kind].last = &pool->queues[kind].first;
        pthread_mutex_init(&pool->mutex, NULL);
        pthread_condattr_init(&attributes);
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        pthread_cond_init(&pool->changed, &attributes);
        pthread_condattr_destroy(&attributes);
        start(pool, threads < POOL_MOST_THREADS ? threads : POOL_MOST_THREADS);
        return pool;
}

void pool_free(struct pool *pool) {
        if (!pool)
                return;
        pool_lock(pool);
        pool->over = true;
        pool_tell(pool);
        pool_unlock(pool);
        for (unsigned i = 0; i < pool->workers; i++)
                pthread_join(pool->threads[i], NULL);
        pthread_cond_destroy(&pool->changed);
        pthread_mutex_destroy(&pool->mutex);
        free(pool);
}
