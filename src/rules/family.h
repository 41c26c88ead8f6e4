/*
 * family: the kinds of log that stand in a bundle, and for those that boshscope
 * reads what a record's header line looks like.
 *
 *   notification   the notification service (Openfire): debug, info, warn, error, all
 *       2017.06.17 00:16:04 [INFO  [thread]: ][logger - ]MESSAGE
 *       ^stamp                ^level ^thread  ^logger     ^message_at
 *
 *     3.6 has no logger, but in error.log "[class.method(File.java:NN)] "; 4.7 may
 *     set the level in colour; 4.8 has milliseconds. What 3.6 to 4.2 print to the
 *     standard output is kept by the launcher (nohup.out, stdoutt.log):
 *
 *       Fri Apr 14 11:04:26 EDT 2017: HTTP RECV(...
 *       ^stamp                        ^message_at
 *
 *   webservices    Desktop-webservices, Error-Desktop-webservices
 *       0000001043: host: Jun 17 2017 00:16:04.630 +0530: %CCBU_THREAD-6-MNEMONIC: ...
 *       ^seq        ^host ^stamp                                ^thread  ^message_at
 *
 *   syslog         the platform's alarms: CiscoSyslog, messages
 *       May 21 08:10:24 host local7 1 : 62: host: May 21 2021 13:10:24.476 UTC : %UC_X-1-Mnemonic: ...
 *                       ^host                     ^stamp                          ^logger ^message_at
 *
 *     The time at the beginning has neither year nor zone: a line without another
 *     has an empty stamp, and takes the time of the record before it.
 *
 *   cli            commands that an administrator gave: cli*.log
 *       2017-06-17 10:00:00,123 INFO [main] sdMain.main - running command -> [utils ...]
 *       ^stamp                  ^level ^thread ^logger    ^message_at
 *
 *   history        installations and restarts: system-history.log
 *       06/17/2017 10:00:00 | root: Boot 12.5.1.10000-1 Start
 *       ^stamp                      ^message_at
 *
 * Sources: Openfire's logging configuration 3.6 to 4.9, the line grammar of Cisco
 * documents 212077, 200937, 200969, 212291 and 200892, and lines in Cisco's system
 * message and administration guides.
 */
#ifndef RULES_FAMILY_H
#define RULES_FAMILY_H

#include "base/str.h"

enum family {
        FAMILY_NOTIFICATION,
        FAMILY_WEBSERVICES,
        FAMILY_STORY_COUNT, /* of those that tell of sessions: without one there is nothing to analyse */

        /* Of the platform below them: they say why a service went down. */
        FAMILY_SYSLOG = FAMILY_STORY_COUNT,
        FAMILY_CLI,
        FAMILY_HISTORY,
        FAMILY_COUNT, /* of those that are read */

        /* Recognised and named, not read. */
        FAMILY_REALM = FAMILY_COUNT, /* sign-ins: realm.log */
        FAMILY_CLIENT,               /* what desktops send in: clientlogs/ */
        FAMILY_NONE
};

/* Part of a line, by place: a line may be moved in memory. */
struct span {
        uint32_t at, n;
};

static inline struct str span_of(struct str line, struct span span) {
        return (struct str){ line.p + span.at, span.n };
}

struct header {
        struct span stamp;  /* the time as it is written, zone included; syslog: may be empty */
        struct span host;   /* web service, syslog: may be empty */
        struct span level;  /* notification: may be empty; web service, alarms: one digit */
        struct span thread; /* may be empty */
        struct span logger; /* notification: class, or class, method and place (3.6); alarms: facility; may be empty */
        uint32_t identity_at; /* where the part begins that copies of a record in other files share */
        uint32_t message_at;  /* where the message begins: the fixed place that rules look at */
};

/* Is this the first line of a record? `ret_header` is filled only if so. Of a
 * line beyond 4 GiB only the beginning is looked at. */
bool family_header(enum family family, struct str line, struct header *ret_header);

/* The same answer at less cost, for a line known to begin with the very bytes that
 * were the stamp of another line of this family, which began with it: most records
 * have the second of the one before. */
bool family_header_after(enum family family, struct str line, size_t stamp_length, struct header *ret_header);

/* "notification", "webservices", "realm" ...; FAMILY_NONE has no name (NULL). */
const char *family_name(enum family family);
enum family family_by_name(struct str name); /* of those that are read, else FAMILY_NONE */

static inline bool family_is_read(enum family family) {
        return family < FAMILY_COUNT;
}

static inline bool family_tells_story(enum family family) {
        return family < FAMILY_STORY_COUNT;
}

/* What a file's first bytes (as many as there are) say it is, by the first line of
 * them that begins a record; FAMILY_NONE where none does. `ret_foreign` (may be
 * NULL) then says what else it is (rules/foreign.h), or is NULL. */
enum family family_by_content(struct str head, const char **ret_foreign);

/* What a file's name says. Says nothing about its content. */
enum family family_by_file_name(struct str name);

#endif
