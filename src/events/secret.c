#include "events/secret.h"

/* Elements whose content is secret, '<' left out; but for those of SASL also at the end of a
 * longer name ("accessToken"). */
static const struct {
        struct str name;
        enum secret_kind kind;
} secret_elements[] = {
        { STR_INIT("auth"), SECRET_SASL },          { STR_INIT("response"), SECRET_SASL },
        { STR_INIT("challenge"), SECRET_SASL },     { STR_INIT("success"), SECRET_SASL },
        { STR_INIT("digest"), SECRET_PASSWORD },    { STR_INIT("password"), SECRET_PASSWORD },
        { STR_INIT("passwd"), SECRET_PASSWORD },    { STR_INIT("pwd"), SECRET_PASSWORD },
        { STR_INIT("jsessionid"), SECRET_SESSION }, { STR_INIT("token"), SECRET_TOKEN },
        { STR_INIT("secret"), SECRET_TOKEN },       { STR_INIT("cookie"), SECRET_COOKIE },
};

/* How the value of a word ends where it has no quotes. */
#define TO_WORD_END " ,;&\"'<>])}|\r\n"
#define TO_LINE_END "\r\n<>]"
#define TO_BRACKET "]\r\n"

/* Words whose value is secret, also at the end of a longer one ("j_password",
 * "Proxy-Authorization"). A longer word stands before what it begins with. */
static const struct {
        struct str word;
        enum secret_kind kind;
        const char *stops;
} secret_words[] = {
        { STR_INIT("authorization"), SECRET_AUTHORIZATION, TO_LINE_END }, /* scheme and token */
        { STR_INIT("cookies"), SECRET_COOKIE, TO_LINE_END },
        { STR_INIT("cookie2"), SECRET_COOKIE, TO_LINE_END },
        { STR_INIT("cookie"), SECRET_COOKIE, TO_LINE_END },
        { STR_INIT("jsessionidsso"), SECRET_SESSION, TO_WORD_END },
        { STR_INIT("jsessionid"), SECRET_SESSION, TO_WORD_END },
        { STR_INIT("passwordhash"), SECRET_PASSWORD, TO_WORD_END },
        { STR_INIT("password"), SECRET_PASSWORD, TO_WORD_END },
        { STR_INIT("passwd"), SECRET_PASSWORD, TO_WORD_END },
        { STR_INIT("passphrase"), SECRET_PASSWORD, TO_WORD_END },
        { STR_INIT("passcode"), SECRET_PASSWORD, TO_WORD_END },
        { STR_INIT("pwd"), SECRET_PASSWORD, TO_WORD_END },
        { STR_INIT("token"), SECRET_TOKEN, TO_WORD_END },
        { STR_INIT("secretkey"), SECRET_TOKEN, TO_WORD_END },
        { STR_INIT("secret_key"), SECRET_TOKEN, TO_WORD_END },
        { STR_INIT("secret"), SECRET_TOKEN, TO_WORD_END },
        { STR_INIT("api_key"), SECRET_TOKEN, TO_WORD_END },
        { STR_INIT("api-key"), SECRET_TOKEN, TO_WORD_END },
        { STR_INIT("apikey"), SECRET_TOKEN, TO_WORD_END },
        { STR_INIT("samlresponse"), SECRET_TOKEN, TO_WORD_END },
        { STR_INIT("samlrequest"), SECRET_TOKEN, TO_WORD_END },
};

enum { WORD_COUNT = sizeof(secret_words) / sizeof(secret_words[0]) };
enum { ELEMENT_COUNT = sizeof(secret_elements) / sizeof(secret_elements[0]) };
/* The shortest of the words, and how many bytes are looked at together. */
enum { WORD_MIN_BYTES = 3, CANDIDATE_BYTES = 32 };
/* A token that stands alone is no shorter, a code is no shorter. */
enum { TOKEN_MIN_BYTES = 16, CODE_MIN_BYTES = 8 };

/* What is announced at the start of a text; `length` 0: nothing to mask. Nothing
 * announced: `begin` is 0. */
static const struct secret no_secret = { 0 };

static bool is_name_byte(char c) {
        return byte_is_digit(c) || (byte_lower(c) >= 'a' && byte_lower(c) <= 'z') || c == '-' || c == '_' || c == '.';
}

static struct str leading_name(struct str s) {
        size_t n = 0;

        while (n < s.n && is_name_byte(s.p[n]))
                n++;
        return str_first(s, n);
}

/* ------------------------------------------------------------- elements */

/* The local name of a tag's "sasl:auth", `s` behind the '<' or "</". */
static struct str local_name(struct str s) {
        struct str name = leading_name(s);

        if (name.n < s.n && s.p[name.n] == ':')
                name = leading_name(str_skip(s, name.n + 1));
        return name;
}

/* Everything up to the element's own end tag, comments and CDATA with it; all
 * there is where that is missing. */
static size_t content_length(struct str content, struct str name) {
        for (size_t i = 0; i + 1 < content.n; i++) {
                if (content.p[i] != '<' || content.p[i + 1] != '/')
                        continue;
                if (str_eq_nocase(local_name(str_skip(content, i + 2)), name))
                        return i;
        }
        return content.n;
}

/* The '>' of a tag, wherever quoted attributes hold others; NULL when it is cut. */
static const char *tag_end(struct str s) {
        char quote = '\0';

        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];

                if (quote)
                        quote = c == quote ? '\0' : quote;
                else if (c == '"' || c == '\'')
                        quote = c;
                else if (c == '>')
                        return s.p + i;
        }
        return NULL;
}

static bool is_base64_byte(char c) {
        return byte_is_digit(c) || (byte_lower(c) >= 'a' && byte_lower(c) <= 'z') || byte_is_one_of(c, "+/=-_.~");
}

static bool is_base64(struct str s) {
        size_t n = 0;

        while (n < s.n && is_base64_byte(s.p[n]))
                n++;
        return n == s.n;
}

static bool is_placeholder(struct str s) {
        static const struct str words[] = { STR_INIT("null"), STR_INIT("(null)"), STR_INIT("none"),
                                            STR_INIT("true"), STR_INIT("false"),  STR_INIT("[]") };
        size_t stars = 0;

        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                if (str_eq_nocase(s, words[i]))
                        return true;
        while (stars < s.n && (s.p[stars] == '*' || byte_lower(s.p[stars]) == 'x'))
                stars++;
        return stars == s.n;
}

/* Other elements are called "response" and "success" as well. */
static bool is_sure_content(struct str content, enum secret_kind kind) {
        enum { SASL_MIN_BYTES = 4 };

        content = str_trim(content);
        if (kind == SECRET_SASL)
                return content.n >= SASL_MIN_BYTES && is_base64(content) && !is_placeholder(content);
        return !is_placeholder(content);
}

static bool is_element(struct str name, struct str wanted, enum secret_kind kind) {
        if (kind != SECRET_SASL && name.n > wanted.n)
                name = str_skip(name, name.n - wanted.n);
        return str_eq_nocase(name, wanted);
}

/* "<sasl:auth mechanism='PLAIN'>" and its content. "<auth/>" has none. */
static struct secret secret_in_element(struct str s) {
        const struct str name = local_name(str_skip(s, 1));
        struct secret secret = no_secret;
        const char *end;
        size_t i = 0;

        while (i < ELEMENT_COUNT && !is_element(name, secret_elements[i].name, secret_elements[i].kind))
                i++;
        if (i == ELEMENT_COUNT)
                return secret;
        end = tag_end(s);
        secret.kind = secret_elements[i].kind;
        secret.begin = end ? (size_t)(end - s.p) + 1 : s.n;
        if (end && end[-1] != '/')
                secret.length = content_length(str_skip(s, secret.begin), name);
        secret.sure = is_sure_content(str_first(str_skip(s, secret.begin), secret.length), secret.kind);
        return secret;
}

/* ---------------------------------------------------------- assignments */

static size_t unquoted_length(struct str s, const char *stops) {
        size_t n = 0;

        while (n < s.n && (s.p[n] == '\0' || !strchr(stops, s.p[n])))
                n++;
        return n;
}

/* Up to the quote that closes it; a backslash keeps a quote from doing so. */
static size_t quoted_length(struct str s, char quote) {
        size_t n = 0;

        while (n < s.n && s.p[n] != quote)
                n += s.p[n] == '\\' ? 2 : 1;
        return n < s.n ? n : s.n;
}

/* "%3D" and "%3a" are "=" and ":" in a query string, "\\u003d" is "=" in JSON, "&#61;" in XML; "&quot;" is a quote. */
static size_t escaped_sign(struct str s) {
        if (str_starts_nocase(s, STR("\\u003d")))
                return 6;
        if (str_starts(s, STR("&#61;")))
                return 5;
        if (str_starts_nocase(s, STR("%3d")) || str_starts_nocase(s, STR("%3a")))
                return 3;
        return 0;
}

static size_t escaped_quote(struct str s) {
        if (str_starts(s, STR("&quot;")) || str_starts(s, STR("&apos;")))
                return 6;
        return str_starts_nocase(s, STR("%22")) ? 3 : 0;
}

/* Where the value behind the word begins: `="`, `: `, `":"`, `=>`, `":["`. 0 where none is assigned;
 * ret_quote is '\0' without one. */
static size_t value_begin(struct str s, size_t at, char *ret_quote) {
        bool assigned = false;

        *ret_quote = '\0';
        while (at < s.n) {
                const char c = s.p[at];
                const size_t sign = escaped_sign(str_skip(s, at)), quote = escaped_quote(str_skip(s, at));

                if (c == '=' || c == ':' || sign)
                        assigned = true;
                else if (assigned && (c == '[' || c == '(' || (c == '>' && s.p[at - 1] == '=')))
                        ; /* of a list the first */
                else if ((c == '"' || c == '\'') && assigned)
                        *ret_quote = c;
                else if (c != ' ' && c != '\t' && c != '\\' && c != '"' && c != '\'' && !quote)
                        break;
                at += sign ? sign : quote ? quote : 1;
                if (*ret_quote)
                        break;
        }
        return assigned ? at : 0;
}

/* In "[user password=a b]" the value goes on to the bracket. */
static bool stands_in_bracket(struct str text, size_t at) {
        enum { KEY_BYTES = 64 };

        for (size_t n = 0; n < KEY_BYTES && at > 0; n++, at--) {
                if (text.p[at - 1] == '[')
                        return true;
                if (!is_name_byte(text.p[at - 1]) && text.p[at - 1] != ' ')
                        return false;
        }
        return false;
}

static bool is_sure_header(struct str value) {
        static const struct str schemes[] = { STR_INIT("basic "), STR_INIT("bearer "), STR_INIT("digest "),
                                              STR_INIT("negotiate "), STR_INIT("ntlm ") };

        while (value.n && byte_is_one_of(value.p[0], "[{ \"'"))
                value = str_skip(value, 1);
        for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
                if (str_starts_nocase(value, schemes[i]))
                        return !is_placeholder(str_trim(str_skip(value, schemes[i].n)));
        return false;
}

static bool is_sure_value(struct str value, enum secret_kind kind) {
        if (kind == SECRET_AUTHORIZATION)
                return is_sure_header(value);
        if (kind == SECRET_COOKIE)
                return str_find_byte(value, '=') != NULL && !str_find(value, STR("=***"));
        if (kind == SECRET_TOKEN && value.n < CODE_MIN_BYTES)
                return false;
        return !is_placeholder(value);
}

static size_t token_length(struct str s) {
        size_t n = 0;

        while (n < s.n && is_base64_byte(s.p[n]))
                n++;
        return n;
}

/* `name="password" value="..."`, `"name":"password","value":"..."`, `key="password">...<`. As value_begin(). */
static size_t value_of_named(struct str s, size_t at, char *ret_quote) {
        *ret_quote = '\0';
        if (at >= s.n || (s.p[at] != '"' && s.p[at] != '\''))
                return 0;
        at++;
        if (at < s.n && s.p[at] == '>')
                return at + 1;
        while (at < s.n && byte_is_one_of(s.p[at], " \t,\"'"))
                at++;
        return str_starts_nocase(str_skip(s, at), STR("value")) ? value_begin(s, at + STR("value").n, ret_quote) : 0;
}

/* "token=Bearer 2YotnF": the scheme is the smaller part of it. What follows `value`, which is `length` of `s`. */
static size_t behind_scheme(struct str s, size_t length) {
        static const struct str schemes[] = { STR_INIT("bearer"), STR_INIT("basic"), STR_INIT("negotiate"),
                                              STR_INIT("ntlm") };
        const struct str value = str_first(s, length);
        size_t end = length;

        for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
                if (!str_eq_nocase(str_skip(value, value.n - (value.n < schemes[i].n ? value.n : schemes[i].n)),
                                   schemes[i]))
                        continue;
                while (end < s.n && (s.p[end] == ' ' || s.p[end] == '\t'))
                        end++;
                return end > length ? end + token_length(str_skip(s, end)) : length;
        }
        return length;
}

/* What stands behind a word of `bytes` at `at`. */
static struct secret secret_in_assignment(struct str text, size_t at, size_t bytes, const char *stops,
                                          enum secret_kind kind) {
        const struct str s = str_skip(text, at);
        struct secret secret = { .kind = kind };
        char quote;
        struct str rest;

        secret.begin = value_begin(s, bytes, &quote);
        if (!secret.begin)
                secret.begin = value_of_named(s, bytes, &quote);
        if (!secret.begin)
                return no_secret;
        rest = str_skip(s, secret.begin);
        if (stands_in_bracket(text, at))
                stops = TO_BRACKET;
        secret.length = quote ? quoted_length(rest, quote) : behind_scheme(rest, unquoted_length(rest, stops));
        /* "cookies: 3" */
        if (kind == SECRET_COOKIE && bytes > STR("cookie").n && !str_find_byte(str_first(rest, secret.length), '='))
                return no_secret;
        secret.sure = secret.length && is_sure_value(str_first(rest, secret.length), kind);
        return secret;
}

/* -------------------------------------------------- tokens that stand alone */

static bool has_digit(struct str s) {
        for (size_t i = 0; i < s.n; i++)
                if (byte_is_digit(s.p[i]))
                        return true;
        return false;
}

/* "Bearer 2YotnFZFEjr1zCsicMWpAA"; not "Bearer authentication". */
static struct secret secret_of_bearer(struct str s) {
        struct secret secret = { .begin = STR("bearer").n, .kind = SECRET_AUTHORIZATION, .sure = true };

        while (secret.begin < s.n && byte_is_one_of(s.p[secret.begin], " \t:"))
                secret.begin++;
        if (secret.begin == STR("bearer").n)
                return no_secret;
        secret.length = token_length(str_skip(s, secret.begin));
        if (secret.length < TOKEN_MIN_BYTES || !has_digit(str_first(str_skip(s, secret.begin), secret.length)))
                return no_secret;
        return secret;
}

/* "eyJ" is `{"` in base64: a JSON web token. It announces itself. */
static struct secret secret_of_web_token(struct str text, size_t at) {
        const struct str s = str_skip(text, at);
        struct secret secret = { .length = token_length(s), .kind = SECRET_TOKEN, .sure = true };

        if (!str_starts(s, STR("eyJ")) || (at > 0 && is_name_byte(text.p[at - 1])) || secret.length < TOKEN_MIN_BYTES)
                return no_secret;
        return secret;
}

/* "?code=" and "&code=", also as "&amp;code=" and "%26code%3D"; numbers of errors are short. */
static struct secret secret_of_code(struct str text, size_t at) {
        struct secret secret;

        if (at == 0 || !byte_is_one_of(text.p[at - 1], "?&;6Ff") || at + 4 >= text.n ||
            (text.p[at + 4] != '=' && !escaped_sign(str_skip(text, at + 4))))
                return no_secret;
        if (text.p[at - 1] != '?' && text.p[at - 1] != '&' && text.p[at - 1] != ';' &&
            (at < 3 || text.p[at - 3] != '%'))
                return no_secret;
        secret = secret_in_assignment(text, at, 4, TO_WORD_END, SECRET_CODE);
        return secret.length < CODE_MIN_BYTES ? no_secret : secret;
}

static bool is_user_byte(char c) {
        return is_base64_byte(c) ? c != '/' : byte_is_one_of(c, "!$&*,;%()");
}

/* "https://admin:PASSWORD@fin1/": behind "://". Those who count do not look for it, so it is none to be sure of. */
static struct secret secret_of_url(struct str s) {
        struct secret secret = { .begin = STR("://").n, .kind = SECRET_PASSWORD };
        size_t end;

        while (secret.begin < s.n && is_user_byte(s.p[secret.begin]))
                secret.begin++;
        if (secret.begin >= s.n || s.p[secret.begin] != ':')
                return no_secret;
        end = ++secret.begin;
        while (end < s.n && (is_user_byte(s.p[end]) || s.p[end] == ':'))
                end++;
        if (end >= s.n || s.p[end] != '@')
                return no_secret;
        secret.length = end - secret.begin;
        return secret;
}

/* ------------------------------------------------------------- together */

/* Is it worth comparing with the words? Their first three letters tell mostly not.
 * Branches would cost more than they save. */
static inline bool may_be_word(const char *p) {
        const unsigned char to_lower = 'a' - 'A';
        const unsigned char a = (unsigned char)p[0] | to_lower, b = (unsigned char)p[1] | to_lower,
                            c = (unsigned char)p[2] | to_lower;

        return ((a == 'a') & (b == 'u') & (c == 't')) | ((a == 'a') & (b == 'p') & (c == 'i')) |
               ((a == 'b') & (b == 'e') & (c == 'a')) | ((a == 'c') & (b == 'o') & ((c == 'o') | (c == 'd'))) |
               ((a == 'e') & (b == 'y') & (c == 'j')) | ((a == 'j') & (b == 's') & (c == 'e')) |
               ((a == 'p') & (b == 'a') & (c == 's')) | ((a == 'p') & (b == 'w') & (c == 'd')) |
               ((a == 's') & (((b == 'e') & (c == 'c')) | ((b == 'a') & (c == 'm')))) |
               ((a == 't') & (b == 'o') & (c == 'k')) | ((a == ':') & (b == '/') & (c == '/'));
}

static struct secret secret_behind_word(struct str text, size_t at) {
        const struct str s = str_skip(text, at);

        if (s.p[0] == ':')
                return secret_of_url(s);
        if (str_starts_nocase(s, STR("bearer")))
                return secret_of_bearer(s);
        if (str_starts_nocase(s, STR("eyj")))
                return secret_of_web_token(text, at);
        if (str_starts_nocase(s, STR("code")))
                return secret_of_code(text, at);
        for (size_t i = 0; i < WORD_COUNT; i++)
                if (str_starts_nocase(s, secret_words[i].word))
                        return secret_in_assignment(text, at, secret_words[i].word.n, secret_words[i].stops,
                                                    secret_words[i].kind);
        return no_secret;
}

/* Where next from `at` on something may announce a secret. Most bytes do not: the
 * compiler makes vector instructions of the inner loop. */
static size_t next_candidate(struct str s, size_t at) {
        bool found[CANDIDATE_BYTES];

        for (; s.n - at >= CANDIDATE_BYTES + WORD_MIN_BYTES; at += CANDIDATE_BYTES) {
                const char *first;

                for (size_t i = 0; i < CANDIDATE_BYTES; i++)
                        found[i] = (s.p[at + i] == '<') | may_be_word(s.p + at + i);
                first = memchr(found, true, sizeof(found));
                if (first)
                        return at + (size_t)(first - (const char *)found);
        }
        return at;
}

bool secret_may_begin(struct str text, size_t at) {
        const struct str s = str_skip(text, at);

        return s.n >= WORD_MIN_BYTES && (s.p[0] == '<' || may_be_word(s.p));
}

static struct secret find_secret(struct str text, size_t at) {
        const struct str s = str_skip(text, at);

        if (s.p[0] == '<')
                return secret_in_element(s);
        return secret_may_begin(text, at) ? secret_behind_word(text, at) : no_secret;
}

bool secret_next(struct str text, size_t from, struct secret *ret_secret) {
        for (size_t i = next_candidate(text, from); i < text.n; i = next_candidate(text, i)) {
                struct secret secret = find_secret(text, i);

                if (secret.length) {
                        *ret_secret = secret;
                        ret_secret->begin += i;
                        return true;
                }
                i += secret.begin ? secret.begin : 1;
        }
        return false;
}
