// Asks for a piece of a page again and again: every second, slower while nothing changes, never while nobody looks.
// X-Active of the answer: 1 while something is being made, "slowly" while something is awaited that may take minutes or days, 0 at the end.
const PACES = { 1: [1000, 3000], slowly: [5000, 30000] }; // milliseconds: the fastest and the slowest

export function poll(address, { onChange, onNetwork }) {
  let etag = "";
  let pace = PACES[1];
  let wait = pace[0];
  let timer = 0;
  let isOver = false;

  async function ask() {
    timer = 0;
    try {
      const headers = { "X-Requested-With": "fetch", ...(etag && { "If-None-Match": etag }) };
      const response = await fetch(address, { headers, cache: "no-store", redirect: "error" });
      if (response.status === 404 || response.status === 403) return location.reload(); // the server says it best
      if (!response.ok && response.status !== 304) throw new Error(`status ${response.status}`);
      onNetwork?.(true);
      const active = response.headers.get("X-Active");
      isOver = active === "0";
      pace = PACES[active] ?? PACES[1];
      if (response.status === 304) {
        wait = Math.min(Math.max(wait * 1.3, pace[0]), pace[1]);
      } else {
        etag = response.headers.get("ETag") ?? "";
        wait = pace[0];
        await onChange(await response.text(), active === "0" || active === "slowly");
      }
    } catch {
      onNetwork?.(false);
      wait = pace[1];
    }
    if (!isOver) plan(wait);
  }

  function plan(delay) {
    clearTimeout(timer);
    timer = document.hidden ? 0 : setTimeout(ask, delay);
  }

  document.addEventListener("visibilitychange", () => {
    if (!isOver && !document.hidden) plan(0);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted && !isOver) plan(0);
  });
  plan(wait);
}
