/* Which findings and agents the filter and the zoom leave. Every view draws from `matched`. */

const SEVERITIES = ["info", "low", "medium", "high", "critical"];

let matched = { findings: [], agents: [], counts: {} };

/* All that can be searched of a finding, made when it is first searched. */
function haystack(finding) {
    if (finding.haystack === undefined) {
        const parts = [finding.id, finding.kind, finding.agent ? finding.agent.name : "", finding.node, finding.why()];
        if (finding.session) {
            parts.push(finding.session.sid, ...finding.session.ips);
        }
        finding.facts().forEach(([, value]) => parts.push(value));
        finding.records.forEach((record) => parts.push(report.record(record).text));
        finding.haystack = parts.join("\n").toLowerCase();
    }
    return finding.haystack;
}

/* A part of the name, or with a "=" in front the whole of it. */
function nameMatches(name, wanted) {
    return wanted.startsWith("=") ? name === wanted.slice(1) : name.includes(wanted);
}

function agentMatches(agent, wanted, prefix) {
    return (!wanted || nameMatches(agent.name.toLowerCase(), wanted)) &&
           (!prefix || agent.ips.some((ip) => ip.startsWith(prefix)));
}

/* What is no agent's own belongs to those that it took. */
function anyAgent(finding, passes) {
    if (finding.agent) {
        return passes[finding.agent.index];
    }
    return finding.agents.some((agent) => passes[agent.index]);
}

function findingPasses(least, q) {
    return (finding) => (!state.cause || finding.cause === state.cause) &&
                        (!least || SEVERITIES.indexOf(finding.severity) >= least) &&
                        (!q || haystack(finding).includes(q));
}

function inTime([from, to]) {
    return (finding) => finding.from === null || (finding.from <= to && finding.to >= from);
}

function troubleOf(findings) {
    const trouble = { forced: 0, closures: 0, silences: 0, recovered: 0, first: Infinity };
    for (const finding of findings) {
        trouble.forced += finding.kind === "forced_logout";
        trouble.closures += finding.kind === "idle_closure";
        trouble.silences += finding.kind === "idle_escalation";
        trouble.recovered += finding.outcome === "recovered";
        trouble.first = Math.min(trouble.first, finding.from ?? Infinity);
    }
    return trouble;
}

function byName(a, b) {
    return a.name < b.name ? -1 : a.name > b.name;
}

/* Addresses by their octets, those without behind. */
function addressKey(agent) {
    return agent.ips.length ? agent.ips[0].split(".").map((part) => part.padStart(4, "0")).join(".") : "~";
}

function inOrder(agents) {
    const keys = {
        trouble: (a, b) => b.overall.forced - a.overall.forced || b.overall.closures - a.overall.closures ||
                           b.overall.silences - a.overall.silences,
        time: (a, b) => (a.overall.first > b.overall.first) - (a.overall.first < b.overall.first),
        address: (a, b) => (addressKey(a) > addressKey(b)) - (addressKey(a) < addressKey(b)),
        name: () => 0,
    };
    return agents.sort((a, b) => keys[state.sort](a, b) || byName(a, b));
}

function countsOf(findings) {
    const counts = { kinds: {}, causes: {}, recovered: 0 };
    for (const finding of findings) {
        counts.kinds[finding.kind] = (counts.kinds[finding.kind] || 0) + 1;
        if (finding.kind === "forced_logout") {
            counts.causes[finding.cause] = (counts.causes[finding.cause] || 0) + 1;
        }
        counts.recovered += finding.outcome === "recovered";
    }
    return counts;
}

function findingsByAgent(findings) {
    const lists = report.agents.map(() => []);
    for (const finding of findings) {
        (finding.agent ? [finding.agent] : finding.agents).forEach((agent) => lists[agent.index].push(finding));
    }
    return lists;
}

/* The zoom changes what is counted and listed; which agents have a lane, and in which order, it does not. */
function applyFilter() {
    const wanted = state.agent.trim().toLowerCase(), prefix = state.ip.trim();
    const least = state.severity ? SEVERITIES.indexOf(state.severity) : 0;
    const q = state.q.trim().toLowerCase();
    const narrowed = Boolean(state.cause || least || q);
    const passes = report.agents.map((agent) => agentMatches(agent, wanted, prefix));
    const fits = findingPasses(least, q);
    const all = report.findings.filter((finding) =>
        (wanted || prefix ? anyAgent(finding, passes) : true) && fits(finding));
    const findings = isZoomed() ? all.filter(inTime(shownTime())) : all;
    const overall = findingsByAgent(all), shown = isZoomed() ? findingsByAgent(findings) : overall;
    const agents = report.agents.filter((agent) => passes[agent.index] && (!narrowed || overall[agent.index].length));
    for (const agent of agents) {
        agent.overall = troubleOf(overall[agent.index]);
        agent.trouble = shown === overall ? agent.overall : troubleOf(shown[agent.index]);
    }
    matched = { all, findings, agents: inOrder(agents), counts: countsOf(findings), narrowed,
                passing: new Set(all), filtered: Boolean(narrowed || wanted || prefix) };
}
