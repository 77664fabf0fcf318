// After a review: wait for the file, then let the browser take it. The address loses its mark, so a reload does not download again.
import { poll } from "./poll.js";
import { fill } from "./swap.js";

const box = document.querySelector("[data-download-status]");

function start() {
  const link = box.querySelector("[data-download-file]");
  if (!link || !("autostart" in box.dataset)) return;
  delete box.dataset.autostart;
  const address = new URL(location.href);
  address.searchParams.delete("download");
  history.replaceState(history.state, "", address);
  document.querySelector("[data-announce]").textContent = box.querySelector("[data-say]")?.dataset.say ?? "";
  link.click();
}

if (box?.dataset.active === "1") {
  poll(box.dataset.downloadStatus, {
    onChange(html) {
      fill(box, html);
      start();
    },
  });
} else if (box) {
  start();
}
