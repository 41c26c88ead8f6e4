#define _GNU_SOURCE /* pipe2, MAP_ANONYMOUS, strsignal */
#include "cli/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/confine.h"
#include "cli/interrupt.h"
#include "cli/message.h"

enum { TICK_MS = 100, LINE_STEP = 4096 };

struct running {
        pid_t pid;
        int fd;
        size_t job;
        bool alone; /* it has all of the memory */
        struct slot *slot;
        char *line;
        size_t bytes, capacity;
        bool lost; /* no memory for the line */
};

struct crew {
        const struct workers *plan;
        struct slot *slots; /* shared, one a running worker */
        struct running running[WORKERS_MOST];
        unsigned count;
        size_t next;                            /* job */
        size_t *again, again_count, again_next; /* jobs that found no memory */
        bool stopped, told_to_stop;
};

/* ------------------------------------------------------------------ in a worker */

/* What the system counts are private pages that may be written: of the heap, of threads' stacks, of compiled
 * patterns; not what is reserved only, as malloc's arenas are. Sanitizers reserve terabytes that count. */
static void limit_memory(uint64_t bytes) {
        const struct rlimit limit = { bytes, bytes };

        if (bytes && confine_is_possible())
                setrlimit(RLIMIT_DATA, &limit);
}

_Noreturn static void be_worker(const struct workers *plan, size_t job, struct slot *slot, int fd, uint64_t memory,
                                pid_t parent) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
                _exit(STATUS_FAULT);
        limit_memory(memory);
        plan->work(plan->context, job, slot, fd);
        _exit(STATUS_OK);
}

/* ---------------------------------------------------------------- in the parent */

static uint64_t share_of(const struct crew *crew, bool alone) {
        return alone ? crew->plan->memory : crew->plan->memory / crew->plan->side_by_side;
}

static struct slot *free_slot(struct crew *crew) {
        for (unsigned i = 0; i < crew->plan->side_by_side; i++) {
                bool taken = false;

                for (unsigned k = 0; k < crew->count; k++)
                        taken |= crew->running[k].slot == &crew->slots[i];
                if (!taken)
                        return &crew->slots[i];
        }
        return NULL;
}

static int begin(struct crew *crew, size_t job, bool alone) {
        struct slot *slot = free_slot(crew);
        const pid_t self = getpid();
        int ends[2];
        pid_t pid;

        memset(slot, 0, sizeof(*slot));
        if (pipe2(ends, O_CLOEXEC) != 0)
                return -errno;
        pid = fork();
        if (pid == 0) {
                close(ends[0]);
                /* What others tell is none of its business, and their number would be taken from its own files. */
                for (unsigned i = 0; i < crew->count; i++)
                        close(crew->running[i].fd);
                be_worker(crew->plan, job, slot, ends[1], share_of(crew, alone), self);
        }
        close(ends[1]);
        if (pid < 0) {
                const int error = errno;

                close(ends[0]);
                return -error;
        }
        crew->running[crew->count++] =
                (struct running){ .pid = pid, .fd = ends[0], .job = job, .alone = alone, .slot = slot };
        return 0;
}

/* How a worker that said nothing came to its end. */
static void tell_end(struct slot *slot, int status) {
        slot->outcome = OUTCOME_FAULT;
        if (WIFSIGNALED(status))
                snprintf(slot->fault, sizeof(slot->fault), "the worker was ended by signal %d (%s)", WTERMSIG(status),
                         strsignal(WTERMSIG(status)));
        else
                snprintf(slot->fault, sizeof(slot->fault), "the worker ended by itself, with status %d",
                         WEXITSTATUS(status));
}

/* A library that finds no memory may end the program, and so may the system where it has none left. */
static bool is_want_of_memory(const struct slot *slot, int status) {
        if (slot->outcome == OUTCOME_MEMORY)
                return true;
        return slot->outcome == OUTCOME_NONE &&
               (WIFEXITED(status) || WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGABRT);
}

/* The job has ended, or is to be tried once more. */
static void conclude(struct crew *crew, struct running *ended, int status) {
        struct slot *slot = ended->slot;
        const bool whole = ended->alone || crew->plan->side_by_side == 1;

        if (ended->lost)
                slot->outcome = OUTCOME_NONE;
        if (interrupt_seen() && slot->outcome != OUTCOME_DONE)
                return;
        if (is_want_of_memory(slot, status) && !whole) {
                crew->again[crew->again_count++] = ended->job;
                return;
        }
        if (slot->outcome == OUTCOME_NONE)
                tell_end(slot, status);
        if (slot->outcome == OUTCOME_MEMORY)
                snprintf(slot->fault, sizeof(slot->fault), "out of memory; give it more (--max-memory)");
        if (slot->outcome == OUTCOME_INTERRUPTED)
                snprintf(slot->fault, sizeof(slot->fault), "the worker was interrupted");
        if (slot->outcome != OUTCOME_DONE)
                slot->outcome = OUTCOME_FAULT;
        crew->stopped |= !crew->plan->ended(crew->plan->context, ended->job, slot, ended->line, ended->bytes);
}

static void reap(struct crew *crew, unsigned at) {
        struct running ended = crew->running[at];
        int status = 0;

        close(ended.fd);
        while (waitpid(ended.pid, &status, 0) < 0 && errno == EINTR)
                ;
        conclude(crew, &ended, status);
        free(ended.line);
        crew->running[at] = crew->running[--crew->count];
}

/* False at its end. */
static bool take(struct running *running) {
        char scratch[LINE_STEP];
        ssize_t n;
        char *line;

        do
                n = read(running->fd, scratch, sizeof(scratch));
        while (n < 0 && errno == EINTR);
        if (n <= 0)
                return false;
        line = realloc(running->line, running->bytes + (size_t)n);
        if (!line) {
                running->lost = true;
                return true;
        }
        memcpy(line + running->bytes, scratch, (size_t)n);
        running->line = line;
        running->bytes += (size_t)n;
        return true;
}

static void wait_for_any(struct crew *crew) {
        struct pollfd polled[WORKERS_MOST];
        const unsigned count = crew->count;

        for (unsigned i = 0; i < count; i++)
                polled[i] = (struct pollfd){ .fd = crew->running[i].fd, .events = POLLIN };
        if (poll(polled, count, TICK_MS) <= 0)
                return;
        /* From behind: the place of one that has ended is taken by the last. */
        for (unsigned i = count; i-- > 0;)
                if (polled[i].revents && !take(&crew->running[i]))
                        reap(crew, i);
}

/* The next job, first those that nobody tried. 0, or a negative errno: then it still is the next. */
static int begin_next(struct crew *crew) {
        const bool first = crew->next < crew->plan->job_count;
        size_t *next = first ? &crew->next : &crew->again_next;
        const int r = begin(crew, first ? *next : crew->again[*next], !first);

        *next += r == 0;
        return r;
}

static bool may_begin(const struct crew *crew) {
        if (crew->stopped || crew->count == crew->plan->side_by_side)
                return false;
        if (crew->next < crew->plan->job_count)
                return true;
        return crew->again_next < crew->again_count && crew->count == 0;
}

static void stop_when_asked(struct crew *crew) {
        if (!interrupt_seen() || crew->told_to_stop)
                return;
        crew->stopped = crew->told_to_stop = true;
        for (unsigned i = 0; i < crew->count; i++)
                atomic_store(&crew->running[i].slot->stop, true);
}

static void tick(struct crew *crew) {
        uint64_t bytes = 0;

        for (unsigned i = 0; i < crew->count; i++)
                bytes += atomic_load_explicit(&crew->running[i].slot->bytes_read, memory_order_relaxed);
        crew->plan->tick(crew->plan->context, bytes);
}

static int run(struct crew *crew) {
        int r = 0;

        do {
                stop_when_asked(crew);
                while (r == 0 && may_begin(crew))
                        r = begin_next(crew);
                /* No further process or descriptor just now: the end of one that runs gives it back. */
                if (r != 0 && crew->count)
                        r = 0;
                if (crew->count)
                        wait_for_any(crew);
                tick(crew);
                crew->stopped |= r != 0;
        } while (crew->count || may_begin(crew));
        if (r == 0)
                return STATUS_OK;
        message("cannot start a worker: %s", strerror(-r));
        return STATUS_FAULT;
}

int workers_run(const struct workers *workers) {
        struct crew crew = { .plan = workers };
        const size_t bytes = workers->side_by_side * sizeof(*crew.slots);
        int status;

        if (workers->job_count == 0)
                return STATUS_OK;
        crew.slots = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        crew.again = calloc(workers->job_count, sizeof(*crew.again));
        if (crew.slots == MAP_FAILED || !crew.again) {
                message("out of memory");
                free(crew.again);
                return STATUS_FAULT;
        }
        status = run(&crew);
        free(crew.again);
        munmap(crew.slots, bytes);
        return status;
}
