#include "rules/header.h"

static const char *const names[FAMILY_NONE] = {
        [FAMILY_NOTIFICATION] = "notification",
        [FAMILY_WEBSERVICES] = "webservices",
        [FAMILY_REALM] = "realm",
        [FAMILY_CLIENT] = "client",
        [FAMILY_SYSLOG] = "syslog",
        [FAMILY_CLI] = "cli",
        [FAMILY_HISTORY] = "history",
};

const char *family_name(enum family family) {
        return family < FAMILY_NONE ? names[family] : NULL;
}

enum family family_by_name(struct str name) {
        for (int i = 0; i < FAMILY_COUNT; i++)
                if (str_eq(name, str_from(names[i])))
                        return (enum family)i;
        return FAMILY_NONE;
}

bool header_shape(struct str s, struct str shape) {
        if (s.n < shape.n)
                return false;
        for (size_t i = 0; i < shape.n; i++) {
                bool fits = shape.p[i] == '9'   ? byte_is_digit(s.p[i])
                            : shape.p[i] == 'a' ? byte_lower(s.p[i]) >= 'a' && byte_lower(s.p[i]) <= 'z'
                                                : s.p[i] == shape.p[i];

                if (!fits)
                        return false;
        }
        return true;
}

bool family_header(enum family family, struct str line, struct header *ret_header) {
        line = str_first(line, UINT32_MAX);
        switch (family) {
        case FAMILY_NOTIFICATION:
                return header_notification(line, ret_header);
        case FAMILY_WEBSERVICES:
                return header_webservices(line, ret_header);
        default:
                return false;
        }
}

/* ------------------------------------------------- telling a family */

/* "May 21 08:10:24 HOST local7 1 : ...": the time has neither year nor zone. */
static bool is_syslog_line(struct str line) {
        const char *space = line.n > 16 ? str_find_byte(str_skip(line, 16), ' ') : NULL;
        struct str facility = space ? str_slice(space + 1, line.p + line.n) : (struct str){ 0 };

        if (!header_shape(line, STR("aaa 99 99:99:99 ")) && !header_shape(line, STR("aaa  9 99:99:99 ")))
                return false;
        for (size_t i = 0; i + 2 < facility.n && i < 16; i++)
                if (facility.p[i] == ' ')
                        return i > 0 && header_shape(str_skip(facility, i), STR(" 9 "));
        return false;
}

/* "0000123: Jun 17 2017 00:16:04.630 +0530: [thread] LEVEL Class.method(): text" */
static bool is_realm_line(struct str line) {
        size_t at = 0;

        while (at < line.n && at < 20 && byte_is_digit(line.p[at]))
                at++;
        if (at == 0 || !header_shape(str_skip(line, at), STR(": aaa 99 9999 99:99:99.999 ")))
                return false;
        line = str_skip(line, at + 27); /* "+0530: [thread] ..." */
        return header_shape(str_skip(line, 1), STR("9999: [")) && (line.p[0] == '+' || line.p[0] == '-');
}

/* The desktop's own clock, an offset with a colon, and the session's key. */
static bool is_client_line(struct str line) {
        const struct str offset = str_skip(line, 24);

        return header_shape(line, STR("9999-99-99T99:99:99.999 ")) && offset.n > 6 &&
               (offset.p[0] == '+' || offset.p[0] == '-') && header_shape(str_skip(offset, 1), STR("99:99: "));
}

/* Sources: lines in Cisco's administration guides (realm, cli, history) and system
 * message guides (syslog); finesse-10.5.1.js, which writes the client's. */
static enum family other_by_line(struct str line) {
        if (is_syslog_line(line))
                return FAMILY_SYSLOG;
        if (is_realm_line(line))
                return FAMILY_REALM;
        if (is_client_line(line))
                return FAMILY_CLIENT;
        if (header_shape(line, STR("9999-99-99 99:99:99,999 ")) && str_find(line, STR("sdMain.")))
                return FAMILY_CLI;
        if (header_shape(line, STR("99/99/9999 99:99:99 | ")))
                return FAMILY_HISTORY;
        return FAMILY_NONE;
}

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
                if (other_by_line(line) != FAMILY_NONE)
                        return other_by_line(line);
                head = str_skip(head, line.n + 1);
        }
        return FAMILY_NONE;
}

/* debug.log, debug.log.1, debug.log-1, debug_1.log; not debugger.log */
static bool is_log_name(struct str name, struct str log) {
        const struct str rest = str_skip(name, log.n);

        return str_starts(name, log) && (str_starts(rest, STR(".log")) || str_starts(rest, STR("_")));
}

enum family family_by_file_name(struct str name) {
        static const char *const logs[] = { "debug", "info", "warn", "error", "all", "openfire" };

        if (str_starts(name, STR("Desktop-webservices")) || str_starts(name, STR("Error-Desktop-webservices")))
                return FAMILY_WEBSERVICES;
        for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++)
                if (is_log_name(name, str_from(logs[i])))
                        return FAMILY_NOTIFICATION;
        if (is_log_name(name, STR("realm")))
                return FAMILY_REALM;
        if (str_starts(name, STR("CiscoSyslog")))
                return FAMILY_SYSLOG;
        if (header_shape(name, STR("cli99999.log")))
                return FAMILY_CLI;
        if (str_starts(name, STR("system-history.log")))
                return FAMILY_HISTORY;
        return FAMILY_NONE;
}

bool family_is_foreign_name(struct str name) {
        static const char *const foreign[] = { "CCBU-", "Desktop-admin", "Error-Desktop-admin", "finesse-dp" };

        for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
                if (str_starts(name, str_from(foreign[i])))
                        return true;
        return false;
}
