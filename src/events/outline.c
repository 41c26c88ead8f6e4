#include "events/outline.h"

#include "base/utf8.h"
#include "events/mask.h"
#include "events/token.h"

/* What stands in the run of bytes at hand that addresses, ids and paths are made of.
 * Most words have nothing of it and are told from all these at a glance. */
struct traits {
        bool digit, dot, at, colon, dash;
        unsigned slashes;
        size_t end; /* of the run, in the text */
};

/* A message on its way to its outline. */
struct draft {
        struct str text; /* all that is looked at */
        size_t at;       /* of it is done */
        char out[OUTLINE_BYTES];
        size_t n;
        struct str placeholder; /* the last one; empty without */
        size_t placeholder_end; /* in `out` */
        bool full;
        struct traits traits;
};

static struct str rest_of(const struct draft *draft) {
        return str_skip(draft->text, draft->at);
}

static char byte_before(const struct draft *draft) {
        return draft->at > 0 ? draft->text.p[draft->at - 1] : ' ';
}

static void put(struct draft *draft, struct str s) {
        if (draft->full || s.n > sizeof(draft->out) - draft->n) {
                draft->full = true;
                return;
        }
        if (s.n)
                memcpy(draft->out + draft->n, s.p, s.n);
        draft->n += s.n;
}

/* The same again, with separators in between: it stands there once. */
static bool repeats(const struct draft *draft, struct str placeholder) {
        static const char separators[] = " ,;:/|&.-_";

        if (!str_eq(draft->placeholder, placeholder) || draft->n - draft->placeholder_end > 3)
                return false;
        for (size_t i = draft->placeholder_end; i < draft->n; i++)
                if (!byte_is_one_of(draft->out[i], separators))
                        return false;
        return true;
}

static void put_placeholder(struct draft *draft, struct str placeholder) {
        if (repeats(draft, placeholder)) {
                draft->n = draft->placeholder_end;
                return;
        }
        put(draft, placeholder);
        draft->placeholder = placeholder;
        draft->placeholder_end = draft->n;
}

/* ---------------------------------------------------- what stands before */

/* The word that ends at `end`. */
static struct str word_before(const struct draft *draft, size_t end) {
        size_t begin = end;

        while (begin > 0 && token_word(str_first(str_skip(draft->text, begin - 1), 1)))
                begin--;
        return str_first(str_skip(draft->text, begin), end - begin);
}

static bool is_in(struct str word, const struct str *words, size_t count) {
        for (size_t i = 0; i < count; i++)
                if (str_eq_nocase(word, words[i]))
                        return true;
        return false;
}

/* "user=" and the like: what follows is a name or an id, whatever it looks like. */
static bool stands_for_a_name(const struct draft *draft) {
        static const struct str keys[] = {
                STR_INIT("id"),        STR_INIT("sid"),       STR_INIT("user"),     STR_INIT("username"),
                STR_INIT("userid"),    STR_INIT("login"),     STR_INIT("loginid"),  STR_INIT("loginname"),
                STR_INIT("firstname"), STR_INIT("lastname"),  STR_INIT("fullname"), STR_INIT("displayname"),
                STR_INIT("nickname"),  STR_INIT("agent"),     STR_INIT("agentid"),  STR_INIT("agentname"),
                STR_INIT("host"),      STR_INIT("hostname"),  STR_INIT("jid"),      STR_INIT("session"),
                STR_INIT("sessionid"), STR_INIT("extension"), STR_INIT("owner"),    STR_INIT("caller"),
        };

        if (draft->at < 2 || byte_before(draft) != '=')
                return false;
        return is_in(word_before(draft, draft->at - 1), keys, sizeof(keys) / sizeof(keys[0]));
}

/* "Finesse version 12.5.1.3": neither an address nor a date. */
static bool stands_for_a_version(const struct draft *draft) {
        static const struct str words[] = { STR_INIT("version"), STR_INIT("release"),  STR_INIT("build"),
                                            STR_INIT("ver"),     STR_INIT("openfire"), STR_INIT("finesse") };
        size_t at = draft->at;

        if (!byte_is_digit(draft->text.p[at]))
                return false;
        while (at > 0 && byte_is_one_of(draft->text.p[at - 1], " :=-_"))
                at--;
        return is_in(word_before(draft, at), words, sizeof(words) / sizeof(words[0]));
}

/* ---------------------------------------------------------------- words */

/* "null" and "true" tell, whatever they are the value of. */
static bool is_plain_value(struct str word) {
        static const struct str words[] = { STR_INIT("null"), STR_INIT("true"), STR_INIT("false"), STR_INIT("none") };

        return is_in(word, words, sizeof(words) / sizeof(words[0]));
}

/* "f382a015", "3f9zk2q1ab": nobody's word. */
static bool is_id(struct str word) {
        enum { SHORTEST_HEX = 5, SHORTEST_MIXED = 8 };
        size_t turns = 0;

        if (token_number(word) == word.n)
                return false;
        if (word.n >= SHORTEST_HEX && token_hex_id(word) == word.n)
                return true;
        for (size_t i = 1; i < word.n; i++)
                turns += byte_is_digit(word.p[i - 1]) != byte_is_digit(word.p[i]) && word.p[i] != '_' &&
                         word.p[i - 1] != '_';
        return word.n >= SHORTEST_MIXED && turns >= 3;
}

/* "CTI12Executor", "v12.5.1", "300": each number in it goes. */
static void put_mixed(struct draft *draft, struct str word) {
        for (size_t i = 0; i < word.n && !draft->full;) {
                size_t n = 1;

                if (byte_is_digit(word.p[i])) {
                        n = token_number(str_skip(word, i));
                        put_placeholder(draft, STR("<n>"));
                } else {
                        put(draft, str_first(str_skip(word, i), n));
                }
                i += n;
        }
}

/* A word, and the numbers behind its dots where it ends in one: "v12.5.1". */
static struct str with_dotted_numbers(struct str word, struct str rest) {
        if (word.n > 0 && byte_is_digit(word.p[word.n - 1]))
                word.n += token_number(str_skip(rest, word.n - 1)) - 1;
        return word;
}

static void put_word(struct draft *draft) {
        struct str word = str_first(rest_of(draft), token_word(rest_of(draft)));

        if (str_starts(word, STR("0x")) || str_starts(word, STR("0X")) || is_id(word)) {
                put_placeholder(draft, STR("<id>"));
        } else {
                word = with_dotted_numbers(word, rest_of(draft));
                put_mixed(draft, word);
        }
        draft->at += word.n;
}

/* -------------------------------------------------------------- the scan */

static bool take(struct draft *draft, size_t length, struct str placeholder) {
        if (length == 0)
                return false;
        put_placeholder(draft, placeholder);
        draft->at += length;
        return true;
}

/* HttpSession@758fcd8d: an object of Java, not somebody at a server. */
static bool take_identity(struct draft *draft) {
        size_t n;

        if (draft->at < 2 || byte_before(draft) != '@' || !token_is_word_byte(draft->text.p[draft->at - 2]))
                return false;
        n = token_hex_id(rest_of(draft));
        return !str_starts(str_skip(rest_of(draft), n), STR(".")) && take(draft, n, STR("<id>"));
}

/* A session is called fin1.ucce.local/f382a015 before anybody has signed in. */
static bool take_host(struct draft *draft) {
        struct str host = str_first(rest_of(draft), token_host(rest_of(draft)));

        return take(draft, host.n, str_find_byte(host, '/') ? STR("<jid>") : STR("<host>"));
}

static bool take_name(struct draft *draft) {
        struct str rest = rest_of(draft);
        size_t n = 0;

        if (!stands_for_a_name(draft))
                return false;
        while (n < rest.n && !byte_is_one_of(rest.p[n], " ,;)]}>&\t"))
                n++;
        return !is_plain_value(str_first(rest, n)) && take(draft, n, STR("<id>"));
}

/* Looks at the run of bytes at hand, unless a word earlier in it has done so. */
static void look_at_run(struct draft *draft) {
        enum { LOOK_AHEAD = 256 };
        struct traits *traits = &draft->traits;
        size_t at = draft->at;

        if (at < traits->end)
                return;
        *traits = (struct traits){ 0 };
        for (; at < draft->text.n && at < draft->at + LOOK_AHEAD; at++) {
                char c = draft->text.p[at];

                if (byte_is_digit(c))
                        traits->digit = true;
                else if (token_is_word_byte(c))
                        continue;
                else if (c == '.')
                        traits->dot = true;
                else if (c == '@')
                        traits->at = true;
                else if (c == ':')
                        traits->colon = true;
                else if (c == '-')
                        traits->dash = true;
                else if (c == '/')
                        traits->slashes++;
                else if (!byte_is_one_of(c, "+%\\#$~"))
                        break;
        }
        traits->end = at;
}

/* An address or an id that a word begins. */
static bool take_address(struct draft *draft) {
        const struct traits *traits = &draft->traits;
        const struct str rest = rest_of(draft);

        return (traits->colon && traits->slashes && take(draft, token_url(rest), STR("<url>"))) ||
               (traits->dash && traits->digit && take(draft, token_uuid(rest), STR("<id>"))) ||
               (traits->colon && traits->digit && take(draft, token_ipv6(rest), STR("<ip>"))) ||
               (traits->at && take(draft, token_jid(rest), STR("<jid>"))) ||
               (traits->dot && byte_is_digit(rest.p[0]) && !stands_for_a_version(draft) &&
                take(draft, token_ipv4(rest), STR("<ip>"))) ||
               (traits->dot && byte_before(draft) != '.' && take_host(draft)) ||
               (traits->digit && take(draft, token_base64(rest), STR("<id>"))) ||
               (traits->slashes > 1 && take(draft, token_path(rest), STR("<path>")));
}

/* What may begin where a word begins. */
static bool take_at_word(struct draft *draft) {
        look_at_run(draft);
        return take_identity(draft) ||
               (!stands_for_a_version(draft) && take(draft, token_time(rest_of(draft)), STR("<time>"))) ||
               take_address(draft) || take_name(draft);
}

/* What begins with a sign of its own. */
static bool take_at_sign(struct draft *draft) {
        const struct str rest = rest_of(draft);
        const bool in_word = token_is_word_byte(byte_before(draft));

        switch (rest.p[0]) {
        case '<': /* not List<String> */
                return !in_word && take(draft, token_xml(rest), STR("<xml>"));
        case '{':
                return take(draft, token_json(rest), STR("<json>"));
        case '"':
                return take(draft, token_quoted(rest), STR("\"<text>\""));
        case '\'':
                return !in_word && take(draft, token_quoted(rest), STR("'<text>'"));
        case '/':
                return !in_word && take(draft, token_path(rest), STR("<path>"));
        case ':':
                return !in_word && take(draft, token_ipv6(rest), STR("<ip>"));
        case '-':
        case '+':
                return !in_word && byte_before(draft) != ')' && take(draft, token_number(rest), STR("<n>"));
        default:
                return false;
        }
}

/* A byte, or a character of several, as it is. */
static void put_character(struct draft *draft) {
        size_t n = utf8_length(rest_of(draft));

        put(draft, n ? str_first(rest_of(draft), n) : UTF8_REPLACEMENT);
        draft->at += n ? n : 1;
}

static void scan(struct draft *draft) {
        while (draft->at < draft->text.n && !draft->full) {
                char c = draft->text.p[draft->at];
                bool word = token_is_word_byte(c);

                if (word && !token_is_word_byte(byte_before(draft)) && take_at_word(draft))
                        continue;
                if (!word && take_at_sign(draft))
                        continue;
                if (token_word(str_first(rest_of(draft), 1)))
                        put_word(draft);
                else
                        put_character(draft);
        }
}

static struct str first_line(struct str message, bool *ret_more) {
        const char *newline = str_find_byte(message, '\n');
        struct str line = str_slice(message.p, newline ? newline : message.p + message.n);

        *ret_more = newline != NULL;
        line.n -= line.n > 0 && line.p[line.n - 1] == '\r';
        return line;
}

int outline_add(struct buf *out, struct buf *scratch, struct str message) {
        struct draft draft;
        bool more;
        int r;

        scratch->n = 0;
        r = mask_secrets(scratch, str_first(first_line(message, &more), OUTLINE_LOOKED_AT));
        if (r < 0)
                return r;
        draft = (struct draft){ .text = buf_str(scratch) };
        scan(&draft);
        while (draft.n > 0 && draft.out[draft.n - 1] == ' ')
                draft.n--;
        r = buf_add(out, (struct str){ draft.out, draft.n });
        if (r == 0 && draft.full)
                r = buf_add(out, STR("..."));
        if (r == 0 && more)
                r = buf_add(out, draft.n ? STR(" <more>") : STR("<more>"));
        return r;
}
