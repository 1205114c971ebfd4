"use strict";
// "Listen from here" links play in the page's own player instead of opening the file.
(() => {
  const audio = document.querySelector("audio");
  if (!audio) return;
  for (const link of document.querySelectorAll("a.listen")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      audio.currentTime = Number(link.dataset.start);
      audio.play();
    });
  }
})();
