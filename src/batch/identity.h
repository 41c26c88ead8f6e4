/*
 * identity: which bundle it is, whatever its name.
 *
 *      sha256   of a file its content, as sha256sum says it; of a directory, for each file in
 *               order: path, NUL, size (8 bytes, big-endian), content
 *      shard    the same with the first and the last 64 KiB of each content alone: cheap
 *               to tell, the same on every machine
 */
#ifndef BATCH_IDENTITY_H
#define BATCH_IDENTITY_H

#include "base/sha256.h"

enum { SHARD_ENDS_BYTES = 64 * 1024 };

/* Asked now and then; another value than 0 ends it. */
typedef int identity_stop_fn(void *userdata);

/* 0, -ENOMEM, -ECANCELED, or another negative errno where it cannot be read. `stop` may be NULL. */
int identity_sha256(const char *path, identity_stop_fn *stop, void *userdata, char ret_hex[static SHA256_HEX_BYTES]);

/* 0 to count - 1. What cannot be read falls where its path falls. 0 or -ENOMEM. */
int identity_shard(const char *path, uint32_t count, uint32_t *ret_shard);

#endif
