// The HTML report as people use it. usage: suite.mjs PAGES SHOTS [NAME...], see run.py

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessFaults, laneX, openBrowser, openPage, timeToFrame, until } from "./browser.mjs";

const [, , pages, shots, ...wanted] = process.argv;
const FORCED = "ecea90af59c7"; // the source document's forced logout, of agent 1001003 in the demo bundle
const at = (name) => join(pages, name + ".html");
let browser;

before(async () => { browser = await openBrowser(); });
after(async () => { await browser.close(); });

/* A test of one page, which must be quiet to the end. */
function look(name, file, act, hash = "", how = {}) {
    test(name, { skip: wanted.length > 0 && !wanted.some((word) => name.includes(word)) }, async () => {
        const { page, noise } = await openPage(browser.context, at(file), hash, how);
        try {
            await act(page);
            assert.deepEqual(noise, []);
        } finally {
            await page.close();
        }
    });
}

const text = (page, selector) => page.locator(selector).innerText();
const rows = (page) => page.locator("#findings tbody tr").count();

/* The address follows a moment after the view. */
async function hashOf(page) {
    await until(page, () => document.documentElement.dataset.settled !== "no");
    return new URLSearchParams(new URL(page.url()).hash.slice(1));
}
const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

async function fill(page, name, value) {
    await page.fill(`#filters [name=${name}]`, value);
    assert.equal((await hashOf(page)).get(name) || "", value);
}

async function choose(page, name, value) {
    await page.selectOption(`#filters [name=${name}]`, value);
    assert.equal((await hashOf(page)).get(name) || "", value);
}

// ------------------------------------------------------------- what it says

look("the first screen answers", "demo", async (page) => {
    assert.match(await text(page, "#verdict-title"), /agents.* side.*high confidence/s);
    assert.match(await text(page, "#counts"), /forced logouts\s+2\s+closed as idle\s+3\s+silences\s+5/);
    assert.match(await text(page, "#causes"), /the server closed the session as idle\s+2/);
    assert.match(await text(page, "#top tbody tr:first-child"), /1001003\s+10\.10\.30\.13\s+1\s+1\s+1/);
    assert.match(await text(page, "#coverage"), /Complete.*Server time \+05:30.*\(99\.9 % of records known\)/s);
    for (const id of ["verdict", "counts", "top", "coverage", "strip"]) {
        const box = await page.locator("#" + (id === "verdict" ? "verdict-title" : id)).boundingBox();
        assert.ok(box.y + box.height <= 800, `${id} is on the first screen`);
    }
});

look("the story of the source document", "demo", async (page) => {
    const chain = await text(page, "#evidence .chain");
    for (const line of [/18:44:50\.774\s+from here on the desktop had no request open \(the server's own count\)\s+\+30\.774 s/, /18:46:04\.000\s+the server closed the session as idle\s+\+73\.226 s\s+60 s to 90 s/,
                        /18:46:04\.630\s+the web service learned that the desktop is gone\s+\+630 ms/, /18:47:04\.632\s+the desktop did not come back: the web service began the logout\s+\+60\.002 s\s+60 s to 62 s/,
                        /18:47:04\.633\s+it asked the contact center to force the agent out\s+\+60\.003 s/, /18:47:04\.643\s+the contact center answered\s+\+10 ms/]) {
        assert.match(chain, line);
    }
    const evidence = await text(page, "#evidence .records");
    assert.match(evidence, /desktop\/logs\/openfire\/info\.log:2/);
    assert.match(evidence, /2017\.06\.17 00:16:04 Closing idle session \(id=f382a015\): 1001003@fin1\.ucce\.local\/desktop\nafter inactivity/);
    assert.match(evidence, /reason code: 255, forceflag :1/);
    assert.match(await text(page, "#evidence .facts"), /2017-06-17 00:16:04\.630\s+to 00:17:04\.633/);
}, "#open=" + FORCED);

look("the source document's own records", "story", async (page) => {
    assert.match(await text(page, "#findings"), /1001003/);
    assert.match(await text(page, "#lanes-rows"), /1001003/);
});

look("times in three zones", "demo", async (page) => {
    const times = async () => text(page, "#findings tbody");
    assert.match(await times(), /18:47:04/);
    await page.click("#zones [data-zone=server]");
    assert.match(await times(), /2017-06-17 00:17:04/);
    assert.match(await text(page, "#findings thead"), /Time \+05:30/);
    await page.click("#zones [data-zone=viewer]");
    assert.match(await times(), /2017-06-16 14:47:04/);
    assert.equal((await hashOf(page)).get("zone"), "viewer");
});

// ---------------------------------------------------------- filter and zoom

look("every view follows the filter", "demo", async (page) => {
    const all = await rows(page);
    await fill(page, "agent", "1001003");
    assert.equal(await rows(page), 3);
    assert.equal(await page.locator("#lanes-rows .row").count(), 1);
    assert.equal(await page.locator("#top tbody tr").count(), 1);
    assert.match(await text(page, "#counts"), /forced logouts\s+1/);
    assert.match(await text(page, "#matched"), /1 agent, 3 findings/);
    await fill(page, "agent", "=100100");
    assert.equal(await page.locator("#lanes-rows .row").count(), 0);
    await page.click("#filter-reset");
    await page.click("#top tbody tr:nth-child(2) button");
    assert.equal((await hashOf(page)).get("agent"), "=1001009");
    assert.equal(await page.locator("#lanes-rows .row").count(), 1);
    await fill(page, "agent", "");
    await fill(page, "ip", "10.10.31.");
    assert.match(await text(page, "#lanes-rows"), /1001008|1001009/);
    assert.doesNotMatch(await text(page, "#lanes-rows"), /1001003/);
    await page.click("#filter-reset");
    assert.equal(await rows(page), all);
    await choose(page, "severity", "high");
    assert.equal(await rows(page), 2);
    await choose(page, "severity", "");
    await choose(page, "cause", "idle_closure");
    assert.equal(await rows(page), 5);
    await page.click("#filter-reset");
    await fill(page, "q", "forceflag :1");
    assert.equal(await rows(page), 2);
    await fill(page, "q", "no such text");
    assert.equal(await rows(page), 0);
    assert.equal(await page.locator("#lanes.empty").count(), 1);
});

look("a cause is chosen in its bar", "demo", async (page) => {
    await page.click("#causes button");
    assert.equal((await hashOf(page)).get("cause"), "idle_closure");
    assert.equal(await page.getAttribute("#causes button", "aria-pressed"), "true");
});

async function drag(page, selector, from, to) {
    const box = await page.locator(selector).boundingBox();
    await page.mouse.move(box.x + box.width * from, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to, box.y + 42, { steps: 4 });
    await page.mouse.up();
}

look("a drag zooms, a double click shows all", "demo", async (page) => {
    const all = await rows(page);
    await drag(page, "#strip", 0.5, 0.65);
    const hash = await hashOf(page);
    const [from, to] = ["from", "to"].map((key) => Date.parse(hash.get(key)));
    assert.ok(to - from > 60e3 && to - from < 300e3, `${to - from} ms`);
    assert.ok(await rows(page) < all);
    await drag(page, "#lanes-canvas", 0.4, 0.6);
    const closer = await hashOf(page);
    const inner = Date.parse(closer.get("to")) - Date.parse(closer.get("from"));
    assert.ok(Math.abs(inner - (to - from) / 5) < 3000, `${inner} ms of ${to - from}`);
    await page.locator("#strip").dblclick({ position: { x: 20, y: 40 } });
    assert.equal((await hashOf(page)).get("from"), null);
    assert.equal(await rows(page), all);
    await page.click("#zoom-in");
    assert.ok((await hashOf(page)).get("from"));
    await page.click("#zoom-reset");
    assert.equal(await rows(page), all);
});

look("a view can be shared by its address", "demo", async (page) => {
    await fill(page, "agent", "100100");
    await fill(page, "q", "closed");
    await page.selectOption("#sort", "address");
    await page.click("#zones [data-zone=server]");
    await page.click("#themes [data-theme=dark]");
    await drag(page, "#strip", 0.3, 0.9);
    await page.locator("#findings tbody tr").first().click();
    await hashOf(page);
    const seen = [await text(page, "#findings tbody"), await text(page, "#lanes-rows"), await text(page, "#evidence")];
    const other = await openPage(browser.context, at("demo"), new URL(page.url()).hash);
    assert.deepEqual([await text(other.page, "#findings tbody"), await text(other.page, "#lanes-rows"), await text(other.page, "#evidence")], seen);
    assert.equal(await other.page.inputValue("#filters [name=q]"), "closed");
    assert.equal(await other.page.getAttribute("html", "data-theme"), "dark");
    assert.equal(new URL(other.page.url()).hash, new URL(page.url()).hash);
    assert.deepEqual(other.noise, []);
    await other.page.close();
});

look("an address that makes no sense does no harm", "demo", async (page) => {
    assert.equal(await page.locator("#findings tbody tr").count() > 0, true);
    assert.equal(await page.locator("#evidence").isHidden(), true);
}, "#from=yesterday&to=%00&zone=mars&theme=<script>&sort=x&severity=9&open=nobody&unknown=1&agent=");

// ------------------------------------------------------------- the evidence

const WINDOW = "from=2017-06-16T18:44:00.000Z&to=2017-06-16T18:48:00.000Z";

look("a click on a mark opens its records", "demo", async (page) => {
    const y = (await page.locator("#lanes-rows .row").first().boundingBox()).y + 15;
    await page.mouse.click(await laneX(page, "2017-06-16T18:47:04.633Z"), y);
    assert.match(await text(page, "#evidence-title"), /forced logout, 1001003/);
    assert.equal((await hashOf(page)).get("open"), FORCED);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#evidence").isHidden(), true);
    await page.mouse.click(await laneX(page, "2017-06-16T18:44:20Z"), y + 6);
    assert.match(await text(page, "#evidence-title"), /session f382a015, agent 1001003/);
    assert.match(await text(page, "#evidence-body"), /server's sample\s+silent for 43\.23 s/);
}, "#agent=1001003&" + WINDOW);

look("what is copied can be pasted", "demo", async (page) => {
    await page.click("text=Copy case note");
    await page.waitForSelector("text=Copied");
    const note = await clipboard(page);
    for (const line of ["Who:   agent 1001003; session f382a015; address 10.10.30.13; node 10.10.20.5",
                        "2017-06-16 18:47:04.633 UTC (00:17:04.633 +05:30 server time)", "+60.002 s  the desktop did not come back: the web service began the logout",
                        "desktop/logs/openfire/info.log:2", `Finding ${FORCED}`]) {
        assert.ok(note.includes(line), `${line}\n---\n${note}`);
    }
    await page.click("text=Copy grep command");
    await until(page, () => navigator.clipboard.readText().then((copied) => copied.startsWith("grep")));
    const found = execFileSync("bash", ["-c", await clipboard(page)], { cwd: pages, encoding: "utf8" });
    assert.match(found, /^desktop\/logs\/openfire\/info\.log:2:2017\.06\.17 00:16:04 Closing idle session/m);
    assert.match(found, /:33:.*reason code: 255/);
    await page.click("text=Copy timeline command");
    await until(page, () => navigator.clipboard.readText().then((copied) => copied.startsWith("boshscope")));
    assert.equal(await clipboard(page), "boshscope timeline --agent 1001003 --from 2017-06-16T18:41:04.630Z " +
        "--to 2017-06-16T18:52:04.633Z testdata/bundles/active_1497638824642.tgz");
}, "#open=" + FORCED);

look("odd reports: a page of one agent counts her alone", "one", async (page) => {
    assert.match(await text(page, "#counts"), /forced logouts\s+1[^]*agents\s+1\s+sessions\s+1/);
    assert.match(await text(page, "#coverage"), /This page is of agent 1001003 alone/);
});

look("odd reports: a window, pseudonyms and damage are told", "asked", async (page) => {
    assert.match(await text(page, "#coverage"), /Not complete[^]*Only findings from 2017-06-16 18:45:00 UTC/);
    assert.equal(await page.locator("text=Copy grep command").count(), 0);
    assert.match(await text(page, "#evidence-body"), /are pseudonyms/);
    await page.click("text=Copy timeline command");
    await until(page, () => navigator.clipboard.readText().then((copied) => /^boshscope.* report\.json$/.test(copied)));
    await page.click("text=Copy case note");
    await until(page, () => navigator.clipboard.readText().then((copied) => copied.includes("The report is NOT complete")));
}, "#open=" + FORCED);

look("odd reports: what the page does not hold counts", "fewer", async (page) => {
    assert.match(await text(page, "#counts"), /forced logouts\s+7,?000/);
    assert.match(await text(page, "#causes"), /6,999/);
    await fill(page, "agent", "1001003");
    assert.match(await text(page, "#counts"), /forced logouts\s+1\s/);
});

look("odd reports: a name is looked for as the logs spell it", "spelt", async (page) => {
    await page.click("text=Copy grep command");
    await until(page, () => navigator.clipboard.readText().then((copied) => copied.startsWith("grep -nHFi ")));
    const command = await clipboard(page);
    writeFileSync(join(pages, "spelt.log"), "Closing idle session: o\\27neil\\40east@fin1/desktop\nagent O'Neil@EAST\nnobody\n");
    const found = execFileSync("bash", ["-c", command.replace(/ -- .*/, " -- spelt.log")], { cwd: pages, encoding: "utf8" });
    assert.equal(found.split("\n").length, 3);
    await page.click("text=Copy timeline command");
    await until(page, () => navigator.clipboard.readText().then((copied) => /^boshscope.* report\.json$/.test(copied)));
}, "#open=" + FORCED);

look("all of it by keys", "demo", async (page) => {
    await page.locator("#sort").focus();
    await page.keyboard.press("Tab");
    const focused = () => page.evaluate(() => document.activeElement.innerText);
    assert.match(await focused(), /1001003/);
    await page.keyboard.press("ArrowDown");
    assert.match(await focused(), /1001009/);
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    assert.match(await focused(), /1001003/);
    const heard = [];
    for (let i = 0; i < 6; i++) {
        await page.keyboard.press("ArrowRight");
        heard.push(await page.locator("#live").innerText());
    }
    assert.match(heard.join("\n"), /closed as idle|idle closure/);
    assert.match(heard.join("\n"), /18:47:04\.633 forced logout/);
    await page.keyboard.press("+");
    assert.ok((await hashOf(page)).get("from"), "zoomed");
    assert.match(await focused(), /1001003/);
    await page.keyboard.press("0");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#evidence").isVisible(), true);
    assert.match(await focused(), /1001003/);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#evidence").isHidden(), true);
    assert.equal(await page.evaluate(() => document.activeElement.className), "row");
});

// ----------------------------------------------------------- who looks, how

/** What reaches over the right edge of the box that it stands in: the names of kinds, and the counts. */
const reachOver = (page) => page.evaluate(() => {
    const right = (node) => Math.floor(node.getBoundingClientRect().right);
    const kinds = [...document.querySelectorAll("#findings td.kind button")].filter((one) => right(one) > right(one.parentElement));
    const counts = [...document.querySelectorAll("#counts > div > *")].filter((one) => right(one) > right(one.closest("dl")));
    return [...kinds, ...counts].map((one) => one.textContent);
});

for (const [name, how] of Object.entries({
    "wide-light": { width: 1280, height: 800, theme: "light" }, "wide-dark": { width: 1280, height: 800, theme: "dark" },
    "phone-light": { width: 390, height: 844, theme: "light" }, "phone-dark": { width: 390, height: 844, theme: "dark" },
})) {
    look(`readable for all: ${name}`, "demo", async (page) => {
        await page.screenshot({ path: join(shots, `${name}.png`) });
        assert.deepEqual(await accessFaults(page), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing stands out at the side");
        assert.deepEqual(await reachOver(page), []);
        await page.locator("#findings button").last().click();
        await page.waitForTimeout(200);
        await page.screenshot({ path: join(shots, `${name}-evidence.png`) });
        assert.deepEqual(await accessFaults(page, "#evidence"), []);
    }, "", how);
}

look("the picture of the README", "demo", async (page) => {
    await page.locator("#lanes-rows .row").nth(7).waitFor();
    await page.screenshot({ path: join(shots, "page.png") });
}, "", { width: 1280, height: 975, theme: "light" });

look("it prints", "demo", async (page) => {
    const pdf = await page.pdf({ format: "A4", path: join(shots, "print.pdf") });
    assert.ok(pdf.length > 20000);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator(".tools").isHidden(), true);
    assert.equal(await page.getAttribute("html", "data-theme"), "light");
    assert.equal(await page.locator("#read details").first().getAttribute("open"), "");
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    assert.equal(await page.getAttribute("html", "data-theme"), "dark");
}, "#theme=dark");

// ---------------------------------------------------------------- how fast

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

look("a large report is drawn and filtered at once", "big", async (page) => {
    assert.ok(statSync(at("big")).size < 5e6, "smaller than 5 MB");
    const paints = [];
    for (let i = 0; i < 3; i++) {
        await page.reload();
        await page.waitForSelector("html[data-ready]");
        await until(page, () => performance.getEntriesByName("first-contentful-paint").length);
        paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
    }
    await page.waitForSelector("html[data-searchable]");
    const session = await browser.context.newCDPSession(page);
    await session.send("Performance.enable");
    const changes = [["agent", "10015"], ["agent", "100152"], ["agent", ""], ["ip", "10.5.201."], ["ip", ""],
                     ["q", "reason code: 255"], ["q", ""], ["click", "#zoom-in"], ["click", "#zoom-reset"]];
    const times = changes.map(() => ({ wall: Infinity, thread: Infinity }));
    for (let round = 0; round < 2; round++) { // the better one: what else the machine does slows the caches, too
        for (const [i, [what, value]] of changes.entries()) {
            const time = await timeToFrame(page, session, what, value);
            times[i] = { wall: Math.min(times[i].wall, time.wall), thread: Math.min(times[i].thread, time.thread) };
        }
    }
    const [wall, thread] = ["wall", "thread"].map((kind) => times.map((time) => Math.round(time[kind])));
    console.log(`first paint ${paints.map(Math.round)} ms; filters ${wall} ms, of the page's thread ${thread} ms; ` +
        `page ${statSync(at("big")).size} bytes`);
    assert.match(await text(page, "#matched"), /All: 2,000 agents, 6,001 findings/);
    assert.ok(sorted(paints)[0] < 1000, `first paint ${paints}`);
    assert.ok(sorted(thread)[Math.floor(thread.length / 2)] < 100, `filters ${thread}`);
    assert.deepEqual(await reachOver(page), []);
    await page.screenshot({ path: join(shots, "big.png") });
});

// ----------------------------------------------------------------- hostile

async function touchAll(page) {
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.evaluate(() => document.querySelectorAll("script").length), 2);
    assert.equal(await page.evaluate(() => document.querySelectorAll("img, iframe, object, embed, link, base").length), 0);
    for (const fold of await page.locator("#read summary").all()) {
        await fold.click();
    }
    for (const button of (await page.locator("#findings tbody button").all()).slice(0, 12)) {
        await button.click();
        await page.keyboard.press("Escape");
    }
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing stands out at the side");
}

look("hostile names in the logs stay text", "hostile_logs", async (page) => {
    await touchAll(page);
    const shown = await page.evaluate(() => document.body.innerText);
    for (const piece of ["<script>window.hacked=1</script>", "</script><img/src=x/onerror=window.hacked=2>", "\u{1f600}", "\u241b[2J", "[U+202E]", "\ufffd"]) {
        assert.ok(shown.includes(piece), piece);
    }
    assert.doesNotMatch(shown, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    await page.screenshot({ path: join(shots, "hostile.png"), fullPage: true });
});

look("a hostile report stays text", "hostile_report", touchAll);

look("commands of hostile names are words of a shell", "hostile_report", async (page) => {
    for (const row of (await page.locator("#findings tbody tr").all()).slice(0, 6)) {
        await row.locator("button").click();
        for (const name of ["Copy grep command", "Copy timeline command"]) {
            if (await page.locator(`text=${name}`).count()) {
                await page.evaluate(() => navigator.clipboard.writeText("-"));
                await page.click(`text=${name}`);
                await until(page, () => navigator.clipboard.readText().then((copied) => copied !== "-"));
                const command = await clipboard(page);
                assert.doesNotMatch(command, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
                execFileSync("bash", ["-c", `grep() { :; }; boshscope() { :; }; unzip() { :; }; ${command}\n[ ! -e hacked ]`], { cwd: pages });
            }
        }
        await page.keyboard.press("Escape");
    }
});

// -------------------------------------------------------------- the fleet's

look("the fleet's page filters", "fleet", async (page) => {
    const count = () => page.locator("#incidents tbody tr").count();
    const all = await count();
    assert.match(await text(page, "#unread"), /broken\.json: NOT READ/);
    await page.fill("#filters [name=q]", "1001003");
    const some = await count();
    assert.ok(some > 0 && some < all, `${some} of ${all}`);
    await page.fill("#filters [name=q]", "nobody is called so");
    assert.match(await text(page, "#matched"), /Shown: 0 incidents, 0 agents/);
    await page.click("#filters [type=reset]");
    await until(page, (wanted) => document.querySelectorAll("#incidents tbody tr").length === wanted, all);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
});

for (const [screen, how] of Object.entries({ wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } })) {
    for (const theme of ["light", "dark"]) {
        look(`the fleet's page on ${screen}, ${theme}`, "fleet", async (page) => {
            assert.deepEqual(await accessFaults(page), []);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it is not wider than the screen");
            await page.screenshot({ path: join(shots, `fleet-${screen}-${theme}.png`), fullPage: false });
        }, "", { ...how, theme });
    }
}

test("the page forbids what it does not need", { skip: wanted.length > 0 && !wanted.includes("policy") }, async () => {
    const { page } = await openPage(browser.context, at("demo"));
    const asked = [];
    page.on("requestfinished", (request) => asked.push(request.url()));
    page.on("requestfailed", (request) => asked.push(request.failure().errorText));
    const done = await page.evaluate(async () => {
        const script = document.createElement("script");
        script.textContent = "window.injected = 1";
        document.body.append(script);
        const image = document.createElement("img");
        image.src = "https://example.invalid/x.png";
        document.body.append(image);
        const fetched = await fetch("https://example.invalid/").then(() => "yes", () => "no");
        const frame = document.createElement("iframe");
        frame.src = "https://example.invalid/";
        document.body.append(frame);
        await new Promise((resolve) => setTimeout(resolve, 200));
        return { injected: window.injected, fetched };
    });
    assert.deepEqual(done, { injected: undefined, fetched: "no" });
    assert.deepEqual([...new Set(asked)], ["csp"]);
    await page.close();
});

test("the page is one file", () => {
    const source = readFileSync(at("demo"), "utf8");
    const data = source.slice(source.indexOf('id="report">') + 12);
    assert.doesNotMatch(source.replace(/https:\/\/www\.(cisco|w3)\.(com|org)[^"\\]*/g, ""), /(src|href)="?(https?:)?\/\//);
    assert.doesNotMatch(data.slice(0, data.indexOf("</script>")), /[<>&\u2028\u2029]/);
    assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/);
});
