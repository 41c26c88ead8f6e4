/*
 * text: pseudonyms in what was written for people: records, outlines, reasons, paths.
 * The first of these that stands at a place counts:
 *
 *      what is told by its form      10.1.2.3, fe80::1, 00:1a:2b:3c:4d:5e, a@b.c/d, fin1.ucce.local, +14085551234
 *      the value of a known key      agentID=1, "firstName":"A", extension: 1, [NodeID=a]
 *      what an element is about      <fromAddress>1</fromAddress>, <body>what was said</body>, escaped or not
 *      an original that is known     wherever it stands, in capitals or not
 *
 * Times, ids of sessions and requests, numbers of versions and all other words stay, so
 * that the record can be read, and found again in the logs. In a path only common words and
 * times stay: what a folder is called may be anybody's name.
 *
 * So texts are gone through twice: the first time for what is to be known.
 */
#ifndef REDACT_TEXT_H
#define REDACT_TEXT_H

#include "redact/words.h"

/* Append `text` to `out`. 0, -ENOMEM or -E2BIG. */
int redact_text(struct words_of *words, struct buf *out, struct str text);
int redact_path(struct words_of *words, struct buf *out, struct str path);

#endif
