#define _GNU_SOURCE /* sched_getaffinity */
#include "cli/machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"

unsigned machine_cores(void) {
        cpu_set_t set;

        if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
                return (unsigned)CPU_COUNT(&set);
        return 1;
}

/* One line of a small file. */
static bool read_line(const char *path, char *line, size_t bytes) {
        FILE *file = fopen(path, "re");
        const bool good = file && fgets(line, (int)bytes, file);

        if (file)
                fclose(file);
        if (good)
                line[strcspn(line, "\n")] = '\0';
        return good;
}

/* What the group itself may have, not those above it. UINT64_MAX: "max", or not known. */
static uint64_t limit_of(const char *group) {
        char path[4096 + 64], line[64];
        uint64_t limit;

        snprintf(path, sizeof(path), "/sys/fs/cgroup%s/memory.max", group);
        return read_line(path, line, sizeof(line)) && number_parse(line, &limit) ? limit : UINT64_MAX;
}

/* The strictest from the process's group up to the top; "0::/path" of the second version alone. */
static uint64_t group_memory(void) {
        char group[4096];
        uint64_t least = UINT64_MAX;
        char *slash;

        if (!read_line("/proc/self/cgroup", group, sizeof(group)) || strncmp(group, "0::", 3) != 0)
                return limit_of("");
        memmove(group, group + 3, strlen(group + 3) + 1);
        do {
                const uint64_t limit = limit_of(group);

                least = limit < least ? limit : least;
                slash = strrchr(group, '/');
                if (slash)
                        *slash = '\0';
        } while (slash);
        return least;
}

uint64_t machine_memory(void) {
        const long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);
        const uint64_t all = pages > 0 && bytes > 0 ? (uint64_t)pages * (uint64_t)bytes : UINT64_C(1) << 30;
        const uint64_t group = group_memory();

        return group < all ? group : all;
}
