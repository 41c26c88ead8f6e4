/* One record: header, stamp, rules by their literals, shapes and patterns, event, what is
 * kept of it, its outline. The first byte: the family. */
#include "fuzz.h"

#include "events/encoding.h"
#include "events/event.h"
#include "events/mask.h"
#include "events/outline.h"
#include "rules/foreign.h"

static struct ruleset *rules;
static struct matcher *matcher, *without_shapes;

static void prepare(void) {
        enum { MATCH_LIMIT = 100 * 1000 };

        if (rules)
                return;
        CHECK(ruleset_load(NULL, NULL, NULL, &rules) == 0);
        matcher = matcher_new(MATCH_LIMIT);
        without_shapes = matcher_new(MATCH_LIMIT);
        CHECK(matcher && without_shapes);
        matcher_ignore_shapes(without_shapes, true);
}

static void check_outline(struct str message) {
        struct buf outline, scratch;

        buf_init(&outline, FUZZ_BYTES);
        buf_init(&scratch, FUZZ_BYTES);
        CHECK(outline_add(&outline, &scratch, message) == 0);
        CHECK(outline.n < OUTLINE_BYTES + sizeof("... <more>"));
        fuzz_check_utf8(buf_str(&outline), false);
        buf_release(&scratch);
        buf_release(&outline);
}

static void check_mask(struct str text) {
        struct buf masked;

        buf_init(&masked, FUZZ_BYTES);
        CHECK(mask_secrets(&masked, text) == 0);
        buf_release(&masked);
}

/* A value is part of the record; of a rule that has a shape the pattern says the same. */
static void check_values(const struct match *match, struct str text) {
        for (size_t i = 0; i < match->rule->field_count; i++)
                CHECK(!match->values[i].set || fuzz_lies_in(match->values[i].text, text));
}

static void check_same_match(const struct match *a, const struct match *b) {
        CHECK(a->rule == b->rule);
        for (size_t i = 0; i < a->rule->field_count; i++) {
                const struct value *x = &a->values[i], *y = &b->values[i];

                CHECK(x->set == y->set);
                CHECK(!x->set || (str_eq(x->text, y->text) && x->number == y->number));
        }
}

static void check_event(const struct record *record, enum family family, const struct match *match) {
        struct held_event held = { .held = NULL };
        struct opened_event opened;
        struct stamp stamp = { 0 };
        struct event event, kept;
        struct arena arena;

        arena_init(&arena);
        stamp_parse(family, span_of(record->text, record->header.stamp), &stamp);
        event_init(&event, record, &stamp, match->rule, match->values);
        CHECK(event_keep(&arena, &event, 2048, &kept) == 0);
        CHECK(kept.text.n <= 2048 && kept.identity_at == 0);
        CHECK(event_hold(&held, &event) == 0);
        held_open(&held, &opened);
        CHECK(opened.event.rule == match->rule);
        CHECK(event_keep(&arena, &opened.event, 2048, &kept) == 0);
        held_release(&held);
        arena_release(&arena);
}

static void check_record(struct str text, enum family family) {
        const char *feed = text.n ? str_find_byte(text, '\n') : NULL;
        struct record record = { .text = text, .line = 1 };
        const struct rule *gave_up = NULL, *also_gave_up = NULL;
        struct match match, other;
        int r;

        if (!family_header(family, feed ? str_slice(text.p, feed) : text, &record.header))
                return;
        CHECK(record.header.message_at <= text.n && record.header.identity_at <= text.n);
        check_outline(str_skip(text, record.header.message_at));
        r = matcher_match(matcher, rules, family, text, record.header.message_at, &match, &gave_up);
        CHECK(matcher_match(without_shapes, rules, family, text, record.header.message_at, &other, &also_gave_up) ==
                      r ||
              also_gave_up);
        CHECK(r >= 0);
        if (r == 0)
                return;
        check_values(&match, text);
        if (!also_gave_up)
                check_same_match(&match, &other);
        check_event(&record, family, &match);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct str text = fuzz_text(data, size);
        enum family family = (enum family)(fuzz_take(&text) % FAMILY_COUNT);
        const char *foreign = NULL;

        prepare();
        family_by_content(text, &foreign);
        family_by_file_name(text);
        encoding_fault(text);
        check_mask(text);
        check_record(text, family);
        return 0;
}
