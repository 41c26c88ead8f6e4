/* The tables behind the picture: findings, what befell the servers, and what was read. */

/* As many rows as are seen at first; more come with the scroll, or on paper. */
const PAGE = 20, MORE = 100;
let listed = PAGE;

function headRow(...names) {
    return el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name))));
}

function severityCell(finding) {
    return el("td", {}, el("span", { class: `severity s-${finding.severity}` }, finding.severity));
}

function whoOf(finding) {
    if (finding.agent) {
        return agentName(finding.agent);
    }
    return finding.agents.length ? plural(finding.agents.length, "agent") : "";
}

function addressOf(finding) {
    const ips = finding.session ? finding.session.ips : [];
    return brief(ips.join(", "), 40);
}

function resultOf(finding) {
    if (finding.kind === "forced_logout" || finding.kind === "mass_disconnect") {
        return finding.cause ? wordFor(CAUSES, finding.cause) : "";
    }
    return finding.outcome ? wordFor(OUTCOMES, finding.outcome) : "";
}

function findingRow(finding) {
    return el("tr", { "data-id": finding.id, onclick: (event) => {
        if (!window.getSelection().toString() || event.target.closest("button")) {
            openFinding(finding);
        }
    } },
        el("td", { class: "time" }, el("span", { class: "date" }, dateText(momentOf(finding))), " ", clockText(momentOf(finding))),
        severityCell(finding),
        el("td", { class: "kind" }, markIcon(MARK_OF_KIND[finding.kind] || "signature"),
            el("button", { type: "button", class: "link" }, wordFor(KINDS, finding.kind))),
        el("td", { class: "who" }, whoOf(finding)),
        el("td", { class: "address" }, addressOf(finding)),
        el("td", { class: "result" }, resultOf(finding)),
        el("td", { class: "why" }, sentence(finding.why())));
}

function drawFindings() {
    const shown = matched.findings.slice(0, listed);
    byId("findings").replaceChildren(
        headRow("Time " + zoneName(report.span[0]), "Severity", "Kind", "Agent", "Address", "Cause or outcome", "What the logs say"),
        el("tbody", {}, ...shown.map(findingRow)));
    byId("findings-hint").textContent = matched.findings.length > shown.length
        ? `the first ${shown.length} of ${matched.findings.length}` : String(matched.findings.length);
    byId("findings-more").hidden = matched.findings.length <= shown.length;
}

function listMore() {
    if (listed < matched.findings.length) {
        listed += MORE;
        drawFindings();
    }
}

/* A server is nobody's: only time and text choose among what befell it. */
function serverShown() {
    const [from, to] = shownTime(), q = state.q.trim().toLowerCase(), zoomed = isZoomed();
    return report.server.filter((event) => (!zoomed || event.at === null || event.at >= from && event.at <= to) &&
        (!q || `${event.event} ${event.node} ${event.text}`.toLowerCase().includes(q)));
}

function serverRow(event) {
    const mark = event.event === "server_stopped" ? "stop" : event.event === "server_started" ? "start" : "server";
    return el("tr", {},
        el("td", { class: "time" }, event.at === null ? "not known" : `${dateText(event.at)} ${clockMs(event.at)}`),
        el("td", { class: "kind" }, markIcon(mark), event.event.replace(/_/g, " ")),
        el("td", {}, brief(event.node, 40)),
        el("td", { class: "place" }, event.line ? placeText(event) : leafName(event.input)),
        el("td", { class: "raw" }, brief(event.text, 300) + (event.duration === null ? "" : ` (${durationText(event.duration)})`)));
}

function drawServer() {
    const events = serverShown(), shown = events.slice(0, 200);
    byId("server").replaceChildren(headRow("Time " + zoneName(report.span[0]), "Event", "Node", "Place", "Record"),
        el("tbody", {}, ...shown.map(serverRow)));
    byId("server-hint").textContent = events.length > shown.length ? `the first ${shown.length} of ${events.length}` : String(events.length);
    byId("server").closest("section").hidden = !report.server.length;
}

/* ------------------------------------------------------- what was read */

function scrollTable(name, ...rows) {
    return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name }, el("table", {}, ...rows));
}

function folded(title, ...children) {
    return el("details", {}, el("summary", {}, title), ...children);
}

function inputRow(input, index) {
    return el("tr", {}, el("td", { class: "n" }, String(index)), el("td", {}, brief(input.family || "", 40)), el("td", {}, brief(input.node || "", 60)),
        el("td", { class: "time" }, input.first === null ? "" : `${dateText(input.first)} ${clockText(input.first)}`),
        el("td", { class: "time" }, input.last === null ? "" : `${dateText(input.last)} ${clockText(input.last)}`),
        el("td", { class: "n" }, input.lines === null ? "" : grouped(input.lines)),
        el("td", {}, input.status), el("td", { class: "raw" }, brief(input.path, 400)));
}

function drawRead() {
    const parts = [];
    parts.push(folded(`Files (${report.inputs.length})`, scrollTable("Files",
        headRow("#", "Family", "Node", "First", "Last", "Lines", "Status", "Path"), el("tbody", {}, ...report.inputs.map(inputRow)))));
    if (report.coverage.gaps.length) {
        parts.push(folded(`Gaps (${report.coverage.gaps.length})`, scrollTable("Gaps", headRow("Log", "Node", "From", "To", "Length"),
            el("tbody", {}, ...report.coverage.gaps.map(([node, family, from, to]) => el("tr", {}, el("td", {}, family),
                el("td", {}, brief(node || "", 60)), el("td", { class: "time" }, fullText(from)), el("td", { class: "time" }, fullText(to)),
                el("td", {}, durationText(to - from))))))));
    }
    if (report.diagnostics.length) {
        parts.push(folded(`Diagnostics (${report.diagnostics.length})`, scrollTable("Diagnostics",
            headRow("Code", "Level", "What", "Where", "Times", "What to do"),
            el("tbody", {}, ...report.diagnostics.map((one) => el("tr", {}, el("td", {}, one.code), el("td", {}, one.level),
                el("td", {}, visible(one.what)), el("td", { class: "raw" }, brief(one.path || "", 200) + (one.line ? ":" + one.line : "")),
                el("td", { class: "n" }, String(one.count)), el("td", {}, visible(one.advice || ""))))))));
    }
    if (report.reasons.length) {
        parts.push(folded(`Reason codes (${report.reasons.length})`, scrollTable("Reason codes",
            headRow("Product", "Code", "State", "Agents", "Times", "Meaning"),
            el("tbody", {}, ...report.reasons.map(([product, code, stateName, agents, count, name]) => el("tr", {}, el("td", {}, product || ""),
                el("td", { class: "n" }, String(code)), el("td", {}, brief(stateName || "", 40)), el("td", { class: "n" }, String(agents)),
                el("td", { class: "n" }, String(count)), el("td", {}, name || "")))))));
    }
    byId("read").replaceChildren(...parts);
    byId("foot").textContent = `${report.tool}, rules ${report.rules}` + (report.redacted ? ", redacted" : "") +
        `. Times are the servers\u2019 own, shown in ${state.zone === "utc" ? "UTC" : zoneName(report.span[0])}.`;
}
