#include "rules/header.h"

/* "Jun 17 2017 00:16:04.630 +0530: %CCBU_": its length without the tail, or 0. */
static size_t web_stamp_length(struct str s) {
        size_t at = 4;

        if (s.n < 40 || s.p[3] != ' ' || s.p[0] < 'A' || s.p[0] > 'Z')
                return 0;
        at += s.p[at] == ' ';
        at += byte_is_digit(s.p[at]);
        at += byte_is_digit(s.p[at]);
        if (!header_shape(str_skip(s, at), STR(" 9999 99:99:99.999 ")))
                return 0;
        at += 19;
        if (at >= s.n || (s.p[at] != '+' && s.p[at] != '-') || !header_shape(str_skip(s, at + 1), STR("9999: %CCBU_")))
                return 0;
        return at + 5;
}

/* "0000001043: host: ", "0000001043:: ", or nothing. Gives where the line goes on. */
static size_t parse_sequence_and_host(struct str line, struct header *header) {
        size_t at = 0;
        const char *space;

        while (at < line.n && at < 12 && byte_is_digit(line.p[at]))
                at++;
        if (at == 0 || at == line.n || line.p[at] != ':')
                return 0;
        at++;
        at += at < line.n && line.p[at] == ' ';
        space = str_find_byte(str_skip(line, at), ' ');
        if (!space || space == line.p + at || space[-1] != ':')
                return 0;
        header->host = span_between(at, (size_t)(space - line.p) - 1);
        return (size_t)(space - line.p) + 1;
}

/* THREAD-6-MNEMONIC up to the first ": "; the LAST -digit- splits, since
 * threads end in digits too ("CTIMessageEventExecutor-0-6-DECODED..."). Gives
 * where the mnemonic begins. */
static size_t parse_facility(struct str line, size_t at, struct header *header) {
        const char *colon = str_find(str_skip(line, at), STR(": "));

        for (size_t i = colon ? (size_t)(colon - line.p) : line.n; i >= at + 3; i--) {
                if (line.p[i - 1] != '-' || line.p[i - 3] != '-' || line.p[i - 2] < '0' || line.p[i - 2] > '7')
                        continue;
                header->thread = span_between(at, i - 3);
                header->level = span_between(i - 2, i - 1);
                return i;
        }
        return at;
}

bool header_webservices(struct str line, struct header *header) {
        struct header found = { 0 };
        size_t at, stamp;

        if (line.n == 0 || (!byte_is_digit(line.p[0]) && (line.p[0] < 'A' || line.p[0] > 'Z')))
                return false;
        at = parse_sequence_and_host(line, &found);
        stamp = web_stamp_length(str_skip(line, at));
        if (!stamp)
                return false;
        found.stamp = span_between(at, at + stamp);
        at += stamp + sizeof(": %CCBU_") - 1;
        found.identity_at = (uint32_t)at;
        found.message_at = (uint32_t)parse_facility(line, at, &found);
        *header = found;
        return true;
}
