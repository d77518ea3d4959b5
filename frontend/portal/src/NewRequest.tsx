import { useEffect, useRef, useState } from "preact/hooks";
import { askedFor, Box, CustomField, filled, type Values } from "../../widget/src/desk/fields";
import { call, newId, type File, type Ticket } from "./api";
import { DateParts } from "./DateParts";
import { Files } from "./Files";
import { go } from "./route";
import { usePortal } from "./speech";
import { useFailure } from "./use";

interface Hint {
  id: string;
  title: string;
}

const pauseMs = 500;

export function NewRequest() {
  const { face, speech } = usePortal();
  const [kind, setKind] = useState(face.kinds[0] ?? "support_request");
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const [custom, setCustom] = useState<Values>({});
  const [files, setFiles] = useState<File[]>([]);
  const clientId = useRef(newId());
  const hints = useHints(`${subject}\n${text}`);
  const { trouble, fields: wrong, run, isBusy } = useFailure();
  const asked = askedFor(face.fields, kind);
  const send = () =>
    run(async () => {
      const body = { kind, subject, text, fields: filled(asked, custom), attachments: files.map(({ id }) => id), client_id: clientId.current, locale: speech.language };
      const made = await call<Ticket>("POST", "/api/portal/tickets", body);
      go("tickets", made.id);
    });
  const error = (name: string) => (wrong.includes(name) ? speech.say("refused") : undefined);
  return (
    <section class="card" aria-labelledby="new">
      <h1 id="new">{speech.say("new")}</h1>
      <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
        {face.kinds.length > 1 && (
          <Box label={speech.say("kind")} error={error("kind")}>
            {(attributes) => (
              <select {...attributes} value={kind} onChange={(event) => setKind(event.currentTarget.value)} data-testid="kind">
                {face.kinds.map((each) => <option key={each} value={each}>{speech.sayAny("kind", each)}</option>)}
              </select>
            )}
          </Box>
        )}
        <Box label={speech.say("subject")} error={error("subject")}>
          {(attributes) => <input {...attributes} type="text" dir="auto" required maxLength={300} value={subject} onInput={(event) => setSubject(event.currentTarget.value)} data-testid="subject" />}
        </Box>
        <Box label={speech.say("text")} error={error("text")}>
          {(attributes) => <textarea {...attributes} rows={6} dir="auto" required maxLength={10_000} value={text} onInput={(event) => setText(event.currentTarget.value)} data-testid="text" />}
        </Box>
        {hints.length > 0 && (
          <aside class="hints" aria-label={speech.say("suggested")} data-testid="hints">
            <strong>{speech.say("suggested")}</strong>
            <ul>{hints.map(({ id, title }) => <li key={id}><a href={`#/faq/${id}`} target="_blank" dir="auto">{title}</a></li>)}</ul>
          </aside>
        )}
        {asked.map((field) => (
          <CustomField key={field.key} field={field} language={speech.language} words={speech.words} value={custom[field.key]} error={error(`fields.${field.key}`)}
            set={(value) => setCustom({ ...custom, [field.key]: value })}
            date={(attributes, value, set) => <DateParts key={speech.calendar} attributes={attributes} value={value} set={set} />} />
        ))}
        <Files files={files} set={setFiles} />
        {trouble && <p class="error" role="alert">{trouble}</p>}
        <button type="submit" disabled={isBusy || !subject.trim() || !text.trim()} data-testid="send">{speech.say(isBusy ? "sending" : "send")}</button>
      </form>
    </section>
  );
}

/** Answers that what is being typed may be about; asked once they pause. */
function useHints(text: string): Hint[] {
  const { speech } = usePortal();
  const [hints, setHints] = useState<Hint[]>([]);
  useEffect(() => {
    if (text.trim().length < 4) {
      setHints([]);
      return;
    }
    const timer = setTimeout(() => {
      call<{ items: Hint[] }>("POST", "/api/public/articles/suggest", { text: text.slice(0, 2_000), locale: speech.language }).then(({ items }) => setHints(items), () => setHints([]));
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [text, speech.language]);
  return hints;
}
