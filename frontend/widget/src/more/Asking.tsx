import { useState } from "preact/hooks";
import { Articles } from "./Articles";
import type { Live } from "../live";
import type { Field, WidgetSettings } from "../protocol";
import type { Speech } from "../words";

const isContact = ({ kind }: Field) => kind === "email" || kind === "phone";
const modes = { email: "email", phone: "tel", name: "text", text: "text", select: "text" } as const;

/** The form before a chat; or, while nobody is there, the one that leaves a message. */
export function Asking(props: { live: Live; settings: WidgetSettings; speech: Speech; isOffline: boolean; done: () => void }) {
  const { live, settings, isOffline } = props;
  const { say, moment } = props.speech;
  const { consent, departments } = settings;
  const [form, setForm] = useState(live.answers.form);
  const [department, setDepartment] = useState(live.answers.department ?? "");
  const [isAgreed, setAgreed] = useState(consent !== null && live.answers.consent === consent.version);
  const [text, setText] = useState("");
  const [faults, setFaults] = useState<Record<string, string>>({});
  // Without an address nobody could answer a message that was left.
  const fields = isOffline && !settings.fields.some(isContact) ? [...settings.fields, emailField(say("email"))] : settings.fields;

  const check = () => {
    const found: Record<string, string> = {};
    for (const field of fields) {
      const value = form[field.key]?.trim();
      if (field.is_required && !value && !live.view.isVerified) found[field.key] = say("required");
      if (field.kind === "email" && value && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) found[field.key] = say("notEmail");
    }
    if (departments.length > 0 && !department && !isOffline) found["department"] = say("required");
    if (consent?.is_required && !isAgreed) found["consent"] = say("consentMissing");
    if (isOffline && !text.trim()) found["message"] = say("required");
    if (isOffline && !live.view.isVerified && !fields.some((field) => isContact(field) && form[field.key]?.trim())) found[fields.find(isContact)!.key] = say("contact");
    return found;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const found = check();
    setFaults(found);
    const [first] = Object.keys(found);
    if (first) {
      (event.currentTarget as HTMLFormElement).querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    const email = fields.find(({ kind }) => kind === "email");
    if (email && form[email.key] && !settings.fields.includes(email)) live.person.email = form[email.key]!;
    live.save({ form: known(settings, form), department: isOffline ? null : department || null, consent: isAgreed && consent ? consent.version : null });
    if (isOffline) live.write(text.trim(), [], true);
    props.done();
  };
  const row = (key: string, label: string, control: preact.ComponentChildren, isRequired = false) => (
    <label key={key}>
      <span>{label}{isRequired ? " *" : ""}</span>
      {control}
      {faults[key] && <span class="refused" role="alert">{faults[key]}</span>}
    </label>
  );
  const choose = (name: string, value: string, set: (value: string) => void, options: Field["options"]) => (
    <select name={name} value={value} onChange={(event) => set(event.currentTarget.value)} aria-invalid={name in faults} data-testid={`ask-${name}`}>
      <option value="">{say("choose")}</option>
      {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
    </select>
  );

  return (
    <form class="ask" onSubmit={submit} noValidate data-testid={isOffline ? "widget-offline-form" : "widget-ask"}>
      {isOffline && (
        <p>
          <b>{say("offlineTitle")}</b><br />
          {settings.answer_by ? say("offlineText", moment(settings.answer_by)) : say("offlineOpen")}
        </p>
      )}
      {departments.length > 0 && !isOffline && row("department", say("department"), choose("department", department, setDepartment, departments), true)}
      {fields.map((field) => {
        const set = (value: string) => setForm({ ...form, [field.key]: value });
        const value = form[field.key] ?? "";
        const isLeft = field.kind === "email" || field.kind === "phone";
        return row(field.key, field.label, field.kind === "select" ? choose(field.key, value, set, field.options) : (
          <input
            name={field.key} value={value} inputMode={modes[field.kind]} maxLength={field.kind === "text" ? 1000 : 100} dir={isLeft ? "ltr" : "auto"}
            autocomplete={field.kind === "phone" ? "tel" : field.kind === "text" ? "off" : field.kind}
            aria-invalid={field.key in faults} onInput={(event) => set(event.currentTarget.value)} data-testid={`ask-${field.key}`}
          />
        ), field.is_required);
      })}
      {isOffline && row("message", say("message"), (
        <textarea name="message" rows={4} maxLength={8000} dir="auto" value={text} onInput={(event) => setText(event.currentTarget.value)} aria-invalid={"message" in faults} data-testid="ask-message" />
      ), true)}
      {isOffline && settings.has_articles && <Articles live={live} speech={props.speech} text={text} />}
      {consent && (
        <label class="check">
          <input type="checkbox" name="consent" checked={isAgreed} onChange={(event) => setAgreed(event.currentTarget.checked)} data-testid="ask-consent" />
          <span dir="auto">{consent.text}</span>
          {faults["consent"] && <span class="refused" role="alert">{faults["consent"]}</span>}
        </label>
      )}
      <button type="submit" class="main" data-testid="ask-submit">{say(isOffline ? "leave" : "begin")}</button>
    </form>
  );
}

const emailField = (label: string): Field => ({ key: "email", kind: "email", label, is_required: false, options: [] });

/** Only what the server asks for: a field that is gone since is nothing to it. */
function known(settings: WidgetSettings, form: Record<string, string>): Record<string, string> {
  return Object.fromEntries(settings.fields.flatMap(({ key }) => (form[key]?.trim() ? [[key, form[key]]] : [])));
}
