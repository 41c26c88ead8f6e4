/* What is looked at, and how. It lives in the address behind '#', so that a view can be shared. */

const DEFAULTS = { agent: "", ip: "", cause: "", severity: "", q: "", from: "", to: "", zone: "utc", theme: "auto",
                   sort: "trouble", open: "" };
const CHOICES = { zone: ["utc", "server", "viewer", "fixed"], theme: ["auto", "light", "dark"],
                  sort: ["trouble", "time", "name", "address"], severity: ["", "low", "medium", "high", "critical"] };

let state = { ...DEFAULTS };

function stateFromHash(hash) {
    const result = { ...DEFAULTS };
    for (const [key, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
        if (key in DEFAULTS && (!CHOICES[key] || CHOICES[key].includes(value))) {
            result[key] = value;
        }
    }
    for (const key of ["from", "to"]) {
        const at = Date.parse(result[key]);
        result[key] = isNaN(at) ? "" : new Date(at).toISOString();
    }
    return result;
}

function hashOf(wanted) {
    const params = new URLSearchParams();
    for (const key of Object.keys(DEFAULTS)) {
        if (wanted[key] !== DEFAULTS[key]) {
            params.set(key, wanted[key]);
        }
    }
    return params.toString();
}

let hashTimer = 0;

/* A moment later: browsers are slow at it, and do not like it often. */
function writeHashSoon() {
    document.documentElement.dataset.settled = "no";
    clearTimeout(hashTimer);
    hashTimer = setTimeout(writeHash, 100);
}

function writeHash() {
    const hash = "#" + hashOf(state);
    if (hash !== (location.hash || "#")) {
        try {
            history.replaceState(null, "", hash);
        } catch {
            location.replace(hash);
        }
    }
    document.documentElement.dataset.settled = "yes";
}

/* The time that is shown: all of it, or what was zoomed to. */
function shownTime() {
    const [from, to] = report.span;
    const a = state.from ? Math.max(from, Date.parse(state.from)) : from;
    const b = state.to ? Math.min(to, Date.parse(state.to)) : to;
    return b - a >= 1000 ? [a, b] : [from, to];
}

function isZoomed() {
    const [from, to] = shownTime();
    return from !== report.span[0] || to !== report.span[1];
}
