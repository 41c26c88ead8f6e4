/*
 * encoding: logs whose text is written in a way that hides its lines. An editor of
 * Windows saves UTF-16 at times, and a careless conversion leaves CR alone at the
 * line ends. They are told, not read: read as they stand they would be one record or none.
 */
#ifndef EVENTS_ENCODING_H
#define EVENTS_ENCODING_H

#include "base/str.h"

/* What is wrong, where the leaf's beginning holds a record in such a form; else NULL. */
const char *encoding_fault(struct str head);

#endif
