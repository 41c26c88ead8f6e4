#include "rules/family.h"

static const char *const names[FAMILY_COUNT] = {
        [FAMILY_NOTIFICATION] = "notification",
        [FAMILY_WEBSERVICES] = "webservices",
};

const char *family_name(enum family family) {
        return family < FAMILY_COUNT ? names[family] : NULL;
}

enum family family_by_name(struct str name) {
        for (int i = 0; i < FAMILY_COUNT; i++)
                if (str_eq(name, str_from(names[i])))
                        return (enum family)i;
        return FAMILY_NONE;
}

/* ----------------------------------------------------- notification */

/* Does the text begin like the shape? '9' is any digit, the rest itself. */
static bool has_shape(struct str s, struct str shape) {
        if (s.n < shape.n)
                return false;
        for (size_t i = 0; i < shape.n; i++)
                if (shape.p[i] == '9' ? !byte_is_digit(s.p[i]) : s.p[i] != shape.p[i])
                        return false;
        return true;
}

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

static struct span span_between(size_t from, size_t to) {
        return (struct span){ (uint32_t)from, (uint32_t)(to - from) };
}

/* "DEBUG [thread]: " at `at`: only there in all.log and openfire.log. Gives where
 * the line goes on. */
static size_t parse_level_and_thread(struct str line, size_t at, struct header *header) {
        static const char *const levels[] = { "TRACE ", "DEBUG ", "INFO ", "WARN ", "ERROR ", "FATAL " };
        struct str s = str_skip(line, at);

        if (s.n < 2 || s.p[1] < 'A' || s.p[1] > 'Z')
                return at;
        for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
                const struct str level = str_from(levels[i]);
                size_t open = level.n;
                const char *close;

                if (!str_starts(s, level))
                        continue;
                while (open < s.n && s.p[open] == ' ')
                        open++;
                close = open < s.n && s.p[open] == '[' ? str_find(str_skip(s, open), STR("]: ")) : NULL;
                if (!close)
                        return at;
                header->level = span_between(at, at + level.n - 1);
                header->thread = span_between(at + open + 1, (size_t)(close - line.p));
                return (size_t)(close - line.p) + 3;
        }
        return at;
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
        if (has_shape(str_skip(line, at), STR(".999")) || has_shape(str_skip(line, at), STR(",999")))
                return at + 4;
        return at;
}

static bool notification_header(struct str line, struct header *header) {
        size_t at = 19;

        if (!has_notification_stamp(line))
                return false;
        if (at < line.n && line.p[at] != ' ') {
                at = parse_milliseconds(line, at);
                if (at < line.n && line.p[at] != ' ')
                        return false;
        }
        *header = (struct header){ .stamp = span_between(0, at) };
        at += at < line.n;
        at = parse_level_and_thread(line, at, header);
        at = parse_logger(line, at, header);
        header->identity_at = header->message_at = (uint32_t)at;
        return true;
}

/* ------------------------------------------------------ web service */

/* "Jun 17 2017 00:16:04.630 +0530: %CCBU_": its length without the tail, or 0. */
static size_t web_stamp_length(struct str s) {
        size_t at = 4;

        if (s.n < 40 || s.p[3] != ' ' || s.p[0] < 'A' || s.p[0] > 'Z')
                return 0;
        at += s.p[at] == ' ';
        at += byte_is_digit(s.p[at]);
        at += byte_is_digit(s.p[at]);
        if (!has_shape(str_skip(s, at), STR(" 9999 99:99:99.999 ")))
                return 0;
        at += 19;
        if (at >= s.n || (s.p[at] != '+' && s.p[at] != '-') || !has_shape(str_skip(s, at + 1), STR("9999: %CCBU_")))
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

static bool webservices_header(struct str line, struct header *header) {
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

bool family_header(enum family family, struct str line, struct header *ret_header) {
        line = str_first(line, UINT32_MAX);
        switch (family) {
        case FAMILY_NOTIFICATION:
                return notification_header(line, ret_header);
        case FAMILY_WEBSERVICES:
                return webservices_header(line, ret_header);
        default:
                return false;
        }
}

/* ------------------------------------------------- telling a family */

enum family family_by_content(struct str head) {
        struct header header;

        while (head.n) {
                const char *newline = str_find_byte(head, '\n');
                struct str line = str_slice(head.p, newline ? newline : head.p + head.n);

                /* A log edited on Windows may begin with a byte order mark. */
                if (str_starts(line, STR("\xef\xbb\xbf")))
                        line = str_skip(line, 3);
                for (int i = 0; i < FAMILY_COUNT; i++)
                        if (family_header((enum family)i, line, &header))
                                return (enum family)i;
                head = str_skip(head, line.n + 1);
        }
        return FAMILY_NONE;
}

enum family family_by_file_name(struct str name) {
        static const char *const logs[] = { "debug", "info", "warn", "error", "all", "openfire" };

        if (str_starts(name, STR("Desktop-webservices")) || str_starts(name, STR("Error-Desktop-webservices")))
                return FAMILY_WEBSERVICES;
        for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
                const struct str log = str_from(logs[i]);
                const struct str rest = str_skip(name, log.n);

                /* debug.log, debug.log.1, debug.log-1, debug_1.log */
                if (str_starts(name, log) && (str_starts(rest, STR(".log")) || str_starts(rest, STR("_"))))
                        return FAMILY_NOTIFICATION;
        }
        return FAMILY_NONE;
}

bool family_is_foreign_name(struct str name) {
        static const char *const foreign[] = { "CCBU-", "Desktop-admin", "Error-Desktop-admin", "finesse-dp" };

        for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
                if (str_starts(name, str_from(foreign[i])))
                        return true;
        return false;
}
