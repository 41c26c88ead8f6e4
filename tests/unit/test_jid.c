/* JIDs taken apart, and agents' names in them. */
#include "stream_support.h"

#include "timeline/jid.h"

static void jids_are_taken_apart(void **state) {
        static const struct {
                const char *text, *local, *domain, *resource;
        } examples[] = {
                { "1001003@fin1.example.com/desktop", "1001003", "fin1.example.com", "desktop" },
                { "1001003@fin1.example.com", "1001003", "fin1.example.com", "" },
                { "fin1.example.com/f382a015", "", "fin1.example.com", "f382a015" }, /* before sign-in */
                { "fin1.example.com", "", "fin1.example.com", "" },
                { "a@b/c@d/e", "a", "b", "c@d/e" }, /* a resource may hold both */
                { "b/c@d", "", "b", "c@d" },
                { "a@b/", "a", "b", "" },
                { "a@", "a", "", "" },
                { "@b/c", "", "b", "c" },
                { "/c", "", "", "c" },
                { "", "", "", "" },
                { "o\\27brien.pat@fin1/desktop two", "o\\27brien.pat", "fin1", "desktop two" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct jid jid = jid_split(str_from(examples[i].text));

                assert_str(jid.local, examples[i].local);
                assert_str(jid.domain, examples[i].domain);
                assert_str(jid.resource, examples[i].resource);
        }
}

static void only_the_ten_escapes_are_escapes(void **state) {
        static const struct {
                const char *local, *name;
        } examples[] = {
                { "o\\27brien", "o'brien" }, { "\\20\\22\\26\\27\\2f\\3a\\3c\\3e\\40\\5c", " \"&'/:<>@\\" },
                { "a\\2Fb\\5C", "a/b\\" }, /* hex digits of both cases */
                { "a\\41b", "a\\41b" },      { "a\\00b", "a\\00b" },
                { "a\\2", "a\\2" },          { "a\\", "a\\" },
                { "a\\2gb", "a\\2gb" },      { "\\5c27", "\\27" }, /* an escaped backslash hides the next escape */
                { "c\\5c\\5c", "c\\\\" },    { "", "" },
        };

        (void)state;
        for (size_t i = 0; i < COUNT(examples); i++) {
                struct buf name;

                buf_init(&name, TEST_BYTES);
                assert_int_equal(jid_unescape(&name, str_from(examples[i].local)), 0);
                assert_str(buf_str(&name), examples[i].name);
                buf_release(&name);
        }
}

static void folding_changes_ascii_letters_only(void **state) {
        struct buf folded;

        (void)state;
        buf_init(&folded, TEST_BYTES);
        assert_int_equal(jid_fold_case(&folded, STR("O'Brien@FIN1.Example/\xc3\x84Z[")), 0);
        assert_str(buf_str(&folded), "o'brien@fin1.example/\xc3\x84z[");
        buf_release(&folded);
        buf_init(&folded, 3);
        assert_int_equal(jid_fold_case(&folded, STR("ABCD")), -E2BIG);
        buf_release(&folded);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(jids_are_taken_apart),
                cmocka_unit_test(only_the_ten_escapes_are_escapes),
                cmocka_unit_test(folding_changes_ascii_letters_only),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
