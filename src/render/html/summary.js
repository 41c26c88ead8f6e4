/* The first screen: the verdict, counts, the agents with most trouble, and what the report rests on. */

function drawVerdict() {
    const verdict = report.verdict;
    byId("bundle").textContent = brief(report.bundle.path, 200);
    document.title = brief(report.bundle.path.split("/").pop(), 80) + " \u00b7 boshscope";
    byId("verdict-title").replaceChildren(
        el("span", {}, wordFor(VERDICTS, verdict.verdict)),
        " ", el("span", { class: `confidence c-${verdict.confidence}` }, `${verdict.confidence} confidence`));
    byId("verdict-why").replaceChildren(...verdict.why.map((why) => el("li", {}, sentence(why))));
    byId("verdict-steps").hidden = !verdict.next_steps.length;
    byId("verdict-steps").lastElementChild.replaceChildren(...verdict.next_steps.map((step) => el("li", {}, visible(step))));
}

/* Times within a sentence follow the chosen zone as well. */
function sentence(text) {
    return visible(text).replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (time) => fullText(Date.parse(time)));
}

function countRow(mark, name, value) {
    return el("div", { class: value ? "" : "zero" },
        el("dt", {}, mark ? markIcon(mark) : el("span", { class: "icon" }), name), el("dd", {}, grouped(value)));
}

/* Unfiltered the report's own numbers count: the page may hold fewer. */
function isWhole() {
    return !matched.filtered && !report.only.length;
}

function drawCounts() {
    const { summary } = report;
    const kinds = isWhole() && !isZoomed() ? { ...matched.counts.kinds, ...summary.kinds } : matched.counts.kinds;
    const sessions = isWhole() ? summary.sessions : matched.agents.reduce((sum, agent) => sum + agent.sessions.length, 0);
    const agents = isWhole() ? summary.agents : matched.agents.length;
    byId("counts").replaceChildren(
        countRow("forced", "forced logouts", kinds.forced_logout || 0),
        countRow("closure", "closed as idle", kinds.idle_closure || 0),
        countRow("silence", "silences", kinds.idle_escalation || 0),
        countRow("burst", "mass disconnects", kinds.mass_disconnect || 0),
        countRow("stop", "stops and restarts", kinds.server_restart || 0),
        countRow("signature", "known signatures", kinds.signature || 0),
        countRow(null, "agents", agents),
        countRow(null, "sessions", sessions));
    drawCauses();
}

function drawCauses() {
    const all = report.summary.causes.map(([cause, count]) => [cause, Number(count) || 0]);
    const causes = (isWhole() && !isZoomed() && all.length ? all : Object.entries(matched.counts.causes)).sort((a, b) => b[1] - a[1]);
    const most = causes.length ? causes[0][1] : 1;
    byId("causes").replaceChildren(...causes.map(([cause, count]) => {
        const bar = el("span", { class: "bar-fill" });
        bar.style.width = (100 * count / most) + "%";
        return el("button", { type: "button", class: "bar-row", "aria-pressed": String(state.cause === cause),
                              title: "Show only these", onclick: () => change({ cause: state.cause === cause ? "" : cause }) },
            el("span", { class: "bar-name" }, wordFor(CAUSES, cause)), el("span", { class: "bar-count" }, grouped(count)),
            el("span", { class: "bar-track" }, bar));
    }));
    if (!causes.length) {
        byId("causes").append(el("p", { class: "nothing" }, "none"));
    }
}

function troubleCell(mark, count) {
    return el("td", { class: count ? "n" : "n zero" }, String(count), " ", markIcon(mark));
}

function drawTop() {
    const worst = [...matched.agents].filter((agent) => agent.trouble.forced + agent.trouble.closures + agent.trouble.silences)
        .sort((a, b) => b.trouble.forced - a.trouble.forced || b.trouble.closures - a.trouble.closures ||
                        b.trouble.silences - a.trouble.silences || byName(a, b)).slice(0, 6);
    if (!worst.length) {
        byId("top").replaceChildren(el("p", { class: "nothing" }, "none was found"));
        return;
    }
    const head = el("tr", {}, el("th", { scope: "col" }, "agent"), el("th", { scope: "col" }, "address"),
        ...["forced out", "closed", "silent"].map((name) => el("th", { scope: "col", class: "n" }, name)));
    byId("top").replaceChildren(el("table", { class: "top" }, el("thead", {}, head), el("tbody", {}, ...worst.map((agent) =>
        el("tr", {},
            el("th", { scope: "row" }, el("button", { type: "button", class: "link", onclick: () => change({ agent: "=" + agent.name }) },
                agentName(agent))),
            el("td", { class: "address" }, brief(agent.ips[0] || "", 40)),
            troubleCell("forced", agent.trouble.forced), troubleCell("closure", agent.trouble.closures),
            troubleCell("silence", agent.trouble.silences))))));
}

/* ------------------------------------------------------------- coverage */

function note(level, text, more) {
    const words = { warning: "Warning: ", good: "", error: "Error: ", plain: "" };
    return el("li", { class: `note-${level}` }, el("span", { class: "unseen" }, words[level]), text,
        more ? el("span", { class: "more-text" }, " " + more) : null);
}

function clockNote() {
    const clock = report.clock;
    const offset = clock.offset === null ? "unknown, times are shown as if UTC" : offsetName(clock.offset);
    const moves = clock.changes.length / 2;
    return note(clock.confidence === "low" ? "warning" : "good", `Server time ${offset}`,
        `(${clock.method}, confidence ${clock.confidence}` + (moves ? `, ${plural(moves, "change")}` : "") + ")");
}

function gapNote([node, family, from, to]) {
    return note("warning", `Gap of ${durationText(to - from)} in the ${family} log`,
        `${brief(node || "", 40)} ${dateText(from)} ${clockText(from)} to ${clockText(to)} ${zoneName(from)}`);
}

function onlyNote() {
    return report.only.length ? note("plain", `This page is of ${report.only[0]} ${brief(report.only[1], 60)} alone.`,
        "Verdict and coverage are of the whole bundle.") : null;
}

/* A report that was asked for some time alone must not look like one of all of it. */
function askedNote() {
    const [from, to] = report.asked;
    const parts = [from === null ? "" : `from ${dateText(from)} ${clockText(from)} ${zoneName(from)}`,
        to === null ? "" : `up to ${dateText(to)} ${clockText(to)} ${zoneName(to)}`];
    return from === null && to === null ? null
        : note("warning", `Only findings ${parts.join(" ").trim()}, as was asked for.`, "Counts and verdict are of these.");
}

function drawCoverage() {
    const { coverage, diagnostics } = report;
    const loud = diagnostics.filter((diagnostic) => diagnostic.level !== "note");
    const notes = [
        report.complete ? note("good", "Complete: all that was given could be read.")
            : note("warning", "Not complete: input was damaged, cut, limited or interrupted."),
        onlyNote(),
        askedNote(),
        ...report.cut.map((line) => note("warning", line)),
        ...coverage.missing.map((family) => note("warning", `The ${family} logs are missing from the bundle.`)),
        ...coverage.gaps.slice(0, 5).map(gapNote),
        coverage.gaps.length > 5 ? note("warning", `${coverage.gaps.length - 5} further gaps, below.`) : null,
        ...loud.slice(0, 5).map((diagnostic) => note(diagnostic.level, `${diagnostic.code}: ${visible(diagnostic.what)}`,
            diagnostic.count > 1 ? `(${diagnostic.count} times)` : "")),
        loud.length > 5 ? note("warning", `${loud.length - 5} further warnings, below.`) : null,
        clockNote(),
        note("plain", `${report.product.name === "unknown" ? "Product not known" : report.product.name}, notification service ` +
             `${report.product.service || "version not known"}`),
        note("plain", `${plural(coverage.inputs, "log")}, ${plural(coverage.lines, "line")}`,
            coverage.records ? `(${(Math.floor(1000 * coverage.matched / coverage.records) / 10).toFixed(1)} % of records known)` : ""),
    ];
    byId("coverage").replaceChildren(...notes.filter((line) => line));
}
