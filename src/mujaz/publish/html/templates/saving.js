// Listening without a connection: the audio is kept only when the listener asks.
const FILES = [
  "index.html", "style.css", "list.css", "player.js", "lock-screen.js", "text.js", "painting.js", "next-episode.js", "report.js",
  "low-data.js", "saving.js", "words.json", "show.js", "icon.svg", "show.webmanifest",
];

export async function offer({ home, audio, page, tell, words }, button) {
  const here = page();
  const shelf = "mujaz-audio:" + here;
  const media = audio.src;
  const show = (kept) => { button.textContent = kept ? words.unsave : words.save; button.dataset.kept = kept ? "1" : ""; };
  const drop = async () => { await caches.delete(shelf); show(false); };
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (button.dataset.kept) { await drop(); tell(words.unsaved); return; }
    tell(words.saving);
    try {
      const kept = await caches.open(shelf);
      const pages = FILES.map((name) => new URL(name, home).href);
      const self = new URL(here.endsWith("/") ? "index.html" : location.href.split("#")[0], location.href.split("#")[0]).href;
      // Never from the browser's own cache: after a jump it may hold a part (206) of the audio.
      await kept.addAll([...pages, self, media].map((url) => new Request(url, { cache: "no-store" })));
      show(true);
      tell(words.saved);
    } catch {
      await drop();
      tell(words.save_failed);
    }
  });
  if (!await caches.has(shelf)) return;
  // A corrected episode has another file: the old one is of no use.
  if (await (await caches.open(shelf)).match(media)) show(true);
  else await drop();
}
