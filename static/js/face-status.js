// Keeps the page of a face true while it is learnt and its covers are drawn. Regions that did not change are left alone.
import { poll } from "./poll.js";
import { exchange, parsed } from "./swap.js";

const box = document.querySelector("[data-face-status]");
const network = document.querySelector("[data-network]");

function onChange(html, isOver) {
  for (const fresh of [...parsed(html).querySelectorAll("[data-region]")]) {
    const old = box.querySelector(`[data-region=${fresh.dataset.region}]`);
    if (old.innerHTML.trim() !== fresh.innerHTML.trim()) exchange(old, fresh);
  }
  if (isOver) location.reload(); // photos may be added and deleted again
}

if (box?.dataset.active === "1") {
  poll(box.dataset.faceStatus, { onChange, onNetwork: (isThere) => { network.hidden = isThere; } });
}
