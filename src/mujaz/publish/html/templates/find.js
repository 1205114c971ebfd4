// Finds words in Arabic text, whatever marks and hamzas they are written with, and searches the
// text of an episode. It is fetched when the listener opens the search.
export function finder({ folding, prefixes, suffixes }) {
  const letters = new Map(Object.entries(folding));
  const fold = (text) => {
    let folded = "";
    const places = [];
    for (let i = 0; i < text.length; i += 1) {
      const letter = letters.get(text[i]) ?? text[i].toLowerCase();
      for (const one of letter) { folded += one; places.push(i); }
    }
    places.push(text.length);
    return { folded, places };
  };
  const split = (folded) => [...folded.matchAll(/[\p{L}\p{N}]+/gu)];
  const articles = Object.keys(prefixes).filter((prefix) => prefixes[prefix]);
  const bare = (word) => {
    const found = articles.filter((article) => word.startsWith(article) && word.length - article.length >= 3);
    return found.reduce((rest, article) => (word.length - article.length < rest.length ? word.slice(article.length) : rest), word);
  };
  // Light stemming (light10), where three letters stay: «لاعبون» and «اللاعبين» are one word.
  const stem = (word) => suffixes.reduce(
    (rest, suffix) => (rest.endsWith(suffix) && rest.length - suffix.length >= 3 ? rest.slice(0, -suffix.length) : rest), word,
  );
  const query = (text) => split(fold(text).folded).map(([word]) => bare(word)).filter((word) => word.length > 1 || /\p{N}/u.test(word));
  // The words of a text that begin with a word of the query or have its stem, behind any prefix: [which, start, end].
  function matches(text, wanted) {
    const { folded, places } = fold(text);
    const found = [];
    const stems = wanted.map(stem);
    const same = (word, which) => word.startsWith(wanted[which]) || stem(word) === stems[which];
    for (const word of split(folded)) {
      const behind = Object.keys(prefixes).filter((prefix) => word[0].startsWith(prefix)).map((prefix) => word[0].slice(prefix.length));
      const which = wanted.findIndex((_, one) => [word[0], ...behind].some((rest) => same(rest, one)));
      if (which >= 0) found.push([which, places[word.index], places[word.index + word[0].length - 1] + 1]);
    }
    return found;
  }
  return { query, matches };
}

function rangeIn(span, start, end) {
  const walk = document.createTreeWalker(span, NodeFilter.SHOW_TEXT);
  const range = new Range();
  let passed = 0;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (start >= passed && start < passed + node.length) range.setStart(node, start - passed);
    if (end > passed && end <= passed + node.length) { range.setEnd(node, end - passed); break; }
    passed += node.length;
  }
  return range;
}

export function open({ spans, times, tell, seek, play, words }, panel) {
  const { query, matches } = finder(words);
  panel.innerHTML = `<form role="search" class="row"><label for="find-query"></label><input type="search" id="find-query" autocomplete="off" enterkeyhint="search">
<button type="submit" id="find-next"></button><button type="button" id="find-previous"></button><button type="button" id="find-hear"></button></form>`;
  const [form, field] = [panel.firstChild, panel.querySelector("input")];
  panel.querySelector("label").textContent = words.find_what;
  for (const name of ["next", "previous", "hear"]) panel.querySelector(`#find-${name}`).textContent = words[`find_${name}`];
  let found = [];
  let place = -1;
  let asked = "";
  const paint = (name, ranges) => { if (window.Highlight && CSS.highlights) CSS.highlights.set(name, new Highlight(...ranges)); };
  if (window.Highlight && CSS.highlights) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("::highlight(found) { background-color: #cfe3ff; color: #0b1420; } ::highlight(here) { background-color: #f3b63f; color: #1a1203; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  function look() {
    if (asked === field.value) return;
    asked = field.value;
    const wanted = query(asked);
    place = -1;
    found = spans.map((span, index) => ({ index, hits: wanted.length ? matches(span.textContent, wanted) : [] }))
      .filter(({ hits }) => hits.length && wanted.every((_, which) => hits.some((hit) => hit[0] === which)));
    paint("found", found.flatMap(({ index, hits }) => hits.map(([, start, end]) => rangeIn(spans[index], start, end))));
    paint("here", []);
  }
  function go(by) {
    look();
    if (!found.length) { tell(words.find_none); return; }
    place = (place + by + found.length) % found.length;
    const { index, hits } = found[place];
    spans[index].scrollIntoView({ block: "center", behavior: "auto" });
    paint("here", hits.map(([, start, end]) => rangeIn(spans[index], start, end)));
    tell(`${words.find_place.replace("{n}", place + 1).replace("{all}", found.length)} ${spans[index].textContent}`);
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); go(1); });
  panel.querySelector("#find-previous").addEventListener("click", () => go(place < 0 ? 0 : -1));
  panel.querySelector("#find-hear").addEventListener("click", () => {
    if (place < 0) go(1);
    if (place < 0 || isNaN(times[found[place].index])) return;
    seek(times[found[place].index]);
    play();
  });
  field.addEventListener("input", look);
  field.focus();
}
