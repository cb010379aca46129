"use strict";
(() => {
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const darkScheme = window.matchMedia("(prefers-color-scheme: dark)");
  const config = { displayModeBar: false, responsive: true };

  const GLYPHS = { circle: "●", "circle-open": "○", diamond: "◆", square: "■", "triangle-up": "▲", x: "✕" };

  // Charts are authored in light colours; a name that looks like a colour stays as it is.
  function recolored(value, isColor) {
    if (Array.isArray(value)) return value.map((item) => recolored(item, isColor));
    if (value && typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, recolored(item, key.toLowerCase().endsWith("color"))]),
      );
    }
    if (!isColor || typeof value !== "string") return value;
    const start = value.startsWith("rgba(") ? value.slice(0, value.lastIndexOf(",") + 1) : value;
    return (data.dark[start] || start) + value.slice(start.length);
  }

  function tracesOf(chart, variant) {
    return variant.traces.map((trace, i) => ({ ...chart.base[i], ...trace, x: variant.x[trace.x] }));
  }

  // One model with its bands, or the lines of all models.
  function chosenTraces(traces, select) {
    if (!select) return traces;
    const all = select.selectedOptions[0].hasAttribute("data-all");
    return traces.filter(({ meta }) => !meta || (all ? meta.band === undefined : meta.model === data.models[select.value]));
  }

  function legendName(trace) {
    if (trace.meta && trace.meta.band !== undefined) return `${trace.meta.band}% interval`;
    return trace.meta ? trace.meta.model : trace.name;
  }

  function draw(figure) {
    const chart = data.charts[figure.dataset.chart];
    const parts = [...figure.querySelectorAll("select[data-part]")];
    const key = parts.length ? parts.map((part) => part.value).join("/") : Object.keys(chart.variants)[0];
    const variant = chart.variants[key];
    const plot = figure.querySelector(".plot");
    if (!variant) {
      Plotly.purge(plot);
      return;
    }
    const traces = chosenTraces(tracesOf(chart, variant), figure.querySelector("select[data-model]"));
    for (const trace of traces) if (figure.hidden_.has(legendName(trace))) trace.visible = false;
    const dragmode = window.matchMedia("(pointer: coarse)").matches ? false : "zoom";
    const layout = { ...chart.layout, ...variant.layout, showlegend: false, dragmode };
    const paint = (value) => (darkScheme.matches ? recolored(value, false) : structuredClone(value));
    const painted = paint(traces);
    fillLegend(figure, painted);
    const choice = [...figure.querySelectorAll("select")].map((select) => select.selectedOptions[0].textContent.trim());
    plot.setAttribute("aria-label", [plot.dataset.label, ...choice].join(", "));
    return Plotly.react(plot, painted, paint(layout), config);
  }

  function fillLegend(figure, traces) {
    const list = figure.querySelector(".legend");
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    list.replaceChildren();
    const bands = traces.filter(({ fill }) => fill).map(({ meta }) => meta.band);
    const named = new Set();
    const rank = ({ meta }) => (meta && meta.band) || 0;
    for (const trace of [...traces].sort((a, b) => rank(a) - rank(b))) {
      const isBand = trace.meta && trace.meta.band !== undefined;
      const name = legendName(trace);
      if (!name || trace.type !== "scatter" || trace.mode === "text" || (isBand && !trace.fill) || named.has(name)) continue;
      named.add(name);
      const button = document.createElement("button");
      const chip = document.createElement("i");
      const text = document.createElement("span");
      button.type = "button";
      button.dataset.name = name;
      button.title = name;
      button.setAttribute("aria-pressed", String(trace.visible !== false));
      chip.className = isBand ? "chip band" : "chip";
      if (isBand) {
        // bands lie on top of each other, so that an inner one is as dark as all around it together
        const layers = bands.filter((level) => level >= trace.meta.band).length;
        const layer = `linear-gradient(${trace.fillcolor}, ${trace.fillcolor})`;
        chip.style.backgroundImage = Array(layers).fill(layer).join(", ");
      } else if (trace.mode.startsWith("markers")) {
        chip.className = "glyph";
        chip.textContent = GLYPHS[trace.marker.symbol];
        if (typeof trace.marker.color === "string") chip.style.color = trace.marker.color;
      } else {
        const dash = trace.line.dash || "solid";
        chip.style.borderTopColor = trace.line.color;
        chip.style.borderTopStyle = { dash: "dashed", dot: "dotted", dashdot: "double" }[dash] || "solid";
      }
      text.textContent = name;
      button.append(chip, text);
      button.addEventListener("click", () => {
        if (!figure.hidden_.delete(name)) figure.hidden_.add(name);
        draw(figure);
      });
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
      if (name === focused) button.focus();
    }
  }

  // The cutoffs on offer are those of the series; the place in the list is kept when the series changes.
  function fillCutoffs(figure) {
    const series = figure.querySelector("select[data-part=series]");
    const cutoff = figure.querySelector("select[data-part=cutoff]");
    if (!series) return;
    const stamps = data.charts.forecast.cutoffs[series.value];
    const place = cutoff.options.length ? Math.min(cutoff.selectedIndex, stamps.length - 1) : stamps.length - 1;
    cutoff.replaceChildren(...stamps.map((stamp, i) => new Option(stamp, i)));
    cutoff.selectedIndex = place;
  }

  function makeSortable(table) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (column === 0) return;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      const distance = (row) => {
        const { value } = row.cells[column].dataset;
        return value === undefined ? Infinity : Math.abs(Number(value) - Number(head.dataset.target));
      };
      button.addEventListener("click", () => {
        const ascending = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        const compare = (a, b) => (distance(a) === distance(b) ? 0 : distance(a) < distance(b) ? -1 : 1);
        const rows = [...body.rows].sort((a, b) => (ascending ? compare(a, b) : compare(b, a)));
        body.append(...rows);
      });
    });
  }

  for (const table of document.querySelectorAll("table")) makeSortable(table);
  const figures = [...document.querySelectorAll("figure[data-chart]")];
  for (const figure of figures) {
    figure.hidden_ = new Set();
    fillCutoffs(figure);
    figure.addEventListener("change", (event) => {
      if (event.target.dataset.part === "series") fillCutoffs(figure);
      draw(figure);
    });
  }
  const drawAll = () => Promise.all(figures.map(draw));
  darkScheme.addEventListener("change", drawAll);
  drawAll().then(() => document.documentElement.setAttribute("data-drawn", ""));
})();
