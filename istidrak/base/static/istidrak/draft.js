"use strict";
/* Forms with data-draft keep what is typed, per user, on this device: after a reload it is put back; without a
   connection it waits and is sent when the connection is back (the form's hidden submission number makes a second
   sending harmless). Passwords and files are never kept. All is wiped at sign-out and when another user signs in. */
(() => {
  const words = document.body.dataset;
  const user = words.user || "";
  const PREFIX = "istidrak:draft:";
  const OWNER = "istidrak:user";
  const KEPT_FOR = 3 * 24 * 3600 * 1000; // milliseconds: over a week-end, no longer
  const RETRY = 30 * 1000;
  const NEVER = new Set(["password", "file", "submit", "button", "reset", "image"]);

  // A full or forbidden store must not break the form: it then behaves as a plain one.
  const store = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    put(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* nothing is kept then */ } },
    keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith("istidrak:")); } catch { return []; } },
  };
  const wipe = () => store.keys().forEach(store.drop);

  const inputs = (form) => [...form.elements].filter(
    (e) => e.name && e.name !== "csrfmiddlewaretoken" && !NEVER.has(e.type));
  const isBox = (e) => e.type === "checkbox" || e.type === "radio";
  const valueOf = (e) => {
    if (isBox(e)) return [e.name, e.value, e.checked];
    if (e.multiple && e.options) return [e.name, [...e.options].filter((o) => o.selected).map((o) => o.value)];
    return [e.name, e.value];
  };
  const valuesOf = (form) => inputs(form).map(valueOf);
  const typedOf = (form) => JSON.stringify(inputs(form).filter((e) => e.type !== "hidden").map(valueOf));
  const putBack = (form, values) => {
    const places = inputs(form);
    for (const [name, value, checked] of values) {
      const place = places.find((e) => e.name === name && (!isBox(e) || e.value === value));
      if (!place) continue;
      if (!isBox(place)) places.splice(places.indexOf(place), 1); // fields of one name: in their order
      if (checked !== undefined) place.checked = checked;
      else if (Array.isArray(value)) for (const o of place.options) o.selected = value.includes(o.value);
      else place.value = value;
      place.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  const say = (form, text, ...buttons) => {
    form.querySelector(".draft-note")?.remove();
    const box = document.createElement("div");
    box.className = "draft-note";
    box.setAttribute("role", "status");
    const said = document.createElement("span");
    said.textContent = text;
    box.append(said);
    for (const [label, act] of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline-primary";
      button.textContent = label;
      button.addEventListener("click", () => { box.remove(); act(); });
      box.append(button);
    }
    form.prepend(box);
    return box;
  };

  const keyOf = (form) => `${PREFIX}${user}:${form.dataset.draft}`;
  // A tab left open by somebody else keeps and sends nothing once another user has signed in on this computer.
  const isOurs = () => { const owner = store.get(OWNER); return !owner || owner === user; };
  const keep = (form, unsentBy) => isOurs() && store.put(keyOf(form), { values: valuesOf(form), at: Date.now(), unsentBy });
  const sendAgain = (form, by) => {
    const buttons = [...form.querySelectorAll('button[type="submit"]')];
    form.requestSubmit(buttons.find((b) => b.name === by.name && b.value === by.value) || undefined);
  };

  // `isAnswer`: the form came back from the server, which knows better what stands in it (a newer version, mistakes).
  const begin = (form, isAnswer) => {
    const key = keyOf(form);
    const blank = valuesOf(form);
    const before = store.get(key);
    const discard = () => { store.drop(key); putBack(form, blank); };
    if (isAnswer) {
      keep(form);
    } else if (before && !form.querySelector("[aria-invalid]")) {
      const shown = typedOf(form);
      putBack(form, before.values);
      if (before.unsentBy) {
        const retry = () => sendAgain(form, before.unsentBy);
        say(form, words.wordsUnsent, [words.wordsRetry, retry], [words.wordsDiscard, discard]);
      } else if (typedOf(form) !== shown) {
        say(form, words.wordsDraft, [words.wordsDiscard, discard]);
      }
    }
    let waiting;
    const soon = () => { clearTimeout(waiting); waiting = setTimeout(() => keep(form), 200); };
    form.addEventListener("input", soon);
    form.addEventListener("change", (event) => { if (event.isTrusted) soon(); });
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      clearTimeout(waiting);
      keep(form);
      if (form.querySelector('input[type="file"]')) { // files are sent by the browser itself
        store.put("istidrak:sent", key);
        return;
      }
      event.preventDefault();
      send(form, event.submitter);
    });
  };

  const send = async (form, submitter) => {
    if (!isOurs()) { location.reload(); return; }
    const data = new FormData(form);
    if (submitter?.name) data.append(submitter.name, submitter.value);
    const address = submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href;
    busy(form, true);
    let answer;
    try {
      answer = await fetch(address, { method: "POST", body: data, headers: { "X-Kept-Form": "1" } });
    } catch {
      wait(form, submitter, words.wordsOffline);
      return;
    }
    const goesTo = answer.headers.get("X-Goes-To");
    if (goesTo) {
      const isSaved = answer.headers.get("X-Kept-Form") === "saved";
      const url = new URL(goesTo, location.href);
      if (isSaved) store.drop(keyOf(form));
      else if (url.searchParams.has("next")) url.searchParams.set("next", location.pathname + location.search);
      goTo(url);
    } else if (answer.status >= 500) {
      wait(form, submitter, words.wordsBroken);
    } else {
      show(await answer.text(), keyOf(form));
    }
  };

  // Going to another place of the same page would not load it anew.
  const goTo = (url) => {
    if (!url.hash || url.href.split("#")[0] !== location.href.split("#")[0]) { location.assign(url); return; }
    location.hash = url.hash;
    location.reload();
  };

  const wait = (form, submitter, text) => {
    keep(form, { name: submitter?.name || "", value: submitter?.value || "" });
    busy(form, false);
    const again = () => {
      clearTimeout(timer);
      window.removeEventListener("online", again);
      if (form.isConnected && !form.dataset.sending) form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    };
    const timer = form.elements.submission ? setTimeout(again, RETRY) : undefined;
    window.addEventListener("online", again, { once: true });
    say(form, text, [words.wordsRetry, again]).scrollIntoView({ block: "nearest" });
  };

  // The page that answers (the form with its errors, or why it was refused) takes the place of this one.
  const show = (text, sentKey) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const content = page.querySelector("main");
    document.title = page.title;
    document.querySelector("main").replaceWith(content);
    window.htmx?.process(content);
    all(content, sentKey);
    document.dispatchEvent(new CustomEvent("istidrak:content", { detail: content })); // for scripts of pages
    window.scrollTo(0, 0);
    (content.querySelector(".form-summary") || content.querySelector("[aria-invalid]") || content).focus();
  };

  const busy = (form, isBusy) => {
    if (isBusy) form.dataset.sending = "1";
    else delete form.dataset.sending;
    for (const button of form.querySelectorAll('button[type="submit"]')) {
      if (isBusy) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  };

  const all = (root, sentKey) => {
    for (const form of root.querySelectorAll("form[data-draft]")) begin(form, keyOf(form) === sentKey);
  };

  // What a form with files had sent is forgotten once another page, or the page without its mistakes, has come.
  const sent = store.get("istidrak:sent");
  if (sent && !document.body.hasAttribute("data-error") && !document.querySelector("[aria-invalid]")) store.drop(sent);
  store.drop("istidrak:sent");

  if (user) {
    if (store.get(OWNER) !== user) wipe();
    store.put(OWNER, user);
    for (const key of store.keys()) {
      if (key.startsWith(PREFIX) && Date.now() - (store.get(key)?.at || 0) > KEPT_FOR) store.drop(key);
    }
    all(document);
    window.addEventListener("storage", (event) => { if (event.key === OWNER && event.newValue && !isOurs()) location.reload(); });
  }
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-wipe]")) return;
    wipe();
    store.put = () => false; // a form that was about to be kept must not come back while the answer is on its way
  }, true);
})();
