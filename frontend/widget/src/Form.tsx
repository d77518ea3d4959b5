import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { mustAsk } from "./asking";
import { clipIcon, sendIcon } from "./icons";
import { Late } from "./Late";
import type { Live, View } from "./live";
import type { Field } from "./protocol";
import type { Speech } from "./words";

const typingEveryMs = 1_500;

export function Form(props: { live: Live; view: View; speech: Speech }) {
  const { live, view, speech } = props;
  const { say } = speech;
  const [text, setText] = useState("");
  const [trouble, setTrouble] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const typing = useTyping(live, view);
  const isNew = view.messages.length === 0 && view.outbox.length === 0;

  useLayoutEffect(() => area.current?.focus(), []);
  useEffect(() => {
    const box = area.current!;
    box.style.height = "38px";
    box.style.height = `${Math.min(120, box.scrollHeight)}px`;
  }, [text]);

  const send = () => {
    if (!text.trim()) return;
    live.write(text.trim(), []);
    setText("");
    typing("");
    area.current?.focus();
  };
  const attach = async (input: HTMLInputElement) => {
    setTrouble(false);
    try {
      for (const file of input.files ?? []) live.write("", [await live.upload(file)]);
    } catch {
      setTrouble(true);
    }
    input.value = "";
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); send(); }}>
      {isNew && !live.person.email && !view.isVerified && view.settings && !mustAsk(view.settings) && <Fields live={live} fields={view.settings.fields} speech={speech} />}
      {isNew && view.settings?.has_articles && text && <Late of="Articles" server={live.server} with={{ live, speech, text }} />}
      {trouble && <div class="foot refused" role="alert">{say("uploadFailed")}</div>}
      <div class="row">
        <label class="icon" title={say("attach")}>
          {clipIcon}
          <input type="file" class="hidden" multiple aria-label={say("attach")} disabled={!view.isUp}
            onChange={(event) => void attach(event.currentTarget)} data-testid="widget-file" />
        </label>
        <textarea
          ref={area}
          rows={1}
          value={text}
          placeholder={say("placeholder")}
          aria-label={say("placeholder")}
          dir={text ? "auto" : undefined}
          maxLength={8000}
          onInput={(event) => { setText(event.currentTarget.value); typing(event.currentTarget.value); }}
          onKeyDown={pressed}
          data-testid="widget-input"
        />
        <button type="submit" class="icon send" disabled={!text.trim()} aria-label={say("send")} data-testid="widget-send">{sendIcon}</button>
      </div>
    </form>
  );
}

/** Who is asking, if they like to say. */
function Fields(props: { live: Live; fields: Field[]; speech: Speech }) {
  const { live } = props;
  const { say } = props.speech;
  return (
    <div class="fields">
      {props.fields.map(({ key, kind, label }) => (
        <label key={key}>
          {label} ({say("optional")})
          <input
            inputmode={kind === "email" ? "email" : kind === "phone" ? "tel" : "text"}
            maxLength={100}
            autocomplete={kind === "phone" ? "tel" : kind}
            defaultValue={live.person[kind as "name"] ?? live.answers.form[key] ?? ""}
            dir={kind === "name" ? "auto" : "ltr"}
            onInput={(event) => live.answer(key, event.currentTarget.value.trim(), kind)}
            data-testid={`widget-${key}`}
          />
        </label>
      ))}
    </div>
  );
}

/** Tells the agent what is being written, at most every second and a half, and when it stopped. */
function useTyping(live: Live, view: View): (text: string) => void {
  const told = useRef({ at: 0, timer: 0 });
  const tell = (text: string) => {
    told.current.at = text ? Date.now() : 0;
    live.tell("chat.typing", { is_typing: text !== "", preview: text.slice(0, 500) });
  };
  return (text) => {
    clearTimeout(told.current.timer);
    if (!view.isUp || !view.chat || view.chat.state === "closed") return;
    const waitMs = text ? told.current.at + typingEveryMs - Date.now() : 0;
    if (waitMs <= 0) tell(text);
    else told.current.timer = window.setTimeout(() => tell(text), waitMs);
  };
}
