// Keeps the request page true while covers are made. Only what changed is touched, so that nothing flickers or jumps.
import { poll } from "./poll.js";
import { exchange, parsed } from "./swap.js";

const box = document.querySelector("[data-request-status]");
const announcer = document.querySelector("[data-announce]");
const network = document.querySelector("[data-network]");

// --- the clock: counted here, so that an unchanged answer costs nothing ---
function words(clock, total) {
  if (total <= 0 && clock.dataset.over) return clock.dataset.over;
  const [minutes, seconds] = [Math.floor(total / 60), total % 60];
  const text = minutes ? clock.dataset.long : clock.dataset.short;
  return text.replace("{minutes}", minutes).replace("{seconds}", seconds);
}

function startClocks() {
  const begun = performance.now();
  for (const clock of box.querySelectorAll("[data-clock]")) {
    const start = Number(clock.dataset.seconds);
    const isUp = clock.dataset.clock === "up";
    clock.tick = () => {
      const passed = Math.round((performance.now() - begun) / 1000);
      const text = words(clock, isUp ? start + passed : start - passed);
      if (clock.textContent !== text) clock.textContent = text;
    };
    clock.tick();
  }
}

// --- squares ---
async function decoded(element) {
  const pictures = [...element.querySelectorAll("img")];
  await Promise.allSettled(pictures.map((picture) => {
    picture.loading = "eager";
    return picture.decode();
  }));
}

function updateWorking(old, fresh) {
  const [bar, freshBar] = [old.querySelector("progress"), fresh.querySelector("progress")];
  if (bar && freshBar) bar.value = freshBar.value;
  const [phase, freshPhase] = [old.querySelector("[data-part=phase]"), fresh.querySelector("[data-part=phase]")];
  if (phase.textContent !== freshPhase.textContent) phase.textContent = freshPhase.textContent;
  const [picture, freshPicture] = [old.querySelector("img"), fresh.querySelector("img")];
  if (picture && freshPicture && picture.src !== freshPicture.src) picture.src = freshPicture.src;
  else if (!picture && freshPicture) old.querySelector(".square__frame").append(freshPicture);
  else if (picture && !freshPicture) picture.remove();
  old.className = fresh.className;
  old.dataset.version = fresh.dataset.version;
}

async function arrive(old, fresh) {
  old.dataset.version = fresh.dataset.version; // the next answer must not start this again
  await decoded(fresh);
  fresh.classList.add("square--arrives");
  exchange(old, fresh);
  return fresh.dataset.say;
}

async function updateSquares(content) {
  const said = [];
  for (const fresh of [...content.querySelectorAll("[data-square]")]) {
    const old = box.querySelector(`[data-square="${fresh.dataset.square}"]`);
    if (!old || old.dataset.version === fresh.dataset.version) continue;
    const isWorking = !("ready" in fresh.dataset) && !("ready" in old.dataset);
    const keepsBar = Boolean(old.querySelector("progress")) === Boolean(fresh.querySelector("progress"));
    if (isWorking && keepsBar) updateWorking(old, fresh);
    else if (isWorking) exchange(old, fresh);
    else said.push(arrive(old, fresh));
  }
  return (await Promise.all(said)).filter(Boolean);
}

function updateRegion(content, name) {
  const [old, fresh] = [box.querySelector(`[data-region=${name}]`), content.querySelector(`[data-region=${name}]`)];
  if (old.textContent.trim() === fresh.textContent.trim() && old.childElementCount === fresh.childElementCount) return;
  exchange(old, fresh);
}

async function onChange(html, isMade) { // isMade: nothing is drawn any more, though a picture may still be awaited
  const content = parsed(html);
  const ending = content.querySelector("[data-region=actions]").dataset.say;
  updateRegion(content, "line");
  startClocks();
  updateRegion(content, "actions");
  updateRegion(content, "brief");
  const said = await updateSquares(content);
  if (isMade && ending) announcer.textContent = ending;
  else if (said.length) announcer.textContent = said.at(-1);
}

if (box && box.dataset.active !== "0") {
  startClocks();
  setInterval(() => {
    for (const clock of box.querySelectorAll("[data-clock]")) clock.tick?.();
  }, 1000);
  poll(box.dataset.requestStatus, {
    onChange,
    onNetwork: (isThere) => { network.hidden = isThere; },
  });
}
