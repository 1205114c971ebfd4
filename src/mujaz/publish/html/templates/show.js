"use strict";
// The list of episodes: each plays in place, says how far it was heard, and goes on from there.
addEventListener("mujaz-player", ({ detail: player }) => {
  const { audio, say, store } = player;
  const dock = document.getElementById("dock");
  const items = [...document.querySelectorAll(".ep")].map((item) => {
    const link = item.querySelector("a.round");
    const title = item.querySelector("h2 a");
    // In place of the link to the file: a button of the same size.
    const button = document.createElement("button");
    button.type = "button";
    button.className = link.className;
    button.append(...link.childNodes);
    link.replaceWith(button);
    return {
      button, name: title, state: item.querySelector(".state"), label: link.getAttribute("aria-label"),
      media: link.href, page: title.href, title: title.textContent,
      duration: Number(item.dataset.duration), date: item.dataset.date,
    };
  });
  const isCurrent = (item) => player.page() === player.path(item.page) && Boolean(audio.currentSrc || audio.src);
  const left = (item) => {
    const t = Number(store.get(player.path(item.page)));
    return t > 5 && t < item.duration - 5 ? t : 0;
  };

  function show(item) {
    const playing = isCurrent(item) && !audio.paused;
    item.button.classList.toggle("playing", playing);
    const label = playing ? say.pauseIt.replace("{date}", item.date)
      : left(item) ? say.resume.replace("{time}", player.words(left(item), true)) + say.comma + item.date : item.label;
    item.button.setAttribute("aria-label", label);
    item.state.textContent = left(item) ? say.left.replace("{time}", player.words(item.duration - left(item)))
      : store.get("heard:" + player.path(item.page)) ? say.heard : "";
  }
  function toggle(item) {
    if (!isCurrent(item)) { dock.hidden = false; player.load(item, left(item)); } else if (audio.paused) player.play();
    else audio.pause();
  }
  for (const item of items) {
    item.button.addEventListener("click", () => toggle(item));
    show(item);
  }
  document.getElementById("latest").addEventListener("click", (event) => {
    event.preventDefault();
    toggle(items[0]);
  });
  // Not on timeupdate: nothing is written while it plays.
  for (const event of ["play", "pause", "ended", "emptied"]) audio.addEventListener(event, () => items.forEach(show));
  audio.addEventListener("ended", () => {
    const next = items[items.findIndex(isCurrent) + 1];
    if (store.get("queue") === "1" && next) player.load(next, left(next));
  });
  for (const id of ["previous-story", "next-story"]) document.getElementById(id).hidden = true;
  dock.hidden = true;
});
