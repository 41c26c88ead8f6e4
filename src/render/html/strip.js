/* The strip: all of the time, what happened in it by the minute or hour, and the part that is zoomed to. */

const STRIP = { height: 92, base: 70, top: 14, brush: null };
const STACK = ["idle_escalation", "idle_closure", "forced_logout"];

function stripBins(width) {
    const [from, to] = report.span;
    const step = roundStep(to - from, Math.max(12, Math.floor(width / 6)));
    const shift = offsetAt(from, state.zone) * MINUTE;
    const first = Math.floor((from + shift) / step) * step - shift;
    const bins = Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, i) => ({ at: first + i * step, counts: [0, 0, 0] }));
    for (const finding of matched.all) {
        const kind = STACK.indexOf(finding.kind), at = momentOf(finding);
        if (kind >= 0 && at !== null) {
            bins[Math.floor((at - first) / step)].counts[kind]++;
        }
    }
    return { step, bins, most: Math.max(1, ...bins.map((bin) => bin.counts.reduce((a, b) => a + b))) };
}

function scaleOf([from, to], width, left = 0) {
    return { x: (at) => left + (at - from) / (to - from) * width,
             at: (x) => from + Math.min(1, Math.max(0, (x - left) / width)) * (to - from) };
}

function drawStripBars(pen, scale, { step, bins, most }) {
    const colors = ["silence", "closure", "forced"].map((name) => palette.marks[name]);
    const unit = (STRIP.base - STRIP.top) / most;
    const wide = Math.max(1.5, scale.x(bins[0].at + step) - scale.x(bins[0].at) - 1);
    for (const bin of bins) {
        let y = STRIP.base;
        bin.counts.forEach((count, kind) => {
            const tall = count * unit;
            pen.fillStyle = colors[kind];
            pen.fillRect(scale.x(bin.at), y - tall, wide, tall);
            if (kind === 1 && tall > 3) {
                pen.fillStyle = palette.panel;
                for (let line = y - 2; line > y - tall; line -= 4) {
                    pen.fillRect(scale.x(bin.at), line, wide, 1);
                }
            }
            y -= tall;
        });
    }
}

function drawTicks(pen, scale, [from, to], width, y) {
    pen.font = "11px system-ui, sans-serif";
    pen.textBaseline = "top";
    pen.fillStyle = palette.muted;
    let free = -Infinity;
    for (const tick of ticks(from, to, Math.max(2, Math.floor(width / 84)))) {
        const x = scale.x(tick.at), wide = pen.measureText(tick.text).width;
        const left = Math.min(Math.max(0, x - wide / 2), width - wide);
        pen.fillRect(Math.round(x), y, 1, 4);
        if (left > free) {
            pen.fillText(tick.text, left, y + 6);
            free = left + wide + 8;
        }
    }
}

/* What concerns all: bursts and what befell the servers. Their marks stand above, where there is room. */
function drawLandmarks(pen, scale, top, bottom) {
    for (const event of report.server) {
        const name = event.event === "server_stopped" ? "stop" : event.event === "server_started" ? "start" : null;
        if (name && event.at !== null) {
            pen.fillStyle = palette.marks[name];
            pen.globalAlpha = 0.5;
            pen.fillRect(scale.x(event.at) - 0.5, top, 1, bottom - top);
            pen.globalAlpha = 1;
        }
    }
    for (const finding of matched.all) {
        if (finding.kind === "mass_disconnect") {
            const left = scale.x(finding.from), wide = Math.max(2, scale.x(finding.to) - left);
            pen.fillStyle = palette.marks.burst;
            pen.globalAlpha = 0.22;
            pen.fillRect(left, top, wide, bottom - top);
            pen.globalAlpha = 1;
        }
        const mark = { mass_disconnect: "burst", server_restart: "stop" }[finding.kind];
        if (mark && top > 0 && finding.from !== null) {
            drawMark(pen, mark, scale.x((finding.from + (mark === "burst" ? finding.to : finding.from)) / 2), top - 5, 0.95);
        }
    }
}

function drawGaps(pen, scale) {
    for (const [, , from, to] of report.coverage.gaps) {
        pen.fillStyle = palette.muted;
        pen.globalAlpha = 0.35;
        for (let x = scale.x(from); x < scale.x(to); x += 4) {
            pen.fillRect(x, STRIP.base - 5, 2, 5);
        }
        pen.globalAlpha = 1;
    }
}

function drawWindow(pen, scale, width) {
    const [from, to] = STRIP.brush || shownTime();
    const [left, right] = [scale.x(from), scale.x(to)];
    if (!STRIP.brush && !isZoomed()) {
        return;
    }
    pen.fillStyle = palette.window;
    pen.fillRect(0, 0, left, STRIP.base);
    pen.fillRect(right, 0, width - right, STRIP.base);
    pen.fillStyle = palette.accent;
    pen.fillRect(left - 1, 0, 2, STRIP.base);
    pen.fillRect(right - 1, 0, 2, STRIP.base);
}

/* A round step: "5 min" */
function stepText(step) {
    return step < MINUTE ? `${step / 1000} s` : step < HOUR ? `${step / MINUTE} min` : step < DAY ? `${step / HOUR} h` : `${step / DAY} d`;
}

function drawStrip() {
    const canvas = byId("strip").firstElementChild, width = size.strip;
    const pen = sizeCanvas(canvas, width, STRIP.height);
    const scale = scaleOf(report.span, width);
    const bins = stripBins(width);
    pen.fillStyle = palette.line;
    pen.fillRect(0, STRIP.base, width, 1);
    drawStripBars(pen, scale, bins);
    drawGaps(pen, scale);
    drawLandmarks(pen, scale, STRIP.top, STRIP.base);
    drawTicks(pen, scale, report.span, width, STRIP.base + 1);
    drawWindow(pen, scale, width);
    const [from, to] = shownTime();
    byId("strip-hint").textContent = `${dateText(from)} ${clockText(from)} to ` +
        `${dateText(to) === dateText(from) ? "" : dateText(to) + " "}${clockText(to)} ${zoneName(from)}` +
        `, at most ${bins.most} in ${stepText(bins.step)}`;
    canvas.setAttribute("aria-label", `What happened over time: ${plural(matched.all.length, "finding")}, ` +
        `${fullText(report.span[0])} to ${fullText(report.span[1])}`);
}

/* Bursts and restarts by name: a way there without a mouse. */
function drawBursts() {
    const found = matched.all.filter((finding) => finding.kind === "mass_disconnect" || finding.kind === "server_restart");
    byId("bursts").replaceChildren(...found.slice(0, 12).map((finding) => {
        const facts = Object.fromEntries(finding.facts());
        const text = finding.kind === "mass_disconnect"
            ? `${plural(finding.agents.length, "agent")} lost${facts.scope ? `, ${facts.scope === "all" ? "everybody" : facts.scope}` : ""}`
            : `server restart${facts.sessions_lost ? `, ${facts.sessions_lost} sessions` : ""}`;
        return el("button", { type: "button", class: "chip", onclick: () => goTo(finding) },
            markIcon(MARK_OF_KIND[finding.kind]), el("time", {}, clockText(finding.from)), " ", text);
    }));
    if (found.length > 12) {
        byId("bursts").append(el("span", { class: "hint" }, `and ${found.length - 12} more`));
    }
}

function goTo(finding) {
    const room = Math.max(3 * MINUTE, (finding.to - finding.from) * 0.5);
    zoomTo(finding.from - room, finding.to + room);
    openFinding(finding);
}

/* ----------------------------------------------------------------- zoom */

function zoomTo(from, to) {
    const [first, last] = report.span;
    let a = Math.max(first, from), b = Math.min(last, to);
    if (b - a < 2000) {
        const middle = (a + b) / 2;
        [a, b] = [Math.max(first, middle - 1000), Math.min(last, middle + 1000)];
    }
    const all = a <= first && b >= last;
    change({ from: all ? "" : rfc3339(Math.floor(a)), to: all ? "" : rfc3339(Math.ceil(b)) });
}

function zoomBy(factor, around = null) {
    const [from, to] = shownTime();
    const fixed = around ?? (from + to) / 2;
    zoomTo(fixed - (fixed - from) * factor, fixed + (to - fixed) * factor);
}

function panBy(share) {
    const [from, to] = shownTime(), [first, last] = report.span;
    const by = Math.min(Math.max((to - from) * share, first - from), last - to);
    zoomTo(from + by, to + by);
}

/* A drag over `element` picks a time; a press without one is a click. */
function brushOn(element, timeAt, { draw, click }) {
    let from = null, x = 0;
    element.addEventListener("pointerdown", (event) => {
        if (event.button === 0 && event.pointerType !== "touch") {
            [from, x] = [timeAt(event), event.clientX];
            element.setPointerCapture(event.pointerId);
        }
    });
    element.addEventListener("pointermove", (event) => {
        if (from !== null && Math.abs(event.clientX - x) > 3) {
            draw([Math.min(from, timeAt(event)), Math.max(from, timeAt(event))]);
        }
    });
    element.addEventListener("pointerup", (event) => {
        if (from === null) {
            return;
        }
        const picked = [Math.min(from, timeAt(event)), Math.max(from, timeAt(event))];
        from = null;
        draw(null);
        if (Math.abs(event.clientX - x) > 3) {
            zoomTo(...picked);
        }
    });
    element.addEventListener("pointercancel", () => { from = null; draw(null); });
    element.addEventListener("click", (event) => {
        if (event.pointerType === "touch" || Math.abs(event.clientX - x) <= 3) {
            click(event);
        }
    });
    element.addEventListener("dblclick", () => zoomTo(...report.span));
}

function startStrip() {
    const strip = byId("strip");
    const timeAt = (event) => scaleOf(report.span, size.strip).at(event.clientX - strip.getBoundingClientRect().left);
    brushOn(strip, timeAt, {
        draw: (picked) => { STRIP.brush = picked; drawStrip(); },
        click: (event) => {
            if (isZoomed() || event.pointerType === "touch") {
                const [from, to] = isZoomed() ? shownTime() : [0, (report.span[1] - report.span[0]) / 6];
                const half = (to - from) / 2, at = timeAt(event);
                zoomTo(at - half, at + half);
            }
        },
    });
    byId("zoom-in").addEventListener("click", () => zoomBy(0.5));
    byId("zoom-out").addEventListener("click", () => zoomBy(2));
    byId("zoom-reset").addEventListener("click", () => zoomTo(...report.span));
    byId("pan-left").addEventListener("click", () => panBy(-0.4));
    byId("pan-right").addEventListener("click", () => panBy(0.4));
}
