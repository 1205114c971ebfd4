"use strict";
(() => {
const home = new URL(".", document.currentScript.src);
const offline = "serviceWorker" in navigator && window.isSecureContext && "caches" in window;
if (offline) navigator.serviceWorker.register(new URL("sw.js", home)).catch(() => {});
const at = (id) => document.getElementById(id);
const audio = at("audio");
const box = at("player");
if (!audio || !box) return;
const say = box.dataset;
const text = at("text");
const spans = [...text.querySelectorAll("span[data-t]")];
const times = spans.map((span) => (span.dataset.t ? Number(span.dataset.t) : NaN));
const stories = [...text.querySelectorAll("article")];
const firsts = stories.map((story) => spans.findIndex((span) => story.contains(span)));
const storyOf = spans.map((span) => stories.indexOf(span.closest("article")));
const seekBar = at("seek");
let duration = Number(say.duration) || Infinity;
let wanted = null; // where to start once the file's length is known
let current = -1;
let roving = 0;
const store = {
get(key) { try { return localStorage.getItem("mujaz:" + key); } catch { return null; } },
set(key, value) { try { localStorage.setItem("mujaz:" + key, value); } catch { /* private mode */ } },
};
const page = location.pathname;
const position = () => wanted ?? audio.currentTime;
const clock = (t) => {
const s = Math.floor(t);
const rest = String(s % 60).padStart(2, "0");
return s < 3600 ? `${Math.floor(s / 60)}:${rest}`
: `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, "0")}:${rest}`;
};
const counted = (n, forms) => {
const form = n === 1 ? 0 : n === 2 ? 1 : n % 100 >= 3 && n % 100 <= 10 ? 2 : 3;
return forms.split("|")[form].replace("{n}", n);
};
const words = (t) => {
const s = Math.floor(t);
const parts = [[Math.floor(s / 3600), say.hours], [Math.floor(s / 60) % 60, say.minutes], [s % 60, say.seconds]]
.filter(([n]) => n).map(([n, forms]) => counted(n, forms));
return parts.length ? parts.join(say.and) : counted(0, say.seconds);
};
let forget = 0;
const tell = (message) => {
at("status").textContent = message;
clearTimeout(forget);
forget = setTimeout(() => { at("status").textContent = ""; }, 10000);
};
function indexAt(t) {
let found = 0;
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
if (at("follow").checked) spans[i].scrollIntoView({ block: "center" });
if (at("sleep").value === "story" && !audio.paused && left >= 0 && storyOf[i] !== left) fallAsleep();
}
let boundary = 0;
function tick() {
const t = position();
if (document.activeElement !== seekBar || audio.paused) seekBar.value = t;
at("now").textContent = clock(t);
setCurrent(indexAt(t));
clearTimeout(boundary);
const next = times[current + 1];
if (!audio.paused && next > t) boundary = setTimeout(tick, Math.max((next - t) / audio.playbackRate * 1000, 20));
}
function describe() {
const whole = isFinite(duration) ? ` ${say.of} ${words(duration)}` : "";
seekBar.setAttribute("aria-valuetext", words(position()) + whole);
}
function setDuration(seconds) {
duration = seconds;
const known = isFinite(seconds);
seekBar.disabled = !known;
if (known) seekBar.max = Math.ceil(seconds);
at("end").textContent = known ? clock(Math.round(seconds)) : "…";
}
function seek(t) {
const to = Math.min(Math.max(t, 0), isFinite(duration) ? Math.max(duration - 0.05, 0) : Infinity);
if (audio.readyState < 1) wanted = to;
else audio.currentTime = to;
tick();
describe();
remember();
}
function play() {
at("resume").hidden = true;
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
let saved = 0;
function remember() {
saved = Date.now();
if (isFinite(duration)) store.set(page, String(Math.floor(position())));
}
function offerToResume() {
const t = Number(store.get(page));
if (!(t > 5 && t < duration - 5)) return;
const button = at("resume");
button.textContent = say.resume.replace("{time}", words(t));
button.hidden = false;
button.addEventListener("click", () => { seek(t); play(); at("play").focus(); });
}
let sleeper = 0;
function fallAsleep() {
audio.pause();
at("sleep").value = "0";
tell(say.slept);
}
at("sleep").addEventListener("change", () => {
clearTimeout(sleeper);
const seconds = Number(at("sleep").value);
if (seconds) sleeper = setTimeout(fallAsleep, seconds * 1000);
});
const session = navigator.mediaSession;
function dress() {
if (!session) return;
session.metadata = new MediaMetadata({ title: say.title, artist: say.show, album: say.date });
for (const [action, what] of [["play", play], ["pause", () => audio.pause()],
["previoustrack", () => stepStory(-1)], ["nexttrack", () => stepStory(1)],
["seekto", (details) => seek(details.seekTime)]]) {
try { session.setActionHandler(action, what); } catch { /* an action this browser lacks */ }
}
}
function placeOnLockScreen() {
if (!session?.setPositionState || !isFinite(duration)) return;
try {
session.setPositionState({ duration, playbackRate: audio.playbackRate, position: Math.min(audio.currentTime, duration) });
} catch { /* between two files */ }
}
function setRate() {
audio.defaultPlaybackRate = audio.playbackRate = Number(at("rate").value);
placeOnLockScreen();
}
const heard = {
loadedmetadata() {
if (isFinite(audio.duration)) setDuration(audio.duration);
if (wanted !== null) { audio.currentTime = wanted; wanted = null; }
setRate();
},
play() { at("play").textContent = say.pause; at("resume").hidden = true; tick(); },
playing() { dress(); placeOnLockScreen(); tick(); },
pause() { at("play").textContent = say.play; clearTimeout(boundary); describe(); remember(); placeOnLockScreen(); },
timeupdate() { tick(); if (Date.now() - saved > 5000) remember(); },
seeked() { tick(); placeOnLockScreen(); },
ended() { store.set(page, "0"); tell(say.ended); },
error() { tell(say.failed); },
};
for (const [event, what] of Object.entries(heard)) audio.addEventListener(event, what);
addEventListener("pagehide", () => { if (audio.currentTime > 0) remember(); });
const toggle = () => (audio.paused ? play() : audio.pause());
at("play").addEventListener("click", toggle);
at("previous-sentence").addEventListener("click", () => stepSentence(-1));
at("next-sentence").addEventListener("click", () => stepSentence(1));
at("previous-story").addEventListener("click", () => stepStory(-1));
at("next-story").addEventListener("click", () => stepStory(1));
at("rate").addEventListener("change", () => { setRate(); store.set("rate", at("rate").value); });
at("highlight").addEventListener("change", () => text.classList.toggle("marking", at("highlight").checked));
seekBar.addEventListener("input", () => seek(Number(seekBar.value)));
seekBar.addEventListener("keydown", (event) => {
const by = { ArrowRight: 5, ArrowUp: 5, ArrowLeft: -5, ArrowDown: -5, PageUp: 60, PageDown: -60 }[event.key];
const to = { Home: 0, End: duration }[event.key] ?? (by && position() + by);
if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
event.preventDefault();
seek(to);
seekBar.value = position();
});
for (const id of ["highlight", "follow", "keys"]) {
const was = store.get(id);
if (was !== null) at(id).checked = was === "1";
at(id).addEventListener("change", () => store.set(id, at(id).checked ? "1" : "0"));
}
const rate = store.get("rate");
if (rate && [...at("rate").options].some((option) => option.value === rate)) at("rate").value = rate;
text.addEventListener("click", (event) => {
const listen = event.target.closest("a.listen");
if (listen && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
event.preventDefault();
seek(Number(listen.dataset.t));
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
const step = (by) => { at("rate").selectedIndex = Math.min(Math.max(at("rate").selectedIndex + by, 0), at("rate").length - 1); at("rate").dispatchEvent(new Event("change")); };
const shortcuts = {
KeyK: toggle, KeyJ: () => stepSentence(-1), KeyL: () => stepSentence(1), KeyP: () => stepStory(-1),
KeyN: () => stepStory(1), Comma: () => step(-1), Period: () => step(1),
};
document.addEventListener("keydown", (event) => {
if (!at("keys").checked || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
if (event.target.closest("select, input[type=range], textarea, [contenteditable]")) return;
if (!shortcuts[event.code]) return;
event.preventDefault();
shortcuts[event.code]();
});
function offerToSave() {
const button = at("save");
if (!offline || !button) return;
const shelf = "mujaz-audio:" + page;
const media = audio.src;
const show = (kept) => { button.textContent = kept ? say.unsave : say.save; button.dataset.kept = kept ? "1" : ""; };
const drop = async () => { await caches.delete(shelf); show(false); };
button.parentElement.hidden = false;
caches.has(shelf).then(async (kept) => {
if (kept) { if (await (await caches.open(shelf)).match(media)) show(true); else await drop(); }
});
button.addEventListener("click", async () => {
if (button.dataset.kept) { await drop(); tell(say.unsaved); return; }
tell(say.saving);
try {
const kept = await caches.open(shelf);
const pages = ["index.html", "style.css", "player.js", "icon.svg", "show.webmanifest"].map((name) => new URL(name, home).href);
const self = new URL(page.endsWith("/") ? "index.html" : location.href.split("#")[0], location.href.split("#")[0]).href;
await kept.addAll([...pages, self, media]);
show(true);
tell(say.saved);
} catch {
await drop();
tell(say.saveFailed);
}
});
}
audio.controls = false;
box.hidden = false;
at("text-hint").hidden = false;
text.classList.add("scripted-text");
text.classList.toggle("marking", at("highlight").checked);
spans.forEach((span, i) => { span.tabIndex = i ? -1 : 0; });
setDuration(duration);
setRate();
const asked = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
if (asked) seek(Number(asked[1]));
else describe();
offerToResume();
offerToSave();
dispatchEvent(new CustomEvent("mujaz-player", { detail: { audio, say, spans, times, tell, seek, tick, setDuration, position, current: () => current } }));
})();
