// The page's accent is the cover's dominant colour, moved towards ink until text in it, or on it, reaches 4.5 : 1.
const CONTRAST = 4.5;

const channels = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const luminance = (rgb) => rgb.map(linear).reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

// Both grounds must do: the page and the sheet that lies on it.
function readable(colour, grounds, towards) {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = colour.map((value, index) => Math.round(value + (towards[index] - value) * share));
    if (grounds.every((ground) => contrast(mixed, ground) >= CONTRAST)) return mixed;
  }
  return towards;
}

for (const element of document.querySelectorAll("[data-accent]")) {
  if (!/^#[0-9a-f]{6}$/i.test(element.dataset.accent)) continue;
  const root = document.documentElement;
  const tokens = getComputedStyle(root);
  const colour = channels(element.dataset.accent);
  for (const [theme, towards] of [["light", [0, 0, 0]], ["dark", [255, 255, 255]]]) {
    const grounds = ["paper", "surface"].map((name) => channels(tokens.getPropertyValue(`--${name}-${theme}`).trim()));
    root.style.setProperty(`--accent-${theme}`, `rgb(${readable(colour, grounds, towards).join(" ")})`);
  }
}
