// Two versions of a cover, one over the other, parted by a slider. Without this script they stand side by side.
const box = document.querySelector("[data-compare]");
const slide = document.querySelector("[data-slide]");

function part() { box.style.setProperty("--part", `${slide.value}%`); }

document.querySelector("[data-slide-row]").hidden = false;
box.classList.add("compare--over");
slide.addEventListener("input", part);
part();
