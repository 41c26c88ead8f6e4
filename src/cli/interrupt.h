/*
 * interrupt: SIGINT and SIGTERM end the run in good order, so that the report
 * is still written. The second one ends the program at once.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on. A signal also wakes a read that waits for a silent pipe. */
void interrupt_catch(void);

/* The work is done, what is left is to write: no longer wake anything. */
void interrupt_calm(void);

bool interrupt_seen(void);

#endif
