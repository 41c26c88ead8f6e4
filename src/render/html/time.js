/* Times as the viewer wants them: in UTC, in the server's zone or in the viewer's own. */

const MINUTE = 60e3, HOUR = 3600e3, DAY = 24 * HOUR;

/* The server's offset in minutes at a moment, null where nothing tells it. */
function serverOffset(at) {
    let offset = report.clock.offset;
    for (let i = 0; i + 1 < report.clock.changes.length && report.clock.changes[i] <= at; i += 2) {
        offset = report.clock.changes[i + 1];
    }
    return offset;
}

function offsetAt(at, zone) {
    if (zone === "server") {
        return serverOffset(at) ?? 0;
    }
    if (zone === "fixed") {
        return report.raw.fixed;
    }
    return zone === "viewer" ? -new Date(at).getTimezoneOffset() : 0;
}

function offsetName(minutes) {
    if (minutes === 0) {
        return "UTC";
    }
    const whole = Math.abs(minutes);
    const two = (n) => String(n).padStart(2, "0");
    return (minutes < 0 ? "-" : "+") + two(Math.floor(whole / 60)) + ":" + two(whole % 60);
}

function zoneName(at, zone = state.zone) {
    return zone === "utc" ? "UTC" : offsetName(offsetAt(at, zone));
}

/* "2017-06-16T18:47:04.633" in that zone. */
function isoAt(at, zone) {
    const date = new Date(at + offsetAt(at, zone) * MINUTE);
    return isNaN(date) ? "?" : date.toISOString().slice(0, -1);
}

function dateText(at, zone = state.zone) {
    return at === null ? "" : isoAt(at, zone).slice(0, 10);
}

function clockText(at, zone = state.zone) {
    return at === null ? "" : isoAt(at, zone).slice(11, 19);
}

function clockMs(at, zone = state.zone) {
    return at === null ? "" : isoAt(at, zone).slice(11, 23);
}

function fullText(at, zone = state.zone) {
    return at === null ? "unknown" : `${dateText(at, zone)} ${clockMs(at, zone)} ${zoneName(at, zone)}`;
}

function rfc3339(at) {
    return new Date(at).toISOString();
}

function durationText(ms) {
    if (ms === null || ms === undefined) {
        return "";
    }
    const sign = ms < 0 ? "-" : "", whole = Math.abs(ms);
    if (whole < 1000) {
        return `${sign}${whole} ms`;
    }
    if (whole < 10 * MINUTE) {
        return `${sign}${(whole / 1000).toFixed(3).replace(/\.?0+$/, "")} s`;
    }
    if (whole < 2 * DAY) {
        const hours = Math.floor(whole / HOUR), minutes = Math.round((whole % HOUR) / MINUTE);
        return sign + (hours ? `${hours} h ` : "") + `${minutes} min`;
    }
    return `${sign}${Math.floor(whole / DAY)} d ${Math.round((whole % DAY) / HOUR)} h`;
}

const STEPS = [1e3, 2e3, 5e3, 10e3, 15e3, 30e3, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
               HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY, 365 * DAY];

/* The shortest round step of which at most `most` fit. */
function roundStep(span, most) {
    return STEPS.find((step) => span / step <= most) ?? STEPS[STEPS.length - 1] * Math.ceil(span / most / STEPS[STEPS.length - 1]);
}

/* Marks of an axis at round times of the zone: [{at, text}]. */
function ticks(from, to, most) {
    const step = roundStep(to - from, most);
    const shift = offsetAt(from, state.zone) * MINUTE;
    const found = [];
    let day = "";
    for (let at = Math.ceil((from + shift) / step) * step - shift; at <= to; at += step) {
        const clock = step >= DAY ? "" : clockText(at).slice(0, step >= MINUTE ? 5 : 8);
        const date = dateText(at);
        found.push({ at, text: date === day && clock ? clock : date + (clock ? " " + clock : "") });
        day = date;
    }
    return found;
}
