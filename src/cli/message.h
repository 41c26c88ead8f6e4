/*
 * message: what the program says to a person, always on standard error.
 *
 * File names and log texts come from outside and may hold terminal escapes:
 * every text goes through text_clean before it is printed.
 */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

/* One line "boshscope: ...". */
__attribute__((format(printf, 1, 2))) void message(const char *format, ...);

/* The same and where to read more: `command` is "" or "analyze". Returns STATUS_USAGE. */
__attribute__((format(printf, 2, 3))) int usage_error(const char *command, const char *format, ...);

/*
 * Show every control character, every character that changes the direction of
 * writing and every byte that is no UTF-8 as '?'. In place; never longer.
 * Returns the text.
 */
char *text_clean(char *text);

#endif
