"use strict";
// What goes with the text of an episode: the word that is heard, the size of letters, the volume,
// the smaller file, the next episode.
const home = new URL(".", document.currentScript.src);
addEventListener("mujaz-player", ({ detail: player }) => {
  const { audio, say, spans, store } = player;
  const at = (id) => document.getElementById(id);
  const text = at("text");

  // Beside the text the list of stories is open; above it, it would keep the text off the screen.
  if (at("contents") && matchMedia("(min-width: 52rem)").matches) at("contents").open = true;

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
    const [module, labels] = await Promise.all([
      import(new URL(`${name}.js`, home)),
      fetch(new URL("words.json", home)).then((answer) => answer.json()),
    ]);
    Object.assign(words, labels);
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

  // --- A word back: where the link leads is said when it is followed; nothing is written before ----
  function reportAddress() {
    const i = player.current();
    const picked = spans.find((span) => !getSelection().isCollapsed && getSelection().containsNode(span, true));
    const span = picked ?? spans[i];
    const place = location.href.split("#")[0].replace(/index\.html$/, "");
    const time = player.times[spans.indexOf(span)];
    const values = { title: say.title, address: time > 0 ? `${place}#t=${Math.floor(time * 100) / 100}` : place, sentence: span?.textContent ?? "" };
    const fill = (text) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    if (/^https?:/.test(say.report)) {
      const address = new URL(say.report);
      for (const [name, value] of Object.entries(values)) address.searchParams.set(name, value);
      return address.href;
    }
    return `mailto:${say.report}?subject=${encodeURIComponent(fill(say.reportSubject))}&body=${encodeURIComponent(fill(say.reportBody))}`;
  }
  if (say.report) {
    for (const link of document.querySelectorAll("a.report")) {
      for (const event of ["click", "contextmenu"]) link.addEventListener(event, () => { link.href = reportAddress(); });
    }
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

  // --- Less data ------------------------------------------------------------------------------
  const low = at("low-data");
  if (low && say.opus && audio.canPlayType("audio/ogg; codecs=opus")) {
    const whole = audio.src;
    const choose = () => {
      const t = player.position();
      const playing = !audio.paused;
      audio.src = low.checked ? say.opus : whole;
      if (t > 0) player.seek(t);
      if (playing) player.play();
    };
    low.checked = store.get("low-data") === "1";
    if (low.checked) choose();
    low.addEventListener("change", () => { store.set("low-data", low.checked ? "1" : "0"); choose(); });
  } else if (low) {
    low.closest(".row").hidden = true;
  }

  // --- The next episode, if wished --------------------------------------------------------------
  audio.addEventListener("ended", async () => {
    if (!at("queue").checked || say.live) return;
    try {
      const list = new URL("../../index.html", location.href);
      const page = new DOMParser().parseFromString(await (await fetch(list)).text(), "text/html");
      const links = [...page.querySelectorAll(".ep h2 a")].map((link) => new URL(link.getAttribute("href"), list).href);
      const here = links.findIndex((link) => player.path(link) === player.page());
      if (here >= 0 && links[here + 1]) location.assign(links[here + 1] + "#next");
    } catch { /* without a connection there is no next episode */ }
  });
  if (location.hash === "#next" && at("queue").checked) player.play();

  // --- The word that is heard: painted, not written, so that no screen reader hears of it ---------
  if (!window.Highlight || !CSS.highlights || say.live) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("::highlight(word) { background-color: #f3b63f; color: #1a1203; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  let segments = null;
  let timer = 0;

  async function fetchWords() {
    if (segments) return;
    segments = [];
    try {
      const answer = await fetch(audio.src.replace(/\.[a-z0-9]+$/, ".json"));
      segments = (await answer.json()).segments;
      follow();
    } catch { /* sentences are marked all the same */ }
  }
  function rangeOf(span, timed, index) {
    const walk = document.createTreeWalker(span, NodeFilter.SHOW_TEXT);
    const words = [...span.textContent.matchAll(/\S+/g)];
    // Not every written word is timed: the timed ones are found in their order.
    let place = -1;
    for (const { body } of timed.slice(0, index + 1)) {
      const found = words.findIndex((one, k) => k > place && one[0] === body);
      if (found >= 0) place = found;
    }
    const word = words[place];
    if (!word) return null;
    const range = new Range();
    let passed = 0;
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const [from, to] = [word.index - passed, word.index + word[0].length - passed];
      if (from >= 0 && from < node.length) range.setStart(node, from);
      if (to > 0 && to <= node.length) { range.setEnd(node, to); return range; }
      passed += node.length;
    }
    return null;
  }
  function follow() {
    clearTimeout(timer);
    CSS.highlights.delete("word");
    const i = player.current();
    const segment = segments?.length === spans.length ? segments[i] : null;
    if (!segment?.words || audio.paused || !at("highlight").checked) return;
    const t = audio.currentTime;
    let index = -1;
    segment.words.forEach((word, k) => { if (word.startTime <= t + 0.02) index = k; });
    const range = index >= 0 ? rangeOf(spans[i], segment.words, index) : null;
    if (range) CSS.highlights.set("word", new Highlight(range));
    const next = segment.words[index + 1]?.startTime;
    if (next > t) timer = setTimeout(follow, Math.max(((next - t) / audio.playbackRate) * 1000, 20));
  }
  audio.addEventListener("playing", fetchWords);
  for (const event of ["playing", "timeupdate", "seeked", "pause"]) audio.addEventListener(event, follow);
});
