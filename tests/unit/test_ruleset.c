/* Every way in which a rule pack can be wrong has its message here. */
#define _GNU_SOURCE /* mkdtemp, mkfifo */
#include "packs.h"

#include "boshscope.h"
#include "rules/api.h"

#include <errno.h>
#include <sys/stat.h>

#define PACK "{\"pack\":{\"name\":\"n\",\"version\":\"1\",\"macros\":{\"SID\":\"[0-9a-z]+\",\"N\":\"[0-9]+\"}}}"

/* The parts of a rule with nothing wrong, so that each case changes one. */
#define ID "\"id\":\"a.b\","
#define LITERAL "\"literal\":\"Session \","
#define AT "\"at\":\"message\","
#define PATTERN "\"pattern\":\"Session %{SID:word}\","
#define EVENT "\"event\":\"own\","
#define WORD "\"fields\":{\"word\":\"text\"},"
#define SAMPLES "\"samples\":[{\"text\":\"2017.06.17 00:16:04 Session x\",\"fields\":{\"word\":\"x\"}}],"
#define MISSES "\"near_misses\":[\"2017.06.17 00:16:04 x\"]"
#define HEAD "{\"family\":\"notification\",\"rules\":["
#define TAIL "]}"
#define GOOD_RULE "{" ID LITERAL AT PATTERN EVENT WORD SAMPLES MISSES "}"
#define GOOD HEAD GOOD_RULE TAIL
#define RULE(parts) HEAD "{" parts "}" TAIL
#define AT_RULE "r.json: rule a.b: "

struct bad {
        const char *pack;  /* pack.json */
        const char *rules; /* r.json; NULL for none */
        const char *messages;
};

static const struct bad bad_rules[] = {
        /* the words of a rule */
        { PACK, RULE(LITERAL AT PATTERN EVENT WORD SAMPLES MISSES), "r.json: rule number 1: key \"id\": is missing\n" },
        { PACK, RULE("\"id\":\"A b\"," LITERAL AT PATTERN EVENT WORD SAMPLES MISSES),
          "r.json: rule number 1: key \"id\": \"A b\" must be made of a-z, 0-9, \"_\" and \".\"\n" },
        { PACK, RULE("\"id\":7," LITERAL AT PATTERN EVENT WORD SAMPLES MISSES),
          "r.json: rule number 1: key \"id\": must be a string\n" },
        { PACK, HEAD GOOD_RULE "," GOOD_RULE TAIL, AT_RULE "key \"id\": another rule has it\n" },
        { PACK, RULE(ID AT PATTERN EVENT WORD SAMPLES MISSES), AT_RULE "key \"literal\": is missing\n" },
        { PACK, RULE(ID "\"literal\":\"\"," AT PATTERN EVENT WORD SAMPLES MISSES),
          AT_RULE "key \"literal\": must not be empty\n" },
        { PACK, RULE(ID "\"literal\":[]," AT PATTERN EVENT WORD SAMPLES MISSES),
          AT_RULE "key \"literal\": must not be empty\n" },
        { PACK, RULE(ID "\"literal\":[\"x\",\"\"]," AT PATTERN EVENT WORD SAMPLES MISSES),
          AT_RULE "key \"literal[1]\": must not be empty\n" },
        { PACK, RULE(ID "\"literal\":{}," AT PATTERN EVENT WORD SAMPLES MISSES),
          AT_RULE "key \"literal\": must be a string or an array of strings\n" },
        { PACK, RULE(ID LITERAL PATTERN EVENT WORD SAMPLES MISSES), AT_RULE "key \"at\": is missing\n" },
        { PACK, RULE(ID LITERAL "\"at\":\"line\"," PATTERN EVENT WORD SAMPLES MISSES),
          AT_RULE "key \"at\": must be \"message\", \"record\" or \"name\"\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT "\"server\":\"true\"," WORD SAMPLES MISSES),
          AT_RULE "key \"server\": must be \"event\", \"planned\", \"boot\" or \"fault\"\n" },
        { PACK, RULE(ID LITERAL AT PATTERN WORD SAMPLES MISSES), AT_RULE "key \"event\": is missing\n" },
        { PACK, RULE(ID LITERAL AT PATTERN "\"event\":\"9x\"," WORD SAMPLES MISSES),
          AT_RULE "key \"event\": must be a word of a-z, 0-9 and \"_\" that begins with a letter\n" },
        { PACK, RULE(ID "\"title\":[]," LITERAL AT PATTERN EVENT WORD SAMPLES MISSES),
          AT_RULE "key \"title\": must be a string\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD "\"versions\":\"3.9\"," SAMPLES MISSES),
          AT_RULE "key \"versions\": must be [first, last]; null for an open end\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD "\"versions\":[\"new\",null]," SAMPLES MISSES),
          AT_RULE "key \"versions[0]\": must be a version such as \"3.9.3\"\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD "\"versions\":[\"4.0.0\",4]," SAMPLES MISSES),
          AT_RULE "key \"versions[1]\": must be a string\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD "\"versions\":[\"4.0.0\",\"3.10.3\"]," SAMPLES MISSES),
          AT_RULE "key \"versions\": the first must not be later than the last\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD "\"shapes\":\"%{WORD}\"," SAMPLES MISSES),
          AT_RULE "key \"shapes\": \"%{WORD}\" must begin with a literal of the rule\n" },
        { PACK,
          RULE(ID LITERAL AT "\"logger\":\"L\"," PATTERN EVENT WORD
                             "\"shapes\":\"Session %{WORD:word}\"," SAMPLES MISSES),
          AT_RULE "key \"shapes\": only beside a pattern, with \"at\": \"message\" and without a logger\n" },
        { PACK, RULE(ID "\"colour\":\"red\"," LITERAL AT PATTERN EVENT WORD SAMPLES MISSES),
          AT_RULE "key \"colour\": is unknown\n" },
        { PACK, RULE(ID "\"At\":\"record\"," LITERAL AT PATTERN EVENT WORD SAMPLES MISSES),
          AT_RULE "key \"At\": is unknown\n" },
        { PACK, RULE(ID AT LITERAL AT PATTERN EVENT WORD SAMPLES MISSES), AT_RULE "key \"at\": stands there twice\n" },
        { PACK, HEAD "7" TAIL, "r.json: rule number 1: must be an object\n" },

        /* fields */
        { PACK, RULE(ID LITERAL AT PATTERN EVENT "\"fields\":[]," SAMPLES MISSES),
          AT_RULE "key \"fields\": must be an object\n" AT_RULE
                  "key \"fields\": capture \"word\" of the pattern is not declared\n" AT_RULE
                  "key \"samples[0].fields.word\": is no field of the rule\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT "\"fields\":{\"word\":\"number\"}," SAMPLES MISSES),
          AT_RULE "key \"fields.word\": must be \"text\", \"integer\" or \"duration\"\n" AT_RULE
                  "key \"fields\": capture \"word\" of the pattern is not declared\n" AT_RULE
                  "key \"samples[0].fields.word\": is no field of the rule\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT "\"fields\":{\"word\":\"text\",\"W\":\"text\"}," SAMPLES MISSES),
          AT_RULE "key \"fields.W\": a capture's name is [a-z][a-z0-9_]*, at most 32 bytes\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT "\"fields\":{\"word\":\"text\",\"other\":\"text\"}," SAMPLES MISSES),
          AT_RULE "key \"fields\": \"other\" is no capture of the pattern\n" },
        { PACK, RULE(ID LITERAL AT EVENT WORD SAMPLES MISSES),
          AT_RULE "key \"fields\": \"word\" is no capture of the pattern\n" },
        { PACK,
          RULE(ID LITERAL AT "\"pattern\":\"Session %{SID:word}%{N:rid}?\"," EVENT
                             "\"fields\":{\"word\":\"text\",\"rid\":\"text\"}," SAMPLES MISSES),
          AT_RULE "key \"fields.rid\": must be \"integer\", as boshscope takes it\n" },
        { PACK,
          HEAD GOOD_RULE ",{\"id\":\"c\"," LITERAL AT PATTERN EVENT "\"fields\":{\"word\":\"integer\"},"
                         "\"samples\":[{\"text\":\"x\"}]," MISSES "}" TAIL,
          "r.json: rule c: key \"fields.word\": must be \"text\", as another rule of this pack says\n" },
        { PACK,
          RULE(ID LITERAL AT
               "\"pattern\":[\"(?<f1>a)(?<f2>a)(?<f3>a)(?<f4>a)(?<f5>a)(?<f6>a)(?<f7>a)\","
               "\"(?<f8>a)(?<f9>a)(?<f10>a)(?<f11>a)(?<f12>a)\"]," EVENT
               "\"fields\":{\"f1\":\"text\",\"f2\":\"text\",\"f3\":\"text\",\"f4\":\"text\",\"f5\":\"text\",\"f6\":"
               "\"text\","
               "\"f7\":\"text\",\"f8\":\"text\",\"f9\":\"text\",\"f10\":\"text\",\"f11\":\"text\",\"f12\":\"text\","
               "\"f13\":\"text\"},\"samples\":[{\"text\":\"x\"}]," MISSES),
          AT_RULE "key \"fields.f13\": more than 12 fields\n" },

        /* events that the C code knows */
        { PACK, RULE(ID LITERAL AT PATTERN "\"event\":\"session_sample\"," WORD SAMPLES MISSES),
          AT_RULE "key \"fields\": event \"session_sample\" needs \"idle_ms\"\n" AT_RULE
                  "key \"fields\": event \"session_sample\" needs \"sid\" or \"jid\"\n" },
        { PACK, RULE(ID LITERAL AT PATTERN "\"event\":\"cti_request\"," WORD SAMPLES MISSES),
          AT_RULE "key \"fields\": event \"cti_request\" needs \"agent\"\n" AT_RULE
                  "key \"fields\": event \"cti_request\" needs \"state\"\n" AT_RULE
                  "key \"fields\": event \"cti_request\" needs \"reason\"\n" AT_RULE
                  "key \"fields\": event \"cti_request\" needs \"force\"\n" },

        /* patterns */
        { PACK, RULE(ID LITERAL AT "\"pattern\":\"Session (x\"," EVENT "\"samples\":[{\"text\":\"x\"}]," MISSES),
          AT_RULE "key \"pattern\": at byte 10 once its macros are expanded: missing closing parenthesis\n" },
        { PACK, RULE(ID LITERAL AT "\"pattern\":\"(*UTF)x\"," EVENT "\"samples\":[{\"text\":\"x\"}]," MISSES),
          AT_RULE
          "key \"pattern\": at byte 6 once its macros are expanded: using UTF is disabled by the application\n" },
        { PACK, RULE(ID LITERAL AT "\"pattern\":7," EVENT "\"samples\":[{\"text\":\"x\"}]," MISSES),
          AT_RULE "key \"pattern\": must be a string or an array of strings\n" },
        { PACK, RULE(ID LITERAL AT "\"pattern\":\"\"," EVENT "\"samples\":[{\"text\":\"x\"}]," MISSES),
          AT_RULE "key \"pattern\": must not be empty\n" },
        { PACK, RULE(ID LITERAL AT "\"pattern\":\"%{NONE}\"," EVENT "\"samples\":[{\"text\":\"x\"}]," MISSES),
          AT_RULE "key \"pattern\": macro %{NONE} is not defined\n" },
        { PACK, RULE(ID LITERAL AT "\"pattern\":\"%{SID\"," EVENT "\"samples\":[{\"text\":\"x\"}]," MISSES),
          AT_RULE "key \"pattern\": %{ has no }\n" },
        { PACK, RULE(ID LITERAL AT "\"pattern\":\"%{SID:Word}\"," EVENT "\"samples\":[{\"text\":\"x\"}]," MISSES),
          AT_RULE "key \"pattern\": %{SID:Word}: a capture's name is [a-z][a-z0-9_]*, at most 32 bytes\n" },
        { PACK,
          RULE(ID LITERAL AT "\"pattern\":\"(?J)%{SID:word} %{SID:word}\"," EVENT WORD
                             "\"samples\":[{\"text\":\"x\"}]," MISSES),
          AT_RULE "key \"pattern\": two groups capture \"word\"\n" },

        /* samples */
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD MISSES),
          AT_RULE "key \"samples\": must be an array with at least one sample\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD "\"samples\":[]," MISSES),
          AT_RULE "key \"samples\": must be an array with at least one sample\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD "\"samples\":[7]," MISSES),
          AT_RULE "key \"samples[0]\": must be an object\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD "\"samples\":[{\"fields\":{}}]," MISSES),
          AT_RULE "key \"samples[0].text\": is missing\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD "\"samples\":[{\"text\":\"x\",\"field\":{}}]," MISSES),
          AT_RULE "key \"samples[0].field\": is unknown\n" },
        { PACK,
          RULE(ID LITERAL AT PATTERN EVENT WORD "\"samples\":[{\"text\":\"x\",\"fields\":{\"sid\":\"x\"}}]," MISSES),
          AT_RULE "key \"samples[0].fields.sid\": is no field of the rule\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD "\"samples\":[{\"text\":\"x\",\"fields\":{\"word\":7}}]," MISSES),
          AT_RULE "key \"samples[0].fields.word\": must be a string\n" },
        { PACK,
          RULE(ID LITERAL AT "\"pattern\":\"%{N:rid}\"," EVENT "\"fields\":{\"rid\":\"integer\"},"
                             "\"samples\":[{\"text\":\"x\",\"fields\":{\"rid\":1.5}}]," MISSES),
          AT_RULE "key \"samples[0].fields.rid\": must be a whole number that 53 bits hold\n" },
        { PACK,
          RULE(ID LITERAL AT "\"pattern\":\"%{N:rid}\"," EVENT "\"fields\":{\"rid\":\"integer\"},"
                             "\"samples\":[{\"text\":\"x\",\"fields\":{\"rid\":\"1\"}}]," MISSES),
          AT_RULE "key \"samples[0].fields.rid\": must be a whole number\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD SAMPLES "\"near_misses\":[]"),
          AT_RULE "key \"near_misses\": must be an array with at least one text\n" },
        { PACK, RULE(ID LITERAL AT PATTERN EVENT WORD SAMPLES "\"near_misses\":[7]"),
          AT_RULE "key \"near_misses[0]\": must be a string\n" },

        /* all of a rule's faults are told */
        { PACK, HEAD "{\"id\":\"c\"},{" ID "\"x\":1," LITERAL AT PATTERN EVENT WORD SAMPLES MISSES "}" TAIL,
          "r.json: rule c: key \"at\": is missing\n"
          "r.json: rule c: key \"event\": is missing\n"
          "r.json: rule c: key \"literal\": is missing\n"
          "r.json: rule c: key \"samples\": must be an array with at least one sample\n"
          "r.json: rule c: key \"near_misses\": must be an array with at least one text\n" AT_RULE
          "key \"x\": is unknown\n" },
};

#define MACROS(text) "{\"pack\":{\"name\":\"n\",\"version\":\"1\",\"macros\":{\"SID\":\"x\"," text "}}}"
#define DEFAULTS(text) "{\"pack\":{\"name\":\"n\",\"version\":\"1\",\"macros\":{\"SID\":\"x\"},\"defaults\":" text "}}"

static const struct bad bad_files[] = {
        /* the files */
        { PACK, "[]", "r.json: must be an object\n" },
        { PACK, "{\"rules\":[]}", "r.json: key \"family\": is missing\n" },
        { PACK, "{\"family\":\"notification\"}", "r.json: key \"rules\": must be an array of rules\n" },
        { PACK, "{\"family\":\"client\",\"rules\":[]}",
          "r.json: key \"family\": must be \"notification\", \"webservices\", \"syslog\", \"cli\" or "
          "\"history\"\n" },
        { PACK, "{\"family\":\"notification\",\"rules\":[],\"note\":1}", "r.json: key \"note\": is unknown\n" },
        { PACK, PACK, "r.json: key \"pack\": pack.json has one too\n" },
        { PACK, NULL, "pack.json: the pack has no rules\n" },

        /* the pack */
        { "{\"pack\":7}", NULL, "pack.json: key \"pack\": must be an object\n" },
        { "{\"pack\":{\"version\":\"1\"}}", NULL, "pack.json: key \"pack.name\": is missing\n" },
        { "{\"pack\":{\"name\":\"n\",\"version\":1}}", NULL, "pack.json: key \"pack.version\": must be a string\n" },
        { "{\"pack\":{\"name\":\"n\",\"version\":\"1\",\"macro\":{}}}", NULL,
          "pack.json: key \"pack.macro\": is unknown\n" },
        { "{\"pack\":{\"name\":\"n\",\"name\":\"m\",\"version\":\"1\"}}", NULL,
          "pack.json: key \"pack.name\": stands there twice\n" },
        { "{\"pack\":{\"name\":\"n\",\"version\":\"1\",\"desktop_resources\":\"desktop\"}}", NULL,
          "pack.json: key \"pack.desktop_resources\": must be an array of strings\n" },
        { "{\"pack\":{\"name\":\"n\",\"version\":\"1\",\"service_accounts\":[\"a\",1]}}", NULL,
          "pack.json: key \"pack.service_accounts[1]\": must be a string\n" },
        { DEFAULTS("[]"), NULL, "pack.json: key \"pack.defaults\": must be an object\n" },
        { DEFAULTS("{\"wait\":1}"), NULL, "pack.json: key \"pack.defaults.wait\": is unknown\n" },
        { DEFAULTS("{\"wait_s\":\"1\"}"), NULL, "pack.json: key \"pack.defaults.wait_s\": must be a whole number\n" },
        { DEFAULTS("{\"wait_s\":1e300}"), NULL,
          "pack.json: key \"pack.defaults.wait_s\": must be a whole number that 53 bits hold\n" },
        { DEFAULTS("{\"inactivity_s\":0}"), NULL,
          "pack.json: key \"pack.defaults.inactivity_s\": must be from 1 to 86400 seconds\n" },

        /* macros */
        { MACROS("\"a\":\"x\""), NULL, "pack.json: key \"pack.macros.a\": a macro's name is [A-Z][A-Z0-9_]*\n" },
        { MACROS("\"A\":7"), NULL, "pack.json: key \"pack.macros.A\": must be a string\n" },
        { MACROS("\"A\":\"%{B}\""), NULL, "pack.json: key \"pack.macros.A\": macro %{B} is not defined\n" },
        { MACROS("\"A\":\"%{A}\""), NULL, "pack.json: key \"pack.macros.A\": macro %{A} uses itself in a circle\n" },
        { MACROS("\"A\":\"%{B}\",\"B\":\"%{C}\",\"C\":\"%{A}\""), NULL,
          "pack.json: key \"pack.macros.C\": macro %{A} uses itself in a circle\n" },
        { MACROS("\"A\":\"%{SID:sid}\""), NULL,
          "pack.json: key \"pack.macros.A\": %{SID:sid}: only a rule can name a capture\n" },
        { MACROS("\"A\":\"(?<sid>x)\""), NULL, "pack.json: key \"pack.macros.A\": only a rule can name a capture\n" },
        { MACROS("\"A\":\"x)(y\""), NULL,
          "pack.json: key \"pack.macros.A\": at byte 1 once its macros are expanded: unmatched closing parenthesis\n" },

        /* JSON itself */
        { PACK, "{\"family\":\n\n \"notification\",,}", "r.json: line 3: not JSON from here on: \"}\"\n" },
        { PACK, "// a\n/* b\n*/ {\"family\" 1}", "r.json: line 3: not JSON from here on: \"1}\"\n" },
        { PACK, "{}\n{}", "r.json: line 2: text after the end of the object: \"{}\"\n" },
        { PACK, "", "r.json: line 1: not JSON from here on: \"\"\n" },
        { PACK, "{\n/* no end", "r.json: line 2: a comment without an end\n" },
        { PACK, "{\n\"no end", "r.json: line 2: a string without an end\n" },
        { PACK, "{\n\"a\nb\":1}", "r.json: line 2: a string with a line break or control byte in it\n" },
        { PACK, "{\"a\":\"\\u0000\"}", "r.json: line 1: a string with \\u0000 in it\n" },
        { PACK, "\n\"\xff\"", "r.json: line 2: not UTF-8\n" },
        { PACK, "\"\xc0\x80\"", "r.json: line 1: not UTF-8\n" },
        { PACK, "\"\xed\xa0\x80\"", "r.json: line 1: not UTF-8\n" },
        { PACK, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "r.json: line 1: nested too deeply\n" },
};

static void expect_bad(const struct bad *bad) {
        struct ruleset *ruleset = NULL;
        struct pack pack;
        int r;

        pack_open(&pack);
        pack_add(&pack, "pack.json", bad->pack);
        if (bad->rules)
                pack_add(&pack, "r.json", bad->rules);
        r = pack_load(&pack, &ruleset);
        pack_close(&pack);
        assert_string_equal(pack.messages, bad->messages);
        assert_int_equal(r, -EINVAL);
        assert_null(ruleset);
}

static void every_fault_of_a_rule_is_told(void **state) {
        (void)state;
        for (size_t i = 0; i < sizeof(bad_rules) / sizeof(bad_rules[0]); i++)
                expect_bad(&bad_rules[i]);
}

static void every_fault_of_a_file_is_told(void **state) {
        (void)state;
        for (size_t i = 0; i < sizeof(bad_files) / sizeof(bad_files[0]); i++)
                expect_bad(&bad_files[i]);
}

static void good_pack_loads(void **state) {
        const char *commented =
                "// one\n{/* two */\"family\":\"notification\",// \"three\n\"rules\":[" GOOD_RULE "]} /* four */";
        struct ruleset *ruleset = NULL;
        struct pack pack;
        size_t samples = 0;

        (void)state;
        pack_open(&pack);
        pack_add(&pack, "pack.json", PACK);
        pack_add(&pack, "r.json", commented);
        assert_int_equal(pack_load(&pack, &ruleset), 0);
        assert_string_equal(pack.messages, "");
        assert_string_equal(ruleset->name.p, "n");
        assert_string_equal(ruleset->version.p, "1");
        assert_int_equal(ruleset->count, 1);
        assert_int_equal(ruleset->rules[0].kind, EVENT_OTHER);
        assert_string_equal(ruleset->rules[0].event.p, "own");
        assert_string_equal(ruleset->rules[0].pattern_text.p, "Session %{SID:word}");
        assert_int_equal(ruleset->default_wait_s, 30);
        assert_int_equal(ruleset->default_inactivity_s, 60);
        assert_int_equal(ruleset_check(ruleset, pack_message, &pack, &samples), 0);
        assert_int_equal(samples, 2);
        ruleset_free(ruleset);
        pack_close(&pack);
}

/* What looks like a comment inside a string is not one, whatever the quoting. */
static void comments_stay_in_strings(void **state) {
        struct ruleset *ruleset = NULL;
        struct pack pack;

        (void)state;
        pack_open(&pack);
        pack_add(&pack, "pack.json", PACK);
        pack_add(&pack, "r.json",
                 HEAD "{" ID "\"title\":\"a // b /* c */ \\\" // \\\\\"," LITERAL AT PATTERN EVENT WORD SAMPLES MISSES
                      "}" TAIL);
        assert_int_equal(pack_load(&pack, &ruleset), 0);
        assert_string_equal(ruleset->rules[0].title.p, "a // b /* c */ \" // \\");
        ruleset_free(ruleset);
        pack_close(&pack);
}

static void order_is_by_family_file_and_place(void **state) {
        static const char *const order[] = { "a2", "a1", "b1", "w1" };
        struct ruleset *ruleset = NULL;
        struct pack pack;

#define NAMED(id) "{\"id\":\"" id "\"," LITERAL AT EVENT "\"samples\":[{\"text\":\"x\"}]," MISSES "}"
        (void)state;
        pack_open(&pack);
        pack_add(&pack, "z.json", PACK);
        pack_add(&pack, "b.json", HEAD NAMED("b1") TAIL);
        pack_add(&pack, "a.json", HEAD NAMED("a2") "," NAMED("a1") TAIL);
        pack_add(&pack, "0.json", "{\"family\":\"webservices\",\"rules\":[" NAMED("w1") TAIL);
        assert_int_equal(pack_load(&pack, &ruleset), 0);
        assert_int_equal(ruleset->count, 4);
        for (size_t i = 0; i < 4; i++) {
                assert_string_equal(ruleset->rules[i].id.p, order[i]);
                assert_int_equal(ruleset->rules[i].index, i);
        }
        ruleset_free(ruleset);
        pack_close(&pack);
}

static void hash_is_over_names_and_contents(void **state) {
        struct ruleset *ruleset = NULL;
        struct sha256 sha;
        char expected[SHA256_HEX_BYTES];
        struct pack pack;

        (void)state;
        pack_open(&pack);
        pack_add(&pack, "r.json", GOOD);
        pack_add(&pack, "pack.json", PACK);
        assert_int_equal(pack_load(&pack, &ruleset), 0);
        sha256_init(&sha);
        sha256_add(&sha, (struct str){ "pack.json", sizeof("pack.json") });
        sha256_add(&sha, (struct str){ PACK, sizeof(PACK) });
        sha256_add(&sha, (struct str){ "r.json", sizeof("r.json") });
        sha256_add(&sha, (struct str){ GOOD, sizeof(GOOD) });
        sha256_hex(&sha, expected);
        assert_string_equal(ruleset->sha256, expected);
        ruleset_free(ruleset);
        pack_close(&pack);
}

static void other_files_are_left_alone(void **state) {
        struct ruleset *ruleset = NULL;
        struct pack pack;
        char path[512];

        (void)state;
        pack_open(&pack);
        pack_add(&pack, "pack.json", PACK);
        pack_add(&pack, "r.json", GOOD);
        pack_add(&pack, "README.txt", "not JSON");
        pack_add(&pack, ".#r.json", "not JSON");
        snprintf(path, sizeof(path), "%s/fifo.json", pack.directory);
        assert_int_equal(mkfifo(path, 0600), 0);
        snprintf(path, sizeof(path), "%s/folder.json", pack.directory);
        assert_int_equal(mkdir(path, 0700), 0);
        assert_int_equal(pack_load(&pack, &ruleset), 0);
        ruleset_free(ruleset);
        pack_close(&pack);
}

static void unusable_places_are_told(void **state) {
        char *large = calloc(1, 4 * 1024 * 1024 + 1);
        struct ruleset *ruleset = NULL;
        struct pack pack;
        char expected[256];

        (void)state;
        assert_non_null(large);
        pack_open(&pack);
        assert_int_equal(pack_load(&pack, &ruleset), -EINVAL);
        snprintf(expected, sizeof(expected), "%s: no *.json file in this directory\n", pack.directory);
        assert_string_equal(pack.messages, expected);

        pack_add(&pack, "r.json", GOOD);
        assert_int_equal(pack_load(&pack, &ruleset), -EINVAL);
        snprintf(expected, sizeof(expected), "%s: no file has the key \"pack\"\n", pack.directory);
        assert_string_equal(pack.messages, expected);

        memset(large, ' ', 4 * 1024 * 1024 + 1);
        pack_write(&pack, "r.json", large, 4 * 1024 * 1024 + 1);
        assert_int_equal(pack_load(&pack, &ruleset), -EINVAL);
        assert_string_equal(pack.messages, "r.json: larger than 4194304 bytes\n");

        pack_write(&pack, "r.json", "{}\0", 3);
        assert_int_equal(pack_load(&pack, &ruleset), -EINVAL);
        assert_string_equal(pack.messages, "r.json: line 1: a NUL byte\n");
        pack_close(&pack);

        assert_int_equal(pack_load(&pack, &ruleset), -EINVAL);
        snprintf(expected, sizeof(expected),
                 "%s: cannot be opened as a directory of rules: No such file or directory\n", pack.directory);
        assert_string_equal(pack.messages, expected);
        assert_null(ruleset);
        free(large);
}

/* A message is one line, whatever a pack's words hold; the listener may be absent. */
static void messages_are_safe_to_print(void **state) {
        struct ruleset *ruleset = NULL;
        struct pack pack;

        (void)state;
        pack_open(&pack);
        pack_add(&pack, "pack.json", "{\"pack\":{\"name\":\"n\",\"version\":\"1\",\"a\\nb\\u001b[2J\":1}}");
        assert_int_equal(pack_load(&pack, &ruleset), -EINVAL);
        assert_string_equal(pack.messages, "pack.json: key \"pack.a?b?[2J\": is unknown\n");
        assert_int_equal(ruleset_load(pack.directory, NULL, NULL, &ruleset), -EINVAL);
        pack_close(&pack);
}

/* Doubling macros 40 times over must end at once, empty or not. */
static void macros_cannot_explode(void **state) {
        char text[4096];
        struct ruleset *ruleset = NULL;
        struct pack pack;
        size_t n;

        (void)state;
        pack_open(&pack);
        pack_add(&pack, "r.json", GOOD);
        n = (size_t)snprintf(text, sizeof(text),
                             "{\"pack\":{\"name\":\"n\",\"version\":\"1\",\"macros\":{\"SID\":\"x\"");
        for (int i = 1; i < 40; i++)
                n += (size_t)snprintf(text + n, sizeof(text) - n, ",\"M%d\":\"%%{M%d}%%{M%d}\"", i, i - 1, i - 1);
        snprintf(text + n, sizeof(text) - n, ",\"M0\":\"(?:)\"}}}");
        pack_add(&pack, "pack.json", text);
        assert_int_equal(pack_load(&pack, &ruleset), -EINVAL);
        assert_non_null(strstr(pack.messages, ": longer than 32768 bytes once its macros are expanded\n"));
        pack_close(&pack);
}

static void failing_samples_are_told(void **state) {
        static const char rules[] =
                HEAD "{" ID LITERAL AT "\"pattern\":\"Session %{SID:word}(?: %{N:rid})?\"," EVENT
                     "\"fields\":{\"word\":\"text\",\"rid\":\"integer\"},\"samples\":["
                     "{\"text\":\"no header\"},"
                     "{\"text\":\"2017.06.17 00:16:04 Other x\"},"
                     "{\"text\":\"2017.06.17 00:16:04 Session x\",\"fields\":{\"word\":\"y\"}},"
                     "{\"text\":\"2017.06.17 00:16:04 Session x 7\",\"fields\":{\"word\":\"x\",\"rid\":8}},"
                     "{\"text\":\"2017.06.17 00:16:04 Session x 7\",\"fields\":{\"word\":\"x\"}},"
                     "{\"text\":\"2017.06.17 00:16:04 Session x\",\"fields\":{\"word\":\"x\",\"rid\":7}},"
                     "{\"text\":\"2017.06.17 00:16:04 Session x\",\"fields\":{\"word\":\"x\"}}],"
                     "\"near_misses\":[\"no header\",\"2017.06.17 00:16:04 Session x\",\"2017.06.17 00:16:04 x\"]}"
                     ",{\"id\":\"late\"," LITERAL AT EVENT
                     "\"samples\":[{\"text\":\"2017.06.17 00:16:04 Session x\"}]," MISSES "}" TAIL;
        struct ruleset *ruleset = NULL;
        size_t samples = 0;
        struct pack pack;

        (void)state;
        pack_open(&pack);
        pack_add(&pack, "pack.json", PACK);
        pack_add(&pack, "r.json", rules);
        assert_int_equal(pack_load(&pack, &ruleset), 0);
        assert_int_equal(ruleset_check(ruleset, pack_message, &pack, &samples), 9);
        assert_int_equal(samples, 12);
        assert_string_equal(pack.messages,
                            AT_RULE "key \"samples[0]\": does not begin as a record of this family does\n" AT_RULE
                                    "key \"samples[1]\": must match, but no rule does\n" AT_RULE
                                    "key \"samples[2]\": field \"word\" is \"x\", expected \"y\"\n" AT_RULE
                                    "key \"samples[3]\": field \"rid\" is 7, expected 8\n" AT_RULE
                                    "key \"samples[4]\": field \"rid\" is there but not expected\n" AT_RULE
                                    "key \"samples[5]\": field \"rid\" is expected but not there\n" AT_RULE
                                    "key \"near_misses[0]\": does not begin as a record of this family does\n" AT_RULE
                                    "key \"near_misses[1]\": must not match, but does\n"
                                    "r.json: rule late: key \"samples[0]\": must match, but a.b does\n");
        ruleset_free(ruleset);
        pack_close(&pack);
}

static void built_in_pack_passes_its_own_samples(void **state) {
        struct boshscope_rules *rules = NULL;
        struct boshscope_rule_info info;
        struct pack pack = { .messages = "" };
        size_t samples = 0;

        (void)state;
        assert_int_equal(boshscope_rules_load(NULL, pack_message, &pack, &rules), 0);
        assert_int_equal(boshscope_rules_check(rules, pack_message, &pack, &samples), 0);
        assert_string_equal(pack.messages, "");
        assert_true(samples > 100);
        assert_string_equal(boshscope_rules_name(rules), "finesse");
        assert_int_equal(strlen(boshscope_rules_sha256(rules)), 64);
        for (size_t i = 0; i < boshscope_rules_count(rules); i++) {
                assert_int_equal(boshscope_rules_get(rules, i, &info), 0);
                assert_true(info.id[0] && info.title[0] && info.event[0] && info.literal[0] && info.family[0]);
        }
        assert_int_equal(boshscope_rules_get(rules, boshscope_rules_count(rules), &info), BOSHSCOPE_E_ARGUMENT);
        assert_true(word_list_has(&rules->ruleset->desktop_resources, STR("Desktop")));
        assert_true(word_list_has(&rules->ruleset->service_accounts, STR("finesse")));
        assert_false(word_list_has(&rules->ruleset->service_accounts, STR("1001003")));
        boshscope_rules_free(rules);
        boshscope_rules_free(NULL);
        assert_int_equal(boshscope_rules_load("/nonexistent", NULL, NULL, &rules), BOSHSCOPE_E_RULES);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_fault_of_a_rule_is_told),
                cmocka_unit_test(every_fault_of_a_file_is_told),
                cmocka_unit_test(good_pack_loads),
                cmocka_unit_test(comments_stay_in_strings),
                cmocka_unit_test(order_is_by_family_file_and_place),
                cmocka_unit_test(hash_is_over_names_and_contents),
                cmocka_unit_test(other_files_are_left_alone),
                cmocka_unit_test(unusable_places_are_told),
                cmocka_unit_test(messages_are_safe_to_print),
                cmocka_unit_test(macros_cannot_explode),
                cmocka_unit_test(failing_samples_are_told),
                cmocka_unit_test(built_in_pack_passes_its_own_samples),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
