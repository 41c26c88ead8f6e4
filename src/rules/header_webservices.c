/*
 * line      = [ [ seq ":" " "? ] host? ": " ] stamp ": %" facility ...
 * seq       = 1 to 12 digits
 * host      = a name or an address, which may be IPv6; empty in "seq:: stamp" and "seq: : stamp"
 * stamp     = Mon D YYYY HH:MM:SS[.mmm] zone         D is one or two digits, or a blank and one
 * facility  = thread "-" severity "-" mnemonic       up to the first ": "
 *
 * A thread's name holds digits, dashes, blanks and brackets; a mnemonic blanks, dots
 * and brackets. "CCBU_" before the thread is the web service's. Where another
 * facility logs into the same file its lines begin records too, else they would pass
 * for the end of the record before.
 */
#define _GNU_SOURCE /* memrchr */
#include "rules/header.h"

enum { SEQUENCE_DIGITS = 12, YEAR_AND_TIME_BYTES = 14 };

static size_t skip_blanks(struct str line, size_t at) {
        while (at < line.n && line.p[at] == ' ')
                at++;
        return at;
}

static size_t skip_digits(struct str line, size_t at, size_t most) {
        const size_t end = at + most;

        if (most >= WORD_BYTES && line.n - at >= WORD_BYTES) {
                const uint64_t others = word_not_digit(word_load(line.p + at));

                if (others)
                        return at + word_first(others);
                at += WORD_BYTES;
        }
        while (at < line.n && at < end && byte_is_digit(line.p[at]))
                at++;
        return at;
}

/* "+0530", "-04:00", "UTC": its length, or 0. */
static size_t zone_length(struct str s) {
        if (str_starts(s, STR("UTC")) || str_starts(s, STR("GMT")))
                return 3;
        if (str_starts(s, STR("Z")))
                return 1;
        if (s.n == 0 || (s.p[0] != '+' && s.p[0] != '-'))
                return 0;
        s = str_skip(s, 1);
        return header_shape(s, STR("9999")) ? 5 : header_shape(s, STR("99:99")) ? 6 : 0;
}

/* " 2017 00:16:04" */
static inline bool is_year_and_time(struct str s) {
        return s.n >= YEAR_AND_TIME_BYTES && (header_misfit(s.p, " 0000 00") | header_misfit(s.p + 6, "00:00:00")) == 0;
}

/* "Jun 17 2017 00:16:04.630 +0530": its length, or 0. */
static size_t web_stamp_length(struct str s) {
        size_t at, day, zone;

        if (!header_shape(s, STR("aaa ")) || s.p[0] < 'A' || s.p[0] > 'Z')
                return 0;
        day = 4 + (s.n > 4 && s.p[4] == ' ');
        at = skip_digits(s, day, 2);
        if (at == day || !is_year_and_time(str_skip(s, at)))
                return 0;
        at += YEAR_AND_TIME_BYTES;
        if (header_shape(str_skip(s, at), STR(".999")) || header_shape(str_skip(s, at), STR(",999")))
                at += 4;
        zone = at < s.n && s.p[at] == ' ' ? zone_length(str_skip(s, at + 1)) : 0;
        return zone ? at + 1 + zone : 0;
}

static inline bool is_host_byte(char c) {
        const char lower = byte_lower(c);

        return byte_is_digit(c) || (lower >= 'a' && lower <= 'z') || byte_is_one_of(c, ".:-_%[]");
}

/* What may stand in a host's name or address, and the colon that ends it. */
static bool is_host(struct str s) {
        for (size_t i = 0; i < s.n; i++) {
                while (s.n - i >= WORD_BYTES) {
                        const uint64_t word = word_load(s.p + i);
                        const uint64_t others = word_not_digit(word) & word_not_letter(word) & word_not(word, '.');

                        i += others ? word_first(others) : WORD_BYTES;
                        if (others)
                                break;
                }
                if (i < s.n && !is_host_byte(s.p[i]))
                        return false;
        }
        return str_ends(s, STR(":"));
}

/* "0000001043: host: ", "0000001043:: ", "host: ", or nothing. Gives where the
 * stamp would stand. */
static size_t parse_sequence_and_host(struct str line, struct header *header) {
        size_t at = skip_digits(line, 0, SEQUENCE_DIGITS);
        const bool has_sequence =
                at > 0 && at + 1 < line.n && line.p[at] == ':' && byte_is_one_of(line.p[at + 1], " :");
        const char *space;
        struct str host;

        at = has_sequence ? skip_blanks(line, at + 1) : 0;
        space = str_find_byte(str_skip(line, at), ' ');
        if (!space)
                return at;
        host = str_slice(line.p + at, space);
        if (!is_host(host))
                return at;
        header->host = span_between(at, at + host.n - 1);
        return skip_blanks(line, at + host.n);
}

/* Where thread, severity and mnemonic end: at the first ": ", or without one where
 * the line or the parameters begin to say something else. */
static size_t facility_end(struct str line, size_t at) {
        for (; at < line.n; at++) {
                char next;

                while (line.n - at >= WORD_BYTES) {
                        const uint64_t word = word_load(line.p + at);
                        const uint64_t marks = word_is(word, ':') | word_is(word, '%');

                        at += marks ? word_first(marks) : WORD_BYTES;
                        if (marks)
                                break;
                }
                if (at == line.n)
                        break;
                next = at + 1 < line.n ? line.p[at + 1] : ' ';
                if ((line.p[at] == ':' && (next == ' ' || next == '\t')) || (line.p[at] == '%' && next == '['))
                        break;
        }
        return at;
}

/* THREAD-6-MNEMONIC; the LAST -digit- splits, since threads end in digits too
 * ("CTIMessageEventExecutor-0-6-DECODED..."). */
size_t header_split_facility(struct str line, size_t at, struct header *header) {
        size_t end = facility_end(line, at);

        header->message_at = (uint32_t)at;
        while (end >= at + 3) {
                const char *dash = memrchr(line.p + at + 2, '-', end - at - 2);

                if (!dash)
                        break;
                end = (size_t)(dash - line.p);
                if (dash[-2] != '-' || dash[-1] < '0' || dash[-1] > '7')
                        continue;
                header->level = span_between(end - 1, end);
                header->message_at = (uint32_t)end + 1;
                return end - 2;
        }
        return at;
}

/* "UC_", "CUIC_": another component's facility. */
static bool is_other_facility(struct str s) {
        size_t at = 0;

        while (at < s.n && ((s.p[at] >= 'A' && s.p[at] <= 'Z') || (at > 0 && byte_is_digit(s.p[at]))))
                at++;
        return at > 1 && at < s.n && s.p[at] == '_';
}

/* Behind the stamp: ": %CCBU_" and where the thread begins. 0: no record. */
static size_t thread_begin(struct str line, size_t at) {
        if (at >= line.n || line.p[at] != ':')
                return 0;
        at = skip_blanks(line, at + 1);
        if (at >= line.n || line.p[at] != '%')
                return 0;
        at++;
        if (str_starts(str_skip(line, at), STR("CCBU_")))
                return at + 5;
        return is_other_facility(str_skip(line, at)) ? at : 0;
}

bool header_webservices(struct str line, struct header *header) {
        struct header found = { 0 };
        size_t at, stamp, thread;

        if (line.n == 0 || byte_is_one_of(line.p[0], " \t<"))
                return false;
        at = parse_sequence_and_host(line, &found);
        stamp = web_stamp_length(str_skip(line, at));
        thread = stamp ? thread_begin(line, at + stamp) : 0;
        if (!thread)
                return false;
        found.stamp = span_between(at, at + stamp);
        found.identity_at = (uint32_t)thread;
        found.thread = span_between(thread, header_split_facility(line, thread, &found));
        if (found.message_at == thread && !header_is_web_service(line, &found))
                return false;
        *header = found;
        return true;
}

bool header_is_web_service(struct str line, const struct header *header) {
        return str_ends(str_first(line, header->identity_at), STR("%CCBU_"));
}
