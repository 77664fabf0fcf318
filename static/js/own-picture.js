// The person's own picture on the create form: sent while the rest is typed, as it is chosen, dropped, pasted or taken; then its
// square. Without this script the file travels with the form, and the engine chooses the square.
import { isTooLarge, onDrop, sendFile } from "./uploads.js";

const root = document.querySelector("[data-own-picture]");
const form = root.closest("form");
const part = (name) => root.querySelector(`[data-own-${name}]`);
const number = part("number");
const image = part("picture-shown");
const square = part("square");
const sliders = ["x", "y", "size"].map((name) => form.querySelector(`#id_crop_${name}`));
const SMALLEST = 0.15;
let isChosen = sliders.every((slider) => slider.hasAttribute("value"));
let sending = null;

// --- sending ---

async function take(file) {
  root.open = true;
  if (isTooLarge(file, root)) return refuse(root.dataset.large);
  const mine = send(file);
  sending = mine;
  await mine;
  if (sending === mine) sending = null;
}

async function send(file) {
  doing(root.dataset.looking);
  const answer = await sendFile(file, "picture_file", form, root);
  if (answer.picture) accept(answer);
  else refuse(answer.problem);
  doing("");
}

function doing(text) {
  part("doing").textContent = text;
  part("doing").hidden = !text;
  if (text) say(text);
}

function say(text) { part("said").textContent = text; }

function refuse(text) {
  part("problem").textContent = text;
  part("problem").hidden = false;
  say(text);
}

function accept(answer) {
  part("problem").hidden = true;
  number.value = answer.picture;
  isChosen = false;
  [image.dataset.squareX, image.dataset.squareY] = answer.square ?? ["", ""];
  advise(answer.advice);
  image.width = answer.width;
  image.height = answer.height;
  image.src = answer.address;
  part("without")?.remove();
  say([root.dataset.ready, answer.advice].filter(Boolean).join(" "));
  show();
}

function advise(text) {
  part("advice").textContent = text ?? "";
  part("advice").hidden = !text;
}

function remove() {
  number.value = "";
  advise("");
  image.removeAttribute("src");
  part("problem").hidden = true;
  say(root.dataset.removed);
  show();
  part("file").focus();
}

function show() {
  const isHere = Boolean(number.value);
  part("chosen").hidden = !isHere;
  part("figure").hidden = !isHere;
  part("remove").hidden = !isHere;
  part("now").textContent = isHere ? part("now").dataset.some : part("now").dataset.none;
  if (isHere && !image.hasAttribute("src")) { // the back button brings the number along, and nothing else
    image.src = root.dataset.shownAt.replace(/[0-]{36}/, number.value);
  }
  if (isHere && image.complete && image.naturalWidth) begin();
}

// --- the square: middle and size, as shares of the picture's width, height and shorter side ---

const chosen = { x: 0.5, y: 0.5, size: 1 }; // kept apart from the sliders, which round

function begin() {
  part("crop").hidden = part("crop").disabled = square.hidden = false;
  Object.assign(chosen, isChosen ? read() : found());
  place();
}

function found() { // by the site, at the upload
  const [x, y] = [image.dataset.squareX, image.dataset.squareY].map((share) => (share ? Number(share) : 0.5));
  return { x, y, size: 1 };
}

function read() {
  const [x, y, side] = sliders.map((slider) => Number(slider.value));
  return { x, y, size: side };
}

function place() {
  chosen.size = Math.min(1, Math.max(SMALLEST, chosen.size));
  const shorter = Math.min(image.naturalWidth, image.naturalHeight);
  const half = { x: (chosen.size * shorter) / image.naturalWidth / 2, y: (chosen.size * shorter) / image.naturalHeight / 2 };
  for (const axis of ["x", "y"]) chosen[axis] = Math.min(1 - half[axis], Math.max(half[axis], chosen[axis]));
  square.style.left = `${100 * (chosen.x - half.x)}%`;
  square.style.top = `${100 * (chosen.y - half.y)}%`;
  square.style.width = `${200 * half.x}%`;
  square.style.height = `${200 * half.y}%`;
  square.classList.toggle("own__square--auto", !isChosen);
  const note = part("auto");
  note.textContent = isChosen ? note.dataset.byPerson : note.dataset.bySite;
  part("reset").hidden = !isChosen;
  sliders.forEach((slider, place) => {
    slider.value = [chosen.x, chosen.y, chosen.size][place];
    slider.name = isChosen ? slider.id.replace("id_", "") : ""; // what is not chosen is not sent: the engine looks for itself
    slider.setAttribute("aria-valuetext", `${Math.round(100 * Number(slider.value))} %`);
  });
}

function choose(changes) {
  isChosen = true;
  Object.assign(chosen, changes);
  place();
}

const fingers = new Map();
let held = null;

function grip() {
  const points = [...fingers.values()];
  const x = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const y = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  const spread = points.length > 1 ? Math.hypot(points[0].x - points[1].x, points[0].y - points[1].y) : 0;
  return { x, y, spread, from: { ...chosen } };
}

square.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  square.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  held = grip();
});
square.addEventListener("pointermove", (event) => {
  if (!fingers.has(event.pointerId)) return;
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  const now = grip();
  const box = image.getBoundingClientRect();
  choose({
    x: held.from.x + (now.x - held.x) / box.width,
    y: held.from.y + (now.y - held.y) / box.height,
    size: held.spread && now.spread ? (held.from.size * now.spread) / held.spread : held.from.size,
  });
});
for (const kind of ["pointerup", "pointercancel"]) {
  square.addEventListener(kind, (event) => {
    fingers.delete(event.pointerId);
    held = fingers.size ? grip() : null;
  });
}
for (const slider of sliders) {
  slider.addEventListener("input", () => choose({ [slider.id.replace("id_crop_", "")]: Number(slider.value) }));
}
part("reset").addEventListener("click", () => {
  isChosen = false;
  begin();
  sliders[2].focus();
});
image.addEventListener("load", begin);
image.addEventListener("error", () => { if (number.value) remove(); });
part("remove").addEventListener("click", remove);

// --- where pictures come from ---

for (const input of [part("file"), part("shot")]) {
  input.addEventListener("change", () => {
    if (input.files.length) take(input.files[0]);
    input.value = "";
  });
}
onDrop(() => part("drop"), ([file]) => take(file), () => { root.open = true; });
document.addEventListener("paste", (event) => {
  const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
  if (!file || event.clipboardData.getData("text/plain")) return; // a copied text may bring a picture of itself along
  event.preventDefault();
  take(file);
});

// Who presses the button while a picture is on its way is taken on as soon as it has arrived; if it is refused, they read why.
form.addEventListener("submit", async (event) => {
  if (!sending || event.submitter?.name === "in_language") return;
  event.preventDefault();
  const [button, before] = [event.submitter, number.value];
  await sending;
  if (number.value !== before) form.requestSubmit(button);
});

part("buttons").hidden = false;
part("without")?.setAttribute("hidden", "");
part("file").classList.add("visually-hidden");
if (matchMedia("(pointer: coarse)").matches) part("camera").hidden = false;
show();
