/*
 * places: which server a file lies next to, by folders; and which whole name a short one
 * stands for. Both are asked for each of what may be a hundred thousand files, so what the
 * services' logs tell is put in order once:
 *
 *      a/fin1/openfire/info.log      fin1      asked for a/fin1/syslog/CiscoSyslog: those that share
 *      a/fin1/openfire/warn.log      fin1      most folders stand next to each other (a/fin1/), and all
 *      a/fin2/openfire/info.log      fin2      of them say fin1
 */
#ifndef TIMELINE_PLACES_H
#define TIMELINE_PLACES_H

#include "timeline/input.h"

struct place {
        struct str path, node;
        size_t same_to; /* from here on all are of this node, up to that one */
};

/* By path. */
struct place_list {
        struct place *items;
        size_t count;
};

struct places {
        struct place_list notification, webservices;
        struct intern names; /* 'w' and the whole name, 'l' and its first label, in lower case */
        struct str *nodes;   /* by id in names: of the first input that has it */
        size_t node_capacity;
        struct buf scratch;
};

/* Of the inputs that have a node. What it gives is theirs. places_release() also where this fails. 0 or -ENOMEM. */
int places_init(struct places *places, const struct inputs *inputs);
void places_release(struct places *places);

/* The node that a file of a path belongs to: its collector's folder, else the services'
 * logs that share most folders with it. Empty where none or several do. */
struct str places_find(const struct places *places, struct str path);

/* The node that a service's log calls by this name, or by one that this is short for or that is short for this: of
 * the first such input. Empty where there is none. 0 or -ENOMEM. */
int places_name(struct places *places, struct str name, struct str *ret_node);

#endif
