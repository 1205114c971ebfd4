// Searches the stories of all episodes: the index of one month after another, the newest first.
import { finder } from "./find.js";

const box = document.getElementById("search");
const months = box.dataset.months.split(" ").filter(Boolean);
const template = document.getElementById("search-form");
const status = document.getElementById("status");
const results = document.getElementById("results");
const list = results.querySelector("ol");
const ENOUGH = 20;
box.innerHTML = template.textContent;
template.remove();
const form = box.querySelector("form");
const field = document.getElementById("query");

const fetched = new Map();
async function json(address) {
  if (!fetched.has(address)) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${answer.status} ${address}`);
    fetched.set(address, await answer.json());
  }
  return fetched.get(address);
}
const make = (tag, values, ...inside) => {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...inside);
  return made;
};
// The text with the found words marked.
function marked(text, hits) {
  const out = [];
  let last = 0;
  for (const [, start, end] of hits) {
    out.push(text.slice(last, start), make("mark", {}, text.slice(start, end)));
    last = end;
  }
  return [...out, text.slice(last)];
}
// A story in which all words occur, with those of its sentences that have most of them.
function entry(episode, story, number, { wanted, matches, words }) {
  const title = matches(story.title, wanted);
  const sentences = story.sentences.map(([time, text]) => ({ time, text, hits: matches(text, wanted) }));
  const all = [...title, ...sentences.flatMap(({ hits }) => hits)];
  if (!wanted.every((_, which) => all.some((hit) => hit[0] === which))) return null;
  const page = `../episodes/${episode.folder}/index.html`;
  const kinds = (hits) => new Set(hits.map((hit) => hit[0])).size;
  const best = sentences.filter(({ hits }) => hits.length).sort((a, b) => kinds(b.hits) - kinds(a.hits)).slice(0, 3);
  const item = make("li", { className: "ep ep-text" });
  item.append(make("div", {},
    make("h3", {}, make("a", { href: `${page}#story-${number}` }, ...marked(story.title, title))),
    make("p", { className: "facts" }, make("time", { dateTime: episode.day }, episode.date), episode.title === story.title ? "" : words.search_comma + episode.title),
    make("ul", {}, ...best.map(({ time, text, hits }) => make("li", {}, make("a", { href: `${page}#t=${time}` }, ...marked(text, hits)))))));
  return item;
}

let run = 0;
async function search(text, from) {
  const mine = (run += 1);
  const words = await json(new URL("words.json", import.meta.url));
  const { query, matches } = finder(words);
  const wanted = query(text);
  if (!from) list.replaceChildren();
  results.hidden = !wanted.length;
  status.textContent = "";
  if (!wanted.length) return;
  let month = from;
  let count = 0;
  for (; month < months.length && count < ENOUGH; month += 1) {
    const { episodes } = await json(`${months[month]}.json`);
    if (mine !== run) return;
    for (const episode of episodes) {
      const found = episode.stories.map((story, i) => entry(episode, story, i + 1, { wanted, matches, words })).filter(Boolean);
      list.append(...found);
      count += found.length;
    }
  }
  results.hidden = !list.childElementCount;
  const said = list.childElementCount ? words.search_count.replace("{n}", list.childElementCount) : words.search_none;
  status.textContent = month < months.length ? `${said} ${words.search_back_to.replace("{month}", months[month - 1])}` : said;
  document.getElementById("more")?.remove();
  if (month < months.length) {
    const more = make("button", { type: "button", id: "more" }, words.search_older);
    more.addEventListener("click", () => { more.remove(); search(text, month).catch(failed); });
    results.append(more);
  }
}
async function failed() {
  status.textContent = (await json(new URL("words.json", import.meta.url)).catch(() => ({}))).search_failed ?? "";
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.replaceState(null, "", field.value ? `?q=${encodeURIComponent(field.value)}` : location.pathname);
  search(field.value, 0).catch(failed);
});
const asked = new URLSearchParams(location.search).get("q");
if (asked) {
  field.value = asked;
  search(asked, 0).catch(failed);
}
