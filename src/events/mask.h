/*
 * mask: a record's text without its credentials. Everything that leaves a log
 * line for the report goes through here, in event_keep(), and nowhere else.
 *
 * Masked are the payloads of SASL exchanges (RFC 6120 section 6: auth,
 * challenge, response, success), passwords in elements, attributes and query
 * strings, Authorization headers and session cookies.
 */
#ifndef EVENTS_MASK_H
#define EVENTS_MASK_H

#include "base/buf.h"

/* Append `text` to `out`, each credential replaced by "***". 0, -ENOMEM or -E2BIG. */
int mask_secrets(struct buf *out, struct str text);

#endif
