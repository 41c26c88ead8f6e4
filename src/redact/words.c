#include "redact/words.h"

#include <errno.h>
#include <stdio.h>

#include "redact/address.h"
#include "timeline/jid.h"

/* Words that stand in paths, names of hosts and texts of anybody's servers. */
static const char common_words[] =
        " access active activelog admin agent agents alarm all analyze api app apps audit auto bash bin bind boot "
        "boshscope bundle "
        "bundles case cases catalina ccbu ccm cce ccx cdr cert cfservice chat cisco ciscosyslog cli client clientlog "
        "clientlogs clients cluster cm collect collected com common conf conference config core cpu critical csv cti "
        "ctimanager cuic cucm cups daemon data date db debug default desktop dev device diag diagnostic disk dp "
        "drf dump dst edu else error errors etc event events example explain export false fatal file files fin finesse "
        "fippa folder "
        "from gc gov group gz gzip heap help high history home host hosts hprof hs htm html http httpbind https iis "
        "import index info install int internal intra intranet io jar java javacore jabber job jmx json jvm key lab "
        "lan "
        "level lib list live livedata local localdomain localhost locallog log logs low mail main manager master mcvd "
        "medium "
        "memory message messages metrics mivr net network no node nodes nohup notification null old openfire "
        "openfireservice org out output part party patches pid platform plugin plugins port presence proc "
        "process proxy publisher pub pubsub purge query quiet realm record redact redacted ref report reports requests "
        "restart root rotated rtmt rules run runtime sa sample samples script search sec security servm server "
        "servers service services session sessions shutdown sip slow snmp sql srv sso start started startup "
        "state status stderr stderror stdin stdout stdoutt stop sub subscriber supervisor sys syslog system tar task "
        "team temp "
        "test tests testdata text tgz thread threads time timeline tmp to tomcat tool trace traces true tz txt type "
        "tzdata ucce uccx unknown unmatched update upgrade user users util utils uuid var verbose version vos warn "
        "warning web webapps webproxy webservice webservices work xml xmpp zip "
        "rdgadget thirdparty maintenance mode launcher adm era mgetty sdl sdi dbl cad sysadmin platformconfig "
        "domain services com.cisco application applications tcp udp tls ssl keepalive max min agentid at ";

bool word_is_common(struct str word) {
        char sought[32];

        if (word.n + 2 >= sizeof(sought))
                return false;
        sought[0] = ' ';
        for (size_t i = 0; i < word.n; i++) {
                sought[1 + i] = byte_lower(word.p[i]);
                if (word.p[i] == ' ')
                        return false;
        }
        sought[1 + word.n] = ' ';
        return str_find((struct str){ common_words, sizeof(common_words) - 1 }, (struct str){ sought, word.n + 2 }) !=
               NULL;
}

bool word_is_nobody(struct str word) {
        static const struct str words[] = { STR_INIT("null"), STR_INIT("(null)"), STR_INIT("none"),
                                            STR_INIT("true"), STR_INIT("false"),  STR_INIT("unknown"),
                                            STR_INIT("-1"),   STR_INIT("-"),      STR_INIT("***") };

        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                if (str_eq_nocase(word, words[i]))
                        return true;
        return word.n == 0;
}

static int put_pseudonym(struct words_of *words, struct buf *out, enum pseudonym_kind kind, struct str original,
                         bool sought) {
        const struct pseudonym *known = pseudonym_known(&words->names, original);
        struct str shown;
        int r;

        if (known && (known->sought || !sought))
                return buf_add(out, known->shown);
        r = pseudonym_of(&words->names, kind, original, sought && !word_is_common(original), &shown);

        return r < 0 ? r : buf_add(out, shown);
}

/* -------------------------------------------------------------- agents */

static bool is_service(const struct words_of *words, struct str name) {
        return word_list_has(&words->ruleset->service_accounts, name);
}

/* How a JID, a URL and XML write a byte that is theirs. */
enum spelling { SPELT_JID, SPELT_URL, SPELT_DECIMAL, SPELT_HEX, SPELT_NAMED, SPELLING_COUNT };

static int put_spelt(struct buf *out, char c, enum spelling spelling) {
        const unsigned byte = (unsigned char)c;

        if (!byte_is_one_of(c, " \"&'/:<>@\\%"))
                return buf_add_byte(out, c);
        switch (spelling) {
        case SPELT_JID:
                return buf_printf(out, "\\%02x", byte);
        case SPELT_URL:
                return buf_printf(out, "%%%02X", byte);
        case SPELT_DECIMAL:
                return buf_printf(out, "&#%u;", byte);
        case SPELT_HEX:
                return buf_printf(out, "&#x%x;", byte);
        default:
                return c == '\''  ? buf_add(out, STR("&apos;"))
                       : c == '&' ? buf_add(out, STR("&amp;"))
                                  : buf_add_byte(out, c);
        }
}

/* The name as other records write it: o\27brien, o%27brien, o&#39;brien, o&apos;brien. */
static int seek_spellings(struct words_of *words, struct str name, struct str shown) {
        struct buf spelt;
        int r = 0;

        buf_init(&spelt, 8 * name.n + 64);
        for (int i = 0; i < SPELLING_COUNT && r == 0; i++) {
                spelt.n = 0;
                for (size_t k = 0; k < name.n && r == 0; k++)
                        r = put_spelt(&spelt, name.p[k], (enum spelling)i);
                if (r == 0 && spelt.n != name.n)
                        r = pseudonym_set(&words->names, PSEUDONYM_AGENT, buf_str(&spelt), shown, true);
        }
        buf_release(&spelt);
        return r;
}

static bool is_letter(char c) {
        return (byte_lower(c) >= 'a' && byte_lower(c) <= 'z') || (unsigned char)c >= 0x80;
}

/* The words of "john.smith": the person is called so elsewhere too. */
static int seek_parts(struct words_of *words, struct str name) {
        enum { NAME_BYTES = 4 };
        struct str shown;
        int r = 0;

        for (size_t at = 0; at < name.n && r == 0;) {
                size_t n = 0;

                while (at + n < name.n && is_letter(name.p[at + n]))
                        n++;
                if (n >= NAME_BYTES && n < name.n && !word_is_common(str_first(str_skip(name, at), n)))
                        r = pseudonym_of(&words->names, PSEUDONYM_PERSON, str_first(str_skip(name, at), n), true,
                                         &shown);
                at += n ? n : 1;
        }
        return r;
}

int words_agent(struct words_of *words, struct buf *out, struct str name) {
        const bool known = pseudonym_known(&words->names, name) != NULL;
        struct str shown;
        int r;

        if (word_is_nobody(name) || is_service(words, name))
                return buf_add(out, name);
        r = pseudonym_of(&words->names, PSEUDONYM_AGENT, name, true, &shown);
        if (r == 0 && !known)
                r = seek_spellings(words, name, shown);
        if (r == 0 && !known)
                r = seek_parts(words, name);
        return r < 0 ? r : buf_add(out, shown);
}

int words_user(struct words_of *words, struct buf *out, struct str name, bool sure) {
        enum { NAME_BYTES = 4 };
        const struct pseudonym *known = pseudonym_known(&words->names, name);
        bool numbered = false;

        for (size_t i = 0; i < name.n; i++)
                numbered |= byte_is_digit(name.p[i]);
        if ((known && known->sought) || numbered || (sure && name.n >= NAME_BYTES && !word_is_common(name)))
                return words_agent(words, out, name);
        if (word_is_nobody(name) || is_service(words, name))
                return buf_add(out, name);
        return put_pseudonym(words, out, PSEUDONYM_AGENT, name, false);
}

int words_person(struct words_of *words, struct buf *out, struct str name) {
        int r = 0;

        if (word_is_nobody(name))
                return buf_add(out, name);
        for (size_t at = 0; at < name.n && r == 0;) {
                size_t n = 0;

                while (at + n < name.n && (is_letter(name.p[at + n]) || byte_is_digit(name.p[at + n])))
                        n++;
                if (n > 0)
                        r = put_pseudonym(words, out, PSEUDONYM_PERSON, str_first(str_skip(name, at), n), true);
                else
                        r = buf_add_byte(out, name.p[at]);
                at += n ? n : 1;
        }
        return r;
}

/* --------------------------------------------------------------- hosts */

/* What stands before a server's own name in those of its services. */
static bool is_service_label(struct str label) {
        static const struct str labels[] = { STR_INIT("pubsub"), STR_INIT("conference"), STR_INIT("proxy"),
                                             STR_INIT("search"), STR_INIT("rooms"),      STR_INIT("www") };

        for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
                if (str_eq_nocase(label, labels[i]))
                        return true;
        return false;
}

static struct str first_label(struct str name) {
        const char *dot = str_find_byte(name, '.');

        return dot ? str_slice(name.p, dot) : name;
}

static int put_letters(struct words_of *words, struct buf *out, const char *prefix, struct str text) {
        char letters[LETTERS_BYTES];
        struct buf folded;
        int r;

        buf_init(&folded, text.n + 1);
        r = jid_fold_case(&folded, text);
        pseudonym_letters(&words->names, buf_str(&folded), letters);
        buf_release(&folded);
        return r < 0 ? r : buf_printf(out, "%s-%s", prefix, letters);
}

/* A label by itself is sought as well, unless it could be any word. */
static int seek_label(struct words_of *words, const char *prefix, struct str label) {
        struct buf shown;
        int r;

        if (label.n < SOUGHT_SHORTEST || word_is_common(label))
                return 0;
        buf_init(&shown, 64);
        r = put_letters(words, &shown, prefix, label);
        if (r == 0)
                r = pseudonym_set(&words->names, PSEUDONYM_HOST, label, buf_str(&shown), true);
        buf_release(&shown);
        return r;
}

/* The first label by itself, so that a short name is told as the beginning of the long one; each further one with
 * all that stands behind it. */
static int compose_host(struct words_of *words, struct buf *out, struct str name) {
        struct str label = first_label(name), rest = str_skip(name, label.n + 1);
        int r = put_letters(words, out, "host", label);

        if (r == 0)
                r = seek_label(words, "host", label);
        if (rest.n == 0)
                return r;
        while (rest.n && r == 0) {
                label = first_label(rest);
                r = buf_add_byte(out, '.');
                if (r == 0)
                        r = put_letters(words, out, "net", rest);
                if (r == 0 && label.n < rest.n)
                        r = seek_label(words, "net", label);
                rest = str_skip(rest, label.n + 1);
        }
        return r < 0 ? r : buf_add(out, STR(".invalid"));
}

/* The domain that a host is in: "ucce.local". */
static int seek_domain(struct words_of *words, struct str name, struct str shown) {
        const struct str domain = str_skip(name, first_label(name).n + 1);
        const struct str hidden = str_skip(shown, first_label(shown).n + 1);

        if (!str_find_byte(domain, '.'))
                return 0;
        return pseudonym_set(&words->names, PSEUDONYM_HOST, domain, hidden, true);
}

static int put_host(struct words_of *words, struct buf *out, struct str name) {
        const struct pseudonym *known = pseudonym_known(&words->names, name);
        struct buf shown;
        int r;

        if (known && known->kind == PSEUDONYM_HOST)
                return buf_add(out, known->shown);
        buf_init(&shown, 64 * (name.n + 1));
        r = compose_host(words, &shown, name);
        if (r == 0)
                r = pseudonym_set(&words->names, PSEUDONYM_HOST, name, buf_str(&shown), !word_is_common(name));
        if (r == 0)
                r = seek_domain(words, name, buf_str(&shown));
        if (r == 0)
                r = buf_add(out, buf_str(&shown));
        buf_release(&shown);
        return r;
}

/* The machine itself, and names that stand in XML's namespaces and in everybody's logs. */
static bool is_of_anybody(struct str host) {
        static const struct str names[] = { STR_INIT("localhost"),    STR_INIT("localhost.localdomain"),
                                            STR_INIT("jabber.org"),   STR_INIT("etherx.jabber.org"),
                                            STR_INIT("xmpp.org"),     STR_INIT("www.w3.org"),
                                            STR_INIT("w3.org"),       STR_INIT("jivesoftware.com"),
                                            STR_INIT("java.sun.com"), STR_INIT("igniterealtime.org"),
                                            STR_INIT("cisco.com"),    STR_INIT("www.cisco.com") };

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (str_eq_nocase(host, names[i]))
                        return true;
        return false;
}

/* Blanks behind dots are an accident of some collected texts. */
static int host_without_blanks(struct words_of *words, struct buf *out, struct str host) {
        struct buf name;
        int r = 0;

        buf_init(&name, host.n + 1);
        for (size_t i = 0; i < host.n && r == 0; i++)
                if (!byte_is_one_of(host.p[i], " \t\r\n"))
                        r = buf_add_byte(&name, host.p[i]);
        if (r == 0)
                r = words_host(words, out, buf_str(&name));
        buf_release(&name);
        return r;
}

int words_host(struct words_of *words, struct buf *out, struct str host) {
        const struct str label = first_label(host);
        int r;

        if (word_is_nobody(host) || is_of_anybody(host))
                return buf_add(out, host);
        for (size_t i = 0; i < host.n; i++)
                if (byte_is_one_of(host.p[i], " \t\r\n"))
                        return host_without_blanks(words, out, host);
        if (address_is(host))
                return words_address(words, out, host);
        if (!is_service_label(label) || label.n == host.n)
                return put_host(words, out, host);
        r = buf_add(out, str_first(host, label.n + 1));
        return r < 0 ? r : put_host(words, out, str_skip(host, label.n + 1));
}

int words_address(struct words_of *words, struct buf *out, struct str text) {
        if (!address_is(text))
                return words_host(words, out, text);
        if (address_is_common(text))
                return buf_add(out, text);
        return put_pseudonym(words, out, PSEUDONYM_ADDRESS, text, false);
}

/* ---------------------------------------------------------------- JIDs */

/* Ids that a server made: hexadecimal, with a digit. */
static bool is_id(struct str s) {
        size_t digits = 0;

        for (size_t i = 0; i < s.n; i++) {
                if (!byte_is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
                        return false;
                digits += byte_is_digit(s.p[i]);
        }
        return digits > 0 && digits < s.n && s.n >= 6 && s.n <= 10;
}

int words_resource(struct words_of *words, struct buf *out, struct str resource) {
        if (word_list_has(&words->ruleset->desktop_resources, resource) || word_is_common(resource) ||
            is_id(resource) || resource.n < SOUGHT_SHORTEST)
                return buf_add(out, resource);
        return put_pseudonym(words, out, PSEUDONYM_RESOURCE, resource, true);
}

static int put_local(struct words_of *words, struct buf *out, struct str local) {
        struct buf name;
        int r;

        buf_init(&name, local.n + 1);
        r = jid_unescape(&name, local);
        if (r == 0)
                r = words_agent(words, out, buf_str(&name));
        buf_release(&name);
        return r;
}

int words_jid(struct words_of *words, struct buf *out, struct str text) {
        const struct jid jid = jid_split(text);
        int r = 0;

        if (word_is_nobody(text))
                return buf_add(out, text);
        if (jid.local.n) {
                r = put_local(words, out, jid.local);
                if (r == 0)
                        r = buf_add_byte(out, '@');
        }
        if (r == 0)
                r = words_host(words, out, jid.domain);
        if (r < 0 || jid.resource.n == 0)
                return r;
        r = buf_add_byte(out, '/');
        if (r < 0)
                return r;
        /* `domain/SID`: the session's id, before sign-in. */
        return jid.local.n ? words_resource(words, out, jid.resource) : buf_add(out, jid.resource);
}

/* -------------------------------------------------------------- others */

int words_number(struct words_of *words, struct buf *out, struct str number) {
        if (word_is_nobody(number) || str_eq(number, STR("0")))
                return buf_add(out, number);
        return put_pseudonym(words, out, PSEUDONYM_NUMBER, number, true);
}

int words_text(struct words_of *words, struct buf *out, struct str text) {
        return word_is_nobody(text) ? buf_add(out, text) : put_pseudonym(words, out, PSEUDONYM_TEXT, text, false);
}

int words_name(struct words_of *words, struct buf *out, struct str name) {
        return put_pseudonym(words, out, PSEUDONYM_NAME, name, false);
}
