/*
 * secret: where a text holds credentials, by what announces them. Masks and counts
 * look here and nowhere else.
 *
 *      SASL            <auth>, <challenge>, <response>, <success> (RFC 6120 section 6)
 *      authorization   the header's scheme and token, in any case and notation; a token
 *                      behind "Bearer "
 *      cookie          Cookie, Set-Cookie
 *      session         JSESSIONID, JSESSIONIDSSO, ;jsessionid=
 *      password        elements, attributes, JSON, query strings, key=value, name="password" value="...",
 *                      https://user:password@host (masked, not counted)
 *      token           access_token, refresh_token, id_token, secrets, API keys, SAML, anything
 *                      that is a JSON web token
 *      code            ?code= and &code= of a sign-in by another server (RFC 6749)
 */
#ifndef EVENTS_SECRET_H
#define EVENTS_SECRET_H

#include "base/str.h"

enum secret_kind {
        SECRET_SASL,
        SECRET_AUTHORIZATION,
        SECRET_COOKIE,
        SECRET_SESSION,
        SECRET_PASSWORD,
        SECRET_TOKEN,
        SECRET_CODE,
        SECRET_KIND_COUNT,
};

/* Bytes [begin, begin + length) of a text are to be masked. */
struct secret {
        size_t begin, length; /* never 0 */
        enum secret_kind kind;
        bool sure; /* it looks like one, too: not "password=null", not an empty <auth> */
};

/* The first secret that is announced at `from` or behind it. A place inside another
 * secret is none. False when there is none. */
bool secret_next(struct str text, size_t from, struct secret *ret_secret);

/* May one be announced right there? What is told no is none. */
bool secret_may_begin(struct str text, size_t at);

#endif
