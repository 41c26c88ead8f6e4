/*
 * fail_call CALL ERRNO PROGRAM [ARGUMENT...]
 *
 * Runs a program whose system calls of one kind fail: write (of files, not of the
 * standard streams), fsync, link, rename, nameless (O_TMPFILE), thread. ERRNO is a
 * number; 0 kills the program there, as SIGKILL would. Several are nested. Exit status
 * 77: this system has no filters of system calls.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SKIPPED = 77, MOST_STEPS = 32, NONE = 0xffff };

/* A call fails where its argument is greater than, or has a bit of, a value. */
enum test { ALWAYS, GREATER, HAS_BIT };

static const struct call {
        const char *name;
        uint32_t numbers[4];
        enum test test;
        uint8_t argument;
        uint32_t value;
} calls[] = {
        { "write", { SYS_write, SYS_writev, NONE, NONE }, GREATER, 0, STDERR_FILENO },
        { "fsync", { SYS_fsync, NONE, NONE, NONE }, ALWAYS, 0, 0 },
        { "link", { SYS_linkat, NONE, NONE, NONE }, ALWAYS, 0, 0 },
#ifdef SYS_rename
        { "rename", { SYS_rename, SYS_renameat, SYS_renameat2, NONE }, ALWAYS, 0, 0 },
#else
        { "rename", { SYS_renameat2, NONE, NONE, NONE }, ALWAYS, 0, 0 },
#endif
        { "nameless", { SYS_openat, NONE, NONE, NONE }, HAS_BIT, 2, O_TMPFILE & ~O_DIRECTORY },
        { "thread", { SYS_clone, SYS_clone3, NONE, NONE }, ALWAYS, 0, 0 },
};

static struct sock_filter steps[MOST_STEPS];
static unsigned short count;

static void add(struct sock_filter step) {
        steps[count++] = step;
}

/* The first test of three steps whose last one gives the verdict, where it holds. */
static void add_test(const struct call *call, uint32_t verdict) {
        if (call->test != ALWAYS) {
                add((struct sock_filter)BPF_STMT(
                        BPF_LD | BPF_W | BPF_ABS,
                        (uint32_t)(offsetof(struct seccomp_data, args) + call->argument * sizeof(uint64_t))));
                add((struct sock_filter)BPF_JUMP(BPF_JMP | (call->test == GREATER ? BPF_JGT : BPF_JSET) | BPF_K,
                                                 call->value, 0, 1));
        }
        add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
        add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

static int apply(const struct call *call, int error) {
        const uint32_t verdict = error ? SECCOMP_RET_ERRNO | (uint32_t)error : SECCOMP_RET_KILL_PROCESS;
        const uint8_t over = call->test == ALWAYS ? 2 : 4;
        struct sock_fprog program = { .filter = steps };

        for (size_t i = 0; i < sizeof(call->numbers) / sizeof(call->numbers[0]); i++) {
                add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
                add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call->numbers[i], 0, over));
                add_test(call, verdict);
        }
        add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
        program.len = count;
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
                return -1;
        return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

int main(int argc, char **argv) {
        for (size_t i = 0; argc > 3 && i < sizeof(calls) / sizeof(calls[0]); i++) {
                if (strcmp(calls[i].name, argv[1]) != 0)
                        continue;
                if (apply(&calls[i], atoi(argv[2])) != 0) {
                        perror("seccomp");
                        return SKIPPED;
                }
                execv(argv[3], argv + 3);
                perror(argv[3]);
                return 1;
        }
        fputs("fail_call CALL ERRNO PROGRAM [ARGUMENT...]\n", stderr);
        return 2;
}
