// Asks for a piece of a page again and again: every second, slower while nothing changes, never while nobody looks.
const FASTEST_MS = 1000;
const SLOWEST_MS = 3000;

export function poll(address, { onChange, onNetwork }) {
  let etag = "";
  let wait = FASTEST_MS;
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
      isOver = response.headers.get("X-Active") === "0";
      if (response.status === 304) {
        wait = Math.min(wait * 1.3, SLOWEST_MS);
      } else {
        etag = response.headers.get("ETag") ?? "";
        wait = FASTEST_MS;
        await onChange(await response.text(), isOver);
      }
    } catch {
      onNetwork?.(false);
      wait = SLOWEST_MS;
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
  plan(FASTEST_MS);
}
