#include "render/html_escape.h"

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

/* U+2028 and U+2029 the JSON has escaped already. */
int html_escape(void *userdata, const void *bytes, size_t n) {
        struct writer *writer = userdata;
        const char *text = bytes;
        size_t plain = 0;

        for (size_t i = 0; i < n; i++) {
                const struct str escape = escape_of(text[i]);

                if (escape.n == 0)
                        continue;
                writer_put(writer, (struct str){ text + plain, i - plain });
                writer_put(writer, escape);
                plain = i + 1;
        }
        writer_put(writer, (struct str){ text + plain, n - plain });
        return writer->failed;
}
