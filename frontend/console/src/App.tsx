import { Center, Loader } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { readSession } from "./http/api";
import { useRegion } from "./i18n/context";
import { asLanguage } from "./i18n/words";
import { LiveProvider } from "./live/context";
import { PhoneProvider } from "./phone/context";
import type { Me } from "./protocol";
import { Join } from "./shell/Join";
import { go, useRoute } from "./shell/route";
import { Shell } from "./shell/Shell";
import { SignIn } from "./shell/SignIn";

type Gate = { kind: "asking" } | { kind: "out"; isRevoked: boolean } | { kind: "in"; me: Me };

/** Whoever is signed in sees the shell, everyone else the sign-in page. */
export function App() {
  const [gate, setGate] = useState<Gate>({ kind: "asking" });
  const { speech, change } = useRegion();
  const route = useRoute();

  const enter = useCallback(
    (me: Me) => {
      const language = asLanguage(me.locale);
      change({ ...(language ? { language } : {}), calendar: me.calendar });
      setGate({ kind: "in", me });
    },
    [change],
  );
  const joined = useCallback(
    (me: Me) => {
      go("rooms");
      enter(me);
    },
    [enter],
  );
  const wasRevoked = useCallback(() => setGate({ kind: "out", isRevoked: true }), []);

  useEffect(() => {
    readSession().then(
      ({ me }) => enter(me),
      () => setGate({ kind: "out", isRevoked: false }),
    );
  }, [enter]);

  if (gate.kind === "asking") {
    return (
      <Center h="100dvh">
        <Loader aria-label={speech.say("app.loading")} />
      </Center>
    );
  }
  const [place, token] = route;
  if (gate.kind === "out" && place === "join" && token) return <Join token={token} enter={joined} leave={() => go()} />;
  if (gate.kind === "out") return <SignIn isRevoked={gate.isRevoked} enter={enter} />;
  return (
    <LiveProvider userId={gate.me.id} signedOut={wasRevoked}>
      <PhoneProvider>
        <Shell leave={() => setGate({ kind: "out", isRevoked: false })} />
      </PhoneProvider>
    </LiveProvider>
  );
}
