"use strict";
// What goes with the text of an episode: its panels, the size of letters, the volume. What is not
// needed before it is used lies in files of its own, which are fetched then.
addEventListener("mujaz-player", ({ detail: player }) => {
  const { home, audio, say, store } = player;
  const at = (id) => document.getElementById(id);
  const text = at("text");

  // Beside the text the list of stories is open; above it, it would keep the text off the screen.
  if (at("contents") && matchMedia("(min-width: 52rem)").matches) at("contents").open = true;

  // --- Parts that are fetched when they are used ------------------------------------------------
  const fetched = (name) => import(new URL(`${name}.js`, home));
  const labels = () => fetch(new URL("words.json", home)).then((answer) => answer.json());
  audio.addEventListener("playing", () => {
    for (const name of ["painting", "next-episode"]) fetched(name).then((part) => part.follow(player)).catch(() => {});
  }, { once: true });
  if (say.opus) fetched("low-data").then((part) => part.offer(player)).catch(() => {});
  if (say.report) fetched("report").then((part) => part.aim(player)).catch(() => {});
  const tools = document.querySelector(".tools");
  let offered = false;
  async function offerToSave() {
    if (!tools.open || !player.offline || offered || !at("save")) return;
    offered = true;
    const [part, words] = await Promise.all([fetched("saving"), labels()]);
    part.offer({ ...player, words }, at("save"));
  }
  tools.addEventListener("toggle", () => offerToSave().catch(() => {}));
  offerToSave().catch(() => {});

  // --- Panels: what is in them is fetched when the listener opens one ----------------------------
  const words = {};
  async function copy(what) {
    try {
      await navigator.clipboard.writeText(what);
      player.tell(words.share_copied);
    } catch {
      // Without https, or without leave: it is shown, to be copied by hand.
      player.tell(what);
    }
  }
  async function openPanel(name, panel) {
    const [module, all] = await Promise.all([fetched(name), labels()]);
    Object.assign(words, all);
    if (!panel.childElementCount) module.open({ ...player, words, copy }, panel);
  }
  for (const name of ["share", "find"].filter(at)) {
    const button = at(name);
    const panel = at(`${name}-panel`);
    const show = (open) => { panel.hidden = !open; button.setAttribute("aria-expanded", String(open)); };
    button.addEventListener("click", () => {
      show(panel.hidden);
      if (!panel.hidden) openPanel(name, panel).catch(() => { show(false); player.tell(say.failed); });
    });
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { show(false); button.focus(); }
    });
  }

  // --- Size of letters, volume ----------------------------------------------------------------
  function kept(id, apply) {
    const field = at(id);
    const was = store.get(id);
    if (was !== null) field.value = was;
    if (field.value !== (was ?? field.value)) field.selectedIndex = 0;
    field.addEventListener("input", () => { store.set(id, field.value); apply(Number(field.value)); });
    apply(Number(field.value));
  }
  kept("text-size", (percent) => { text.style.fontSize = percent === 100 ? "" : `${percent}%`; });
  // iOS leaves the volume to its buttons: what is set there does not change.
  const before = audio.volume;
  audio.volume = 0.5;
  const settable = audio.volume === 0.5;
  audio.volume = before;
  if (settable) kept("volume", (percent) => { audio.volume = percent / 100; });
  else at("volume-label").hidden = true;

  // The next episode, which the one before has led to.
  if (location.hash === "#next" && at("queue").checked) player.play();
});
