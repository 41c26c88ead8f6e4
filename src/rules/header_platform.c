/*
 * What the platform below the services writes.
 *
 * syslog  = prefix? ( [seq ": "] [host [":"]] stamp " UTC" " "* ":" " "* alarm )? | prefix text
 * prefix  = "Mon DD HH:MM:SS " host " " facility [ " " severity ] [ " " ] ":" ...
 * stamp   = "Mon DD" [ " YYYY" ] " HH:MM:SS" [ ".mmm" ]     without a year it is no date: left out
 * alarm   = "%" " "? NAME "-" severity "-" mnemonic ": " ...
 *
 *      May 21 08:10:24 pub local7 1 : 62: pub.x.com: May 21 2021 13:10:24.476 UTC : %UC_X-1-Y: %[NodeID=pub]: text
 *      Mar 18 16:40:52 pub local7 6 : 92: Mar 18 11:10:52.630 UTC : %CCM_X-X-6-Y: text
 *      pub.x.com Jul 02 2015 06:22:31 UTC :   %UC_X-3-Y: %[NodeID=pub]: text
 *      Nov 28 16:44:37 pub user 6 ilog_impl: emitted platform-event(--no-wait x)
 *      Nov 28 16:44:37 pub kernel: text
 *
 * cli     = "YYYY-MM-DD HH:MM:SS,mmm " level " [" thread "] " logger " - " text
 * history = "MM/DD/YYYY HH:MM:SS | " [ user ": " ] text
 */
#include "rules/header.h"

/* A word of the line at `at`: up to a blank. */
static struct str word_at(struct str line, size_t at) {
        const struct str rest = str_skip(line, at);
        const char *space = str_find_byte(rest, ' ');

        return space ? str_slice(rest.p, space) : rest;
}

static size_t skip_blanks(struct str line, size_t at) {
        while (at < line.n && line.p[at] == ' ')
                at++;
        return at;
}

/* ------------------------------------------------------------- syslog */

/* "May 21 08:10:24 HOST local7 1 : ...", or a program's name behind the host:
 * "kernel:". Gives where the text begins, 0 where it is no prefix. */
static size_t parse_prefix(struct str line, struct header *header) {
        struct str host, facility;
        size_t at;

        if (!header_shape(line, STR("aaa 99 99:99:99 ")) && !header_shape(line, STR("aaa  9 99:99:99 ")))
                return 0;
        host = word_at(line, 16);
        at = 16 + host.n + 1;
        facility = word_at(line, at);
        if (host.n == 0 || facility.n == 0 || facility.n > 64)
                return 0;
        header->host = span_between(16, 16 + host.n);
        if (str_ends(facility, STR(":")))
                return at;
        at += facility.n;
        return header_shape(str_skip(line, at), STR(" 9 ")) ? at + 3 : 0;
}

/* "Jul 02 2015 06:22:31", ".476" behind it or not, at the end of a text: where it
 * begins; the text's length where it does not end so. */
static size_t stamp_begin(struct str text) {
        static const struct str shapes[] = { STR_INIT("aaa 99 9999 99:99:99.999"), STR_INIT("aaa  9 9999 99:99:99.999"),
                                             STR_INIT("aaa 99 9999 99:99:99"), STR_INIT("aaa  9 9999 99:99:99") };

        for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
                if (text.n >= shapes[i].n && header_shape(str_skip(text, text.n - shapes[i].n), shapes[i]))
                        return text.n - shapes[i].n;
        return text.n;
}

/* The host before an alarm's stamp, where the line has no prefix. */
static struct span host_before(struct str line, size_t stamp) {
        size_t end = stamp, begin;

        while (end > 0 && byte_is_one_of(line.p[end - 1], " :"))
                end--;
        for (begin = end; begin > 0 && line.p[begin - 1] != ' ';)
                begin--;
        return span_between(begin, end);
}

/* "... UTC : %UC_X-1-Mnemonic: ...": the alarm's own stamp and its name. */
static bool parse_alarm(struct str line, struct header *header) {
        const char *utc = str_find(str_first(line, 256), STR(" UTC :"));
        size_t at, stamp;

        if (!utc)
                return false;
        at = skip_blanks(line, (size_t)(utc - line.p) + 6);
        if (at >= line.n || line.p[at] != '%')
                return false;
        at = skip_blanks(line, at + 1);
        if (at >= line.n || line.p[at] < 'A' || line.p[at] > 'Z')
                return false;
        stamp = stamp_begin(str_slice(line.p, utc));
        if (stamp < (size_t)(utc - line.p))
                header->stamp = span_between(stamp, (size_t)(utc - line.p) + 4);
        if (header->host.n == 0)
                header->host = host_before(line, stamp);
        header->identity_at = (uint32_t)at;
        header->logger = span_between(at, header_split_facility(line, at, header));
        return true;
}

bool header_syslog(struct str line, struct header *header) {
        struct header found = { 0 };
        size_t text = parse_prefix(line, &found);

        if (!parse_alarm(line, &found)) {
                if (text == 0)
                        return false;
                text = skip_blanks(line, text);
                if (str_starts(str_skip(line, text), STR(": ")))
                        text += 2;
                found.identity_at = found.message_at = (uint32_t)text;
        }
        *header = found;
        return true;
}

/* ------------------------------------------------------- cli, history */

bool header_cli(struct str line, struct header *header) {
        static const struct str stamp = STR_INIT("9999-99-99 99:99:99,999");
        struct header found = { .stamp = span_between(0, stamp.n) };
        struct str level, thread;
        const char *dash;
        size_t at = stamp.n + 1;

        if (!header_shape(line, stamp) || !str_starts(str_skip(line, stamp.n), STR(" ")))
                return false;
        found.identity_at = (uint32_t)at;
        at = skip_blanks(line, at);
        level = word_at(line, at);
        found.level = span_between(at, at + level.n);
        at = skip_blanks(line, at + level.n);
        if (str_starts(str_skip(line, at), STR("["))) {
                const char *close = str_find_byte(str_skip(line, at), ']');

                thread = close ? str_slice(line.p + at + 1, close) : str_skip(line, line.n);
                found.thread = span_between(at + 1, at + 1 + thread.n);
                at = close ? skip_blanks(line, at + thread.n + 2) : at;
        }
        dash = str_find(str_first(str_skip(line, at), 128), STR(" - "));
        if (dash) {
                found.logger = span_between(at, (size_t)(dash - line.p));
                at = (size_t)(dash - line.p) + 3;
        }
        found.message_at = (uint32_t)at;
        *header = found;
        return true;
}

bool header_history(struct str line, struct header *header) {
        static const struct str stamp = STR_INIT("99/99/9999 99:99:99");
        struct str user;
        size_t at = stamp.n + 3;

        if (!header_shape(line, stamp) || !str_starts(str_skip(line, stamp.n), STR(" | ")))
                return false;
        *header = (struct header){ .stamp = span_between(0, stamp.n), .identity_at = (uint32_t)at };
        user = word_at(line, at);
        if (str_ends(user, STR(":")))
                at = skip_blanks(line, at + user.n);
        header->message_at = (uint32_t)at;
        return true;
}
