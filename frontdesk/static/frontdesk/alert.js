"use strict";

// The desk's alert sound: two tones every three seconds while the strip has an urgent item; one low
// tone every six seconds while the page is not live, because it might miss one.
// Browsers play nothing before a click or key press in the page; a bar on the page says so.
(() => {
  const bar = document.getElementById("alarm-sound");
  if (!bar) return;
  const live = document.getElementById("live");
  const kinds = { urgent: [3000, [880, 660]], blind: [6000, [330]] };
  let audio = null;
  let timer = null;
  let ringing = "";

  const allowed = () => !navigator.userActivation || navigator.userActivation.hasBeenActive;

  function alertKind() {
    if (document.querySelector("[data-alarm]") !== null) return "urgent";
    return live && !live.hidden && !("quiet" in live.dataset) ? "blind" : "";
  }

  function tone(pitch, start) {
    const source = audio.createOscillator();
    const loudness = audio.createGain();
    source.type = "square";
    source.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, start);
    loudness.gain.exponentialRampToValueAtTime(0.35, start + 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.4);
    source.connect(loudness).connect(audio.destination);
    source.start(start);
    source.stop(start + 0.42);
  }

  function ring() {
    if (audio.state !== "running") return;
    kinds[ringing][1].forEach((pitch, place) => tone(pitch, audio.currentTime + place * 0.45));
  }

  function show(state) {
    bar.dataset.sound = state;
    bar.hidden = state !== "blocked" && state !== "missing";
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    ringing = "";
  }

  function quiet() {
    stop();
    show("off");
  }

  function look() {
    if (!alertKind()) return quiet();
    if (!window.AudioContext) return show("missing");
    if (!allowed()) return show("blocked");
    audio = audio || new AudioContext();
    audio.resume().then(follow, follow);
    follow();
  }

  function follow() {
    const kind = alertKind();
    if (!kind) return quiet();
    show(audio.state === "running" ? "on" : "blocked");
    if (audio.state !== "running" || kind === ringing) return;
    stop();
    ringing = kind;
    ring();
    timer = setInterval(ring, kinds[kind][0]);
  }

  document.addEventListener("click", look);
  document.addEventListener("keydown", look);
  document.addEventListener("desk:look", look);
  look();
})();
