#define _GNU_SOURCE /* getrandom */
#include "cli/batch.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/batch_run.h"
#include "cli/command.h"
#include "cli/machine.h"
#include "cli/message.h"

/* With less a worker is not begun: there are fewer side by side. */
#define MEMORY_LEAST (UINT64_C(64) << 20)

/* --------------------------------------------------------------------- options */

/* "3/8" */
static bool parse_shard(const char *text, uint32_t *ret_shard, uint32_t *ret_shards) {
        const char *slash = strchr(text, '/');
        char left[16];
        uint64_t shard, shards;

        if (!slash || (size_t)(slash - text) >= sizeof(left))
                return false;
        memcpy(left, text, (size_t)(slash - text));
        left[slash - text] = '\0';
        if (!number_parse(left, &shard) || !number_parse(slash + 1, &shards) || shards == 0 || shards > 1000000 ||
            shard >= shards)
                return false;
        *ret_shard = (uint32_t)shard;
        *ret_shards = (uint32_t)shards;
        return true;
}

static int bad_value(const char *command, const char *name, const char *value, const char *wanted) {
        return usage_error(command, "--%s '%s': not a usable value; give %s", name, value, wanted);
}

int batch_take(struct batch *batch, const char *command, int option, const char *name, const char *value) {
        uint64_t number;

        if (option != BATCH_OUT)
                batch->other = name;
        switch (option) {
        case BATCH_OUT:
                batch->out = value;
                return *value ? STATUS_OK : bad_value(command, name, value, "a directory");
        case BATCH_FROM_FILE:
                batch->from_file = value;
                return STATUS_OK;
        case BATCH_JOBS:
                if (!number_parse(value, &number) || number == 0 || number > WORKERS_MOST)
                        return bad_value(command, name, value, "a number from 1 to 256");
                batch->jobs = (unsigned)number;
                return STATUS_OK;
        case BATCH_MAX_MEMORY:
                if (!number_parse(value, &batch->memory) || batch->memory < MEMORY_LEAST)
                        return bad_value(command, name, value, "at least 64M, such as 2G");
                return STATUS_OK;
        case BATCH_RESUME:
                batch->resume = true;
                return STATUS_OK;
        default:
                if (parse_shard(value, &batch->shard, &batch->shards))
                        return STATUS_OK;
                return bad_value(command, name, value, "K/N with K from 0 to N-1, such as 0/8");
        }
}

/* ---------------------------------------------------------------------- checks */

static int check(const struct batch *batch, const struct request *request, const char *unmatched, char **argv,
                 int paths) {
        const char *command = request->command;

        if (request->forms->count)
                return usage_error(command,
                                   "--output %s: with --out every report has a name of its own; -f adds a form",
                                   request->forms->items[0].path);
        if (unmatched)
                return usage_error(command, "--unmatched %s: of one bundle at a time, without --out", unmatched);
        if (request->redact_map)
                return usage_error(command,
                                   "--redact-map %s: of one bundle at a time; the same --redact-key gives the same "
                                   "pseudonyms",
                                   request->redact_map);
        if (batch->resume && request->redact && !request->redact_key)
                return usage_error(command, "--resume: with --redact it wants the --redact-key of the first run, "
                                            "since without one nobody knows the names again");
        for (int i = 0; i < paths; i++)
                if (strcmp(argv[i], "-") == 0)
                        return usage_error(command,
                                           "-: standard input is one bundle, which has no name; leave out --out");
        if (paths == 0 && !batch->from_file)
                return usage_error(command, "%s: no PATH given; name bundles, or directories that hold them", command);
        return STATUS_OK;
}

static int make_out(const struct batch *batch) {
        struct stat info;
        int error = 0;

        if (mkdir(batch->out, 0777) != 0 && errno != EEXIST) {
                message("cannot make %s: %s", batch->out, strerror(errno));
                return STATUS_FAULT;
        }
        if (stat(batch->out, &info) != 0)
                error = errno;
        else if (!S_ISDIR(info.st_mode))
                error = ENOTDIR;
        else if (access(batch->out, W_OK | X_OK) != 0)
                error = errno;
        if (!error)
                return STATUS_OK;
        message("cannot write to %s: %s", batch->out, strerror(error));
        return STATUS_FAULT;
}

/* Pseudonyms agree between the bundles: all have one key, if one that nobody knows. */
static int set_key(const struct request *request) {
        unsigned char key[32];

        if (!request->redact || request->redact_key)
                return request_set_redact(request);
        if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key)) {
                message("cannot draw a key: %s", strerror(errno));
                return STATUS_FAULT;
        }
        return request_set(request, boshscope_options_set_redact(request->options, 1, key, sizeof(key)), "redact", "",
                           "");
}

/* --------------------------------------------------------------------- shares */

static unsigned side_by_side(const struct batch *batch, uint64_t memory) {
        const unsigned jobs = batch->jobs ? batch->jobs : machine_cores();
        const uint64_t most = memory / MEMORY_LEAST;

        return most < jobs ? most ? (unsigned)most : 1 : jobs < WORKERS_MOST ? jobs : WORKERS_MOST;
}

int batch_run(const struct batch *batch, struct request *request, const char *unmatched, int argc, char **argv) {
        const int paths = argc - optind;
        struct batch_run run = { .batch = batch, .request = request };
        int status = check(batch, request, unmatched, argv + optind, paths);

        if (status == STATUS_OK)
                status = set_key(request);
        if (status == STATUS_OK)
                status = make_out(batch);
        if (status != STATUS_OK)
                return status;
        run.memory = batch->memory ? batch->memory : machine_memory() / 4 * 3;
        run.side_by_side = side_by_side(batch, run.memory);
        run.words = (const char *const *)argv;
        run.word_count = (size_t)optind;
        return batch_run_all(&run, (const char *const *)argv + optind, (size_t)paths);
}
