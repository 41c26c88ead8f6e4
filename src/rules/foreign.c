#include "rules/foreign.h"

#include "rules/header.h"

static const struct {
        const char *begin, *what;
} names[] = {
        /* They share the web service's line grammar. */
        { "CCBU-cuic", "the log of CUIC, another component" },
        { "CCBU-", "a log of another component" },
        { "Desktop-admin", "the administration console's log" },
        { "finesse-dp", "the diagnostic portal's log" },
        { "fippa", "the IP phone agent's log" },
        { "3rdpartygadget", "the gadget server's log" },
        { "finesse_maintenance_mode", "the maintenance mode's log" },

        { "openfireservice", "starts and stops of the notification service, not its log" },
        { "webproxy", "the web proxy's log" },
        { "audit", "an audit log" },
        { "localhost_access_log", "Tomcat's access log" },
        { "catalina.", "Tomcat's log" },
        { "localhost.", "Tomcat's log" },
        { "manager.", "Tomcat's log" },
        { "host-manager.", "Tomcat's log" },
        { "desktop-install", "an installation's log" },
        { "jmx", "a JMX log" },
};

const char *foreign_by_name(struct str name) {
        if (str_starts(name, STR("Error-")))
                name = str_skip(name, 6);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (str_starts_nocase(name, str_from(names[i].begin)))
                        return names[i].what;
        return header_shape(name, STR("Cisco999aaaa999")) ? "a log of UCCX's engine" : NULL;
}

/* A number at `at`, and the dot behind it: where the next part begins; 0 without. */
static size_t read_number(struct str name, size_t at, int64_t *ret_number) {
        const char *dot = str_find_byte(str_skip(name, at), '.');

        if (!dot || !str_to_i64(str_slice(name.p + at, dot), ret_number) || *ret_number < 0)
                return 0;
        return (size_t)(dot - name.p) + 1;
}

/* "core.7446.11.EspConfigAgent.1594806539": process, signal, program, epoch. */
static bool is_core(struct str name, struct dump *dump) {
        int64_t process, epoch;
        size_t at, end = name.n;

        if (!str_starts(name, STR("core.")))
                return false;
        at = read_number(name, 5, &process);
        at = at ? read_number(name, at, &dump->signal) : 0;
        if (at == 0)
                return false;
        while (end > at && byte_is_digit(name.p[end - 1]))
                end--;
        dump->program = str_skip(name, at);
        if (end > at && name.p[end - 1] == '.' && name.n - end >= 9 && name.n - end <= 11 &&
            str_to_i64(str_skip(name, end), &epoch)) {
                dump->program = str_slice(name.p + at, name.p + end - 1);
                dump->at_ms = epoch * MS_PER_SECOND;
        }
        return true;
}

bool dump_by_name(struct str name, struct dump *ret_dump) {
        struct dump dump = { .at_ms = TIME_UNKNOWN, .signal = -1 };

        dump.heap = str_ends(name, STR(".hprof"));
        if (!dump.heap && !is_core(name, &dump))
                return false;
        *ret_dump = dump;
        return true;
}

const char *foreign_dump_by_name(struct str name) {
        struct dump dump;

        if (!dump_by_name(name, &dump))
                return NULL;
        return dump.heap ? "a heap dump" : "a core file";
}

/* "12: Jun 17 00:16:04.630 IST %MIVR-SS_RM-7-UNK:text" */
static bool is_engine_line(struct str line) {
        const char *percent;
        size_t at = 0;

        while (at < line.n && at < 20 && byte_is_digit(line.p[at]))
                at++;
        line = str_skip(line, at);
        if (at == 0 || !header_shape(line, STR(": aaa 99 99:99:99.999 ")))
                return false;
        line = str_skip(line, 22);
        percent = str_find(str_first(line, 16), STR(" %"));
        return percent && header_shape(str_slice(percent + 2, line.p + line.n), STR("aaaa-"));
}

/* `10.1.2.3 - - [17/Jun/2017:00:16:04 +0530] "GET /...` */
static bool is_access_line(struct str line) {
        const char *open = str_find(str_first(line, 256), STR(" ["));

        return open && header_shape(str_slice(open, line.p + line.n), STR(" [99/aaa/9999:99:99:99 "));
}

/* "17-Jun-2017 00:16:04.630 INFO [main] ...", "Jun 7, 2017 12:16:04 AM org.apache..." */
static bool is_tomcat_line(struct str line) {
        return header_shape(line, STR("99-aaa-9999 99:99:99.999 ")) || header_shape(line, STR("aaa 99, 9999 9")) ||
               header_shape(line, STR("aaa 9, 9999 9"));
}

/* "2021/03/01 10:00:00 [error] 123#0: ..." */
static bool is_proxy_line(struct str line) {
        return header_shape(line, STR("9999/99/99 99:99:99 [")) || str_starts(line, STR("nginx: "));
}

const char *foreign_by_line(struct str line) {
        /* Openfire's HSQLDB calls its own log openfire.log. */
        if (header_shape(line, STR("/*C9")))
                return "the embedded database's log";
        if (is_engine_line(line))
                return "a log of UCCX's engine";
        if (is_access_line(line))
                return "an access log";
        if (is_tomcat_line(line))
                return "Tomcat's log";
        return is_proxy_line(line) ? "the web proxy's log" : NULL;
}
