#include "redact/redact.h"

#include <errno.h>
#include <stdlib.h>

#include "events/mask.h"
#include "events/outline.h"
#include "events/secret.h"
#include "redact/text.h"

enum { MOST_BYTES = 64 * 1024 * 1024 };

struct redact {
        struct words_of words;
        bool wanted;
        struct arena arena;
        struct str *file_names; /* of the inputs, by their index, as they were */
        size_t file_count;
        struct buf scratch, masked;
        const struct pseudonym **list;
};

struct redact *redact_new(const struct ruleset *ruleset, bool wanted, struct str key) {
        struct redact *redact = calloc(1, sizeof(*redact));

        if (!redact)
                return NULL;
        redact->wanted = wanted;
        redact->words.ruleset = ruleset;
        pseudonyms_init(&redact->words.names, key);
        arena_init(&redact->arena);
        buf_init(&redact->scratch, MOST_BYTES);
        buf_init(&redact->masked, MOST_BYTES);
        return redact;
}

void redact_free(struct redact *redact) {
        if (!redact)
                return;
        pseudonyms_release(&redact->words.names);
        arena_release(&redact->arena);
        buf_release(&redact->scratch);
        buf_release(&redact->masked);
        free(redact->list);
        free(redact);
}

/* ------------------------------------------------------------- one text */

static bool is_name_byte(char c) {
        return byte_is_digit(c) || (byte_lower(c) >= 'a' && byte_lower(c) <= 'z') || (unsigned char)c >= 0x80 ||
               byte_is_one_of(c, "._-'@:%\\+");
}

static int mask(struct redact *redact, struct str *text) {
        struct secret secret;
        int r;

        if (!secret_next(*text, 0, &secret))
                return 0;
        redact->masked.n = 0;
        r = mask_secrets(&redact->masked, *text);
        return r < 0 ? r : arena_str(&redact->arena, buf_str(&redact->masked), text);
}

static int write_by(struct redact *redact, enum redact_what what, struct str text) {
        struct words_of *words = &redact->words;
        struct buf *out = &redact->scratch;

        out->n = 0;
        switch (what) {
        case REDACT_AGENT:
                return words_agent(words, out, text);
        case REDACT_JID:
                return words_jid(words, out, text);
        case REDACT_HOST:
                return words_host(words, out, text);
        case REDACT_ADDRESS:
                return words_address(words, out, text);
        case REDACT_PATH:
                return redact_path(words, out, text);
        default:
                return redact_text(words, out, text);
        }
}

static int rewrite(struct redact *redact, enum redact_what what, struct str text) {
        int r = write_by(redact, what, text);

        return r == 0 && redact->words.names.failed ? -ENOMEM : r;
}

int redact_str(struct redact *redact, enum redact_what what, struct str *text) {
        int r;

        if (text->n == 0)
                return 0;
        r = mask(redact, text);
        if (r < 0 || !redact->wanted)
                return r;
        r = rewrite(redact, what, *text);
        return r < 0 ? r : arena_str(&redact->arena, buf_str(&redact->scratch), text);
}

/* Of a text that was cut the last word may be the beginning of a name, which nobody knows. */
static struct str without_cut_word(struct str text) {
        while (text.n && is_name_byte(text.p[text.n - 1]))
                text.n--;
        return text;
}

static int redact_cut_str(struct redact *redact, bool cut, struct str *text) {
        if (cut && redact->wanted)
                *text = without_cut_word(*text);
        return redact_str(redact, REDACT_TEXT, text);
}

/* Only for what it makes known. */
static int learn(struct redact *redact, enum redact_what what, struct str text) {
        return text.n ? rewrite(redact, what, text) : 0;
}

/* -------------------------------------------------------------- events */

/* What a field of an event is; false: nothing of anybody's. */
static bool what_of_field(const struct rule_field *field, struct str value, enum redact_what *ret_what) {
        static const struct str people[] = { STR_INIT("by"), STR_INIT("user"), STR_INIT("owner"), STR_INIT("login") };

        *ret_what = REDACT_TEXT;
        switch (field_by_name(field->name)) {
        case FIELD_JID:
                *ret_what = REDACT_JID;
                return true;
        case FIELD_AGENT:
                *ret_what = REDACT_AGENT;
                return true;
        case FIELD_CLIENT_IP:
                *ret_what = REDACT_ADDRESS;
                return true;
        case FIELD_SID:
        case FIELD_PRESENCE:
        case FIELD_STATE_NAME:
        case FIELD_PRODUCT:
        case FIELD_VERSION:
                return false;
        default:
                break;
        }
        for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
                if (str_eq(field->name, people[i]))
                        *ret_what = REDACT_AGENT;
        if (str_eq(field->name, STR("to")) && str_find_byte(value, '@'))
                *ret_what = REDACT_JID;
        return field->type == FIELD_TYPE_TEXT;
}

static int learn_event(struct redact *redact, const struct event *event, bool typed) {
        enum redact_what what;
        int r = 0;

        for (size_t i = 0; typed && i < event->rule->field_count && r == 0; i++)
                if (event->values[i].set && what_of_field(&event->rule->fields[i], event->values[i].text, &what) &&
                    what != REDACT_TEXT)
                        r = learn(redact, what, event->values[i].text);
        return r == 0 && !typed ? learn(redact, REDACT_TEXT, event->text) : r;
}

static int redact_values(struct redact *redact, struct event *event) {
        const size_t count = event->rule->field_count;
        struct value *values = arena_zalloc(&redact->arena, (count + 1) * sizeof(*values));
        enum redact_what what;
        int r = 0;

        if (!values)
                return -ENOMEM;
        for (size_t i = 0; i < count && r == 0; i++) {
                values[i] = event->values[i];
                if (values[i].set && event->rule->fields[i].type == FIELD_TYPE_TEXT &&
                    what_of_field(&event->rule->fields[i], values[i].text, &what))
                        r = redact_str(redact, what, &values[i].text);
        }
        event->values = values;
        return r;
}

static int redact_event(struct redact *redact, struct event *event) {
        int r = redact_cut_str(redact, event->text_cut, &event->text);

        return r < 0 ? r : redact_values(redact, event);
}

/* ------------------------------------------------------------ sessions */

static int learn_session(struct redact *redact, const struct session *session) {
        int r = learn(redact, REDACT_JID, session->jid);

        if (r == 0)
                r = learn(redact, REDACT_JID, session->address);
        return r < 0 ? r : learn(redact, REDACT_HOST, session->node);
}

static int redact_session(struct redact *redact, struct session *session) {
        struct str jid = session->jid;
        int r = redact_str(redact, REDACT_JID, &session->jid);

        if (r == 0)
                r = redact_str(redact, REDACT_JID, &session->address);
        if (r == 0)
                r = redact_str(redact, REDACT_HOST, &session->node);
        for (size_t i = 0; i < session->ip_count && r == 0; i++)
                r = redact_str(redact, REDACT_ADDRESS, &session->ips[i].address);
        if (r < 0 || jid.p == session->jid.p)
                return r;
        redact->scratch.n = 0;
        r = jid_fold(&redact->scratch, session->jid);
        if (r == 0)
                r = arena_str(&redact->arena, buf_str(&redact->scratch), &session->jid_key);
        return r;
}

/* ------------------------------------------------------------- inputs */

static int learn_input(struct redact *redact, const struct input *input, bool typed) {
        const struct summary *summary = input->summary;
        int r = typed ? learn(redact, REDACT_HOST, input->node) : 0;

        for (size_t i = 0; summary && i < summary->event_count && r == 0; i++)
                r = learn_event(redact, &summary->events[i], typed);
        for (size_t i = 0; !typed && summary && summary->unmatched && i < summary->unmatched->count && r == 0; i++)
                r = learn(redact, REDACT_TEXT, summary->unmatched->kinds[i].text);
        return r;
}

/* An outline has "acme<n>" of "acme01", so it is made anew, of what may be shown: that has the pseudonyms
 * where the original had what differs from record to record. The outline itself stays, to join the inputs by. */
static int redact_shape(struct redact *redact, struct unmatched_kind *kind) {
        struct buf shape, scratch;
        struct str message = str_skip(kind->text, kind->message_at);
        int r;

        buf_init(&shape, MOST_BYTES);
        buf_init(&scratch, MOST_BYTES);
        r = redact_cut_str(redact, kind->text_cut, &message);
        if (r == 0)
                r = outline_add(&shape, &scratch, message);
        scratch.n = 0;
        if (r == 0)
                r = pseudonyms_hide(&scratch, buf_str(&shape));
        if (r == 0)
                r = arena_str(&redact->arena, buf_str(&scratch), &kind->shape);
        buf_release(&scratch);
        buf_release(&shape);
        return r;
}

static int redact_unmatched(struct redact *redact, struct unmatched *unmatched) {
        int r = 0;

        for (size_t i = 0; i < unmatched->count && r == 0; i++) {
                struct unmatched_kind *kind = &unmatched->kinds[i];

                r = redact->wanted ? redact_shape(redact, kind) : redact_str(redact, REDACT_TEXT, &kind->shape);
                if (r == 0)
                        r = redact_cut_str(redact, kind->text_cut, &kind->text);
                if (r == 0)
                        r = redact_str(redact, REDACT_TEXT, &kind->logger);
                if (r == 0)
                        r = redact_str(redact, REDACT_TEXT, &kind->level);
        }
        return r;
}

static int redact_input(struct redact *redact, struct input *input) {
        struct summary *summary = input->summary;
        int r = redact_str(redact, REDACT_PATH, &input->path);

        if (r == 0)
                r = redact_str(redact, REDACT_PATH, &input->name);
        if (r == 0)
                r = redact_str(redact, REDACT_HOST, &input->node);
        if (r == 0 && summary && summary->unmatched)
                r = redact_unmatched(redact, summary->unmatched);
        /* The events' credentials are masked already. */
        for (size_t i = 0; redact->wanted && summary && i < summary->event_count && r == 0; i++)
                r = redact_event(redact, &summary->events[i]);
        return r;
}

/* ----------------------------------------------------------- timeline */

/* First what is known by its place, then what texts call by its name. */
static int learn_timeline(struct redact *redact, const struct timeline *timeline) {
        int r = 0;

        for (size_t i = 0; i < timeline->agents.count && r == 0; i++)
                r = learn(redact, REDACT_AGENT, timeline->agents.items[i].name);
        for (size_t i = 0; i < timeline->session_count && r == 0; i++)
                r = learn_session(redact, &timeline->sessions[i]);
        for (size_t i = 0; i < timeline->inputs->count && r == 0; i++)
                r = learn_input(redact, timeline->inputs->items[i], true);
        for (size_t i = 0; i < timeline->inputs->count && r == 0; i++)
                r = learn_input(redact, timeline->inputs->items[i], false);
        return r;
}

/* Who compares nodes compares their names. */
static int redact_nodes(struct redact *redact, struct timeline *timeline) {
        struct coverage *coverage = &timeline->coverage;
        int r = 0;

        for (size_t i = 0; i < timeline->clocks.count && r == 0; i++) {
                r = redact_str(redact, REDACT_HOST, &timeline->clocks.items[i].node);
                if (r == 0)
                        r = redact_str(redact, REDACT_PATH, &timeline->clocks.items[i].folder);
        }
        for (size_t i = 0; i < coverage->cover_count && r == 0; i++)
                r = redact_str(redact, REDACT_HOST, &coverage->covers[i].node);
        for (size_t i = 0; i < coverage->gap_count && r == 0; i++)
                r = redact_str(redact, REDACT_HOST, &coverage->gaps[i].node);
        for (size_t i = 0; i < timeline->outages.count && r == 0; i++)
                r = redact_str(redact, REDACT_HOST, &timeline->outages.items[i].node);
        for (size_t i = 0; i < timeline->server.count && r == 0; i++)
                r = redact_str(redact, REDACT_HOST, &timeline->server.items[i].node);
        return r;
}

static int remember_names(struct redact *redact, const struct inputs *inputs) {
        redact->file_names = arena_alloc(&redact->arena, (inputs->count + 1) * sizeof(*redact->file_names));
        if (!redact->file_names)
                return -ENOMEM;
        for (size_t i = 0; i < inputs->count; i++)
                redact->file_names[i] = inputs->items[i]->name;
        redact->file_count = inputs->count;
        return 0;
}

int redact_timeline(struct redact *redact, struct timeline *timeline) {
        int r = redact->wanted ? learn_timeline(redact, timeline) : 0;

        if (r == 0)
                r = remember_names(redact, timeline->inputs);

        for (size_t i = 0; i < timeline->inputs->count && r == 0; i++)
                r = redact_input(redact, timeline->inputs->items[i]);
        for (size_t i = 0; i < timeline->session_count && r == 0; i++)
                r = redact_session(redact, &timeline->sessions[i]);
        for (size_t i = 0; i < timeline->agents.count && r == 0; i++)
                r = redact_str(redact, REDACT_AGENT, &timeline->agents.items[i].name);
        return r < 0 ? r : redact_nodes(redact, timeline);
}

/* ------------------------------------------------------- what is around it */

int redact_bundle(struct redact *redact, struct bundle *bundle) {
        int r = 0;

        for (size_t i = 0; i < bundle->container_count && r == 0; i++) {
                r = redact_str(redact, REDACT_PATH, &bundle->containers[i].path);
                if (r == 0)
                        r = redact_str(redact, REDACT_TEXT, &bundle->containers[i].reason);
        }
        return r;
}

/* What is said of an input may hold its name, which is redacted as a name. */
static int redact_sentence(struct redact *redact, const struct diag *diag, struct str *text) {
        enum { LONGEST = 400 }; /* of a longer one a part may be there */
        const struct input *input = diag->input;
        const struct str name =
                input && input->index < redact->file_count ? redact->file_names[input->index] : (struct str){ 0 };
        const char *found = name.n ? str_find(*text, str_first(name, LONGEST)) : NULL;
        struct str before, behind;
        int r;

        if (!found)
                return redact_str(redact, REDACT_TEXT, text);
        if (name.n > LONGEST) {
                *text = str_from(diag_infos[diag->code].meaning);
                return 0;
        }
        before = str_slice(text->p, found);
        behind = str_slice(found + name.n, text->p + text->n);
        redact->scratch.n = 0;
        r = redact_text(&redact->words, &redact->scratch, before);
        if (r == 0)
                r = buf_add(&redact->scratch, input->name);
        if (r == 0)
                r = redact_text(&redact->words, &redact->scratch, behind);
        if (r == 0 && redact->words.names.failed)
                r = -ENOMEM;
        return r < 0 ? r : arena_str(&redact->arena, buf_str(&redact->scratch), text);
}

int redact_diags(struct redact *redact, struct diags *diags) {
        int r = 0;

        for (size_t i = 0; i < diags->count && r == 0; i++) {
                struct diag *diag = &diags->items[i];

                r = redact_str(redact, REDACT_PATH, &diag->path);
                if (r == 0)
                        r = mask(redact, &diag->text);
                if (r == 0 && redact->wanted)
                        r = redact_sentence(redact, diag, &diag->text);
        }
        return r;
}

/* ------------------------------------------------------ the command line */

/* `word` of the command line, its option's name left as it is. Who was asked about is known by now, or nobody's. */
static int redact_word(struct redact *redact, struct str word, struct buf *out) {
        const char *equals = str_starts(word, STR("-")) ? str_find_byte(word, '=') : NULL;
        struct str value = equals ? str_slice(equals + 1, word.p + word.n) : word;
        int r;

        if (str_starts(word, STR("-")) && !equals)
                return buf_add(out, word);
        r = redact_str(redact, REDACT_PATH, &value);
        if (r == 0 && equals)
                r = buf_add(out, str_slice(word.p, equals + 1));
        return r < 0 ? r : buf_add(out, value);
}

int redact_argv(struct redact *redact, char **argv, size_t argc) {
        struct buf out;
        int r = 0;

        buf_init(&out, MOST_BYTES);
        for (size_t i = 0; i < argc && r == 0; i++) {
                struct str word = str_from(argv[i]);
                char *copy;

                out.n = 0;
                if (redact->wanted)
                        r = redact_word(redact, word, &out);
                else if ((r = mask(redact, &word)) == 0)
                        r = buf_add(&out, word);
                if (r == 0)
                        r = buf_add_byte(&out, '\0');
                copy = r == 0 ? malloc(out.n) : NULL;
                if (!copy) {
                        r = r < 0 ? r : -ENOMEM;
                        break;
                }
                memcpy(copy, out.p, out.n);
                free(argv[i]);
                argv[i] = copy;
        }
        buf_release(&out);
        return r;
}

/* ------------------------------------------------------------- questions */

int redact_question(struct redact *redact, const struct agents *agents, struct str *agent) {
        const struct agent *found = NULL;
        struct buf name;
        int r;

        if (!redact->wanted)
                return 0;
        r = agents_find(agents, *agent, &found);
        if (r < 0 || found)
                return r; /* by the pseudonym */
        if (str_find_byte(*agent, '@'))
                return redact_str(redact, REDACT_JID, agent);
        buf_init(&name, agent->n + 1);
        r = jid_unescape(&name, *agent);
        if (r == 0)
                r = arena_str(&redact->arena, buf_str(&name), agent);
        buf_release(&name);
        return r < 0 ? r : redact_str(redact, REDACT_AGENT, agent);
}

/* ------------------------------------------------------------ the map */

static int compare_items(const void *a, const void *b) {
        const struct pseudonym *x = *(const struct pseudonym *const *)a, *y = *(const struct pseudonym *const *)b;

        return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : str_cmp(x->original, y->original);
}

int redact_list(struct redact *redact, const struct pseudonym *const **ret_items, size_t *ret_count) {
        const struct pseudonyms *names = &redact->words.names;
        const size_t count = names->folded.count;

        free(redact->list);
        redact->list = calloc(count + 1, sizeof(*redact->list));
        if (!redact->list)
                return -ENOMEM;
        for (size_t i = 0; i < count; i++)
                redact->list[i] = &names->items[i];
        if (count)
                qsort(redact->list, count, sizeof(*redact->list), compare_items);
        *ret_items = redact->list;
        *ret_count = count;
        return 0;
}
