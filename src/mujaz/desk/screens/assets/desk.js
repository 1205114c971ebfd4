// Hearing, focus after a change, and texts that survive a reload. Everything else works without it.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const said = () => document.getElementById("said");

  function say(text) {
    if (text && said()) said().textContent = text;
  }

  // --- Hearing -------------------------------------------------------------------------------
  const audio = new Audio();
  audio.preload = "auto";
  let current = null;   // The button whose sound plays.
  let queue = [];       // Numbers of the sentences that follow.
  let blob = "";
  let asked = 0;

  const texts = () => document.querySelector("[data-say][data-stop]")?.dataset ?? {};

  function stop() {
    asked += 1;
    audio.pause();
    queue = [];
    release();
  }

  function release() {
    if (current) {
      current.classList.remove("on");
      if (current.dataset.name) current.setAttribute("aria-label", current.dataset.name);
      if (current.dataset.words) current.textContent = current.dataset.words;
      current.closest(".s")?.classList.remove("heard");
    }
    current = null;
    if (blob) URL.revokeObjectURL(blob);
    blob = "";
  }

  function mark(button) {
    current = button;
    button.classList.add("on");
    if (button.hasAttribute("aria-label")) {
      button.dataset.name = button.getAttribute("aria-label");
      button.setAttribute("aria-label", texts().stop);
    }
    if (!button.classList.contains("play")) {
      button.dataset.words = button.textContent;
      button.textContent = texts().stop;
    }
    button.closest(".s")?.classList.add("heard");
  }

  async function start(source) {
    audio.src = source;
    try {
      await audio.play();
    } catch (error) {
      if (error.name !== "AbortError") { stop(); say(texts().noSound); }
    }
  }

  const address = (sentence) => {
    const draft = document.getElementById("draft").dataset.draft;
    return `${draft}/sentences/${sentence}/audio`;
  };

  function hear(sentence) {
    release();
    const button = document.querySelector(`.play[data-hear="${sentence}"]`);
    if (!button) { next(); return; }
    mark(button);
    start(address(sentence));
  }

  function next() {
    if (queue.length) { hear(queue.shift()); return; }
    release();
  }

  function from(button) {
    const buttons = all(".play[data-hear]");
    return buttons.slice(buttons.indexOf(button)).map((each) => each.dataset.hear);
  }

  async function speak(button, spoken, voice) {
    stop();
    mark(button);
    const mine = (asked += 1);
    try {
      const answer = await fetch(texts().say, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "audio/wav" },
        body: JSON.stringify(button.dataset.try ? { text: spoken, voice } : { spoken, ...(voice && { voice }) }),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const sound = await answer.blob();
      if (mine !== asked) return;
      blob = URL.createObjectURL(sound);
      start(blob);
    } catch {
      if (mine === asked) { stop(); say(texts().noSound); }
    }
  }

  audio.addEventListener("ended", next);
  audio.addEventListener("error", () => { if (current) { stop(); say(texts().noSound); } });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button === current) { stop(); return; }
    if (button.dataset.hear) {
      stop();
      queue = document.getElementById("go-on")?.checked ? from(button) : [button.dataset.hear];
      next();
    } else if ("hearAll" in button.dataset) {
      stop();
      queue = all(".play[data-hear]").map((each) => each.dataset.hear);
      next();
    } else if ("hearStory" in button.dataset) {
      stop();
      queue = all(".play[data-hear]", button.closest(".story")).map((each) => each.dataset.hear);
      next();
    } else if (button.dataset.say) {
      speak(button, button.dataset.say, button.dataset.voice);
    } else if (button.dataset.try) {
      speak(button, document.getElementById("try-text").value, button.dataset.try);
    }
  }, true);

  // --- Jobs: their server-sent events say when the box of a job is out of date -----------------------
  const followed = new Map();  // Streams of events by address.

  function follow(root) {
    for (const { dataset: { events } } of all("[data-events]", root)) {
      if (followed.has(events)) continue;
      const stream = new EventSource(events);
      followed.set(events, stream);
      stream.addEventListener("job", (event) => {
        const box = all("[data-events]").find((each) => each.dataset.events === events);
        if (box) window.htmx.trigger(box, "job-changed");
        const isOver = !["queued", "running"].includes(JSON.parse(event.data).state);
        if (isOver || !box) stream.close();
      });
    }
  }
  document.addEventListener("DOMContentLoaded", () => follow(document));

  // --- Keyboard: Escape closes what is open, Ctrl+Enter saves it -----------------------------------
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (current) { stop(); return; }
      event.target.closest?.(".s.open")?.querySelector("[data-cancel]")?.click();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
      event.preventDefault();
      event.target.form.querySelector("button.main, button")?.click();
    }
  });

  // --- Focus goes where the change is ---------------------------------------------------------
  document.addEventListener("desk:focus", (event) => {
    const target = document.getElementById(event.detail.id);
    if (!target) return;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("DOMContentLoaded", () => document.querySelector("#errors, #stale")?.focus());

  // A row that is being edited is not replaced by a list of doubts that arrives meanwhile.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target.matches?.(".s.open")) event.detail.shouldSwap = false;
  });

  // --- Texts survive a reload -------------------------------------------------------------------
  const place = (form) => `desk:${form.dataset.keep}:${form.getAttribute("action")}`;

  function remember(form) {
    const kept = {};
    for (const field of form.elements) {
      if (!field.name || ["hidden", "file", "password", "radio", "checkbox"].includes(field.type)) continue;
      if (field.tagName === "BUTTON" || field.tagName === "SELECT") continue;
      if (field.value !== field.defaultValue) kept[field.name] = [field.defaultValue, field.value];
    }
    try {
      if (Object.keys(kept).length) sessionStorage.setItem(place(form), JSON.stringify(kept));
      else sessionStorage.removeItem(place(form));
    } catch { /* Without storage the browser's own memory is left. */ }
  }

  function restore(root) {
    for (const form of all("form[data-keep]", root)) {
      let kept = null;
      try { kept = JSON.parse(sessionStorage.getItem(place(form))); } catch { /* As above. */ }
      for (const [name, [before, value]] of Object.entries(kept ?? {})) {
        const field = form.elements[name];
        if (field && field.defaultValue === before && field.value === before) field.value = value;
      }
    }
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-keep]");
    if (form) remember(form);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.keep) { try { sessionStorage.removeItem(place(event.target)); } catch { /* As above. */ } }
  });
  document.addEventListener("click", (event) => {
    const cancel = event.target.closest("[data-cancel]");
    const form = cancel?.closest("form[data-keep]");
    if (form) { try { sessionStorage.removeItem(place(form)); } catch { /* As above. */ } }
  }, true);
  document.addEventListener("DOMContentLoaded", () => restore(document));
  document.addEventListener("htmx:afterSwap", (event) => restore(event.detail.target ?? document));
})();
