/*
 * header: the parts of a log line that begins a record, one layout a function.
 * What family_header() is made of; family.h says what the layouts look like.
 */
#ifndef RULES_HEADER_H
#define RULES_HEADER_H

#include "base/word.h"
#include "rules/family.h"

/* `ret_header` is filled only where the line is a header; of a line beyond 4 GiB
 * the caller gives the beginning. */
bool header_notification(struct str line, struct header *ret_header);
bool header_notification_after(struct str line, size_t stamp_length, struct header *ret_header);
/* Does the message begin with these bytes, whatever follows, where they stand behind a
 * stamp and a space? Then they are no level, no logger and no method. */
bool header_notification_is_plain(struct str bytes);
bool header_webservices(struct str line, struct header *ret_header);
bool header_syslog(struct str line, struct header *ret_header);
bool header_cli(struct str line, struct header *ret_header);
bool header_history(struct str line, struct header *ret_header);

/* A record of the web service's own facility, not of one that logs beside it? */
bool header_is_web_service(struct str line, const struct header *header);

/* NAME-6-MNEMONIC from `at` on: fills level and message_at, where the mnemonic begins,
 * and gives where the name ends; all is `at` where nothing splits. */
size_t header_split_facility(struct str line, size_t at, struct header *header);

/* Does the text begin like the shape? In it '9' is any digit, 'a' any letter, the
 * rest itself. */
bool header_shape(struct str s, struct str shape);

/* Eight bytes against eight of the shape, where '0' stands for a digit. Digits
 * differ from it by nine at most, other bytes may not differ at all. An answer. */
static inline uint64_t header_misfit(const char *text, const char *shape) {
        const uint64_t wanted = word_load(shape), off = word_load(text) ^ wanted;
        const uint64_t fixed = (word_not(wanted, '0') >> 7) * 9;

        return ((off + word_of(0x80 - 10) + fixed) | off) & WORD_HIGH;
}

static inline struct span span_between(size_t from, size_t to) {
        return (struct span){ (uint32_t)from, (uint32_t)(to - from) };
}

#endif
