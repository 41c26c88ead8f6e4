#include "render/html_pack.h"

#include <errno.h>
#include <stdlib.h>

/* No text is longer than the report that it comes from; this is where buffers end. */
#define PACK_MAX_TEXT (SIZE_MAX / 4)

void pack_init(struct pack *pack) {
        *pack = (struct pack){ 0 };
        intern_init(&pack->forms);
        intern_init(&pack->texts);
        intern_init(&pack->records);
        intern_init(&pack->chains);
        buf_init(&pack->form, PACK_MAX_TEXT);
        buf_init(&pack->words, PACK_MAX_TEXT);
}

void pack_release(struct pack *pack) {
        intern_release(&pack->forms);
        intern_release(&pack->texts);
        intern_release(&pack->records);
        intern_release(&pack->chains);
        buf_release(&pack->form);
        buf_release(&pack->words);
        free(pack->record_of);
        free(pack->record_text);
}

static uint32_t added(struct pack *pack, struct intern *intern, struct str s) {
        uint32_t id = PACK_NONE;

        if (pack->error == 0)
                pack->error = intern_add(intern, s, &id);
        return id;
}

/* ----------------------------------------------------------------- texts */

static bool is_digit(char c) {
        return c >= '0' && c <= '9';
}

static bool is_word(char c) {
        return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The next word that holds a digit. Empty, at the end, without one. */
static struct str next_word(struct str text) {
        size_t from = 0;
        bool digit = false;

        for (size_t i = 0; i < text.n; i++) {
                digit = digit || is_digit(text.p[i]);
                if (is_word(text.p[i]))
                        continue;
                if (digit)
                        return str_slice(text.p + from, text.p + i);
                from = i + 1;
        }
        return str_skip(text, digit ? from : text.n);
}

/* Its form and its words, the latter behind room for the form's number. */
static int split(struct pack *pack, struct str text) {
        static const char room[sizeof(uint32_t)];
        int r;

        pack->form.n = pack->words.n = 0;
        r = buf_add(&pack->words, (struct str){ room, sizeof(room) });
        while (text.n && r == 0) {
                const struct str word = next_word(text);

                r = buf_add(&pack->form, str_slice(text.p, word.p));
                if (r == 0 && word.n)
                        r = buf_add_byte(&pack->form, '0');
                if (r == 0 && word.n && pack->words.n > sizeof(room))
                        r = buf_add_byte(&pack->words, ' ');
                if (r == 0)
                        r = buf_add(&pack->words, word);
                text = str_slice(word.p + word.n, text.p + text.n);
        }
        return r;
}

static uint32_t pack_new_text(struct pack *pack, struct str text) {
        const size_t forms = pack->forms.count, texts = pack->texts.count;
        uint32_t form, id;

        pack->error = split(pack, text);
        form = added(pack, &pack->forms, buf_str(&pack->form));
        if (pack->error)
                return PACK_NONE;
        memcpy(pack->words.p, &form, sizeof(form));
        id = added(pack, &pack->texts, buf_str(&pack->words));
        pack->bytes += (pack->forms.count > forms ? pack->form.n : 0) + (pack->texts.count > texts ? pack->words.n : 0);
        return id;
}

uint32_t pack_text(struct pack *pack, struct str text) {
        struct pack_recent *recent = &pack->recent[text.n % PACK_RECENT];

        if (text.n == 0 || pack->error)
                return PACK_NONE;
        if (text.n > PACK_RECENT_BYTES)
                return pack_new_text(pack, text);
        if (recent->bytes != text.n || memcmp(recent->text, text.p, text.n) != 0) {
                recent->id = pack_new_text(pack, text);
                recent->bytes = (unsigned char)text.n;
                memcpy(recent->text, text.p, text.n);
        }
        return recent->id;
}

void pack_put(struct json *json, uint32_t number) {
        json_number(json, number == PACK_NONE ? -1 : (int64_t)number);
}

void pack_write_forms(const struct pack *pack, struct json *json) {
        json_begin_inline_array(json);
        for (uint32_t i = 0; i < pack->forms.count; i++)
                json_string(json, intern_str(&pack->forms, i));
        json_end_array(json);
}

static uint32_t form_of(struct str text) {
        uint32_t form;

        memcpy(&form, text.p, sizeof(form));
        return form;
}

void pack_write_texts(const struct pack *pack, struct json *json) {
        json_begin_inline_array(json);
        json_begin_inline_array(json);
        for (uint32_t i = 0; i < pack->texts.count; i++)
                json_number(json, form_of(intern_str(&pack->texts, i)));
        json_end_array(json);
        json_begin_inline_array(json);
        for (uint32_t i = 0; i < pack->texts.count; i++)
                json_string(json, str_skip(intern_str(&pack->texts, i), sizeof(uint32_t)));
        json_end_array(json);
        json_end_array(json);
}

/* --------------------------------------------------------------- records */

/* What stands in one place has one text, but a report that was changed by hand may say otherwise. */
static uint32_t record_id(struct pack *pack, const struct view_record *record) {
        const int64_t place[] = { record->input, record->line, record->offset };

        pack->words.n = 0;
        if (pack->error == 0)
                pack->error = buf_add(&pack->words, (struct str){ (const char *)place, sizeof(place) });
        if (pack->error == 0)
                pack->error = buf_add(&pack->words, record->text);
        return added(pack, &pack->records, buf_str(&pack->words));
}

uint32_t pack_record(struct pack *pack, const struct view_record *record, bool with_text) {
        const size_t known = pack->records.count;
        const uint32_t id = record_id(pack, record);

        if (pack->error == 0)
                pack->error = array_reserve(&pack->record_of, &pack->record_capacity, pack->records.count,
                                            sizeof(*pack->record_of));
        if (pack->error == 0)
                pack->error = array_reserve(&pack->record_text, &pack->record_text_capacity, pack->records.count,
                                            sizeof(*pack->record_text));
        if (pack->error)
                return PACK_NONE;
        if (id == known) {
                pack->record_of[id] = record;
                pack->record_text[id] = PACK_NONE;
        }
        if (with_text && pack->record_text[id] == PACK_NONE)
                pack->record_text[id] = pack_text(pack, record->text);
        return id;
}

/* ---------------------------------------------------------------- chains */

uint32_t pack_chain(struct pack *pack, const struct view_steps *steps) {
        struct buf chain;
        uint32_t id;

        buf_init(&chain, PACK_MAX_TEXT);
        for (size_t i = 0; i < steps->count && pack->error == 0; i++) {
                const struct view_step *step = &steps->items[i];
                const struct pack_link link = { step->expected_min_ms, step->expected_max_ms,
                                                pack_text(pack, step->step), pack_text(pack, step->after) };

                if (pack->error == 0)
                        pack->error = buf_add(&chain, (struct str){ (const char *)&link, sizeof(link) });
        }
        id = added(pack, &pack->chains, buf_str(&chain));
        buf_release(&chain);
        return id;
}

static void put_number(struct json *json, int64_t number) {
        if (number == VIEW_NONE)
                json_null(json);
        else
                json_number(json, number);
}

static void write_chain(struct json *json, struct str chain) {
        struct pack_link link;

        json_begin_inline_array(json);
        for (; chain.n; chain = str_skip(chain, sizeof(link))) {
                memcpy(&link, chain.p, sizeof(link));
                pack_put(json, link.step);
                pack_put(json, link.after);
                put_number(json, link.min_ms);
                put_number(json, link.max_ms);
        }
        json_end_array(json);
}

void pack_write_chains(const struct pack *pack, struct json *json) {
        json_begin_inline_array(json);
        for (uint32_t i = 0; i < pack->chains.count; i++)
                write_chain(json, intern_str(&pack->chains, i));
        json_end_array(json);
}
