/* packs: rule packs in a temporary directory, and the messages they make. */
#ifndef TESTS_UNIT_PACKS_H
#define TESTS_UNIT_PACKS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "rules/ruleset.h"

#include <dirent.h>
#include <unistd.h>

struct pack {
        char directory[64];
        char messages[16384]; /* one a line */
};

static void pack_open(struct pack *pack) {
        snprintf(pack->directory, sizeof(pack->directory), "/tmp/boshscope-test-XXXXXX");
        assert_non_null(mkdtemp(pack->directory));
        pack->messages[0] = '\0';
}

static void pack_write(const struct pack *pack, const char *name, const char *content, size_t bytes) {
        char path[512];
        FILE *file;

        snprintf(path, sizeof(path), "%s/%s", pack->directory, name);
        file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(content, 1, bytes, file), bytes);
        assert_int_equal(fclose(file), 0);
}

static inline void pack_add(const struct pack *pack, const char *name, const char *content) {
        pack_write(pack, name, content, strlen(content));
}

static void pack_close(struct pack *pack) {
        DIR *folder = opendir(pack->directory);
        const struct dirent *entry;
        char path[512];

        assert_non_null(folder);
        while ((entry = readdir(folder))) {
                snprintf(path, sizeof(path), "%s/%s", pack->directory, entry->d_name);
                if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2)
                        if (unlink(path) != 0)
                                rmdir(path);
        }
        closedir(folder);
        rmdir(pack->directory);
}

static void pack_message(void *userdata, const char *message) {
        struct pack *pack = userdata;
        size_t n = strlen(pack->messages);

        snprintf(pack->messages + n, sizeof(pack->messages) - n, "%s\n", message);
}

static inline int pack_load(struct pack *pack, struct ruleset **ret_ruleset) {
        pack->messages[0] = '\0';
        return ruleset_load(pack->directory, pack_message, pack, ret_ruleset);
}

#endif
