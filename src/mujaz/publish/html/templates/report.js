// Where the links for errors lead: said when one is followed; nothing is written before.
export function aim({ say, spans, times, current }) {
  function address() {
    const picked = spans.find((span) => !getSelection().isCollapsed && getSelection().containsNode(span, true));
    const span = picked ?? spans[current()];
    const place = location.href.split("#")[0].replace(/index\.html$/, "");
    const time = times[spans.indexOf(span)];
    const values = { title: say.title, address: time > 0 ? `${place}#t=${Math.floor(time * 100) / 100}` : place, sentence: span?.textContent ?? "" };
    const fill = (text) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    if (/^https?:/.test(say.report)) {
      const form = new URL(say.report);
      for (const [name, value] of Object.entries(values)) form.searchParams.set(name, value);
      return form.href;
    }
    return `mailto:${say.report}?subject=${encodeURIComponent(fill(say.reportSubject))}&body=${encodeURIComponent(fill(say.reportBody))}`;
  }
  for (const link of document.querySelectorAll("a.report")) {
    for (const event of ["click", "contextmenu"]) link.addEventListener(event, () => { link.href = address(); });
  }
}
