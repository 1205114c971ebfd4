// What a lock screen shows, and what its buttons and those of a headset do (Media Session).
const session = navigator.mediaSession;

export function dress({ audio, say, play, seek, stepStory, position }) {
  const artwork = say.cover ? [{ src: new URL(say.cover, location.href).href, sizes: "480x480", type: "image/jpeg" }] : [];
  session.metadata = new MediaMetadata({ title: say.title, artist: say.show, album: say.date, artwork });
  for (const [action, what] of [["play", play], ["pause", () => audio.pause()],
    ["previoustrack", () => stepStory(-1)], ["nexttrack", () => stepStory(1)],
    ["seekbackward", (details) => seek(position() - (details.seekOffset || 15))],
    ["seekforward", (details) => seek(position() + (details.seekOffset || 15))],
    ["seekto", (details) => seek(details.seekTime)]]) {
    try { session.setActionHandler(action, what); } catch { /* an action this browser lacks */ }
  }
}

export function place(audio, duration) {
  if (!session.setPositionState || !isFinite(duration)) return;
  try {
    session.setPositionState({ duration, playbackRate: audio.playbackRate, position: Math.min(audio.currentTime, duration) });
  } catch { /* between two files */ }
}
