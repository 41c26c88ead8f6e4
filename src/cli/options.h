/*
 * options: getopt_long with messages of our own, which name the option and the
 * value and say what to do instead.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "boshscope.h"

enum { OPTION_END = -1, OPTION_BAD = -2 };

struct option_set {
        const char *command;          /* "analyze", for the messages */
        const char *letters;          /* as getopt's optstring, beginning with ':' */
        const struct option *options; /* ends with zeros; values from 256 where there is no letter */
};

/*
 * The next option's letter or value, its argument in `optarg` and, for a long
 * one, its place in `options` in ret_index. OPTION_END when `optind` stands at
 * the first operand; OPTION_BAD after a message.
 */
int option_next(const struct option_set *set, int argc, char **argv, int *ret_index);

/* Whose time is shown. STATUS_OK, or STATUS_USAGE after a message. */
int option_set_zone(const char *command, struct boshscope_style *style, const char *zone);

/* "300", "64K", "1M", "2G" (powers of 1024). False when it is none or too large. */
bool number_parse(const char *text, uint64_t *ret_value);

#endif
