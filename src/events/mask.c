#include "events/mask.h"

/* Elements whose content is secret, '<' left out. */
static const struct str secret_elements[] = {
        STR_INIT("auth"),     STR_INIT("response"), STR_INIT("challenge"), STR_INIT("success"),
        STR_INIT("password"), STR_INIT("passwd"),   STR_INIT("digest"),
};

/* Words whose value is secret, also at the end of a longer one ("j_password",
 * "Proxy-Authorization"), and where such a value ends when it has no quotes. */
static const struct {
        struct str word;
        const char *stops;
} secret_words[] = {
        { STR_INIT("authorization"), "\r\n<>]" }, /* scheme and token */
        { STR_INIT("cookie"), "\r\n<>]" },
        { STR_INIT("jsessionidsso"), " ,;&\"'<>])\r\n" },
        { STR_INIT("jsessionid"), " ,;&\"'<>])\r\n" },
        { STR_INIT("password"), " ,;&\"'<>])\r\n" },
        { STR_INIT("passwd"), " ,;&\"'<>])\r\n" },
        { STR_INIT("pwd"), " ,;&\"'<>])\r\n" },
};

enum { WORD_COUNT = sizeof(secret_words) / sizeof(secret_words[0]) };
enum { ELEMENT_COUNT = sizeof(secret_elements) / sizeof(secret_elements[0]) };
/* The shortest of the words, and how many bytes are looked at together. */
enum { WORD_MIN_BYTES = 3, CANDIDATE_BYTES = 32 };

/* A secret in a text: [shown, shown + length) is to be masked, counted from where
 * it is announced. Nothing announced: shown is 0. */
struct secret {
        size_t shown, length;
};

static bool is_name_byte(char c) {
        return byte_is_digit(c) || (byte_lower(c) >= 'a' && byte_lower(c) <= 'z') || c == '-' || c == '_' || c == '.';
}

static struct str leading_name(struct str s) {
        size_t n = 0;

        while (n < s.n && is_name_byte(s.p[n]))
                n++;
        return str_first(s, n);
}

/* The local name of a tag's "sasl:auth", `s` behind the '<' or "</". */
static struct str local_name(struct str s) {
        struct str name = leading_name(s);

        if (name.n < s.n && s.p[name.n] == ':')
                name = leading_name(str_skip(s, name.n + 1));
        return name;
}

static bool is_secret_element(struct str name) {
        for (size_t i = 0; i < ELEMENT_COUNT; i++)
                if (str_eq_nocase(name, secret_elements[i]))
                        return true;
        return false;
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

/* "<sasl:auth mechanism='PLAIN'>" and its content. "<auth/>" has none. */
static struct secret secret_in_element(struct str s) {
        struct str name = local_name(str_skip(s, 1));
        struct secret secret = { 0 };
        const char *end;

        if (!is_secret_element(name))
                return secret;
        end = tag_end(s);
        secret.shown = end ? (size_t)(end - s.p) + 1 : s.n;
        if (end && end[-1] != '/')
                secret.length = content_length(str_skip(s, secret.shown), name);
        return secret;
}

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

/* What stands behind the word: `="`, `: `, `":"`. */
static struct secret secret_in_assignment(struct str s, size_t word_bytes, const char *stops) {
        struct secret secret = { .shown = word_bytes };
        bool assigned = false;
        char quote = '\0';

        for (; secret.shown < s.n; secret.shown++) {
                char c = s.p[secret.shown];

                if (c == '=' || c == ':')
                        assigned = true;
                else if (c == '"' || c == '\'')
                        quote = assigned ? c : '\0';
                else if (c != ' ' && c != '\t' && c != '\\')
                        break;
                if (quote)
                        break;
        }
        if (!assigned)
                return (struct secret){ 0 };
        secret.shown += quote != '\0';
        s = str_skip(s, secret.shown);
        secret.length = quote ? quoted_length(s, quote) : unquoted_length(s, stops);
        return secret;
}

/* Is it worth comparing with the words? Their first three letters tell mostly not.
 * Branches would cost more than they save. */
static inline bool may_be_word(const char *p) {
        const unsigned char to_lower = 'a' - 'A';
        const unsigned char a = (unsigned char)p[0] | to_lower, b = (unsigned char)p[1] | to_lower,
                            c = (unsigned char)p[2] | to_lower;

        return ((a == 'a') & (b == 'u') & (c == 't')) | ((a == 'c') & (b == 'o') & (c == 'o')) |
               ((a == 'j') & (b == 's') & (c == 'e')) | ((a == 'p') & (b == 'a') & (c == 's')) |
               ((a == 'p') & (b == 'w') & (c == 'd'));
}

static struct secret secret_behind_word(struct str s) {
        for (size_t i = 0; i < WORD_COUNT; i++)
                if (str_starts_nocase(s, secret_words[i].word))
                        return secret_in_assignment(s, secret_words[i].word.n, secret_words[i].stops);
        return (struct secret){ 0 };
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

static struct secret find_secret(struct str s) {
        if (s.p[0] == '<')
                return secret_in_element(s);
        return s.n >= WORD_MIN_BYTES && may_be_word(s.p) ? secret_behind_word(s) : (struct secret){ 0 };
}

int mask_secrets(struct buf *out, struct str text) {
        size_t done = 0;
        int r;

        for (size_t i = next_candidate(text, 0); i < text.n; i = next_candidate(text, i)) {
                struct secret secret = find_secret(str_skip(text, i));

                i += secret.shown ? secret.shown : 1;
                if (!secret.length)
                        continue;
                r = buf_add(out, (struct str){ text.p + done, i - done });
                if (r < 0)
                        return r;
                r = buf_add(out, STR("***"));
                if (r < 0)
                        return r;
                i += secret.length;
                done = i;
        }
        return buf_add(out, str_skip(text, done));
}
