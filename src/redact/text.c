#include "redact/text.h"

#include <stdio.h>

#include "events/token.h"
#include "redact/about.h"

enum { MOST_KEY_BYTES = 40, MOST_TAG_BYTES = 1024, MOST_DEEP = 2 };

/* A text on its way. */
struct scan {
        struct words_of *words;
        struct buf *out;
        struct str text;
        size_t at;   /* of it is written */
        bool strict; /* a path: unknown words are names */
        unsigned deep;
        size_t run_end; /* of the bytes at hand that names are made of */
        unsigned tries; /* words in it that have been looked at */
        int error;
};

static int rewrite(struct words_of *words, struct buf *out, struct str text, bool strict, unsigned deep);

static bool is_letter(char c) {
        return (byte_lower(c) >= 'a' && byte_lower(c) <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_word_byte(char c) {
        return is_letter(c) || byte_is_digit(c);
}

static struct str rest_of(const struct scan *scan) {
        return str_skip(scan->text, scan->at);
}

static char byte_before(const struct scan *scan) {
        return scan->at ? scan->text.p[scan->at - 1] : ' ';
}

/* "%40fin1": a word begins behind an escape as well. */
static bool begins_word(const struct scan *scan) {
        return !is_word_byte(byte_before(scan)) || (scan->at >= 3 && byte_is_one_of(scan->text.p[scan->at - 3], "%\\"));
}

static bool copy(struct scan *scan, size_t n) {
        const struct str s = str_first(rest_of(scan), n);

        if (scan->error == 0)
                scan->error = buf_add(scan->out, s);
        scan->at += s.n;
        return true;
}

typedef int put_fn(struct words_of *words, struct buf *out, struct str s);

static bool put(struct scan *scan, put_fn *fn, size_t n) {
        const struct str s = str_first(rest_of(scan), n);

        if (scan->error == 0)
                scan->error = fn(scan->words, scan->out, s);
        scan->at += s.n;
        return true;
}

/* ------------------------------------------------- things told by their form */

/* "Finesse version 12.5.1.3" is no address. */
static bool stands_for_a_version(const struct scan *scan) {
        static const struct str names[] = { STR_INIT("version"), STR_INIT("release"),  STR_INIT("build"),
                                            STR_INIT("ver"),     STR_INIT("openfire"), STR_INIT("finesse") };
        size_t end = scan->at, begin;

        while (end > 0 && byte_is_one_of(scan->text.p[end - 1], " :=-_\""))
                end--;
        for (begin = end; begin > 0 && is_word_byte(scan->text.p[begin - 1]);)
                begin--;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (str_eq_nocase(str_first(str_skip(scan->text, begin), end - begin), names[i]))
                        return true;
        return false;
}

static bool put_ipv4(struct scan *scan) {
        const struct str s = rest_of(scan);
        size_t n = byte_before(scan) == '.' ? 0 : token_ipv4(s);

        if (!n)
                return false;
        if (stands_for_a_version(scan))
                return copy(scan, n);
        for (size_t i = 0; i < n; i++)
                if (s.p[i] == ':')
                        n = i; /* the port stays */
        return put(scan, words_address, n);
}

static bool is_hex(char c) {
        return byte_is_digit(c) || (byte_lower(c) >= 'a' && byte_lower(c) <= 'f');
}

/* A network card's address is a machine's: 00:1a:2b:3c:4d:5e, 00-1A-2B-3C-4D-5E. Without a letter
 * "17-06-16-18-44-50" is a time. */
static bool put_mac(struct scan *scan) {
        enum { PAIRS = 6, MAC_BYTES = 3 * PAIRS - 1 };
        const struct str s = rest_of(scan);
        bool letters = false;

        if (s.n < MAC_BYTES || !byte_is_one_of(s.p[2], ":-") || byte_before(scan) == s.p[2])
                return false;
        for (size_t i = 0; i < MAC_BYTES; i++) {
                if (i % 3 == 2 ? s.p[i] != s.p[2] : !is_hex(s.p[i]))
                        return false;
                letters |= is_letter(s.p[i]);
        }
        if (s.n > MAC_BYTES && (is_word_byte(s.p[MAC_BYTES]) || s.p[MAC_BYTES] == s.p[2]))
                return false;
        return (letters || s.p[2] == ':') && put(scan, words_number, MAC_BYTES);
}

static bool put_ipv6(struct scan *scan) {
        const size_t n = byte_before(scan) == ':' ? 0 : token_ipv6(rest_of(scan));
        const struct str s = str_first(rest_of(scan), n);
        const char *zone = str_find_byte(s, '%');

        if (!n)
                return false;
        return put(scan, words_address, zone ? (size_t)(zone - s.p) : n);
}

static size_t domain_length(struct str s) {
        size_t n = 0;

        while (n < s.n && n < 256 && (is_word_byte(s.p[n]) || byte_is_one_of(s.p[n], ".-_")))
                n++;
        while (n > 0 && byte_is_one_of(s.p[n - 1], ".-_"))
                n--;
        return n;
}

static size_t resource_length(struct str s) {
        size_t n = 0;

        while (n < s.n && !byte_is_one_of(s.p[n], " \t\r\n\"'<>()[]{},;|&"))
                n++;
        return n;
}

static bool put_jid(struct scan *scan) {
        const struct str s = rest_of(scan);
        size_t n = token_jid(s), at = 0, domain;

        if (!n)
                return false;
        while (s.p[at] != '@')
                at++;
        domain = domain_length(str_skip(s, at + 1));
        if (!put(scan, words_jid, at + 1 + domain) || scan->at >= scan->text.n || n <= at + 1 + domain)
                return true;
        if (scan->text.p[scan->at] != '/')
                return true; /* a port */
        copy(scan, 1);
        return put(scan, words_resource, resource_length(rest_of(scan)));
}

/* A name whose end is a known domain's is a host of it. */
static size_t known_domain_length(const struct scan *scan, struct str s) {
        enum { MOST_LABELS = 5 };
        const size_t n = domain_length(s);

        for (size_t i = n, labels = 0; i-- > 1 && labels < MOST_LABELS;) {
                const struct pseudonym *known;

                if (s.p[i] != '.')
                        continue;
                labels++;
                known = pseudonym_known(&scan->words->names, str_slice(s.p + i + 1, s.p + n));
                if (known && known->kind == PSEUDONYM_HOST && known->sought)
                        return n;
        }
        return 0;
}

static bool put_domain(struct scan *scan) {
        const struct str s = rest_of(scan);
        const size_t n = token_host(s) ? domain_length(s) : known_domain_length(scan, s);

        return n && put(scan, words_host, n);
}

/* +14085551234 */
static bool put_telephone(struct scan *scan) {
        enum { SHORTEST = 8 };
        const struct str s = rest_of(scan);
        size_t n = 1;

        if (s.p[0] != '+')
                return false;
        while (n < s.n && byte_is_digit(s.p[n]))
                n++;
        if (n <= SHORTEST)
                return false;
        copy(scan, 1);
        return put(scan, words_number, n - 1);
}

/* SEP001A2B3C4D5E: a telephone, by its network card. */
static bool put_device(struct scan *scan) {
        enum { CARD_DIGITS = 12 };
        static const struct str prefix = STR_INIT("SEP");
        const struct str s = rest_of(scan);
        size_t n = prefix.n;

        if (!str_starts_nocase(s, prefix))
                return false;
        while (n < s.n && is_hex(s.p[n]))
                n++;
        return n == prefix.n + CARD_DIGITS && put(scan, words_number, n);
}

/* A name has so many words at most: a megabyte of "a.a.a." costs no more than its length. */
static bool may_be_told(struct scan *scan) {
        enum { MOST_WORDS = 32 };

        if (scan->at >= scan->run_end) {
                scan->run_end = scan->at;
                while (scan->run_end < scan->text.n && (is_word_byte(scan->text.p[scan->run_end]) ||
                                                        byte_is_one_of(scan->text.p[scan->run_end], "._-@%+~\\:")))
                        scan->run_end++;
                scan->tries = 0;
        }
        return scan->tries++ < MOST_WORDS;
}

static bool put_told(struct scan *scan) {
        const struct str s = rest_of(scan);
        size_t n;

        if (!may_be_told(scan))
                return put_ipv4(scan);
        if (put_mac(scan))
                return true;
        n = token_time(s);
        if (!n)
                n = token_uuid(s);
        if (n)
                return copy(scan, n);
        return put_ipv4(scan) || put_ipv6(scan) || put_jid(scan) || put_domain(scan) || put_telephone(scan) ||
               put_device(scan);
}

/* ----------------------------------------------------------- typed values */

static bool has_tag(struct str s) {
        return str_find_byte(s, '<') || str_find(s, STR("&lt;"));
}

/* Is it something to be gone through by itself: a path, a JID, an object? */
static bool is_composed(struct str s) {
        return s.n && (byte_is_one_of(s.p[0], "/{[") || has_tag(s) || str_find(s, STR("://")));
}

static int put_user(struct words_of *words, struct buf *out, struct str s, bool sure) {
        return str_find_byte(s, '@') ? words_jid(words, out, s) : words_user(words, out, s, sure);
}

static int put_sure_user(struct words_of *words, struct buf *out, struct str s) {
        return put_user(words, out, s, true);
}

static int put_unsure_user(struct words_of *words, struct buf *out, struct str s) {
        return put_user(words, out, s, false);
}

/* `sure`: it is no word of a sentence. */
static bool put_value(struct scan *scan, enum about about, size_t n, bool sure) {
        static put_fn *const fns[] = {
                [ABOUT_AGENT] = put_sure_user, [ABOUT_PERSON] = words_person, [ABOUT_HOST] = words_host,
                [ABOUT_NUMBER] = words_number, [ABOUT_TEXT] = words_text,     [ABOUT_SAID] = words_text,
        };
        const struct str value = str_first(rest_of(scan), n), trimmed = str_trim(value);
        const size_t before = trimmed.n ? (size_t)(trimmed.p - value.p) : n;

        copy(scan, before);
        if (trimmed.n && about != ABOUT_SAID && is_composed(trimmed)) {
                if (scan->error == 0 && scan->deep < MOST_DEEP)
                        scan->error = rewrite(scan->words, scan->out, trimmed, scan->strict, scan->deep + 1);
                else if (scan->error == 0)
                        scan->error = words_text(scan->words, scan->out, trimmed);
                scan->at += trimmed.n;
        } else if (trimmed.n) {
                put(scan, about == ABOUT_AGENT && !sure ? put_unsure_user : fns[about], trimmed.n);
        }
        return copy(scan, n - before - trimmed.n);
}

/* ------------------------------------------------------------- keys */

static size_t quote_length(struct str s) {
        if (str_starts(s, STR("&quot;")) || str_starts(s, STR("&apos;")))
                return 6;
        if (str_starts(s, STR("\\\"")))
                return 2;
        return s.n && (s.p[0] == '"' || s.p[0] == '\'');
}

static size_t skip_blanks(struct str s, size_t at) {
        while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t'))
                at++;
        return at;
}

/* Where the value of the key of `n` bytes begins, 0 without one; the quote that it stands in. */
static size_t value_of_key(struct str s, size_t n, struct str *ret_quote) {
        size_t at = n + quote_length(str_skip(s, n));

        at = skip_blanks(s, at);
        if (at >= s.n || (s.p[at] != '=' && s.p[at] != ':') ||
            (s.p[at] == ':' && at + 1 < s.n && byte_is_one_of(s.p[at + 1], ":/")))
                return 0;
        at = skip_blanks(s, at + 1);
        *ret_quote = str_first(str_skip(s, at), quote_length(str_skip(s, at)));
        return at + ret_quote->n;
}

/* "fin1:8443", "fin1:"; an address of IPv6 has more colons. */
static size_t without_port(struct str host) {
        const char *colon = str_find_byte(host, ':');

        if (!colon || str_find_byte(str_slice(colon + 1, host.p + host.n), ':'))
                return host.n;
        return (size_t)(colon - host.p);
}

/* Names may have blanks in them, ids have none. */
static size_t bare_length(struct str s, enum about about, bool in_bracket) {
        const char *stops = in_bracket                                     ? "]\r\n"
                            : about == ABOUT_PERSON || about == ABOUT_TEXT ? ",;&\"'<>])}|\r\n"
                                                                           : " ,;&\"'<>])}|\r\n\t";
        size_t n = 0;

        while (n < s.n && !byte_is_one_of(s.p[n], stops))
                n++;
        return about == ABOUT_HOST ? without_port(str_first(s, n)) : n;
}

static size_t value_length(struct str value, struct str quote, enum about about, bool in_bracket) {
        const char *end;

        if (!quote.n)
                return bare_length(value, about, in_bracket);
        end = str_find(value, quote);
        return end ? (size_t)(end - value.p) : value.n;
}

static bool put_assignment(struct scan *scan) {
        const struct str s = rest_of(scan);
        const bool in_bracket = byte_before(scan) == '[';
        struct str quote = { 0 };
        enum about about;
        size_t n = 0, value;

        while (n < s.n && n < MOST_KEY_BYTES && (is_word_byte(s.p[n]) || s.p[n] == '_' || s.p[n] == '-'))
                n++;
        about = about_of_key(str_first(s, n));
        value = about == ABOUT_NOTHING ? 0 : value_of_key(s, n, &quote);
        if (!value)
                return false;
        copy(scan, value);
        return put_value(scan, about, value_length(str_skip(s, value), quote, about, in_bracket),
                         quote.n || s.p[value - 1] == '=');
}

/* ---------------------------------------------------------- elements */

/* '<' and '>', or as they stand in a text inside of XML. */
static size_t sign_length(struct str s, char sign) {
        if (s.n && s.p[0] == sign)
                return 1;
        return str_starts(s, sign == '<' ? STR("&lt;") : STR("&gt;")) ? 4 : 0;
}

static size_t find_sign(struct str s, char sign) {
        size_t at = 0;

        while (at < s.n && (s.p[at] != '&' || !sign_length(str_skip(s, at), sign)) && s.p[at] != sign)
                at++;
        return at;
}

/* The envelope of a BOSH request is a <body> as well. */
static bool is_envelope(struct str tag) {
        return str_find(tag, STR("httpbind")) || str_find(tag, STR(" rid=")) || str_find(tag, STR(" sid="));
}

static size_t content_length(struct str content, enum about about) {
        size_t at = find_sign(content, '<');

        /* What was said may be marked up: all of it, up to the end of the body. */
        while (about == ABOUT_SAID && at < content.n) {
                const size_t sign = sign_length(str_skip(content, at), '<');

                if (str_starts_nocase(str_skip(content, at + sign), STR("/body")))
                        break;
                at += sign + find_sign(str_skip(content, at + sign), '<');
        }
        return at;
}

static bool put_element(struct scan *scan) {
        const struct str s = rest_of(scan);
        const size_t sign = sign_length(s, '<');
        size_t n = sign, end;
        struct str name;
        enum about about;

        if (!sign)
                return false;
        while (n < s.n && n < sign + MOST_KEY_BYTES && (is_word_byte(s.p[n]) || byte_is_one_of(s.p[n], "_-:.")))
                n++;
        name = str_first(str_skip(s, sign), n - sign);
        about = about_of_element(name);
        if (about == ABOUT_NOTHING)
                return false;
        end = n + find_sign(str_first(str_skip(s, n), MOST_TAG_BYTES), '>');
        if (end >= s.n || !sign_length(str_skip(s, end), '>') || s.p[end - 1] == '/' ||
            (about == ABOUT_SAID && is_envelope(str_first(s, end))))
                return false;
        copy(scan, n);
        if (scan->error == 0 && scan->deep < MOST_DEEP)
                scan->error =
                        rewrite(scan->words, scan->out, str_slice(s.p + n, s.p + end), scan->strict, scan->deep + 1);
        scan->at += end - n;
        copy(scan, sign_length(rest_of(scan), '>'));
        return put_value(scan, about, content_length(rest_of(scan), about), true);
}

/* ---------------------------------------------------------------- paths */

static size_t run_of(struct str s, bool digits) {
        size_t n = 0;

        while (n < s.n && (digits ? byte_is_digit(s.p[n]) : is_letter(s.p[n])))
                n++;
        return n;
}

/* Dates, seconds since 1970 and numbers of rotated files. */
static bool is_plain_number(struct str s) {
        if (s.n <= 2)
                return true;
        if (s.n == 10 || s.n == 13)
                return s.p[0] == '1';
        return (s.n == 4 || s.n == 8) && (str_starts(s, STR("20")) || str_starts(s, STR("19")));
}

/* A number behind another: "2017-06-17T00-05-00.123", "20170617_003000". */
static bool goes_on_from_number(const struct scan *scan, size_t n) {
        const size_t at = scan->at;

        return (n == 3 || n == 6) && at >= 2 && byte_is_one_of(scan->text.p[at - 1], ".-_T") &&
               byte_is_digit(scan->text.p[at - 2]);
}

static bool put_strict(struct scan *scan) {
        const struct str s = rest_of(scan);
        size_t n;

        if (!scan->strict)
                return false;
        n = run_of(s, true);
        if (n)
                return is_plain_number(str_first(s, n)) || goes_on_from_number(scan, n) ? copy(scan, n)
                                                                                        : put(scan, words_name, n);
        n = run_of(s, false);
        if (n <= 1)
                return false;
        return word_is_common(str_first(s, n)) ? copy(scan, n) : put(scan, words_name, n);
}

/* ------------------------------------------------------------- together */

static bool put_known(struct scan *scan) {
        const struct pseudonym *known = pseudonym_at(&scan->words->names, scan->text, scan->at);

        if (!known)
                return false;
        if (scan->error == 0)
                scan->error = buf_add(scan->out, known->shown);
        scan->at += known->original.n;
        return true;
}

/* "/finesse/api/User/1001003/Dialogs", "C:\Users\mary\Desktop" */
static bool put_user_of_path(struct scan *scan) {
        static const struct str folders[] = { STR_INIT("/user/"), STR_INIT("/users/"), STR_INIT("/home/"),
                                              STR_INIT("\\users\\") };
        const struct str rest = rest_of(scan);
        size_t before = 0, n = 0;
        struct str s;

        for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && before == 0; i++)
                before = str_starts_nocase(rest, folders[i]) ? folders[i].n : 0;
        if (!before)
                return false;
        s = str_skip(rest, before);
        while (n < s.n && !byte_is_one_of(s.p[n], "/\\ ?&,;:\"'<>()[]{}|\r\n\t"))
                n++;
        copy(scan, before);
        return !n || put(scan, put_sure_user, n);
}

/* "mary%40fin1": what is escaped is no part of the word behind it. */
static bool put_escape(struct scan *scan) {
        static const char *const escapes[] = { "%20", "%22", "%25", "%26", "%27", "%2C", "%2F", "%3A", "%3B", "%3C",
                                               "%3D", "%3E", "%3F", "%40", "%5B", "%5C", "%5D", "%7B", "%7C", "%7D" };
        const struct str s = rest_of(scan);

        for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
                if (str_starts_nocase(s, str_from(escapes[i])))
                        return !pseudonym_at(&scan->words->names, scan->text, scan->at + 1) && copy(scan, 3);
        return false;
}

static bool put_thing(struct scan *scan) {
        const char c = scan->text.p[scan->at];

        if (c == '%' && put_escape(scan))
                return true;

        if ((c == '/' || c == '\\') && !scan->strict && put_user_of_path(scan))
                return true;
        if ((c == '<' || c == '&') && put_element(scan))
                return true;
        if (begins_word(scan) && (is_word_byte(c) || byte_is_one_of(c, ":+_")) &&
            (put_told(scan) || put_assignment(scan)))
                return true;
        return put_known(scan) || put_strict(scan);
}

static int rewrite(struct words_of *words, struct buf *out, struct str text, bool strict, unsigned deep) {
        struct scan scan = { .words = words, .out = out, .text = text, .strict = strict, .deep = deep };

        while (scan.at < text.n && scan.error == 0)
                if (!put_thing(&scan))
                        copy(&scan, 1);
        return scan.error;
}

int redact_text(struct words_of *words, struct buf *out, struct str text) {
        return rewrite(words, out, text, false, 0);
}

int redact_path(struct words_of *words, struct buf *out, struct str path) {
        return rewrite(words, out, path, true, 0);
}
