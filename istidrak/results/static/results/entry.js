"use strict";
/* Quick entry of marks. Enter goes to the next learner, a column pasted from a spreadsheet fills downwards, a learner
   has one answer: what is chosen last. Without this script the page works and the server says what is wrong. */
(() => {
  const form = document.querySelector("form[data-marks]");
  if (!form) return;
  const scores = [...form.querySelectorAll(".marks-score")];
  const rowOf = (field) => field.closest(".marks-row");
  const told = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

  form.addEventListener("keydown", (event) => {
    const at = scores.indexOf(event.target);
    if (event.key !== "Enter" || at < 0) return;
    event.preventDefault(); // the sheet is saved by its button
    const next = scores[at + (event.shiftKey ? -1 : 1)];
    if (next) { next.focus(); next.select(); }
    else if (!event.shiftKey) form.querySelector('.marks-end button[value="save"]')?.focus();
  });

  form.addEventListener("paste", (event) => {
    const at = scores.indexOf(event.target);
    const text = event.clipboardData?.getData("text") ?? "";
    const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
    if (at < 0 || lines.length < 2) return;
    event.preventDefault();
    lines.slice(0, scores.length - at).forEach((line, step) => {
      const field = scores[at + step];
      field.value = line.split("\t")[0].trim();
      told(field);
    });
  });

  form.addEventListener("input", (event) => {
    if (!event.target.classList.contains("marks-score") || !event.target.value.trim()) return;
    for (const box of rowOf(event.target).querySelectorAll(".choice-input")) box.checked = false;
  });

  form.addEventListener("change", (event) => {
    if (!event.target.classList.contains("choice-input") || !event.target.checked || !event.isTrusted) return;
    const row = rowOf(event.target);
    for (const box of row.querySelectorAll(".choice-input")) if (box !== event.target) box.checked = false;
    const score = row.querySelector(".marks-score");
    if (score) score.value = "";
  });
})();
