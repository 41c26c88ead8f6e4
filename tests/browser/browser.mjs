// A browser with an empty profile, and the few things that tests ask of a page.

import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
               "--disable-component-update", "--disable-sync"];

export async function openBrowser() {
    const profile = mkdtempSync(join(tmpdir(), "boshscope-profile-"));
    const context = await chromium.launchPersistentContext(profile, {
        executablePath: "/usr/bin/chromium", headless: true, args: FLAGS,
        viewport: { width: 1280, height: 800 }, timezoneId: "America/New_York", locale: "en-US",
    });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    return {
        context,
        close: async () => {
            await context.close();
            rmSync(profile, { recursive: true, force: true });
        },
    };
}

/* A page of a report; `noise` gathers all that a quiet page would not say or ask for. */
export async function openPage(context, file, hash = "", look = {}) {
    const page = await context.newPage();
    const noise = [];
    page.on("console", (message) => noise.push(`console ${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => noise.push(`error: ${error.stack}`));
    page.on("request", (request) => {
        if (request.url().split("#")[0] !== "file://" + file) {
            noise.push(`request: ${request.url()}`);
        }
    });
    page.on("dialog", (dialog) => {
        noise.push(`dialog: ${dialog.message()}`);
        dialog.dismiss();
    });
    if (look.width) {
        await page.setViewportSize({ width: look.width, height: look.height });
    }
    await page.emulateMedia({ colorScheme: look.theme || "light" });
    await page.goto("file://" + file + hash);
    await page.waitForSelector("html[data-ready]");
    return { page, noise };
}

/* Faults that axe-core calls serious or critical in a part of the page, a line each. */
export async function accessFaults(page, part = "html") {
    await page.evaluate(axe);
    const result = await page.evaluate((where) => window.axe.run(where, { resultTypes: ["violations"] }), part);
    return result.violations.filter((fault) => fault.impact === "serious" || fault.impact === "critical")
        .map((fault) => `${fault.id}: ${fault.help}: ${fault.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

/* Where a moment stands on the lanes' canvas, when the hash says which time is shown. */
export async function laneX(page, at) {
    const hash = new URLSearchParams(new URL(page.url()).hash.slice(1));
    const [from, to, moment] = [hash.get("from"), hash.get("to"), at].map((time) => Date.parse(time));
    const box = await page.locator("#lanes-canvas").boundingBox();
    return box.x + (moment - from) / (to - from) * box.width;
}

/* Until it is so. (The page's policy keeps Playwright's own way from working.) */
export async function until(page, condition, argument) {
    for (let left = 100; left > 0; left--) {
        if (await page.evaluate(condition, argument)) {
            return;
        }
        await page.waitForTimeout(50);
    }
    throw new Error(`it did not come to: ${condition}`);
}

/* The processor time of the page's thread so far, in ms: what else the machine does is not in it. */
async function threadTime(session) {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === "ThreadTime").value * 1000;
}

/* From a change to the frame that shows it: by the clock, and in time of the page's thread. */
export async function timeToFrame(page, session, what, argument) {
    const before = await threadTime(session);
    const wall = await changeToFrame(page, what, argument);
    return { wall, thread: await threadTime(session) - before };
}

async function changeToFrame(page, what, argument) {
    return page.evaluate(async ([source, value]) => {
        const act = { agent: (text) => fill("agent", text), q: (text) => fill("q", text), ip: (text) => fill("ip", text),
                      click: (selector) => document.querySelector(selector).click() };
        function fill(name, text) {
            const input = document.querySelector(`#filters [name=${name}]`);
            input.value = text;
            input.dispatchEvent(new Event("input", { bubbles: true }));
        }
        const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
        await frame();
        const began = performance.now();
        act[source](value);
        await frame();
        return performance.now() - began;
    }, [what, argument]);
}
