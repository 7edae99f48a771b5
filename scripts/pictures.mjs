#!/usr/bin/env node
// The pictures of docs/img, taken anew from a server that runs, in Debian's Chromium: at a desk (1280 px) and on a phone (360 px).
//   cargo run --release -- demo, then: echo PASSWORD | scripts/pictures.mjs http://127.0.0.1:8080 demo@example.com [FOLDER] [PATH...]
// With paths, those pages are taken whole, into any folder: to look at a page before it is landed.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const [base, email, folder = "docs/img", ...paths] = process.argv.slice(2);
if (!base || !email) {
  console.error("pictures: say the address of a server that runs, and an e-mail address to sign in with");
  process.exit(2);
}
const password = readFileSync(0, "utf8").trim();
const PORT = 9577;
const QUALITY = 82; // of WebP: letters stay sharp, a page stays below 100 KB
// Of a whole page, so many pixels at most.
const TALLEST = 8000;
const SIZES = { desk: [1280, 900], phone: [360, 740] };

// Name, address, sizes, and the first link of a page to follow, where the address isn't known beforehand.
const PAGES = [
  ["overview", "/", ["desk", "phone"]],
  ["carts", "/carts", ["desk"]],
  ["cart", "/carts?state=recovered", ["desk"], "tbody th a"],
  ["campaign", "/campaigns", ["desk"], ".campaign h2 a"],
  ["template", "/templates", ["desk"], "tbody th a"],
  ["recovered", "/reports", ["desk"]],
  ["tracking", "/tracking", ["desk"]],
  ["settings", "/settings", ["desk"]],
];

const driver = spawn("chromedriver", [`--port=${PORT}`], { stdio: "ignore" });
async function ask(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${value?.message}`);
  return value;
}
async function ready() {
  for (let tries = 0; tries < 100; tries++) {
    try {
      if ((await ask("GET", "/status")).ready) return;
    } catch {}
    await new Promise((go) => setTimeout(go, 100));
  }
  throw new Error("chromedriver doesn't answer");
}

let session;
// A browser whose session isn't ended outlives its driver.
async function leave() {
  const left = session;
  session = undefined;
  if (left) await ask("DELETE", left).catch(() => {});
}

async function take(size) {
  const [width, height] = SIZES[size];
  const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"];
  const mobileEmulation = size === "phone" ? { deviceMetrics: { width, height, pixelRatio: 2 } } : undefined;
  const capabilities = { alwaysMatch: { browserName: "chrome", "goog:chromeOptions": { args: [...args, `--window-size=${Math.max(width, 500)},${height}`], mobileEmulation } } };
  session = `/session/${(await ask("POST", "/session", { capabilities })).sessionId}`;
  const go = (path) => ask("POST", `${session}/url`, { url: new URL(path, base).href });
  const run = (script, ...args) => ask("POST", `${session}/execute/sync`, { script, args });
  const cdp = (cmd, params) => ask("POST", `${session}/goog/cdp/execute`, { cmd, params });
  const settled = () => run("return new Promise((done) => { const look = () => document.querySelector('.htmx-request') ? setTimeout(look, 50) : setTimeout(done, 400); document.fonts.ready.then(look); });");
  const write = async (name, whole) => {
    await settled();
    const measured = () => run("return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]");
    const stretch = (to) => cdp("Emulation.setDeviceMetricsOverride", { width, height: to, deviceScaleFactor: size === "phone" ? 2 : 1, mobile: size === "phone" });
    // What is out of sight may not be drawn: a whole page is looked at through a window of its height.
    if (whole) {
      await stretch(Math.min((await measured())[1], TALLEST));
      await settled();
    }
    const [wide, tall] = await measured();
    if (wide > width) console.error(`pictures: ${name} is ${wide} px wide on ${width} px`);
    const clip = { x: 0, y: 0, width, height: whole ? Math.min(tall, TALLEST) : height, scale: 1 };
    const shot = { format: whole ? "png" : "webp", quality: whole ? undefined : QUALITY, clip };
    const { data } = await cdp("Page.captureScreenshot", shot);
    if (whole) await stretch(height);
    const file = `${folder}/${name}${size === "phone" ? "-phone" : ""}.${shot.format}`;
    writeFileSync(file, Buffer.from(data, "base64"));
    console.log(file);
  };
  await go("/login");
  await run("document.querySelector('[name=email]').value = arguments[0]; document.querySelector('[name=password]').value = arguments[1]; document.querySelector('form').requestSubmit()", email, password);
  await settled();
  if (await run("return location.pathname") === "/login") throw new Error(`${base} didn't let ${email} in`);
  for (const [name, path, sizes, link] of PAGES.filter(([, , sizes]) => !paths.length && sizes.includes(size))) {
    await go(path);
    if (link) {
      const next = await run("return document.querySelector(arguments[0])?.getAttribute('href')", link);
      if (!next) throw new Error(`${path} has no ${link}: the store has too little in it yet`);
      await go(next);
    }
    await write(name, false);
  }
  for (const path of paths) {
    await go(path);
    await write(path.replace(/\W+/g, "_"), true);
  }
  await leave();
}

try {
  mkdirSync(folder, { recursive: true });
  await ready();
  for (const size of Object.keys(SIZES)) await take(size);
} finally {
  await leave();
  driver.kill();
}
