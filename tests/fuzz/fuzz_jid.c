/* JIDs, and the names in archives that are to become UTF-8. */
#include "fuzz.h"

#include "base/utf8.h"
#include "source/name.h"
#include "timeline/jid.h"

static void check_jid(struct str text) {
        struct jid jid = jid_split(text);
        struct buf once, twice;

        CHECK(fuzz_lies_in(jid.local, text) && fuzz_lies_in(jid.domain, text) && fuzz_lies_in(jid.resource, text));
        CHECK(jid.local.n + jid.domain.n + jid.resource.n <= text.n);
        buf_init(&once, FUZZ_BYTES);
        buf_init(&twice, FUZZ_BYTES);
        CHECK(jid_unescape(&once, jid.local) == 0 && once.n <= jid.local.n);
        once.n = 0;
        CHECK(jid_fold(&once, text) == 0 && jid_fold(&twice, buf_str(&once)) == 0);
        fuzz_check_same(&once, &twice);
        once.n = twice.n = 0;
        CHECK(jid_fold_case(&once, text) == 0 && once.n == text.n);
        CHECK(str_eq_nocase(buf_str(&once), text));
        buf_release(&once);
        buf_release(&twice);
}

static void check_name(struct str text) {
        struct buf name;

        buf_init(&name, FUZZ_BYTES);
        CHECK(name_add(&name, text) == 0);
        fuzz_check_utf8(buf_str(&name), false);
        CHECK(utf8_first(buf_str(&name), name.n / 2).n <= name.n / 2);
        buf_release(&name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct str text = fuzz_text(data, size);

        check_jid(text);
        check_name(text);
        return 0;
}
