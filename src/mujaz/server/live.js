"use strict";
// A page of an episode that is still being made. Times of sentences arrive as they are read; when
// the episode is published the page goes over to it between two sentences and keeps its place.
addEventListener("mujaz-player", ({ detail: player }) => {
  const { audio, say, spans, times } = player;
  const steps = ["previous-sentence", "next-sentence", "previous-story", "next-story"].map((id) => document.getElementById(id));
  let told = false;
  let reached = Date.now();
  let published = null;

  // A stream has no end to go to and no parts to ask for: steps come with the finished file.
  for (const button of steps) button.disabled = true;

  async function look() {
    try {
      const answer = await fetch(say.live, { cache: "no-store", signal: AbortSignal.timeout(4000) });
      if (answer.status === 404 || answer.status === 410) { giveUp(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      reached = Date.now();
      const state = await answer.json();
      if (state.published) { published = state; goOver(); return; }
      state.starts.forEach((start, i) => { if (start !== null) times[i] = start; });
      if (state.failed) { giveUp(); return; }
      if (state.slow && !told) { told = true; player.tell(say.liveSlow); }
    } catch {
      // A network that fails now may hold the next time.
      if (Date.now() - reached > 5000) { reached = Infinity; player.tell(say.liveLost); }
    }
    setTimeout(look, 1000);
  }

  // The notice at the top stays; the status line is spoken once.
  function giveUp() {
    const notice = document.querySelector(".live");
    if (notice) notice.textContent = say.liveFailed;
    player.tell(say.liveFailed);
  }

  let at = -1;
  function goOver() {
    if (!published) return;
    const here = player.current();
    const playing = !audio.paused && !audio.ended;
    if (playing && at < 0) { at = here; return; }
    // Mid-sentence the change would be heard; in the pause before the next it is not.
    if (playing && here === at && audio.currentTime < (times[here + 1] ?? Infinity)) return;
    const { starts, media, episode, duration } = published;
    published = null;
    const i = audio.ended ? -1 : Math.max(here, 0);
    const into = playing || i < 0 ? 0 : Math.max(audio.currentTime - times[i], 0);
    const began = audio.currentTime > 0;
    const address = new URL(episode, location.href);
    starts.forEach((start, k) => { times[k] = start ?? NaN; if (start !== null) spans[k].dataset.t = start; });
    audio.src = new URL(media, location.href).href;
    audio.load();
    player.setDuration(duration);
    if (began && i >= 0 && starts[i] !== null) player.seek(starts[i] + into);
    if (playing) audio.play().catch(() => {});
    for (const button of steps) button.disabled = false;
    document.querySelector(".live")?.remove();
    history.replaceState(null, "", address);
    if (!playing) player.tell(say.liveReady);
  }
  audio.addEventListener("timeupdate", goOver);
  audio.addEventListener("ended", goOver);
  look();
});
