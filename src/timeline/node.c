#include "timeline/node.h"

#include <stdlib.h>

#include "timeline/collector.h"
#include "timeline/places.h"

/* A server's name by its folded form, with the votes for each way to write it. */
struct name {
        struct tally spellings; /* ids in book.spellings */
};

struct book {
        struct intern names; /* folded */
        struct name *votes;  /* by id in names */
        size_t capacity;
        struct intern spellings; /* as written */
        struct intern folders;   /* family and folder of an input */
        struct tally *by_folder; /* ids in names, by id in folders */
        size_t folder_capacity;
        struct buf scratch;
};

static void book_release(struct book *book) {
        for (size_t i = 0; i < book->names.count; i++)
                tally_release(&book->votes[i].spellings);
        for (size_t i = 0; i < book->folders.count; i++)
                tally_release(&book->by_folder[i]);
        free(book->votes);
        free(book->by_folder);
        intern_release(&book->names);
        intern_release(&book->spellings);
        intern_release(&book->folders);
        buf_release(&book->scratch);
}

static int find_name(struct book *book, struct str spelling, uint32_t *ret_name) {
        size_t known = book->names.count;
        int r = array_reserve(&book->votes, &book->capacity, known + 1, sizeof(*book->votes));

        book->scratch.n = 0;
        for (size_t i = 0; i < spelling.n && r == 0; i++)
                if (!strchr(" \t\r\n", spelling.p[i]))
                        r = buf_add_byte(&book->scratch, byte_lower(spelling.p[i]));
        if (r == 0)
                r = intern_add(&book->names, buf_str(&book->scratch), ret_name);
        if (r == 0 && book->names.count > known)
                book->votes[*ret_name] = (struct name){ 0 };
        return r;
}

/* The folder of a log, whatever it was packed in by itself:
 * "active.tgz!desktop/logs/X.log.zip!X.log" lies in "active.tgz!desktop/logs". */
static struct str folder_of(struct str path) {
        bool in_name = true;

        for (size_t i = path.n; i-- > 0;) {
                if (path.p[i] == '/')
                        return str_first(path, i);
                if (path.p[i] == '!' && !in_name)
                        return str_first(path, i);
                if (path.p[i] == '!')
                        in_name = false;
        }
        return (struct str){ path.p, 0 };
}

static int find_folder(struct book *book, const struct input *input, uint32_t *ret_folder) {
        size_t known = book->folders.count;
        int r = array_reserve(&book->by_folder, &book->folder_capacity, known + 1, sizeof(*book->by_folder));

        book->scratch.n = 0;
        if (r == 0)
                r = buf_add_byte(&book->scratch, (char)('0' + (int)input->family));
        if (r == 0)
                r = buf_add(&book->scratch, folder_of(input->path));
        if (r == 0)
                r = intern_add(&book->folders, buf_str(&book->scratch), ret_folder);
        if (r == 0 && book->folders.count > known)
                book->by_folder[*ret_folder] = (struct tally){ 0 };
        return r;
}

static int count_names(struct book *book, const struct input *input) {
        uint32_t folder, name, spelling;
        int r = find_folder(book, input, &folder);

        for (size_t i = 0; r == 0 && i < input->summary->nodes.count; i++) {
                const struct vote *vote = &tally_votes(&input->summary->nodes)[i];
                struct str word = intern_str(&input->summary->words, (uint32_t)vote->key);

                r = find_name(book, word, &name);
                if (r == 0)
                        r = intern_add(&book->spellings, word, &spelling);
                if (r == 0)
                        r = tally_add(&book->votes[name].spellings, spelling, vote->count);
                if (r == 0)
                        r = tally_add(&book->by_folder[folder], name, vote->count);
        }
        return r;
}

/* The word with most votes; among equals the first in byte order, since ids tell
 * the order of arrival. Empty without votes. */
static struct str winner(const struct intern *words, const struct tally *tally) {
        struct str best = { 0 };
        uint64_t count = 0;

        for (size_t i = 0; i < tally->count; i++) {
                struct str word = intern_str(words, (uint32_t)tally_votes(tally)[i].key);

                if (tally_votes(tally)[i].count > count ||
                    (tally_votes(tally)[i].count == count && str_cmp(word, best) < 0)) {
                        best = word;
                        count = tally_votes(tally)[i].count;
                }
        }
        return best;
}

static int count_own_names(struct book *book, const struct input *input, struct tally *own) {
        uint32_t name;
        int r = 0;

        for (size_t i = 0; r == 0 && i < input->summary->nodes.count; i++) {
                const struct vote *vote = &tally_votes(&input->summary->nodes)[i];

                r = find_name(book, intern_str(&input->summary->words, (uint32_t)vote->key), &name);
                if (r == 0)
                        r = tally_add(own, name, vote->count);
        }
        return r;
}

/* The server that a collector's folder names; else the input's own votes, or those of
 * its folder. */
static int choose(struct book *book, struct arena *arena, struct input *input) {
        const struct str server = collector_server(input->path);
        struct tally own = { 0 };
        struct str folded;
        uint32_t folder;
        int r;

        if (server.n)
                return arena_str(arena, server, &input->node);
        r = find_folder(book, input, &folder);
        if (r == 0)
                r = count_own_names(book, input, &own);
        folded = winner(&book->names, own.count ? &own : &book->by_folder[folder]);
        tally_release(&own);
        if (r < 0 || folded.n == 0)
                return r;
        return arena_str(arena, winner(&book->spellings, &book->votes[intern_find(&book->names, folded)].spellings),
                         &input->node);
}

/* The logs of a family that still have no node are taken for the only one. */
static void spread_only_node(struct inputs *inputs, enum family family) {
        struct str only = { 0 };

        for (size_t i = 0; i < inputs->count; i++) {
                struct input *input = inputs->items[i];

                if (!input->summary || input->family != family || input->node.n == 0)
                        continue;
                if (only.n && !str_eq(only, input->node))
                        return;
                only = input->node;
        }
        for (size_t i = 0; i < inputs->count; i++)
                if (inputs->items[i]->summary && inputs->items[i]->family == family)
                        inputs->items[i]->node = only;
}

/* The platform knows its host by the short name, the services by the whole one. */
static int name_platform_logs(struct inputs *inputs) {
        struct places places;
        int r = places_init(&places, inputs);

        for (size_t i = 0; i < inputs->count && r == 0; i++) {
                struct input *input = inputs->items[i];
                struct str node = { 0 };

                if (!input->summary || family_tells_story(input->family))
                        continue;
                if (input->node.n)
                        r = places_name(&places, input->node, &node);
                else
                        node = places_find(&places, input->path);
                if (node.n)
                        input->node = node;
        }
        places_release(&places);
        return r;
}

/* Each node is called by the number of its first input. */
static int number_nodes(struct inputs *inputs, uint64_t *ret_nameless) {
        uint32_t first[NODES_MOST + 1] = { 0 }, id;
        struct intern names;
        int r;

        intern_init(&names);
        r = intern_add(&names, STR(""), &id);
        if (r == 0)
                first[id] = UINT32_MAX;
        for (size_t i = 0; i < inputs->count && r == 0; i++) {
                struct input *input = inputs->items[i];
                const size_t known = names.count;

                if (known > NODES_MOST && intern_find(&names, input->node) == INTERN_NONE) {
                        input->node = (struct str){ 0 };
                        (*ret_nameless)++;
                }
                r = intern_add(&names, input->node, &id);
                if (r == 0 && (names.count > known || first[id] == UINT32_MAX))
                        first[id] = (uint32_t)i;
                input->node_number = r == 0 ? first[id] : 0;
        }
        intern_release(&names);
        return r;
}

int nodes_name(struct inputs *inputs, uint64_t *ret_nameless) {
        struct book book = { 0 };
        int r = 0;

        *ret_nameless = 0;
        intern_init(&book.names);
        intern_init(&book.spellings);
        intern_init(&book.folders);
        buf_init(&book.scratch, 16 * 1024 * 1024);
        for (size_t i = 0; i < inputs->count && r == 0; i++)
                if (inputs->items[i]->summary)
                        r = count_names(&book, inputs->items[i]);
        for (size_t i = 0; i < inputs->count && r == 0; i++)
                if (inputs->items[i]->summary)
                        r = choose(&book, &inputs->arena, inputs->items[i]);
        book_release(&book);
        if (r < 0)
                return r;
        for (int family = 0; family < FAMILY_COUNT; family++)
                spread_only_node(inputs, (enum family)family);
        r = name_platform_logs(inputs);
        return r < 0 ? r : number_nodes(inputs, ret_nameless);
}
