"use strict";
/* The print button of pages made for paper; without scripts the browser's own command does the same. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
