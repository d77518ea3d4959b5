import { useState } from "preact/hooks";
import { Box } from "../../widget/src/desk/fields";
import { apart } from "../../widget/src/desk/words";
import { call, enter, Problem } from "./api";
import { go } from "./route";
import { usePortal } from "./speech";
import { useFailure } from "./use";

interface Asked {
  id: string;
  expires_at: string;
}

/** A code goes to the own address; who has it is let in. Nothing here tells whether we know somebody. */
export function SignIn() {
  const { face, speech, setGuest } = usePortal();
  const [address, setAddress] = useState("");
  const [code, setCode] = useState("");
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isWrong, setWrong] = useState(false);
  const { trouble, run, isBusy } = useFailure();
  const label = face.ways.length > 1 ? "in.either" : face.ways[0] === "phone" ? "in.phone" : "in.email";

  const ask = () => run(async () => setAsked(await call<Asked>("POST", "/api/portal/sign-in", { address, locale: speech.language })));
  const open = () =>
    run(async () => {
      setWrong(false);
      try {
        setGuest(await enter({ id: asked!.id, code }));
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 401) throw error;
        setWrong(true);
      }
    });
  return (
    <section class="card narrow" aria-labelledby="enter">
      <h1 id="enter">{speech.say("enter")}</h1>
      {asked === null ? (
        <form onSubmit={(event) => { event.preventDefault(); void ask(); }}>
          <p>{speech.say("in.about")}</p>
          <Box label={speech.say(label)} error={trouble || undefined}>
            {(attributes) => (
              <input {...attributes} type="text" inputMode={face.ways.length > 1 ? "text" : face.ways[0] === "phone" ? "tel" : "email"} autocomplete={label === "in.phone" ? "tel" : "email"}
                required dir="ltr" value={address} onInput={(event) => setAddress(event.currentTarget.value)} data-testid="address" />
            )}
          </Box>
          <button type="submit" disabled={isBusy || address.trim() === ""} data-testid="send-code">{speech.say("in.send")}</button>
        </form>
      ) : (
        <form onSubmit={(event) => { event.preventDefault(); void open(); }}>
          <p role="status">{speech.say(face.registration === "anyone" ? "in.sent_anyone" : "in.sent", { address: apart(address) })}</p>
          <Box label={speech.say("in.code")} error={isWrong ? speech.say("in.wrong") : trouble || undefined}>
            {(attributes) => (
              <input {...attributes} type="text" class="code" inputMode="numeric" autocomplete="one-time-code" required dir="ltr" maxLength={12} value={code}
                onInput={(event) => setCode(event.currentTarget.value)} data-testid="code" />
            )}
          </Box>
          <div class="row">
            <button type="submit" disabled={isBusy || code.trim() === ""} data-testid="open">{speech.say("in.open")}</button>
            <button type="button" class="quiet" onClick={() => { setAsked(null); setCode(""); setWrong(false); }}>{speech.say("in.other")}</button>
          </div>
        </form>
      )}
    </section>
  );
}

/** Where the link of a mail leads. It asks to be pressed: a program that looks at links in mails does not use it up. */
export function ByLink(props: { id: string; link: string }) {
  const { speech, setGuest } = usePortal();
  const { isBusy, run } = useFailure();
  const [isWrong, setWrong] = useState(false);
  const open = () =>
    run(async () => {
      try {
        setGuest(await enter({ id: props.id, link: props.link }));
        go();
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 401) throw error;
        setWrong(true);
      }
    });
  return (
    <section class="card narrow">
      <h1>{speech.say("in.link")}</h1>
      {isWrong ? (
        <>
          <p class="error" role="alert">{speech.say("in.wrong")}</p>
          <a class="button" href="#/">{speech.say("enter")}</a>
        </>
      ) : (
        <button type="button" disabled={isBusy} onClick={() => void open()} data-testid="open-link">{speech.say("in.open")}</button>
      )}
    </section>
  );
}
