/*
 * all.log of a newer notification service (Openfire 4.6, debug logging on): level,
 * thread and logger in every record, session ids of ten characters. The reaper
 * names only sessions that hold no poll.
 */
#include "bench/service.h"

#define JETTY "DEBUG [Jetty-QTP-BOSH-%u]: org.eclipse.jetty.server."
#define HTTP "[Jetty-QTP-BOSH-%u]: org.jivesoftware.openfire.http."
#define REAPER "INFO  [TaskEngine-pool-3]: org.jivesoftware.openfire.http."
#define JID "%u@fin1.ucce.local/desktop"
#define ADDRESS "10.5.%u.%u"
#define ADDRESS_OF(session) (session)->number / 200, (session)->number % 200 + 10

static const unsigned FIRST_AGENT = 1001000;

struct sid {
        char text[11];
};

/* Ten characters of base 36, as the newer servers make them. */
static struct sid sid_of(const struct session *session) {
        uint64_t value = session->sid * 0x9e3779b97f4a7c15u;
        struct sid sid = { "" };

        for (unsigned i = 0; i < sizeof(sid.text) - 1; i++, value /= 36) {
                sid.text[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[value % 36];
        }
        return sid;
}

static unsigned thread_of(const struct session *session) {
        return 40 + (session->rid + session->number) % 8;
}

static void begin(struct log *log, const struct session *session) {
        unsigned thread = thread_of(session);

        log_record(log,
                   JETTY "Server - REQUEST /http-bind/ on "
                         "org.eclipse.jetty.server.AsyncHttpConnection@%x@10.10.20.5:7443<->" ADDRESS ":%u",
                   thread, session->sid >> 8, ADDRESS_OF(session), 40000 + session->rid / 16 * 7919u % 20000);
        log_record(log,
                   JETTY "handler.ContextHandler - scope null||/http-bind/ @ "
                         "o.e.j.s.ServletContextHandler@44e3a2b2{/http-bind,null,AVAILABLE}",
                   thread);
        log_record(log,
                   JETTY "handler.ContextHandler - context=/http-bind||/ @ "
                         "o.e.j.s.ServletContextHandler@44e3a2b2{/http-bind,null,AVAILABLE}",
                   thread);
        log_record(log, JETTY "session.SessionHandler - session=null", thread);
}

static void sent(struct log *log, const struct session *session, const char *content) {
        log_record(log,
                   "INFO  " HTTP "HttpBindServlet - HTTP SENT(%s): <body "
                   "xmlns=\"http://jabber.org/protocol/httpbind\">%s</body>",
                   thread_of(session), sid_of(session).text, content);
        log_record(log, JETTY "Server - RESPONSE /http-bind/  200 handled=true", thread_of(session));
}

static void sign_in(struct log *log, const struct session *session) {
        struct sid sid = sid_of(session);
        unsigned thread = thread_of(session);

        begin(log, session);
        log_record(log,
                   "INFO  " HTTP "HttpBindServlet - HTTP RECV(null): <body xmlns:xmpp=\"urn:xmpp:xbosh\" "
                   "xml:lang=\"en-US\" hold=\"1\" rid=\"%u\" to=\"fin1.ucce.local\" ver=\"1.8\" wait=\"30\" "
                   "xmpp:version=\"1.0\" content=\"text/xml; charset=utf-8\"></body>",
                   thread, session->rid);
        log_record(log,
                   "INFO  " HTTP "HttpSession - Session %s being opened with initial connection "
                   "org.jivesoftware.openfire.http.HttpConnection@%x",
                   thread, sid.text, session->sid >> 8);
        log_record(log,
                   "INFO  " HTTP "HttpBindServlet - HTTP SENT(%s): <body xmlns=\"http://jabber.org/protocol/httpbind\" "
                   "from=\"fin1.ucce.local\" authid=\"%s\" sid=\"%s\" secure=\"true\" requests=\"2\" inactivity=\"60\" "
                   "polling=\"5\" wait=\"30\" hold=\"1\" ack=\"%u\" maxpause=\"300\" ver=\"1.6\"></body>",
                   thread, sid.text, sid.text, sid.text, session->rid);
        log_record(log,
                   "INFO  " HTTP "HttpBindServlet - HTTP SENT(%s): <body xmlns=\"http://jabber.org/protocol/httpbind\">"
                   "<iq xmlns=\"jabber:client\" type=\"result\" id=\"2\"><bind "
                   "xmlns=\"urn:ietf:params:xml:ns:xmpp-bind\"><jid>" JID "</jid></bind></iq></body>",
                   thread, sid.text, FIRST_AGENT + session->number);
}

static void request(struct log *log, const struct session *session) {
        struct sid sid = sid_of(session);
        unsigned thread = thread_of(session);

        begin(log, session);
        log_record(log, "INFO  " HTTP "HttpBindServlet - HTTP RECV(%s): <body rid=\"%u\" sid=\"%s\"/>", thread,
                   sid.text, session->rid, sid.text);
        log_record(log, "INFO  " HTTP "HttpSession - Creating connection for rid: %u in session %s", thread,
                   session->rid, sid.text);
        log_record(log, "INFO  " HTTP "HttpSession - Adding connection to stream %s with rid %u", thread, sid.text,
                   session->rid);
        log_record(log, "INFO  " HTTP "HttpSession - Updated session %s to rid = %u", thread, sid.text, session->rid);
}

static void answer(struct log *log, const struct session *session) {
        sent(log, session, "");
}

static void sample(struct log *log, const struct session *session, int64_t idle_ms) {
        if (idle_ms >= 1) {
                log_record(log,
                           REAPER "HttpSessionManager - Session %s was last active %lld ms ago: " JID
                                  " from IP " ADDRESS "  currently on rid %u",
                           sid_of(session).text, (long long)idle_ms, FIRST_AGENT + session->number, ADDRESS_OF(session),
                           session->rid);
                log->samples++;
        }
}

static void closure(struct log *log, const struct session *session) {
        log_record(log, REAPER "HttpSessionManager - Closing idle session %s: " JID " from IP " ADDRESS,
                   sid_of(session).text, FIRST_AGENT + session->number, ADDRESS_OF(session));
        log_record(log, REAPER "HttpSession - Session %s being closed", sid_of(session).text);
}

static void tick(struct log *log, const struct session *session, int64_t ms) {
        log_record(log,
                   "DEBUG [TaskEngine-pool-5]: com.cisco.desktop.Statistics - time=%lld, JID=" JID
                   ", msgs_sent=4, msgs_received=0",
                   (long long)ms, FIRST_AGENT + session->number);
}

void write_log4j(struct log *log, unsigned agents) {
        static const struct layout LAYOUT = { sign_in, request, answer, sample, closure, tick };

        write_service(log, agents, &LAYOUT);
}
