// The button in the header: like the device, light, dark, and round again.
const ORDER = ["system", "light", "dark"];
const root = document.documentElement;

function remember(theme) {
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch { /* storage is off: it holds for this page */ }
}

function show(theme, button) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  button.querySelector("[data-theme-name]").textContent = button.dataset[theme];
  button.title = button.dataset[theme];
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  show(root.dataset.theme ?? "system", button);
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme = ORDER[(ORDER.indexOf(root.dataset.theme ?? "system") + 1) % ORDER.length];
    remember(theme);
    show(theme, button);
  });
}
