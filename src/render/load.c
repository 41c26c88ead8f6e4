#define _POSIX_C_SOURCE 200809L /* O_CLOEXEC */
#include "render/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

/* More than a report of 100 000 findings has; a tenth of it is unusual. */
enum { MOST_BYTES = 1 << 30, READ_BYTES = 1 << 16 };

static int keep(void *userdata, const void *data, size_t bytes) {
        return buf_add(userdata, (struct str){ data, bytes });
}

int view_of_report(struct view *view, const struct report *report) {
        char wrong[VIEW_WRONG_BYTES];
        struct buf json;

        buf_init(&json, SIZE_MAX / 2);
        if (report_write_json(report, keep, &json) < 0) {
                buf_release(&json);
                return -ENOMEM;
        }
        return view_read(view, json.p, json.n, wrong);
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
                        snprintf(ret_wrong, VIEW_WRONG_BYTES, "cannot be read: %s", strerror(errno));
                        return -EBADMSG;
                }
                json->n += got > 0 ? (size_t)got : 0;
                more = json->cap > json->n ? 1 : READ_BYTES;
        }
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
        if (r < 0)
                buf_release(ret_text);
        return r;
}

int view_load(struct view *view, const char *path, char ret_wrong[static VIEW_WRONG_BYTES]) {
        struct buf json;
        int r = text_load(path, &json, ret_wrong);

        return r < 0 ? r : view_read(view, json.p, json.n, ret_wrong);
}
