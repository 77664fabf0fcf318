// A picture whose colours are wanted: sent when it is chosen, its colours come back, and the file leaves the form. Without this
// script it travels with the form.
export function onColours(form, use) {
  const root = form.querySelector("[data-colours-file]");
  const input = root?.querySelector("input");
  input?.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    const colours = await coloursOf(file, form, root);
    input.value = "";
    if (colours) use(colours);
  });
}

async function coloursOf(file, form, root) {
  const said = root.querySelector("[data-colours-said]");
  const say = (text, isWrong = false) => {
    said.textContent = text;
    said.className = isWrong ? "field__error" : "field__help";
  };
  if (file.size > Number(root.dataset.maxMegabytes) * 1024 * 1024) return say(root.dataset.large, true);
  say(root.dataset.looking);
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append("colours_file", file, file.name || "picture");
  try {
    const response = await fetch(root.dataset.address, { method: "POST", body: data });
    const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (!answer.colours) return say(answer.problem ?? root.dataset.failed, true);
    say(root.dataset.ready);
    return answer.colours;
  } catch {
    return say(root.dataset.failed, true);
  }
}
