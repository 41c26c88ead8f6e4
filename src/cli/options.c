#define _GNU_SOURCE /* getopt_long */
#include "cli/options.h"

#include <string.h>

#include "cli/command.h"
#include "cli/message.h"

/* How many long options a shortened name could mean. */
static int candidates(const struct option *options, const char *word) {
        size_t n = strcspn(word, "=");
        int count = 0;

        for (; options->name; options++)
                count += strncmp(options->name, word, n) == 0;
        return count;
}

static const char *name_of(const struct option *options, int value) {
        for (; options->name; options++)
                if (options->val == value)
                        return options->name;
        return NULL;
}

static void tell_unknown(const struct option_set *set, const char *word) {
        const char *name = name_of(set->options, optopt);

        if (strncmp(word, "--", 2) != 0 || (optopt && !name))
                usage_error(set->command, "unknown option '-%c'", optopt);
        else if (optopt)
                usage_error(set->command, "option '%s': --%s takes no value", word, name);
        else if (candidates(set->options, word + 2) > 1)
                usage_error(set->command, "option '%s' is short for several; write it out", word);
        else
                usage_error(set->command, "unknown option '%s'", word);
}

int option_next(const struct option_set *set, int argc, char **argv, int *ret_index) {
        int found;

        opterr = 0;
        found = getopt_long(argc, argv, set->letters, set->options, ret_index);
        if (found == -1)
                return OPTION_END;
        if (found == ':') {
                usage_error(set->command, "option '%s' needs a value behind it", argv[optind - 1]);
                return OPTION_BAD;
        }
        if (found == '?') {
                tell_unknown(set, argv[optind - 1]);
                return OPTION_BAD;
        }
        return found;
}

static int shift_of(const char *suffix) {
        static const char letters[] = "KkMmGg";
        const char *letter;

        if (suffix[0] == '\0')
                return 0;
        letter = strchr(letters, suffix[0]);
        return letter && suffix[1] == '\0' ? 10 * ((int)(letter - letters) / 2 + 1) : -1;
}

bool number_parse(const char *text, uint64_t *ret_value) {
        const char *p = text;
        uint64_t value = 0;
        int shift;

        for (; *p >= '0' && *p <= '9'; p++) {
                if (__builtin_mul_overflow(value, 10, &value) ||
                    __builtin_add_overflow(value, (unsigned)(*p - '0'), &value))
                        return false;
        }
        shift = shift_of(p);
        if (p == text || shift < 0 || value > UINT64_MAX >> shift)
                return false;
        *ret_value = value << shift;
        return true;
}

int option_set_zone(const char *command, struct boshscope_style *style, const char *zone) {
        if (boshscope_style_set_zone(style, zone) == 0)
                return STATUS_OK;
        return usage_error(
                command, "--zone '%s': not a usable value; give utc, server, local or an offset such as +05:30", zone);
}
