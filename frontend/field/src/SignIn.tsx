import { useState } from "preact/hooks";
import { Problem } from "./api";
import { useField } from "./use";
import type { Words } from "./words";

const troubles: Record<number, keyof Words> = { 0: "error.offline", 401: "wrong", 422: "wrong", 429: "error.many" };

/** The staff's own names and passwords; also when a session ended while there was work to be sent. */
export function SignIn() {
  const { phone, speech, snapshot } = useField();
  const [login, setLogin] = useState(snapshot.me?.login ?? "");
  const [password, setPassword] = useState("");
  const [trouble, setTrouble] = useState<keyof Words | null>(null);
  const [isBusy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      await phone.enter(login.trim(), password);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setTrouble(troubles[error.status] ?? "error.other");
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="card narrow" onSubmit={(event) => { event.preventDefault(); void enter(); }} aria-label={speech.say("enter")}>
      {snapshot.isOut ? <p>{speech.say("out.about")}</p> : <h1>{speech.say("enter")}</h1>}
      <label>{speech.say("login")}
        <input dir="ltr" autocomplete="username" autocapitalize="none" required value={login} onInput={(event) => setLogin(event.currentTarget.value)} data-testid="login" />
      </label>
      <label>{speech.say("password")}
        <input dir="ltr" type="password" autocomplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} data-testid="password" />
      </label>
      {trouble && <p class="error" role="alert">{speech.say(trouble)}</p>}
      <button type="submit" disabled={isBusy} data-testid="enter">{speech.say("enter")}</button>
    </form>
  );
}
