/*
 * address: pseudonyms of IP addresses that keep what they have in common. Two addresses
 * that share their first n bits have pseudonyms that share their first n bits, and no
 * more (after Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, 2002).
 * So a segment stays a segment.
 *
 * Each bit is flipped or not by what the key makes of the bits before it, but for those on
 * the way into a block of a meaning of its own (0/8, 127/8, multicast, link-local): no
 * address enters or leaves one. Private addresses do not stay private ones: in so small a
 * block a pseudonym would often be another's real address.
 */
#ifndef REDACT_ADDRESS_H
#define REDACT_ADDRESS_H

#include "base/buf.h"
#include "base/sha256.h"

enum { ADDRESS_BYTES = 64 }; /* of any address as a text, with its NUL */

/* Is the whole of `text` an address, IPv4 or IPv6 without port or zone? */
bool address_is(struct str text);

/* Its pseudonym as a text; false where it is none. It takes a hundred microseconds. */
bool address_pseudonym(const struct hmac *key, struct str text, char ret_text[static ADDRESS_BYTES]);

/* The same on every machine, such as 127.0.0.1: it says nothing. */
bool address_is_common(struct str text);

#endif
