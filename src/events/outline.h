/*
 * outline: a record's message without what differs from record to record. The
 * report calls it a shape. Records that say the same have the same outline, and
 * its constant words are what a rule's `literal` could be:
 *
 *      Client provided invalid session: e81c3360. [10.10.31.18]
 *      Client provided invalid session: <id>. [<ip>]
 *
 * Placeholders: <n> number, <id>, <ip>, <host>, <jid> (also a name at a place that
 * says so: user=...), <time>, <path>, <url>, <xml>, <json>, "<text>" for what stands
 * in quotes, <more> for continuation lines. A row of the same ones with nothing but
 * separators in between is one. Bytes that are no UTF-8 show as U+FFFD. Credentials
 * are masked first.
 */
#ifndef EVENTS_OUTLINE_H
#define EVENTS_OUTLINE_H

#include "base/buf.h"

enum {
        OUTLINE_BYTES = 200,     /* a longer one is cut and ends in "..." */
        OUTLINE_LOOKED_AT = 2048 /* of the message's first line */
};

/* Append the outline of a message, which may have several lines, to `out`.
 * `scratch` is emptied. 0, -ENOMEM or -E2BIG. */
int outline_add(struct buf *out, struct buf *scratch, struct str message);

#endif
