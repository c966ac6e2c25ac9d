// The desk works without this: it only moves the focus to what went wrong, and starts the design system's own parts.
import { initAll } from "/static/vendor/nhsuk/nhsuk-frontend.min.js";

initAll();
document.querySelector("[data-focus]")?.focus();

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
