/*
 * ruleload: the rules that a command is to use, with every fault told.
 */
#ifndef CLI_RULELOAD_H
#define CLI_RULELOAD_H

#include "boshscope.h"

/*
 * From `directory`; where that is NULL from $BOSHSCOPE_RULES; else the ones
 * compiled in. STATUS_OK, or another status after messages.
 */
int rules_load_for_command(const char *directory, struct boshscope_rules **ret_rules);

/* A boshscope_message_fn that prints the message as an error. */
void rules_tell(void *userdata, const char *text);

#endif
