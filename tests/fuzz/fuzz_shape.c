/* Shapes of rules: the first line is one, the rest a message. */
#include "fuzz.h"

#include "rules/shape.h"

/* However it was read. */
static void check_number(const struct value *value, struct str message) {
        int64_t number = 0;

        CHECK(fuzz_lies_in(value->text, message));
        CHECK(value->set == str_to_i64(value->text, &number));
        CHECK(!value->set || value->number == number);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        struct str text = fuzz_text(data, size), message;
        struct value values[SHAPE_MAX_STEPS] = { { .set = false } };
        const char *feed = text.n ? str_find_byte(text, '\n') : NULL, *why = NULL;
        struct shape shape;
        struct arena arena;
        int r, fields = 0;

        if (!feed)
                return 0;
        message = str_skip(text, (size_t)(feed - text.p) + 1);
        arena_init(&arena);
        r = shape_parse(&arena, str_slice(text.p, feed), &shape, &why);
        CHECK(r >= 0);
        CHECK(r > 0 || why);
        if (r > 0) {
                CHECK(shape.count <= SHAPE_MAX_STEPS);
                for (size_t i = 0; i < shape.count; i++)
                        if (shape_step_captures(&shape.steps[i])) {
                                shape.steps[i].type = FIELD_TYPE_INTEGER;
                                shape.steps[i].field = fields++;
                        }
                if (shape_match(&shape, message, values))
                        for (int i = 0; i < fields; i++)
                                check_number(&values[i], message);
        }
        arena_release(&arena);
        return 0;
}
