"use strict";

// Keeps the strip up to date, and shows within ten seconds that the page is no longer live:
//   gone     the server does not answer, or not with a strip
//   trouble  it answers that it cannot read the hotel's data
//   ended    the session has ended
//   lost     the user may no longer see this page, or it has moved
// Nothing that was typed is lost: until then forms are not sent, and links do not leave the page.
(() => {
  const every = 5000;
  const patience = 4000;
  const bar = document.getElementById("live");
  const strip = document.getElementById("strip");
  const dialog = document.getElementById("sign-in-again");
  const address = strip ? strip.dataset.strip : bar.dataset.pulse;
  let state = "live";
  let failures = 0;
  let due = Date.now() + every;
  let asking = false;
  let answered = new Date();

  async function ask() {
    asking = true;
    const stop = new AbortController();
    const impatience = setTimeout(() => stop.abort(), patience);
    try {
      const answer = await fetch(address, {
        headers: { "HX-Request": "true" }, cache: "no-store", redirect: "manual", signal: stop.signal,
      });
      const text = answer.ok ? await answer.text() : "";
      read(answer.status, text);
    } catch {
      failed(stop.signal.aborted);
    } finally {
      clearTimeout(impatience);
      asking = false;
    }
  }

  function read(status, text) {
    if (status === 401) return show("ended");
    if ([0, 403, 404, 409, 410].includes(status)) return show("lost");
    if (status !== 200) return failed(false);
    failures = 0;
    answered = new Date();
    if (strip && strip.dataset.shown !== text) {
      strip.innerHTML = text;
      strip.dataset.shown = text;
    }
    show(strip && strip.querySelector("[data-trouble]") ? "trouble" : "live");
  }

  // A single failure may be a glitch: it is retried soon, and then believed.
  function failed(wasSlow) {
    failures += 1;
    due = Date.now() + 1000;
    if (wasSlow || failures > 1) show("gone");
  }

  function show(now) {
    const changed = now !== state;
    state = now;
    due = Date.now() + (state === "gone" ? 2000 : every);
    if (changed) {
      document.body.classList.toggle("not-live", state !== "live");
      bar.hidden = state === "live";
      for (const each of bar.querySelectorAll("[data-when]")) {
        each.hidden = !each.dataset.when.split(" ").includes(state);
      }
      bar.querySelector("[data-since]").textContent = answered.toLocaleTimeString();
      bar.removeAttribute("data-quiet");
      tellUnsent(false);
      if (state === "live") recovered();
    }
    document.dispatchEvent(new Event("desk:look"));
  }

  function recovered() {
    renewTokens();
    if (dialog && dialog.open) dialog.close();
    for (const each of document.querySelectorAll("[hx-get][hx-trigger]")) {
      if (window.htmx) window.htmx.trigger(each, "desk:refresh");
    }
  }

  // Signing in again changes the CSRF token; the forms on the page still have the old one.
  function renewTokens() {
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (!found) return;
    for (const each of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
      each.value = found[1];
    }
  }

  function tellUnsent(told) {
    bar.querySelector("[data-unsent]").hidden = !told;
  }

  function tick() {
    if (!asking && Date.now() >= due) {
      due = Date.now() + 1000;
      ask();
    }
  }

  function onSubmit(event) {
    if (dialog && dialog.contains(event.target)) return;
    renewTokens();
    if (state === "live") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tellUnsent(true);
    if (state === "ended") signIn();
  }

  function onClick(event) {
    const link = event.target.closest("a[href]");
    if (state !== "gone" || !link || bar.contains(link)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tellUnsent(true);
  }

  function signIn() {
    if (dialog && !dialog.open) dialog.showModal();
  }

  async function onSignIn(event) {
    event.preventDefault();
    renewTokens();
    const form = dialog.querySelector("form");
    const fault = dialog.querySelector("[data-fault]");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual",
        signal: AbortSignal.timeout(2 * patience),
      });
      if (answer.type !== "opaqueredirect") {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const told = page.querySelector("main .error, main .errorlist li") || page.querySelector("h1");
        fault.textContent = told ? told.textContent : "That did not work.";
        return;
      }
      fault.textContent = "";
      form.reset();
      dialog.close();
      ask();
    } catch {
      fault.textContent = "The server does not answer.";
    }
  }

  // What htmx could not refresh is out of date, whatever the strip says.
  function onStale(event) {
    event.detail.elt.classList.add("stale");
    due = Math.min(due, Date.now() + 250);
  }

  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("click", onClick, true);
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.body.addEventListener(name, onStale);
  }
  document.body.addEventListener("htmx:afterSwap", (event) => {
    event.detail.elt.classList.remove("stale");
  });
  bar.addEventListener("click", (event) => {
    const act = event.target.dataset.act;
    if (act === "sign-in") signIn();
    if (act === "silence") {
      bar.dataset.quiet = "";
      document.dispatchEvent(new Event("desk:look"));
    }
  });
  if (dialog) {
    dialog.querySelector("form").addEventListener("submit", onSignIn);
    dialog.querySelector("[data-act=later]").addEventListener("click", () => dialog.close());
  }
  try {
    const clock = new Worker(bar.dataset.tick);
    clock.onmessage = tick;
    clock.onerror = () => setInterval(tick, 250);
  } catch {
    setInterval(tick, 250);
  }
})();
