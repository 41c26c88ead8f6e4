/* What a confined process can still do, and what is refused. Each attempt is made by a
 * child, which confines itself first: there is no way back. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/confine.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where the attempts are made: the first alone may be read, the second written. */
struct place {
        char top[64], bundle[96], output[96], inside[128], other[96];
};

static struct place place;

/* ------------------------------------------------------------ attempts */

/* 0, or the errno of what failed. */
typedef int attempt_fn(void);

static int of(long result) {
        return result < 0 ? errno : 0;
}

static int opened(const char *path, int flags) {
        int fd = open(path, flags | O_CLOEXEC, 0600);

        if (fd < 0)
                return errno;
        close(fd);
        return 0;
}

static int inet_socket(void) {
        return of(socket(AF_INET, SOCK_STREAM, 0));
}

static int unix_socket(void) {
        return of(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int socket_pair(void) {
        int pair[2];

        return of(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

static int exec(void) {
        char name[] = "true", *const arguments[] = { name, NULL };

        return of(execve("/bin/true", arguments, NULL));
}

static int new_process(void) {
        pid_t child = fork();

        if (child == 0)
                _exit(0);
        return of(child);
}

static int process_in_namespace(void) {
        return of(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0));
}

static int trace(void) {
        return of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int signal_parent(void) {
        return of(kill(getppid(), 0));
}

static int signal_parents_thread(void) {
        return of(syscall(SYS_tgkill, getppid(), getppid(), 0));
}

static int type_into_terminal(void) {
        return of(ioctl(STDIN_FILENO, TIOCSTI, "x"));
}

static int change_mode(void) {
        return of(chmod(place.inside, 0777));
}

static int change_length(void) {
        return of(truncate(place.other, 0));
}

static int mount_something(void) {
        return of(mount("none", place.top, "tmpfs", 0, NULL));
}

static int new_namespace(void) {
        return of(unshare(CLONE_NEWUSER));
}

static int gain_privileges(void) {
        return of(setuid(0));
}

static int write_other(void) {
        return opened(place.other, O_WRONLY);
}

static int read_other(void) {
        return opened(place.other, O_RDONLY);
}

static int make_elsewhere(void) {
        char path[128];

        snprintf(path, sizeof(path), "%s/new", place.top);
        return opened(path, O_WRONLY | O_CREAT | O_EXCL);
}

static int write_bundle(void) {
        return opened(place.bundle, O_WRONLY);
}

static int move_away(void) {
        char path[128];

        snprintf(path, sizeof(path), "%s/moved", place.top);
        return of(rename(place.inside, path));
}

static int remove_other(void) {
        return of(unlink(place.other));
}

static int make_by_reading(void) {
        char path[128];

        snprintf(path, sizeof(path), "%s/new", place.output);
        return opened(path, O_RDONLY | O_CREAT);
}

static int empty_by_reading(void) {
        return opened(place.inside, O_RDONLY | O_TRUNC);
}

static int make_nameless(void) {
        return opened(place.output, O_RDWR | O_TMPFILE);
}

static int write_self(void) {
        return opened("/proc/self/mem", O_RDWR);
}

static void *write_in_thread(void *userdata) {
        *(int *)userdata = write_other();
        return NULL;
}

/* A thread has what its maker had, and no more. */
static int write_other_by_thread(void) {
        pthread_t thread;
        int error = 0;

        if (pthread_create(&thread, NULL, write_in_thread, &error) != 0)
                return ENOSYS;
        pthread_join(thread, NULL);
        return error;
}

static int read_bundle(void) {
        return opened(place.bundle, O_RDONLY);
}

/* As cli/output.c does it. */
static int replace_output(void) {
        char temporary[128];
        int fd, error;

        snprintf(temporary, sizeof(temporary), "%s/temporary", place.output);
        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0)
                return errno;
        error = write(fd, "new", 3) != 3 || fsync(fd) != 0 || close(fd) != 0 || rename(temporary, place.inside) != 0
                        ? errno
                        : 0;
        return error ? error : opened(place.output, O_RDONLY | O_DIRECTORY);
}

static int make_and_remove(void) {
        char path[128];
        int error;

        snprintf(path, sizeof(path), "%s/new", place.output);
        error = opened(path, O_WRONLY | O_CREAT | O_EXCL);
        return error ? error : of(unlink(path));
}

static int write_device(void) {
        return opened("/dev/null", O_WRONLY);
}

static int load_charset(void) {
        iconv_t convert = iconv_open("UTF-8", "GBK");

        if (convert == (iconv_t)-1)
                return errno;
        iconv_close(convert);
        return 0;
}

/* By the system's own signal, so that a fault still leaves its mark. */
static int abort_in_child(void) {
        signal(SIGABRT, SIG_IGN);
        return of(raise(SIGABRT));
}

/* ---------------------------------------------------------- the children */

/* WORKER: as a process that was made by one WITH_WORKERS. */
enum how { FREE, CONFINED, TO_STANDARD_OUTPUT, WITH_WORKERS, WORKER };

static size_t confine_here(enum how how, const char *ret_names[static CONFINED_MOST]) {
        const char *const reads[] = { place.bundle, "/no/such/file", NULL };
        const char *const writes[] = { place.output, "/dev/null", "/no/such/folder", NULL };
        const char *const nothing[] = { NULL };

        if (how == WITH_WORKERS || how == WORKER)
                confine_with_workers(reads, writes);
        if (how == FREE || how == WITH_WORKERS)
                return 0;
        return confine(reads, how == TO_STANDARD_OUTPUT ? nothing : writes, ret_names);
}

/* What the attempt came to in a confined child. */
static int attempt(attempt_fn *fn, enum how how) {
        pid_t child = fork();
        int status = 0;

        assert_true(child >= 0);
        if (child == 0) {
                const char *names[CONFINED_MOST];

                confine_here(how, names);
                _exit(fn());
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        return WEXITSTATUS(status);
}

static int has(const char *wanted) {
        const char *names[CONFINED_MOST];
        const size_t count = confine_here(CONFINED, names);

        for (size_t i = 0; i < count; i++)
                if (strcmp(names[i], wanted) == 0)
                        return 1;
        return 0;
}

static int has_landlock(void) {
        return has("landlock");
}

static int has_seccomp(void) {
        return has("seccomp");
}

/* Of the system itself, not of the code under test. */
static bool knows_landlock(void) {
        enum { CREATE_RULESET = 444, QUERY_VERSION = 1 };

        return syscall(CREATE_RULESET, NULL, 0, QUERY_VERSION) > 0;
}

static bool knows_seccomp(void) {
        const uint32_t action = 0x7fff0000; /* allow */
        enum { GET_ACTION_AVAIL = 2 };

#if !(defined(__x86_64__) || defined(__aarch64__)) || !defined(__LP64__)
        return false;
#endif
        return syscall(SYS_seccomp, GET_ACTION_AVAIL, 0, &action) == 0;
}

/* -------------------------------------------------------------- the tests */

static void what_there_is_is_applied(void **state) {
        (void)state;
        assert_int_equal(attempt(has_landlock, FREE), knows_landlock());
        assert_int_equal(attempt(has_seccomp, FREE), knows_seccomp());
}

struct refusal {
        const char *what;
        attempt_fn *fn;
        int error;
};

static void check_refused(enum how how, const struct refusal *refusals, size_t count) {
        for (size_t i = 0; i < count; i++) {
                const int error = attempt(refusals[i].fn, how);

                if (error != refusals[i].error)
                        fail_msg("%s: %s", refusals[i].what, error ? strerror(error) : "was allowed");
        }
}

static void other_system_calls_are_refused(void **state) {
        static const struct refusal refusals[] = {
                { "socket of the network", inet_socket, EPERM },
                { "socket of this machine", unix_socket, EPERM },
                { "pair of sockets", socket_pair, EPERM },
                { "exec", exec, EPERM },
                { "fork", new_process, EPERM },
                { "ptrace", trace, EPERM },
                { "signal to the parent", signal_parent, EPERM },
                { "signal to the parent's thread", signal_parents_thread, EPERM },
                { "TIOCSTI", type_into_terminal, EPERM },
                { "chmod", change_mode, EPERM },
                { "truncate", change_length, EPERM },
                { "mount", mount_something, EPERM },
                { "namespace", new_namespace, EPERM },
                { "setuid", gain_privileges, EPERM },
        };

        (void)state;
        if (!knows_seccomp())
                skip();
        check_refused(CONFINED, refusals, COUNT(refusals));
        check_refused(WORKER, refusals, COUNT(refusals));
}

/* Who makes workers may do no more than that. */
static void processes_for_workers(void **state) {
        static const struct refusal refusals[] = {
                { "socket of the network", inet_socket, EPERM },
                { "exec", exec, EPERM },
                { "fork", new_process, 0 },
                { "process in a namespace", process_in_namespace, EPERM },
                { "signal to oneself", abort_in_child, 0 },
                { "signal to the parent", signal_parent, EPERM },
                { "ptrace", trace, EPERM },
                { "TIOCSTI", type_into_terminal, EPERM },
                { "chmod", change_mode, EPERM },
                { "namespace", new_namespace, EPERM },
                { "read the bundle", read_bundle, 0 },
                { "replace the output", replace_output, 0 },
        };

        (void)state;
        if (!knows_seccomp())
                skip();
        check_refused(WITH_WORKERS, refusals, COUNT(refusals));
}

static void other_files_are_refused(void **state) {
        static const struct refusal refusals[] = {
                { "write elsewhere", write_other, EACCES },
                { "write elsewhere by a thread", write_other_by_thread, EACCES },
                { "read elsewhere", read_other, EACCES },
                { "make a file elsewhere", make_elsewhere, EACCES },
                { "remove a file elsewhere", remove_other, EACCES },
                { "move a file to elsewhere", move_away, EACCES },
                { "write to the bundle", write_bundle, EACCES },
                { "write to memory by its file", write_self, EACCES },
        };

        (void)state;
        if (!knows_landlock())
                skip();
        check_refused(CONFINED, refusals, COUNT(refusals));
        check_refused(WITH_WORKERS, refusals, COUNT(refusals));
        check_refused(WORKER, refusals, COUNT(refusals));
}

/* Then seccomp alone is enough to keep all files as they are. */
static void no_output_is_a_file(void **state) {
        static const struct refusal refusals[] = {
                { "read the bundle", read_bundle, 0 },
                { "load a character set", load_charset, 0 },
                { "write elsewhere", write_other, EPERM },
                { "write elsewhere by a thread", write_other_by_thread, EPERM },
                { "replace a file", replace_output, EPERM },
                { "make a file by a reader's opening", make_by_reading, EPERM },
                { "empty a file by a reader's opening", empty_by_reading, EPERM },
                { "make a nameless file", make_nameless, EPERM },
                { "remove a file", remove_other, EPERM },
                { "move a file", move_away, EPERM },
        };

        (void)state;
        if (!knows_seccomp())
                skip();
        check_refused(TO_STANDARD_OUTPUT, refusals, COUNT(refusals));
}

/* Both before and after: a refusal above is the confinement's doing. */
static void what_is_needed_works(void **state) {
        static const struct refusal needs[] = {
                { "read the bundle", read_bundle, 0 },
                { "replace the output", replace_output, 0 },
                { "make and remove in the output's folder", make_and_remove, 0 },
                { "write to a device that was named", write_device, 0 },
                { "load a character set", load_charset, 0 },
                { "signal oneself", abort_in_child, 0 },
        };

        (void)state;
        check_refused(CONFINED, needs, COUNT(needs));
        check_refused(WORKER, needs, COUNT(needs));
        assert_int_equal(attempt(inet_socket, FREE), 0);
        assert_int_equal(attempt(new_process, FREE), 0);
        assert_int_equal(attempt(exec, FREE), 0);
        assert_int_equal(attempt(write_other, FREE), 0);
        assert_int_equal(attempt(write_other_by_thread, FREE), 0);
        assert_int_equal(attempt(write_bundle, FREE), 0);
}

/* ------------------------------------------------------------- the place */

static int make_place(void **state) {
        (void)state;
        strcpy(place.top, "/tmp/boshscope-confine-XXXXXX");
        if (!mkdtemp(place.top))
                return -1;
        snprintf(place.bundle, sizeof(place.bundle), "%s/bundle", place.top);
        snprintf(place.output, sizeof(place.output), "%s/output", place.top);
        snprintf(place.inside, sizeof(place.inside), "%s/report", place.output);
        snprintf(place.other, sizeof(place.other), "%s/other", place.top);
        return mkdir(place.output, 0700) || opened(place.inside, O_WRONLY | O_CREAT) ||
               opened(place.bundle, O_WRONLY | O_CREAT) || opened(place.other, O_WRONLY | O_CREAT);
}

static int remove_place(void **state) {
        (void)state;
        return unlink(place.inside) || unlink(place.bundle) || unlink(place.other) || rmdir(place.output) ||
               rmdir(place.top);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_there_is_is_applied), cmocka_unit_test(other_system_calls_are_refused),
                cmocka_unit_test(processes_for_workers),    cmocka_unit_test(other_files_are_refused),
                cmocka_unit_test(no_output_is_a_file),      cmocka_unit_test(what_is_needed_works),
        };

        return cmocka_run_group_tests(tests, make_place, remove_place);
}
