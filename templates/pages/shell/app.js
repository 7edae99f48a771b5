// Small conveniences. Every page works without them.
"use strict";

document.querySelectorAll("select[data-submit]").forEach((select) => {
  select.closest("form").classList.add("scripted");
  select.addEventListener("change", () => select.form.submit());
});

document.querySelectorAll("code.copy").forEach((code) => {
  if (!navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain copier";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  code.after(button);
});

// How a text is billed is counted while it is written; without scripts, by its preview.
document.querySelectorAll("[data-bill]").forEach((place) => {
  const form = document.querySelector("textarea.source").form;
  let wait = 0;
  let last = 0;
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const asked = ++last;
      const answer = await fetch(place.dataset.bill, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok && asked === last) place.innerHTML = await answer.text();
    }, 300);
  });
});

function drawChart(place) {
  const data = JSON.parse(place.dataset.chart);
  const style = getComputedStyle(place);
  const color = (name) => style.getPropertyValue(name).trim();
  const font = "12px " + style.fontFamily;
  const net = data.net.map(Number);
  const number = new Intl.NumberFormat("en", { minimumFractionDigits: data.decimals, maximumFractionDigits: data.decimals });
  const short = new Intl.NumberFormat("en", { notation: "compact" });
  const day = (i) => {
    const text = data.days[i];
    if (!text) return "";
    const date = new Date(text + "T00:00:00Z");
    return date.toLocaleDateString("en", { day: "numeric", month: "short", timeZone: "UTC" });
  };
  const axis = { stroke: color("--cb-muted"), font, ticks: { show: false }, grid: { stroke: color("--cb-line"), width: 1 } };
  const options = {
    width: place.clientWidth,
    height: 220,
    legend: { live: true },
    cursor: { y: false },
    scales: {
      x: { time: false, range: [-0.6, data.days.length - 0.4] },
      y: { range: (u, low, high) => [Math.min(0, low), Math.max(high * 1.1, 1)] },
    },
    axes: [
      { ...axis, size: 32, grid: { show: false }, space: 64, incrs: [1, 2, 5, 7, 10, 14, 30], values: (u, at) => at.map((i) => (Number.isInteger(i) ? day(i) : "")) },
      { ...axis, size: 56, values: (u, at) => at.map((v) => short.format(v)) },
    ],
    series: [
      { label: "Day", value: (u, i) => (i == null ? "–" : day(i)) },
      {
        label: "Net, " + data.currency,
        fill: color("--cb-accent"),
        stroke: color("--cb-accent"),
        width: 0,
        paths: uPlot.paths.bars({ size: [0.7, 28], radius: 0.15 }),
        points: { show: false },
        value: (u, v) => (v == null ? "–" : number.format(v)),
      },
    ],
  };
  // What happened is marked on its day; the list beneath says it in words.
  options.hooks = {
    draw: [
      (u) => {
        for (const mark of data.marks || []) {
          const i = data.days.indexOf(mark.day);
          if (i < 0) continue;
          const x = Math.round(u.valToPos(i, "x", true));
          u.ctx.save();
          u.ctx.strokeStyle = color(mark.kind === "outage" ? "--cb-bad" : "--cb-warn");
          u.ctx.setLineDash([4, 4]);
          u.ctx.lineWidth = 2;
          u.ctx.beginPath();
          u.ctx.moveTo(x, u.bbox.top);
          u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
          u.ctx.stroke();
          u.ctx.restore();
        }
      },
    ],
  };
  place.replaceChildren();
  return new uPlot(options, [data.days.map((_, i) => i), net], place);
}

document.querySelectorAll("[data-chart]").forEach((place) => {
  if (typeof uPlot === "undefined") return;
  place.closest("figure").hidden = false;
  let chart = drawChart(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (chart = drawChart(place)));
  addEventListener("resize", () => chart.setSize({ width: place.clientWidth, height: 220 }));
});
