// The panel that shares an episode, or the sentence that is heard. It is fetched when it is opened.
export function open({ audio, spans, times, current, say, tell, words, copy }, panel) {
  const t = words;
  const make = (tag, values, ...inside) => {
    const made = Object.assign(document.createElement(tag), values);
    made.append(...inside);
    return made;
  };
  const here = make("input", { type: "checkbox" });
  const code = make("textarea", { id: "embed-code", readOnly: true, rows: 3, dir: "ltr" });
  const from = () => {
    const time = times[current()];
    return here.checked && time > 0 ? `#t=${Math.floor(time * 100) / 100}` : "";
  };
  const address = () => location.href.split("#")[0].replace(/index\.html$/, "") + from();
  function showCode() {
    const frame = document.createElement("iframe");
    frame.src = new URL(say.embed, location.href).href + from();
    frame.title = say.title;
    frame.width = "100%";
    frame.height = say.embedHeight;
    frame.setAttribute("loading", "lazy");
    frame.setAttribute("allow", "autoplay");
    frame.style.border = "0";
    code.value = frame.outerHTML;
  }
  const button = (id, label, what) => {
    const made = make("button", { type: "button", id }, label);
    made.addEventListener("click", what);
    return made;
  };
  const row = make("p", { className: "row" });
  if (navigator.share) {
    row.append(button("share-app", t.share_app, () => {
      // Whoever closes the list of apps has not failed.
      navigator.share({ title: say.title, url: address() }).catch(() => {});
    }));
  }
  row.append(
    button("share-link", t.share_link, () => copy(address())),
    button("share-code", t.share_code, () => { showCode(); copy(code.value); }),
  );
  here.addEventListener("change", showCode);
  // The place moves while it plays; what is in the field is of the moment somebody comes to it.
  code.addEventListener("focus", showCode);
  panel.append(
    make("label", { className: "check" }, here, ` ${t.share_here}`), row,
    make("label", { htmlFor: "embed-code" }, t.share_frame), code,
  );
  showCode();
}
