// Changes a piece of a page and leaves the keyboard where it was: on the same control of the new piece, or on the one in its place.
const controls = (box) => [...box.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((control) => control.offsetParent);
const says = (control) => [control.localName, control.id, control.name, control.value, control.getAttribute("href"), control.textContent.trim()].join("\n");

/** `change` gives back what now stands where `box` stood, where that is another element. */
export function swap(box, change, home = document.getElementById("main")) {
  const held = box.contains(document.activeElement) ? document.activeElement : null;
  const place = held ? controls(box).indexOf(held) : 0;
  const now = change() ?? box;
  if (!held || held.isConnected) return;
  const fresh = controls(now);
  const said = says(held);
  const next = fresh.find((control) => says(control) === said) ?? fresh[Math.min(place, fresh.length - 1)] ?? home;
  next.focus({ preventScroll: true });
}

/** The same where another element takes its place. */
export function exchange(old, fresh) {
  swap(old, () => {
    old.replaceWith(fresh);
    return fresh;
  });
}

export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** The same for a piece whose content comes as HTML; what is the same is left alone. */
export function fill(box, html) {
  if (box.innerHTML.trim() !== html.trim()) swap(box, () => { box.innerHTML = html; });
}
