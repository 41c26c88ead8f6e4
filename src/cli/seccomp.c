#define _GNU_SOURCE /* syscall, CLONE_THREAD, O_TMPFILE */
#include "cli/seccomp.h"

#if defined(__x86_64__) && defined(__LP64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__LP64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For a report that takes its place. Which files may be made is Landlock's business; what
 * else changes one by its name (mode, owner, length) is nowhere allowed. */
static const uint32_t for_files[] = {
#ifdef SYS_renameat
        SYS_renameat,
#endif
#ifdef __x86_64__
        SYS_open,     SYS_rename, SYS_link,      SYS_unlink,   SYS_mkdir,
#endif
        SYS_openat,   SYS_linkat, SYS_renameat2, SYS_unlinkat, SYS_mkdirat
};

/* Allowed whatever their arguments are. */
static const uint32_t allowed[] = {
#ifdef SYS_faccessat2
        SYS_faccessat2,
#endif
#ifdef __x86_64__ /* what other machines have by one newer name only */
        SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_poll, SYS_time,
#endif
        /* memory; for code as well, which PCRE2 makes and iconv loads */
        SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_brk,
        /* files */
        SYS_read, SYS_readv, SYS_pread64, SYS_write, SYS_writev, SYS_lseek, SYS_close, SYS_fstat, SYS_newfstatat,
        SYS_statx, SYS_getdents64, SYS_fcntl, SYS_dup, SYS_ppoll, SYS_faccessat, SYS_readlinkat, SYS_getcwd,
        SYS_fadvise64, SYS_fsync, SYS_sync_file_range,
        /* threads */
        SYS_futex, SYS_set_robust_list, SYS_rseq, SYS_set_tid_address, SYS_sched_yield, SYS_sched_getaffinity,
        SYS_membarrier, SYS_gettid, SYS_getpid, SYS_exit, SYS_exit_group,
        /* signals that arrive */
        SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall,
        /* the time, and what the machine is like */
        SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_getrandom,
        SYS_sysinfo, SYS_uname
};

/* Landlock's by their numbers, which headers may be too old for. */
static const uint32_t for_workers[] = { SYS_wait4,     SYS_tgkill,  SYS_pipe2, SYS_getppid, SYS_prctl,
                                        SYS_prlimit64, SYS_seccomp, 444,       445,         446 };

enum {
        FOR_WORKERS_COUNT = sizeof(for_workers) / sizeof(for_workers[0]),
        FOR_FILES_COUNT = sizeof(for_files) / sizeof(for_files[0]),
        ALLOWED_COUNT = sizeof(allowed) / sizeof(allowed[0]),
        MOST_ALLOWED = FOR_WORKERS_COUNT + FOR_FILES_COUNT + ALLOWED_COUNT,
        MOST_PIECES = 2 * MOST_ALLOWED + 1,
        MOST_STEPS = 2 * MOST_PIECES + 64
};
/* A jump over half of them fits into a byte. */
_Static_assert(MOST_PIECES <= UINT8_MAX, "too many calls for one fork");

struct filter {
        struct sock_filter steps[MOST_STEPS];
        unsigned short count;
};

static void add(struct filter *filter, struct sock_filter step) {
        filter->steps[filter->count++] = step;
}

static void load(struct filter *filter, size_t offset) {
        add(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* The next step is taken only where what was loaded is `value`. */
static void if_equal(struct filter *filter, uint32_t value) {
        add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
}

static void give(struct filter *filter, uint32_t verdict) {
        add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
}

static void refuse(struct filter *filter, int error) {
        give(filter, SECCOMP_RET_ERRNO | (uint32_t)error);
}

/* The low half of an argument; those that are looked at are ints. */
static size_t argument(size_t i) {
        return offsetof(struct seccomp_data, args) + i * sizeof(uint64_t);
}

/* Where `number` is called with one of `values` as its i-th argument. */
static void allow_with(struct filter *filter, uint32_t number, size_t i, const uint32_t *values, uint8_t count) {
        const uint8_t steps = (uint8_t)(2 * count + 2);

        add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, steps));
        load(filter, argument(i));
        for (uint8_t k = 0; k < count; k++) {
                if_equal(filter, values[k]);
                give(filter, SECCOMP_RET_ALLOW);
        }
        refuse(filter, EPERM);
}

/* The newer call to make threads and processes hides its flags behind a pointer; libraries take the
 * older one where there is none. */
static void hide_clone3(struct filter *filter) {
#ifdef SYS_clone3
        if_equal(filter, SYS_clone3);
        refuse(filter, ENOSYS);
#endif
}

/* Where the i-th argument has one of these bits, or none of them. */
static void allow_bits(struct filter *filter, uint32_t number, size_t i, uint32_t bits, bool set) {
        add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4));
        load(filter, argument(i));
        add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, set ? 0 : 1, set ? 1 : 0));
        give(filter, SECCOMP_RET_ALLOW);
        refuse(filter, EPERM);
}

/* A thread, not a process. */
static void allow_threads(struct filter *filter) {
        allow_bits(filter, SYS_clone, 0, CLONE_THREAD, true);
}

/* A process as well, but in no namespace of its own. */
static void allow_processes(struct filter *filter) {
        allow_bits(filter, SYS_clone, 0,
                   CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                           CLONE_NEWNET,
                   false);
}

/* Openings that neither make a file nor may change one. */
static void allow_reading(struct filter *filter) {
        allow_bits(filter, SYS_openat, 2, O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY), false);
}

static int compare(const void *a, const void *b) {
        const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

        return x < y ? -1 : x > y;
}

/* The numbers from here to the next piece share one fate. */
struct piece {
        uint32_t from, verdict;
};

/* From 0 on, allowed and refused in turn. */
static size_t cut(const uint32_t *sorted, size_t n, struct piece pieces[static MOST_PIECES]) {
        const uint32_t refused = SECCOMP_RET_ERRNO | EPERM;
        size_t count = 0;

        pieces[count++] = (struct piece){ 0, refused };
        for (size_t i = 0; i < n; i++) {
                if (i == 0 || sorted[i] != sorted[i - 1] + 1)
                        pieces[count++] = (struct piece){ sorted[i], SECCOMP_RET_ALLOW };
                if (i + 1 == n || sorted[i + 1] != sorted[i] + 1)
                        pieces[count++] = (struct piece){ sorted[i] + 1, refused };
        }
        return count;
}

/* Look for the piece by halves. The kernel tries a new filter with every call that it
 * has, so that one long list would be most of what the start of the program takes. */
static void look_up(struct filter *filter, const struct piece *pieces, size_t n) {
        const unsigned short fork = filter->count;

        if (n == 1) {
                give(filter, pieces[0].verdict);
                return;
        }
        add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, pieces[n / 2].from, 0, 0));
        look_up(filter, pieces, n / 2);
        filter->steps[fork].jt = (uint8_t)(filter->count - fork - 1);
        look_up(filter, pieces + n / 2, n - n / 2);
}

/* All that is allowed, or refused, by its number alone. */
static void allow_others(struct filter *filter, enum seccomp_for what) {
        struct piece pieces[MOST_PIECES];
        uint32_t sorted[MOST_ALLOWED];
        const size_t n = what == SECCOMP_FOR_WORKERS ? MOST_ALLOWED
                         : what == SECCOMP_FOR_FILES ? ALLOWED_COUNT + FOR_FILES_COUNT
                                                     : ALLOWED_COUNT;

        memcpy(sorted, allowed, sizeof(allowed));
        memcpy(sorted + ALLOWED_COUNT, for_files, sizeof(for_files));
        memcpy(sorted + ALLOWED_COUNT + FOR_FILES_COUNT, for_workers, sizeof(for_workers));
        qsort(sorted, n, sizeof(*sorted), compare);
        look_up(filter, pieces, cut(sorted, n, pieces));
}

static void build(struct filter *filter, enum seccomp_for what) {
        /* Is it a terminal, and how wide? Nothing is put into its input. */
        static const uint32_t of_terminals[] = { TCGETS, TIOCGWINSZ };
        const uint32_t self = (uint32_t)getpid();

        filter->count = 0;
        load(filter, offsetof(struct seccomp_data, arch));
        add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
        refuse(filter, EPERM);
        load(filter, offsetof(struct seccomp_data, nr));
        hide_clone3(filter);
        if (what == SECCOMP_FOR_WORKERS)
                allow_processes(filter);
        else
                allow_threads(filter);
        allow_with(filter, SYS_ioctl, 1, of_terminals, sizeof(of_terminals) / sizeof(of_terminals[0]));
        /* abort() */
        if (what != SECCOMP_FOR_WORKERS)
                allow_with(filter, SYS_tgkill, 0, &self, 1);
        if (what == SECCOMP_FOR_READING)
                allow_reading(filter);
        allow_others(filter, what);
}

bool seccomp_apply(enum seccomp_for what) {
        struct filter filter;
        struct sock_fprog program = { .filter = filter.steps };

        build(&filter, what);
        program.len = filter.count;
        /* Nothing here needs the slow guard against guesses of the processor that older kernels tie to filters. */
        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) == 0)
                return true;
        return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

#else

bool seccomp_apply(enum seccomp_for what) {
        (void)what;
        return false;
}

#endif
