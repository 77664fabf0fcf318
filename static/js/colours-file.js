// A picture whose colours are wanted: sent when it is chosen, its colours come back, and the file leaves the form. Without this
// script it travels with the form.
import { isTooLarge, sendFile } from "./uploads.js";

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
  if (isTooLarge(file, root)) return say(root.dataset.large, true);
  say(root.dataset.looking);
  const { colours, problem } = await sendFile(file, "colours_file", form, root);
  if (!colours) return say(problem, true);
  say(root.dataset.ready);
  return colours;
}
