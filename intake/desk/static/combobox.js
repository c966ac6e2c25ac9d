// Type-ahead by the ARIA pattern of a combobox with a list. Without this script the fields are the browser's own: an
// input with its datalist, and plain boxes to tick.
const MOST = 12;
let lists = 0;

/** The options that hold every word that was typed, those first that begin with what was typed. */
const fitting = (options, typed) => {
  const asked = typed.trim().toLowerCase();
  const words = asked.split(/\s+/).filter(Boolean);
  const found = options.filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
  const begins = ({ text }) => (text.toLowerCase().startsWith(asked) ? 0 : 1);
  return found.sort((one, other) => begins(one) - begins(other)).slice(0, MOST);
};

const element = (name, attributes) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

/** Makes a text field a combobox. `options()` gives what there is to choose from, `choose` is told what was chosen. */
export const combobox = (input, options, choose) => {
  const id = `combobox-${(lists += 1)}`;
  const name = (input.labels[0]?.textContent ?? "").trim() || "Choices";
  const list = element("ul", { id, role: "listbox", class: "desk-options", "aria-label": name, hidden: "" });
  const told = element("div", { role: "status", class: "nhsuk-u-visually-hidden" });
  const frame = element("div", { class: "desk-combobox" });
  let shown = [];
  let active = -1;
  input.before(frame);
  frame.append(input, list, told);
  for (const [key, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" })) input.setAttribute(key, value);

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (to) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = (to + shown.length) % shown.length;
    const option = list.children[active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  const take = (option) => {
    choose(option);
    close();
  };
  const open = () => {
    shown = fitting(options(), input.value);
    list.replaceChildren(
      ...shown.map((option, number) => {
        const item = element("li", { id: `${id}-${number}`, role: "option", "aria-selected": "false" });
        item.textContent = option.text;
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => take(option));
        return item;
      }),
    );
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !shown.length;
    input.setAttribute("aria-expanded", String(Boolean(shown.length)));
    told.textContent = shown.length ? `${shown.length} to choose from` : "Nothing fits";
  };
  const keys = {
    ArrowDown: () => (list.hidden ? (open(), shown.length && point(0)) : point(active + 1)),
    ArrowUp: () => (list.hidden ? (open(), shown.length && point(-1)) : point(active < 0 ? -1 : active - 1)),
    Enter: () => (active < 0 ? false : take(shown[active])),
    Escape: () => (list.hidden ? false : close()),
  };
  input.addEventListener("input", () => (input.value.trim() ? open() : close()));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (keys[event.key] && keys[event.key]() !== false) event.preventDefault();
  });
};

/** A text field with a datalist. */
const fromDatalist = (input) => {
  const options = [...input.list.options].map(({ value }) => ({ text: value }));
  input.removeAttribute("list");
  combobox(input, () => options, ({ text }) => {
    input.value = text;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
};

/** A set of boxes: a field above them finds one and ticks it; those that are not ticked are out of the way. */
const overBoxes = (group) => {
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  const id = `find-${group.id}`;
  const label = element("label", { class: "nhsuk-label", for: id });
  label.textContent = group.dataset.pick;
  const input = element("input", { id, class: "nhsuk-input", type: "text" });
  const text = (box) => box.labels[0].textContent.trim();
  group.before(label, input);
  group.classList.add("desk-picked");
  const tidy = () => {
    for (const box of boxes) box.parentElement.hidden = !box.checked && box !== document.activeElement;
  };
  combobox(
    input,
    () => boxes.filter((box) => !box.checked).map((box) => ({ text: text(box), box })),
    ({ box }) => {
      box.checked = true;
      input.value = "";
      tidy();
    },
  );
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  tidy();
};

for (const input of document.querySelectorAll("input[data-combobox][list]")) fromDatalist(input);
for (const group of document.querySelectorAll("[data-pick]")) overBoxes(group);
