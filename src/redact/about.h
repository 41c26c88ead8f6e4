/*
 * about: whom the value of a key, or the content of an element, tells of. The words are
 * those of the web service's REST and CTI messages, of XMPP's payloads and of syslog.
 */
#ifndef REDACT_ABOUT_H
#define REDACT_ABOUT_H

#include "base/str.h"

enum about {
        ABOUT_NOTHING, /* that we know of */
        ABOUT_AGENT,   /* an id, or a JID */
        ABOUT_PERSON,  /* a name */
        ABOUT_HOST,
        ABOUT_NUMBER, /* a telephone or a device */
        ABOUT_TEXT,   /* of a call, a team, an address */
        ABOUT_SAID,   /* between people, all that the element holds */
};

/* Without case, "-" and "_". */
enum about about_of_key(struct str key);
/* Likewise, without its prefix. */
enum about about_of_element(struct str name);

#endif
