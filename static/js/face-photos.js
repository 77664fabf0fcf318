// Sends photos one after the other as they are chosen, dropped, pasted or taken, each with its own answer. Without this
// script the form sends them all at once.
import { swap } from "./swap.js";
import { isTooLarge, onDrop } from "./uploads.js";

const box = document.querySelector("[data-photos-box]");
const announcer = document.querySelector("[data-announce]");
const COUNTDOWN_SECONDS = 10;
let queue = [];
let isSending = false;
let timer = 0;
let refused = [];

const zone = () => box.querySelector("[data-dropzone]");

function prepare() {
  const form = zone();
  if (!form) return;
  form.querySelector("[data-send]").hidden = true;
  form.querySelector("[data-choose]").hidden = false;
  form.querySelector("#photos-input").classList.add("visually-hidden");
  form.querySelector("[name=start]").disabled = true; // this page counts down instead, so that more can be added
  if (matchMedia("(pointer: coarse)").matches) form.querySelector("[data-camera]").hidden = false;
}

function renew(html) {
  swap(box, () => {
    box.innerHTML = html;
    prepare();
  });
}

function add(files) {
  stopCountdown();
  queue.push(...files);
  if (!isSending) sendAll();
}

async function sendAll() {
  isSending = true;
  refused = [];
  while (queue.length) await send(queue.shift());
  isSending = false;
  for (const [name, reason] of refused) showRefusal(name, reason);
  if (refused.length) announcer.textContent = refused.map((one) => one.join(": ")).join(" ");
  startCountdown();
}

async function send(file) {
  const form = zone();
  if (!form) return;
  announcer.textContent = form.dataset.looking.replace("{name}", file.name);
  showQueue(file.name);
  if (isTooLarge(file, form)) {
    refused.push([file.name, form.dataset.large]);
    return;
  }
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  data.append("photos", file, file.name);
  try {
    const response = await fetch(form.action, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
    const html = await response.text();
    if (!response.headers.get("Content-Type")?.includes("text/html") || !html.includes("photos-title")) throw new Error();
    renew(html);
    const note = box.querySelector(".refusals");
    for (const item of note?.querySelectorAll(".refusal") ?? []) {
      const name = item.querySelector(".refusal__name").textContent;
      refused.push([name, item.textContent.trim().slice(name.length).trim()]);
    }
    note?.remove();
  } catch {
    refused.push([file.name, form.dataset.failed]);
  }
}

function showQueue(name) {
  const form = zone();
  let line = form.querySelector(".dropzone__queue");
  if (!line) {
    line = document.createElement("p");
    line.className = "dropzone__queue";
    form.append(line);
  }
  line.textContent = form.dataset.looking.replace("{name}", name) + (queue.length ? ` (+${queue.length})` : "");
}

function showRefusal(name, reason) {
  box.querySelector(".dropzone__queue")?.remove();
  let list = box.querySelector(".refusals");
  if (!list) {
    list = document.createElement("ul");
    list.className = "refusals";
    box.querySelector("#photos-title").after(list);
  }
  const item = document.createElement("li");
  item.className = "refusal";
  const strong = document.createElement("span");
  strong.className = "refusal__name";
  strong.textContent = name;
  item.append(strong, ` ${reason}`);
  list.append(item);
}

function startCountdown() {
  const form = box.querySelector("[data-start]");
  box.querySelector(".dropzone__queue")?.remove();
  if (!form || form.dataset.again !== undefined) return;
  const [line, wait] = [form.querySelector("[data-countdown]"), form.querySelector("[data-wait]")];
  let left = COUNTDOWN_SECONDS;
  line.hidden = wait.hidden = false;
  const tick = () => {
    line.textContent = line.dataset.text.replace("{seconds}", left);
    if (left-- <= 0) {
      clearInterval(timer);
      form.requestSubmit();
    }
  };
  tick();
  timer = setInterval(tick, 1000);
}

function stopCountdown() {
  clearInterval(timer);
  for (const element of box.querySelectorAll("[data-countdown], [data-wait]")) element.hidden = true;
}

box.addEventListener("change", (event) => {
  if (!event.target.matches("input[type=file]")) return;
  add([...event.target.files]);
  event.target.value = "";
});
box.addEventListener("click", (event) => {
  if (event.target.closest("[data-wait]")) stopCountdown();
});
box.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-delete-photo]")) return;
  event.preventDefault();
  stopCountdown();
  const response = await fetch(event.target.action, {
    method: "POST", body: new FormData(event.target), headers: { "X-Requested-With": "fetch" },
  });
  if (!response.ok) return location.reload();
  renew(await response.text());
});
onDrop(zone, add);
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length && zone()) add(files);
});
prepare();
