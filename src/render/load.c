#define _POSIX_C_SOURCE 200809L /* O_CLOEXEC */
#include "render/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/pages.h"

/* More than a report of 100 000 findings has; a tenth of it is unusual. */
enum { MOST_BYTES = 1 << 30, READ_BYTES = 1 << 16 };
/* Of a report that is yet to be written. */
enum { SMALL_BYTES = 1 << 20, EXPECTED_BYTES = 1 << 24 };

/* Behind what is wrong with a file that holds logs. */
#define LOGS_HINT "; 'boshscope analyze' makes a report of logs"

struct keeping {
        struct buf json;
        writer_fn *write;
        void *userdata;
        int error;
};

static int keep(void *userdata, const void *data, size_t bytes) {
        struct keeping *keeping = userdata;

        keeping->error = buf_add(&keeping->json, (struct str){ data, bytes });
        if (keeping->error == 0 && keeping->write && keeping->write(keeping->userdata, data, bytes) != 0)
                keeping->error = -EIO;
        return keeping->error;
}

/* What is not written to takes no memory, and a small report no large page. */
static void expect_much(struct buf *json, size_t bytes) {
        if (buf_reserve(json, bytes) == 0 && json->cap > SMALL_BYTES)
                pages_large(json->p + SMALL_BYTES, json->cap - SMALL_BYTES);
}

int view_of_report(struct view *view, const struct report *report, writer_fn *write, void *userdata) {
        struct keeping keeping = { .write = write, .userdata = userdata };
        char wrong[VIEW_WRONG_BYTES];

        buf_init(&keeping.json, SIZE_MAX / 2);
        expect_much(&keeping.json, EXPECTED_BYTES);
        if (report_write_json(report, keep, &keeping) < 0) {
                buf_release(&keeping.json);
                return keeping.error;
        }
        return view_read(view, keeping.json.p, keeping.json.n, wrong);
}

/* How much is to come, and one byte more, so that the end is seen without growing. */
static size_t expected_bytes(int fd) {
        struct stat info;

        if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode) || info.st_size < 0 || info.st_size >= MOST_BYTES)
                return READ_BYTES;
        return (size_t)info.st_size + 1;
}

static int read_all(int fd, struct buf *json, char ret_wrong[static VIEW_WRONG_BYTES]) {
        size_t more = expected_bytes(fd);

        expect_much(json, more);
        for (;;) {
                int r = buf_reserve(json, more);
                ssize_t got;

                if (r == -E2BIG) {
                        snprintf(ret_wrong, VIEW_WRONG_BYTES, "is larger than 1 GiB");
                        return -EBADMSG;
                }
                if (r < 0)
                        return r;
                got = read(fd, json->p + json->n, json->cap - json->n);
                if (got == 0)
                        return 0;
                if (got < 0 && errno != EINTR) {
                        snprintf(ret_wrong, VIEW_WRONG_BYTES, "cannot be read: %s%s", strerror(errno),
                                 errno == EISDIR ? LOGS_HINT : "");
                        return -EBADMSG;
                }
                json->n += got > 0 ? (size_t)got : 0;
                more = json->cap > json->n ? 1 : READ_BYTES;
        }
}

/* gzip, zip and tar begin so; a name on a command line is soon mistaken. */
static bool is_packed(struct str bytes) {
        return str_starts(bytes, STR("\x1f\x8b")) || str_starts(bytes, STR("PK\x03\x04")) ||
               str_starts(str_skip(bytes, 257), STR("ustar"));
}

int text_load(const char *path, struct buf *ret_text, char ret_wrong[static VIEW_WRONG_BYTES]) {
        const bool is_stdin = strcmp(path, "-") == 0;
        const int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
        int r;

        if (fd < 0) {
                snprintf(ret_wrong, VIEW_WRONG_BYTES, "cannot be read: %s", strerror(errno));
                return -EBADMSG;
        }
        buf_init(ret_text, MOST_BYTES);
        r = read_all(fd, ret_text, ret_wrong);
        if (!is_stdin)
                close(fd);
        if (r == 0 && is_packed(buf_str(ret_text))) {
                snprintf(ret_wrong, VIEW_WRONG_BYTES, "is packed, as a log bundle is, and no report" LOGS_HINT);
                r = -EBADMSG;
        }
        if (r < 0)
                buf_release(ret_text);
        return r;
}

int view_load(struct view *view, const char *path, char ret_wrong[static VIEW_WRONG_BYTES]) {
        struct buf json;
        int r = text_load(path, &json, ret_wrong);

        return r < 0 ? r : view_read(view, json.p, json.n, ret_wrong);
}
