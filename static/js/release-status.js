// Keeps a release's page true while its songs are drawn. Who has a song's fold open, or holds something in it, is not disturbed.
import { poll } from "./poll.js";
import { fill } from "./swap.js";

const box = document.querySelector("[data-release-status]");
if (box && box.dataset.active !== "0") {
  poll(box.dataset.releaseStatus, {
    onChange(html) {
      const open = [...box.querySelectorAll("details[open]")].map((fold) => fold.closest("[id]")?.id);
      fill(box, html);
      for (const id of open) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
    },
  });
}
