#include "timeline/places.h"

#include <errno.h>
#include <stdlib.h>

#include "timeline/collector.h"

/* ------------------------------------------------------------ by folders */

static int compare_places(const void *a, const void *b) {
        const struct place *x = a, *y = b;

        return str_cmp(x->path, y->path);
}

static bool has_place(const struct input *input, enum family family) {
        return input->summary && input->family == family && input->node.n > 0;
}

static int list_places(struct place_list *list, const struct inputs *inputs, enum family family) {
        size_t count = 0;

        for (size_t i = 0; i < inputs->count; i++)
                count += has_place(inputs->items[i], family);
        list->items = calloc(count ? count : 1, sizeof(*list->items));
        if (!list->items)
                return -ENOMEM;
        for (size_t i = 0; i < inputs->count; i++)
                if (has_place(inputs->items[i], family))
                        list->items[list->count++] =
                                (struct place){ .path = inputs->items[i]->path, .node = inputs->items[i]->node };
        qsort(list->items, count, sizeof(*list->items), compare_places);
        for (size_t i = count; i-- > 0;)
                list->items[i].same_to = i + 1 < count && str_eq(list->items[i].node, list->items[i + 1].node)
                                                 ? list->items[i + 1].same_to
                                                 : i + 1;
        return 0;
}

/* The first from `low` on that does not stand before a path; or, of those that begin with it, the first that does
 * not any more. */
static size_t find(const struct place_list *list, size_t low, struct str path, bool behind) {
        size_t high = list->count;

        while (low < high) {
                const size_t middle = low + (high - low) / 2;
                const struct str here = list->items[middle].path;

                if (behind ? str_starts(here, path) : str_cmp(here, path) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

/* How many bytes of whole folders two paths share. */
static size_t shared_folders(struct str a, struct str b) {
        size_t shared = 0;

        for (size_t i = 0; i < a.n && i < b.n && a.p[i] == b.p[i]; i++)
                if (a.p[i] == '/' || a.p[i] == '!')
                        shared = i + 1;
        return shared;
}

/* Most is shared with a neighbour in the order of paths. */
static struct str nearest(const struct place_list *list, struct str path) {
        const size_t at = find(list, 0, path, false);
        size_t shared = 0, first, end;

        for (size_t i = at ? at - 1 : 0; i < list->count && i <= at; i++) {
                const size_t here = shared_folders(list->items[i].path, path);

                shared = here > shared ? here : shared;
        }
        first = find(list, 0, str_first(path, shared), false);
        end = find(list, first, str_first(path, shared), true);
        return first < end && list->items[first].same_to >= end ? list->items[first].node : (struct str){ 0 };
}

struct str places_find(const struct places *places, struct str path) {
        struct str node = collector_server(path);

        if (node.n == 0)
                node = nearest(&places->notification, path);
        return node.n ? node : nearest(&places->webservices, path);
}

/* -------------------------------------------------------------- by names */

static struct str first_label(struct str name) {
        const char *dot = str_find_byte(name, '.');

        return dot ? str_slice(name.p, dot) : name;
}

/* Into places->scratch. */
static int make_key(struct places *places, char kind, struct str name) {
        int r;

        places->scratch.n = 0;
        r = buf_add_byte(&places->scratch, kind);
        for (size_t i = 0; i < name.n && r == 0; i++)
                r = buf_add_byte(&places->scratch, byte_lower(name.p[i]));
        return r;
}

static int add_name(struct places *places, char kind, struct str name, struct str node) {
        const size_t known = places->names.count;
        uint32_t id;
        int r = make_key(places, kind, name);

        if (r == 0)
                r = array_reserve(&places->nodes, &places->node_capacity, known + 1, sizeof(*places->nodes));
        if (r == 0)
                r = intern_add(&places->names, buf_str(&places->scratch), &id);
        if (r == 0 && places->names.count > known)
                places->nodes[id] = node;
        return r;
}

/* The earlier of the node found so far and that of a key: ids count up in the order of the inputs. */
static int look_up(struct places *places, char kind, struct str name, uint32_t *ret_first) {
        uint32_t id;
        int r = make_key(places, kind, name);

        if (r < 0)
                return r;
        id = intern_find(&places->names, buf_str(&places->scratch));
        *ret_first = id < *ret_first ? id : *ret_first;
        return 0;
}

/* "fin1" and "fin1.example.com"; two addresses, or two whole names, are what they are. */
int places_name(struct places *places, struct str name, struct str *ret_node) {
        uint32_t first = INTERN_NONE;
        int r = look_up(places, 'w', name, &first);

        if (r == 0)
                r = look_up(places, 'w', first_label(name), &first);
        if (r == 0 && !str_find_byte(name, '.'))
                r = look_up(places, 'l', name, &first);
        if (r == 0)
                *ret_node = first == INTERN_NONE ? (struct str){ 0 } : places->nodes[first];
        return r;
}

/* ------------------------------------------------------------- the whole */

int places_init(struct places *places, const struct inputs *inputs) {
        int r;

        *places = (struct places){ 0 };
        intern_init(&places->names);
        buf_init(&places->scratch, 16 * 1024 * 1024);
        r = list_places(&places->notification, inputs, FAMILY_NOTIFICATION);
        if (r == 0)
                r = list_places(&places->webservices, inputs, FAMILY_WEBSERVICES);
        for (size_t i = 0; i < inputs->count && r == 0; i++) {
                const struct input *input = inputs->items[i];

                if (!input->summary || !family_tells_story(input->family) || input->node.n == 0)
                        continue;
                r = add_name(places, 'w', input->node, input->node);
                if (r == 0)
                        r = add_name(places, 'l', first_label(input->node), input->node);
        }
        return r;
}

void places_release(struct places *places) {
        free(places->notification.items);
        free(places->webservices.items);
        free(places->nodes);
        intern_release(&places->names);
        buf_release(&places->scratch);
        *places = (struct places){ 0 };
}
