/* Any bytes as a string of a report: what is written is JSON in UTF-8, and says the same. */
#include "fuzz.h"

#include <cjson/cJSON.h>

#include "base/utf8.h"
#include "report/json.h"
#include "report/text.h"

/* What a reader is to find: bytes that are no UTF-8 mended one by one. */
static void mend(struct buf *out, struct str text) {
        while (text.n) {
                size_t n = utf8_length(text);

                CHECK(buf_add(out, n ? str_first(text, n) : UTF8_REPLACEMENT) == 0);
                text = str_skip(text, n ? n : 1);
        }
}

static void check_bytes(const struct buf *json) {
        struct str left = buf_str(json);

        CHECK(left.n && left.p[left.n - 1] == '\n');
        while (left.n) {
                size_t n = utf8_length(left);

                CHECK(n > 0);
                CHECK(n > 1 || (unsigned char)left.p[0] >= 0x20 || left.p[0] == '\n');
                left = str_skip(left, n);
        }
}

static void check_string(const struct buf *json, struct str text) {
        cJSON *root = cJSON_ParseWithLength(json->p, json->n);
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(root, "text");
        struct buf wanted;

        CHECK(root && cJSON_IsString(value));
        buf_init(&wanted, FUZZ_BYTES);
        mend(&wanted, text);
        /* cJSON's strings end at a NUL. */
        if (!wanted.n || !memchr(wanted.p, '\0', wanted.n))
                CHECK(str_eq(str_from(value->valuestring), buf_str(&wanted)));
        buf_release(&wanted);
        cJSON_Delete(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct str text = fuzz_text(data, size);
        struct json json;
        struct buf out;

        buf_init(&out, FUZZ_BYTES);
        json_init(&json, fuzz_write, &out);
        json_begin_object(&json);
        json_put_string(&json, "text", text);
        json_key(&json, "again");
        json_begin_inline_array(&json);
        json_string(&json, text);
        json_number(&json, (int64_t)size);
        json_decimal(&json, (double)size / 7);
        json_end_array(&json);
        json_end_object(&json);
        CHECK(json_finish(&json) == 0);
        check_bytes(&out);
        check_string(&out, text);
        buf_release(&out);
        return 0;
}
