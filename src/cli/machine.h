/*
 * machine: what the process may use of it.
 */
#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H

#include <stdint.h>

unsigned machine_cores(void);

/* Bytes: of the machine, or of the control group where that has less. */
uint64_t machine_memory(void);

#endif
