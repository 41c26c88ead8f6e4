/*
 * token: what differs in a log line from record to record: times, addresses, ids,
 * names, payloads. Each function gives the length of such a thing at the start of
 * `s`, 0 where there is none. What stands before `s` is the caller's to look at:
 * none of these asks whether a word began earlier.
 *
 * How far one looks ahead is bounded, so that a line of a million look-alikes
 * costs no more than its length; payloads and quotes may take all of `s`.
 */
#ifndef EVENTS_TOKEN_H
#define EVENTS_TOKEN_H

#include "base/str.h"

/* Letters, digits, '_' and bytes that are no ASCII. */
bool token_is_word_byte(char c);

/* ASCII letters, digits and '_' at the start of `s`. */
size_t token_word(struct str s);

/* "<body rid='1'><iq/></body>": whole elements; to the end where one stays open. */
size_t token_xml(struct str s);
/* {"id":"x"}, to the end where it stays open. */
size_t token_json(struct str s);
/* The quote that `s` begins with and the one that closes it, with what lies between. */
size_t token_quoted(struct str s);

/* 2017-06-17T00:16:04.630+05:30, 2017.06.17, 17/06/2017, 00:16:04, Jun 17 2017 00:16:04.630 +0530,
 * Fri Apr 14 11:04:26 EDT 2017, PT12.345S */
size_t token_time(struct str s);

/* f47ac10b-58cc-4372-a567-0e02b2c3d479 */
size_t token_uuid(struct str s);
/* 10.10.20.5, 10.10.20.5:7071. A version of four numbers looks the same. */
size_t token_ipv4(struct str s);
/* 2001:db8::1, ::1, fe80::1%eth0, 00:1a:2b:3c:4d:5e */
size_t token_ipv6(struct str s);

/* 1001003@fin1.ucce.local/desktop, bob@example.com; not HttpSession@758fcd8d, a
 * Java object. A resource ends at the first blank. */
size_t token_jid(struct str s);
/* fin1.ucce.local, fin1.ucce.local:5222, fin1.ucce.local/f382a015; not org.jivesoftware.openfire. */
size_t token_host(struct str s);
/* What follows the '@' of a Java object, or a session's id: hexadecimal digits. */
size_t token_hex_id(struct str s);

/* https://... up to a blank, a quote or a bracket */
size_t token_url(struct str s);
/* /desktop/logs/a.log; without the first '/' only with two more: text/xml is none. */
size_t token_path(struct str s);
/* A long run of base64. */
size_t token_base64(struct str s);
/* 12, -1, 12.5, 1.2.3; a sign counts where `s` begins with it. */
size_t token_number(struct str s);

#endif
