/* The report, from the page's data block: columns to objects, texts to strings. */

let report = null;

/* A text stands as a form, in which each word that holds a digit is a lone 0, and those words. */
function textsOf(raw) {
    const [forms, words] = raw.texts;
    const known = new Array(forms.length);
    return function text(index) {
        if (index === null || index < 0) {
            return "";
        }
        if (known[index] === undefined) {
            const own = words[index].split(" ");
            let next = 0;
            known[index] = raw.forms[forms[index]].replace(/0/g, () => own[next++]);
        }
        return known[index];
    };
}

function timeFrom(base, value) {
    return value === null ? null : base + value;
}

function readAgents(raw, text) {
    return raw.agents.name.map((name, index) => ({
        index, name,
        ips: raw.agents.ips[index].map(text),
        silences: raw.agents.silences[index],
        closures: raw.agents.closures[index],
        forced: raw.agents.forced[index],
        recoveries: raw.agents.recoveries[index],
        sessions: [], findings: [], marks: [], ramps: [],
    }));
}

/* The events of one timeline: times and lines are distances from those of the event before. */
function readEvents(raw, text, columns, from, count, owner) {
    const events = [];
    let at = null, line = 0;
    for (let i = from; i < from + count; i++) {
        const passed = columns.at[i];
        at = passed === null ? null : (at ?? raw.base) + passed;
        line += columns.line[i];
        events.push({ at, kind: text(columns.kind[i]), input: columns.input[i], line, value: columns.value[i],
                      state: columns.state ? text(columns.state[i]) : "", ...owner });
    }
    return events;
}

/* What the web service's logs say of each agent. */
function readWeb(raw, text, agents) {
    let from = 0;
    agents.forEach((agent, index) => {
        agent.events = readEvents(raw, text, raw.web, from, raw.web.count[index], { agent });
        from += raw.web.count[index];
    });
}

function readSessions(raw, text, agents) {
    const columns = raw.sessions;
    let from = 0;
    return columns.sid.map((sid, index) => {
        const session = {
            index, sid: text(sid),
            agent: columns.agent[index] < 0 ? null : agents[columns.agent[index]],
            node: text(columns.node[index]),
            resource: text(columns.resource[index]),
            ips: columns.ips[index].map(text),
            opened: timeFrom(raw.base, columns.opened[index]),
            closed: timeFrom(raw.base, columns.closed[index]),
            end: text(columns.end[index]),
            lastRequest: timeFrom(raw.base, columns.last_request[index]),
            wait: columns.wait[index], limit: columns.limit[index],
            peak: columns.peak[index], polls: columns.polls[index],
        };
        session.events = readEvents(raw, text, raw.events, from, raw.events.count[index], { agent: session.agent, session });
        from += raw.events.count[index];
        const times = session.events.map((event) => event.at).filter((at) => at !== null);
        session.from = session.opened ?? times[0] ?? session.lastRequest ?? session.closed;
        session.to = session.closed ?? Math.max(times[times.length - 1] ?? -Infinity,
            session.lastRequest ?? -Infinity, session.from ?? -Infinity);
        if (session.agent && session.from !== null) {
            session.agent.sessions.push(session);
        }
        return session;
    });
}

function readSteps(raw, text, packed) {
    const chain = raw.chains[packed[0]];
    const steps = [];
    for (let i = 0; i * 4 < chain.length; i++) {
        const [step, after, least, most] = chain.slice(i * 4, i * 4 + 4);
        const [at, passed, ok] = packed.slice(1 + i * 3, 4 + i * 3);
        steps.push({ step: text(step), after: text(after), least, most,
                     at: timeFrom(raw.base, at), passed, ok });
    }
    return steps;
}

function pairs(flat, text) {
    const facts = [];
    for (let i = 0; i < flat.length; i += 2) {
        facts.push([text(flat[i]), text(flat[i + 1])]);
    }
    return facts;
}

function readFindings(raw, text, agents, sessions) {
    const columns = raw.findings;
    return columns.id.map((id, index) => {
        const finding = {
            index, id,
            kind: text(columns.kind[index]), severity: text(columns.severity[index]),
            confidence: text(columns.confidence[index]), node: text(columns.node[index]),
            rule: text(columns.rule[index]),
            agent: columns.agent[index] < 0 ? null : agents[columns.agent[index]],
            session: columns.session[index] < 0 ? null : sessions[columns.session[index]],
            start: timeFrom(raw.base, columns.start[index]), end: timeFrom(raw.base, columns.end[index]),
            cause: text(columns.cause[index]), outcome: text(columns.outcome[index]),
            agents: columns.agents[index].map((agent) => agents[agent]),
            records: columns.evidence[index],
            unquoted: () => Math.max(0, (Number(finding.facts().find(([key]) => key === "evidence_total")?.[1]) || 0) -
                                        columns.evidence[index].length),
            why: () => text(columns.why[index]),
            facts: () => pairs(columns.facts[index], text),
            steps: () => readSteps(raw, text, columns.steps[index]),
            missing: () => columns.missing[index].map(text),
            next: () => columns.next[index].map(text),
            links: () => columns.links[index].map(text),
        };
        finding.from = finding.start ?? finding.end;
        finding.to = finding.end ?? finding.start;
        const touched = finding.agent ? [finding.agent] : finding.agents;
        touched.forEach((agent) => agent.findings.push(finding));
        return finding;
    });
}

/* The time that it is listed under: a silence where it begins, what ends something where it is. */
function momentOf(finding) {
    return finding.kind === "idle_escalation" ? finding.from : finding.to;
}

function readRecord(raw, text, index) {
    const columns = raw.records;
    return { input: columns.input[index], line: columns.line[index], at: timeFrom(raw.base, columns.at[index]),
             cut: columns.text[index] < 0, text: text(columns.text[index]) };
}

function readServer(raw, text) {
    return raw.server.map(([at, node, event, input, line, duration, record]) => ({
        at: timeFrom(raw.base, at), node: text(node), event: text(event), input, line, duration, text: text(record),
    }));
}

/* From the first to the last that has a time, with a little room on both sides. */
function spanOf(result) {
    let from = Infinity, to = -Infinity;
    const widen = (at) => {
        if (at !== null && at !== undefined && isFinite(at)) {
            from = Math.min(from, at);
            to = Math.max(to, at);
        }
    };
    result.sessions.forEach((session) => { widen(session.from); widen(session.to); });
    result.agents.forEach((agent) => agent.events.forEach((event) => widen(event.at)));
    result.findings.forEach((finding) => { widen(finding.from); widen(finding.to); });
    if (from > to) {
        result.inputs.forEach((input) => { widen(input.first); widen(input.last); });
    }
    if (from > to) {
        [from, to] = [0, 3600e3];
    }
    const room = Math.max(30e3, (to - from) * 0.01);
    return [Math.floor(from - room), Math.ceil(to + room)];
}

function readReport() {
    const raw = JSON.parse(document.getElementById("report").textContent);
    const text = textsOf(raw);
    const result = {
        raw, tool: raw.tool, rules: raw.rules, redacted: raw.redacted, complete: raw.complete, asked: raw.window, only: raw.only,
        clock: raw.clock,
        bundle: { path: raw.bundle[0], kind: raw.bundle[1], bytes: raw.bundle[2] },
        product: { name: raw.product[0], evidence: raw.product[1], service: raw.product[2] },
        verdict: raw.verdict, summary: raw.summary, reasons: raw.reasons, coverage: raw.coverage, cut: raw.cut,
        inputs: raw.inputs.map(([path, node, family, status, reason, lines, first, last]) =>
            ({ path, node, family, status, reason, lines, first, last })),
        diagnostics: raw.diagnostics.map(([code, level, what, advice, path, line, count]) =>
            ({ code, level, what, advice, path, line, count })),
        record: (index) => readRecord(raw, text, index),
    };
    result.agents = readAgents(raw, text);
    readWeb(raw, text, result.agents);
    result.sessions = readSessions(raw, text, result.agents);
    result.findings = readFindings(raw, text, result.agents, result.sessions)
        .sort((a, b) => (momentOf(a) ?? Infinity) - (momentOf(b) ?? Infinity));
    result.server = readServer(raw, text);
    result.span = spanOf(result);
    return result;
}
