/*
 * A debug log in Finesse's layout (Openfire 3.9.3): stamps without a zone, no
 * logger names, what Jetty says around each poll. One line in eleven is a poll.
 */
#include "bench/service.h"

#define CONNECTION                                                                                                     \
        "org.eclipse.jetty.server.nio.SelectChannelConnector$SelectChannelHttpConnection@%x"                           \
        "@10.10.20.5:7443<->10.5.%u.%u:%u"

/* A client keeps its connection for 16 polls, then comes from another port. */
#define CONNECTION_OF(session)                                                                                         \
        ((session)->sid * 31u + (session)->rid / 16) >> 8, (session)->number / 200, (session)->number % 200 + 10,      \
                40000 + ((session)->rid / 16 * 7919u + (session)->number) % 20000

static const unsigned FIRST_AGENT = 1001000;

static void begin(struct log *log, const struct session *session) {
        log_record(log, "REQUEST /http-bind/ on " CONNECTION, CONNECTION_OF(session));
        log_record(log, "scope null||/http-bind/ @ o.e.j.s.ServletContextHandler{/http-bind,null}");
        log_record(log, "context=/http-bind||/ @ o.e.j.s.ServletContextHandler{/http-bind,null}");
        log_record(log, "servlet /http-bind||/ -> org.jivesoftware.openfire.http.HttpBindServlet-1643193");
}

static void sign_in(struct log *log, const struct session *session) {
        begin(log, session);
        log_record(log,
                   "HTTPBindLog: HTTP RECV(null): <body xmlns:xmpp=\"urn:xmpp:xbosh\" xml:lang=\"en-US\" hold=\"1\" "
                   "rid=\"%u\" to=\"fin1.ucce.local\" ver=\"1.8\" wait=\"30\" xmpp:version=\"1.0\" "
                   "content=\"text/xml; charset=utf-8\"></body>",
                   session->rid);
        log_record(log,
                   "HTTPBindLog: HTTP SENT(%x): <body xmlns=\"http://jabber.org/protocol/httpbind\" authid=\"%x\" "
                   "sid=\"%x\" secure=\"true\" requests=\"2\" inactivity=\"60\" polling=\"5\" wait=\"30\" hold=\"1\" "
                   "ack=\"%u\" maxpause=\"300\" ver=\"1.6\"></body>",
                   session->sid, session->sid, session->sid, session->rid);
        log_record(log, "RESPONSE /http-bind/  200 handled=true");
}

static void request(struct log *log, const struct session *session) {
        begin(log, session);
        log_record(log, "HTTPBindLog: HTTP RECV(%x): <body rid=\"%u\" sid=\"%x\"/>", session->sid, session->rid,
                   session->sid);
        log_record(log,
                   "consumeResponse: org.jivesoftware.openfire.http.HttpSession@%x status: 3 address: "
                   "%u@fin1.ucce.local/desktop id: %x presence: \n<presence from=\"%u@fin1.ucce.local/desktop\" "
                   "to=\"%u@fin1.ucce.local/desktop\"/> rid: %u",
                   session->sid >> 8, FIRST_AGENT + session->number, session->sid, FIRST_AGENT + session->number,
                   FIRST_AGENT + session->number, session->rid);
        log_record(log, "suspended " CONNECTION, CONNECTION_OF(session));
}

static void answer(struct log *log, const struct session *session) {
        log_record(log, "HTTPBindLog: HTTP SENT(%x): <body xmlns='http://jabber.org/protocol/httpbind'/>",
                   session->sid);
        log_record(log, "RESPONSE /http-bind/  200 handled=true");
}

static void sample(struct log *log, const struct session *session, int64_t idle_ms) {
        log_record(log, "Session (id=%x) was last active %lld ms ago: %u@fin1.ucce.local/desktop", session->sid,
                   (long long)idle_ms, FIRST_AGENT + session->number);
        log->samples++;
}

static void closure(struct log *log, const struct session *session) {
        log_record(log,
                   "Closing idle session (id=%x): %u@fin1.ucce.local/desktop\n"
                   "after inactivity for more than threshold value of 60",
                   session->sid, FIRST_AGENT + session->number);
}

/* The one record that has an epoch, from which the offset of the other stamps is known. */
static void tick(struct log *log, const struct session *session, int64_t ms) {
        log_record(log, "time=%lld, JID=%u@fin1.ucce.local/desktop, msgs_sent=4, msgs_received=0", (long long)ms,
                   FIRST_AGENT + session->number);
}

void write_finesse(struct log *log, unsigned agents) {
        static const struct layout LAYOUT = { sign_in, request, answer, sample, closure, tick };

        write_service(log, agents, &LAYOUT);
}
