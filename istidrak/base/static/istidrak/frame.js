"use strict";
/* What every page does: opens the menu on a wide screen, asks once more before what cannot be taken back
   (data-confirm on a button), lets no form be sent twice by a double click, says in the reader's language what the
   browser would say in its own. */
(() => {
  const words = document.body.dataset;
  const isPost = (form) => (form.getAttribute("method") || "").toLowerCase() === "post";

  // The capture phase comes before any form's own listeners, so that what is refused here is sent by nobody.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const refuse = () => { event.preventDefault(); event.stopImmediatePropagation(); };
    const button = event.submitter;
    if (button?.dataset.confirm && !button.dataset.confirmed) {
      refuse();
      ask(form, button);
      return;
    }
    if (button) delete button.dataset.confirmed;
    if (!isPost(form)) return;
    if (form.dataset.sending) { refuse(); return; }
    if (form.hasAttribute("data-draft") && words.user && !form.querySelector('input[type="file"]')) return; // draft.js
    form.dataset.sending = "1";
    setTimeout(() => { delete form.dataset.sending; }, 8000); // a slow network: then it may be tried again
  }, true);
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) {
      delete form.dataset.sending;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });

  const ask = (form, button) => {
    const box = document.createElement("dialog");
    box.className = "confirm";
    const text = document.createElement("p");
    text.id = "confirm-words";
    text.textContent = button.dataset.confirm;
    box.setAttribute("aria-labelledby", text.id);
    const answer = (label, look, act) => {
      const choice = document.createElement("button");
      choice.type = "button";
      choice.className = `btn ${look}`;
      choice.textContent = label;
      choice.addEventListener("click", () => { box.close(); act(); });
      return choice;
    };
    const answers = document.createElement("div");
    answers.className = "confirm-answers";
    answers.append(
      answer(words.wordsYes, "btn-primary", () => { button.dataset.confirmed = "1"; form.requestSubmit(button); }),
      answer(words.wordsNo, "btn-outline-secondary", () => {}),
    );
    box.addEventListener("close", () => { box.remove(); button.focus(); });
    box.append(text, answers);
    document.body.append(box);
    box.showModal();
  };

  document.addEventListener("invalid", (event) => {
    const field = event.target;
    const state = field.validity;
    if (state.customError) return;
    const text = state.badInput || state.typeMismatch || state.stepMismatch ? words.wordsIncomplete
      : state.valueMissing ? words.wordsMissing
        : state.rangeUnderflow || state.rangeOverflow ? words.wordsRange : words.wordsIncomplete;
    field.setCustomValidity(text);
    field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
  }, true);

  // A date picker writes the day in the order of the browser's language, often English on a shared computer: the day
  // chosen is said again in words, so that 03/04 is not taken for the 4th of March.
  const inWords = new Intl.DateTimeFormat(
    document.documentElement.lang === "ar" ? "ar-MA-u-nu-latn" : "fr-MA",
    { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" },
  );
  const sayDay = (field) => {
    let words = field.nextElementSibling;
    if (!words?.classList.contains("day-words")) {
      words = document.createElement("div");
      words.className = "form-hint day-words";
      words.setAttribute("aria-live", "polite");
      field.after(words);
    }
    words.textContent = field.value ? inWords.format(new Date(`${field.value}T00:00Z`)) : "";
  };
  const sayDays = (root) => { for (const field of root.querySelectorAll('input[type="date"]')) sayDay(field); };
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => { if (event.target.type === "date") sayDay(event.target); });
  }
  document.addEventListener("istidrak:content", (event) => sayDays(event.detail));
  sayDays(document);

  // A page that nobody touches for a while leaves the screen of a shared computer: the session ends, and what was typed
  // waits on this device for the same user (draft.js). All tabs count as one; typing keeps the server's session too.
  const idle = Number(words.idle) * 1000;
  if (idle) {
    const ACTIVE = "istidrak:active";
    const SAY_EVERY = Math.min(5 * 60 * 1000, idle / 3);
    let last = Date.now();
    let said = last;
    const lastOfTabs = () => { try { return Math.max(last, Number(localStorage.getItem(ACTIVE)) || 0); } catch { return last; } };
    const touch = () => {
      const now = Date.now();
      if (now - last < 1000) return;
      if (now - lastOfTabs() >= idle) { leave(); return; }
      last = now;
      try { localStorage.setItem(ACTIVE, String(now)); } catch { /* then each tab counts for itself */ }
      if (now - said < SAY_EVERY) return;
      said = now;
      const form = document.getElementById("left-alone");
      const token = form?.elements.csrfmiddlewaretoken.value || "";
      fetch(words.activeUrl, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => {});
    };
    const leave = () => { if (Date.now() - lastOfTabs() >= idle) document.getElementById("left-alone")?.submit(); };
    try { localStorage.setItem(ACTIVE, String(last)); } catch { /* as above */ }
    for (const kind of ["input", "keydown", "pointerdown", "scroll"]) document.addEventListener(kind, touch, { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) leave(); });
    setInterval(leave, Math.min(15 * 1000, idle / 4));
  }

  // Parts of a long page: open on a screen, closed on a phone until asked for, all on paper.
  const parts = () => document.querySelectorAll("details[data-part]");
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const part = target && target.closest("details[data-part]");
    if (part) { part.open = true; target.scrollIntoView(); }
  };
  if (!window.matchMedia("(min-width: 48rem)").matches) {
    for (const part of parts()) if (!part.querySelector('[aria-invalid="true"]')) part.open = false;
  }
  window.addEventListener("beforeprint", () => { for (const part of parts()) part.open = true; });
  window.addEventListener("hashchange", reveal);
  reveal();

  const menu = document.querySelector("[data-menu]");
  const wide = window.matchMedia("(min-width: 62rem)");
  const fit = () => { if (menu) menu.open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu?.open && !wide.matches) { menu.open = false; menu.querySelector("summary").focus(); }
  });
})();
