/*
 * pseudonyms: what stands for whom. The same thing has the same pseudonym wherever it
 * stands, however it is spelt in capitals, and in every run with the same key:
 *
 *      1001003                  agent-kxbrtcjhmq
 *      fin1.ucce.local          host-dfgcnhprtj.net-xmbqkvtcdf.example
 *      10.5.210.7               13.181.22.140       (redact/address.h)
 *
 * The letters are what the key makes of the original (HMAC-SHA256): who has no key
 * cannot try names. They are no vowels and no digits, so that they spell no word and no
 * number. Originals are remembered, so that texts can be searched for them.
 */
#ifndef REDACT_PSEUDONYMS_H
#define REDACT_PSEUDONYMS_H

#include "base/buf.h"
#include "base/intern.h"
#include "base/sha256.h"

enum pseudonym_kind {
        PSEUDONYM_AGENT,
        PSEUDONYM_PERSON, /* a word of a person's name */
        PSEUDONYM_HOST,   /* a whole name or a label of it */
        PSEUDONYM_ADDRESS,
        PSEUDONYM_NUMBER,   /* a telephone's */
        PSEUDONYM_RESOURCE, /* of a JID */
        PSEUDONYM_TEXT,     /* what people wrote */
        PSEUDONYM_NAME,     /* a word of a file's name */
        PSEUDONYM_KIND_COUNT,
};

struct pseudonym {
        enum pseudonym_kind kind;
        struct str original, shown;
        bool sought; /* texts are searched for it */
};

enum { SOUGHT_LONGEST = 64, SOUGHT_SHORTEST = 3 };

/* An original that is sought, by the hash of its folded bytes. */
struct sought_slot {
        uint64_t hash;
        uint32_t number; /* id + 1; 0: empty */
};

struct pseudonyms {
        struct hmac key;
        struct arena arena;
        struct intern folded;    /* originals in lower case */
        struct pseudonym *items; /* by id in `folded` */
        size_t capacity;
        struct sought_slot *slots; /* slot_count is a power of two */
        size_t slot_count, sought_count;
        bool lengths[SOUGHT_LONGEST + 1]; /* that sought originals have */
        uint64_t begins[1024];            /* a bit for each that their first three letters may have */
        size_t longest;
        bool failed; /* no memory to look somebody up with: what was written since may say too much */
        struct buf scratch;
};

void pseudonyms_init(struct pseudonyms *pseudonyms, struct str key);
void pseudonyms_release(struct pseudonyms *pseudonyms);

/* The pseudonym of a thing; of one that is known already, whatever its kind, the one it has. `sought`: and texts
 * are searched for it from now on. 0 or -ENOMEM. */
int pseudonym_of(struct pseudonyms *pseudonyms, enum pseudonym_kind kind, struct str original, bool sought,
                 struct str *ret_shown);

/* Say what stands for it, which nobody may know yet. 0 or -ENOMEM. */
int pseudonym_set(struct pseudonyms *pseudonyms, enum pseudonym_kind kind, struct str original, struct str shown,
                  bool sought);

/* NULL when it has none. */
const struct pseudonym *pseudonym_known(struct pseudonyms *pseudonyms, struct str original);

/* The longest original that is sought and that `text` has at `at`; NULL without. One that is shorter than six letters
 * has to stand alone there, and so does a number. */
const struct pseudonym *pseudonym_at(const struct pseudonyms *pseudonyms, struct str text, size_t at);

/* Ten letters that the key makes of a text. */
enum { LETTERS_BYTES = 11 };
void pseudonym_letters(const struct pseudonyms *pseudonyms, struct str folded, char ret_letters[static LETTERS_BYTES]);

/* Append `text`, "<id>" in place of each pseudonym made of letters. 0 or -ENOMEM. */
int pseudonyms_hide(struct buf *out, struct str text);

const char *pseudonym_kind_name(enum pseudonym_kind kind);

#endif
