/*
 * The one list of diagnostics:
 *
 *      X(NAME, code, level, loses, meaning, advice)
 *
 * The code is what scripts see and never changes its meaning. `loses` is 1
 * where input was lost, cut, limited or interrupted: the report's `complete`
 * is then false. The hundreds say where: 1xx reaching the bundle, 2xx inside
 * containers, 3xx text and records, 4xx rules at work, 5xx conclusions, 6xx reports
 * that are merged, 9xx the run itself.
 */
#define DIAG_CODES(X)                                                                                                  \
        X(OPEN_FAILED, "BS101", ERROR, 1, "a file or directory cannot be opened or read",                              \
          "check the path and its permissions, then run again")                                                        \
        X(NOTHING_ANALYSED, "BS102", ERROR, 0, "the bundle holds no log of the notification or the web service",       \
          "collect again with: file get activelog /desktop recurs compress")                                           \
        X(EMPTY_FILE, "BS103", WARNING, 0, "a file that was named to be analysed is empty",                            \
          "collect or copy the file again")                                                                            \
        X(NOT_A_FILE, "BS104", WARNING, 0, "a link, fifo, socket or device was not followed",                          \
          "put its content in its place if it matters")                                                                \
        X(LOG_NAME_ONLY, "BS105", WARNING, 1, "a file has the name of a log but not its content",                      \
          "look at the file; collect it again if it should be a log")                                                  \
        X(FILE_CHANGED, "BS106", WARNING, 1, "a file shrank while it was read; what was still there was read",         \
          "copy the file to where nothing writes to it, then run again")                                               \
        X(FILE_GREW, "BS107", NOTE, 0, "a file grew while it was read; what it held at first was read",                \
          "run again for what was added since")                                                                        \
        X(UNREAD_ENCODING, "BS108", WARNING, 1, "a log is UTF-16, or its lines end in CR alone; it was not read",      \
          "convert it, for example with: iconv -f UTF-16 -t UTF-8")                                                    \
        X(NOT_ENTERED_DEPTH, "BS201", WARNING, 1, "a container lies deeper than the limit and was not entered",        \
          "run again with a higher --max-depth")                                                                       \
        X(NOT_ENTERED_FORMAT, "BS202", WARNING, 1, "a container has a format that boshscope does not open",            \
          "unpack it by hand and analyse the directory")                                                               \
        X(ENCRYPTED, "BS203", WARNING, 1, "an archive entry is encrypted",                                             \
          "unpack it with its password and analyse the directory")                                                     \
        X(CONTAINER_NAME_ONLY, "BS204", WARNING, 1, "a file is named like an archive but is neither one nor text",     \
          "copy or collect the file again")                                                                            \
        X(ENTRY_METHOD, "BS205", WARNING, 1, "an archive entry is compressed in a way that boshscope does not read",   \
          "unpack it by hand and analyse the directory")                                                               \
        X(GZIP_CUT, "BS211", WARNING, 1, "a gzip stream ends before its end; what came before was read",               \
          "the file was cut off: copy or collect it again")                                                            \
        X(GZIP_CORRUPT, "BS212", WARNING, 1, "a gzip stream is damaged; what came before the damage was read",         \
          "copy or collect the file again")                                                                            \
        X(GZIP_CHECKSUM, "BS213", WARNING, 1, "a gzip stream's checksum or length does not fit its content",           \
          "some of this text is not what the server wrote: copy or collect the file again")                            \
        X(GZIP_TRAILING, "BS214", WARNING, 1, "bytes that are neither gzip nor padding follow a gzip stream",          \
          "copy or collect the file again")                                                                            \
        X(GZIP_EMPTIES, "BS215", WARNING, 1, "a gzip stream goes on and on without content; the rest was not read",    \
          "look at where it comes from")                                                                               \
        X(ARCHIVE_CUT, "BS221", WARNING, 1, "an archive ends before its end; the entries before it were read",         \
          "the file was cut off: copy or collect it again")                                                            \
        X(ARCHIVE_CORRUPT, "BS222", WARNING, 1, "an archive is damaged; the entries that could be found were read",    \
          "copy or collect the file again")                                                                            \
        X(ENTRY_CORRUPT, "BS223", WARNING, 1, "an archive entry is damaged; what could be read of it was",             \
          "copy or collect the file again")                                                                            \
        X(ARCHIVE_TRAILING, "BS224", WARNING, 1, "bytes that are no part of the archive follow it",                    \
          "copy or collect the file again")                                                                            \
        X(ARCHIVE_PREFIX, "BS225", NOTE, 0, "bytes that are no part of the archive stand before it", "")               \
        X(ARCHIVE_DISAGREES, "BS226", WARNING, 1,                                                                      \
          "an archive's directory and its entries disagree; the entries that are there were read",                     \
          "copy or collect the file again")                                                                            \
        X(CONTAINERS_LIMITED, "BS231", WARNING, 1,                                                                     \
          "the bundle holds more containers than the limit; the first of them were entered",                           \
          "run again with a higher --max-containers")                                                                  \
        X(INPUTS_LIMITED, "BS232", WARNING, 1,                                                                         \
          "the bundle holds more files than the limit; the first of them were looked at",                              \
          "run again with a higher --max-inputs")                                                                      \
        X(INPUT_CUT, "BS233", WARNING, 1, "a file is longer than the limit; its beginning was read",                   \
          "run again with a higher --max-input-bytes")                                                                 \
        X(EXPANDED, "BS234", WARNING, 1,                                                                               \
          "something unpacks to far more than it is packed in; what came before the limit was read",                   \
          "look at where it comes from; if it is sound, run again with a higher --max-ratio")                          \
        X(LINE_CUT, "BS301", WARNING, 1, "a line is longer than the limit; its beginning was looked at",               \
          "run again with a higher --max-line-bytes")                                                                  \
        X(RECORD_CUT, "BS302", WARNING, 1, "a record is longer than the limit; its beginning was looked at",           \
          "run again with a higher --max-record-bytes")                                                                \
        X(NUL_BYTES, "BS303", NOTE, 0, "NUL bytes stand in a log; they were read as part of their lines",              \
          "a server that lost power leaves such holes")                                                                \
        X(BAD_STAMP, "BS304", NOTE, 0, "a record's time is no time of the calendar; its neighbour's was taken", "")    \
        X(STAMPS_RUN_BACK, "BS305", WARNING, 0, "a log's stamps run back by more than a minute",                       \
          "the clock was set: times across that place are not sure; look after the server's time (utils ntp status)")  \
        X(SECRET_SASL, "BS311", NOTE, 0,                                                                               \
          "a log holds what somebody signed in with (SASL); it is masked in every output",                             \
          "have the passwords of these users changed: the log was given away with them")                               \
        X(SECRET_AUTHORIZATION, "BS312", WARNING, 0,                                                                   \
          "a log holds Authorization headers; they are masked in every output",                                        \
          "have these passwords changed and these tokens revoked: the log was given away with them")                   \
        X(SECRET_COOKIE, "BS313", NOTE, 0, "a log holds cookies; they are masked in every output",                     \
          "have these sessions ended, should any still live")                                                          \
        X(SECRET_SESSION, "BS314", NOTE, 0,                                                                            \
          "a log holds ids of web sessions (JSESSIONID); they are masked in every output",                             \
          "have these sessions ended, should any still live")                                                          \
        X(SECRET_PASSWORD, "BS315", WARNING, 0, "a log holds passwords; they are masked in every output",              \
          "have these passwords changed: the log was given away with them")                                            \
        X(SECRET_TOKEN, "BS316", WARNING, 0, "a log holds tokens or keys; they are masked in every output",            \
          "have these tokens revoked: the log was given away with them")                                               \
        X(SECRET_CODE, "BS317", NOTE, 0,                                                                               \
          "a log holds codes of sign-ins by another server; they are masked in every output",                          \
          "such codes work once, for minutes; look whether these were used")                                           \
        X(MATCH_LIMIT, "BS401", WARNING, 1, "a rule gave up on a record (PCRE2 match limit or stack)",                 \
          "run again with a higher --match-limit, and report the rule")                                                \
        X(CLOCK_FROM_WEB, "BS501", NOTE, 0, "the offset of zoneless stamps was taken from the web service's stamps",   \
          "give --tz if it is known")                                                                                  \
        X(CLOCK_ASSUMED, "BS502", WARNING, 0, "nothing tells the offset of zoneless stamps; they are shown as if UTC", \
          "give the server's offset, for example --tz +05:30")                                                         \
        X(CLOCK_DISAGREES, "BS503", WARNING, 0, "the evidence for the offset of zoneless stamps contradicts itself",   \
          "give the server's offset with --tz")                                                                        \
        X(EVENTS_LIMITED, "BS504", WARNING, 1, "a session or agent has more timeline entries than the limit",          \
          "run again with a higher --max-session-events")                                                              \
        X(EVIDENCE_LIMITED, "BS505", NOTE, 0,                                                                          \
          "a finding rests on more records than the limit; the first and last are quoted",                             \
          "run again with a higher --max-evidence")                                                                    \
        X(EVIDENCE_CUT, "BS506", NOTE, 0, "a quoted record is longer than the limit; its beginning is quoted",         \
          "run again with a higher --max-evidence-bytes")                                                              \
        X(UNMATCHED_LIMITED, "BS507", NOTE, 0,                                                                         \
          "a log has more kinds of unmatched records than the limit; the rest is counted as other",                    \
          "run again with a higher --max-unmatched-shapes")                                                            \
        X(CLOCK_SKEW, "BS508", WARNING, 0, "the clocks of the services differ by more than two seconds",               \
          "clock.skew_ms says by how much; look after the servers' time (utils ntp status)")                           \
        X(SERVER_LIMITED, "BS511", NOTE, 0,                                                                            \
          "a rule about the server has more hits in a file than are kept; the first and last are listed",              \
          "`rules` has the number of its hits")                                                                        \
        X(SIGNATURE_LIMITED, "BS521", WARNING, 1,                                                                      \
          "a log has more records of one kind than are kept for signatures; the first were looked at",                 \
          "run again with a higher --max-signature-events")                                                            \
        X(SESSIONS_LIMITED, "BS531", WARNING, 1, "there are more sessions than the limit; the first were followed",    \
          "run again with a higher --max-sessions")                                                                    \
        X(KEPT_LIMITED, "BS532", WARNING, 1, "the logs tell of more than is kept; what came first was kept",           \
          "run again with a higher --max-kept or --max-kept-bytes")                                                    \
        X(FINDINGS_LIMITED, "BS533", WARNING, 1, "there are more findings than the limit; the first are listed",       \
          "run again with a higher --max-findings or --max-kept-bytes")                                                \
        X(REPORT_UNREAD, "BS601", WARNING, 1, "a report, or a folder of them, could not be read; the others were",     \
          "analyse its bundle again with this version")                                                                \
        X(BUNDLE_UNREAD, "BS602", WARNING, 1, "a bundle of a batch has no report; the others were read",               \
          "look at its fault, then run the batch again with --resume")                                                 \
        X(INTERRUPTED, "BS901", ERROR, 1, "the run was interrupted; the report holds what was read before",            \
          "run again")                                                                                                 \
        X(TIME_LIMITED, "BS902", WARNING, 1, "the time for reading was over; the report holds what was read before",   \
          "run again with a higher --max-seconds")
