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
    Fault("html-warning", "valid_html", PAGE, '<section id="text" aria-labelledby="full-text">', '<section id="text" aria-labelledby="full-text"><section><p>x</p></section>'),
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
    Fault("late-controls", "light_to_load", SCRIPT, "box.hidden = false;", "box.style.setProperty('display', 'none', 'important'); setTimeout(() => { box.style.display = ''; box.hidden = false; }, 500);"),
    # Names and colours
    Fault("no-name", "axe", PAGE, '<label for="seek">الموضع في الحلقة</label>', ""),
    Fault("empty-button", "axe", PAGE, _PLAY, '<button type="button" id="play" class="main"></button>'),
    Fault("low-contrast", "contrast", STYLE, "--ink: #1a1a1a", "--ink: #999"),
    Fault("low-contrast-dark", "contrast", STYLE, "--ink: #f2f2f2", "--ink: #555"),
    Fault("low-contrast-highlight", "contrast", STYLE, "--mark: #ffe9a8", "--mark: #333"),
    Fault("low-contrast-forced", "contrast", STYLE, "background: Highlight; color: HighlightText", "background: #888; color: #999"),
    Fault("fake-control", "native_controls", PAGE, _PLAY, '<div role="button" tabindex="0" id="play">تشغيل</div>'),
    Fault("english-label", "native_controls", PAGE, ">الجملة التالية<", ">Next sentence<"),
    Fault("small-target", "large_targets", STYLE, "button, select, summary, .check { min-block-size: 44px;", "button, select, summary, .check { block-size: 30px; padding-block: 0 !important;"),
    # Keyboard
    Fault("no-outline", "focus_is_visible", STYLE, ":focus-visible { outline: 3px solid var(--link)", ":focus, :focus-visible { outline: none !important; outline: 0 solid var(--link)"),
    Fault("invisible-outline", "focus_is_visible", STYLE, ":focus-visible { outline: 3px solid var(--link)", ":focus-visible { outline: 3px solid transparent !important; forced-color-adjust: none; outline: 0 solid var(--link)"),
    Fault("focus-off-screen", "keyboard", PAGE, '<footer>', '<a href="#x" style="position:absolute"></a><button type="button" class="away">x</button><footer>'),
    Fault("focus-covered", "keyboard", STYLE, "audio {", "body::after { content: ''; position: fixed; inset: 0; background: #fff; } audio {"),
    Fault("trap", "keyboard", SCRIPT, "at(\"play\").addEventListener(\"click\", toggle);", "at('play').addEventListener('click', toggle); at('rate').addEventListener('blur', () => at('rate').focus());"),
    Fault("unreachable", "keyboard", PAGE, 'id="sleep"', 'id="sleep" tabindex="-1"'),
    Fault("no-skip-link", "keyboard", PAGE, '<a class="skip" href="#main">انتقل إلى المحتوى</a>', ""),
    Fault("positive-tabindex", "keyboard", PAGE, 'id="sleep"', 'id="sleep" tabindex="3"'),
    Fault("accesskey", "keyboard", PAGE, 'id="sleep"', 'id="sleep" accesskey="s"'),
    Fault("shortcuts-on", "no_single_key_shortcuts", SCRIPT, 'if (!at("keys").checked || ', "if ("),
    # Play
    Fault("space-dead", "plays_by_keyboard", SCRIPT, 'at("play").addEventListener("click", toggle);', 'at("play").addEventListener("keydown", (e) => { e.preventDefault(); if (e.key === "Enter") toggle(); });'),
    Fault("slow-to-sound", "plays_by_keyboard", SCRIPT, "audio.play().catch(", "new Promise((r) => setTimeout(r, 2500)).then(() => audio.play()).catch("),
    Fault("clock-stands", "plays_by_keyboard", SCRIPT, 'at("now").textContent = clock(t);', ""),
    Fault("label-stuck", "plays_by_keyboard", SCRIPT, 'at("play").textContent = say.pause;', ""),
    Fault("no-media-title", "plays_by_keyboard", SCRIPT, "title: say.title,", ""),
    Fault("speaks-while-playing", "quiet_while_playing", SCRIPT, 'at("now").textContent = clock(t);', 'at("now").textContent = clock(t); at("status").textContent = clock(t);'),
    Fault("live-clock", "quiet_while_playing", PAGE, '<span id="now">', '<span id="now" aria-live="polite">'),
    Fault("slider-talks", "quiet_while_playing", SCRIPT, 'at("now").textContent = clock(t);', 'at("now").textContent = clock(t); describe();'),
    Fault("no-current", "quiet_while_playing", SCRIPT, 'spans[i].setAttribute("aria-current", "true");', ""),
    Fault("many-current", "quiet_while_playing", SCRIPT, 'if (spans[current]) spans[current].removeAttribute("aria-current");', ""),
    Fault("out-of-step", "in_step", SCRIPT, "!(times[i] > t + 0.02); i += 1) if (times[i] <= t + 0.02)", "!(times[i] > t - 4); i += 1) if (times[i] <= t - 4)"),
    Fault("sentence-dead", "in_step", SCRIPT, "{ rove(i); hear(i); }", "rove(i);"),
    Fault("enter-dead", "in_step", SCRIPT, 'if (event.key === "Enter" || event.key === " ") hear(i);', 'if (event.key === "Enter") return;'),
    Fault("highlight-stuck", "in_step", SCRIPT, 'text.classList.toggle("marking", at("highlight").checked));', "{});"),
    # Seek and memory
    Fault("slider-rtl", "slider", PAGE, 'id="seek" dir="ltr"', 'id="seek"'),
    Fault("arrows-reversed", "slider", SCRIPT, "ArrowRight: 5, ArrowUp: 5, ArrowLeft: -5", "ArrowRight: -5, ArrowUp: 5, ArrowLeft: 5"),
    Fault("value-in-digits", "slider", SCRIPT, "words(position()) + whole", "String(position())"),
    Fault("steps-dead", "steps_and_links", SCRIPT, 'at("next-sentence").addEventListener("click", () => stepSentence(1));', ""),
    Fault("story-steps-dead", "steps_and_links", SCRIPT, 'at("next-story").addEventListener("click", () => stepStory(1));', ""),
    Fault("listen-dead", "steps_and_links", SCRIPT, "seek(Number(listen.dataset.t));\nplay();", ""),
    Fault("rate-dead", "steps_and_links", SCRIPT, "audio.defaultPlaybackRate = audio.playbackRate = Number(at(\"rate\").value);", ""),
    Fault("sleepless", "sleeps_at_the_end_of_a_story", SCRIPT, "storyOf[i] !== left) fallAsleep();", "storyOf[i] === 99) fallAsleep();"),
    Fault("plays-after-reload", "memory", SCRIPT, "offerToResume();\nofferToSave();", "offerToResume();\nif (store.get(page)) play();"),
    Fault("not-saved", "memory", SCRIPT, "if (isFinite(duration)) store.set(page, String(Math.floor(position())));", ""),
    Fault("not-offered", "memory", SCRIPT, "button.hidden = false;", ""),
    Fault("place-in-address-lost", "page_address_with_a_time", SCRIPT, "if (asked) seek(Number(asked[1]));\nelse describe();", "describe();"),
    # Reflow
    Fault("fixed-width", "reflow", STYLE, "max-inline-size: 42rem;", "inline-size: 700px;"),
    Fault("clipped", "reflow", STYLE, "button.main {", "button.main { block-size: 46px; overflow: hidden;"),
    Fault("hidden-far-away", "reflow", STYLE, ".unseen { position: absolute;", ".unseen { position: absolute; left: -10000px;"),
    Fault("zoom-blocked", "reflow", PAGE, "initial-scale=1", "initial-scale=1, maximum-scale=1, user-scalable=no"),
    Fault("motion-left", "still_when_asked", STYLE, "@media (prefers-reduced-motion: no-preference) {", "@media all {"),
    # No script
    Fault("no-native-player", "without_script", PAGE, '<audio id="audio" controls ', '<audio id="audio" '),
    Fault("dead-buttons", "without_script", PAGE, '<div id="player" hidden', '<div id="player"'),
    Fault("text-missing", "without_script", PAGE, "وأضاف أن السفن", "وأضاف"),
    Fault("download-missing", "without_script", PAGE, " download>", ">"),
    # Offline
    Fault("worker-without-ranges", "offline", "sw.js", "return range ? part(", "return range && 0 ? part("),
    Fault("save-dead", "offline", SCRIPT, "await kept.addAll([...pages, self, media]);", ""),
)  # fmt: skip
