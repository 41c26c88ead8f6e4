#include "rules/header.h"

/* "2017.06.17 00:16:04", and with ".633" behind it. */
enum { SECONDS_BYTES = 19, MILLISECONDS_BYTES = 4 };

/* Asked of every line of every log, so eight bytes a time. */
static inline bool has_notification_stamp(struct str s) {
        return s.n >= SECONDS_BYTES && (header_misfit(s.p, "0000.00.") | header_misfit(s.p + 8, "00 00:00") |
                                        header_misfit(s.p + 11, "00:00:00")) == 0;
}

/* A colour escape ("ESC[1;31m", "ESC[m") at `at`: Openfire 4.7 on a terminal, or
 * with the terminal's colours forced, sets the level in colour. Gives where the
 * line goes on. */
static size_t skip_colour(struct str line, size_t at) {
        size_t end = at + 2;

        if (at >= line.n || line.p[at] != '\x1b' || !str_starts(str_skip(line, at), STR("\x1b[")))
                return at;
        while (end < line.n && (byte_is_digit(line.p[end]) || line.p[end] == ';'))
                end++;
        return end < line.n && line.p[end] == 'm' ? end + 1 : at;
}

/* The level that begins with this letter, empty where none does. */
static inline struct str level_by_letter(char letter) {
        switch (letter) {
        case 'T':
                return STR("TRACE");
        case 'D':
                return STR("DEBUG");
        case 'I':
                return STR("INFO");
        case 'W':
                return STR("WARN");
        case 'E':
                return STR("ERROR");
        case 'F':
                return STR("FATAL");
        default:
                return STR("");
        }
}

/* "DEBUG", padded to five: its length, or 0. */
static inline size_t level_length(struct str s) {
        const struct str level = level_by_letter(s.n ? s.p[0] : '\0');

        if (level.n == 0 || s.n <= level.n || s.p[1] != level.p[1] || !str_starts(s, level))
                return 0;
        return s.p[level.n] == ' ' || s.p[level.n] == '\x1b' ? level.n : 0;
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
        close = open < line.n && line.p[open] == '[' ? str_find_rare(str_skip(line, open), STR("]: ")) : NULL;
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

static inline size_t lowercase_length(struct str s) {
        size_t at = 0;

        for (; at + WORD_BYTES <= s.n; at += WORD_BYTES) {
                const uint64_t others = word_not_lower(word_load(s.p + at));

                if (others)
                        return at + word_first(others);
        }
        while (at < s.n && s.p[at] >= 'a' && s.p[at] <= 'z')
                at++;
        return at;
}

/* Nearly all of them are letters and dots. */
static inline size_t logger_length(struct str s) {
        size_t at = 0;

        for (;;) {
                while (at + WORD_BYTES <= s.n) {
                        const uint64_t word = word_load(s.p + at);
                        const uint64_t others = word_not_letter(word) & word_not(word, '.');

                        at += others ? word_first(others) : WORD_BYTES;
                        if (others)
                                break;
                }
                if (at == s.n || !logger_bytes[(unsigned char)s.p[at]])
                        return at;
                at++;
        }
}

/* "org.jivesoftware.openfire.http.HttpSessionManager - " at `at`: a word with a
 * dot behind its first lowercase letters. Gives where the line goes on. */
static inline size_t parse_logger(struct str line, size_t at, struct header *header) {
        /* Most messages are told from a logger by their first word. */
        size_t end = at + lowercase_length(str_skip(line, at));

        if (end == at || end == line.n || line.p[end] != '.')
                return at;
        end += logger_length(str_skip(line, end));
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
                return at + MILLISECONDS_BYTES;
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

/* Level and thread, then the logger or the method; most lines have none of these.
 * Gives where the message begins. */
static inline size_t parse_origin(struct str line, size_t at, struct header *header) {
        if (at < line.n && (line.p[at] == '\x1b' || level_by_letter(line.p[at]).n))
                at = parse_level_and_thread(line, at, header);
        if (at < line.n && line.p[at] == '[')
                return parse_method(line, at, header);
        return at < line.n && line.p[at] >= 'a' && line.p[at] <= 'z' ? parse_logger(line, at, header) : at;
}

/* "2017.06.17 00:16:04 ...", the layouts of the log files. The stamp ends at `at`, a
 * space or nothing follows. */
static inline void parse_behind_stamp(struct str line, size_t at, struct header *header) {
        *header = (struct header){ .stamp = span_between(0, at) };
        header->identity_at = header->message_at = (uint32_t)parse_origin(line, at + (at < line.n), header);
}

static inline bool stamp_ends(struct str line, size_t at) {
        return at == line.n || (at < line.n && line.p[at] == ' ');
}

static bool parse_log_line(struct str line, struct header *header) {
        size_t at = SECONDS_BYTES;

        if (!stamp_ends(line, at))
                at = parse_milliseconds(line, at);
        if (!stamp_ends(line, at))
                return false;
        parse_behind_stamp(line, at, header);
        return true;
}

/* "RECV(3445afbe): <body", "SENT(...): <body" or "ERR(...): terminate". */
static bool is_printed_traffic(struct str s) {
        const bool is_error = str_starts(s, STR("ERR("));
        const char *close = str_find(s, STR("): "));

        if (!close || (!is_error && !str_starts(s, STR("RECV(")) && !str_starts(s, STR("SENT("))))
                return false;
        return is_error || str_starts(str_skip(s, (size_t)(close - s.p)), STR("): <"));
}

/* "Fri Apr 14 11:04:26 EDT 2017: HTTP RECV(...": what the servlet prints to the
 * standard output, where a launcher keeps it as nohup.out or stdoutt.log (Openfire
 * 3.6 to 4.2). Whatever else stands there has no time. A line like it that somebody
 * pasted into a chat is part of a stanza, where there is no bare "<". */
static bool parse_printed_line(struct str line, struct header *header) {
        enum { LONGEST_ZONE = 12, ZONE_AT = 20 };
        size_t at = ZONE_AT;

        if (!header_shape(line, STR("aaa aaa 99 99:99:99 ")))
                return false;
        while (at < line.n && at < ZONE_AT + LONGEST_ZONE && line.p[at] != ' ')
                at++;
        if (at == ZONE_AT || !header_shape(str_skip(line, at), STR(" 9999: HTTP ")))
                return false;
        if (!is_printed_traffic(str_skip(line, at + sizeof(" 9999: HTTP ") - 1)))
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

bool header_notification_after(struct str line, size_t stamp_length, struct header *ret_header) {
        if ((stamp_length != SECONDS_BYTES && stamp_length != SECONDS_BYTES + MILLISECONDS_BYTES) ||
            !stamp_ends(line, stamp_length))
                return header_notification(line, ret_header);
        parse_behind_stamp(line, stamp_length, ret_header);
        return true;
}

bool header_notification_is_plain(struct str bytes) {
        enum { LONGEST_LEVEL = 5 };
        const size_t word = lowercase_length(bytes);

        if (bytes.n <= LONGEST_LEVEL + 1 || bytes.p[0] == '[' || bytes.p[0] == '\x1b' || level_length(bytes) > 0)
                return false;
        return word < bytes.n && (word == 0 || bytes.p[word] != '.');
}
