// Net revenue per day, as a chart.
function drawChart(place) {
  const data = JSON.parse(place.dataset.chart);
  const style = getComputedStyle(place);
  const color = (name) => style.getPropertyValue(name).trim();
  const font = "12px " + style.fontFamily;
  const net = data.net.map(Number);
  const language = data.language || "en";
  const before = (data.before || []).slice(0, net.length).map(Number);
  const number = new Intl.NumberFormat(language, { minimumFractionDigits: data.decimals, maximumFractionDigits: data.decimals });
  const short = new Intl.NumberFormat(language, { notation: "compact" });
  const day = (i) => {
    const text = data.days[i];
    if (!text) return "";
    const date = new Date(text + "T00:00:00Z");
    return date.toLocaleDateString(language, { day: "numeric", month: "short", timeZone: "UTC" });
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
      { label: data.words.day, value: (u, i) => (i == null ? "–" : day(i)) },
      {
        label: data.words.net + ", " + data.currency,
        fill: color("--cb-accent"),
        stroke: color("--cb-accent"),
        width: 0,
        paths: uPlot.paths.bars({ size: [0.7, 28], radius: 0.15 }),
        points: { show: false },
        value: (u, v) => (v == null ? "–" : number.format(v)),
      },
    ],
  };
  const rows = [data.days.map((_, i) => i), net];
  if (before.length) {
    // Beside the bars a line: told apart by more than its colour.
    options.series.push({
      label: data.words.before + ", " + data.currency,
      stroke: color("--cb-text"),
      width: 2,
      dash: [6, 4],
      points: { show: false },
      value: (u, v) => (v == null ? "–" : number.format(v)),
    });
    rows.push(data.days.map((_, i) => (i < before.length ? before[i] : null)));
  }
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
  return new uPlot(options, rows, place);
}

document.querySelectorAll("[data-chart]").forEach((place) => {
  if (typeof uPlot === "undefined") return;
  place.closest("figure").hidden = false;
  let chart = drawChart(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (chart = drawChart(place)));
  addEventListener("resize", () => chart.setSize({ width: place.clientWidth, height: 220 }));
});
