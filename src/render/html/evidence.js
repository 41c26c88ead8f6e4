/* The drawer: one finding, or one session, with its raw lines and what can be copied of it. */

let returnTo = null;

function copyButton(name, text) {
    const button = el("button", { type: "button", class: "copy" }, name);
    button.addEventListener("click", async () => {
        const done = await copyText(text());
        button.textContent = done ? "Copied" : "Could not copy";
        say(done ? `${name}: copied` : `${name}: could not be copied`);
        setTimeout(() => { button.textContent = name; }, 1600);
    });
    return button;
}

function timesOf(finding) {
    const server = finding.from === null ? null : serverOffset(finding.from);
    const zones = [["utc", "UTC"], ["server", server === null ? "" : `server ${offsetName(server)}`]];
    if (state.zone === "viewer" || state.zone === "fixed") {
        zones.push([state.zone, zoneName(finding.from ?? 0)]);
    }
    return zones.filter(([, name]) => name).map(([zone, name]) => el("div", {}, el("dt", {}, name),
        el("dd", {}, finding.start === null || finding.start === finding.end ? fullText(finding.end, zone).replace(/ \S+$/, "")
            : `${dateText(finding.start, zone)} ${clockMs(finding.start, zone)} to ${clockMs(finding.end, zone)}`)));
}

/* A value of the report's JSON, for people. */
function factText(key, value) {
    if (/_ms$/.test(key)) {
        return durationText(Number(value));
    }
    if (/_s$/.test(key)) {
        return durationText(Number(value) * 1000);
    }
    if (key === "outcome" || key === "aftermath") {
        return wordFor(OUTCOMES, value);
    }
    if (/^[[{]/.test(value)) {
        return sentence(value.replace(/[[\]{}"]/g, "").replace(/,(?=\S)/g, ", ").replace(/:(?=\D)/g, ": "));
    }
    return visible(value.replace(/_/g, key === "shape" ? " " : "_"));
}

function factRow(key, value) {
    const finding = key === "idle_closure" ? report.findings.find((one) => one.id === value) : null;
    return el("div", {}, el("dt", {}, wordFor(FACTS, key)), el("dd", {}, finding
        ? el("button", { type: "button", class: "link", onclick: () => openFinding(finding) }, `closed ${clockText(finding.end)}`)
        : factText(key, value)));
}

function whereRows(finding) {
    const rows = [];
    const add = (name, value) => { if (value) { rows.push(el("div", {}, el("dt", {}, name), el("dd", {}, value))); } };
    add("agent", agentName(finding.agent));
    add("session", finding.session ? brief(finding.session.sid, 80) : "");
    add("address", addressOf(finding));
    add("node", brief(finding.node, 80));
    add("cause", finding.cause && finding.kind === "forced_logout" ? wordFor(CAUSES, finding.cause) : "");
    add("afterwards", finding.kind === "idle_closure" && finding.outcome ? wordFor(OUTCOMES, finding.outcome) : "");
    add("outcome", finding.kind === "idle_escalation" && finding.outcome ? wordFor(OUTCOMES, finding.outcome) : "");
    return rows;
}

/* ----------------------------------------------------------- the chain */

function stepRow(step) {
    const window = windowText(step);
    const verdict = step.ok === null ? ["none", ""] : step.ok ? ["good", "\u2713"] : ["bad", "\u2717"];
    const meaning = step.ok === null ? "" : stepVerdict(step);
    return el("tr", { class: step.at === null ? "absent" : "" },
        el("td", { class: "time" }, step.at === null ? "not logged" : clockMs(step.at)),
        el("th", { scope: "row" }, wordFor(STEP_NAMES, step.step)),
        el("td", { class: "n delay", title: step.after ? "after: " + wordFor(STEP_NAMES, step.after) : null },
            step.passed === null ? "" : "+" + durationText(step.passed)),
        el("td", { class: "n window" }, window),
        el("td", { class: `ok ok-${verdict[0]}`, title: meaning || null }, el("span", { "aria-hidden": "true" }, verdict[1]), el("span", { class: "unseen" }, meaning)));
}

function chainTable(steps) {
    return el("table", { class: "chain" },
        el("thead", {}, el("tr", {}, ...["Time", "Step", "After", "Expected", ""].map((name, i) =>
            name ? el("th", { scope: "col", class: i >= 2 ? "n" : "" }, name) : el("td", {})))),
        el("tbody", {}, ...steps.map(stepRow)));
}

function recordItem(index) {
    const record = report.record(index);
    const input = report.inputs[record.input];
    return el("li", {},
        el("div", { class: "place" }, el("span", { class: "file", title: input ? brief(input.path, 500) : null }, brief(placeText(record), 120)),
            el("time", {}, record.at === null ? "" : clockMs(record.at))),
        el("pre", {}, record.cut ? "(left out of this page for its size; it is in the report and in the log)" : visible(record.text)));
}

function listSection(title, items) {
    return items.length ? [el("h3", {}, title), el("ul", { class: "steps" }, ...items)] : [];
}

/* Only the web's own addresses become links. */
function linkItem(link) {
    const known = /^https:\/\/[^\s]+$/.test(link);
    return el("li", {}, known ? el("a", { href: link, rel: "noopener noreferrer", target: "_blank" }, link) : visible(link));
}

function agentsSection(finding) {
    if (!finding.agents.length) {
        return [];
    }
    return [el("h3", {}, plural(finding.agents.length, "agent")), el("p", { class: "agents" },
        ...finding.agents.slice(0, 300).flatMap((agent) => [el("button", { type: "button", class: "link", onclick: () => {
            closeDrawer();
            change({ agent: "=" + agent.name });
        } }, agentName(agent)), " "]))];
}

function findingBody(finding) {
    const timeline = timelineCommand(finding);
    const steps = finding.steps();
    return [
        el("p", { class: "lead" }, sentence(finding.why())),
        el("div", { class: "copies", role: "group", "aria-label": "Copy" },
            copyButton("Copy case note", () => caseNote(finding)),
            finding.records.length && !report.redacted ? copyButton("Copy grep command", () => grepCommand(finding)) : null,
            timeline ? copyButton("Copy timeline command", () => timeline) : null),
        el("dl", { class: "facts" }, ...timesOf(finding), ...whereRows(finding),
            ...finding.facts().filter(([key]) => !["outcome", "aftermath", "evidence_total"].includes(key)).map(([key, value]) => factRow(key, value))),
        ...(steps.length ? [el("h3", {}, "Step by step"), chainTable(steps)] : []),
        ...agentsSection(finding),
        ...(finding.records.length ? [el("h3", {}, "Evidence"), el("ol", { class: "records" }, ...finding.records.map(recordItem)),
            finding.unquoted() ? el("p", { class: "hint" }, `and ${finding.unquoted()} more`) : null] : []),
        ...listSection("Missing", finding.missing().map((text) => el("li", {}, visible(text)))),
        ...listSection("Next steps", finding.next().map((text) => el("li", {}, visible(text)))),
        ...listSection("Links", finding.links().map(linkItem)),
        el("p", { class: "hint" }, `Finding ${finding.id}, rule ${finding.rule || "none"}. ${report.redacted
            ? "Names, hosts and addresses are pseudonyms: they are found in the report, not in the logs."
            : "The grep command is for the folder that the bundle was unpacked to."}`),
    ];
}

function eventText(event) {
    if (event.kind === "session_sample") {
        return event.value === null ? "" : `silent for ${durationText(event.value)}`;
    }
    if (event.kind.startsWith("cti_")) {
        return [event.state, event.value ? `reason code ${event.value}` : ""].filter((part) => part).join(", ");
    }
    return event.state || (event.value === null ? "" : `rid ${event.value}`);
}

function eventRow(event, chosen) {
    return el("tr", { class: event === chosen ? "chosen" : "" },
        el("td", { class: "time" }, clockMs(event.at)), el("th", { scope: "row" }, wordFor(EVENTS, event.kind)),
        el("td", {}, brief(eventText(event), 80)), el("td", { class: "place" }, brief(placeText(event), 80)));
}

function sessionFacts(session) {
    return [["node", brief(session.node, 80)], ["address", brief(session.ips.join(", "), 80)], ["ended", wordFor(ENDS, session.end)],
        ["opened", session.opened === null ? "not logged" : fullText(session.opened)],
        ["closed", session.closed === null ? "not logged" : fullText(session.closed)],
        ["last request", session.lastRequest === null ? "" : fullText(session.lastRequest)], ["polls", String(session.polls)],
        ["longest sample", durationText(session.peak)], ["long poll", session.wait === null ? "" : `${session.wait} s`],
        ["server\u2019s limit", session.limit === null ? "" : `${session.limit} s`]].filter(([, value]) => value);
}

/* What both services logged, from shortly before the session to what became of its agent. */
function eventsAround(agent, session) {
    const [from, to] = session ? [session.from - MINUTE, session.to + 5 * MINUTE] : [-Infinity, Infinity];
    const web = agent ? agent.events.filter((event) => event.at >= from && event.at <= to) : [];
    return [...web, ...(session ? session.events : [])].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

function sessionBody(agent, session, chosen) {
    const events = eventsAround(agent, session), shown = events.slice(-500);
    const own = agent ? agent.findings.filter((finding) => finding.session === session) : [];
    const times = session ? [session.from, session.to] : [shown[0].at, shown[shown.length - 1].at];
    const subject = { agent, agents: [], session, from: times[0], to: times[1] };
    return [
        el("div", { class: "copies", role: "group", "aria-label": "Copy" }, copyButton("Copy timeline command", () => timelineCommand(subject))),
        el("dl", { class: "facts" }, ...(session ? sessionFacts(session) : []).map(([name, value]) =>
            el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
        ...listSection("Findings", own.map((finding) => el("li", {}, markIcon(MARK_OF_KIND[finding.kind]),
            el("button", { type: "button", class: "link", onclick: () => openFinding(finding) },
                `${clockText(momentOf(finding))} ${wordFor(KINDS, finding.kind)}`)))),
        el("h3", {}, events.length > shown.length ? `The last ${shown.length} of ${events.length} events` : "What the logs kept"),
        el("table", { class: "chain" }, headRow("Time", "Event", "", "Place"),
            el("tbody", {}, ...shown.map((event) => eventRow(event, chosen)))),
    ];
}

/* ----------------------------------------------------------- the drawer */

function openDrawer(title, body) {
    const drawer = byId("evidence");
    if (drawer.hidden) {
        returnTo = document.activeElement;
    }
    byId("evidence-title").replaceChildren(...title);
    byId("evidence-body").replaceChildren(...body.filter((part) => part));
    drawer.hidden = false;
    document.body.classList.add("drawn");
    drawer.scrollTop = 0;
    byId("evidence-title").focus({ preventScroll: true });
}

function openFinding(finding) {
    openDrawer([markIcon(MARK_OF_KIND[finding.kind] || "signature"), `${wordFor(KINDS, finding.kind)}${whoOf(finding) ? ", " + whoOf(finding) : ""} `,
        el("span", { class: `severity s-${finding.severity}` }, finding.severity), " ",
        el("span", { class: `confidence c-${finding.confidence}` }, `${finding.confidence} confidence`)], findingBody(finding));
    state.open = finding.id;
    writeHashSoon();
}

function openSession(agent, session, chosen) {
    openDrawer([session ? `session ${brief(session.sid || "unknown", 40)}${agent ? ", agent " + agentName(agent) : ""}`
        : `agent ${agentName(agent)}`], sessionBody(agent, session, chosen));
    state.open = "";
    writeHashSoon();
}

function closeDrawer() {
    if (byId("evidence").hidden) {
        return;
    }
    byId("evidence").hidden = true;
    document.body.classList.remove("drawn");
    state.open = "";
    writeHashSoon();
    const back = returnTo && returnTo.isConnected && returnTo !== document.body ? returnTo : LANES.rows.get(LANES.active);
    if (back) {
        back.focus({ preventScroll: true });
    }
}
