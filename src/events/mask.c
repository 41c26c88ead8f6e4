#include "events/mask.h"

/* Elements whose content is secret, '<' left out. */
static const struct str secret_elements[] = {
        STR_INIT("auth"),     STR_INIT("response"), STR_INIT("challenge"), STR_INIT("success"),
        STR_INIT("password"), STR_INIT("passwd"),   STR_INIT("digest"),
};

/* Words whose value is secret, and where such a value ends. */
static const struct {
        struct str word;
        const char *stops;
} secret_words[] = {
        { STR_INIT("authorization"), "\r\n<>]" }, /* scheme and token */
        { STR_INIT("set-cookie"), "\r\n<>]" },
        { STR_INIT("cookie"), "\r\n<>]" },
        { STR_INIT("jsessionidsso"), " ,;&\"'<>])\r\n" },
        { STR_INIT("jsessionid"), " ,;&\"'<>])\r\n" },
        { STR_INIT("password"), " ,;&\"'<>])\r\n" },
        { STR_INIT("passwd"), " ,;&\"'<>])\r\n" },
        { STR_INIT("pwd"), " ,;&\"'<>])\r\n" },
};

enum { WORD_COUNT = sizeof(secret_words) / sizeof(secret_words[0]) };
enum { ELEMENT_COUNT = sizeof(secret_elements) / sizeof(secret_elements[0]) };

static bool is_name_byte(char c) {
        return byte_is_digit(c) || (byte_lower(c) >= 'a' && byte_lower(c) <= 'z') || c == '-' || c == '_' || c == '.';
}

/* "<sasl:auth mechanism='PLAIN'>" at the text's start: its length, else 0. The
 * content follows; an element that ends in "/>" has none. */
static size_t secret_start_tag(struct str s) {
        struct str name = str_skip(s, 1);
        size_t n = 0;
        const char *end;

        while (n < name.n && is_name_byte(name.p[n]))
                n++;
        if (n < name.n && name.p[n] == ':') {
                name = str_skip(name, n + 1);
                for (n = 0; n < name.n && is_name_byte(name.p[n]);)
                        n++;
        }
        name.n = n;
        for (size_t i = 0; i < ELEMENT_COUNT; i++) {
                if (!str_eq_nocase(name, secret_elements[i]))
                        continue;
                end = str_find_byte(s, '>');
                return end ? (size_t)(end - s.p) + (end[-1] != '/') : s.n;
        }
        return 0;
}

/* `JSESSIONID="` at the text's start: how long until the value begins, else 0. */
static size_t secret_assignment(struct str s, const char **ret_stops) {
        for (size_t i = 0; i < WORD_COUNT; i++) {
                size_t at = secret_words[i].word.n;
                bool assigned = false;

                if (!str_starts_nocase(s, secret_words[i].word))
                        continue;
                for (; at < s.n && strchr(" \t=:\"'", s.p[at]) && s.p[at]; at++)
                        assigned |= s.p[at] == '=' || s.p[at] == ':';
                *ret_stops = secret_words[i].stops;
                return assigned ? at : 0;
        }
        return 0;
}

static size_t value_length(struct str s, const char *stops) {
        size_t n = 0;

        while (n < s.n && (s.p[n] == '\0' || !strchr(stops, s.p[n])))
                n++;
        return n;
}

/* How much of `s`, which begins at a place where a secret may be announced, is
 * to be shown before the secret begins; and how long the secret is. */
static size_t find_secret(struct str s, bool at_word_start, size_t *ret_secret) {
        const char *stops = "<";
        size_t shown = 0;

        if (s.p[0] == '<')
                shown = secret_start_tag(s);
        else if (at_word_start)
                shown = secret_assignment(s, &stops);
        *ret_secret = shown ? value_length(str_skip(s, shown), stops) : 0;
        return shown;
}

int mask_secrets(struct buf *out, struct str text) {
        size_t done = 0;
        int r;

        for (size_t i = 0; i < text.n;) {
                bool word_start = i == 0 || !is_name_byte(text.p[i - 1]);
                size_t secret, shown = find_secret(str_skip(text, i), word_start, &secret);

                if (!shown) {
                        i++;
                        continue;
                }
                i += shown;
                if (!secret)
                        continue;
                r = buf_add(out, (struct str){ text.p + done, i - done });
                if (r < 0)
                        return r;
                r = buf_add(out, STR("***"));
                if (r < 0)
                        return r;
                i += secret;
                done = i;
        }
        return buf_add(out, str_skip(text, done));
}
