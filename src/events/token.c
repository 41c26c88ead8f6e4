#include "events/token.h"

enum { LOOK_AHEAD = 256 };

static bool is_letter(char c) {
        return byte_lower(c) >= 'a' && byte_lower(c) <= 'z';
}

static bool is_upper(char c) {
        return c >= 'A' && c <= 'Z';
}

static bool is_alnum(char c) {
        return is_letter(c) || byte_is_digit(c);
}

static bool is_hex(char c) {
        return byte_is_digit(c) || (byte_lower(c) >= 'a' && byte_lower(c) <= 'f');
}

static bool has_at(struct str s, size_t at, char c) {
        return at < s.n && s.p[at] == c;
}

/* Nothing that would go on with a word. */
static bool ends_at(struct str s, size_t at) {
        return at >= s.n || !token_is_word_byte(s.p[at]);
}

static size_t digits(struct str s, size_t at) {
        size_t n = 0;

        while (at + n < s.n && byte_is_digit(s.p[at + n]))
                n++;
        return n;
}

bool token_is_word_byte(char c) {
        return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

size_t token_word(struct str s) {
        size_t n = 0;

        while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '_'))
                n++;
        return n;
}

/* ------------------------------------------------------------- payloads */

/* A tag with its '<' and '>', quoted attributes respected; 0 when it is cut. */
static size_t tag_length(struct str s) {
        char quote = '\0';

        for (size_t i = 1; i < s.n; i++) {
                if (quote)
                        quote = s.p[i] == quote ? '\0' : quote;
                else if (s.p[i] == '"' || s.p[i] == '\'')
                        quote = s.p[i];
                else if (s.p[i] == '>')
                        return i + 1;
        }
        return 0;
}

/* "<iq type=", "<x:y>", "</iq>", "<?xml", "<!--"; not "<bob@example.com>". */
static bool is_tag_start(struct str s) {
        size_t at = 1;

        if (s.n < 2 || s.p[0] != '<')
                return false;
        if (byte_is_one_of(s.p[1], "/?!"))
                return true;
        while (at < s.n && at < LOOK_AHEAD && (token_is_word_byte(s.p[at]) || byte_is_one_of(s.p[at], ".:-")))
                at++;
        return is_letter(s.p[1]) && (at == s.n || byte_is_one_of(s.p[at], " \t/>"));
}

size_t token_xml(struct str s) {
        size_t at = 0, depth = 0;

        if (!is_tag_start(s))
                return 0;
        do {
                struct str rest = str_skip(s, at);
                size_t n = is_tag_start(rest) ? tag_length(rest) : 0;

                if (n == 0) {
                        const char *next = rest.n > 1 ? str_find_byte(str_skip(rest, 1), '<') : NULL;

                        if (!next || is_tag_start(rest))
                                return s.n;
                        at = (size_t)(next - s.p);
                        continue;
                }
                if (rest.p[1] == '/')
                        depth -= depth > 0;
                else if (is_letter(rest.p[1]) && rest.p[n - 2] != '/')
                        depth++;
                at += n;
        } while (depth > 0);
        return at;
}

size_t token_json(struct str s) {
        size_t depth = 0, at = 1;
        bool quoted = false;

        while (at < s.n && s.p[at] == ' ')
                at++;
        if (!has_at(s, 0, '{') || !has_at(s, at, '"'))
                return 0;
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] == '\\')
                        i++;
                else if (s.p[i] == '"')
                        quoted = !quoted;
                else if (!quoted && s.p[i] == '{')
                        depth++;
                else if (!quoted && s.p[i] == '}' && --depth == 0)
                        return i + 1;
        }
        return s.n;
}

/* An apostrophe inside a word closes nothing: 'the server's own'. */
size_t token_quoted(struct str s) {
        if (s.n < 2 || (s.p[0] != '"' && s.p[0] != '\''))
                return 0;
        for (size_t i = 1; i < s.n; i++) {
                if (s.p[i] == '\\')
                        i++;
                else if (s.p[i] == s.p[0] && (s.p[0] == '"' || ends_at(s, i + 1)))
                        return i + 1;
        }
        return 0;
}

/* ---------------------------------------------------------------- times */

/* '9' is a digit, '-' one of "-./", the rest itself. */
static bool has_shape(struct str s, const char *shape) {
        size_t i = 0;

        for (; shape[i]; i++)
                if (i >= s.n || (shape[i] == '9'   ? !byte_is_digit(s.p[i])
                                 : shape[i] == '-' ? !byte_is_one_of(s.p[i], "-./")
                                                   : s.p[i] != shape[i]))
                        return false;
        return i >= s.n || !byte_is_digit(s.p[i]);
}

static size_t date_length(struct str s) {
        static const char *const shapes[] = { "9999-99-99", "99-99-9999" };

        for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
                size_t n = strlen(shapes[i]);

                /* 1.12.30.4 is an address. */
                if (has_shape(s, shapes[i]) && !(has_at(s, n, '.') && digits(s, n + 1)))
                        return n;
        }
        return 0;
}

/* 00:16:04, 00:16:04.630, 22:21:22:921, with AM or PM behind it */
static size_t clock_length(struct str s) {
        size_t n = has_shape(s, "99:99:99") ? 8 : has_shape(s, "9:99:99") ? 7 : 0;

        if (n == 0)
                return 0;
        if (n < s.n && byte_is_one_of(s.p[n], ".,:") && digits(s, n + 1))
                n += 1 + digits(s, n + 1);
        if (str_starts(str_skip(s, n), STR(" AM")) || str_starts(str_skip(s, n), STR(" PM")))
                n += 3;
        return n;
}

/* "Z", "+05:30", "-0800", with a blank before it or none */
static size_t zone_length(struct str s) {
        size_t blank = has_at(s, 0, ' ');

        if (has_at(s, 0, 'Z') && ends_at(s, 1))
                return 1;
        if (!has_at(s, blank, '+') && !has_at(s, blank, '-'))
                return 0;
        if (has_shape(str_skip(s, blank + 1), "99:99"))
                return blank + 6;
        return has_shape(str_skip(s, blank + 1), "9999") ? blank + 5 : 0;
}

static bool is_name_of(struct str word, const char *names) {
        if (word.n != 3)
                return false;
        for (; *names; names += 3)
                if (memcmp(names, word.p, 3) == 0)
                        return true;
        return false;
}

static bool is_day_name(struct str word) {
        return is_name_of(word, "MonTueWedThuFriSatSun");
}

static bool is_month_name(struct str word) {
        return is_name_of(word, "JanFebMarAprMayJunJulAugSepOctNovDec");
}

static bool is_zone_name(struct str word) {
        for (size_t i = 0; i < word.n; i++)
                if (!is_upper(word.p[i]))
                        return false;
        return word.n >= 3 && word.n <= 4;
}

/* One part of a date in words: "Fri", "Apr", "14", "11:04:26", "EDT", "2017". */
static size_t date_part(struct str s, bool *ret_is_month) {
        struct str word = str_first(s, token_word(str_first(s, 8)));
        size_t n;

        *ret_is_month = is_month_name(word);
        if (*ret_is_month || is_day_name(word))
                return word.n;
        n = clock_length(s);
        if (n)
                return n + zone_length(str_skip(s, n));
        n = digits(s, 0);
        if ((n == 1 || n == 2 || n == 4) && ends_at(s, n))
                return n;
        return is_zone_name(word) && ends_at(s, word.n) ? word.n : 0;
}

static size_t date_in_words(struct str s) {
        struct str word = str_first(s, token_word(str_first(s, 8)));
        bool has_month = false, is_month;
        size_t parts = 0, end = 0, at = 0;

        if (!is_day_name(word) && !is_month_name(word))
                return 0;
        while (parts < 8) {
                size_t n = date_part(str_skip(s, at), &is_month);

                if (n == 0)
                        break;
                has_month |= is_month;
                parts++;
                end = at + n;
                for (at = end; at < s.n && at < end + 2 && byte_is_one_of(s.p[at], " ,");)
                        at++;
        }
        return has_month && parts >= 3 ? end : 0;
}

/* ISO 8601: "PT12.345S" */
static size_t duration_length(struct str s) {
        size_t n = 1;
        bool unit = false;

        if (!has_at(s, 0, 'P'))
                return 0;
        while (n < s.n && n < LOOK_AHEAD && (byte_is_digit(s.p[n]) || byte_is_one_of(s.p[n], "TDHMSW.-"))) {
                unit = n > 1 && byte_is_digit(s.p[n - 1]) && byte_is_one_of(s.p[n], "DHMSW");
                n++;
        }
        return unit && ends_at(s, n) ? n : 0;
}

size_t token_time(struct str s) {
        size_t n;

        if (s.n == 0 || !byte_is_digit(s.p[0])) {
                n = date_in_words(s);
                return n ? n : duration_length(s);
        }
        n = date_length(s);
        if (n && n < s.n && byte_is_one_of(s.p[n], "T ") && clock_length(str_skip(s, n + 1)))
                n += 1 + clock_length(str_skip(s, n + 1));
        else if (n == 0)
                n = clock_length(s);
        n += n ? zone_length(str_skip(s, n)) : 0;
        return n && ends_at(s, n) ? n : 0;
}

/* ------------------------------------------------------------ addresses */

size_t token_uuid(struct str s) {
        enum { UUID = 36 };

        if (s.n < UUID || !ends_at(s, UUID))
                return 0;
        for (size_t i = 0; i < UUID; i++)
                if (i == 8 || i == 13 || i == 18 || i == 23 ? s.p[i] != '-' : !is_hex(s.p[i]))
                        return 0;
        return UUID;
}

static size_t port_length(struct str s) {
        size_t n = has_at(s, 0, ':') ? digits(s, 1) : 0;

        return n >= 1 && n <= 5 && ends_at(s, n + 1) ? n + 1 : 0;
}

size_t token_ipv4(struct str s) {
        size_t at = 0;

        for (int part = 0; part < 4; part++) {
                size_t n = digits(str_first(s, at + 4), at);
                int64_t value;

                if (n < 1 || n > 3 || !str_to_i64((struct str){ s.p + at, n }, &value) || value > 255)
                        return 0;
                at += n;
                if (part < 3 && !has_at(s, at++, '.'))
                        return 0;
        }
        if (!ends_at(s, at) || (has_at(s, at, '.') && digits(s, at + 1)))
                return 0;
        return at + port_length(str_skip(s, at));
}

static size_t hex_group(struct str s, size_t at) {
        size_t n = 0;

        while (at + n < s.n && n < 5 && is_hex(s.p[at + n]))
                n++;
        return n;
}

size_t token_ipv6(struct str s) {
        size_t at = 0, colons = 0, longest = 0;
        bool doubled = false, digit = false;

        while (at < s.n && at < 46 && (is_hex(s.p[at]) || s.p[at] == ':')) {
                size_t n = hex_group(s, at);

                longest = n > longest ? n : longest;
                for (size_t i = 0; i < n; i++)
                        digit |= byte_is_digit(s.p[at + i]);
                at += n;
                if (longest > 4 || !has_at(s, at, ':'))
                        break;
                doubled |= has_at(s, at + 1, ':') && hex_group(s, at + 2);
                colons++;
                at++;
        }
        if (at > 0 && s.p[at - 1] == ':') { /* "a::b: text" */
                colons--;
                at--;
        }
        if (longest > 4 || !digit || !ends_at(s, at) || (colons != 7 && !doubled && !(colons == 5 && at == 17)))
                return 0;
        if (has_at(s, at, '%'))
                at += 1 + token_word(str_skip(s, at + 1));
        return at;
}

static bool is_local_byte(char c) {
        return token_is_word_byte(c) || byte_is_one_of(c, ".-+%\\#$~");
}

static bool is_domain_byte(char c) {
        return token_is_word_byte(c) || c == '.' || c == '-';
}

static size_t domain_length(struct str s) {
        size_t n = 0;

        while (n < s.n && n < LOOK_AHEAD && is_domain_byte(s.p[n]))
                n++;
        while (n > 0 && (s.p[n - 1] == '.' || s.p[n - 1] == '-'))
                n--;
        return n;
}

/* "SocketChannel": no name of a server. */
static bool is_mixed_case(struct str label) {
        bool upper = false, lower = false;

        for (size_t i = 0; i < label.n; i++) {
                upper |= is_upper(label.p[i]);
                lower |= is_letter(label.p[i]) && !is_upper(label.p[i]);
        }
        return upper && lower;
}

static struct str last_label(struct str domain) {
        size_t at = domain.n;

        while (at > 0 && domain.p[at - 1] != '.')
                at--;
        return str_skip(domain, at);
}

/* "/desktop" behind a domain. */
static size_t resource_length(struct str s) {
        size_t n = 1;

        if (s.n < 2 || s.p[0] != '/' || byte_is_one_of(s.p[1], " ,;)]}>\"'<"))
                return 0;
        while (n < s.n && n < 1024 && !byte_is_one_of(s.p[n], " ,;)]}>\"'<\t"))
                n++;
        while (n > 1 && byte_is_one_of(s.p[n - 1], ":."))
                n--;
        return n;
}

size_t token_jid(struct str s) {
        struct str domain;
        size_t n = 0;

        while (n < s.n && n < LOOK_AHEAD && is_local_byte(s.p[n]))
                n++;
        if (n == 0 || !has_at(s, n, '@'))
                return 0;
        domain = str_skip(s, n + 1);
        domain = str_first(domain, domain_length(domain));
        if (domain.n == 0 || is_mixed_case(last_label(domain)) || token_hex_id(domain) == domain.n)
                return 0;
        /* SelectChannelConnector@0.0.0.0:7070 */
        if (token_ipv4(domain) && is_mixed_case(str_first(s, n)))
                return 0;
        n += 1 + domain.n;
        n += port_length(str_skip(s, n));
        return n + resource_length(str_skip(s, n));
}

static bool is_in(struct str word, const struct str *words, size_t count) {
        for (size_t i = 0; i < count; i++)
                if (str_eq_nocase(word, words[i]))
                        return true;
        return false;
}

/* What Java packages begin with. */
static bool is_package_root(struct str label) {
        static const struct str roots[] = { STR_INIT("com"),   STR_INIT("org"), STR_INIT("net"), STR_INIT("java"),
                                            STR_INIT("javax"), STR_INIT("jdk"), STR_INIT("sun"), STR_INIT("io"),
                                            STR_INIT("edu"),   STR_INIT("gnu") };

        return is_in(label, roots, sizeof(roots) / sizeof(roots[0]));
}

static bool is_top_domain(struct str label) {
        static const struct str names[] = { STR_INIT("local"), STR_INIT("com"),        STR_INIT("net"),
                                            STR_INIT("org"),   STR_INIT("lan"),        STR_INIT("corp"),
                                            STR_INIT("intra"), STR_INIT("internal"),   STR_INIT("intranet"),
                                            STR_INIT("lab"),   STR_INIT("edu"),        STR_INIT("gov"),
                                            STR_INIT("int"),   STR_INIT("localdomain") };

        return is_in(label, names, sizeof(names) / sizeof(names[0]));
}

/* A server is numbered more often than a package or a property is: "fin1". */
static bool is_numbered(struct str label) {
        size_t n = digits(label, 0);

        return n < label.n && byte_is_digit(label.p[label.n - 1]);
}

static bool is_host(struct str name) {
        struct str first = str_first(name, 0), label;
        bool numbered = false;
        size_t labels = 0, at = 0;

        for (; at <= name.n; at += label.n + 1, labels++) {
                const char *dot = str_find_byte(str_skip(name, at), '.');

                label = str_slice(name.p + at, dot ? dot : name.p + name.n);
                if (label.n == 0 || digits(label, 0) == label.n)
                        return false;
                numbered |= is_numbered(label);
                first = labels ? first : label;
        }
        if (labels < 2 || is_package_root(first) || is_mixed_case(name))
                return false;
        return is_top_domain(last_label(name)) || (labels >= 3 && numbered);
}

size_t token_host(struct str s) {
        size_t n = domain_length(s);

        if (!is_host(str_first(s, n)))
                return 0;
        n += port_length(str_skip(s, n));
        return n + resource_length(str_skip(s, n));
}

/* ------------------------------------------------------------------ ids */

/* How often letters and digits take turns. */
static size_t turns(struct str s) {
        size_t count = 0;

        for (size_t i = 1; i < s.n; i++)
                count += (byte_is_digit(s.p[i - 1]) && is_letter(s.p[i])) ||
                         (is_letter(s.p[i - 1]) && byte_is_digit(s.p[i]));
        return count;
}

size_t token_hex_id(struct str s) {
        size_t n = token_word(str_first(s, LOOK_AHEAD)), count = 0;

        for (size_t i = 0; i < n; i++) {
                if (!is_hex(s.p[i]))
                        return 0;
                count += byte_is_digit(s.p[i]);
        }
        /* Eight letters: a session's id that happens to have no digit. Shorter ones
         * are words, such as facade. */
        return count > 0 || n == 8 ? n : 0;
}

size_t token_base64(struct str s) {
        enum { SHORTEST = 24 };
        size_t n = 0;

        while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '+' || s.p[n] == '/')) {
                n++;
                /* What it is, is told by its beginning. */
                if (n == 2 * SHORTEST && (turns(str_first(s, n)) < 3 || !is_mixed_case(str_first(s, n))))
                        return 0;
        }
        if (n < SHORTEST || turns(str_first(s, n)) < 3 || !is_mixed_case(str_first(s, n)))
                return 0;
        while (n < s.n && s.p[n] == '=')
                n++;
        return n;
}

size_t token_number(struct str s) {
        size_t sign = has_at(s, 0, '-') || has_at(s, 0, '+'), n = digits(s, sign);

        if (n == 0)
                return 0;
        n += sign;
        while (has_at(s, n, '.') && digits(s, n + 1))
                n += 1 + digits(s, n + 1);
        return n;
}

/* ---------------------------------------------------------------- paths */

size_t token_url(struct str s) {
        size_t n = 0;

        while (n < s.n && n < 16 && is_letter(s.p[n]))
                n++;
        if (n == 0 || !str_starts(str_skip(s, n), STR("://")))
                return 0;
        while (n < s.n && !byte_is_one_of(s.p[n], " \t\"'<>)]},"))
                n++;
        return n;
}

size_t token_path(struct str s) {
        size_t n = 0, slashes = 0, letters = 0;

        while (n < s.n && n < LOOK_AHEAD * 4 && (token_is_word_byte(s.p[n]) || byte_is_one_of(s.p[n], "/.-$%~+"))) {
                slashes += s.p[n] == '/';
                letters += is_letter(s.p[n]);
                n++;
        }
        if (has_at(s, 0, '/'))
                return n > 1 && token_is_word_byte(s.p[1]) && !token_ipv4(str_skip(s, 1)) ? n : 0;
        return slashes >= 2 && letters > 0 ? n : 0;
}
