#define _GNU_SOURCE /* O_PATH, syscall */
#include "cli/landlock.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's interface by its numbers, which are the same on all machines: headers
 * are older than kernels. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { QUERY_VERSION = 1, PATH_BENEATH = 1 };
enum {
        WRITE_FILE = 1 << 1,
        READ_FILE = 1 << 2,
        READ_DIR = 1 << 3,
        REMOVE_FILE = 1 << 5,
        MAKE_DIR = 1 << 7,
        MAKE_REG = 1 << 8,
        ALL_OF_1 = (1 << 13) - 1, /* of the interface's version 1: read, write, make, remove, execute */
        REFER = 1 << 13,          /* version 2: link and rename from folder to folder */
        TRUNCATE = 1 << 14,       /* version 3 */
        ALL_OF_NETWORK = 3,       /* version 4: TCP's bind and connect */
        ALL_OF_SCOPE = 3,         /* version 6: abstract sockets and signals to others */
};

struct ruleset {
        uint64_t files, network, scope;
};

struct __attribute__((packed)) rule {
        uint64_t allowed;
        int32_t fd;
};

/* The libraries and tables of the system, which iconv and the locale load when needed. */
static const char *const of_the_system[] = { "/usr/lib", "/usr/lib64", "/lib", "/lib64", NULL };

/* Everything that this kernel knows to refuse. -1 without Landlock. */
static int new_ruleset(void) {
        const long version = syscall(CREATE_RULESET, NULL, 0, QUERY_VERSION);
        struct ruleset ruleset = { .files = ALL_OF_1 };
        size_t bytes = offsetof(struct ruleset, network);

        if (version < 1)
                return -1;
        if (version >= 2)
                ruleset.files |= REFER;
        if (version >= 3)
                ruleset.files |= TRUNCATE;
        if (version >= 4) {
                ruleset.network = ALL_OF_NETWORK;
                bytes = offsetof(struct ruleset, scope);
        }
        if (version >= 6) {
                ruleset.scope = ALL_OF_SCOPE;
                bytes = sizeof(ruleset);
        }
        return (int)syscall(CREATE_RULESET, &ruleset, bytes, 0);
}

/* What is not there cannot be opened anyway; and pipes and the like are not Landlock's. */
static void allow(int ruleset, const char *path, uint64_t of_file, uint64_t of_folder) {
        struct rule rule = { .allowed = of_file, .fd = open(path, O_PATH | O_CLOEXEC) };
        struct stat info;

        if (rule.fd < 0)
                return;
        if (fstat(rule.fd, &info) == 0 && S_ISDIR(info.st_mode))
                rule.allowed = of_folder;
        syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0);
        close(rule.fd);
}

bool landlock_apply(const char *const *reads, const char *const *writes) {
        const int ruleset = new_ruleset();
        bool done;

        if (ruleset < 0)
                return false;
        for (size_t i = 0; of_the_system[i]; i++)
                allow(ruleset, of_the_system[i], READ_FILE, READ_FILE | READ_DIR);
        for (size_t i = 0; reads[i]; i++)
                allow(ruleset, reads[i], READ_FILE, READ_FILE | READ_DIR);
        /* A folder is opened as well, so that its entries can be brought to the disk. */
        for (size_t i = 0; writes[i]; i++)
                allow(ruleset, writes[i], WRITE_FILE, WRITE_FILE | MAKE_REG | MAKE_DIR | REMOVE_FILE | READ_DIR);
        done = syscall(RESTRICT_SELF, ruleset, 0) == 0;
        close(ruleset);
        return done;
}
