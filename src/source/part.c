#define _GNU_SOURCE /* uselocale */
#include "source/part.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/file.h"

enum {
        /* Members below this are held; and for each thread how much all of them may be. */
        MEMBER_BYTES = 8 * 1024 * 1024,
        HELD_BYTES = 4 * 1024 * 1024,
        /* What one is charged at least: there are not to be many thousands of them. */
        LEAST_CHARGE = 64 * 1024,
        /* One below this is done sooner than somebody is awake: so many are one errand. */
        TINY_BYTES = 4 * 1024,
        TINY_AT_ONCE = 16,
        /* For each thread, files that were opened and are not done. */
        FILES_OPEN = 2,
};

/* ----------------------------------------------------------------- progress */

/* What a walk that was begun anew tells beyond the one before. */
static uint64_t fresh_bytes(struct crew *crew, uint64_t bytes) {
        const uint64_t again = bytes < crew->known ? bytes : crew->known;

        crew->known -= again;
        crew->told += bytes - again;
        return bytes - again;
}

/* The visitor is told by one thread. What the others have read is put aside until
 * then, and they hear of a wish to stop likewise. What is read again is not told again. */
static int count_bytes(void *userdata, uint64_t more_bytes) {
        struct walk *walk = userdata;
        struct crew *crew = walk->part->crew;
        uint64_t news;

        walk->bytes += more_bytes;
        news = walk->bytes > walk->told ? walk->bytes - walk->told : 0;
        walk->told += news;
        if (!pthread_equal(pthread_self(), crew->thread)) {
                atomic_fetch_add(&crew->put_aside, news);
                return atomic_load(&crew->stop);
        }
        news = fresh_bytes(crew, news + atomic_exchange(&crew->put_aside, 0));
        if (crew->visitor->tick && crew->visitor->tick(crew->visitor->userdata, news)) {
                crew->asked = true;
                atomic_store(&crew->stop, true);
        }
        return atomic_load(&crew->stop);
}

static void tell_progress(void *userdata) {
        struct walk *walk = userdata;

        ticker_tell(&walk->ticker, 0);
}

/* ----------------------------------------------------------- life cycle */

static int copy_place(struct walk *walk, const struct walk *from) {
        walk->name_at = from->name_at;
        return buf_add(&walk->path, buf_str(&from->path));
}

/* Others look at the list meanwhile. */
static int reserve_child(struct part *parent) {
        int r;

        pool_lock(parent->crew->pool);
        r = array_reserve(&parent->children, &parent->child_capacity, parent->child_count + 1, sizeof(struct part *));
        pool_unlock(parent->crew->pool);
        return r;
}

struct part *part_new(struct crew *crew, struct part *parent) {
        struct part *part = calloc(1, sizeof(*part));

        if (!part)
                return NULL;
        part->crew = crew;
        part->fd = -1;
        part->start = -1;
        walk_init(&part->walk, part);
        part->walk.ticker = (struct ticker){ .tick = count_bytes, .userdata = &part->walk };
        if (!parent || (copy_place(&part->walk, &parent->walk) == 0 && reserve_child(parent) == 0))
                return part;
        part_free(part);
        return NULL;
}

/* Nothing of what was found is left, and nothing below it. */
static void forget(struct part *part) {
        const struct bundle_visitor *visitor = part->crew->visitor;
        const size_t count = part->child_count;

        pool_lock(part->crew->pool);
        part->child_count = 0;
        pool_unlock(part->crew->pool);
        for (size_t i = 0; i < count; i++)
                part_free(part->children[i]);
        if (visitor->forget)
                visitor->forget(visitor->userdata, &part->walk.finds);
        walk_forget(&part->walk);
}

void part_free(struct part *part) {
        if (!part)
                return;
        forget(part);
        walk_release(&part->walk);
        free(part->children);
        if (part->fd >= 0)
                close(part->fd);
        free(part->bytes);
        free(part);
}

/* --------------------------------------------------------------- walking */

struct member_stream {
        struct stream stream;
        struct part *part;
        size_t given;
};

static ssize_t read_member(struct stream *stream, void *p, size_t n) {
        struct member_stream *member = (struct member_stream *)stream;
        const struct part *part = member->part;
        const size_t left = part->n - member->given;
        /* Of a run that is to stop it gives the beginning: what was taken out of its
         * container is named there. */
        int r = member->given ? ticker_tell(&part->walk.ticker, 0) : 0;

        if (r < 0)
                return r;
        if (left == 0) {
                stream->fault = part->end.fault;
                stream->fault_told = part->end.fault_told;
                stream->fault_offset = part->end.fault_offset;
                return 0;
        }
        n = n < left ? n : left;
        memcpy(p, part->bytes + member->given, n);
        member->given += n;
        return (ssize_t)n;
}

static int walk_member(struct part *part) {
        struct member_stream member = { .stream = { .read = read_member, .fault = DIAG_NONE }, .part = part };

        metering_enter(&part->walk.metering, part->n);
        return walk_stream(&part->walk, &member.stream, part->depth);
}

/* What its stream says of the file as a whole. */
static int tell_file(struct walk *walk, const struct file_stream *file) {
        struct diag place = { .code = file->stream.fault, .path = buf_str(&walk->path), .offset = file->bytes };

        if (file->error)
                return walk_tell_error(walk, DIAG_OPEN_FAILED, file->bytes, "reading stopped", file->error);
        if (file->stream.fault == DIAG_FILE_CHANGED)
                return diags_add(&walk->finds.diags, &place,
                                 "it held %llu bytes when it was opened, and %llu could be read",
                                 (unsigned long long)file->wanted, (unsigned long long)file->bytes);
        return file->grew ? walk_tell(walk, DIAG_FILE_GREW) : 0;
}

static int walk_file(struct walk *walk, int fd) {
        struct file_stream file;
        int r;

        file_stream_init(&file, fd, walk->part->crew->chunk_bytes, &walk->ticker);
        file.feed = walk->part->feed;
        /* Walked again it is what it was, however somebody has changed it meanwhile. */
        if (walk->wanted)
                file.wanted = walk->wanted;
        walk->wanted = walk->metering.packed = file.wanted;
        walk->closed = &file.closed;
        r = walk_stream(walk, &file.stream, 0);
        walk->closed = NULL;
        if (r == 0)
                r = file_stream_finish(&file);
        if (walk->limited)
                walk->bytes = walk->limited_at;
        return r < 0 ? r : tell_file(walk, &file);
}

static int walk_once(struct part *part) {
        return part->fd >= 0 || part->feed ? walk_file(&part->walk, part->fd) : walk_member(part);
}

/* Can it be walked again, and all that was found be forgotten? */
static bool is_repeatable(const struct part *part) {
        return part->crew->visitor->forget && !part->feed && (part->fd < 0 || part->start >= 0);
}

static bool are_done(const void *userdata) {
        const struct part *part = userdata;

        for (size_t i = 0; i < part->child_count; i++)
                if (!part->children[i]->done || !are_done(part->children[i]))
                        return false;
        return true;
}

static void wait_for_children(struct part *part, enum task_kind most) {
        pool_lock(part->crew->pool);
        pool_wait_until(part->crew->pool, are_done, part, most, tell_progress, &part->walk);
        pool_unlock(part->crew->pool);
}

static int walk_again(struct part *part) {
        wait_for_children(part, TASK_MEMBER);
        forget(part);
        part->walk.engine = DEFLATE_ZLIB;
        if (part->fd >= 0 && lseek(part->fd, part->start, SEEK_SET) < 0)
                return -errno;
        return walk_once(part);
}

static int walk_part(struct part *part) {
        const bool repeatable = is_repeatable(part);
        const struct quota_mark mark = quota_mark(&part->crew->quota);
        locale_t before = (locale_t)0;
        int r;

        if (part->crew->utf8 != (locale_t)0)
                before = uselocale(part->crew->utf8);
        part->walk.engine = repeatable ? DEFLATE_FAST : DEFLATE_ZLIB;
        r = walk_once(part);
        if (r == 0 && part->walk.doubt) {
                quota_return(&part->crew->quota, mark);
                r = walk_again(part);
        }
        if (before != (locale_t)0)
                uselocale(before);
        return r;
}

static size_t charge_of(const struct part *part) {
        return part->n == 0 ? 0 : part->n < LEAST_CHARGE ? LEAST_CHARGE : part->n;
}

/* It holds nothing any more but what was found. */
static void give_back(struct part *part, int result) {
        struct crew *crew = part->crew;

        if (part->fd >= 0)
                close(part->fd);
        free(part->bytes);
        pool_lock(crew->pool);
        crew->files_open -= part->fd >= 0;
        crew->held_bytes -= charge_of(part);
        part->fd = -1;
        part->bytes = NULL;
        part->n = 0;
        part->result = result;
        part->done = true;
        if (result < 0)
                atomic_store(&crew->stop, true);
        pool_tell(crew->pool);
        pool_unlock(crew->pool);
}

static void run_part(struct task *task) {
        struct part *part = (struct part *)task; /* its first member */

        give_back(part, walk_part(part));
}

/* ---------------------------------------------------------------- adding */

static bool has_room_for_file(const void *userdata) {
        const struct crew *crew = userdata;

        return crew->files_open < FILES_OPEN * (size_t)pool_threads(crew->pool);
}

static bool has_room_for_member(const void *userdata) {
        const struct crew *crew = userdata;

        return crew->held_bytes < HELD_BYTES * (size_t)pool_threads(crew->pool);
}

/* Is there somebody to share the work, and may it be done in any order? */
static bool is_shared(const struct crew *crew) {
        return pool_threads(crew->pool) > 1 && !crew->quota.in_order;
}

static void queue(struct crew *crew, struct part *part) {
        const bool tiny = part->fd < 0 && part->n < TINY_BYTES;

        crew->tiny_queued = tiny ? (crew->tiny_queued + 1) % TINY_AT_ONCE : 0;
        if (crew->tiny_queued)
                pool_add_quietly(crew->pool, &part->task);
        else
                pool_add(crew->pool, &part->task);
}

/* One thread alone walks it on the spot. */
static void begin(struct walk *walk, struct part *part, bool now) {
        struct part *parent = walk->part;
        struct crew *crew = part->crew;

        pool_lock(crew->pool);
        parent->children[parent->child_count++] = part;
        crew->files_open += part->fd >= 0;
        crew->held_bytes += charge_of(part);
        if (!now)
                queue(crew, part);
        pool_unlock(crew->pool);
        if (now)
                run_part(&part->task);
}

/* Where it starts, when it can be read from there again. */
static off_t start_of(int fd) {
        struct stat info;

        return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? lseek(fd, 0, SEEK_CUR) : -1;
}

int part_add_file(struct walk *walk, int fd, bool is_path) {
        struct crew *crew = walk->part->crew;
        const bool now = is_path || !is_shared(crew);
        struct part *part = part_new(crew, walk->part);

        if (!part) {
                close(fd);
                return -ENOMEM;
        }
        part->task = (struct task){ .run = run_part, .kind = TASK_FILE };
        part->fd = fd;
        part->start = start_of(fd);
        part->walk.is_path = is_path;
        begin(walk, part, now);
        if (now)
                return part->result;
        pool_lock(crew->pool);
        pool_wait_until(crew->pool, has_room_for_file, crew, TASK_FILE, tell_progress, walk);
        pool_unlock(crew->pool);
        return ticker_tell(&walk->ticker, 0);
}

int part_add_feed(struct walk *walk, const struct feed *feed) {
        struct part *part = part_new(walk->part->crew, walk->part);

        if (!part)
                return -ENOMEM;
        part->feed = feed;
        part->walk.is_path = true;
        begin(walk, part, true);
        return part->result;
}

static bool has_no_file(const void *userdata) {
        return ((const struct crew *)userdata)->files_open == 0;
}

bool part_wait_for_files(struct walk *walk) {
        struct crew *crew = walk->part->crew;
        bool waited;

        pool_lock(crew->pool);
        waited = !has_no_file(crew);
        pool_wait_until(crew->pool, has_no_file, crew, TASK_FILE, tell_progress, walk);
        pool_unlock(crew->pool);
        return waited;
}

/* A member of a member would be unpacked twice as deep in memory: it is walked on the spot. */
int part_add_member(struct walk *walk, struct peek_stream *input, uint64_t depth) {
        struct crew *crew = walk->part->crew;
        struct part *part;
        struct str all;
        int r;

        if (!is_shared(crew) || walk->part->fd < 0)
                return 0;
        pool_lock(crew->pool);
        pool_wait_until(crew->pool, has_room_for_member, crew, TASK_MEMBER, tell_progress, walk);
        pool_unlock(crew->pool);
        r = peek_look_far(input, MEMBER_BYTES, &all);
        if (r < 0 || all.n == MEMBER_BYTES)
                return r;
        part = part_new(crew, walk->part);
        if (!part)
                return -ENOMEM;
        part->task = (struct task){ .run = run_part, .kind = TASK_MEMBER };
        part->depth = depth;
        peek_take(input, &part->bytes, &part->n, &part->end);
        part->walk.metering.file = &walk->metering;
        part->walk.metering.packed = part->n;
        part->walk.archives = part->walk.around = walk->archives;
        begin(walk, part, false);
        return 1;
}

/* The first that is more than the echo of another's. */
static int result_of(const struct part *part) {
        int result = part->result;

        for (size_t i = 0; i < part->child_count; i++) {
                int r = result_of(part->children[i]);

                if (r < 0 && (result == 0 || result == -ECANCELED))
                        result = r;
        }
        return result;
}

int part_finish(struct part *part) {
        wait_for_children(part, TASK_FILE);
        return result_of(part);
}
