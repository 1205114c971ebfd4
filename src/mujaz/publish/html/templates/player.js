"use strict";
// The player of an episode's page and of the show page. Without it the pages are whole: native
// audio, links, text. It holds no words: they stand in the page, in the show's language.
(() => {
  const home = new URL(".", document.currentScript.src);
  const offline = "serviceWorker" in navigator && window.isSecureContext && "caches" in window;
  if (offline) navigator.serviceWorker.register(new URL("sw.js", home)).catch(() => {});

  const at = (id) => document.getElementById(id);
  const audio = at("audio");
  const box = at("player");
  if (!audio || !box) return;
  const say = box.dataset;
  // Right where the script stands, before the rest of the page is shown: nothing moves.
  audio.controls = false;
  box.innerHTML = at("controls").textContent;
  at("controls").remove();
  const store = {
    get(key) { try { return localStorage.getItem("mujaz:" + key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem("mujaz:" + key, value); } catch { /* private mode */ } },
  };
  const tools = box.querySelector(".tools");
  if (tools) {
    tools.open = store.get("tools") === "1";
    tools.addEventListener("toggle", () => store.set("tools", tools.open ? "1" : "0"));
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();

  function begin() {
  const text = at("text") ?? document.createElement("div");
  const spans = [...text.querySelectorAll("span[data-t]")];
  const times = spans.map((span) => (span.dataset.t ? Number(span.dataset.t) : NaN));
  const stories = [...text.querySelectorAll("article")];
  const firsts = stories.map((story) => spans.findIndex((span) => story.contains(span)));
  const storyOf = spans.map((span) => stories.indexOf(span.closest("article")));
  const seekBar = at("seek");
  // On the show page some controls are not there: nothing happens to their stand-ins.
  const absent = document.createElement("input");
  const control = (id) => at(id) ?? absent;
  let duration = Number(say.duration) || Infinity;
  let wanted = null; // where to start once the file's length is known
  let current = -1;
  let roving = 0;

  // --- Small things -------------------------------------------------------------------------
  const path = (address) => new URL(address, location.href).pathname.replace(/index\.html$/, "");
  let page = path("");
  const position = () => wanted ?? audio.currentTime;
  const clock = (t) => {
    const s = Math.floor(t);
    const rest = String(s % 60).padStart(2, "0");
    return s < 3600 ? `${Math.floor(s / 60)}:${rest}`
      : `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, "0")}:${rest}`;
  };
  // The forms an Arabic number asks of its noun; a preposition before it changes the dual.
  const counted = (n, forms, governed) => {
    const form = n === 1 ? 0 : n === 2 ? (governed ? 5 : 1) : n % 100 < 3 ? 4 : n % 100 <= 10 ? 2 : 3;
    return forms.split("|")[form].replace("{n}", n);
  };
  const words = (t, governed) => {
    const s = Math.floor(t);
    const parts = [[Math.floor(s / 3600), say.hours], [Math.floor(s / 60) % 60, say.minutes], [s % 60, say.seconds]]
      .filter(([n]) => n).map(([n, forms]) => counted(n, forms, governed));
    return parts.length ? parts.join(say.and) : counted(0, say.seconds);
  };
  let forget = 0;
  const tell = (message) => {
    at("status").textContent = message;
    clearTimeout(forget);
    forget = setTimeout(() => { at("status").textContent = ""; }, 10000);
  };

  // --- Position: sentence, slider, clock ----------------------------------------------------
  function indexAt(t) {
    let found = 0;
    // A sentence without a time is not read yet, or could not be.
    for (let i = 0; i < times.length && !(times[i] > t + 0.02); i += 1) if (times[i] <= t + 0.02) found = i;
    return found;
  }
  function rove(i) {
    if (!spans[i] || i === roving) return;
    spans[roving].tabIndex = -1;
    spans[i].tabIndex = 0;
    roving = i;
  }
  function setCurrent(i) {
    if (i === current || !spans[i]) return;
    if (spans[current]) spans[current].removeAttribute("aria-current");
    spans[i].setAttribute("aria-current", "true");
    const left = storyOf[current];
    current = i;
    if (!text.contains(document.activeElement)) rove(i);
    if (control("follow").checked) spans[i].scrollIntoView({ block: "center" });
    if (storyOf[i] !== left) {
      nameWhat(document.querySelector(`nav a[href="#${stories[storyOf[i]]?.id}"]`) ?? at("title"));
    }
    if (control("sleep").value === "story" && !audio.paused && left >= 0 && storyOf[i] !== left) fallAsleep();
  }
  let boundary = 0;
  function tick() {
    const t = position();
    if (document.activeElement !== seekBar || audio.paused) seekBar.value = t;
    at("now").textContent = clock(t);
    setCurrent(indexAt(t));
    // timeupdate comes four times a second; the next sentence is met on time.
    clearTimeout(boundary);
    const next = times[current + 1];
    if (!audio.paused && next > t) boundary = setTimeout(tick, Math.max((next - t) / audio.playbackRate * 1000, 20));
  }
  // With its markup, which tells screen readers the language of foreign names.
  function nameWhat(title, address) {
    if (title) at("what").replaceChildren(...title.cloneNode(true).childNodes);
    if (address) at("what").href = address;
  }
  function markChapters() {
    const known = firsts.map((i) => times[i]).filter((t) => t > 0 && t < duration);
    at("marks").replaceChildren(...(isFinite(duration) ? known : []).map((t) => {
      const mark = document.createElement("i");
      mark.style.left = `${(100 * t) / duration}%`;
      return mark;
    }));
  }
  // Spoken when the listener moves or stops, never by the clock.
  function describe() {
    const whole = isFinite(duration) ? ` ${say.of} ${words(duration, true)}` : "";
    seekBar.setAttribute("aria-valuetext", words(position()) + whole);
  }
  function setDuration(seconds) {
    duration = seconds;
    const known = isFinite(seconds);
    seekBar.disabled = !known;
    if (known) seekBar.max = Math.ceil(seconds);
    at("end").textContent = known ? clock(Math.round(seconds)) : "…";
    markChapters();
  }

  // --- Moving -------------------------------------------------------------------------------
  function seek(t) {
    const to = Math.min(Math.max(t, 0), isFinite(duration) ? Math.max(duration - 0.05, 0) : Infinity);
    // Before play nothing is loaded, and nothing is loaded just to move.
    if (audio.readyState < 1) wanted = to;
    else audio.currentTime = to;
    tick();
    describe();
    remember();
  }
  function play() {
    control("resume").hidden = true;
    audio.play().catch((error) => { if (error.name !== "AbortError") tell(say.failed); });
  }
  function hear(i) {
    if (isNaN(times[i])) return;
    seek(times[i]);
    play();
  }
  function stepSentence(by) {
    const i = indexAt(position());
    const restart = by < 0 && position() - times[i] > 2;
    let to = Math.max(restart ? i : i + by, 0);
    while (isNaN(times[to]) && spans[to + by]) to += by;
    if (!(times[to] >= 0)) return;
    seek(times[to]);
    if (audio.paused) tell(spans[to].textContent);
  }
  function stepStory(by) {
    const known = firsts.map((i) => times[i]);
    const t = position();
    let k = -1;
    known.forEach((start, i) => { if (start <= t + 0.02) k = i; });
    const restart = by < 0 && k >= 0 && t - known[k] > 3;
    const to = restart ? k : k + by;
    if (to >= known.length || isNaN(known[Math.max(to, 0)])) return;
    seek(to < 0 ? 0 : known[to]);
    if (audio.paused) tell(to < 0 ? at("title").textContent : stories[to].querySelector("h3").textContent);
  }

  // --- Memory -------------------------------------------------------------------------------
  let saved = 0;
  function remember() {
    saved = Date.now();
    if (isFinite(duration)) store.set(page, String(Math.floor(position())));
  }
  function offerToResume() {
    const t = Number(store.get(page));
    if (!(t > 5 && t < duration - 5)) return;
    const button = control("resume");
    button.textContent = say.resume.replace("{time}", words(t, true));
    button.hidden = false;
    button.addEventListener("click", () => { seek(t); play(); at("play").focus(); });
  }

  // --- Sleep --------------------------------------------------------------------------------
  let sleeper = 0;
  function fallAsleep() {
    audio.pause();
    control("sleep").value = "0";
    tell(say.slept);
  }
  control("sleep").addEventListener("change", () => {
    clearTimeout(sleeper);
    const seconds = Number(control("sleep").value);
    if (seconds) sleeper = setTimeout(fallAsleep, seconds * 1000);
  });

  // --- Lock screen: fetched when play begins --------------------------------------------------
  let lockScreen = null;
  const placeOnLockScreen = () => lockScreen?.place(audio, duration);
  async function dress() {
    if (!navigator.mediaSession) return;
    lockScreen = await import(new URL("lock-screen.js", home));
    lockScreen.dress(player);
    placeOnLockScreen();
  }

  // --- The audio element --------------------------------------------------------------------
  function setRate() {
    audio.defaultPlaybackRate = audio.playbackRate = Number(at("rate")?.value ?? store.get("rate") ?? 1);
    placeOnLockScreen();
  }
  // The large button is on the page of an episode, the round one in the bar that stays.
  function showPlaying(playing) {
    const label = playing ? say.pause : say.play;
    if (at("play")) at("play").textContent = label;
    at("play-dock").setAttribute("aria-label", label);
    at("dock").classList.toggle("playing", playing);
  }
  const heard = {
    loadedmetadata() {
      if (isFinite(audio.duration)) setDuration(audio.duration);
      if (wanted !== null) { audio.currentTime = wanted; wanted = null; }
      setRate();
    },
    play() { showPlaying(true); control("resume").hidden = true; tick(); },
    playing() { dress().catch(() => {}); tick(); },
    pause() { showPlaying(false); clearTimeout(boundary); describe(); remember(); placeOnLockScreen(); },
    timeupdate() { tick(); if (Date.now() - saved > 5000) remember(); },
    seeked() { tick(); placeOnLockScreen(); },
    ended() {
      store.set(page, "0");
      store.set("heard:" + page, "1");
      tell(say.ended);
    },
    error() { tell(say.failed); },
  };
  for (const [event, what] of Object.entries(heard)) audio.addEventListener(event, what);
  addEventListener("pagehide", () => { if (audio.currentTime > 0) remember(); });

  // --- Controls -----------------------------------------------------------------------------
  const toggle = () => (audio.paused ? play() : audio.pause());
  control("play").addEventListener("click", toggle);
  at("play-dock").addEventListener("click", toggle);
  at("back").addEventListener("click", () => seek(position() - 15));
  at("forward").addEventListener("click", () => seek(position() + 15));
  control("previous-sentence").addEventListener("click", () => stepSentence(-1));
  control("next-sentence").addEventListener("click", () => stepSentence(1));
  at("previous-story").addEventListener("click", () => stepStory(-1));
  at("next-story").addEventListener("click", () => stepStory(1));
  control("rate").addEventListener("change", () => { setRate(); store.set("rate", control("rate").value); });
  control("highlight").addEventListener("change", () => text.classList.toggle("marking", control("highlight").checked));
  // While it plays its text is left alone; it is true at the moment somebody comes to it.
  seekBar.addEventListener("focus", () => { seekBar.value = position(); describe(); });
  seekBar.addEventListener("input", () => seek(Number(seekBar.value)));
  seekBar.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 5, ArrowUp: 5, ArrowLeft: -5, ArrowDown: -5, PageUp: 60, PageDown: -60 }[event.key];
    const to = { Home: 0, End: duration }[event.key] ?? (by && position() + by);
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    seek(to);
    seekBar.value = position();
  });
  for (const id of ["highlight", "follow", "queue", "keys"].filter(at)) {
    const was = store.get(id);
    if (was !== null) at(id).checked = was === "1";
    at(id).addEventListener("change", () => store.set(id, at(id).checked ? "1" : "0"));
  }
  const rate = store.get("rate");
  if (rate && at("rate") && [...control("rate").options].some((option) => option.value === rate)) control("rate").value = rate;

  // --- The text -----------------------------------------------------------------------------
  // Heard at the document: a listener on the text makes screen readers say "clickable" everywhere.
  document.addEventListener("click", (event) => {
    if (!text.contains(event.target)) return;
    const listen = event.target.closest("a.listen");
    if (listen && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
      event.preventDefault();
      seek(Number(listen.hash.slice(3)));
      play();
      return;
    }
    const i = spans.indexOf(event.target.closest("span[data-t]"));
    if (i >= 0 && getSelection().isCollapsed) { rove(i); hear(i); }
  });
  text.addEventListener("keydown", (event) => {
    const i = spans.indexOf(event.target);
    if (i < 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const to = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: spans.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") hear(i);
    else if (to === undefined) return;
    else if (spans[to]) { rove(to); spans[to].focus(); }
    event.preventDefault();
  });

  // --- Shortcuts, only if asked for (WCAG 2.1.4); by place on the keyboard, whatever its language.
  const step = (by) => { control("rate").selectedIndex = Math.min(Math.max(control("rate").selectedIndex + by, 0), control("rate").length - 1); control("rate").dispatchEvent(new Event("change")); };
  const shortcuts = {
    KeyK: toggle, KeyJ: () => stepSentence(-1), KeyL: () => stepSentence(1), KeyP: () => stepStory(-1),
    KeyN: () => stepStory(1), Comma: () => step(-1), Period: () => step(1),
  };
  document.addEventListener("keydown", (event) => {
    if (!control("keys").checked || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("select, input[type=range], textarea, [contenteditable]")) return;
    if (!shortcuts[event.code]) return;
    event.preventDefault();
    shortcuts[event.code]();
  });

  // --- Begin --------------------------------------------------------------------------------
  text.classList.add("scripted-text");
  text.classList.toggle("marking", control("highlight").checked);
  spans.forEach((span, i) => { span.tabIndex = i ? -1 : 0; });
  setDuration(duration);
  setRate();
  nameWhat(at("title"));
  const asked = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  if (asked) seek(Number(asked[1]));
  else describe();
  if (at("text")) offerToResume();
  // Another episode in the same player, from a second on: the show page has one for all.
  function load(episode, from) {
    if (!audio.paused) remember();
    Object.assign(say, { title: episode.title, date: episode.date });
    page = path(episode.page);
    wanted = null;
    audio.src = episode.media;
    setDuration(episode.duration);
    nameWhat(episode.name, episode.page);
    seek(from);
    play();
  }
  const player = {
    home, offline, audio, say, spans, times, store, path, words, tell, seek, tick, play, load, setDuration, position, stepStory,
    page: () => page, current: () => current,
  };
  dispatchEvent(new CustomEvent("mujaz-player", { detail: player }));
  }
})();
