/*
 * jid: who a JID names (RFC 7622: local@domain/resource; XEP-0106: \XX escapes
 * in the local part).
 *
 *      o\27brien@fin1.ucce.local/desktop  -->  agent O'Brien, compared without case
 *
 * Before sign-in a BOSH session's address is `domain/SID`, with no local part.
 */
#ifndef TIMELINE_JID_H
#define TIMELINE_JID_H

#include "base/buf.h"

struct jid {
        struct str local; /* empty when there is no '@' */
        struct str domain;
        struct str resource; /* empty when there is none */
};

/* Slices of `text`. Anything can be taken apart, so this never fails. */
struct jid jid_split(struct str text);

/* Append an agent's name as people write it: the local part without its escapes. */
int jid_unescape(struct buf *out, struct str local);

/* Append a whole JID as it is compared: in lower case (ASCII), and without the
 * blanks that some collected texts have behind a domain's dots. */
int jid_fold(struct buf *out, struct str jid);

/* Append in lower case (ASCII): for comparing names. */
int jid_fold_case(struct buf *out, struct str text);

#endif
