"""Desktop-webservices: numbered records with stamp, zone, thread, mnemonic and %[parameters]."""
from web import STATES


class WebLog:
    def __init__(self, node, xmpp, options, rng):
        """`xmpp` is the server whose notification service it is linked with; it may be another one."""
        self.node, self.xmpp, self.options, self.rng = node, xmpp, options, rng
        self.records = []
        self._count = 8000

    def add(self, ms, thread, mnemonic, params, text, severity=6):
        ms += self.options.skew_ms
        if self.options.begin <= ms < self.options.end:
            middle = "%" + "".join(f"[{k}={v}]" for k, v in params) + ": " if params else " "
            self.records.append((ms, len(self.records), f"%CCBU_{thread}-{severity}-{mnemonic}: {middle}{text}"))

    def text(self, since, until, first):
        lines = (r for r in sorted(self.records) if since <= r[0] < until)
        return "".join(f"{first + i:010}: {self.node.host}: {self.node.zone.web(ms)}: {body}\n"
                       for i, (ms, _, body) in enumerate(lines))

    # -- presence

    def presence(self, now, agent, resource, kind):
        self.add(now, "Smack Listener Processor (1)", "PRESENCE_NOTIFICATION_RECIEVED",
                 [("FROM JID", agent.jid(resource)), ("PRESENCE_TYPE", kind)],
                 "Finesse received a presence notification")

    def monitor(self, now, agent, what):
        if what == "drop":
            self.add(now, "Smack Listener Processor (1)", "UNSUBSCRIBE_NODE_SUCCESS",
                     [("NodeId", f"/finesse/api/User/{agent}/ClientLog"), ("user_id", agent)],
                     "Successfully unsubscribed a user from a node")
            message = f"[AgentPresenceDropHandler] Adding agent {agent} into the expired hash set."
            self._monitor(now, "Smack Listener Processor (1)", message)
        else:
            self._monitor(now, "pool-8-thread-1", f"[Expired Agents Moving task] Moving agent {agent} to the logout hash set.")

    def _monitor(self, now, thread, message):
        self.add(now, thread, "AGENT_PRESENCE_MONITOR", [("message_string", message)], "AgentPresenceMonitor")

    def presence_logout(self, now, agent):
        self.add(now, "CoreImpl-worker12", "PRESENCE DRIVEN LOGOUT", [("agent_id", agent)],
                 "Performing CTI logout on basis of presence monitor")

    # -- CTI

    def cti_request(self, now, agent, state, reason, force, invoke):
        gap = "\n" if invoke % 7 == 0 else " "
        thread = "CoreImpl-worker12" if reason == 255 else f"CoreImpl-worker{1 + invoke % 9}"
        self.add(now, thread, "MESSAGE_TO_CTI_SERVER",
                 [("cti_message", f"Invoke id :{invoke} , agentstate :{gap}{state}, workmode : 0, reason code: {reason}, "
                   f"forceflag :{force}, agentcapacity: 1, agenttext: {agent}, agentid: {agent}, flag: 0, agentmode: 1"),
                  ("cti_request_timeout", "20000")], "Message going to the backend cti server")

    def cti_event(self, now, agent, state, reason):
        """Once for each skill group, of which an agent has one to three."""
        kind = "CCX" if self.options.product == "UCCX" else "CCE"
        for i in range(1 + len(agent.name) % 3):
            self._count += 1
            named, received = f"{state} ({STATES[state]})", now - 1
            self.add(now + i, "CTIMessageEventExecutor-0", "DECODED_MESSAGE_FROM_CTI_SERVER", [
                ("cti_message", f"CTIAgentStateEvent [skillGroupState={named}, stateDuration=0, skillGroupNumber="
                 f"{(-1, 29808, 29811)[i]}, skillGroupPriority=0, agentState={named}, eventReasonCode={reason}, "
                 f"numFltSkillGroups=0, CTIClientSignature={'null' if i else 'Finesse'}, agentID={agent}, agentExtension=4001, "
                 "agentInstrument=4001, agentID_Long=null, duration=null, nextAgentState=null, fltSkillGroupNumberList=[], "
                 "fltSkillGroupIDList=[], fltSkillGroupPriorityList=[], fltSkillGroupStateList=[], MRDId=1, agentMode=1]"
                 f"CTIMessageBean [invokeID=null, cti_sequence_id={self._count}, msgID=30, "
                 f'timeTracker={{"id":"AgentStateEvent","CTI_MSG_RECEIVED":{received},"CTI_MSG_DISPATCH":{received}}}, '
                 f"msgName=AgentStateEvent, deploymentType={kind}]"),
                ("cti_response_time", "0"), ("dispatch_phase", "DnD-CHECKPOINT-3B")],
                "Decoded Message to Finesse from backend cti server")
        self.publish(now + 20, agent, STATES[state], reason)

    def publish(self, now, agent, state, reason):
        """A payload that holds the words which elsewhere would be a forced logout."""
        self.add(now, "pool-19-thread-4", "XMPP_PUBLISH_ASYNCHRONOUS",
                 [("NodeId", f"/finesse/api/User/{agent}"),
                  ("Payload", f"<Update>\n  <user>\n    <loginId>{agent}</loginId>\n    <state>{state}</state>\n"
                   f"    <reasonCode>{reason}</reasonCode>\n    <label>reason code: 255, forceflag :1, agentid: {agent},"
                   "</label>\n  </user>\n</Update>")], "Publishing XMPP Message Asynchronously")

    # -- the rest

    def statistics(self, now):
        self.add(now, "CoreImpl-worker187", "QUEUE_STATISTICS_REQUEST", None,
                 "{Thrd=CoreImpl-worker187} params : invokeId=112223")

    def link(self, now, up):
        if up:
            self.add(now, "Smack Packet Reader (1)", "CONNECTED_TO_XMPP_SERVER", [("xmpp_server", self.xmpp.domain)],
                     "Connected to XMPP server")
        else:
            self.add(now, "Smack Packet Reader (1)", "UNABLE_TO_CONNECT_TO_XMPP_SERVER",
                     [("xmpp_server", self.xmpp.domain)], "Unable to connect to XMPP server", 3)


class Desk:
    """Sends what the simulation tells to the log of the node that sees it."""

    def __init__(self, presence, requests):
        self.presence_log, self.request_log = presence, requests

    def on_presence(self, now, agent, resource, kind):
        self.presence_log.presence(now, agent, resource, kind)

    def on_monitor(self, now, agent, what):
        self.presence_log.monitor(now, agent, what)

    def on_presence_logout(self, now, agent):
        self.presence_log.presence_logout(now, agent)

    def _log(self, reason):
        return self.presence_log if reason in (255, 50002) else self.request_log

    def on_cti_request(self, now, agent, state, reason, force, invoke):
        self._log(reason).cti_request(now, agent, state, reason, force, invoke)

    def on_cti_event(self, now, agent, state, reason):
        self._log(reason).cti_event(now, agent, state, reason)

    def on_stopped(self, now, node, clean, lost):
        self.presence_log.link(now + 700, False)

    def on_started(self, now, node):
        self.presence_log.link(now + 2600, True)
