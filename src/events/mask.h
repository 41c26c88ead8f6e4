/*
 * mask: a text without its credentials (events/secret.h says what those are). Everything
 * that leaves a log line for the report goes through here: a record's text and its
 * fields in event_keep(), outlines in outline_add(), and names of files and what is
 * said of them in private_finish().
 *
 * What was masked stays as it is when it is masked again.
 */
#ifndef EVENTS_MASK_H
#define EVENTS_MASK_H

#include "base/buf.h"

/* Append `text` to `out`, each credential replaced by "***". 0, -ENOMEM or -E2BIG. */
int mask_secrets(struct buf *out, struct str text);

/* The same of `part`, a slice of `text`: what announces a credential may stand outside of it. */
int mask_part(struct buf *out, struct str text, struct str part);

#endif
