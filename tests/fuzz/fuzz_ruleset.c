/* A rule pack: all of a file, or, behind a first byte of 0, the rules of a file beside one
 * that is a pack. What loads, runs its samples and is matched against a record. */
#define _GNU_SOURCE /* mkdtemp */
#include "fuzz.h"

#include <unistd.h>

#include "rules/ruleset.h"

static char folder[64], pack[96], more[96];

static const char good_pack[] = "{ \"pack\": { \"name\": \"x\", \"version\": \"1\", \"macros\": { \"N\": \"[0-9]+\" },"
                                " \"desktop_resources\": [ \"desktop\" ], \"service_accounts\": [ \"a\" ] } }";

static void remove_folder(void) {
        unlink(pack);
        unlink(more);
        rmdir(folder);
}

static void prepare(void) {
        if (folder[0])
                return;
        snprintf(folder, sizeof(folder), "%s/boshscope-fuzz-XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        CHECK(mkdtemp(folder));
        snprintf(pack, sizeof(pack), "%s/a.json", folder);
        snprintf(more, sizeof(more), "%s/b.json", folder);
        atexit(remove_folder);
}

static void write_file(const char *path, struct str text) {
        FILE *file = fopen(path, "wb");

        CHECK(file && (text.n == 0 || fwrite(text.p, 1, text.n, file) == text.n));
        CHECK(fclose(file) == 0);
}

static void count_messages(void *userdata, const char *message) {
        CHECK(*message);
        ++*(size_t *)userdata;
}

static void use(const struct ruleset *rules) {
        static const struct str record = STR_INIT("2017.06.17 00:16:04 Closing idle session (id=1): 1@a/desktop");
        struct matcher *matcher = matcher_new(1000);
        size_t samples = 0, messages = 0;
        struct header header;
        struct match match;

        CHECK(matcher && family_header(FAMILY_NOTIFICATION, record, &header));
        CHECK(matcher_match(matcher, rules, FAMILY_NOTIFICATION, record, header.message_at, &match, NULL) >= 0);
        CHECK(matcher_match_name(matcher, rules, FAMILY_WEBSERVICES, record, &match, NULL) >= 0);
        matcher_free(matcher);
        CHECK(ruleset_check(rules, count_messages, &messages, &samples) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct str text = fuzz_text(data, size);
        struct ruleset *rules = NULL;
        size_t messages = 0;
        int r;

        prepare();
        if (text.n && text.p[0] == '\0') {
                write_file(pack, str_from(good_pack));
                write_file(more, str_skip(text, 1));
        } else {
                unlink(more);
                write_file(pack, text);
        }
        r = ruleset_load(folder, count_messages, &messages, &rules);
        CHECK(r == 0 || r == -EINVAL);
        CHECK((r == 0) == (messages == 0));
        if (r == 0)
                use(rules);
        ruleset_free(rules);
        return 0;
}
