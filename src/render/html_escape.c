#include "render/html_escape.h"

#include "base/word.h"

static struct str escape_of(char c) {
        switch (c) {
        case '<':
                return STR("\\u003c");
        case '>':
                return STR("\\u003e");
        case '&':
                return STR("\\u0026");
        default:
                return (struct str){ 0 };
        }
}

/* Bytes at its front that need none. */
static size_t plain_bytes(struct str text) {
        size_t at = 0;

        for (; text.n - at >= WORD_BYTES; at += WORD_BYTES) {
                const uint64_t word = word_load(text.p + at);
                const uint64_t odd = word_is(word, '<') | word_is(word, '>') | word_is(word, '&');

                if (odd)
                        return at + word_first(odd);
        }
        while (at < text.n && escape_of(text.p[at]).n == 0)
                at++;
        return at;
}

/* U+2028 and U+2029 the JSON has escaped already. */
int html_escape(void *userdata, const void *bytes, size_t n) {
        struct writer *writer = userdata;
        struct str text = { bytes, n };

        while (text.n) {
                const size_t plain = plain_bytes(text);

                writer_put(writer, str_first(text, plain));
                if (plain < text.n)
                        writer_put(writer, escape_of(text.p[plain]));
                text = str_skip(text, plain + 1);
        }
        return writer->failed;
}
