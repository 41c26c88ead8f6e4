/*
 * node: which server a log comes from. The first of these that says something:
 *
 *      the folder that a collector made      10.10.20.5/2017-06-17_00-30-00/...
 *      webservices                           the host field of its records
 *      notification                          the domain of its JIDs
 *
 * A log that names nobody (an info.log of nothing but a restart) is taken for the
 * node of the logs of its family that lie in the same folder, else for the only
 * node there is. Names are compared without case and white space; the spelling seen
 * most is shown.
 *
 * The platform's logs are of the node of the services that they lie nearest to, by
 * folders; syslog, which names its host, of the service's node of that name.
 */
#ifndef TIMELINE_NODE_H
#define TIMELINE_NODE_H

#include "timeline/input.h"

/* Far more than the servers of any bundle. */
enum { NODES_MOST = 1024 };

/* Fill node and node_number of every input that was read. Where there are too many nodes, the further ones have no
 * name: of how many inputs that is so. 0 or -ENOMEM. */
int nodes_name(struct inputs *inputs, uint64_t *ret_nameless);

#endif
