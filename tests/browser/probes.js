// What the checks ask of a page; put into every page before its own script runs.
"use strict";
window.probes = (() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const audio = () => document.querySelector("audio");
  const sentences = () => all("#text span[data-t]");
  const brief = (e) => e.outerHTML.slice(0, 80);
  const heard = { pressed: 0, playing: 0 };
  let shift = 0;
  let stalls = 0;
  let writes = [];

  new PerformanceObserver((list) => { for (const entry of list.getEntries()) shift += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  addEventListener("keydown", () => { heard.pressed ||= performance.now(); }, true);
  addEventListener("playing", () => { heard.playing ||= performance.now(); }, true);

  function watch() {
    writes = [];
    const live = "[aria-live],[role=status],[role=alert],[role=log],output";
    const names = "current label valuetext valuenow pressed live checked selected expanded describedby labelledby";
    new MutationObserver((list) => {
      for (const m of list) {
        if (m.type === "attributes") {
          // A removal belongs to the writing that follows it.
          if (m.target.getAttribute(m.attributeName) !== null) writes.push(m.attributeName);
        } else if ((m.target.closest ? m.target : m.target.parentElement).closest(live)) {
          writes.push("spoken");
        }
      }
    }).observe(document, {
      subtree: true, childList: true, characterData: true, attributes: true,
      attributeFilter: [...names.split(" ").map((name) => `aria-${name}`), "role", "title", "alt"],
    });
  }

  function unmarked() {
    const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const out = [];
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (/[A-Za-z]{2,} [A-Za-z]{2,}/.test(node.data) && !node.parentElement.closest("[lang=en]")) out.push(node.data);
    }
    return out;
  }

  function focused() {
    const e = document.activeElement;
    if (e === document.body) return null;
    const box = e.getBoundingClientRect();
    const x = box.x + box.width / 2;
    const y = box.y + Math.min(box.height / 2, 30);
    const top = document.elementFromPoint(x, y);
    const inView = box.width > 0 && x >= 0 && x <= innerWidth && y >= 0 && y <= innerHeight;
    // Between two lines of a sentence its paragraph is hit.
    const uncovered = top && (e.contains(top) || (top.contains(e) && top.matches("p, li, label, h1, h2, h3")));
    return { name: e.id || e.className || e.tagName, seen: Boolean(inView && uncovered) };
  }

  function smallTargets() {
    return all("a[href], button, select, input, summary")
      .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".skip"))
      .filter((e) => { const box = e.getBoundingClientRect(); return box.height < 43.9 || box.width < 43.9; })
      .map(brief);
  }

  function overflowing() {
    const exempt = ".unseen, .skip, option, .what-title, #full-text";
    const out = all("main *, footer *, header *").filter((e) => {
      const box = e.getBoundingClientRect();
      return !e.closest(exempt) && box.width && (box.right > innerWidth + 1 || box.left < -1);
    });
    const clipped = all("button, a, label, p, h1, h2, h3").filter((e) =>
      !e.closest(exempt) && e.checkVisibility() && getComputedStyle(e).overflow === "hidden"
      && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1));
    return { sideways: document.documentElement.scrollWidth - innerWidth, out: out.map(brief), clipped: clipped.map(brief) };
  }

  // axe takes short Arabic words for icon ligatures and skips them, so contrast is measured here too
  // (WCAG 2.2: 1.4.6, which counts text of 24 px, or 18.66 px in bold, as large).
  const rgba = (color) => { const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number); return { rgb: [r, g, b], a }; };
  function luminance(rgb) {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function behind(e) {
    for (let up = e; up; up = up.parentElement) {
      const back = rgba(getComputedStyle(up).backgroundColor);
      if (back.a > 0) return back.rgb;
    }
    return [255, 255, 255];
  }
  function faint() {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const out = new Set();
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const e = node.parentElement;
      if (!node.data.trim() || !e.checkVisibility({ visibilityProperty: true }) || e.closest("option, script, style")) continue;
      const style = getComputedStyle(e);
      const [ink, paper] = [luminance(rgba(style.color).rgb), luminance(behind(e))];
      const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 4.5 : 7)) out.add(`${ratio.toFixed(1)} ${brief(e)}`);
    }
    return [...out];
  }

  return {
    watch, unmarked, faint, focused, smallTargets, overflowing,
    watchForStalls: () => audio().addEventListener("waiting", () => { if (audio().currentTime > 0) stalls += 1; }),
    stalls: () => stalls,
    writes: () => writes,
    shift: () => shift,
    delay: () => heard.playing - heard.pressed,
    time: () => audio().currentTime,
    paused: () => all("audio").every((a) => a.paused),
    starts: () => sentences().map((span) => Number(span.dataset.t)),
    marked: () => sentences().findIndex((span) => span.getAttribute("aria-current") === "true"),
    storyStarts: () => all("a.listen").map((link) => Number(link.hash.slice(3))),
    levels: () => all("h1, h2, h3, h4, h5, h6").map((h) => Number(h.tagName[1])),
    english: () => all("button, label, summary, option, [aria-label]")
      .map((e) => (e.getAttribute("aria-label") || "") + (e.matches("section") ? "" : e.textContent)).filter((s) => /[A-Za-z]{3,}/.test(s)),
    background: () => getComputedStyle(document.querySelector("[aria-current=true]")).backgroundColor,
    moving: () => all("*").filter((e) => {
      const style = getComputedStyle(e);
      return parseFloat(style.animationDuration) > 0.01 || parseFloat(style.transitionDuration) > 0.01 || style.scrollBehavior === "smooth";
    }).length,
    restyle(text) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      document.adoptedStyleSheets = [sheet];
    },
    async part(range) {
      const answer = await fetch(audio().src, { headers: { Range: range } });
      return [answer.status, (await answer.arrayBuffer()).byteLength, answer.headers.get("content-range")];
    },
  };
})();
