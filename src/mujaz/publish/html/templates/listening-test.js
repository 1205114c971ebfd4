"use strict";
// Keeps the answers of a listening test in the browser, and saves them as a file.
const form = document.getElementById("test");
const store = "mujaz-listening-" + form.dataset.test;
const say = (text) => { document.getElementById("status").textContent = text; };

// A browser may refuse storage, for example for pages opened as files: the answers are then lost
// when the page is closed, and can still be saved.
const remembered = (use) => { try { return use(window.localStorage); } catch (refused) { return null; } };

const kept = JSON.parse(remembered((storage) => storage.getItem(store)) || "{}");
for (const input of form.querySelectorAll("input[type=radio]")) {
  if (kept[input.name] === input.value) { input.checked = true; }
}

form.addEventListener("change", () => {
  const values = Object.fromEntries(new FormData(form));
  remembered((storage) => storage.setItem(store, JSON.stringify(values)));
});

// One clip at a time.
form.addEventListener("play", (event) => {
  for (const audio of form.querySelectorAll("audio")) {
    if (audio !== event.target) { audio.pause(); }
  }
}, true);

const answers = () => [...form.querySelectorAll("[data-trial]")].map((trial) => {
  const grades = {};
  for (const input of trial.querySelectorAll("input[name^='g-']:checked")) {
    grades[input.name.slice(2)] = Number(input.value);
  }
  const best = trial.querySelector("input[name^='best-']:checked");
  return { sentence: Number(trial.dataset.trial), grades, best: best ? best.value : "" };
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const saved = new Date().toISOString();
  const result = { test: form.dataset.test, saved, answers: answers() };
  const link = document.createElement("a");
  const file = new Blob([JSON.stringify(result, null, 1) + "\n"], { type: "application/json" });
  link.href = URL.createObjectURL(file);
  link.download = store + "-" + saved.slice(0, 19).replaceAll(":", "") + ".json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  const open = form.querySelectorAll("audio").length
    - form.querySelectorAll("input[name^='g-']:checked").length;
  say(form.dataset.saved.replace("{name}", link.download)
    + (open ? " " + form.dataset.open.replace("{n}", open) : ""));
});
