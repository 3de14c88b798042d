"use strict";
/* Help beside the task: what the server sends is put into the panel; the page and what is typed in it stay.
   Without this script the button is a plain link to the same help as a page. */
(() => {
  const panel = document.getElementById("help-panel");
  const button = document.querySelector("[data-help]");
  if (!panel || !button) return;
  const close = () => { panel.replaceChildren(); button.focus(); };
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-help-close]")) close();
    const link = event.target.closest("a[href]");
    if (link && !link.hasAttribute("hx-get")) { link.target = "_blank"; link.rel = "noopener"; }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.childElementCount && panel.contains(document.activeElement)) close();
  });
  panel.addEventListener("htmx:afterSwap", () => {
    panel.querySelector(".help-title")?.focus();
    document.dispatchEvent(new CustomEvent("istidrak:content", { detail: panel }));
  });
})();
