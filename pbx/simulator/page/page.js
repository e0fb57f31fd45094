"use strict";

const told = document.getElementById("told");

function row(cells) {
  const tr = document.createElement("tr");
  for (const [text, kind] of cells) {
    const td = document.createElement("td");
    td.textContent = text;
    if (kind) td.className = kind;
    tr.append(td);
  }
  return tr;
}

function fill(id, rows) {
  document.getElementById(id).replaceChildren(...rows);
}

function show(state) {
  document.getElementById("clock").textContent = state.clock;
  document.getElementById("sessions").textContent = state.sessions.length
    ? `reports go to ${state.sessions.at(-1).address}` : "nobody is logged in: no reports";
  const select = document.getElementById("extension");
  if (!select.options.length) {
    for (const phone of state.extensions) select.add(new Option(phone.number, phone.number));
  }
  fill("phones", state.extensions.map(phone => row([
    [phone.number], [phone.name], [phone.status], [phone.routes.join(", ") || "–"],
    [phone.alarms.map(alarm => alarm.time).join(", ") || "–"],
    [String(phone.messages.length)], [phone.dnd],
  ])));
  fill("reports", state.reports.slice(-15).reverse().map(entry => row([
    [entry.report.action], [JSON.stringify(entry.report), "data"],
    [`${entry.outcome} (${entry.tries})`],
  ])));
  fill("requests", state.requests.slice(-15).reverse().map(entry => row([
    [entry.at], [entry.path], [JSON.stringify(entry.body), "data"],
  ])));
}

async function refresh() {
  try {
    show(await (await fetch("/_sim/state")).json());
  } catch {
    document.getElementById("clock").textContent = "The simulated PBX does not answer.";
  }
}

document.getElementById("phone").addEventListener("submit", async event => {
  event.preventDefault();
  const act = event.submitter.value;
  const body = Object.fromEntries(new FormData(event.target));
  const answer = await fetch(`/_sim/${act}`, { method: "POST", body: JSON.stringify(body) });
  const result = await answer.json();
  told.textContent = result.error ?? `Done${result.result ? `: ${result.result}` : ""}.`;
  refresh();
});

refresh();
setInterval(refresh, 1500);
