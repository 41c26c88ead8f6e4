/*
 * name: a file's name, whoever wrote it, as UTF-8. An archive says little or
 * nothing about the code page of its names, so their bytes must tell:
 *
 *      UTF-8                      as it is
 *      pairs of GB 2312's hanzi   GBK, as Windows in China writes it
 *      0x80 to 0xa5 among them    code page 850, whose letters those of 437 are too
 *      else                       Latin-1
 *
 * A wrong guess shows wrong letters; the ASCII around them, which is what folders
 * and logs are known by, stays.
 */
#ifndef SOURCE_NAME_H
#define SOURCE_NAME_H

#include "base/buf.h"

/* Adds the name to `to`. 0, -ENOMEM, or -E2BIG. */
int name_add(struct buf *to, struct str name);

#endif
