"use strict";
/* Forms that survive a reload and a lost connection, ask once more before what cannot be taken back, and are not
   sent twice by a double click. What is typed is kept per user on this device and wiped at sign-out. */
(() => {
  const body = document.body;
  const words = body.dataset;
  const user = words.user || "";
  const prefix = `istidrak:${user}:`;
  const keep = window.localStorage;

  const fieldsOf = (form) => [...form.elements].filter(
    (e) => e.name && e.name !== "csrfmiddlewaretoken" && !["password", "file", "submit", "button"].includes(e.type),
  );
  const valuesOf = (form) => fieldsOf(form).map((e) =>
    [e.name, e.value, e.type === "checkbox" || e.type === "radio" ? e.checked : null]);
  const put = (form, values) => {
    for (const [name, value, checked] of values) {
      for (const e of fieldsOf(form).filter((field) => field.name === name)) {
        if (checked === null) e.value = value;
        else if (e.value === value) e.checked = checked;
      }
    }
  };
  const note = (form, text, label, act) => {
    form.querySelector(".draft-note")?.remove();
    const box = document.createElement("div");
    box.className = "draft-note";
    box.setAttribute("role", "status");
    box.append(text, " ");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-primary";
    button.textContent = label;
    button.addEventListener("click", () => act(box));
    box.append(button);
    form.prepend(box);
  };

  const withDraft = (form) => {
    const key = prefix + form.dataset.draft;
    const blank = valuesOf(form);
    const hasErrors = form.querySelector("[aria-invalid]");
    const before = keep.getItem(key);
    if (before && !hasErrors) {
      put(form, JSON.parse(before));
      note(form, words.wordsDraft, words.wordsDiscard, (box) => {
        keep.removeItem(key);
        put(form, blank);
        box.remove();
      });
    }
    let waiting;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => keep.setItem(key, JSON.stringify(valuesOf(form))), 150);
    });
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      clearTimeout(waiting);
      keep.setItem(key, JSON.stringify(valuesOf(form)));
      if (form.querySelector('input[type="file"]')) return;
      event.preventDefault();
      send(form, key, event.submitter);
    });
  };

  const send = async (form, key, submitter) => {
    const data = new FormData(form);
    if (submitter?.name) data.append(submitter.name, submitter.value);
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST", body: data, credentials: "same-origin", headers: { "X-Kept-Form": "1" },
      });
      if (answer.status >= 500) throw new Error(String(answer.status));
      if (answer.redirected) {
        keep.removeItem(key);
        location.assign(answer.url);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      begin(document.querySelector("main"));
      window.scrollTo(0, 0);
    } catch {
      free(form);
      const again = () => { free(form); form.requestSubmit(); };
      note(form, words.wordsOffline, words.wordsRetry, again);
      window.addEventListener("online", again, { once: true });
    }
  };

  const free = (form) => { delete form.dataset.sending; };
  const onceOnly = (form) => form.addEventListener("submit", (event) => {
    if (form.dataset.sending) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sending = "1";
    setTimeout(() => free(form), 8000);
  });

  const confirmFirst = (form) => form.addEventListener("submit", (event) => {
    const button = event.submitter;
    const question = button?.dataset.confirm;
    if (!question || button.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const box = document.createElement("dialog");
    box.className = "confirm";
    const text = document.createElement("p");
    text.textContent = question;
    const yes = document.createElement("button");
    const no = document.createElement("button");
    yes.className = "btn btn-primary me-2";
    no.className = "btn btn-outline-secondary";
    yes.textContent = words.wordsYes;
    no.textContent = words.wordsNo;
    yes.addEventListener("click", () => { button.dataset.confirmed = "1"; box.close(); form.requestSubmit(button); });
    no.addEventListener("click", () => box.close());
    box.addEventListener("close", () => box.remove());
    box.append(text, yes, no);
    document.body.append(box);
    box.showModal();
  });

  const begin = (root) => {
    for (const form of root.querySelectorAll("form")) {
      confirmFirst(form);
      if ((form.getAttribute("method") || "").toLowerCase() === "post") onceOnly(form);
      if (form.dataset.draft && user) withDraft(form);
    }
  };

  begin(document);
  for (const form of document.querySelectorAll("form[data-wipe]")) {
    form.addEventListener("submit", () => {
      for (const key of Object.keys(keep)) if (key.startsWith("istidrak:")) keep.removeItem(key);
    });
  }
  const menu = document.querySelector("[data-menu]");
  const wide = window.matchMedia("(min-width: 62rem)");
  const fit = () => { if (menu) menu.open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
})();
