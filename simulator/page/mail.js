// Email: what a person writes to the centre, and what the centre answers.
import { at, clockTime, kept, lean, make, post, read, redraw, t, view } from "./parts.js";
import { LOCALES } from "./words.js";

const ADDRESS = /^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+$/;
const LARGEST = 5 * 1024 * 1024;

let answered = null; // the mail that is being answered, and what its conversation is about
let attached = null;
let isSending = false;

const me = () => at("my-mail").value.trim();
const isMe = address => address.toLowerCase() === me().toLowerCase();

// A mail that was sent again has the same Message-ID; a person's mailbox shows it once.
function myTalks() {
  const seen = new Set();
  const talks = new Map();
  for (const mail of view.state.mails) {
    const key = `${mail.direction} ${mail.message_id || mail.id}`;
    if (seen.has(key) || !(mail.direction === "in" ? isMe(mail.from) : mail.recipients.some(isMe))) continue;
    seen.add(key);
    talks.set(mail.thread, [...(talks.get(mail.thread) ?? []), mail]);
  }
  return [...talks.values()].sort((one, other) => one.at(-1).at < other.at(-1).at ? -1 : 1);
}

function fileLink(file) {
  const [unit, size] = file.size < 1000 ? ["byte", file.size] : ["kilobyte", Math.round(file.size / 1000)];
  const words = size.toLocaleString(LOCALES[view.language], { style: "unit", unit, unitDisplay: "long" });
  return make("li", {}, make("a", { href: file.url, download: file.name }, make("bdi", { textContent: file.name }), make("small", {}, make("bdi", { textContent: words }))));
}

function bubble(mail) {
  const isMine = mail.direction === "in";
  const status = ["sending", "unknown"].includes(mail.status) ? make("span", { className: mail.status === "unknown" ? "failed" : "", textContent: ` · ${t(mail.status)}` }) : null;
  return make("div", { className: isMine ? "bubble mine" : "bubble" },
    isMine ? null : make("small", { title: mail.from }, make("bdi", { textContent: mail.from_name || mail.from })),
    make("p", { textContent: mail.text, dir: "auto" }),
    mail.files.length ? make("ul", { className: "files" }, ...mail.files.map(fileLink)) : null,
    make("small", {}, clockTime(mail.at), status));
}

function talk(mails) {
  const subject = mails[0].subject || t("noSubject");
  const reply = make("button", { type: "button", className: "quiet small", textContent: t("reply"), ariaLabel: `${t("reply")} ${subject}`, onclick: () => answer(mails.at(-1), subject) });
  return make("article", { className: "talk" }, make("header", {}, make("h3", { textContent: subject, dir: "auto" }), reply), ...mails.map(bubble));
}

function chip(words, forget) {
  const button = make("button", { type: "button", textContent: "×", title: t("remove"), ariaLabel: `${t("remove")} ${words}`, onclick: () => { forget(); drawForm(); } });
  return make("span", { className: "chip" }, make("bdi", { textContent: words }), button);
}

function drawForm() {
  const subject = answered ? `${t("replying")} \u2068${answered.subject}\u2069` : "";
  redraw(at("chips"), [answered?.id, attached?.name], () => [
    answered && chip(subject, () => { answered = null; }),
    attached && chip(attached.name, () => { attached = null; }),
  ].filter(Boolean));
  at("subject").hidden = answered !== null;
}

function answer({ id }, subject) {
  answered = { id, subject };
  drawForm();
  at("mail-text").focus();
}

function drawBoxes() {
  const { is_ready: isReady, mailboxes } = view.state.post;
  if (at("mailboxes").dataset.shown !== mailboxes.join()) {
    at("mailboxes").dataset.shown = mailboxes.join();
    at("mailboxes").replaceChildren(...mailboxes.map(address => new Option(address)));
  }
  if (!kept.get("my-name") && document.activeElement !== at("my-name")) at("my-name").value = t("sampleName");
  if (!at("their-mail").value && document.activeElement !== at("their-mail")) at("their-mail").value = mailboxes[0] ?? "";
  at("mail-send").disabled = isSending || !isReady;
  const isClosed = !isReady && view.state.now;
  if (isClosed) at("mail-trouble").textContent = t("noCentreMail");
  else if ([t("noCentreMail"), t("lost")].includes(at("mail-trouble").textContent)) at("mail-trouble").textContent = "";
}

export function drawMails() {
  drawBoxes();
  drawForm();
  const talks = myTalks();
  redraw(at("mails"), [me(), talks], () => talks.length ? talks.map(talk) : [make("p", { className: "empty", textContent: t("noMails") })]);
}

// What was written meanwhile stays: only what was sent leaves the form.
function clear(mail, to, file) {
  if (answered === to) answered = null;
  if (attached === file) attached = null;
  for (const [box, sent] of [[at("subject"), mail.subject], [at("mail-text"), mail.text]]) {
    if (box.value.trim() === sent) box.value = "", lean(box);
  }
  at("mails").scrollTop = at("mails").scrollHeight;
}

async function send() {
  const [to, file] = [answered, attached];
  const address = to ? "" : at("their-mail").value.trim();
  const text = at("mail-text").value.trim();
  const subject = to ? "" : at("subject").value.trim();
  if (isSending || !(text || subject || file)) return;
  if (!ADDRESS.test(me()) || !(to || ADDRESS.test(address))) { at("mail-trouble").textContent = t("badMail"); return; }
  const mail = { from: me(), from_name: at("my-name").value.trim(), to: address, subject, text, in_reply_to: to?.id ?? null, attachment: file };
  isSending = true;
  drawBoxes();
  const sent = await post("mail", mail, at("mail-trouble"));
  isSending = false;
  if (sent) clear(mail, to, file);
  drawMails();
}

async function attach([file]) {
  if (!file) return;
  if (file.size > LARGEST) { at("mail-trouble").textContent = t("large"); return; }
  const { content, content_type: kind } = await read(file);
  const isPlain = /^(application|audio|font|image|model|text|video)\/[\w.+-]+$/.test(kind);
  attached = { name: file.name, content_type: isPlain ? kind : "application/octet-stream", content };
  drawForm();
}

for (const [id, first] of [["my-name", ""], ["my-mail", "sara@example.org"]]) {
  at(id).value = kept.get(id) || first;
  at(id).oninput = () => { kept.set(id, at(id).value); drawMails(); };
}
at("their-mail").onchange = drawMails;
for (const id of ["subject", "mail-text"]) at(id).oninput = () => lean(at(id));
at("letter").onsubmit = event => { event.preventDefault(); send(); };
at("mail-text").onkeydown = event => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); } };
at("mail-attach").onclick = () => at("mail-file").click();
at("mail-file").onchange = async event => { const files = [...event.target.files]; event.target.value = ""; await attach(files); };
