/* What the report's words say to people, and how an element is made: text is only ever text. */

const VERDICTS = {
    client_side: "The agents\u2019 side: desktops lost the connection one by one.",
    server_side: "The server\u2019s side: desktops were lost together, with what happened to the server.",
    network_segment: "A part of the network: those who were lost together share their addresses.",
    mixed: "Mixed: some desktops were lost together, others one by one.",
    none: "Nothing happened: no desktop lost the connection in the time that the logs cover.",
    undetermined: "Undetermined: the logs that would decide do not cover enough of the time.",
};
/* Of kinds, causes and steps the case note has the same words (render/words.c, report/steps.c). */
const KINDS = {
    idle_escalation: "silence", idle_closure: "session closed as idle", forced_logout: "forced logout",
    mass_disconnect: "mass disconnect", server_restart: "stop or restart of the service",
    unanswered_logout: "unanswered logout", signature: "known signature",
};
const CAUSES = {
    idle_closure: "the server closed the session as idle", server_event: "the notification service stopped or crashed",
    presence_loss: "presence lost without a silence: browser closed, refreshed or crashed, or signed off",
    undetermined: "the logs do not cover what ended it", unexplained: "no loss of the desktop is in the logs",
    server_side: "nearly all desktops at once", network_segment: "one part of the network",
};
const ENDS = {
    idle_closure: "closed as idle", terminate: "signed off", server_stop: "server stopped", replaced: "replaced by another",
    unknown: "end not known", open: "still open",
};
const OUTCOMES = {
    closed: "closed by the server", recovered: "polled again", replaced: "replaced by another session",
    terminated: "signed off", open: "end not in the logs", forced_out: "forced out", back: "signed in again",
    other_node: "signed in on another node", signed_out: "signed out", supervisor: "logged out by a supervisor",
    not_forced: "not forced out",
};
const STEP_NAMES = {
    last_request: "the desktop's last request before",
    silent_since: "from here on the desktop had no request open (the server's own count)",
    last_sample: "still none (the server's last count of the silence)",
    closure: "the server closed the session as idle",
    presence_unavailable: "the web service learned that the desktop is gone",
    presence_monitor: "it began to wait for the desktop to come back",
    presence_logout: "the desktop did not come back: the web service began the logout",
    forced_request: "it asked the contact center to force the agent out",
    state_event: "the contact center answered",
    next_sign_in: "the agent signed in again",
    recovered: "the desktop's next request: it was back",
    replaced: "the agent signed in anew",
    closed: "closed by the server", terminated: "signed off",
};
const EVENTS = {
    session_request: "request", session_created: "session created", session_bound: "signed in",
    session_sample: "server's sample", session_idle_closed: "closed as idle", session_terminated: "signed off",
    session_closed: "session closed", presence: "presence", presence_monitor: "presence monitor",
    presence_logout: "web service decides to log out", cti_request: "request to the contact center",
    cti_state: "contact center says",
};
const FACTS = {
    peak_idle_ms: "longest sample", samples: "samples", threshold_s: "server's limit", idle_ms: "silent at the closure",
    requested_reason: "reason code requested", attempts: "requests", resulting_state: "answered state",
    resulting_reason: "answered reason code", idle_closure: "its idle closure", sessions: "sessions",
    window_ms: "within", shape: "shape", scope: "addresses", sessions_lost: "sessions lost", clean: "orderly",
    aftermath: "afterwards", outcome: "outcome", signature: "signature", title: "title", count: "count",
    events: "events", group: "group", evidence_total: "records in all", silent_between: "silent between",
};

function wordFor(table, word) {
    return table[word] ?? word.replace(/_/g, " ");
}

/* Characters that drive a terminal or turn the direction of writing are shown by name. */
function visible(text) {
    return text.replace(/[\u0000-\u0008\u000b-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
        .replace(/[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu,
            (c) => "[U+" + c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0") + "]");
}

function brief(text, most = 80) {
    return visible(text.length > most ? text.slice(0, most - 1) + "\u2026" : text);
}

function agentName(agent) {
    return agent ? brief(agent.name, 60) : "";
}

/* 5,016 */
function grouped(number) {
    return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

function plural(count, one, many = one + "s") {
    return `${grouped(count)} ${count === 1 ? one : many}`;
}

/* el("p", {class: "x", onclick: f}, child or text, ...) */
function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith("on")) {
            element.addEventListener(key.slice(2), value);
        } else if (value !== null && value !== undefined && value !== false) {
            element.setAttribute(key, value === true ? "" : value);
        }
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

function byId(id) {
    return document.getElementById(id);
}
