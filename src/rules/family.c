#include "rules/foreign.h"
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
        case FAMILY_SYSLOG:
                return header_syslog(line, ret_header);
        case FAMILY_CLI:
                return header_cli(line, ret_header);
        case FAMILY_HISTORY:
                return header_history(line, ret_header);
        default:
                return false;
        }
}

bool family_header_after(enum family family, struct str line, size_t stamp_length, struct header *ret_header) {
        if (family != FAMILY_NOTIFICATION)
                return family_header(family, line, ret_header);
        return header_notification_after(str_first(line, UINT32_MAX), stamp_length, ret_header);
}

/* ------------------------------------------------- telling a family */

/* "0000123: Jun 17 2017 00:16:04.630 +0530: [thread] LEVEL Class.method(): text" */
static bool is_realm_line(struct str line) {
        size_t at = 0;

        while (at < line.n && at < 20 && byte_is_digit(line.p[at]))
                at++;
        line = str_skip(line, at);
        if (at == 0 || (!header_shape(line, STR(": aaa 99 9999 99:99:99.999 ")) &&
                        !header_shape(line, STR(": aaa  9 9999 99:99:99.999 "))))
                return false;
        line = str_skip(line, 27); /* "+0530: [thread] ..." */
        return header_shape(str_skip(line, 1), STR("9999: [")) && (line.p[0] == '+' || line.p[0] == '-');
}

/* The desktop's own clock, an offset with a colon, and the session's key. */
static bool is_client_line(struct str line) {
        const struct str offset = str_skip(line, 24);

        return header_shape(line, STR("9999-99-99T99:99:99.999 ")) && offset.n > 6 &&
               (offset.p[0] == '+' || offset.p[0] == '-') && header_shape(str_skip(offset, 1), STR("99:99: "));
}

/* Sources: lines in Cisco's administration guides (realm); finesse-10.5.1.js, which
 * writes the client's. */
static enum family other_by_line(struct str line) {
        if (is_realm_line(line))
                return FAMILY_REALM;
        return is_client_line(line) ? FAMILY_CLIENT : FAMILY_NONE;
}

/* Other logs may share the layout; does the line say that it is this one? */
static bool says_its_family(enum family family, struct str line, const struct header *header) {
        if (family == FAMILY_WEBSERVICES)
                return header_is_web_service(line, header);
        return family != FAMILY_CLI || str_find(line, STR("sdMain."));
}

/* One line's family. `other`: it would begin a record of a web service, but for
 * its facility. */
static enum family family_of_line(struct str line, bool *ret_other) {
        struct header header;

        *ret_other = false;
        for (int i = 0; i < FAMILY_COUNT; i++) {
                if (!family_header((enum family)i, line, &header))
                        continue;
                if (says_its_family((enum family)i, line, &header))
                        return (enum family)i;
                *ret_other |= i == FAMILY_WEBSERVICES;
        }
        return other_by_line(line);
}

enum family family_by_content(struct str head, const char **ret_foreign) {
        const char *foreign = NULL;
        enum family family = FAMILY_NONE;

        while (head.n && family == FAMILY_NONE) {
                const char *newline = str_find_byte(head, '\n');
                struct str line = str_slice(head.p, newline ? newline : head.p + head.n);
                const size_t length = line.n;
                bool other;

                /* A log edited on Windows may begin with a byte order mark. */
                if (str_starts(line, STR("\xef\xbb\xbf")))
                        line = str_skip(line, 3);
                family = family_of_line(line, &other);
                if (family == FAMILY_NONE && other)
                        foreign = "a log of another component";
                else if (family == FAMILY_NONE && !foreign && (foreign = foreign_by_line(line)))
                        break;
                head = str_skip(head, length + 1);
        }
        if (ret_foreign)
                *ret_foreign = family == FAMILY_NONE ? foreign : NULL;
        return family;
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
        if (str_find(name, STR("ClientLog")))
                return FAMILY_CLIENT;
        if (str_starts(name, STR("CiscoSyslog")))
                return FAMILY_SYSLOG;
        if (header_shape(name, STR("cli99999.log")))
                return FAMILY_CLI;
        if (str_starts(name, STR("system-history.log")))
                return FAMILY_HISTORY;
        return FAMILY_NONE;
}
