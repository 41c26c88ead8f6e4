/*
 * collector: the folder that names a server, as those who collect logs make it.
 *
 *      CLI    <IP address>/<date time stamp>/active_nnn.tgz          on the SFTP server
 *      RTMT   <server name or IP address>/<download time>/...        on the engineer's PC
 *
 * Sources: Cisco's VOS command line guide (file get) and RTMT guide 12.5, chapter
 * "Collect Files". Neither fixes how the time is written.
 */
#ifndef TIMELINE_COLLECTOR_H
#define TIMELINE_COLLECTOR_H

#include "base/str.h"

/* The server that a path of an input names: the last folder that is an IPv4
 * address, or a name with a dot in it right above a folder named by a time. Names
 * without a dot could be anybody's ("case2/2017-06-17"), so they tell nothing.
 * Empty without one. */
struct str collector_server(struct str path);

#endif
