// The word that is heard: painted, not written, so that no screen reader hears of it.
export function follow({ audio, say, spans, current }) {
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
      paint();
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
  function paint() {
    clearTimeout(timer);
    CSS.highlights.delete("word");
    const i = current();
    const segment = segments?.length === spans.length ? segments[i] : null;
    if (!segment?.words || audio.paused || !document.getElementById("highlight").checked) return;
    const t = audio.currentTime;
    let index = -1;
    segment.words.forEach((word, k) => { if (word.startTime <= t + 0.02) index = k; });
    const range = index >= 0 ? rangeOf(spans[i], segment.words, index) : null;
    if (range) CSS.highlights.set("word", new Highlight(range));
    const next = segment.words[index + 1]?.startTime;
    if (next > t) timer = setTimeout(paint, Math.max(((next - t) / audio.playbackRate) * 1000, 20));
  }
  for (const event of ["playing", "timeupdate", "seeked", "pause"]) audio.addEventListener(event, paint);
  fetchWords();
}
