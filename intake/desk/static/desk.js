// The desk works without this: it only moves the focus to what went wrong, and starts the design system's own parts.
import { initAll } from "/static/vendor/nhsuk/nhsuk-frontend.min.js";

initAll();
document.querySelector("[data-focus]")?.focus();
document.documentElement.classList.add("desk-scripted");

// Says at once which category impact and likelihood make; without this the page says it when it is loaded.
const hint = document.querySelector("#bands-hint");
const [isf, impact, likelihood] = ["isf", "impact", "likelihood"].map((id) => document.getElementById(id));
if (hint && isf && impact && likelihood) {
  const bands = hint.dataset.bands.trim().split(" ").map((band) => band.split(/[-=]/).map(Number));
  const tell = () => {
    const score = Number(impact.value) * Number(likelihood.value);
    const band = bands.find(([lowest, highest]) => lowest <= score && score <= highest);
    if (!score || !band) return;
    const made = `Impact ${impact.value} × likelihood ${likelihood.value} makes category ${band[2]}`;
    const same = isf.value === String(band[2]);
    const chosen = isf.value ? `category ${isf.value} is chosen` : "no category is chosen";
    hint.textContent = same ? `${made}, as chosen.` : `${made}, but ${chosen}. You may choose otherwise; say why in the reason.`;
  };
  for (const field of [isf, impact, likelihood]) field.addEventListener("change", tell);
}

// Single keys on every page, for who has not switched them off: then there is no sheet of keys in the page.
const help = document.querySelector("dialog[data-keys]");
const rows = () => [...document.querySelectorAll("[data-row] .desk-subject")];
const onRow = () => document.activeElement?.closest("[data-row]");
const step = (by) => {
  const links = rows();
  const here = links.findIndex((link) => link.closest("[data-row]") === onRow());
  const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};
const keys = {
  "?": () => help.showModal(),
  j: () => step(1),
  k: () => step(-1),
  o: () => onRow()?.querySelector(".desk-subject")?.click(),
  x: () => onRow()?.querySelector("input[type=checkbox]")?.click(),
  "/": () => {
    const asked = document.querySelector("#q");
    asked?.closest("details")?.setAttribute("open", "");
    asked?.focus();
  },
  n: () => document.querySelector("[data-key=n]")?.click(),
  q: () => location.assign("/"),
  a: () => {
    const accept = document.querySelector("[data-key=a]");
    if (accept?.hasAttribute("data-second-step")) accept.focus();
    else accept?.click();
  },
  d: () => document.querySelector("[data-key=d]")?.click(),
};
if (help) {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
    if (typing || help.open || event.ctrlKey || event.altKey || event.metaKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
  document.querySelector("[data-help]")?.addEventListener("click", (event) => {
    event.preventDefault();
    help.showModal();
  });
}
