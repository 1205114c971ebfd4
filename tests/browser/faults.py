"""One faulty page for each kind of fault: what is replaced in which file, and who must notice."""

from __future__ import annotations

from dataclasses import dataclass

PAGE = "episodes/{episode}/index.html"
SCRIPT = "player.js"
STYLE = "style.css"
_PLAY = '<button type="button" id="play" class="main">تشغيل</button>'


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: in ``file``, ``old`` becomes ``new``, and ``check`` fails."""

    kind: str
    check: str
    file: str
    old: str
    new: str


FAULTS = (
    # Markup
    Fault("html-error", "valid_html", PAGE, '<p id="status" role="status"></p>', "<p id=status><div></p>"),
    Fault("html-warning", "valid_html", PAGE, '<div id="text">', '<div id="text"><section><p>x</p></section>'),
    Fault("css-error", "valid_css", STYLE, "audio {", "audio { colour: red;"),
    Fault("lang-missing", "structure", PAGE, '<html lang="ar" dir="rtl">', '<html dir="rtl">'),
    Fault("lang-wrong", "structure", PAGE, 'lang="ar" dir', 'lang="en" dir'),
    Fault("dir-missing", "structure", PAGE, ' dir="rtl">', ">"),
    Fault("no-title", "structure", PAGE, "<title>", "<title></title><title hidden>"),
    Fault("two-h1", "structure", PAGE, '<h2 id="full-text">', '<h1>x</h1><h2 id="full-text">'),
    Fault("two-main", "structure", PAGE, "<footer>", "<main></main><footer>"),
    Fault("heading-skipped", "structure", PAGE, '<h2 id="full-text">النص الكامل</h2>', '<h4 id="full-text">النص الكامل</h4>'),
    Fault("time-without-datetime", "structure", PAGE, "<time datetime=", "<time title="),
    Fault("no-feed-link", "structure", PAGE, 'rel="alternate"', 'rel="author"'),
    Fault("console-error", "structure", SCRIPT, "audio.controls = false;", "audio.controls = false; setTimeout(() => missing());"),
    Fault("missing-file", "structure", PAGE, "icon.svg", "icon-that-is-not-there.svg"),
    Fault("foreign-unmarked", "foreign_text_is_marked", PAGE, '<bdi lang="en" dir="ltr">', "<bdi>"),
    # Load
    Fault("preload", "light_to_load", PAGE, 'preload="none"', 'preload="auto"'),
    Fault("third-party", "light_to_load", PAGE, "<body>", '<body><img alt="" src="http://127.0.0.2:9/x.png">'),
    Fault("heavy", "light_to_load", STYLE, ":root {", "/*" + "x" * 60_000 + "*/ :root {"),
    Fault("plays-by-itself", "light_to_load", SCRIPT, "offerToResume();", "offerToResume(); audio.play();"),
    Fault("plays-muted", "light_to_load", PAGE, "<audio id", '<audio muted autoplay loop src="../../media/none.mp3"></audio><audio id'),
    Fault("late-controls", "light_to_load", SCRIPT, 'at("controls").remove();', "at('controls').remove(); box.style.display = 'none'; setTimeout(() => { box.style.display = ''; box.style.paddingBlock = '150px'; }, 500);"),
    # Names and colours
    Fault("no-name", "axe", PAGE, '<label class="unseen" for="seek">الموضع في الحلقة</label>', ""),
    Fault("empty-button", "axe", PAGE, _PLAY, '<button type="button" id="play" class="main"></button>'),
    Fault("low-contrast", "contrast", STYLE, "--ink: #14202e", "--ink: #999"),
    Fault("low-contrast-dark", "contrast", STYLE, "--ink: #edf1f5", "--ink: #555"),
    Fault("low-contrast-highlight", "contrast", STYLE, "--mark: #ffe9a8", "--mark: #333"),
    Fault("low-contrast-forced", "contrast", STYLE, "background: Highlight; color: HighlightText", "background: #888; color: #999"),
    Fault("fake-control", "native_controls", PAGE, _PLAY, '<div role="button" tabindex="0" id="play">تشغيل</div>'),
    Fault("english-label", "native_controls", PAGE, ">الجملة التالية<", ">Next sentence<"),
    Fault("small-target", "large_targets", STYLE, "button, select, summary, .check { min-block-size: 44px;", "button, select, summary, .check { block-size: 30px; padding-block: 0 !important;"),
    # Keyboard
    Fault("no-outline", "focus_is_visible", STYLE, ":focus-visible { outline: 3px solid var(--focus)", ":focus, :focus-visible { outline: none !important; outline: 0 solid var(--link)"),
    Fault("invisible-outline", "focus_is_visible", STYLE, ":focus-visible { outline: 3px solid var(--focus)", ":focus-visible { outline: 3px solid transparent !important; forced-color-adjust: none; outline: 0 solid var(--link)"),
    Fault("focus-off-screen", "keyboard", PAGE, '<footer>', '<a href="#x" style="position:absolute"></a><button type="button" class="away">x</button><footer>'),
    Fault("focus-covered", "keyboard", STYLE, "audio {", "body::after { content: ''; position: fixed; inset: 0; background: #fff; } audio {"),
    Fault("trap", "keyboard", SCRIPT, 'control("play").addEventListener("click", toggle);', "at('play').addEventListener('click', toggle); at('rate').addEventListener('blur', () => at('rate').focus());"),
    Fault("unreachable", "keyboard", PAGE, 'id="sleep"', 'id="sleep" tabindex="-1"'),
    Fault("no-skip-link", "keyboard", PAGE, '<a class="skip" href="#main">انتقل إلى المحتوى</a>', ""),
    Fault("positive-tabindex", "keyboard", PAGE, 'id="sleep"', 'id="sleep" tabindex="3"'),
    Fault("accesskey", "keyboard", PAGE, 'id="sleep"', 'id="sleep" accesskey="s"'),
    Fault("shortcuts-on", "no_single_key_shortcuts", SCRIPT, 'if (!control("keys").checked || ', "if ("),
    # Play
    Fault("space-dead", "plays_by_keyboard", SCRIPT, 'control("play").addEventListener("click", toggle);', 'control("play").addEventListener("keydown", (e) => { e.preventDefault(); if (e.key === "Enter") toggle(); });'),
    Fault("slow-to-sound", "plays_by_keyboard", SCRIPT, "audio.play().catch(", "new Promise((r) => setTimeout(r, 2500)).then(() => audio.play()).catch("),
    Fault("clock-stands", "plays_by_keyboard", SCRIPT, 'at("now").textContent = clock(t);', ""),
    Fault("label-stuck", "plays_by_keyboard", SCRIPT, 'if (at("play")) at("play").textContent = label;', ""),
    Fault("no-media-title", "plays_by_keyboard", "lock-screen.js", "title: say.title,", ""),
    Fault("speaks-while-playing", "quiet_while_playing", SCRIPT, 'at("now").textContent = clock(t);', 'at("now").textContent = clock(t); at("status").textContent = clock(t);'),
    Fault("live-clock", "quiet_while_playing", PAGE, '<span class="clock" id="now"', '<span class="clock" aria-live="polite" id="now"'),
    Fault("slider-talks", "quiet_while_playing", SCRIPT, 'at("now").textContent = clock(t);', 'at("now").textContent = clock(t); describe();'),
    Fault("no-current", "quiet_while_playing", SCRIPT, 'spans[i].setAttribute("aria-current", "true");', ""),
    Fault("many-current", "quiet_while_playing", SCRIPT, 'if (spans[current]) spans[current].removeAttribute("aria-current");', ""),
    Fault("out-of-step", "in_step", SCRIPT, "!(times[i] > t + 0.02); i += 1) if (times[i] <= t + 0.02)", "!(times[i] > t - 4); i += 1) if (times[i] <= t - 4)"),
    Fault("sentence-dead", "in_step", SCRIPT, "{ rove(i); hear(i); }", "rove(i);"),
    Fault("enter-dead", "in_step", SCRIPT, 'if (event.key === "Enter" || event.key === " ") hear(i);', 'if (event.key === "Enter") return;'),
    Fault("highlight-stuck", "in_step", SCRIPT, 'text.classList.toggle("marking", control("highlight").checked));', "{});"),
    # Seek and memory
    Fault("slider-rtl", "slider", PAGE, 'id="seek" dir="ltr"', 'id="seek"'),
    Fault("arrows-reversed", "slider", SCRIPT, "ArrowRight: 5, ArrowUp: 5, ArrowLeft: -5", "ArrowRight: -5, ArrowUp: 5, ArrowLeft: 5"),
    Fault("slider-stale", "slider", SCRIPT, 'seekBar.addEventListener("focus", () => { seekBar.value = position(); describe(); });', ""),
    Fault("dual-after-a-preposition", "counts_after_a_preposition", SCRIPT, "(governed ? 5 : 1)", "1"),
    Fault("title-twice", "said_once", PAGE, '<article id="story-1">', '<article id="story-1" aria-label="x">'),
    Fault("clickable", "said_once", SCRIPT, 'document.addEventListener("click", (event) => {\nif (!text.contains(event.target)) return;', 'text.addEventListener("click", (event) => {'),
    Fault("unsaved-page-silent", "unsaved_page_offline", "sw.js", 'if (request.mode === "navigate") return notSaved();', ""),
    Fault("report-without-sentence", "reports_an_error", "report.js", 'sentence: span?.textContent ?? ""', 'sentence: ""'),
    Fault("report-at-each-sentence", "reports_an_error", PAGE, '<div id="text">', '<div id="text"><a class="report" href="#x">x</a>'),
    Fault("code-missing", "subscribes", "index.html", 'src="subscribe.svg"', 'src="none.svg"'),
    Fault("marks-matter", "finds_in_the_text", "find.js", "letters.get(text[i]) ?? text[i].toLowerCase()", "text[i].toLowerCase()"),
    Fault("found-in-silence", "finds_in_the_text", "find.js", 'tell(`${words.find_place', 'void (`${words.find_place'),
    Fault("found-and-not-heard", "finds_in_the_text", "find.js", "seek(times[found[place].index]);", ""),
    Fault("search-takes-half", "searches_episodes", "search.js", "if (!wanted.every(", "if (!wanted.some("),
    Fault("search-without-times", "searches_episodes", "search.js", "${page}#t=${time}", "${page}"),
    Fault("search-inside-words", "searches_episodes", "find.js", "word.startsWith(wanted[which])", "word.includes(wanted[which])"),
    Fault("search-without-stems", "searches_episodes", "find.js", "stem(word) === stems[which]", "false"),
    Fault("stems-of-two-letters", "searches_episodes", "find.js", "rest.length - suffix.length >= 3", "rest.length - suffix.length >= 1"),
    Fault("shares-nothing", "shares", "share.js", "() => copy(address())", "() => copy(location.origin)"),
    Fault("shared-time-lost", "shares", "share.js", "here.checked && time > 0", "here.checked && time > 99"),
    Fault("share-closed-for-ears", "shares", "text.js", 'button.setAttribute("aria-expanded", String(open));', ""),
    Fault("embeds-another-page", "embeds", PAGE, 'data-embed="', 'data-embed="none/'),
    Fault("embed-dead", "embeds", "embed/{episode}/index.html", '<script src="../../player.js">', '<script src="../../none.js">'),
    Fault("hash-as-name", "downloads_have_names", PAGE, ' download="', ' data-name="'),
    Fault("value-in-digits", "slider", SCRIPT, "words(position()) + whole", "String(position())"),
    Fault("steps-dead", "steps_and_links", SCRIPT, 'control("next-sentence").addEventListener("click", () => stepSentence(1));', ""),
    Fault("story-steps-dead", "steps_and_links", SCRIPT, 'at("next-story").addEventListener("click", () => stepStory(1));', ""),
    Fault("listen-dead", "steps_and_links", SCRIPT, "seek(Number(listen.hash.slice(3)));\nplay();", ""),
    Fault("rate-dead", "steps_and_links", SCRIPT, 'audio.defaultPlaybackRate = audio.playbackRate = Number(at("rate")?.value ?? store.get("rate") ?? 1);', ""),
    Fault("sleepless", "sleeps_at_the_end_of_a_story", SCRIPT, "storyOf[i] !== left) fallAsleep();", "storyOf[i] === 99) fallAsleep();"),
    Fault("plays-after-reload", "memory", SCRIPT, "offerToResume();", "offerToResume(); if (store.get(page)) play();"),
    Fault("not-saved", "memory", SCRIPT, "if (isFinite(duration)) store.set(page, String(Math.floor(position())));", ""),
    Fault("not-offered", "memory", SCRIPT, "button.hidden = false;", ""),
    Fault("place-in-address-lost", "page_address_with_a_time", SCRIPT, "if (asked) seek(Number(asked[1]));\nelse describe();", "describe();"),
    # Reflow
    Fault("fixed-width", "reflow", STYLE, "max-inline-size: 62rem;", "inline-size: 700px;"),
    Fault("clipped", "reflow", STYLE, "button.main {", "button.main { block-size: 46px; overflow: hidden;"),
    Fault("hidden-far-away", "reflow", STYLE, ".unseen { position: absolute;", ".unseen { position: absolute; left: -10000px;"),
    Fault("button-of-two-lines", "reflow", STYLE, "padding-inline: .5rem; font-size: .9rem", "padding-inline:.9rem"),
    Fault("zoom-blocked", "reflow", PAGE, "initial-scale=1", "initial-scale=1, maximum-scale=1, user-scalable=no"),
    Fault("motion-left", "still_when_asked", STYLE, "@media (prefers-reduced-motion: no-preference) {", "@media all {"),
    # No script
    Fault("no-native-player", "without_script", PAGE, '<audio id="audio" controls ', '<audio id="audio" '),
    Fault("dead-buttons", "without_script", PAGE, '<section class="player"', '<p><button type="button">x</button></p><section class="player"'),
    Fault("text-missing", "without_script", PAGE, "وأضاف أن السفن", "وأضاف"),
    Fault("download-missing", "without_script", PAGE, " download=", " data-x="),
    # What goes with it
    Fault("skip-dead", "skips_and_lock_screen", SCRIPT, 'at("back").addEventListener("click", () => seek(position() - 15));', ""),
    Fault("no-artwork", "skips_and_lock_screen", "lock-screen.js", "album: say.date, artwork }", "album: say.date }"),
    Fault("bar-scrolls-away", "skips_and_lock_screen", STYLE, ".dock { position: fixed;", ".dock { position: static;"),
    Fault("word-unmarked", "words_and_size", "painting.js", 'CSS.highlights.set("word"', 'CSS.highlights.set("other"'),
    Fault("wrong-word", "words_and_size", "painting.js", "words[place];", "words[place + 1];"),
    Fault("size-forgotten", "words_and_size", "text.js", "store.set(id, field.value);", ""),
    Fault("list-dead", "show_page_plays", "show.js", 'item.button.addEventListener("click", () => toggle(item));', ""),
    Fault("heard-forgotten", "show_page_plays", SCRIPT, 'store.set("heard:" + page, "1");', ""),
    Fault("list-begins-anew", "show_page_plays", "show.js", "player.load(item, left(item)); }", "player.load(item, 0); }"),
    Fault("no-next", "goes_on_to_the_next", "next-episode.js", "location.assign(", "void ("),
    Fault("unasked-next", "goes_on_to_the_next", "next-episode.js", 'if (!document.getElementById("queue").checked || say.live) return;', ""),
    # Offline
    Fault("worker-without-ranges", "offline", "sw.js", "return range ? part(", "return range && 0 ? part("),
    Fault("save-dead", "offline", "saving.js", "await kept.addAll([...pages, self, media].map((url) => new Request(url, { cache: \"no-store\" })));", ""),
)  # fmt: skip
