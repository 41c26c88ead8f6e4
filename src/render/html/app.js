/* Where it all begins, and what follows when something is changed. */

let drawing = 0, printing = false;

function drawAll() {
    const began = performance.now();
    applyFilter();
    drawCounts();
    drawTop();
    drawStrip();
    drawBursts();
    showLanes();
    drawFindings();
    drawServer();
    byId("matched").textContent = (matched.filtered || isZoomed() ? "Shown: " : "All: ") +
        `${plural(matched.agents.length, "agent")}, ${plural(matched.findings.length, "finding")}`;
    byId("filters").classList.toggle("active", matched.filtered);
    document.documentElement.dataset.drawMs = (performance.now() - began).toFixed(1);
}

/* What is typed is taken up in the next frame, however fast it comes. */
function change(what) {
    Object.assign(state, what);
    listed = PAGE;
    writeHashSoon();
    showControls();
    drawAll();
}

function changeSoon(what) {
    Object.assign(state, what);
    document.documentElement.dataset.settled = "no";
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(() => change({}));
}

function showControls() {
    const form = byId("filters");
    for (const name of ["agent", "ip", "cause", "severity", "q"]) {
        if (form.elements[name] !== document.activeElement || !form.elements[name].value !== !state[name]) {
            form.elements[name].value = state[name];
        }
    }
    byId("sort").value = state.sort;
    document.querySelectorAll("#zones button").forEach((button) =>
        button.setAttribute("aria-pressed", String(button.dataset.zone === state.zone)));
    document.querySelectorAll("#themes button").forEach((button) =>
        button.setAttribute("aria-pressed", String(button.dataset.theme === state.theme)));
}

function showTheme(theme) {
    const dark = !printing && (theme === "dark" || theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    readPalette();
}

function showZone() {
    drawVerdict();
    drawCoverage();
    drawRead();
    if (!byId("evidence").hidden && state.open) {
        openById(state.open);
    }
}

function openById(id) {
    const finding = report.findings.find((one) => one.id === id);
    if (finding) {
        openFinding(finding);
    }
}

function takeHash() {
    state = stateFromHash(location.hash);
    const open = state.open;
    showTheme(state.theme);
    showZone();
    showControls();
    drawAll();
    if (open) {
        openById(open);
    } else {
        closeDrawer();
    }
}

function drawLegend() {
    const order = ["silence", "closure", "presence", "available", "forced", "signin", "terminate", "burst", "stop", "start"];
    byId("legend").replaceChildren(
        el("div", {}, ...order.map((name) => el("span", {}, markIcon(name), MARKS[name].name))),
        el("div", {}, "Sessions:", ...Object.entries(ENDS).map(([end, name]) =>
            el("span", {}, el("span", { class: `band b-${end.replace("_", "-")}` }), name)),
            el("span", {}, el("span", { class: "present" }), "present, as the web service saw it")));
}

function startFilters() {
    const form = byId("filters");
    const causes = [...new Set(report.findings.map((finding) => finding.cause))].filter((cause) => cause);
    form.elements.cause.replaceChildren(el("option", { value: "" }, "any"),
        ...causes.map((cause) => el("option", { value: cause }, wordFor(CAUSES, cause))));
    form.addEventListener("input", (event) => changeSoon({ [event.target.name]: event.target.value }));
    form.addEventListener("submit", (event) => event.preventDefault());
    byId("filter-reset").addEventListener("click", () => change({ agent: "", ip: "", cause: "", severity: "", q: "" }));
    byId("sort").addEventListener("change", (event) => change({ sort: event.target.value }));
}

function startSwitches() {
    byId("zones").addEventListener("click", (event) => {
        if (event.target.dataset.zone) {
            change({ zone: event.target.dataset.zone });
            showZone();
        }
    });
    byId("themes").addEventListener("click", (event) => {
        if (event.target.dataset.theme) {
            showTheme(event.target.dataset.theme);
            change({ theme: event.target.dataset.theme });
        }
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { showTheme(state.theme); drawAll(); });
}

/* On paper: light, all rows as far as a few pages go, and all that was folded. */
function startPrinting() {
    let folds = [];
    window.addEventListener("beforeprint", () => {
        folds = [...document.querySelectorAll("details:not([open])")];
        folds.forEach((fold) => { fold.open = true; });
        printing = true;
        showTheme(state.theme);
        LANES.all = matched.agents.length <= 60;
        listed = Math.max(listed, 2 * MORE);
        drawAll();
    });
    window.addEventListener("afterprint", () => {
        folds.forEach((fold) => { fold.open = false; });
        printing = false;
        showTheme(state.theme);
        LANES.all = false;
        drawAll();
    });
}

/* When there is nothing else to do, all is made ready to be searched. */
function prepareSearch(from) {
    const until = Math.min(from + 200, report.findings.length);
    for (let i = from; i < until; i++) {
        haystack(report.findings[i]);
    }
    if (until < report.findings.length) {
        setTimeout(prepareSearch, 5, until);
    } else {
        document.documentElement.dataset.searchable = "yes";
    }
}

function start() {
    report = readReport();
    DEFAULTS.zone = report.raw.zone;
    byId("zone-fixed").hidden = report.raw.zone !== "fixed";
    byId("zone-fixed").textContent = offsetName(report.raw.fixed);
    startFilters();
    startSwitches();
    startStrip();
    startLanes();
    startPrinting();
    byId("findings-more").addEventListener("click", listMore);
    byId("findings").parentElement.addEventListener("scroll", (event) => {
        if (event.target.scrollTop + event.target.clientHeight > event.target.scrollHeight - 200) {
            listMore();
        }
    });
    byId("evidence-close").addEventListener("click", closeDrawer);
    window.addEventListener("keydown", (event) => { if (event.key === "Escape") { hideTip(); closeDrawer(); } });
    window.addEventListener("hashchange", takeHash);
    drawLegend();
    measure();
    takeHash();
    new ResizeObserver(() => {
        measure();
        drawStrip();
        showLanes();
    }).observe(byId("strip"));
    prepareSearch(0);
    document.documentElement.dataset.ready = "yes";
}

start();
