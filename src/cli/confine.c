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

#include <stdbool.h>
#include <sys/prctl.h>

#include "cli/landlock.h"
#include "cli/seccomp.h"

size_t confine(const char *const *reads, const char *const *writes, const char *ret_names[static CONFINED_MOST]) {
        size_t count = 0;

        /* Both ask for it, so that no program with more rights is ever run confined. */
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
                return 0;
        if (landlock_apply(reads, writes))
                ret_names[count++] = "landlock";
        if (seccomp_apply(writes[0] != NULL))
                ret_names[count++] = "seccomp";
        return count;
}

#else

size_t confine(const char *const *reads, const char *const *writes, const char *ret_names[static CONFINED_MOST]) {
        (void)reads;
        (void)writes;
        (void)ret_names;
        return 0;
}

#endif
