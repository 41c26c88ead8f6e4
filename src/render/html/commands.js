/* What the buttons copy: the case note, and commands that are safe to paste. */

/* One word for a POSIX shell; what would drive a terminal is written out, in bash's $'...'. */
function shellQuote(word) {
    if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) {
        return word;
    }
    if (visible(word) === word && !/[\n\t]/.test(word)) {
        return "'" + word.replace(/'/g, "'\\''") + "'";
    }
    return "$'" + word.replace(/[\\']/g, "\\$&").replace(/[^\x20-\x7e]/gu, (c) => {
        const point = c.codePointAt(0);
        return point < 0x80 ? "\\x" + point.toString(16).padStart(2, "0")
            : point < 0x10000 ? "\\u" + point.toString(16).padStart(4, "0")
            : "\\U" + point.toString(16).padStart(8, "0");
    }) + "'";
}

/* A file's name cannot pass for an option. */
function shellPath(path) {
    return shellQuote(path.startsWith("-") ? "./" + path : path);
}

function leafName(input) {
    const path = report.inputs[input] ? report.inputs[input].path : "?";
    return path.slice(path.lastIndexOf("!") + 1);
}

function placeText(record) {
    return `${leafName(record.input)}:${record.line}`;
}

/* What prints a file of the unpacked bundle: what lies in an archive of its own is taken out of it. */
function readerOf(path) {
    const parts = path.split("!");
    const inner = parts.length > 1 ? parts.slice(1) : parts;
    const [file, member] = inner;
    if (inner.length === 1) {
        return { file };
    }
    if (inner.length === 2 && /\.zip$/i.test(file)) {
        return { command: `unzip -p ${shellPath(file)} ${shellQuote(member)}`, member };
    }
    if (inner.length === 2 && /\.(tgz|tar\.gz|tar)$/i.test(file)) {
        return { command: `tar -xOf ${shellPath(file)} ${shellPath(member)}`, member };
    }
    return inner.length === 2 && /\.gz$/i.test(file) ? { command: `gzip -dc ${shellPath(file)}`, member } : { file: inner.join("/") };
}

/* As the notification service's logs spell a name in a JID (XEP-0106). */
function escapedName(name) {
    return name.replace(/[ "&'/:<>@]/g, (c) => "\\" + c.charCodeAt(0).toString(16));
}

function grepWords(finding) {
    const words = new Set();
    if (finding.session && finding.session.sid) {
        words.add(finding.session.sid);
    }
    (finding.agent ? [finding.agent] : finding.agents.slice(0, 20)).forEach((agent) =>
        words.add(agent.name).add(escapedName(agent.name)));
    return [...words].filter((word) => word);
}

/* In the folder that the bundle was unpacked to. */
function grepCommand(finding) {
    const inputs = new Set(finding.records.map((index) => report.record(index).input));
    const words = grepWords(finding);
    const wanted = words.length ? words.map((word) => "-e " + shellQuote(word)).join(" ") : "-e ''";
    // A JID is spelt in small letters, whatever the contact center says.
    const flags = words.some((word) => word !== word.toLowerCase()) ? "nHFi" : "nHF";
    const files = [], commands = [];
    for (const input of [...inputs].sort((a, b) => a - b)) {
        const reader = readerOf(report.inputs[input] ? report.inputs[input].path : "");
        if (reader.command) {
            commands.push(`${reader.command} | grep -${flags} --label=${shellQuote(reader.member)} ${wanted}`);
        } else {
            files.push(shellPath(reader.file));
        }
    }
    if (files.length) {
        commands.unshift(`grep -${flags} ${wanted} -- ${files.join(" ")}`);
    }
    return commands.join("\n");
}

function timelineCommand(finding) {
    const room = 5 * MINUTE;
    const parts = ["boshscope", "timeline"];
    if (finding.agent) {
        parts.push("--agent", shellQuote(finding.agent.name));
    } else if (finding.session && finding.session.sid) {
        parts.push("--session", shellQuote(finding.session.sid));
    } else if (finding.agents.length) {
        parts.push("--agent", shellQuote(finding.agents[0].name));
    } else {
        return "";
    }
    if (finding.from !== null) {
        parts.push("--from", rfc3339(finding.from - room), "--to", rfc3339(finding.to + room));
    }
    // What came through a pipe is gone, and a bundle does not know the pseudonyms of its report.
    const isGone = report.redacted || report.bundle.path === "-";
    return [...parts, isGone ? "report.json" : shellPath(report.bundle.path)].join(" ");
}

/* ------------------------------------------------------------ case note */

function noteTime(at) {
    if (at === null) {
        return "unknown";
    }
    const server = serverOffset(at);
    return fullText(at, "utc") + (server ? ` (${clockMs(at, "server")} ${offsetName(server)} server time)` : "");
}

function noteSteps(finding) {
    return finding.steps().map((step) => {
        const window = windowText(step);
        const passed = step.passed === null ? "" : `  +${durationText(step.passed)}`;
        const verdict = step.ok === null ? "" : `, ${stepVerdict(step).replace("not", "NOT")}`;
        return `  ${step.at === null ? "(not logged)" : clockMs(step.at, "utc")}${passed}  ${wordFor(STEP_NAMES, step.step)}` +
               (window ? ` [expected ${window}${verdict}]` : "");
    });
}

/* A window may be missed by less than the stamps tell. */
function stepVerdict(step) {
    const near = step.passed !== null && (step.passed < (step.least ?? -Infinity) || step.passed > (step.most ?? Infinity));
    return step.ok ? "as expected" + (near ? ", the stamps being good to a second" : "") : "not as expected";
}

function windowText(step) {
    if (step.least === null && step.most === null) {
        return "";
    }
    if (step.most === null) {
        return `${durationText(step.least)} or more`;
    }
    return step.least ? `${durationText(step.least)} to ${durationText(step.most)}` : `up to ${durationText(step.most)}`;
}

function noteWho(finding) {
    const who = finding.agent ? [`agent ${finding.agent.name}`] : [];
    if (finding.agents.length) {
        who.push(`${plural(finding.agents.length, "agent")}: ${finding.agents.map((agent) => agent.name).join(", ")}`);
    }
    if (finding.session && finding.session.sid) {
        who.push(`session ${finding.session.sid}`);
    }
    if (finding.session && finding.session.ips.length) {
        who.push(`address ${finding.session.ips.join(", ")}`);
    }
    return [...who, finding.node ? `node ${finding.node}` : ""].filter((part) => part).join("; ");
}

function noteSection(title, lines) {
    return lines.length ? ["", title, ...lines] : [];
}

function caseNote(finding) {
    const records = finding.records.map((index) => report.record(index));
    return visible([
        `${wordFor(KINDS, finding.kind)}, severity ${finding.severity}, confidence ${finding.confidence}`,
        `Who:   ${noteWho(finding)}`,
        `When:  ${noteTime(finding.start)}`,
        `       to ${noteTime(finding.end)}`,
        ...(finding.cause ? [`Cause: ${wordFor(CAUSES, finding.cause)}`] : []),
        `What:  ${finding.why()}`,
        ...noteSection("What happened (UTC)", noteSteps(finding)),
        ...noteSection("Evidence", [...records.map((record) =>
            `  ${placeText(record)}\n    ${record.text.split("\n").join("\n    ")}`),
            ...(finding.unquoted() ? [`  and ${finding.unquoted()} more`] : [])]),
        ...noteSection("Missing", finding.missing().map((line) => "  " + line)),
        ...noteSection("Next steps", finding.next().map((line) => "  - " + line)),
        ...noteSection("Links", finding.links().map((line) => "  " + line)),
        ...(report.complete ? [] : ["", "The report is NOT complete: input was damaged, cut, limited or interrupted."]),
        "",
        `Finding ${finding.id} of ${report.bundle.path}; ${report.tool}, rules ${report.rules}`,
    ].join("\n")) + "\n";
}

async function copyText(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        const area = el("textarea", { class: "unseen", "aria-hidden": "true" });
        area.value = text;
        (byId("evidence").hidden ? document.body : byId("evidence")).append(area);
        area.select();
        const done = document.execCommand("copy");
        area.remove();
        return done;
    }
}
