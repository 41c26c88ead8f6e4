/* The lanes: a row an agent. Only the rows in view are made and drawn; the canvas stays where the eye is. */

const LANES = { active: 0, top: 0, height: 0, agent: null, picked: null, brush: null, hover: -1, rows: new Map(), all: false };

/* Sizes are asked for when they change, not when something is drawn: to ask makes the browser lay out anew. */
const size = { strip: 0, lanes: 0, window: 0 };

function measure() {
    const lanes = byId("lanes");
    size.strip = byId("strip").clientWidth;
    size.lanes = lanes.clientWidth - parseFloat(getComputedStyle(lanes).getPropertyValue("--label"));
    size.window = window.innerHeight;
}

function lanesWidth() {
    return size.lanes;
}

function lanesScale() {
    return scaleOf(shownTime(), lanesWidth());
}

function rowsInView() {
    const first = Math.floor(LANES.top / ROW.height);
    return [first, Math.min(matched.agents.length, first + Math.ceil(LANES.height / ROW.height) + 1)];
}

function trouble(agent) {
    const parts = [];
    for (const [mark, count] of [["forced", agent.trouble.forced], ["closure", agent.trouble.closures], ["silence", agent.trouble.silences]]) {
        if (count) {
            parts.push(el("span", { class: "tally" }, markIcon(mark), String(count)));
        }
    }
    return parts;
}

function rowSummary(agent) {
    const { forced, closures, silences } = agent.trouble;
    return `${plural(agent.sessions.length, "session")}, ${plural(forced, "forced logout")}, ` +
           `${plural(closures, "session closed as idle", "sessions closed as idle")}, ${plural(silences, "silence")}`;
}

function makeRow(agent, index) {
    const row = el("div", { role: "row", class: "row", "aria-rowindex": String(index + 1), tabindex: index === LANES.active ? "0" : "-1" },
        el("div", { role: "rowheader", class: "label" }, el("span", { class: "name" }, agentName(agent)), ...trouble(agent)),
        el("div", { role: "gridcell", class: "unseen" }, rowSummary(agent)));
    row.style.top = index * ROW.height + "px";
    row.dataset.index = String(index);
    return row;
}

/* Rows come and go with the scroll; the one that has the focus stays. */
function fillRows() {
    const holder = byId("lanes-rows"), [first, last] = rowsInView();
    const wanted = new Set();
    for (let i = first; i < last; i++) {
        wanted.add(i);
    }
    if (matched.agents.length) {
        wanted.add(LANES.active);
    }
    for (const [index, row] of LANES.rows) {
        if (!wanted.has(index)) {
            row.remove();
            LANES.rows.delete(index);
        }
    }
    for (const index of [...wanted].sort((a, b) => a - b)) {
        if (!LANES.rows.has(index)) {
            const row = makeRow(matched.agents[index], index);
            LANES.rows.set(index, row);
            holder.append(row);
        }
    }
}

function drawAxis(width) {
    const pen = sizeCanvas(byId("axis"), width, 34);
    const scale = lanesScale();
    drawTicks(pen, scale, shownTime(), width, 14);
    pen.save();
    drawLandmarks(pen, scale, 12, 34);
    pen.restore();
}

function drawSelection(pen, scale, top) {
    const mark = LANES.picked;
    if (mark) {
        pen.strokeStyle = palette.accent;
        pen.lineWidth = 2;
        pen.beginPath();
        pen.arc(scale.x(mark.at), LANES.active * ROW.height - top + ROW.band + 3, 9, 0, 7);
        pen.stroke();
    }
}

function drawLanes() {
    const { top, height } = LANES, width = lanesWidth();
    const pen = sizeCanvas(byId("lanes-canvas"), width, height);
    const scale = lanesScale(), [first, last] = rowsInView();
    byId("lanes-canvas").style.marginBottom = -height + "px";
    drawLandmarks(pen, scale, 0, height);
    for (let i = first; i < last; i++) {
        const y = i * ROW.height - top;
        if (i === LANES.hover || i === LANES.active && document.activeElement === LANES.rows.get(i)) {
            pen.fillStyle = palette.hover;
            pen.fillRect(0, y, width, ROW.height);
        }
        pen.fillStyle = palette.line;
        pen.globalAlpha = 0.6;
        pen.fillRect(0, y + ROW.height - 1, width, 1);
        pen.globalAlpha = 1;
        drawLane(pen, matched.agents[i], scale, y, width);
    }
    drawSelection(pen, scale, top);
    if (LANES.brush) {
        const [a, b] = LANES.brush.map(scale.x);
        pen.fillStyle = palette.accent;
        pen.globalAlpha = 0.18;
        pen.fillRect(a, 0, b - a, height);
        pen.globalAlpha = 1;
    }
}

/* After a change of the filter, the zoom or the order. */
function showLanes() {
    const holder = byId("lanes-rows"), count = matched.agents.length;
    const focused = holder.contains(document.activeElement);
    LANES.rows.forEach((row) => row.remove());
    LANES.rows.clear();
    LANES.active = Math.max(0, LANES.agent ? matched.agents.indexOf(LANES.agent) : 0);
    if (LANES.agent !== matched.agents[LANES.active]) {
        [LANES.agent, LANES.picked] = [matched.agents[LANES.active], null];
    }
    holder.style.height = Math.max(1, count) * ROW.height + "px";
    holder.setAttribute("aria-rowcount", String(count));
    LANES.height = lanesHeight(count);
    LANES.top = Math.min(LANES.top, Math.max(0, count * ROW.height - LANES.height));
    byId("lanes").style.height = LANES.height + "px";
    byId("lanes").classList.toggle("empty", !count);
    fillRows();
    if (focused && count) {
        LANES.rows.get(LANES.active).focus({ preventScroll: true });
    }
    drawAxis(lanesWidth());
    drawLanes();
}

function lanesHeight(count) {
    const most = LANES.all ? count * ROW.height : Math.max(10 * ROW.height, Math.round(size.window * 0.6));
    return Math.min(most, Math.max(2, count) * ROW.height);
}

/* The mark under the pointer, or a ramp, or a band. */
function hitAt(event) {
    const box = byId("lanes-canvas").getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top + LANES.top;
    const index = Math.floor(y / ROW.height), agent = matched.agents[index];
    if (!agent || x < 0) {
        return null;
    }
    const scale = lanesScale();
    let best = null, distance = 9;
    marksShown(agent).forEach((mark, at) => {
        const away = Math.abs(scale.x(mark.at) - x) + (mark.mark === "silence" ? 2 : 0);
        if (away < distance) {
            [best, distance] = [{ index, agent, mark, at }, away];
        }
    });
    const at = scale.at(x);
    const ramp = best ? null : agent.ramps.find((finding) => finding.from <= at && finding.to >= at);
    if (ramp) {
        best = { index, agent, mark: { at: ramp.from, mark: "silence", finding: ramp }, at: -1 };
    }
    const session = best ? null : agent.sessions.find((one) => one.from <= at && one.to >= at);
    return best || { index, agent, session: session || null, at: -1 };
}

/* The session that the moment lies in, or the one that ended last before it. */
function sessionAt(agent, at) {
    const begun = agent.sessions.filter((session) => session.from <= at);
    return begun.find((session) => session.to >= at) || begun[begun.length - 1] || agent.sessions[0] || null;
}

function openHit(hit) {
    if (hit.mark && hit.mark.finding) {
        openFinding(hit.mark.finding);
    } else if (hit.mark && hit.mark.event) {
        openSession(hit.mark.event.agent, hit.mark.event.session || sessionAt(hit.mark.event.agent, hit.mark.at), hit.mark.event);
    } else if (hit.session) {
        openSession(hit.session.agent, hit.session, null);
    }
}

function hitText(hit) {
    if (hit.mark) {
        return `${agentName(hit.agent)}  ${markText(hit.mark)}`;
    }
    return hit.session ? `${agentName(hit.agent)}  session ${brief(hit.session.sid || "unknown", 40)}, ` +
        `${wordFor(ENDS, hit.session.end)}, ${clockText(hit.session.from)} to ${clockText(hit.session.to)}` : "";
}

function showTip(event) {
    const hit = hitAt(event), tip = byId("tip"), text = hit ? hitText(hit) : "";
    const hover = hit ? hit.index : -1;
    if (hover !== LANES.hover) {
        LANES.hover = hover;
        drawLanes();
    }
    tip.hidden = !text;
    byId("lanes-canvas").style.cursor = hit && (hit.mark || hit.session) ? "pointer" : "crosshair";
    if (text) {
        tip.textContent = text;
        tip.style.left = Math.min(event.clientX + 12, window.innerWidth - tip.offsetWidth - 8) + "px";
        tip.style.top = (event.clientY + 18 + tip.offsetHeight > window.innerHeight ? event.clientY - tip.offsetHeight - 8
            : event.clientY + 18) + "px";
    }
}

function hideTip() {
    byId("tip").hidden = true;
    LANES.hover = -1;
    drawLanes();
}

function startLanes() {
    const canvas = byId("lanes-canvas");
    const timeAt = (event) => lanesScale().at(event.clientX - canvas.getBoundingClientRect().left);
    brushOn(canvas, timeAt, {
        draw: (picked) => { LANES.brush = picked; drawLanes(); },
        click: (event) => { const hit = hitAt(event); if (hit) { openHit(hit); } },
    });
    canvas.addEventListener("pointermove", showTip);
    canvas.addEventListener("pointerleave", hideTip);
    canvas.addEventListener("wheel", (event) => {
        if (event.ctrlKey) {
            event.preventDefault();
            zoomBy(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event));
        }
    }, { passive: false });
    byId("lanes").addEventListener("scroll", () => {
        LANES.top = byId("lanes").scrollTop;
        fillRows();
        drawLanes();
    });
    byId("lanes-rows").addEventListener("keydown", laneKey);
    byId("lanes-rows").addEventListener("focusin", (event) => focusRow(event.target.closest(".row")));
    byId("lanes-rows").addEventListener("focusout", () => requestAnimationFrame(drawLanes));
}
