import { Alert, Anchor, Button, Center, Loader, Paper, PasswordInput, SegmentedControl, Stack, Text, TextInput, Title } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { call, Problem, signIn } from "../http/api";
import { useRegion } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { languages, type Language } from "../i18n/words";
import type { Me } from "../protocol";
import { words } from "./joinWords";

interface Invited {
  room_name: string;
  by_name: string;
  email: string;
}

/** The way in for a guest from another organisation: the link's token shows what it is for, and works once. */
export function Join(props: { token: string; enter: (me: Me) => void; leave: () => void }) {
  const { token } = props;
  const { speech, language, change } = useRegion();
  const { say } = usePhrases(words);
  const [invited, setInvited] = useState<Invited | null>(null);
  const [trouble, setTrouble] = useState<"gone" | "trouble" | "taken" | null>(null);
  useEffect(() => {
    call<Invited>("POST", "/api/invitations/look", { token }).then(setInvited, (error: unknown) => setTrouble(troubleOf(error)));
  }, [token]);
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack w="100%" maw={400} gap="lg">
        <Title order={1} fz={26} ta="center">{say("title")}</Title>
        <Paper withBorder shadow="sm" p="lg" radius="lg">
          {trouble && <Alert color="red" role="alert" mb="md" data-testid="join-trouble">{say(trouble)}</Alert>}
          {invited && trouble !== "gone" && <JoinForm token={token} invited={invited} enter={props.enter} failed={setTrouble} />}
          {!invited && !trouble && <Loader aria-label={speech.say("app.loading")} />}
          {trouble && <Anchor component="button" type="button" mt="md" onClick={props.leave}>{say("sign_in")}</Anchor>}
        </Paper>
        <SegmentedControl aria-label={speech.say("menu.language")} value={language} onChange={(value) => change({ language: value as Language })}
          data={Object.entries(languages).map(([value, { name }]) => ({ value, label: name }))} />
      </Stack>
    </Center>
  );
}

function JoinForm(props: { token: string; invited: Invited; enter: (me: Me) => void; failed: (trouble: "gone" | "trouble" | "taken" | null) => void }) {
  const { token, invited } = props;
  const { language } = useRegion();
  const { say } = usePhrases(words);
  const [name, setName] = useState("");
  const [organisation, setOrganisation] = useState("");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const join = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    props.failed(null);
    try {
      const guest = { name: name.trim(), organisation: organisation.trim(), password, locale: language };
      const { login } = await call<{ login: string }>("POST", "/api/invitations/accept", { token, ...guest });
      props.enter((await signIn(login, password)).me);
    } catch (error) {
      props.failed(troubleOf(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void join(event)}>
      <Stack>
        <Text>{say("about", { by: invited.by_name, room: invited.room_name })}</Text>
        <Text size="sm" c="dimmed">{say("email")} <bdi dir="ltr">{invited.email}</bdi></Text>
        <TextInput label={say("name")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={200} autoComplete="name" dir={name === "" ? undefined : "auto"} required withAsterisk={false} data-testid="join-name" />
        <TextInput label={say("organisation")} value={organisation} onChange={(event) => setOrganisation(event.currentTarget.value)} maxLength={200} autoComplete="organization" dir={organisation === "" ? undefined : "auto"} required withAsterisk={false} data-testid="join-organisation" />
        <PasswordInput label={say("password")} description={say("password_about")} value={password} onChange={(event) => setPassword(event.currentTarget.value)} minLength={10} maxLength={200} autoComplete="new-password" required withAsterisk={false} data-testid="join-password" />
        <Button type="submit" loading={isBusy} data-testid="join">{say("submit")}</Button>
      </Stack>
    </form>
  );
}

function troubleOf(error: unknown): "gone" | "trouble" | "taken" {
  if (error instanceof Problem && error.status === 404) return "gone";
  return error instanceof Problem && error.status === 409 ? "taken" : "trouble";
}
