/* What an agent's lane shows: its marks in order of time, and the ramps of its silences. */

const STEP_MARKS = { presence_unavailable: "presence", next_sign_in: "signin" };
const EVENT_MARKS = { session_bound: "signin", session_idle_closed: "closure", session_terminated: "terminate" };

function addMark(agent, mark) {
    if (mark.at !== null && mark.at !== undefined) {
        agent.marks.push(mark);
    }
}

/* A finding's mark stands where it ended; steps of its chain that have a mark stand beside it. */
function marksOfFinding(agent, finding) {
    if (finding.kind === "idle_escalation") {
        agent.ramps.push(finding);
        return;
    }
    if (finding.kind === "mass_disconnect" || finding.kind === "server_restart") {
        return;
    }
    addMark(agent, { at: momentOf(finding), mark: MARK_OF_KIND[finding.kind], finding });
    if (finding.kind === "forced_logout") {
        for (const step of finding.steps()) {
            if (STEP_MARKS[step.step]) {
                addMark(agent, { at: step.at, mark: STEP_MARKS[step.step], finding });
            }
        }
    }
}

function isNear(agent, mark, at, room) {
    return agent.marks.some((other) => other.mark === mark && Math.abs(other.at - at) < room);
}

/* What the web service's log says of an agent; the answers to a forced request are its own story. */
function markOfWeb(agent, event) {
    if (event.kind === "presence") {
        return event.state === "unavailable" ? "presence" : event.state === "available" ? "available" : null;
    }
    if (event.kind === "cti_state") {
        return event.state === "LOGIN" ? "signin"
            : event.state === "LOGOUT" && !isNear(agent, "forced", event.at, 15e3) ? "terminate" : null;
    }
    return null;
}

/* What a finding, its chain or another log has told stands once: some stamps are whole seconds. */
function addEvents(agent, events, markOf) {
    for (const event of events) {
        const mark = event.at === null ? null : markOf(event);
        if (mark && !isNear(agent, mark, event.at, 1500)) {
            addMark(agent, { at: event.at, mark, event });
        }
    }
}

/* From presence to its loss, [from, to]: where the notification service's logs say nothing, this is what is known. */
function presentTimes(agent) {
    const times = [];
    let from = null;
    for (const event of agent.events) {
        if (event.kind !== "presence" || event.at === null) {
            continue;
        }
        if (event.state === "available") {
            from = from ?? event.at;
        } else if (event.state === "unavailable" && from !== null) {
            times.push([from, event.at]);
            from = null;
        }
    }
    if (from !== null) {
        times.push([from, report.span[1]]);
    }
    return times;
}

function makeMarks(agent) {
    if (agent.marked) {
        return;
    }
    agent.marked = true;
    agent.findings.forEach((finding) => marksOfFinding(agent, finding));
    addEvents(agent, agent.events, (event) => markOfWeb(agent, event));
    agent.sessions.forEach((session) => addEvents(agent, session.events, (event) => EVENT_MARKS[event.kind]));
    agent.ramps.forEach((finding) => agent.marks.push({ at: finding.from, mark: "silence", finding }));
    agent.present = presentTimes(agent);
    agent.marks.sort((a, b) => a.at - b.at);
}

/* A mark that the filter leaves out is drawn pale. */
function markPasses(mark) {
    return !matched.narrowed || (mark.finding ? matched.passing.has(mark.finding) : false);
}

function marksShown(agent) {
    makeMarks(agent);
    const [from, to] = shownTime();
    return agent.marks.filter((mark) => mark.at >= from && mark.at <= to && markPasses(mark));
}

function markText(mark) {
    const where = mark.event ? placeText(mark.event) : "";
    const what = mark.finding && MARK_OF_KIND[mark.finding.kind] === mark.mark ? wordFor(KINDS, mark.finding.kind) : MARKS[mark.mark].name;
    const why = mark.finding ? mark.finding.why() : "";
    return `${clockMs(mark.at)} ${what}${where ? ` (${where})` : ""}${why ? ": " + sentence(why) : ""}`;
}

/* --------------------------------------------------------------- drawing */

const ROW = { height: 28, band: 17, thick: 7, ramp: 5 };
/* Those that come within a second of each other are drawn in this order: a cross shows in its diamond. */
const LAYERS = ["available", "presence", "signin", "terminate", "closure", "unanswered", "signature", "forced"];
const SCALES = { available: 0.9, presence: 1.15, closure: 0.8, signin: 0.85, terminate: 0.8 };

function drawBand(pen, session, scale, y, width) {
    const left = Math.max(-4, scale.x(session.from)), right = Math.min(width + 4, scale.x(session.to));
    if (right < 0 || left > width) {
        return;
    }
    const wide = Math.max(2, right - left);
    pen.fillStyle = palette.panel;
    pen.fillRect(left, y + ROW.band, wide, ROW.thick);
    pen.fillStyle = bandPattern(pen, session.end);
    pen.fillRect(left, y + ROW.band, wide, ROW.thick);
    pen.strokeStyle = palette.ends[session.end];
    pen.lineWidth = 1;
    pen.setLineDash(session.end === "unknown" ? [3, 2] : []);
    pen.beginPath();
    if (session.end === "open") { /* no end: nothing closes it on the right */
        pen.moveTo(left + wide, y + ROW.band + 0.5);
        pen.lineTo(left + 0.5, y + ROW.band + 0.5);
        pen.lineTo(left + 0.5, y + ROW.band + ROW.thick - 0.5);
        pen.lineTo(left + wide, y + ROW.band + ROW.thick - 0.5);
    } else {
        pen.rect(left + 0.5, y + ROW.band + 0.5, wide - 1, ROW.thick - 1);
    }
    pen.stroke();
    pen.setLineDash([]);
}

/* Requests and samples, where there is room for them. */
function drawTicksOfSession(pen, session, scale, y, width) {
    const perPixel = scale.at(1) - scale.at(0);
    if (perPixel > 4000) {
        return;
    }
    for (const event of session.events) {
        const x = event.at === null ? -1 : scale.x(event.at);
        if (x >= 0 && x <= width && !EVENT_MARKS[event.kind]) {
            pen.fillStyle = event.kind === "session_sample" ? palette.marks.silence : palette.muted;
            pen.fillRect(Math.round(x), y + (event.kind === "session_sample" ? ROW.band - 3 : ROW.band + ROW.thick), 1, 3);
        }
    }
}

/* The silence grows from its first moment to its end. */
function drawRamp(pen, finding, scale, y, pale) {
    const left = scale.x(finding.from), right = Math.max(left + 3, scale.x(finding.to));
    pen.globalAlpha = pale ? 0.25 : 1;
    pen.fillStyle = palette.marks.silence;
    pen.strokeStyle = palette.marks["silence"];
    pen.beginPath();
    pen.moveTo(left, y + ROW.band);
    pen.lineTo(right, y + ROW.ramp);
    pen.lineTo(right, y + ROW.band);
    pen.closePath();
    pen.globalAlpha *= 0.75;
    pen.fill();
    pen.globalAlpha = 1;
}

function drawLane(pen, agent, scale, y, width) {
    const [from, to] = [scale.at(0), scale.at(width)];
    makeMarks(agent);
    pen.fillStyle = palette.ends.open;
    for (const [begin, end] of agent.present) {
        const left = Math.max(0, scale.x(begin)), right = Math.min(width, scale.x(end));
        if (right > left) {
            pen.globalAlpha = 0.7;
            pen.fillRect(left, y + ROW.band + ROW.thick / 2 - 1, right - left, 2);
            pen.globalAlpha = 1;
        }
    }
    for (const session of agent.sessions) {
        drawBand(pen, session, scale, y, width);
        drawTicksOfSession(pen, session, scale, y, width);
    }
    for (const finding of agent.ramps) {
        if (finding.from <= to && finding.to >= from) {
            drawRamp(pen, finding, scale, y, matched.narrowed && !matched.passing.has(finding));
        }
    }
    const marks = agent.marks.filter((mark) => mark.at >= from && mark.at <= to);
    for (const layer of LAYERS) {
        for (const mark of marks) {
            if (mark.mark === layer) {
                pen.globalAlpha = markPasses(mark) ? 1 : 0.22;
                drawMark(pen, layer, scale.x(mark.at), y + ROW.band + ROW.thick / 2 - (layer === "forced" ? 6 : 0), SCALES[layer]);
                pen.globalAlpha = 1;
            }
        }
    }
}
