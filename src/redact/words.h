/*
 * words: things of a known kind, written to `out` by their pseudonyms. What anybody's
 * logs have (the server's own accounts, "desktop", "localhost") stays.
 */
#ifndef REDACT_WORDS_H
#define REDACT_WORDS_H

#include "redact/pseudonyms.h"
#include "rules/ruleset.h"

struct words_of {
        struct pseudonyms names;
        const struct ruleset *ruleset;
};

/* Each 0 or -ENOMEM. */
int words_agent(struct words_of *words, struct buf *out, struct str name); /* also a person's full name */
/* The same where a text calls it so, and `sure` of it: other texts are searched for it only then. */
int words_user(struct words_of *words, struct buf *out, struct str name, bool sure);
int words_person(struct words_of *words, struct buf *out, struct str name);  /* word by word */
int words_host(struct words_of *words, struct buf *out, struct str host);    /* or an address */
int words_address(struct words_of *words, struct buf *out, struct str text); /* or a host */
int words_jid(struct words_of *words, struct buf *out, struct str jid);
int words_resource(struct words_of *words, struct buf *out, struct str resource);
int words_number(struct words_of *words, struct buf *out, struct str number);
int words_text(struct words_of *words, struct buf *out, struct str text);
int words_name(struct words_of *words, struct buf *out, struct str name);

/* A word of the product or of its logs, which says nothing of anybody. */
bool word_is_common(struct str word);

/* "null", "-1", nothing: there is nobody there. */
bool word_is_nobody(struct str word);

#endif
