// Texts and calls: the person's side of the line.
import { at, clockTime, count, kept, lean, make, post, read, redraw, t, view } from "./parts.js";
import { WORDS } from "./words.js";

const OVER = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);

const mine = () => at("mine").value.replace(/[\s()-]/g, "").replace(/[۰-۹]/g, d => d.charCodeAt(0) - 0x6f0).replace(/[٠-٩]/g, d => d.charCodeAt(0) - 0x660);
const theirs = () => at("theirs").value;

async function ask(path, body) {
  if (!/^\+[1-9]\d{6,14}$/.test(mine())) { at("trouble").textContent = t("badNumber"); return null; }
  return post(path, body, at("trouble"));
}

function drawNumbers() {
  const wanted = view.state.numbers.map(number => number.number).join();
  const select = at("theirs");
  if (select.dataset.shown !== wanted) {
    const chosen = select.value;
    select.replaceChildren(...view.state.numbers.map(number => new Option(number.number)));
    if (chosen) select.value = chosen;
    select.dataset.shown = wanted;
  }
  const ready = view.state.numbers.length > 0;
  for (const button of document.querySelectorAll("#composer button, #dial")) button.disabled = !ready;
  if (!ready && view.state.version) at("trouble").textContent = t("noNumbers");
}

function bubble(message) {
  const isMine = message.direction === "inbound";
  const pictures = message.media.filter(file => file.content_type.startsWith("image/")).map(file => make("img", { src: file.url, alt: "" }));
  const status = (WORDS[view.language][`m-${message.status}`] ?? "") + (message.error_code ? ` (${message.error_code})` : "");
  const isBad = ["failed", "undelivered"].includes(message.status);
  const words = make("p", { textContent: message.body, dir: "auto" });
  const note = make("small", {}, clockTime(message.at), status ? make("span", { className: isBad ? "failed" : "", textContent: ` · ${status}` }) : null);
  return make("div", { className: isMine ? "bubble mine" : "bubble" }, ...pictures, words, note);
}

function drawTexts() {
  const pair = [mine(), theirs()].sort().join();
  const ours = view.state.messages.filter(message => [message.from, message.to].sort().join() === pair);
  redraw(at("thread"), [pair, ours], () => ours.length ? ours.map(bubble) : [make("p", { className: "empty", textContent: t("nothing") })]);
}

function phase(call) {
  if (OVER.has(call.status)) return ["over", t(call.status), 4];
  if (call.status !== "in-progress") return ["waiting", t(call.status), 1];
  if (call.where.startsWith("queue")) return ["waiting", t("waiting"), 2];
  const room = view.state.conferences.find(one => one.status !== "completed" && call.where === `conference ${one.name}`);
  if (room && room.participants.length < 2) return ["waiting", t("waiting"), 2];
  if (room || call.where.startsWith("talking")) return ["live", t("joined"), 3];
  return ["live", t("in-progress"), 2];
}

function lasted(call) {
  const end = call.ended_at ? new Date(call.ended_at) : new Date(Date.now() + view.skew);
  const seconds = Math.max(0, Math.floor((end - new Date(call.started_at)) / 1000));
  return `${count(Math.floor(seconds / 60))}:${seconds % 60 < 10 ? count(0) : ""}${count(seconds % 60)}`;
}

function keypad(call) {
  const keys = [..."123456789*0#"].map(key => make("button", { type: "button", className: "quiet", textContent: key, onclick: () => ask(`calls/${call.sid}/digits`, { digits: key }) }));
  return make("div", { className: "keys", role: "group", ariaLabel: t("keys") }, ...keys);
}

function card(call) {
  const [kind, words, step] = phase(call);
  const isLive = kind !== "over";
  const steps = make("ol", { className: "steps" }, ...[1, 2, 3, 4].map(n => make("li", { className: n <= step ? "done" : "", textContent: t(`s${n}`) })));
  const heard = make("ul", { className: "heard" }, ...call.heard.slice(-6).map(one => make("li", { textContent: one.words, dir: "auto" })));
  return make("div", { className: "call" },
    make("small", { textContent: t(call.direction === "inbound" ? "out" : "in") }),
    make("div", { className: `state ${kind}` }, words, " · ", make("bdi", { className: "timer", textContent: lasted(call) })),
    call.where ? make("small", {}, make("bdi", { textContent: call.where.replace(/^(queue|conference|talking to|calling|next from queue) /, "") })) : null,
    steps, heard,
    isLive ? keypad(call) : null,
    isLive ? make("button", { type: "button", className: "end", textContent: t("hangup"), onclick: () => ask(`calls/${call.sid}/hangup`) }) : null);
}

const myCalls = () => view.state.calls.filter(call => [call.from, call.to].includes(mine()) && !(call.direction === "outbound-dial" && call.from === mine()));

function drawCalls() {
  const calls = myCalls();
  const live = calls.filter(call => !OVER.has(call.status));
  const last = calls.at(-1);
  const cards = live.length ? live : last ? [last] : [];
  const shown = JSON.stringify([view.language, mine(), cards]);
  if (at("live").dataset.shown !== shown) {
    const focused = at("live").contains(document.activeElement) ? [...at("live").querySelectorAll("button")].indexOf(document.activeElement) : -1;
    at("live").dataset.shown = shown;
    at("live").replaceChildren(...cards.map(card));
    if (focused >= 0) at("live").querySelectorAll("button")[focused]?.focus();
  }
  at("dial").disabled = !view.state.numbers.length || live.some(call => call.direction === "inbound");
  at("history").replaceChildren(...calls.filter(call => !cards.includes(call)).slice(-5).reverse().map(call =>
    make("li", {}, make("bdi", { textContent: `${clockTime(call.started_at)} · ` }), `${t(call.direction === "inbound" ? "out" : "in")} · ${t(call.status)} · ${lasted(call)}`)));
}

export function drawPhone() { drawNumbers(); drawTexts(); drawCalls(); }

async function send(files = []) {
  const body = at("body").value.trim();
  if (!body && !files.length) return;
  if (await ask("sms", { from: mine(), to: theirs(), body, media: files })) { at("body").value = ""; lean(at("body")); }
}

at("mine").value = kept.get("mine") || "+989121234567";
at("mine").oninput = () => { kept.set("mine", at("mine").value); drawPhone(); };
at("theirs").onchange = drawPhone;
at("composer").onsubmit = event => { event.preventDefault(); send(); };
at("body").onkeydown = event => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); } };
at("body").oninput = () => lean(at("body"));
at("attach").onclick = () => at("file").click();
at("file").onchange = async event => { const [file] = event.target.files; event.target.value = ""; if (file) send([await read(file)]); };
at("dial").onclick = () => {
  const patience = Number(at("patience").value);
  ask("calls", { from: mine(), to: theirs(), hang_up_after: patience > 0 ? patience : null });
};
setInterval(() => {
  const live = myCalls().filter(call => !OVER.has(call.status));
  if (live.length) document.querySelectorAll("#live .timer").forEach((timer, place) => { if (live[place]) timer.textContent = lasted(live[place]); });
}, 500);
