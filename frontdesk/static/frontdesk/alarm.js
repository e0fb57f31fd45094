"use strict";

// The desk's alarm: two tones every three seconds while something on the strip cannot wait.
// A browser plays nothing before somebody has clicked or typed in the page; the bar says so.
(() => {
  const bar = document.getElementById("alarm-sound");
  if (!bar) return;
  const every = 3000;
  let audio = null;
  let timer = null;

  const alarming = () => document.querySelector("[data-alarm]") !== null;
  const allowed = () => !navigator.userActivation || navigator.userActivation.hasBeenActive;

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
    tone(880, audio.currentTime);
    tone(660, audio.currentTime + 0.45);
  }

  function show(state) {
    bar.dataset.sound = state;
    bar.hidden = state !== "blocked" && state !== "missing";
  }

  function quiet() {
    clearInterval(timer);
    timer = null;
    show("off");
  }

  function look() {
    if (!alarming()) return quiet();
    if (!window.AudioContext) return show("missing");
    if (!allowed()) return show("blocked");
    audio = audio || new AudioContext();
    audio.resume().then(follow, follow);
    follow();
  }

  function follow() {
    if (!alarming()) return quiet();
    show(audio.state === "running" ? "on" : "blocked");
    if (audio.state === "running" && timer === null) {
      ring();
      timer = setInterval(ring, every);
    }
  }

  document.addEventListener("click", look);
  document.addEventListener("keydown", look);
  document.body.addEventListener("htmx:afterSwap", look);
  look();
})();
