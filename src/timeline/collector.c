#include "timeline/collector.h"

/* One of the names that a path is made of: "a/b.tgz!c" has three. */
static struct str next_name(struct str *path) {
        struct str name = { path->p, 0 };

        while (name.n < path->n && path->p[name.n] != '/' && path->p[name.n] != '!')
                name.n++;
        *path = str_skip(*path, name.n + 1);
        return name;
}

/* Four numbers of up to three digits. */
static bool is_address(struct str s) {
        size_t dots = 0, digits = 0;

        for (size_t i = 0; i < s.n; i++) {
                if (byte_is_digit(s.p[i]) && digits < 3) {
                        digits++;
                } else if (s.p[i] == '.' && digits > 0 && dots < 3) {
                        dots++;
                        digits = 0;
                } else {
                        return false;
                }
        }
        return dots == 3 && digits > 0;
}

/* "2017-06-17_00-30-00": a year, and nothing but numbers. */
static bool is_time(struct str s) {
        size_t digits = 0;

        for (size_t i = 0; i < s.n; i++) {
                if (byte_is_digit(s.p[i]))
                        digits++;
                else if (!memchr("-_.: T+", s.p[i], 7))
                        return false;
        }
        return digits >= 8 && digits <= 18 && str_starts(s, STR("20"));
}

/* "fin1.ucce.local", and not the name of a file or of an archive. */
static bool is_host_name(struct str s) {
        const char *dot = str_find_byte(s, '.');

        for (size_t i = 0; i < s.n; i++) {
                char c = byte_lower(s.p[i]);

                if (!(c >= 'a' && c <= 'z') && !byte_is_digit(c) && c != '-' && c != '.')
                        return false;
        }
        return dot && dot > s.p && s.p[s.n - 1] != '.' && !str_ends(s, STR(".tgz")) && !str_ends(s, STR(".zip")) &&
               !str_ends(s, STR(".tar")) && !str_ends(s, STR(".gz"));
}

struct str collector_server(struct str path) {
        struct str server = { 0 }, above = { 0 };

        while (path.n) {
                struct str name = next_name(&path);

                if (path.n == 0)
                        break; /* the file itself */
                if (is_address(name))
                        server = name;
                else if (is_time(name) && is_host_name(above))
                        server = above;
                above = name;
        }
        return server;
}
