// Draws each table of the dashboard, from the table itself. Without this the tables stand open, and nothing is lost.
// Lines differ by dashes and point shapes, bars by patterns, and names stand at the lines: nothing is told by colour alone.
const INK = "#212b32";
const GRID = "#d8dde0";
const COLOURS = ["#005eb8", "#b30e18", "#00401e", "#330072", "#4d3a00", "#4c6272", "#7c2855"];
const DASHES = [[], [8, 4], [2, 3], [12, 3, 2, 3], [5, 5], [1, 5], [14, 6]];
const POINTS = ["circle", "rect", "triangle", "rectRot", "star", "crossRot", "cross"];
const narrow = window.matchMedia("(max-width: 40em)").matches;

function pattern(number) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 12;
  const pen = tile.getContext("2d");
  pen.fillStyle = COLOURS[number % COLOURS.length];
  pen.fillRect(0, 0, 12, 12);
  pen.strokeStyle = "#fff";
  pen.lineWidth = 2;
  const strokes = [
    [],
    [[0, 12, 12, 0]],
    [[0, 6, 12, 6]],
    [[0, 0, 12, 12], [0, 12, 12, 0]],
    [[6, 0, 6, 12]],
    [[0, 6, 12, 6], [6, 0, 6, 12]],
    [[0, 0, 12, 12]],
  ][number % 7];
  for (const [fromX, fromY, toX, toY] of strokes) {
    pen.beginPath();
    pen.moveTo(fromX, fromY);
    pen.lineTo(toX, toY);
    pen.stroke();
  }
  return pen.createPattern(tile, "repeat");
}

function read(table, drawn) {
  const text = (cell) => cell.textContent.trim();
  const heads = [...table.tHead.rows[0].cells].slice(1, drawn + 1).map(text);
  const rows = [...table.tBodies[0].rows].filter((row) => text(row.cells[0]) !== "All");
  const number = (cell) => (/^\d+$/.test(text(cell)) ? Number(text(cell)) : null);
  return {
    labels: rows.map((row) => text(row.cells[0])),
    sets: heads.map((name, column) => ({ name, numbers: rows.map((row) => number(row.cells[column + 1])) })),
  };
}

function dataset({ name, numbers }, place, lines) {
  const colour = COLOURS[place % COLOURS.length];
  if (!lines) {
    return { label: name, data: numbers, backgroundColor: pattern(place), borderColor: INK, borderWidth: 1, maxBarThickness: 40 };
  }
  return {
    label: name,
    data: numbers,
    borderColor: colour,
    backgroundColor: colour,
    borderDash: DASHES[place % DASHES.length],
    pointStyle: POINTS[place % POINTS.length],
    pointRadius: 5,
    borderWidth: 2,
    tension: 0,
    spanGaps: false,
  };
}

// The name of each line stands at its last point, moved apart where two would stand on each other.
const names = {
  id: "names",
  afterDatasetsDraw(chart) {
    if (chart.config.type !== "line" || narrow) return;
    const pen = chart.ctx;
    const ends = chart.data.datasets.map((set, place) => {
      const points = chart.getDatasetMeta(place).data;
      const last = set.data.findLastIndex((number) => number !== null);
      return last < 0 ? null : { name: set.label, y: points[last].y, colour: set.borderColor };
    });
    const shown = ends.filter(Boolean).sort((one, other) => one.y - other.y);
    const highest = chart.chartArea.bottom - 16 * (shown.length - 1);
    pen.save();
    pen.font = "600 14px Arial, sans-serif";
    pen.textBaseline = "middle";
    let lowest = -Infinity;
    for (const [place, end] of shown.entries()) {
      const y = Math.max(Math.min(end.y, highest + 16 * place), lowest + 16);
      lowest = y;
      pen.fillStyle = end.colour;
      pen.fillText(end.name, chart.chartArea.right + 8, y, 170);
    }
    pen.restore();
  },
};

function draw(place) {
  const table = document.getElementById(place.dataset.table);
  const kind = place.dataset.chart;
  if (!table || !kind) return;
  const { labels, sets } = read(table, Number(place.dataset.drawn));
  const lines = kind === "lines";
  const sideways = kind === "bars";
  const title = document.getElementById(`${place.dataset.table}-title`).textContent;
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `Chart: ${title}. The same numbers stand in the table below.`);
  place.append(canvas);
  place.hidden = false;
  if (sideways) place.classList.add(labels.length > 8 ? "desk-chart--tall" : "desk-chart--bars");
  const stacked = kind === "stacked" || sideways && sets.length > 2;
  const count = { stacked, beginAtZero: true, ticks: { precision: 0, color: INK }, grid: { color: GRID } };
  const name = { stacked, ticks: { color: INK, autoSkip: !sideways, maxRotation: 45 }, grid: { display: false } };
  if (sideways && narrow) name.ticks.callback = function shorten(value) {
    const whole = this.getLabelForValue(value);
    return whole.length > 18 ? `${whole.slice(0, 17)}…` : whole;
  };
  new window.Chart(canvas, {
    type: lines ? "line" : "bar",
    data: { labels, datasets: sets.map((set, number) => dataset(set, number, lines)) },
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: sideways ? "y" : "x",
      layout: { padding: { right: lines && !narrow ? 180 : 8 } },
      interaction: { mode: "index", intersect: false, axis: sideways ? "y" : "x" },
      scales: sideways ? { x: count, y: name } : { x: name, y: count },
      plugins: {
        legend: { display: sets.length > 1 && (!lines || narrow), position: "bottom", labels: { color: INK, usePointStyle: lines, boxWidth: 32, boxHeight: 16 } },
      },
    },
    plugins: [names],
  });
  const numbers = place.parentElement.querySelector("details");
  numbers.open = false;
}

if (window.Chart) {
  window.Chart.defaults.font.family = "Arial, sans-serif";
  window.Chart.defaults.font.size = 14;
  for (const place of document.querySelectorAll("[data-chart]")) draw(place);
}
