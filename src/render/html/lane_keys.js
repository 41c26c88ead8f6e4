/* The lanes by keys: rows take the focus in turn, and within a row its marks. */

function focusRow(row) {
    const index = row ? Number(row.dataset.index) : -1;
    if (index < 0) {
        return;
    }
    if (index !== LANES.active) {
        const before = LANES.rows.get(LANES.active);
        if (before) {
            before.tabIndex = -1;
        }
        LANES.active = index;
        LANES.agent = matched.agents[index];
        LANES.picked = null;
        row.tabIndex = 0;
    }
    drawLanes();
}

function moveRow(to) {
    const index = Math.min(matched.agents.length - 1, Math.max(0, to)), y = index * ROW.height;
    if (y < LANES.top) {
        LANES.top = y;
    } else if (y + ROW.height > LANES.top + LANES.height) {
        LANES.top = y + ROW.height - LANES.height;
    }
    byId("lanes").scrollTop = LANES.top;
    fillRows();
    LANES.rows.get(index).focus({ preventScroll: true });
}

function moveMark(by) {
    const agent = matched.agents[LANES.active], marks = marksShown(agent);
    if (!marks.length) {
        say(`${agentName(agent)}: nothing in the time that is shown`);
        return;
    }
    const at = marks.indexOf(LANES.picked);
    const next = at < 0 ? (by > 0 ? 0 : marks.length - 1) : Math.min(marks.length - 1, Math.max(0, at + by));
    LANES.picked = marks[next];
    drawLanes();
    say(`${next + 1} of ${marks.length}: ${markText(LANES.picked)}`);
}

function openActive() {
    const agent = matched.agents[LANES.active], marks = agent ? marksShown(agent) : [];
    if (marks.includes(LANES.picked)) {
        openHit({ mark: LANES.picked });
    } else if (marks.length) {
        openHit({ mark: marks.find((mark) => mark.mark === "forced") || marks.find((mark) => mark.finding) || marks[0] });
    } else if (agent && agent.sessions.length) {
        openSession(agent, agent.sessions[0], null);
    }
}

/* A hint for those who see and a sentence for those who listen. */
function say(text) {
    byId("live").textContent = text;
}

function laneKey(event) {
    const page = Math.max(1, Math.floor(LANES.height / ROW.height) - 1);
    const keys = {
        ArrowDown: () => moveRow(LANES.active + 1), ArrowUp: () => moveRow(LANES.active - 1),
        PageDown: () => moveRow(LANES.active + page), PageUp: () => moveRow(LANES.active - page),
        Home: () => moveRow(0), End: () => moveRow(matched.agents.length - 1),
        ArrowRight: () => (event.shiftKey ? panBy(0.25) : moveMark(1)),
        ArrowLeft: () => (event.shiftKey ? panBy(-0.25) : moveMark(-1)),
        Enter: openActive, " ": openActive,
        "+": () => zoomKeys(0.5), "=": () => zoomKeys(0.5), "-": () => zoomKeys(2), "0": () => zoomTo(...report.span),
    };
    if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        keys[event.key]();
    }
}

/* Around the chosen mark, where there is one. */
function zoomKeys(factor) {
    zoomBy(factor, LANES.picked ? LANES.picked.at : null);
}
