// Which part of a picture is drawn anew: brushed over the picture, or one of the ready parts. Without this script the ready parts are
// radio buttons, and the server finds them.
const form = document.querySelector("[data-mask-form]");
const stage = document.querySelector("[data-mask]");
const WHOLE = "whole";
const BRUSHED = "brushed";
const COLOUR = "rgb(255, 45, 85)"; // seen through the canvas's own transparency, over any picture

if (form && stage) {
  const canvas = stage.querySelector("[data-canvas]");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const part = (name) => form.querySelector(`[data-${name}]`);
  const said = part("said");
  let last = null;
  let wanted = 0; // of ready parts that are on their way: the last one counts

  const chosen = () => form.elements.part.value;
  const choose = (value) => { form.elements.part.value = value; };

  function clear() {
    context.clearRect(0, 0, canvas.width, canvas.height);
  }

  // --- the brush ---
  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  }

  function stroke(to) {
    const isErasing = part("erase").getAttribute("aria-pressed") === "true";
    context.globalCompositeOperation = isErasing ? "destination-out" : "source-over";
    context.strokeStyle = COLOUR;
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = canvas.width * Number(part("size").value) / 100;
    context.beginPath();
    context.moveTo(...last);
    context.lineTo(to[0] + 0.01, to[1]); // a line of no length would leave no dot
    context.stroke();
    last = to;
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    const isErasing = part("erase").getAttribute("aria-pressed") === "true";
    if (chosen() === WHOLE && !isErasing) clear();
    wanted += 1;
    choose(BRUSHED);
    last = place(event);
    stroke(last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last === null) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) stroke(place(one));
    stroke(place(event));
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(name, () => { last = null; });

  part("erase").addEventListener("click", () => {
    const button = part("erase");
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") === "true" ? "false" : "true");
  });
  part("clear").addEventListener("click", () => {
    clear();
    wanted += 1;
    choose(BRUSHED);
    said.textContent = form.querySelector("[data-cleared]").dataset.cleared;
  });

  // --- ready parts ---
  function show(image) {
    clear();
    context.globalCompositeOperation = "source-over";
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    const [red, green, blue] = COLOUR.match(/\d+/g).map(Number);
    for (let at = 0; at < pixels.data.length; at += 4) pixels.data.set([red, green, blue, pixels.data[at] < 128 ? 0 : 255], at);
    context.putImageData(pixels, 0, 0);
  }

  function load(address) {
    const image = new Image();
    image.src = address;
    return image.decode().then(() => image);
  }

  async function showReady(name) {
    wanted += 1;
    const mine = wanted;
    try {
      const image = await load(stage.dataset.ready.replace("/sky.png", `/${name}.png`));
      if (mine === wanted) show(image);
    } catch {
      if (mine === wanted) said.textContent = stage.dataset.away;
    }
  }

  function onPart() {
    const name = chosen();
    if (name === WHOLE) {
      wanted += 1;
      clear();
    } else if (name !== BRUSHED) showReady(name);
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "part") onPart();
  });
  form.elements.strength.addEventListener("input", (event) => { part("strength").textContent = event.target.value; });

  // --- sending: what was brushed goes as a file, white on black ---
  function file() {
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const to = copy.getContext("2d");
    to.drawImage(canvas, 0, 0);
    to.globalCompositeOperation = "source-in";
    to.fillStyle = "white";
    to.fillRect(0, 0, copy.width, copy.height);
    to.globalCompositeOperation = "destination-over";
    to.fillStyle = "black";
    to.fillRect(0, 0, copy.width, copy.height);
    const bytes = Uint8Array.from(atob(copy.toDataURL("image/png").split(",")[1]), (letter) => letter.charCodeAt(0));
    const sent = new DataTransfer();
    sent.items.add(new File([bytes], "mask.png", { type: "image/png" }));
    part("mask-file").files = sent.files;
  }

  form.addEventListener("submit", () => {
    if (chosen() === BRUSHED) file();
    else part("mask-file").value = "";
  });

  canvas.hidden = false;
  for (const tool of form.querySelectorAll("[data-tools]")) tool.hidden = false;
  if (stage.dataset.brushed) load(stage.dataset.brushed).then(show, () => {});
  else onPart();
}
