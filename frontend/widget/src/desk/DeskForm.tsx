import { useEffect, useRef, useState } from "preact/hooks";
import { askedFor, Box, CustomField, filled, type Asked, type Values } from "./fields";
import { deskWords, languageNames, type Language } from "./words";

interface View {
  locale: Language;
  title: string;
  kinds: string[];
  fields: Asked[];
  ticket: string;
}

interface Done {
  number: string;
  code: string | null;
}

interface Trouble {
  detail?: string;
  errors?: { loc: string; msg: string }[];
  field?: string;
}

const empty = { name: "", email: "", subject: "", text: "", website: "" };
const newId = () => crypto.getRandomValues(new Uint32Array(4)).reduce((text, part) => text + part.toString(16).padStart(8, "0"), "");

export function DeskForm(props: { server: string; form: string; language: Language; isFixed: boolean }) {
  const [language, setLanguage] = useState(props.language);
  const [view, setView] = useState<View | "closed" | null>(null);
  const [values, setValues] = useState(empty);
  const [custom, setCustom] = useState<Values>({});
  const [kind, setKind] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const [done, setDone] = useState<Done | null>(null);
  const clientId = useRef(newId());
  const said = useRef<HTMLParagraphElement>(null);
  const words = deskWords[language];
  const url = `${props.server}/api/public/forms/${encodeURIComponent(props.form)}`;

  useEffect(() => {
    let isLate = false;
    fetch(`${url}?locale=${language}`, { credentials: "omit" })
      .then((answer) => (answer.ok ? (answer.json() as Promise<View>) : null))
      .then((found) => { if (!isLate) setView(found ?? "closed"); })
      .catch(() => { if (!isLate) setView("closed"); });
    return () => { isLate = true; };
  }, [url, language]);
  useEffect(() => said.current?.focus(), [done]);

  const shell = (children: preact.ComponentChildren) => (
    <div class="desk" dir={language === "en" ? "ltr" : "rtl"} lang={language} data-testid="desk">{children}</div>
  );
  if (view === null) return shell(<p role="status">…</p>);
  if (view === "closed") return shell(<p role="status">{words.closed}</p>);
  const chosen = kind || view.kinds[0]!;
  const fields = askedFor(view.fields, chosen);

  const write = (part: Partial<typeof empty>) => {
    setValues({ ...values, ...part });
    setErrors(Object.fromEntries(Object.entries(errors).filter(([name]) => !(name in part))));
  };
  const send = async () => {
    const missing = [...(["name", "email", "subject", "text"] as const).filter((name) => !values[name].trim())];
    if (missing.length > 0) return setErrors(Object.fromEntries(missing.map((name) => [name, words.required])));
    setBusy(true);
    setErrors({});
    try {
      const body = { ...values, ticket: view.ticket, kind: chosen, locale: language, client_id: clientId.current, fields: filled(fields, custom) };
      const answer = await fetch(url, { method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      if (answer.ok) setDone((await answer.json()) as Done);
      else setErrors(troubles(answer.status, (await answer.json()) as Trouble, words));
    } catch {
      setErrors({ all: words.offline });
    }
    setBusy(false);
  };
  const again = () => {
    clientId.current = newId();
    setValues({ ...empty, name: values.name, email: values.email });
    setCustom({});
    setDone(null);
  };
  if (done) {
    return shell(
      <>
        <h2>{view.title}</h2>
        <p class="done" role="status" tabIndex={-1} ref={said} data-testid="desk-number"><Told text={words.done} value={done.number} /></p>
        {done.code && <p class="done" data-testid="desk-code"><Told text={words.code} value={done.code} /></p>}
        <button type="button" onClick={again}>{words.more}</button>
      </>,
    );
  }
  const line = (name: "name" | "email" | "subject", type: "text" | "email", autocomplete: string) => (
    <Box label={words[name]} error={errors[name]}>
      {(attributes) => (
        <input {...attributes} type={type as "text"} autocomplete={autocomplete} required maxLength={name === "subject" ? 300 : 200} dir={type === "email" ? "ltr" : "auto"}
          value={values[name]} onInput={(event) => write({ [name]: event.currentTarget.value })} data-testid={`desk-${name}`} />
      )}
    </Box>
  );
  return shell(
    <form novalidate onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <div class="head">
        <h2>{view.title}</h2>
        {!props.isFixed && (
          <select aria-label={words.language} value={language} onChange={(event) => setLanguage(event.currentTarget.value as Language)}>
            {(Object.keys(languageNames) as Language[]).map((each) => <option key={each} value={each} lang={each}>{languageNames[each]}</option>)}
          </select>
        )}
      </div>
      {view.kinds.length > 1 && (
        <Box label={words.kind} error={errors["kind"]}>
          {(attributes) => (
            <select {...attributes} value={chosen} onChange={(event) => setKind(event.currentTarget.value)} data-testid="desk-kind">
              {view.kinds.map((each) => <option key={each} value={each}>{words[`kind.${each}` as "kind.inquiry"]}</option>)}
            </select>
          )}
        </Box>
      )}
      {line("name", "text", "name")}
      {line("email", "email", "email")}
      {line("subject", "text", "off")}
      <Box label={words.text} error={errors["text"]}>
        {(attributes) => <textarea {...attributes} rows={5} required maxLength={10_000} dir="auto" value={values.text} onInput={(event) => write({ text: event.currentTarget.value })} data-testid="desk-text" />}
      </Box>
      {fields.map((field) => (
        <CustomField key={field.key} field={field} language={language} words={words} value={custom[field.key]} error={errors[`fields.${field.key}`]}
          set={(value) => setCustom({ ...custom, [field.key]: value })} />
      ))}
      {/* People do not see it; what fills it in is a program. */}
      <div class="away" aria-hidden="true">
        <input name="website" tabIndex={-1} autocomplete="off" value={values.website} onInput={(event) => write({ website: event.currentTarget.value })} />
      </div>
      {errors["all"] && <p class="error" role="alert">{errors["all"]}</p>}
      <button type="submit" disabled={isBusy} data-testid="desk-send">{isBusy ? words.sending : words.send}</button>
    </form>,
  );
}

function troubles(status: number, said: Trouble, words: { later: string; refused: string }): Record<string, string> {
  if (status === 429) return { all: words.later };
  const places = said.errors?.map(({ loc }) => loc) ?? (said.field ? [said.field] : []);
  const known = places.filter((place) => place !== "ticket" && place !== "website");
  return known.length > 0 ? Object.fromEntries(known.map((place) => [place, words.refused])) : { all: words.refused };
}

/** A sentence with a number or a code in it, which is read in its own direction and never broken. */
function Told(props: { text: string; value: string }) {
  const [before, after] = props.text.split(/\{\w+\}/);
  return <>{before}<bdi class="code" dir="ltr">{props.value}</bdi>{after}</>;
}
