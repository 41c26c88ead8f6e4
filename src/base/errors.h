/*
 * errors: what the inside's results, 0 or a negative errno, are called in boshscope.h.
 */
#ifndef BASE_ERRORS_H
#define BASE_ERRORS_H

/* 0, or an enum boshscope_error. */
int error_public(int r);

#endif
