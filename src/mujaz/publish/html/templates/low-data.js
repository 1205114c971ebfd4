// The smaller file (Opus), if the listener chooses it and the browser plays it; remembered.
export function offer({ audio, say, store, position, seek, play }) {
  const low = document.getElementById("low-data");
  if (!audio.canPlayType("audio/ogg; codecs=opus")) {
    low.closest(".row").hidden = true;
    return;
  }
  const whole = audio.src;
  const choose = () => {
    const t = position();
    const playing = !audio.paused;
    audio.src = low.checked ? say.opus : whole;
    if (t > 0) seek(t);
    if (playing) play();
  };
  low.checked = store.get("low-data") === "1";
  if (low.checked) choose();
  low.addEventListener("change", () => { store.set("low-data", low.checked ? "1" : "0"); choose(); });
}
