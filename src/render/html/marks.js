/* The marks of lanes, legend and tables: one shape each, so that no colour is needed to tell them apart. */

/* In a square of 12 around the middle; `line`: drawn with a pen, not filled. */
const MARKS = {
    closure: { path: "M-4-4 4 4M4-4-4 4", line: true, name: "closed as idle" },
    forced: { path: "M-5.5-4.5H5.5L0 5.5Z", name: "forced logout" },
    presence: { path: "M0-5 5 0 0 5-5 0Z", line: true, name: "presence lost" },
    available: { path: "M3 0A3 3 0 1 1 3-.01Z", line: true, name: "presence available" },
    signin: { path: "M-4 4 0-4 4 4Z", name: "signed in" },
    terminate: { path: "M0-5V5M-3-5H3M-3 5H3", line: true, name: "signed off" },
    silence: { path: "M-5 4.5H5V-4.5Z", name: "silence" },
    stop: { path: "M-4-4H4V4H-4Z", name: "server stopped" },
    start: { path: "M-3.5-5 5 0-3.5 5Z", name: "server started" },
    burst: { path: "M1.5-6-4.5 1H-.5L-1.5 6 4.5-1H.5Z", name: "mass disconnect" },
    unanswered: { path: "M-5-4H5L0 5Z", line: true, name: "unanswered logout" },
    signature: { path: "M-2.8-5H2.8L5.5 0 2.8 5H-2.8L-5.5 0Z", line: true, name: "known signature" },
    server: { path: "M0-5V5", line: true, name: "other event of the server" },
};
const MARK_OF_KIND = { idle_escalation: "silence", idle_closure: "closure", forced_logout: "forced",
                       mass_disconnect: "burst", server_restart: "stop", unanswered_logout: "unanswered",
                       signature: "signature" };

let palette = null;
const shapes = {};

/* The colours of the style sheet, for what is drawn. */
function readPalette() {
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue("--" + name).trim();
    palette = { ink: color("ink"), muted: color("muted"), line: color("line"), panel: color("panel"),
                accent: color("accent"), hover: color("hover"), window: color("window"), marks: {}, ends: {} };
    Object.keys(MARKS).forEach((name) => {
        palette.marks[name] = color("m-" + name);
        shapes[name] = shapes[name] || new Path2D(MARKS[name].path);
    });
    Object.keys(ENDS).forEach((name) => { palette.ends[name] = color("e-" + name.replace("_", "-")); });
    palette.patterns = {};
}

/* How a session ended is told by its band's pattern as well as by its colour. */
function bandPattern(context, end) {
    if (palette.patterns[end]) {
        return palette.patterns[end];
    }
    const tile = document.createElement("canvas");
    const pen = tile.getContext("2d");
    tile.width = tile.height = 8;
    pen.strokeStyle = pen.fillStyle = palette.ends[end];
    pen.globalAlpha = 0.14;
    pen.fillRect(0, 0, 8, 8);
    pen.globalAlpha = 0.7;
    pen.lineWidth = 1.2;
    if (end === "server_stop") {
        pen.beginPath();
        pen.moveTo(-2, 2); pen.lineTo(2, -2); pen.moveTo(-2, 10); pen.lineTo(10, -2); pen.moveTo(6, 10); pen.lineTo(10, 6);
        pen.stroke();
    } else if (end === "replaced") {
        pen.fillRect(1, 1, 2, 2);
        pen.fillRect(5, 5, 2, 2);
    } else if (end === "terminate") {
        pen.fillRect(0, 4.5, 8, 1.2);
    } else if (end === "idle_closure") {
        pen.globalAlpha = 0.4;
        pen.fillRect(0, 0, 8, 8);
    }
    palette.patterns[end] = context.createPattern(tile, "repeat");
    return palette.patterns[end];
}

function drawMark(context, name, x, y, scale = 1) {
    context.save();
    context.translate(x, y);
    context.scale(scale, scale);
    context.lineJoin = "round";
    if (MARKS[name].line) {
        context.strokeStyle = palette.panel;
        context.lineWidth = 5;
        context.stroke(shapes[name]);
        context.strokeStyle = palette.marks[name];
        context.lineWidth = 2;
        context.stroke(shapes[name]);
    } else {
        context.strokeStyle = palette.panel;
        context.lineWidth = 2;
        context.stroke(shapes[name]);
        context.fillStyle = palette.marks[name];
        context.fill(shapes[name]);
    }
    context.restore();
}

/* The same mark among text. */
function markIcon(name) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const path = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "-7 -7 14 14");
    svg.setAttribute("class", `icon m-${name}` + (MARKS[name].line ? " pen" : ""));
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", MARKS[name].path);
    svg.append(path);
    return svg;
}

/* A canvas of that many CSS pixels, sharp on any screen. */
function sizeCanvas(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1;
    const w = Math.round(width * ratio), h = Math.round(height * ratio);
    if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w;
        canvas.height = h;
        canvas.style.width = width + "px";
        canvas.style.height = height + "px";
    }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
}
