#include "timeline/jid.h"

struct jid jid_split(struct str text) {
        const char *slash, *at;
        struct jid jid = { 0 };

        /* A resource may hold '@' and '/': the first '/' ends the domain. A local
         * part may not hold either (XEP-0106 escapes them). */
        slash = str_find_byte(text, '/');
        jid.domain = slash ? str_slice(text.p, slash) : text;
        if (slash)
                jid.resource = str_slice(slash + 1, text.p + text.n);
        at = str_find_byte(jid.domain, '@');
        if (at) {
                jid.local = str_slice(text.p, at);
                jid.domain = str_skip(jid.domain, jid.local.n + 1);
        }
        return jid;
}

static int hex_value(char c) {
        c = byte_lower(c);
        return byte_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* XEP-0106, table 3: only these ten are escapes; "\41" is no 'A'. */
static bool is_escape(struct str s, char *ret_byte) {
        int high, low;

        if (s.n < 3 || s.p[0] != '\\')
                return false;
        high = hex_value(s.p[1]);
        low = hex_value(s.p[2]);
        if (high < 0 || low < 0)
                return false;
        *ret_byte = (char)(high * 16 + low);
        return *ret_byte && strchr(" \"&'/:<>@\\", *ret_byte);
}

int jid_unescape(struct buf *out, struct str local) {
        char byte;
        int r = 0;

        while (local.n && r == 0) {
                bool escaped = is_escape(local, &byte);

                r = buf_add_byte(out, escaped ? byte : local.p[0]);
                local = str_skip(local, escaped ? 3 : 1);
        }
        return r;
}

int jid_fold_case(struct buf *out, struct str text) {
        int r = buf_reserve(out, text.n);
        char *p;

        if (r < 0 || text.n == 0)
                return r;
        p = out->p + out->n;
        for (size_t i = 0; i < text.n; i++)
                p[i] = byte_lower(text.p[i]);
        out->n += text.n;
        return 0;
}

int jid_fold(struct buf *out, struct str jid) {
        const struct str domain = jid_split(jid).domain;
        const size_t begin = (size_t)(domain.p - jid.p), end = begin + domain.n, had = out->n;
        int r = jid_fold_case(out, jid);
        size_t n = had + begin;

        if (r < 0 || !str_find_byte(domain, ' '))
                return r;
        for (size_t i = begin; i < jid.n; i++)
                if (jid.p[i] != ' ' || i >= end)
                        out->p[n++] = out->p[had + i];
        out->n = n;
        return 0;
}
