// The create form: the button says what will happen, the squares show what is typed, folds say what is chosen, and a
// draft survives a closed tab or a switch of language.
import { onColours } from "./colours-file.js";

const form = document.querySelector("[data-draft]");
const squares = document.querySelector("[data-blank-squares]");
const KEPT = ["title", "artist", "album", "lyrics", "genre", "style", "with_lettering", "engine", "count", "seed", "palette", "colours",
  "people", "avoid"];
const SONG = ["title", "artist", "album", "lyrics", "genre"];
const draftKey = `draft:${form.dataset.draft}`;

function values() {
  const data = new FormData(form);
  return Object.fromEntries(KEPT.map((name) => [name, data.get(name) ?? ""]));
}

function keep() {
  try { sessionStorage.setItem(draftKey, JSON.stringify(values())); } catch { /* storage is off or full */ }
}

function put(name, value) {
  const field = form.elements[name];
  if (!field) return;
  if (field.type === "checkbox") field.checked = value === "on";
  else field.value = value;
}

// Only into a form that came empty: an address with a song in it, or an error page, knows better. Beside a cover's style, the song alone.
function restore() {
  const brought = [...new URLSearchParams(location.search).keys()];
  const isStyled = brought.length === 1 && brought[0] === "like";
  const wanted = (brought.length > 0 && !isStyled) || form.querySelector(".form-errors");
  if (wanted || form.elements.title.value || form.elements.artist.value) return;
  try {
    const draft = JSON.parse(sessionStorage.getItem(draftKey) ?? "null");
    if (draft) for (const name of isStyled ? SONG : KEPT) if (name in draft) put(name, draft[name]);
  } catch { /* a draft from an older page */ }
}

function showCount() {
  const button = form.querySelector("[data-count-button]");
  const count = Math.min(8, Math.max(1, Math.trunc(Number(form.elements.count.value)) || 4));
  button.textContent = count === 1 ? button.dataset.one : button.dataset.many.replace("{count}", count);
  while (squares.children.length < count) {
    const blank = squares.firstElementChild.cloneNode(true);
    blank.className = `blank blank--${squares.children.length + 1}`;
    squares.append(blank);
  }
  [...squares.children].forEach((blank, index) => { blank.hidden = index >= count; });
  squares.className = `squares squares--${count}`;
}

function showText() {
  const isLettered = form.elements.with_lettering.checked;
  for (const place of squares.querySelectorAll("[data-echo]")) {
    place.textContent = isLettered ? form.elements[place.dataset.echo].value.trim() || place.dataset.empty : "";
  }
}

function wished() {
  const chosen = (name) => {
    const radio = form.querySelector(`input[name=${name}]:checked`);
    return radio?.value ? radio.closest("label").textContent.trim() : "";
  };
  return [form.elements.colours.value.trim() || chosen("palette"), chosen("people"), form.elements.avoid.value.trim()];
}

function showFolds() {
  const style = form.querySelector("input[name=style]:checked");
  const looks = form.querySelector("[data-now=style]");
  looks.textContent = style?.closest("label").querySelector(".look__name").textContent ?? looks.textContent;
  const lettering = form.querySelector("[data-now=with_lettering]");
  lettering.textContent = form.elements.with_lettering.checked ? lettering.dataset.on : lettering.dataset.off;
  const wishes = form.querySelector("[data-now=wishes]");
  wishes.textContent = wished().filter(Boolean).join(", ") || wishes.dataset.none;
}

function show() {
  showCount();
  showText();
  showFolds();
}

restore();
show();
onColours(form, (colours) => {
  form.elements.colours.value = colours.map((colour) => colour.slice(1)).join(", ");
  show();
  keep();
});
form.addEventListener("input", () => { show(); keep(); });
form.addEventListener("submit", (event) => {
  if (event.submitter?.name === "in_language") return;
  try { sessionStorage.removeItem(draftKey); } catch { /* nothing was kept */ }
});
