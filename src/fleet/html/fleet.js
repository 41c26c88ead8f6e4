/* A fleet report as tables. What is typed filters all of them; names are only ever text. */

const page = JSON.parse(byId("report").textContent), report = page.report;
const MOST_ROWS = 500;

/* In the zone that was asked for. */
function timeText(time) {
    if (!time) {
        return "unknown";
    }
    const at = Date.parse(time);
    const minutes = page.zone === "viewer" ? -new Date(at).getTimezoneOffset() : page.offset;
    const date = new Date(at + minutes * 60e3);
    return isNaN(date) ? time : date.toISOString().slice(0, 19).replace("T", " ");
}

function zoneText() {
    if (page.zone === "viewer") {
        return "your time";
    }
    const whole = Math.abs(page.offset), two = (n) => String(n).padStart(2, "0");
    return page.offset === 0 ? "UTC" : (page.offset < 0 ? "-" : "+") + two(Math.floor(whole / 60)) + ":" + two(whole % 60);
}

function hours(seconds) {
    return (seconds / 3600).toFixed(1) + " h";
}

function listText(texts, most = 4) {
    const more = texts.length > most ? ` and ${texts.length - most} more` : "";
    return texts.slice(0, most).map((text) => brief(text)).join(", ") + more;
}

/* ------------------------------------------------------------------ tables */

/* Each column: its title, what a row has there, and its class: n for numbers. */
const TABLES = {
    days: [
        ["Day", (d) => d.day], ["Incidents", (d) => d.incidents, "n"], ["Forced out", (d) => d.forced_logouts, "n"],
        ["Closed as idle", (d) => d.idle_closures, "n"], ["Agents", (d) => d.agents, "n"], ["Bursts", (d) => d.bursts, "n"],
        ["Restarts", (d) => d.restarts, "n"], ["Events", (d) => grouped(d.events), "n"],
        ["Notification logs", (d) => hours(d.notification_s), "n"], ["Web service logs", (d) => hours(d.webservices_s), "n"],
    ],
    sites: [
        ["Addresses", (s) => s.prefix], ["Agents lost", (s) => s.agents_lost, "n"], ["of", (s) => s.agents, "n"],
        ["Losses", (s) => s.incidents, "n"], ["Forced out", (s) => s.forced_logouts, "n"],
    ],
    agents: [
        ["Agent", (a) => brief(a.agent)], ["Incidents", (a) => a.incidents, "n"], ["Forced out", (a) => a.forced_logouts, "n"],
        ["Closed as idle", (a) => a.idle_closures, "n"], ["Silent", (a) => a.idle_escalations, "n"],
        ["First", (a) => timeText(a.first), "time"], ["Last", (a) => timeText(a.last), "time"], ["Addresses", (a) => listText(a.addresses)],
        ["Servers", (a) => listText(a.nodes)],
    ],
    incidents: [
        ["Time", (i) => timeText(i.start), "time"], ["Kind", (i) => wordFor(KINDS, i.kind)], ["Agent", (i) => brief(i.agent)],
        ["Address", (i) => brief(i.address || "")], ["Cause", (i) => i.cause ? wordFor(CAUSES, i.cause) + toldBy(i) : ""],
        ["Burst", (i) => i.burst || ""], ["Servers", (i) => listText(i.nodes)],
        ["Bundles", (i) => listText(i.bundles.map(bundleName), 3)], ["Id", (i) => i.id],
    ],
    bundles: [
        ["Bundle", (b) => brief(b.path, 100)], ["Id", (b) => b.id], ["Read", readText], ["First", (b) => timeText(b.first), "time"],
        ["Last", (b) => timeText(b.last), "time"], ["Servers", (b) => listText(b.nodes)], ["Verdict", (b) => (b.verdict || "").replace(/_/g, " ")],
        ["Forced out", (b) => b.counts.forced_logouts ?? "", "n"], ["Closed as idle", (b) => b.counts.idle_closures ?? "", "n"],
    ],
    gaps: [
        ["Server", (g) => brief(g.node || "unknown")], ["Logs", (g) => g.family || ""], ["From", (g) => timeText(g.from), "time"],
        ["To", (g) => timeText(g.to), "time"], ["Long", (g) => hours(g.seconds), "n"],
    ],
};

const paths = new Map(report.bundles.map((bundle) => [bundle.id, bundle.path]));

function bundleName(id) {
    return (paths.get(id) || id).split("/").pop();
}

function toldBy(incident) {
    return incident.joined_from ? `, told by ${brief(bundleName(incident.joined_from))}` : "";
}

function isRead(bundle) {
    return !bundle.fault && !bundle.code && bundle.exit_status !== 1;
}

function readText(bundle) {
    if (!isRead(bundle)) {
        return "NOT READ: " + brief(bundle.fault || "no log that is read", 120);
    }
    const same = bundle.same_as ? `, same as ${brief(bundleName(bundle.same_as))}` : "";
    return (bundle.complete ? "whole" : "in part") + same;
}

function tableRow(columns, item) {
    return columns.map(([, cell, looks]) => [String(cell(item)), looks]);
}

function drawTable(name, wanted) {
    const columns = TABLES[name], shown = [];
    let count = 0;
    for (const item of report[name]) {
        const cells = tableRow(columns, item);
        if (wanted && !cells.some(([text]) => text.toLowerCase().includes(wanted))) {
            continue;
        }
        if (count++ < MOST_ROWS) {
            shown.push(el("tr", {}, ...cells.map(([text, looks]) => el("td", { class: looks }, text))));
        }
    }
    byId(name).replaceChildren(
        el("thead", {}, el("tr", {}, ...columns.map(([title, , looks]) => el("th", { scope: "col", class: looks }, title)))),
        el("tbody", {}, ...shown));
    byId(name + "-title").parentElement.parentElement.hidden = count === 0;
    return count;
}

function drawTables() {
    const wanted = byId("filters").elements.q.value.trim().toLowerCase();
    const counts = Object.fromEntries(Object.keys(TABLES).map((name) => [name, drawTable(name, wanted)]));
    byId("incidents-hint").textContent = incidentsHint(counts.incidents);
    byId("matched").textContent = `${wanted ? "Shown" : "All"}: ${plural(counts.incidents, "incident")}, ${plural(counts.agents, "agent")}`;
    byId("filters").classList.toggle("active", wanted !== "");
}

function incidentsHint(count) {
    const cut = report.summary.incidents - report.incidents.length;
    const first = count > MOST_ROWS ? `the first ${MOST_ROWS} of ${grouped(count)}` : grouped(count);
    return `${first}; times are ${zoneText()}` + (cut ? `; ${grouped(cut)} more are in the json and csv forms alone` : "");
}

/* -------------------------------------------------------------------- head */

function note(kind, text) {
    return el("li", { class: "note-" + kind }, text);
}

function drawVerdict() {
    byId("fleet").textContent = `${plural(report.summary.bundles, "bundle")} of a fleet, ${timeText(report.first)} to ${timeText(report.last)} (${zoneText()})`;
    byId("verdict-title").textContent = visible(page.answer);
    byId("verdict-why").replaceChildren(...report.diagnosis.why.map((why) => el("li", {}, visible(why))));
    byId("verdict-notes").replaceChildren(...report.notes.map((text) => note("warning", visible(text))));
}

function drawCounts() {
    const summary = report.summary;
    const rows = [["bundles read", summary.bundles - summary.unread], ["of different content", summary.distinct],
        ["server names", summary.nodes], ["agents", summary.agents], ["incidents", summary.incidents],
        ["forced logouts", summary.forced_logouts], ["idle closures", summary.idle_closures], ["silences", summary.idle_escalations],
        ["bursts", summary.bursts], ["restarts", summary.restarts]];
    byId("counts").replaceChildren(...rows.map(([name, count]) =>
        el("div", { class: count ? "" : "zero" }, el("dt", {}, name), el("dd", {}, grouped(count)))));
}

function drawUnread() {
    const lost = report.bundles.filter((bundle) => !isRead(bundle) || !bundle.complete);
    byId("unread").replaceChildren(...lost.slice(0, 30).map((bundle) =>
        note(isRead(bundle) ? "warning" : "error", `${brief(bundle.path, 100)}: ${readText(bundle)}`)));
    if (lost.length > 30) {
        byId("unread").append(note("plain", `and ${lost.length - 30} more, in the table of bundles`));
    }
    if (!lost.length) {
        byId("unread").append(note("good", "Every bundle was read whole."));
    }
}

function drawBursts() {
    byId("bursts").replaceChildren(...report.bursts.slice(0, 30).map((burst) => note("plain",
        `${timeText(burst.start)}: ${plural(burst.agents.length, "agent")} on ${listText(burst.nodes)}` +
        (burst.scope ? `, scope ${brief(burst.scope)}` : "") + (burst.cause ? `, ${wordFor(CAUSES, burst.cause)}` : "") + ` [${burst.id}]`)));
    if (report.bursts.length > 30) {
        byId("bursts").append(note("plain", `and ${report.bursts.length - 30} more, in the json form`));
    }
    if (!report.bursts.length) {
        byId("bursts").append(note("plain", "none in what was read"));
    }
}

function begin() {
    document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    drawVerdict();
    drawCounts();
    drawUnread();
    drawBursts();
    drawTables();
    byId("filters").addEventListener("input", drawTables);
    byId("filters").addEventListener("reset", () => setTimeout(drawTables));
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("foot").textContent = "boshscope merge, " + report.schema;
    document.documentElement.dataset.ready = "yes";
}
begin();
