import { Alert, Button, Center, Group, Image, Paper, PasswordInput, SegmentedControl, Stack, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { Problem, signIn } from "../http/api";
import { useFace } from "./face";
import { useRegion } from "../i18n/context";
import { offeredLanguages, type Language } from "../i18n/words";
import type { Me } from "../protocol";

export function SignIn(props: { isRevoked: boolean; enter: (me: Me) => void }) {
  const { speech, language, change } = useRegion();
  const face = useFace();
  const { say } = speech;
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      props.enter((await signIn(login.trim(), password)).me);
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, "urn:markaz:problem:offline", String(error)));
      setBusy(false);
    }
  };

  const trouble = (): string => {
    if (problem?.status === 401) return say("sign_in.wrong");
    if (problem?.status === 429) return say("sign_in.too_many", { seconds: problem.retryAfterSeconds ?? 60 });
    if (problem?.status === 0) return say("sign_in.unreachable");
    return say(`problem.${problem?.kind ?? "unavailable"}`);
  };

  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack w="100%" maw={380} gap="lg">
        <Group justify="center" gap="sm">
          <Image src={face?.logo || `${import.meta.env.BASE_URL}icon.svg`} alt="" w={40} h={40} />
          <Title order={1} fz={28}>
            <bdi>{face?.name || say("app.name")}</bdi>
          </Title>
        </Group>
        <Paper withBorder shadow="sm" p="lg" radius="lg">
          <form onSubmit={(event) => void submit(event)}>
            <Stack>
              {props.isRevoked && !problem && <Alert color="yellow">{say("sign_in.revoked")}</Alert>}
              {problem && (
                <Alert color="red" role="alert" data-testid="sign-in-problem">
                  {trouble()}
                </Alert>
              )}
              <TextInput
                label={say("sign_in.login")}
                value={login}
                onChange={(event) => setLogin(event.currentTarget.value)}
                autoComplete="username"
                autoCapitalize="none"
                autoFocus
                required
                withAsterisk={false}
                dir="ltr"
                labelProps={{ dir: "auto" }}
                data-testid="sign-in-login"
              />
              <PasswordInput
                label={say("sign_in.password")}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                autoComplete="current-password"
                required
                withAsterisk={false}
                data-testid="sign-in-password"
              />
              <Button type="submit" loading={isBusy} data-testid="sign-in-submit">
                {say("sign_in.submit")}
              </Button>
            </Stack>
          </form>
        </Paper>
        <SegmentedControl
          aria-label={say("menu.language")}
          value={language}
          onChange={(value) => change({ language: value as Language })}
          data={offeredLanguages(face?.languages, language)}
        />
      </Stack>
    </Center>
  );
}
