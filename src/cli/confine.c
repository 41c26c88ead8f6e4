#define _GNU_SOURCE
#include "cli/confine.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define UNDER_A_SANITIZER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_A_SANITIZER
#endif

#if defined(__linux__) && !defined(UNDER_A_SANITIZER)

#include <sys/prctl.h>

#include "cli/landlock.h"
#include "cli/seccomp.h"

static size_t confine_as(const char *const *reads, const char *const *writes, enum seccomp_for what,
                         const char *ret_names[static CONFINED_MOST]) {
        size_t count = 0;

        /* Both ask for it, so that no program with more rights is ever run confined. */
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
                return 0;
        if (landlock_apply(reads, writes))
                ret_names[count++] = "landlock";
        if (seccomp_apply(what))
                ret_names[count++] = "seccomp";
        return count;
}

size_t confine(const char *const *reads, const char *const *writes, const char *ret_names[static CONFINED_MOST]) {
        return confine_as(reads, writes, writes[0] ? SECCOMP_FOR_FILES : SECCOMP_FOR_READING, ret_names);
}

void confine_with_workers(const char *const *reads, const char *const *writes) {
        const char *names[CONFINED_MOST];

        confine_as(reads, writes, SECCOMP_FOR_WORKERS, names);
}

bool confine_is_possible(void) {
        return true;
}

#else

size_t confine(const char *const *reads, const char *const *writes, const char *ret_names[static CONFINED_MOST]) {
        (void)reads;
        (void)writes;
        (void)ret_names;
        return 0;
}

void confine_with_workers(const char *const *reads, const char *const *writes) {
        (void)reads;
        (void)writes;
}

bool confine_is_possible(void) {
        return false;
}

#endif
