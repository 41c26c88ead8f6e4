/*
 * The grammar of a pack: JSON with comments, one object a file.
 *
 *      file    = { "pack": pack }? { "family": family, "rules": [ rule* ] }?
 *                { "advice": [ .. ], "reasons": [ .. ], "chain": [ .. ] }?   see knowledge.h
 *                { "signatures": [ .. ] }?                   see signature.h
 *                      exactly one file of a pack has "pack"
 *      pack    = { "name": text, "version": text,
 *                  "macros": { NAME: regex },              see macro.h
 *                  "desktop_resources": [ text* ],
 *                  "service_accounts": [ text* ],
 *                  "defaults": { "wait_s": n, "inactivity_s": n },
 *                  "server": { "planned_before_s": n, ... } }           see struct server_times
 *      family  = "notification" | "webservices" | "syslog" | "cli" | "history"
 *      rule    = { "id": text,                             immutable, unique in the pack
 *                  "title": text,                          may be left out
 *                  "literal": text | [ text+ ],            one of them must be there ...
 *                  "at": "message" | "record" | "name",    ... where the message begins, anywhere, or
 *                                                              where the name of the file begins
 *                  "logger": text | [ text+ ],             one stands before the message; may be left out
 *                  "contains": text | [ text+ ],           all must be there as well; may be left out
 *                  "pattern": regex | [ regex+ ],          pieces are joined; may be left out
 *                  "shapes": shape | [ shape+ ],           see shape.h; only with "at": "message"
 *                  "event": word,
 *                  "server": role,                         may be left out: "event" | "planned" | "boot" | "fault"
 *                  "fields": { capture: "text" | "integer" | "duration" },
 *                  "samples": [ { "text": record, "fields": { capture: value } }+ ],
 *                  "near_misses": [ record+ ],
 *                  "versions": [ version, version | null ] }   see version.h; may be left out
 *
 * The pattern's subject is the record from its message on ("message": it must
 * match there), the whole record ("record": it may match anywhere) or the file's
 * name ("name": it must match at its beginning; samples are names then). An event
 * of a name is made once a file, of its first record.
 */
#include "rules/ruleset.h"

#include "rules/json_read.h"
#include "rules/knowledge_read.h"
#include "rules/macro.h"
#include "rules/pack_files.h"
#include "rules/pattern.h"
#include "rules/rule_read.h"
#include "rules/shape.h"
#include "rules/signature_read.h"

#include <errno.h>
#include <stdlib.h>

struct loader {
        struct faults faults;
        struct pack_files files;
        cJSON **json;          /* parallel to the files; NULL where one does not parse */
        enum family *families; /* likewise; FAMILY_NONE where a file has no rules */
        struct place pack_place;
        struct rule_reader reader;
};

bool word_list_has(const struct word_list *list, struct str word) {
        for (size_t i = 0; i < list->count; i++)
                if (str_eq_nocase(list->words[i], word))
                        return true;
        return false;
}

/* ---------------------------------------------------------- one "pack" */

static const char *const pack_keys[] = { "name",     "version", "macros", "desktop_resources", "service_accounts",
                                         "defaults", "server",  NULL };
static const char *const default_keys[] = { "wait_s", "inactivity_s", NULL };

static int read_name(struct loader *loader, const cJSON *pack, const char *key, struct str *ret_name) {
        struct str text;

        if (!json_text(&loader->pack_place, "pack", pack, key, JSON_REQUIRED, &text))
                return 0;
        return arena_str(&loader->reader.ruleset->arena, text, ret_name);
}

static int read_macros(struct loader *loader, const cJSON *pack) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(pack, "macros");
        int r = 0;

        if (!json || !json_object(&loader->pack_place, "pack.macros", json, NULL))
                return 0;
        for (const cJSON *c = json->child; c && r == 0; c = c->next) {
                const struct json_path path = json_path_key("pack.macros", c->string);
                struct str text;

                if (!is_macro_name(str_from(c->string)))
                        fault_add(&loader->pack_place, path.text, "a macro's name is [A-Z][A-Z0-9_]*");
                else if (json_as_text(&loader->pack_place, path.text, c, &text))
                        r = macros_add(&loader->reader.macros, str_from(c->string), text);
        }
        return r < 0 ? r : macros_resolve(&loader->reader.macros);
}

static int read_word_list(struct loader *loader, const cJSON *pack, const char *key, struct word_list *ret_list) {
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(pack, key);
        struct str *words;
        size_t count;
        bool good;
        int r;

        if (!json)
                return 0;
        r = json_texts(&loader->reader.ruleset->arena, &loader->pack_place, json_path_key("pack", key).text, json,
                       &words, &count, &good);
        if (r == 0 && good)
                *ret_list = (struct word_list){ words, count };
        return r;
}

static void read_seconds(const struct place *place, const char *prefix, const cJSON *object, const char *key,
                         int64_t *ret_seconds) {
        const struct json_path path = json_path_key(prefix, key);
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(object, key);
        int64_t seconds;

        if (!json || !json_as_whole(place, path.text, json, &seconds))
                return;
        if (seconds < 1 || seconds > 86400)
                fault_add(place, path.text, "must be from 1 to 86400 seconds");
        else
                *ret_seconds = seconds;
}

static void read_defaults(struct loader *loader, const cJSON *pack) {
        const cJSON *defaults = cJSON_GetObjectItemCaseSensitive(pack, "defaults");
        struct ruleset *ruleset = loader->reader.ruleset;

        ruleset->default_wait_s = 30;
        ruleset->default_inactivity_s = 60;
        if (!defaults || !json_object(&loader->pack_place, "pack.defaults", defaults, default_keys))
                return;
        read_seconds(&loader->pack_place, "pack.defaults", defaults, "wait_s", &ruleset->default_wait_s);
        read_seconds(&loader->pack_place, "pack.defaults", defaults, "inactivity_s", &ruleset->default_inactivity_s);
}

static void read_server_times(struct loader *loader, const cJSON *pack) {
        struct server_times *times = &loader->reader.ruleset->server_times;
        const struct {
                const char *key;
                int64_t *seconds, usual;
        } known[] = {
                { "planned_before_s", &times->planned_before_s, 180 },
                { "fault_before_s", &times->fault_before_s, 600 },
                { "fault_closely_s", &times->fault_closely_s, 60 },
                { "unknown_after_s", &times->unknown_after_s, 120 },
                { "round_s", &times->round_s, 30 },
                { "round_late_s", &times->round_late_s, 10 },
                { "stall_max_s", &times->stall_max_s, 900 },
        };
        enum { KNOWN = sizeof(known) / sizeof(known[0]) };
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(pack, "server");
        const char *keys[KNOWN + 1] = { NULL };

        for (int i = 0; i < KNOWN; i++) {
                keys[i] = known[i].key;
                *known[i].seconds = known[i].usual;
        }
        if (!json || !json_object(&loader->pack_place, "pack.server", json, keys))
                return;
        for (int i = 0; i < KNOWN; i++)
                read_seconds(&loader->pack_place, "pack.server", json, known[i].key, known[i].seconds);
}

static int read_pack(struct loader *loader, const cJSON *pack) {
        struct ruleset *ruleset = loader->reader.ruleset;
        int r;

        read_defaults(loader, pack);
        read_server_times(loader, pack);
        json_object(&loader->pack_place, "pack", pack, pack_keys);
        if (!cJSON_IsObject(pack))
                return 0;
        r = read_name(loader, pack, "name", &ruleset->name);
        if (r == 0)
                r = read_name(loader, pack, "version", &ruleset->version);
        if (r == 0)
                r = read_macros(loader, pack);
        if (r == 0)
                r = read_word_list(loader, pack, "desktop_resources", &ruleset->desktop_resources);
        if (r == 0)
                r = read_word_list(loader, pack, "service_accounts", &ruleset->service_accounts);
        return r;
}

/* ------------------------------------------------------------ the files */

static const char *const file_keys[] = { "pack", "family", "rules", "advice", "reasons", "chain", "signatures", NULL };

static struct place place_of(struct loader *loader, size_t i) {
        return (struct place){ .faults = &loader->faults, .file = loader->files.items[i].name.p };
}

/* Which log family the file's rules are for; FAMILY_NONE without good ones. */
static enum family look_at_rules(const struct place *place, const cJSON *json) {
        const cJSON *rules = cJSON_GetObjectItemCaseSensitive(json, "rules");
        struct str name = { 0 };
        enum family family;

        if (!rules && !cJSON_GetObjectItemCaseSensitive(json, "family"))
                return FAMILY_NONE;
        if (!json_text(place, NULL, json, "family", JSON_REQUIRED, &name))
                return FAMILY_NONE;
        family = family_by_name(name);
        if (family == FAMILY_NONE)
                fault_add(place, "family",
                          "must be \"notification\", \"webservices\", \"syslog\", \"cli\" or \"history\"");
        if (!cJSON_IsArray(rules)) {
                fault_add(place, "rules", "must be an array of rules");
                return FAMILY_NONE;
        }
        return family;
}

static int parse_file(struct loader *loader, size_t i) {
        const struct place place = place_of(loader, i);
        const struct str text = loader->files.items[i].content;
        int r;

        loader->families[i] = FAMILY_NONE;
        if (loader->reader.ruleset->lean)
                r = json_parse_clean(text, &place, &loader->json[i]);
        else
                r = json_parse(text, &place, &loader->json[i]);
        if (r < 0 || !loader->json[i])
                return r;
        json_object(&place, NULL, loader->json[i], file_keys);
        if (!cJSON_IsObject(loader->json[i])) {
                cJSON_Delete(loader->json[i]);
                loader->json[i] = NULL;
                return 0;
        }
        loader->families[i] = look_at_rules(&place, loader->json[i]);
        return 0;
}

static int parse_files(struct loader *loader) {
        const size_t count = loader->files.count;
        int r = 0;

        loader->json = calloc(count + 1, sizeof(struct cJSON *));
        loader->families = calloc(count + 1, sizeof(*loader->families));
        if (!loader->json || !loader->families)
                return -ENOMEM;
        for (size_t i = 0; i < count && r == 0; i++)
                r = parse_file(loader, i);
        return r;
}

/* The one "pack" of the files, or NULL where there is none. */
static const cJSON *find_pack(struct loader *loader, const char *directory) {
        const cJSON *pack = NULL;

        for (size_t i = 0; i < loader->files.count; i++) {
                const struct place place = place_of(loader, i);
                const cJSON *found = cJSON_GetObjectItemCaseSensitive(loader->json[i], "pack");

                if (!found)
                        continue;
                if (pack)
                        fault_add(&place, "pack", "%s has one too", loader->pack_place.file);
                else
                        loader->pack_place = place;
                pack = pack ? pack : found;
        }
        if (!pack && loader->faults.count == 0) {
                const struct place place = { .faults = &loader->faults, .file = directory };

                fault_add(&place, NULL, "no file has the key \"pack\"");
        }
        return pack;
}

static int read_rules(struct loader *loader, enum family family) {
        int r = 0;

        for (size_t i = 0; i < loader->files.count && r == 0; i++) {
                const struct place place = place_of(loader, i);
                size_t number = 0;

                if (loader->families[i] != family)
                        continue;
                for (const cJSON *c = cJSON_GetObjectItemCaseSensitive(loader->json[i], "rules")->child; c && r == 0;
                     c = c->next)
                        r = rule_read(&loader->reader, &place, family, c, ++number);
        }
        return r;
}

static int read_files(struct loader *loader, const char *directory) {
        if (directory)
                return pack_files_read(&loader->files, directory, &loader->faults);
        return pack_files_builtin(&loader->files, loader->reader.ruleset->lean ? pack_builtin_lean : pack_builtin);
}

static int read_all(struct loader *loader, const char *directory) {
        const cJSON *pack;
        int r = read_files(loader, directory);

        if (r == 0)
                r = parse_files(loader);
        if (r < 0)
                return r;
        pack = find_pack(loader, directory);
        /* Without its macros every rule would seem wrong. */
        if (!pack)
                return 0;
        r = read_pack(loader, pack);
        for (size_t i = 0; i < loader->files.count && r == 0; i++) {
                const struct place place = place_of(loader, i);

                r = knowledge_read(loader->reader.ruleset, &place, loader->json[i]);
        }
        for (int family = 0; family < FAMILY_COUNT && r == 0; family++)
                r = read_rules(loader, (enum family)family);
        for (size_t i = 0; i < loader->files.count && r == 0; i++) {
                const struct place place = place_of(loader, i);

                r = signatures_read(&loader->reader, &place, loader->json[i]);
        }
        if (r == 0 && loader->faults.count == 0 && loader->reader.ruleset->count == 0)
                fault_add(&loader->pack_place, NULL, "the pack has no rules");
        return r;
}

/* ------------------------------------------------------------ the whole */

static void loader_release(struct loader *loader) {
        for (size_t i = 0; loader->json && i < loader->files.count; i++)
                cJSON_Delete(loader->json[i]);
        free(loader->json);
        free(loader->families);
        macros_release(&loader->reader.macros);
        intern_release(&loader->reader.ids);
        intern_release(&loader->reader.words);
        free(loader->reader.word_types);
        pack_files_release(&loader->files);
}

/* The lean form has the sum of the whole, which is what users can see. */
static void set_sha256(struct ruleset *ruleset, const struct pack_files *files) {
        if (ruleset->lean)
                memcpy(ruleset->sha256, pack_builtin_sha256, sizeof(ruleset->sha256));
        else
                pack_files_sha256(files, ruleset->sha256);
}

static int load(const char *directory, bool lean, ruleset_message_fn *fn, void *userdata,
                struct ruleset **ret_ruleset) {
        struct ruleset *ruleset = calloc(1, sizeof(*ruleset));
        struct loader loader = { .faults = { .fn = fn, .userdata = userdata } };
        int r;

        if (!ruleset)
                return -ENOMEM;
        arena_init(&ruleset->arena);
        pack_files_init(&loader.files);
        macros_init(&loader.reader.macros, &loader.pack_place);
        intern_init(&loader.reader.ids);
        intern_init(&loader.reader.words);
        loader.reader.macros.trusted = ruleset->lean = lean;
        loader.reader.ruleset = ruleset;
        r = read_all(&loader, directory);
        if (r == 0 && loader.faults.count > 0)
                r = -EINVAL;
        if (r == 0)
                r = dispatch_link(ruleset);
        if (r == 0)
                set_sha256(ruleset, &loader.files);
        loader_release(&loader);
        if (r < 0) {
                ruleset_free(ruleset);
                return r;
        }
        *ret_ruleset = ruleset;
        return 0;
}

int ruleset_load(const char *directory, ruleset_message_fn *fn, void *userdata, struct ruleset **ret_ruleset) {
        return load(directory, !directory, fn, userdata, ret_ruleset);
}

int ruleset_load_whole(ruleset_message_fn *fn, void *userdata, struct ruleset **ret_ruleset) {
        return load(NULL, false, fn, userdata, ret_ruleset);
}

void ruleset_free(struct ruleset *ruleset) {
        if (!ruleset)
                return;
        for (size_t i = 0; i < ruleset->count; i++)
                pattern_free(ruleset->rules[i].pattern);
        free(ruleset->rules);
        knowledge_release(&ruleset->knowledge);
        free(ruleset->signatures);
        arena_release(&ruleset->arena);
        free(ruleset);
}
