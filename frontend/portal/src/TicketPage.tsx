import { useEffect, useRef, useState } from "preact/hooks";
import { partsOf } from "../../shared/links";
import { nameIn } from "../../widget/src/desk/fields";
import { apart } from "../../widget/src/desk/words";
import { Box } from "../../widget/src/desk/fields";
import { call, newId, type File, type Ticket } from "./api";
import { Files } from "./Files";
import { Rating } from "./Rating";
import { usePortal } from "./speech";
import { Stage } from "./Tickets";
import { useFailure, useLoaded, wordOf } from "./use";

const againMs = 10_000;

/** One request: how far it is, what was said, and what can be said or judged. */
export function TicketPage(props: { id: string }) {
  const { speech } = usePortal();
  const path = `/api/portal/tickets/${props.id}`;
  const { found, status, put, reload } = useLoaded<Ticket>(path);
  // Answers come while somebody looks.
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) reload(); }, againMs);
    return () => clearInterval(timer);
  }, [path]);
  const last = found?.messages.at(-1);
  useEffect(() => {
    if (last && found?.is_own && !found.is_joined && !document.hidden) call("POST", `${path}/seen`, { until: last.at }).catch(() => undefined);
  }, [last?.id]);
  if (found === null) return status === null ? <p role="status">…</p> : <p class="card" role="alert">{speech.say(wordOf(status))}</p>;
  return (
    <article aria-labelledby="subject" data-testid="ticket">
      <a href="#/">{speech.say("mine")}</a>
      <div class="card">
        <span class="top"><bdi class="number">{found.number}</bdi><Stage row={found} /></span>
        <h1 id="subject" dir="auto">{found.subject}</h1>
        <p class="soft">
          {speech.sayAny("kind", found.kind)} · {speech.say("opened", { date: speech.at(found.opened_at) })}
          {!found.is_own && <> · {speech.say("list.of", { name: found.customer_name })}</>}
        </p>
        {found.is_joined && <p role="note" data-testid="joined">{speech.say("joined")}</p>}
        {found.promises.map(({ metric, due_at }) => <p class="soft" key={metric}>{speech.say(`due.${metric}`, { date: speech.at(due_at) })}</p>)}
        <Details ticket={found} />
        {found.complaint && <Complaint ticket={found} put={put} />}
      </div>
      <Talk ticket={found} />
      {found.may_answer ? <Answer ticket={found} put={put} /> : found.category === "closed" && found.is_own && !found.is_joined && <p class="soft">{speech.say("answer.closed")}</p>}
      {(found.may_rate || found.rating) && <Rating ticket={found} put={put} />}
    </article>
  );
}

function Details(props: { ticket: Ticket }) {
  const { face, speech } = usePortal();
  const shown = face.fields.filter(({ key }) => props.ticket.fields[key] !== undefined);
  if (shown.length === 0) return null;
  return (
    <dl class="details" aria-label={speech.say("details")}>
      {shown.map((field) => {
        const value = props.ticket.fields[field.key]!;
        const named = (key: string) => nameIn(field.options.find((each) => each.key === key)?.names ?? { en: key }, speech.language);
        const text = typeof value === "boolean" ? speech.say(value ? "yes" : "no")
          : Array.isArray(value) ? value.map(named).join(" · ")
          : field.type === "choice" ? named(String(value))
          : field.type === "date" ? speech.day(String(value))
          : typeof value === "number" ? speech.number(value) : value;
        return <div key={field.key}><dt>{nameIn(field.names, speech.language)}</dt><dd dir="auto">{text}</dd></div>;
      })}
    </dl>
  );
}

function Complaint(props: { ticket: Ticket; put: (ticket: Ticket) => void }) {
  const { speech } = usePortal();
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const { trouble, run, isBusy } = useFailure();
  const { complaint } = props.ticket;
  if (!complaint) return null;
  const ask = () =>
    run(async () => {
      props.put(await call<Ticket>("POST", `/api/portal/tickets/${props.ticket.id}/reviews`, { reason }));
      setAsking(false);
    });
  return (
    <div class="case">
      <p>{speech.say("case.stage")}: <strong data-testid="case-stage">{speech.sayAny("case", complaint.stage)}</strong></p>
      <p>{speech.say("case.code")}: <bdi class="number" dir="ltr">{apart(complaint.code)}</bdi></p>
      {complaint.may_ask_review && !isAsking && <button type="button" class="quiet" onClick={() => setAsking(true)}>{speech.say("case.review_ask")}</button>}
      {isAsking && (
        <form onSubmit={(event) => { event.preventDefault(); void ask(); }}>
          <Box label={speech.say("case.review_reason")} error={trouble || undefined}>
            {(attributes) => <textarea {...attributes} rows={3} dir="auto" required maxLength={4_000} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
          </Box>
          <button type="submit" disabled={isBusy || !reason.trim()}>{speech.say("case.review_send")}</button>
        </form>
      )}
    </div>
  );
}

function Talk(props: { ticket: Ticket }) {
  const { face, speech } = usePortal();
  const { messages } = props.ticket;
  if (messages.length === 0) return null;
  return (
    <section aria-label={speech.say("talk")}>
      <ol class="talk" data-testid="talk">
        {messages.map((message) => (
          <li key={message.id} class={message.is_ours ? "ours" : "theirs"}>
            <p class="who">
              <strong><bdi>{message.is_ours ? message.name || face.name || speech.say("us") : props.ticket.is_own ? speech.say("you") : message.name}</bdi></strong>
              <time datetime={message.at}>{speech.at(message.at)}</time>
            </p>
            {message.text && <p class="said" dir="auto"><Linked text={message.text} /></p>}
            {message.attachments.length > 0 && (
              <ul class="files">{message.attachments.map((file) => <li key={file.id}><a href={file.url} target="_blank" rel="noopener"><bdi>{file.name}</bdi></a></li>)}</ul>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Linked(props: { text: string }) {
  return <>{partsOf(props.text).map(({ text, href }, index) => (href ? <a key={index} href={href} target="_blank" rel="noopener noreferrer" dir="ltr">{text}</a> : text))}</>;
}

function Answer(props: { ticket: Ticket; put: (ticket: Ticket) => void }) {
  const { speech } = usePortal();
  const [text, setText] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const clientId = useRef(newId());
  const { trouble, run, isBusy } = useFailure();
  const send = () =>
    run(async () => {
      const body = { text, attachments: files.map(({ id }) => id), client_id: clientId.current };
      props.put(await call<Ticket>("POST", `/api/portal/tickets/${props.ticket.id}/messages`, body));
      clientId.current = newId();
      setText("");
      setFiles([]);
    });
  return (
    <form class="card" onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <Box label={speech.say("answer")} error={trouble || undefined}>
        {(attributes) => <textarea {...attributes} rows={4} dir="auto" maxLength={10_000} value={text} onInput={(event) => setText(event.currentTarget.value)} data-testid="answer" />}
      </Box>
      <Files files={files} set={setFiles} />
      <button type="submit" disabled={isBusy || (!text.trim() && files.length === 0)} data-testid="send-answer">{speech.say("answer.send")}</button>
    </form>
  );
}
