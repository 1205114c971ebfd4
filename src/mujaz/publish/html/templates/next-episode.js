// The next episode of the list on the show page, if the listener wishes it.
export function follow({ audio, say, path, page }) {
  audio.addEventListener("ended", async () => {
    if (!document.getElementById("queue").checked || say.live) return;
    try {
      const list = new URL("../../index.html", location.href);
      const show = new DOMParser().parseFromString(await (await fetch(list)).text(), "text/html");
      const links = [...show.querySelectorAll(".ep h2 a")].map((link) => new URL(link.getAttribute("href"), list).href);
      const here = links.findIndex((link) => path(link) === page());
      if (here >= 0 && links[here + 1]) location.assign(links[here + 1] + "#next");
    } catch { /* without a connection there is no next episode */ }
  });
}
