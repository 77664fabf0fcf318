// What a page needs that sends files by itself: how one is sent, and the files that are dropped anywhere on it.

/** root: says the bound, where files go, and what is said when it fails. */
export const isTooLarge = (file, root) => file.size > Number(root.dataset.maxMegabytes) * 1024 * 1024;

/** The server's answer, or what went wrong as its `problem`. */
export async function sendFile(file, name, form, root) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append(name, file, file.name || "picture");
  try {
    const response = await fetch(root.dataset.address, { method: "POST", body: data });
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    return { problem: root.dataset.failed, ...answer };
  } catch {
    return { problem: root.dataset.failed };
  }
}

/** zone: gives what shows that files may be dropped, or nothing while none are taken. */
export function onDrop(zone, take, onDrag = () => {}) {
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files") || !zone()) return;
      event.preventDefault();
      onDrag();
      zone().classList.add("dropzone--over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone()?.classList.remove("dropzone--over");
  });
  document.addEventListener("drop", (event) => {
    zone()?.classList.remove("dropzone--over");
    if (!event.dataTransfer?.files.length || !zone()) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}
