#include "redact/pseudonyms.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "redact/address.h"

enum { MOST_FOLDED_BYTES = 16 * 1024 * 1024, LONG_BYTES = 6 /* found inside of other words too */ };

void pseudonyms_init(struct pseudonyms *pseudonyms, struct str key) {
        *pseudonyms = (struct pseudonyms){ .longest = 0 };
        hmac_init(&pseudonyms->key, key);
        arena_init(&pseudonyms->arena);
        intern_init(&pseudonyms->folded);
        buf_init(&pseudonyms->scratch, MOST_FOLDED_BYTES);
}

void pseudonyms_release(struct pseudonyms *pseudonyms) {
        intern_release(&pseudonyms->folded);
        arena_release(&pseudonyms->arena);
        buf_release(&pseudonyms->scratch);
        free(pseudonyms->items);
        free(pseudonyms->slots);
}

const char *pseudonym_kind_name(enum pseudonym_kind kind) {
        static const char *const names[PSEUDONYM_KIND_COUNT] = { "agent",  "person",   "host", "address",
                                                                 "number", "resource", "text", "name" };

        return names[kind];
}

/* They are no vowels, so that they spell no word. */
static const char pseudonym_alphabet[] = "bcdfghjkmnpqrtvx";

void pseudonym_letters(const struct pseudonyms *pseudonyms, struct str folded, char ret_letters[static LETTERS_BYTES]) {
        unsigned char digest[SHA256_BYTES];

        hmac_of(&pseudonyms->key, folded, digest);
        for (int i = 0; i < LETTERS_BYTES - 1; i++)
                ret_letters[i] = pseudonym_alphabet[digest[i / 2] >> 4 * (i % 2) & 15];
        ret_letters[LETTERS_BYTES - 1] = '\0';
}

/* In pseudonyms.scratch. */
static int fold(struct pseudonyms *pseudonyms, struct str text) {
        struct buf *scratch = &pseudonyms->scratch;
        int r;

        scratch->n = 0;
        text = str_first(text, MOST_FOLDED_BYTES);
        r = buf_reserve(scratch, text.n);
        for (size_t i = 0; r == 0 && i < text.n; i++)
                scratch->p[scratch->n++] = byte_lower(text.p[i]);
        return r;
}

static uint32_t begin_of(const char *p) {
        const uint32_t word = (uint32_t)(unsigned char)byte_lower(p[0]) |
                              (uint32_t)(unsigned char)byte_lower(p[1]) << 8 |
                              (uint32_t)(unsigned char)byte_lower(p[2]) << 16;

        return word * UINT32_C(0x9e3779b1) >> 16;
}

/* One byte more; texts are searched with it, so it is nothing but quick. */
static inline uint64_t hash_more(uint64_t hash, char c) {
        return (hash ^ (unsigned char)byte_lower(c)) * UINT64_C(0x9e3779b97f4a7c15) >> 7 ^ hash << 57;
}

static uint64_t hash_of(struct str s) {
        uint64_t hash = 0;

        for (size_t i = 0; i < s.n; i++)
                hash = hash_more(hash, s.p[i]);
        return hash;
}

static void put_slot(struct sought_slot *slots, size_t count, struct sought_slot slot) {
        size_t at = (size_t)slot.hash & (count - 1);

        while (slots[at].number)
                at = (at + 1) & (count - 1);
        slots[at] = slot;
}

static int grow_slots(struct pseudonyms *pseudonyms) {
        enum { FIRST_SLOTS = 256 };
        const size_t count = pseudonyms->slot_count ? 2 * pseudonyms->slot_count : FIRST_SLOTS;
        struct sought_slot *slots;

        if (2 * (pseudonyms->sought_count + 1) <= pseudonyms->slot_count)
                return 0;
        slots = calloc(count, sizeof(*slots));
        if (!slots)
                return -ENOMEM;
        for (size_t i = 0; i < pseudonyms->slot_count; i++)
                if (pseudonyms->slots[i].number)
                        put_slot(slots, count, pseudonyms->slots[i]);
        free(pseudonyms->slots);
        pseudonyms->slots = slots;
        pseudonyms->slot_count = count;
        return 0;
}

static int seek(struct pseudonyms *pseudonyms, struct pseudonym *item) {
        const struct str original = item->original;
        const uint32_t number = (uint32_t)(item - pseudonyms->items) + 1;
        int r;

        if (item->sought || original.n < SOUGHT_SHORTEST || original.n > SOUGHT_LONGEST)
                return 0;
        r = grow_slots(pseudonyms);
        if (r < 0)
                return r;
        put_slot(pseudonyms->slots, pseudonyms->slot_count, (struct sought_slot){ hash_of(original), number });
        pseudonyms->sought_count++;
        item->sought = true;
        pseudonyms->lengths[original.n] = true;
        pseudonyms->begins[begin_of(original.p) / 64] |= UINT64_C(1) << begin_of(original.p) % 64;
        if (original.n > pseudonyms->longest)
                pseudonyms->longest = original.n;
        return 0;
}

/* Folds into the scratch. */
static int find_or_add(struct pseudonyms *pseudonyms, struct str original, bool *ret_new, struct pseudonym **ret_item) {
        const size_t known = pseudonyms->folded.count;
        uint32_t id;
        int r = fold(pseudonyms, original);

        if (r == 0)
                r = array_reserve(&pseudonyms->items, &pseudonyms->capacity, known + 1, sizeof(*pseudonyms->items));
        if (r == 0)
                r = intern_add(&pseudonyms->folded, buf_str(&pseudonyms->scratch), &id);
        if (r < 0)
                return r;
        *ret_new = pseudonyms->folded.count > known;
        *ret_item = &pseudonyms->items[id];
        if (*ret_new)
                **ret_item = (struct pseudonym){ .original = original };
        return *ret_new ? arena_str(&pseudonyms->arena, original, &(*ret_item)->original) : 0;
}

static int make(struct pseudonyms *pseudonyms, struct pseudonym *item, struct str folded) {
        char letters[LETTERS_BYTES], text[ADDRESS_BYTES];

        if (item->kind != PSEUDONYM_ADDRESS || !address_pseudonym(&pseudonyms->key, item->original, text)) {
                pseudonym_letters(pseudonyms, folded, letters);
                snprintf(text, sizeof(text), "%s-%s", pseudonym_kind_name(item->kind), letters);
        }
        return arena_str(&pseudonyms->arena, str_from(text), &item->shown);
}

int pseudonym_of(struct pseudonyms *pseudonyms, enum pseudonym_kind kind, struct str original, bool sought,
                 struct str *ret_shown) {
        struct pseudonym *item;
        bool is_new;
        int r = find_or_add(pseudonyms, original, &is_new, &item);

        if (r == 0 && is_new) {
                item->kind = kind;
                r = make(pseudonyms, item, buf_str(&pseudonyms->scratch));
        }
        if (r < 0)
                return r;
        *ret_shown = item->shown;
        return sought ? seek(pseudonyms, item) : 0;
}

int pseudonym_set(struct pseudonyms *pseudonyms, enum pseudonym_kind kind, struct str original, struct str shown,
                  bool sought) {
        struct pseudonym *item;
        bool is_new;
        int r = find_or_add(pseudonyms, original, &is_new, &item);

        if (r == 0 && is_new) {
                item->kind = kind;
                r = arena_str(&pseudonyms->arena, shown, &item->shown);
        }
        return r == 0 && sought ? seek(pseudonyms, item) : r;
}

const struct pseudonym *pseudonym_known(struct pseudonyms *pseudonyms, struct str original) {
        uint32_t id;

        if (fold(pseudonyms, original) < 0) {
                pseudonyms->failed = true;
                return NULL;
        }
        id = intern_find(&pseudonyms->folded, buf_str(&pseudonyms->scratch));
        return id == INTERN_NONE ? NULL : &pseudonyms->items[id];
}

/* ------------------------------------------------------------- searching */

static bool is_alnum(char c) {
        return byte_is_digit(c) || (byte_lower(c) >= 'a' && byte_lower(c) <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_number(struct str s) {
        size_t n = 0;

        while (n < s.n && byte_is_digit(s.p[n]))
                n++;
        return n == s.n;
}

/* Behind an escape ("%40", "\27", "&#39;") a word begins. */
static bool behind_escape(struct str text, size_t at) {
        return at >= 3 && (text.p[at - 3] == '%' || text.p[at - 3] == '\\');
}

static bool stands_alone(struct str text, size_t at, size_t n) {
        const bool before = at > 0, behind = at + n < text.n;

        if (is_number(str_first(str_skip(text, at), n)))
                return (!before || !byte_is_digit(text.p[at - 1]) || behind_escape(text, at)) &&
                       (!behind || !byte_is_digit(text.p[at + n]));
        if (n >= LONG_BYTES)
                return true;
        return (!before || !is_alnum(text.p[at - 1]) || behind_escape(text, at)) &&
               (!behind || !is_alnum(text.p[at + n]));
}

/* NULL where none is sought that is so written. */
static const struct pseudonym *find_sought(const struct pseudonyms *pseudonyms, struct str text, uint64_t hash) {
        for (size_t at = (size_t)hash & (pseudonyms->slot_count - 1); pseudonyms->slots[at].number;
             at = (at + 1) & (pseudonyms->slot_count - 1)) {
                const struct pseudonym *item = &pseudonyms->items[pseudonyms->slots[at].number - 1];

                if (pseudonyms->slots[at].hash == hash && str_eq_nocase(item->original, text))
                        return item;
        }
        return NULL;
}

const struct pseudonym *pseudonym_at(const struct pseudonyms *pseudonyms, struct str text, size_t at) {
        const struct str rest = str_first(str_skip(text, at), pseudonyms->longest);
        const struct pseudonym *longest = NULL, *item;
        uint64_t hash = 0;

        if (rest.n < SOUGHT_SHORTEST || !(pseudonyms->begins[begin_of(rest.p) / 64] >> begin_of(rest.p) % 64 & 1))
                return NULL;
        for (size_t n = 1; n <= rest.n; n++) {
                hash = hash_more(hash, rest.p[n - 1]);
                if (!pseudonyms->lengths[n] || !stands_alone(text, at, n))
                        continue;
                item = find_sought(pseudonyms, str_first(rest, n), hash);
                longest = item ? item : longest;
        }
        return longest;
}

/* ------------------------------------------------------------- hiding */

/* Bytes of the pseudonym that stands at the beginning, 0 without one. */
static size_t pseudonym_length(struct str s) {
        static const struct str prefixes[] = { STR_INIT("agent-"),    STR_INIT("person-"), STR_INIT("host-"),
                                               STR_INIT("net-"),      STR_INIT("number-"), STR_INIT("text-"),
                                               STR_INIT("resource-"), STR_INIT("name-") };
        size_t n = 0, letters = 0;

        for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]) && n == 0; i++)
                n = str_starts(s, prefixes[i]) ? prefixes[i].n : 0;
        while (n && letters < LETTERS_BYTES - 1 && n + letters < s.n &&
               byte_is_one_of(s.p[n + letters], pseudonym_alphabet))
                letters++;
        return n && letters == LETTERS_BYTES - 1 ? n + letters : 0;
}

int pseudonyms_hide(struct buf *out, struct str text) {
        int r = 0;

        for (size_t at = 0; at < text.n && r == 0;) {
                const size_t n = pseudonym_length(str_skip(text, at));

                r = n ? buf_add(out, STR("<id>")) : buf_add_byte(out, text.p[at]);
                at += n ? n : 1;
        }
        return r;
}
