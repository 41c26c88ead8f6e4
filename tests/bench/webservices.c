/*
 * A web-service log (Desktop-webservices): agents change their state, a message to
 * the CTI server, what it answers for each skill group, and what is published to
 * the desktop; statistics every few records. Now and then an agent's presence goes
 * and does not come back: a minute later the agent is forced out, and signs in again.
 */
#define _GNU_SOURCE
#include "bench/log.h"

#include <stdlib.h>
#include <time.h>

enum {
        STEP_MS = 130, /* between one agent's change and the next one's */
        CHANGES_BETWEEN_LOSSES = 1009,
        GRACE_MS = 60000,
        AWAY_MS = 240000,
};

static const int64_t START_MS = 1497638000000;
static const unsigned FIRST_AGENT = 1001000;

enum state { LOGIN, LOGOUT, NOT_READY, AVAILABLE, TALKING, WORK_NOT_READY, N_STATES };

struct agent {
        enum state state;
        int64_t lost_ms; /* when presence went, 0 while it is there */
        int is_out;
};

struct web {
        struct log *log;
        struct agent *agents;
        unsigned n;
        unsigned lost; /* the one agent that is lost, or n */
        int64_t ms;
        unsigned sequence;
        char stamp[32]; /* of the second below: "Jun 17 2017 00:16:04" */
        int64_t stamp_s;
};

static const char *const STATE_NAMES[] = { "LOGIN", "LOGOUT", "NOT_READY", "AVAILABLE", "TALKING", "WORK_NOT_READY" };

/* The next record's number and time: the stamp changes once a second. */
static void step(struct web *web, unsigned ms) {
        time_t at;
        struct tm tm;

        web->sequence++;
        web->ms += ms;
        at = (web->ms + ZONE_MS) / 1000;
        if (at != web->stamp_s) {
                web->stamp_s = at;
                gmtime_r(&at, &tm);
                strftime(web->stamp, sizeof(web->stamp), "%b %d %Y %H:%M:%S", &tm);
        }
}

/* Each record is one of the log's, behind the header that all have. */
#define RECORD(web, after_ms, format, ...)                                                                             \
        (step(web, after_ms), log_record((web)->log, "%010u: 10.10.20.5: %s.%03d +0530: %%CCBU_" format,               \
                                         (web)->sequence, (web)->stamp, (int)((web)->ms % 1000), __VA_ARGS__))

static void send_request(struct web *web, unsigned i, unsigned reason, unsigned is_forced) {
        RECORD(web, 1,
               "CoreImpl-worker%u-6-MESSAGE_TO_CTI_SERVER: %%[cti_message=Invoke id :24 , agentstate : %u, workmode : "
               "0, reason code: %u, forceflag :%u, agentcapacity: 1, agenttext: %u, agentid: %u, flag: 0, agentmode: "
               "1][cti_request_timeout=20000]: Message going to the backend cti server",
               i % 16, (unsigned)web->agents[i].state, reason, is_forced, FIRST_AGENT + i, FIRST_AGENT + i);
}

static void state_event(struct web *web, unsigned i, unsigned reason, int skill_group) {
        unsigned state = web->agents[i].state, agent = FIRST_AGENT + i;

        RECORD(web, 1,
               "CTIMessageEventExecutor-0-6-DECODED_MESSAGE_FROM_CTI_SERVER: %%[cti_message=CTIAgentStateEvent "
               "[skillGroupState=%u (%s), stateDuration=0, skillGroupNumber=%d, skillGroupPriority=0, agentState=%u "
               "(%s), eventReasonCode=%u, numFltSkillGroups=0, CTIClientSignature=Finesse, agentID=%u, "
               "agentExtension=%u, agentInstrument=%u, agentID_Long=null, duration=null, nextAgentState=null, "
               "fltSkillGroupNumberList=[], fltSkillGroupIDList=[], fltSkillGroupPriorityList=[], "
               "fltSkillGroupStateList=[], MRDId=1, agentMode=1]CTIMessageBean [invokeID=null, cti_sequence_id=%u, "
               "msgID=30, timeTracker={\"id\":\"AgentStateEvent\",\"CTI_MSG_RECEIVED\":%lld,\"CTI_MSG_DISPATCH\":%lld}"
               ", msgName=AgentStateEvent, deploymentType=CCX]][cti_response_time=0][dispatch_phase=DnD-CHECKPOINT-3B]"
               ": Decoded Message to Finesse from backend cti server",
               state, STATE_NAMES[state], skill_group, state, STATE_NAMES[state], reason, agent, agent, agent,
               web->sequence, (long long)web->ms, (long long)web->ms);
}

static void publish(struct web *web, unsigned i) {
        RECORD(web, 3,
               "pool-19-thread-%u-6-XMPP_PUBLISH_ASYNCHRONOUS: %%[NodeId=/finesse/api/User/%u][Payload=<Update>\n"
               "  <data>\n    <user>\n      <loginId>%u</loginId>\n      <state>%s</state>\n      "
               "<uri>/finesse/api/User/%u</uri>\n    </user>\n  </data>\n  <event>PUT</event>\n  "
               "<source>/finesse/api/User/%u</source>\n</Update>]: Publishing XMPP Message Asynchronously",
               i % 8, FIRST_AGENT + i, FIRST_AGENT + i, STATE_NAMES[web->agents[i].state], FIRST_AGENT + i,
               FIRST_AGENT + i);
}

static void presence(struct web *web, unsigned i, const char *type) {
        RECORD(web, 1,
               "Smack Listener Processor (1)-6-PRESENCE_NOTIFICATION_RECIEVED: %%[FROM JID=%u@fin1.ucce.local/desktop]"
               "[PRESENCE_TYPE=%s]: Finesse received a presence notification",
               FIRST_AGENT + i, type);
}

static void set_state(struct web *web, unsigned i, enum state state, unsigned reason, unsigned is_forced) {
        web->agents[i].state = state;
        send_request(web, i, reason, is_forced);
        web->ms += 7;
        state_event(web, i, reason, -1);
        state_event(web, i, reason, 29808);
        publish(web, i);
}

static void lose(struct web *web, unsigned i) {
        web->lost = i;
        web->agents[i].lost_ms = web->ms;
        presence(web, i, "unavailable");
        RECORD(web, 1,
               "Smack Listener Processor (1)-6-AGENT_PRESENCE_MONITOR: %%[message_string=[AgentPresenceDropHandler] "
               "Adding agent %u into the expired hash set.]: AgentPresenceMonitor",
               FIRST_AGENT + i);
}

static void force_out(struct web *web, unsigned i) {
        RECORD(web, 1,
               "CoreImpl-worker12-6-PRESENCE DRIVEN LOGOUT: %%[agent_id=%u]: Performing CTI logout on basis of "
               "presence "
               "monitor",
               FIRST_AGENT + i);
        set_state(web, i, LOGOUT, 255, 1);
        web->agents[i].is_out = 1;
        web->log->forced++;
}

static void come_back(struct web *web, unsigned i) {
        presence(web, i, "available");
        web->agents[i] = (struct agent){ .state = NOT_READY };
        set_state(web, i, LOGIN, 0, 0);
        web->lost = web->n;
}

static void look_after_lost(struct web *web) {
        struct agent *agent = web->lost < web->n ? &web->agents[web->lost] : NULL;

        if (agent && !agent->is_out && web->ms >= agent->lost_ms + GRACE_MS) {
                force_out(web, web->lost);
        } else if (agent && web->ms >= agent->lost_ms + AWAY_MS) {
                come_back(web, web->lost);
        }
}

static void change(struct web *web, unsigned i) {
        static const enum state NEXT[] = { NOT_READY, NOT_READY, AVAILABLE, TALKING, WORK_NOT_READY, AVAILABLE };

        set_state(web, i, NEXT[web->agents[i].state], 0, 0);
        if (web->sequence % 3 == 0) {
                RECORD(web, 0,
                       "CoreImpl-worker%u-6-QUEUE_STATISTICS_REQUEST:  {Thrd=CoreImpl-worker%u} params : invokeId=%u",
                       i % 190, i % 190, web->sequence);
        }
}

void write_webservices(struct log *log, unsigned agents) {
        struct web web = { .log = log, .n = agents, .lost = agents, .ms = START_MS };

        web.agents = calloc(agents, sizeof(*web.agents));
        if (!web.agents) {
                abort();
        }
        log->stamp[0] = '\0';
        for (unsigned n = 1; !log_is_full(log); n++) {
                unsigned i = log_random(log) % agents;

                web.ms += STEP_MS;
                look_after_lost(&web);
                if (i == web.lost) {
                        continue;
                }
                if (n % CHANGES_BETWEEN_LOSSES == 0 && web.lost == agents) {
                        lose(&web, i);
                } else {
                        change(&web, i);
                }
        }
        free(web.agents);
}
