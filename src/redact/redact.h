/*
 * redact: what the parts of an analysis say of people and machines, by pseudonyms. It
 * takes the place of the originals where those are kept, before the findings are looked
 * for: so findings, their ids and every output know nothing else.
 *
 *      timeline --redact_timeline--> timeline --> findings --> report --redact_...--> outputs
 *
 * With `wanted` false everything keeps its name; credentials are masked either way
 * (events/mask.h) in what is no record: names of files, diagnostics, the command line.
 */
#ifndef REDACT_REDACT_H
#define REDACT_REDACT_H

#include "redact/words.h"
#include "source/bundle.h"
#include "timeline/timeline.h"
#include "timeline/unmatched.h"

struct redact;

/* NULL when out of memory. The ruleset is borrowed. */
struct redact *redact_new(const struct ruleset *ruleset, bool wanted, struct str key);
void redact_free(struct redact *redact);

enum redact_what { REDACT_AGENT, REDACT_JID, REDACT_HOST, REDACT_ADDRESS, REDACT_TEXT, REDACT_PATH };

/* What is to be said in place of a text: itself, or a text that lives as long as `redact`, ended
 * by a NUL. 0 or -ENOMEM. */
int redact_str(struct redact *redact, enum redact_what what, struct str *text);

/* Inputs, sessions, agents, events: all that was joined. 0 or -ENOMEM. */
int redact_timeline(struct redact *redact, struct timeline *timeline);
/* Containers. */
int redact_bundle(struct redact *redact, struct bundle *bundle);
/* After redact_timeline and redact_bundle. */
int redact_diags(struct redact *redact, struct diags *diags);
/* A command line, whose words are replaced by strings from malloc. */
int redact_argv(struct redact *redact, char **argv, size_t argc);

/* Who is asked about: by the name, a JID or the pseudonym. 0 or -ENOMEM. */
int redact_question(struct redact *redact, const struct agents *agents, struct str *agent);

/* What stands for what, by kind and original; valid until anything else is redacted. 0 or -ENOMEM. */
int redact_list(struct redact *redact, const struct pseudonym *const **ret_items, size_t *ret_count);

#endif
