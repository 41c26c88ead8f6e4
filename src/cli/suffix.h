/*
 * suffix: which form a file's name says, and how one of a form ends.
 */
#ifndef CLI_SUFFIX_H
#define CLI_SUFFIX_H

/* Of the longest suffix that fits, in capitals or not ("x.trace.json" is "trace"); or NULL. Static. */
const char *suffix_format(const char *path);

/* ".html" of "html"; static. */
const char *suffix_of(const char *format);

#endif
