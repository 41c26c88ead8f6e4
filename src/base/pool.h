/*
 * pool: a few threads that share the work of a run, and the lock under which they
 * do so.
 *
 *      pool_new -> pool_add (a task) ... -> pool_wait_until (helping meanwhile) -> pool_free
 *
 * The thread that made the pool is one of them: it works while it waits. A task is
 * a member of a larger struct, which its function finds again; whoever added it
 * keeps it alive until it was run. A pool of one thread has no others: what was
 * added is run by whoever waits for it.
 *
 * All state that threads share, the pool's own and its users', lies under the one
 * lock of the pool. It is held for a few instructions, and most tasks are large (a
 * hundred microseconds and more), so nobody waits long for it.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>

/* What is begun is to be finished first: a lower one goes before a higher one. */
enum task_kind {
        TASK_SCAN,   /* a block of a log whose reading has begun */
        TASK_MEMBER, /* a packed member that is held in memory */
        TASK_FILE,   /* a file of a directory */
        TASK_KIND_COUNT,
};

struct task {
        void (*run)(struct task *task);
        enum task_kind kind;
        struct task *next;
};

struct pool;

enum { POOL_MOST_THREADS = 256 };

/* The cores that this process may use, at least 1. */
unsigned pool_cores(void);

/* With `threads` in all, the caller's counted; fewer where the system gives no more.
 * NULL when out of memory. */
struct pool *pool_new(unsigned threads);
/* Nothing may be queued or running. */
void pool_free(struct pool *pool);

unsigned pool_threads(const struct pool *pool);

void pool_lock(struct pool *pool);
void pool_unlock(struct pool *pool);

/* The rest is called with the lock held. */

void pool_add(struct pool *pool, struct task *task);

/* One so small that nobody is woken for it: whoever comes by takes it. */
void pool_add_quietly(struct pool *pool, struct task *task);

/* Shared state has changed: whoever waits looks again. */
void pool_tell(struct pool *pool);

/* Is one queued of a kind up to `most`? */
bool pool_has_task(const struct pool *pool, enum task_kind most);

/* Is there a thread that has no larger task of its own, and so takes any scan at once? */
bool pool_has_helpers(const struct pool *pool);

/* Is it so, under the lock? */
typedef bool pool_condition_fn(const void *userdata);

/*
 * Wait until `condition` holds, running queued tasks of a kind up to `most`
 * meanwhile, without the lock; of scans the last one first. `idle` (may be NULL) is called, without the lock, after
 * each task and each change, and at least ten times a second.
 */
void pool_wait_until(struct pool *pool, pool_condition_fn *condition, const void *userdata, enum task_kind most,
                     void (*idle)(void *userdata), void *idle_userdata);

#endif
