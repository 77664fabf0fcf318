// The pressed cover grows into its own page, where the browser has view transitions between pages.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-cover-link]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  link.querySelector(".cover-picture").style.viewTransitionName = "cover";
});

addEventListener("pageshow", () => {
  for (const picture of document.querySelectorAll("[data-cover-link] .cover-picture")) picture.style.viewTransitionName = "";
});
