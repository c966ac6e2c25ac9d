// A little work before a form is sent, when very many are: numbers are tried until a digest begins with enough zeros.
const under = new WeakMap();

function fieldOf(form) { return form.querySelector("[data-work]"); }

export function workIsDone(form) {
  const field = fieldOf(form);
  return !field || Number(field.dataset.bits) === 0 || field.value !== "" || field.dataset.tried === "yes";
}

export function askForWork(only) {
  const forms = only ? [only] : [...document.querySelectorAll("form")];
  return Promise.all(forms.filter((form) => fieldOf(form) && !workIsDone(form)).map((form) => {
    const field = fieldOf(form);
    if (!under.has(field)) under.set(field, work(field));
    return under.get(field);
  }));
}

function work(field) {
  return new Promise((done) => {
    const resolve = () => { field.dataset.tried = "yes"; done(); };
    let worker;
    try {
      worker = new Worker("/static/worker.js");
    } catch {
      resolve();
      return;
    }
    worker.onmessage = (event) => { field.value = event.data; worker.terminate(); resolve(); };
    worker.onerror = () => { worker.terminate(); resolve(); };
    worker.postMessage({ id: field.dataset.id, bits: Number(field.dataset.bits) });
  });
}
