// The pages work without this. With it the chat does not jump, answers come by themselves, and the way out is quicker.
import { initAll } from "/static/vendor/nhsuk/nhsuk-frontend.min.js";
import { askForWork, workIsDone } from "/static/working.js";

const LOOK_SOON = 1500;
const LOOK_LATER = 15000;
const find = (css, within = document) => within.querySelector(css);

// Leaving: at once, out of the list of visited pages as far as a page can, with Shift three times as well.
function leave() {
  document.documentElement.classList.add("web-leaving");
  document.title = "";
  location.replace("/leave");
}
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-leave]")) {
    event.preventDefault();
    leave();
  }
});
let shifts = [];
document.addEventListener("keyup", (event) => {
  shifts = event.key === "Shift" ? [...shifts, Date.now()].filter((at) => Date.now() - at < 3000) : [];
  if (shifts.length === 3) leave();
  else if (shifts.length) find("[data-leaving]").textContent = `Press Shift ${3 - shifts.length} more times to leave.`;
});
find("[data-shift]")?.removeAttribute("hidden");

initAll();
find("[data-focus]")?.focus();
askForWork();

// The wait that a flood asks for is counted down in words, quietly.
const waiting = find("[data-wait]");
if (waiting) setTimeout(() => { waiting.lastElementChild.textContent = "You can press the button now."; }, Number(waiting.dataset.wait) * 1000);

// Files beyond the limit are found before they are sent, so that nothing typed has to be typed again.
function tooMuch(form) {
  const box = find("[data-most]", form);
  const files = [...(box?.files ?? [])];
  const megabytes = files.reduce((sum, file) => sum + file.size, 0) / 1048576;
  if (!box || (files.length <= Number(box.dataset.most) && megabytes <= Number(box.dataset.all))) return "";
  return `Choose at most ${box.dataset.most} files, ${box.dataset.all} MB together.`;
}
function tell(words) {
  const state = find("#state") ?? document.body.appendChild(document.createElement("div"));
  state.setAttribute("role", "status");
  state.replaceChildren(Object.assign(document.createElement("p"), { className: "web-waits", textContent: words }));
}

// A page of ours that came as text takes the place of what is shown: new lines are added, so that they are read aloud.
function take(html, { keep }) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const talk = find("#talk"), fresh = find("#talk", next), form = find("#answer", next);
  if (!talk || !fresh || !form) return false;
  const text = keep ? find("#text").value : find("#text", form).value;
  const wasTyping = document.activeElement?.id === "text";
  const wasWithin = find("#answer").contains(document.activeElement);
  const shown = new Set([...talk.children].map((line) => line.id));
  const wanted = new Set([...fresh.children].map((line) => line.id));
  const files = find("#files", find("#answer"));
  for (const line of [...talk.children]) if (!wanted.has(line.id)) line.remove();
  for (const line of [...fresh.children]) if (!shown.has(line.id)) talk.append(document.importNode(line, true));
  Object.assign(talk.dataset, fresh.dataset);
  for (const css of ["#state", "#answer", "#below"]) find(css).replaceWith(document.importNode(find(css, next), true));
  if (keep && files?.files.length) find("#files").replaceWith(files);
  find("#text").value = text;
  const problem = find("main .nhsuk-error-summary, main .web-notice", next);
  document.querySelectorAll("main .nhsuk-error-summary, main .web-notice").forEach((old) => old.remove());
  if (problem) {
    find("h1").before(document.importNode(problem, true));
    find("[data-focus]").focus();
  } else if (wasTyping) find("#text").focus({ preventScroll: true });
  else if (wasWithin) find("#latest").focus({ preventScroll: true });
  askForWork();
  return true;
}

let sending = false;
async function sendLive(form, button) {
  const facts = new FormData(form, button);
  sending = true;
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: facts, redirect: "follow" });
    const html = await answer.text();
    const pressed = button?.name === "option" || button?.name === "command";
    if (!find("#talk")) return;
    if (!take(html, { keep: pressed && answer.ok })) tell("That did not work. What you wrote is still here. Please send it again.");
    const last = find("#talk").lastElementChild;
    if (answer.ok && last) last.scrollIntoView({ block: "nearest" });
    if (answer.ok && find("#welcome")) location.assign("/chat");
  } catch {
    tell("We cannot reach the server. What you wrote is still here. Please send it again.");
  } finally {
    sending = false;
    form.removeAttribute("aria-busy");
    soon();
  }
}
document.addEventListener("submit", async (event) => {
  const form = event.target, button = event.submitter;
  if (form.dataset.live === undefined && form.dataset.form === undefined) return;
  const trouble = tooMuch(form);
  const unworked = !workIsDone(form);
  if (!trouble && !unworked && form.dataset.live === undefined) return;
  event.preventDefault();
  if (trouble) { tell(trouble); return; }
  if (sending) return;
  if (unworked) { tell("One moment. We send it for you."); await askForWork(form); }
  if (form.dataset.live !== undefined) await sendLive(form, button);
  else form.requestSubmit(button);
});

// An answer, or a question of an officer, comes by itself while the page is looked at.
let timer = 0;
function soon() {
  clearTimeout(timer);
  const talk = find("#talk");
  if (talk && !find("#welcome")) timer = setTimeout(look, talk.dataset.waits === "yes" ? LOOK_SOON : LOOK_LATER);
}
async function look() {
  try {
    const talk = find("#talk");
    if (!sending && document.visibilityState === "visible") {
      const state = await (await fetch("/chat/state")).json();
      const changed = String(state.newest) !== talk.dataset.newest || (state.waits ? "yes" : "no") !== talk.dataset.waits;
      if (changed && !sending) {
        const html = await (await fetch("/chat")).text();
        if (!sending) take(html, { keep: true });
      }
    }
  } catch { /* it is tried again */ }
  soon();
}
soon();
