// The page as one: its language, its log, and the news that the simulator has.
import { drawMails } from "./mail.js";
import { at, clockTime, kept, lean, make, t, view } from "./parts.js";
import { drawPhone } from "./phone.js";

function speak() {
  document.documentElement.lang = view.language;
  document.documentElement.dir = view.language === "en" ? "ltr" : "rtl";
  document.title = `Markaz · ${t("title")}`;
  at("language").value = view.language;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-p]")) element.placeholder = t(element.dataset.p), element.setAttribute("aria-label", t(element.dataset.p)), lean(element);
  for (const element of document.querySelectorAll("[data-l]")) element.title = t(element.dataset.l), element.setAttribute("aria-label", t(element.dataset.l));
  draw();
}

function drawLog() {
  at("rows").replaceChildren(...view.state.webhooks.slice(-30).reverse().map(row => make("tr", {},
    make("td", { textContent: clockTime(row.at) }),
    make("td", { textContent: row.kind, dir: "ltr" }),
    make("td", { textContent: `${row.method} ${row.url}`, className: "url", dir: "ltr", title: JSON.stringify(row.params, null, 1) }),
    make("td", { textContent: row.status || row.error, className: row.status >= 200 && row.status < 300 ? "good" : "bad", dir: "ltr" }),
    make("td", { textContent: `${row.latency_ms} ms${row.attempts > 1 ? ` ×${row.attempts}` : ""}`, dir: "ltr" }),
    make("td", { textContent: row.faults.join(", "), dir: "ltr" }))));
  at("alerts").replaceChildren(...view.state.alerts.slice(-5).map(alert => make("p", { className: "alert", textContent: `${clockTime(alert.at)} · ${alert.code} · ${alert.message}`, dir: "auto" })));
}

function draw() { drawPhone(); drawMails(); drawLog(); }

async function follow() {
  for (let after = "";;) {
    try {
      const answer = await fetch(`/simulator/state?last=200${after}`);
      view.state = await answer.json();
      after = `&after=${view.state.version}`;
      view.skew = new Date(view.state.now) - Date.now();
      if (at("trouble").textContent === t("lost")) at("trouble").textContent = "";
      draw();
    } catch {
      at("trouble").textContent = t("lost");
      after = "";
      await new Promise(done => setTimeout(done, 1500));
    }
  }
}

at("language").onchange = event => { view.language = event.target.value; kept.set("lang", view.language); speak(); };
speak();
follow();
