// The studio: what is typed, moved or dragged is seen at once, drawn by the server just as the file will be. Without this script the
// same form looks and saves by its buttons.
import { onColours } from "./colours-file.js";
import { poll } from "./poll.js";
import { fill as fillBox, swap } from "./swap.js";

const root = document.querySelector("[data-studio]");
const form = document.querySelector("#studio-form");
const versions = root.querySelector("[data-versions]");
const part = (name) => root.querySelector(`[data-${name}]`);
const PAUSE = 60; // milliseconds between a key and the look: shorter than a person types
const SLIDE = 250; // while a slider is drawn, whose every step is another picture
const STEP = 0.5; // per cent of the cover that an arrow key moves

// --- looking: one at a time; what changes meanwhile is looked at next ---
let timer = 0;
let isLooking = false;
let next = null;
const touched = new Set(); // fields that were changed since the last look was asked for: no answer overwrites them

function look(action = "", delay = PAUSE) {
  clearTimeout(timer);
  timer = setTimeout(() => ask(action), delay);
}

async function ask(action) {
  if (isLooking) {
    next = action || next || "";
    return;
  }
  isLooking = true;
  touched.clear();
  const data = new FormData(form);
  for (const name of ["do", "colours_file"]) data.delete(name);
  if (action) data.set("do", action);
  try {
    const response = await fetch(form.dataset.lookAddress, { method: "POST", body: data });
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : { problem: form.dataset.away };
    show(answer, response.ok);
  } catch {
    problem(form.dataset.away);
  }
  isLooking = false;
  if (next !== null) {
    const waiting = next;
    next = null;
    ask(waiting);
  }
}

function show(answer, isGood) {
  markErrors(answer.errors ?? {});
  problem(answer.problem ?? "");
  if (!isGood || !answer.look) return;
  if (answer.values) fill(answer.values);
  part("look").src = answer.look;
  showBoxes(answer.boxes);
  showNotes(answer.notes);
}

function problem(text) {
  part("problem").textContent = text;
  part("problem").hidden = !text;
}

function markErrors(errors) {
  for (const text of form.querySelectorAll("[data-live-error], .field > [id$='_error']")) { // those of a save that was refused as well
    text.parentElement.classList.remove("field--wrong");
    text.remove();
  }
  for (const [name, texts] of Object.entries(errors)) {
    const control = form.elements[name];
    const field = control?.closest?.(".field");
    if (!field) continue;
    const text = document.createElement("p");
    text.className = "field__error";
    text.dataset.liveError = "";
    text.textContent = texts.join(" ");
    field.append(text);
  }
}

function fill(values) {
  for (const [name, value] of Object.entries(values)) {
    const control = form.elements[name];
    if (!control || touched.has(name)) continue;
    if (control.type === "checkbox") control.checked = value;
    else control.value = value;
  }
  sayLines();
}

// --- what is wrong, and mending it ---
function showNotes(notes) {
  const list = part("notes");
  const before = list.textContent;
  swap(list, () => list.replaceChildren(...notes.map((note) => {
    const item = document.createElement("li");
    item.className = "studio__note";
    const text = document.createElement("span");
    text.textContent = note.text;
    item.append(text);
    if (note.do) {
      const button = document.createElement("button");
      button.className = "button button--quiet";
      button.name = "do";
      button.value = note.do;
      button.textContent = list.dataset.mend;
      item.append(" ", button);
    }
    return item;
  })), list);
  if (list.textContent !== before) part("said").textContent = notes.map((note) => note.text).join(" ");
}

// --- boxes: each line can be dragged, or moved by keys ---
const nameOf = (role) => root.querySelector(`[data-line="${role}"] .fold__name`)?.textContent ?? role;

function showBoxes(boxes) {
  const layer = part("boxes");
  const kept = new Map([...layer.children].map((box) => [box.dataset.role, box]));
  for (const [role, [x, y, width, height]] of Object.entries(boxes)) {
    if (!root.querySelector(`[data-line="${role}"]`)) continue;
    const box = kept.get(role) ?? newBox(role, layer);
    kept.delete(role);
    Object.assign(box.style, { left: `${100 * x}%`, top: `${100 * y}%`, width: `${100 * width}%`, height: `${100 * height}%`, transform: "" });
  }
  for (const box of kept.values()) box.remove();
}

function newBox(role, layer) {
  const box = document.createElement("button");
  box.type = "button";
  box.className = "studio__box";
  box.dataset.role = role;
  box.setAttribute("aria-label", `${nameOf(role)}. ${layer.dataset.hint}`);
  box.addEventListener("pointerdown", (event) => drag(event, box, role));
  box.addEventListener("keydown", (event) => step(event, role));
  box.addEventListener("focus", () => open(role));
  layer.append(box);
  return box;
}

function open(role) {
  const line = root.querySelector(`[data-line="${role}"]`);
  if (line && !line.open) line.open = true;
}

function move(role, across, down) {
  for (const [name, by] of [["x", across], ["y", down]]) {
    const control = form.elements[`${role}-${name}`];
    control.value = (Number(control.value) + by).toFixed(2);
    touched.add(control.name);
  }
}

function drag(event, box, role) {
  if (event.button !== 0) return;
  const stage = part("stage").getBoundingClientRect();
  const start = [event.clientX, event.clientY];
  let done = [0, 0];
  box.setPointerCapture(event.pointerId);
  box.classList.add("studio__box--now");
  const onMove = (moved) => {
    const to = [100 * (moved.clientX - start[0]) / stage.width, 100 * (moved.clientY - start[1]) / stage.height];
    move(role, to[0] - done[0], to[1] - done[1]);
    done = to;
    look("", 0);
  };
  const onEnd = () => {
    box.classList.remove("studio__box--now");
    box.removeEventListener("pointermove", onMove);
  };
  box.addEventListener("pointermove", onMove);
  box.addEventListener("pointerup", onEnd, { once: true });
  box.addEventListener("pointercancel", onEnd, { once: true });
}

function step(event, role) {
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!by) return;
  event.preventDefault();
  const size = event.shiftKey ? 10 * STEP : STEP;
  move(role, by[0] * size, by[1] * size);
  look();
}

function sayLines() {
  for (const line of root.querySelectorAll("[data-line]")) {
    const role = line.dataset.line;
    const now = line.querySelector("[data-now]");
    const text = form.elements[`${role}-text`].value.replaceAll("\n", " ").trim();
    now.textContent = form.elements[`${role}-is_on`].checked && text ? text : now.dataset.none;
  }
}

// --- sliders say their number ---
const sliders = form ? [...form.querySelectorAll('input[type="range"]')] : [];
for (const slider of sliders) {
  const number = document.createElement("output");
  number.htmlFor = slider.id;
  number.className = "studio__number";
  slider.closest(".field").querySelector(".field__label").append(" ", number);
}

function sayNumbers() {
  for (const slider of sliders) slider.closest(".field").querySelector("output").textContent = slider.value;
}

// --- the form ---
if (form) {
  for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
  for (const control of form.querySelectorAll("[data-step]")) control.step = control.dataset.step;
  form.addEventListener("input", (event) => {
    const name = event.target.name ?? "";
    touched.add(name);
    if (name.startsWith("picture-colour_")) form.elements["picture-own_palette"].checked = true;
    if (name.endsWith("-text") && event.target.value.trim()) form.elements[name.replace("-text", "-is_on")].checked = true;
    sayLines();
    sayNumbers();
    look("", event.target.type === "range" ? SLIDE : PAUSE);
  });
  // arrows in a number field go by whole steps; what is typed, or set by the site, may be finer
  form.addEventListener("submit", (event) => {
    const [name, action] = [event.submitter?.name, event.submitter?.value];
    if (name !== "do" || action === "save" || action === "look") return;
    event.preventDefault();
    ask(action);
  });
  sayNumbers();
  onColours(form, (colours) => {
    for (let index = 0; index < 5; index++) form.elements[`picture-colour_${index + 1}`].value = colours[index % colours.length];
    form.elements["picture-own_palette"].checked = true;
    look("", 0);
  });
  showBoxes(JSON.parse(document.querySelector("#studio-boxes").textContent));
}

// --- versions ---
if (versions.dataset.active === "1") {
  poll(versions.dataset.versions, {
    onChange(html, isOver) {
      fillBox(versions, html);
      if (isOver) part("said").textContent = versions.dataset.ready;
      if (isOver && form) look("", 0); // its picture may be another than the one that was seen while it was drawn
    },
  });
}
