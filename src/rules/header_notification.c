#include "rules/header.h"

/* Eight bytes against eight of the shape, where '0' stands for a digit. */
static inline bool eight_fit(const char *text, const char *shape) {
        const uint64_t sixes = UINT64_C(0x0606060606060606), high = UINT64_C(0xf0f0f0f0f0f0f0f0);
        uint64_t t, s, digits;

        memcpy(&t, text, sizeof(t));
        memcpy(&s, shape, sizeof(s));
        /* All ones in the bytes where the shape says digit. */
        digits = s ^ UINT64_C(0x3030303030303030);
        digits = ~(((digits & UINT64_C(0x7f7f7f7f7f7f7f7f)) + UINT64_C(0x7f7f7f7f7f7f7f7f)) | digits);
        digits = (digits >> 7 & UINT64_C(0x0101010101010101)) * 0xff;
        if (((t ^ s) & ~digits) != 0)
                return false;
        /* A digit is 0x30..0x39: its high half stays 3, also with six added. */
        return ((t & high & digits) == (s & high & digits)) &&
               (((t & digits) + (sixes & digits)) & high & digits) == (s & high & digits);
}

/* "2017.06.17 00:16:04". Asked of every line of every log, so eight bytes a time. */
static bool has_notification_stamp(struct str s) {
        return s.n >= 19 && eight_fit(s.p, "0000.00.") && eight_fit(s.p + 8, "00 00:00") &&
               eight_fit(s.p + 11, "00:00:00");
}

/* A colour escape ("ESC[1;31m", "ESC[m") at `at`: Openfire 4.7 on a terminal, or
 * with the terminal's colours forced, sets the level in colour. Gives where the
 * line goes on. */
static size_t skip_colour(struct str line, size_t at) {
        size_t end = at + 2;

        if (!str_starts(str_skip(line, at), STR("\x1b[")))
                return at;
        while (end < line.n && (byte_is_digit(line.p[end]) || line.p[end] == ';'))
                end++;
        return end < line.n && line.p[end] == 'm' ? end + 1 : at;
}

/* "DEBUG", padded to five: its length, or 0. */
static size_t level_length(struct str s) {
        static const char *const levels[] = { "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL" };

        if (s.n < 2 || s.p[1] < 'A' || s.p[1] > 'Z')
                return 0;
        for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
                const struct str level = str_from(levels[i]);

                if (str_starts(s, level) && s.n > level.n && (s.p[level.n] == ' ' || s.p[level.n] == '\x1b'))
                        return level.n;
        }
        return 0;
}

/* "DEBUG [thread]: " at `at`: only there in all.log and openfire.log. Gives where
 * the line goes on. */
static size_t parse_level_and_thread(struct str line, size_t at, struct header *header) {
        const size_t begin = skip_colour(line, at), length = level_length(str_skip(line, begin));
        size_t open = begin + length;
        const char *close;

        if (length == 0)
                return at;
        while (open < line.n && line.p[open] == ' ')
                open++;
        open = skip_colour(line, open);
        while (open < line.n && line.p[open] == ' ')
                open++;
        close = open < line.n && line.p[open] == '[' ? str_find(str_skip(line, open), STR("]: ")) : NULL;
        if (!close)
                return at;
        header->level = span_between(begin, begin + length);
        header->thread = span_between(open + 1, (size_t)(close - line.p));
        return (size_t)(close - line.p) + 3;
}

/* Bytes of a Java class name, and of what appenders put behind it: "[socket_c2s]". */
static const bool logger_bytes[256] = {
        ['$'] = 1, ['-'] = 1, ['.'] = 1, ['['] = 1, [']'] = 1, ['_'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1,
        ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1,
        ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1,
        ['O'] = 1, ['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1,
        ['Y'] = 1, ['Z'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1,
        ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1,
        ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1,
};

/* "org.jivesoftware.openfire.http.HttpSessionManager - " at `at`: a word with a
 * dot behind its first lowercase letters. Gives where the line goes on. */
static size_t parse_logger(struct str line, size_t at, struct header *header) {
        size_t end = at;

        /* Most messages are told from a logger by their first word. */
        while (end < line.n && line.p[end] >= 'a' && line.p[end] <= 'z')
                end++;
        if (end == at || end == line.n || line.p[end] != '.')
                return at;
        while (end < line.n && logger_bytes[(unsigned char)line.p[end]])
                end++;
        if (line.n - end < 2 || line.p[end] != ' ' || line.p[end + 1] != '-')
                return at;
        /* An exception without a message leaves nothing behind " - ". */
        if (line.n - end > 2 && line.p[end + 2] != ' ')
                return at;
        header->logger = span_between(at, end);
        return line.n - end > 3 ? end + 3 : line.n;
}

/* Milliseconds behind the seconds, from Openfire 4.8 on: ".633". */
static size_t parse_milliseconds(struct str line, size_t at) {
        if (header_shape(str_skip(line, at), STR(".999")) || header_shape(str_skip(line, at), STR(",999")))
                return at + 4;
        return at;
}

/* "[org.jivesoftware.openfire.http.HttpBindServlet.doPost(HttpBindServlet.java:159)] "
 * at `at`: Openfire 3.6 writes where an error comes from. Gives where the line
 * goes on. */
static size_t parse_method(struct str line, size_t at, struct header *header) {
        const struct str s = str_skip(line, at);
        const char *close;

        if (s.n < 2 || s.p[0] != '[' || s.p[1] < 'a' || s.p[1] > 'z')
                return at;
        close = str_find(s, STR(")]"));
        if (!close || !str_find_byte(str_slice(s.p, close), '(') || str_find_byte(str_slice(s.p, close), ']'))
                return at;
        header->logger = span_between(at + 1, (size_t)(close - line.p) + 1);
        at = (size_t)(close - line.p) + 2;
        return at < line.n && line.p[at] == ' ' ? at + 1 : at;
}

/* "2017.06.17 00:16:04 ...", the layouts of the log files. */
static bool parse_log_line(struct str line, struct header *header) {
        size_t at = 19;

        if (at < line.n && line.p[at] != ' ') {
                at = parse_milliseconds(line, at);
                if (at < line.n && line.p[at] != ' ')
                        return false;
        }
        *header = (struct header){ .stamp = span_between(0, at) };
        at += at < line.n;
        at = parse_level_and_thread(line, at, header);
        at = at < line.n && line.p[at] == '[' ? parse_method(line, at, header) : parse_logger(line, at, header);
        header->identity_at = header->message_at = (uint32_t)at;
        return true;
}

/* "Fri Apr 14 11:04:26 EDT 2017: HTTP RECV(...": what the servlet prints to the
 * standard output, where a launcher keeps it as nohup.out or stdoutt.log (Openfire
 * 3.6 to 4.2). Whatever else stands there has no time. */
static bool parse_printed_line(struct str line, struct header *header) {
        enum { LONGEST_ZONE = 12, ZONE_AT = 20 };
        size_t at = ZONE_AT;

        if (!header_shape(line, STR("aaa aaa 99 99:99:99 ")))
                return false;
        while (at < line.n && at < ZONE_AT + LONGEST_ZONE && line.p[at] != ' ')
                at++;
        if (at == ZONE_AT || !header_shape(str_skip(line, at), STR(" 9999: HTTP ")))
                return false;
        *header = (struct header){ .stamp = span_between(0, at + 5) };
        header->identity_at = header->message_at = (uint32_t)at + 7;
        return true;
}

bool header_notification(struct str line, struct header *ret_header) {
        if (has_notification_stamp(line))
                return parse_log_line(line, ret_header);
        return line.n > 0 && line.p[0] >= 'A' && line.p[0] <= 'Z' && parse_printed_line(line, ret_header);
}
