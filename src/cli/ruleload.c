#include "cli/ruleload.h"

#include <stdlib.h>

#include "cli/command.h"
#include "cli/message.h"

void rules_tell(void *userdata, const char *text) {
        (void)userdata;
        message("error: %s", text);
}

int rules_load_for_command(const char *directory, struct boshscope_rules **ret_rules) {
        const char *from = "given directory";
        int r;

        if (!directory) {
                directory = getenv("BOSHSCOPE_RULES");
                from = "directory that BOSHSCOPE_RULES names";
                /* An empty variable is one that was switched off. */
                if (directory && *directory == '\0')
                        directory = NULL;
        }
        r = boshscope_rules_load(directory, rules_tell, NULL, ret_rules);
        if (r == 0)
                return STATUS_OK;
        if (r != BOSHSCOPE_E_RULES)
                message("cannot load the rules: %s", boshscope_strerror(r));
        else if (directory)
                message("the rules in %s (the %s) do not load; correct what is named above", directory, from);
        else
                message("the built-in rules do not load; this is a fault of boshscope, please report it");
        return r == BOSHSCOPE_E_RULES || r == BOSHSCOPE_E_ARGUMENT ? STATUS_USAGE : STATUS_FAULT;
}
