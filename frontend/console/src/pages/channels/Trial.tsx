import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconStethoscope, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField } from "../../kit/fields";
import { useProblemText } from "../../live/context";
import { providerOf, providers } from "./providers";
import { trialWords } from "./trialWords";

interface Step {
  step: string;
  fault: string;
  detail: string;
}

type Tried = { steps: Step[] } | { problem: string } | null;

/** Tries the settings as they stand in the form, saved or not, and says of each step what is wrong. */
export function Trial(props: { kind: string; accountId: string | null; settings: () => Record<string, unknown> }) {
  const { say } = usePhrases(trialWords);
  const textOf = useProblemText();
  const [isBusy, setBusy] = useState(false);
  const [tried, setTried] = useState<Tried>(null);
  const attempt = async () => {
    setBusy(true);
    setTried(null);
    try {
      setTried(await call<{ steps: Step[] }>("POST", "/api/accounts/trial", { kind: props.kind, account_id: props.accountId, settings: props.settings() }));
    } catch (error) {
      // A field that is missing is named by the server.
      setTried({ problem: error instanceof Error && error.message !== "" ? error.message : textOf(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="xs">
      <Button variant="default" leftSection={<IconStethoscope size={18} aria-hidden />} loading={isBusy} onClick={() => void attempt()} data-testid="check">
        {say("try")}
      </Button>
      {props.kind === "email" && <Text size="xs" c="dimmed">{say("try_hint")}</Text>}
      {tried && <Outcome tried={tried} />}
    </Stack>
  );
}

function Outcome(props: { tried: NonNullable<Tried> }) {
  const { tried } = props;
  const { say } = usePhrases(trialWords);
  if ("problem" in tried) return <Alert color="red" role="status" data-testid="checked" data-good={false}><span dir="auto">{tried.problem}</span></Alert>;
  const isGood = tried.steps.every(({ fault }) => fault === "");
  return (
    <Alert color={isGood ? "teal" : "red"} role="status" title={say(isGood ? "good" : "bad")} data-testid="checked" data-good={isGood}>
      <Stack gap={6}>
        {tried.steps.map((step) => <StepLine key={step.step} step={step} />)}
        {tried.steps.length === 0 && <Text size="sm">{say("nothing")}</Text>}
      </Stack>
    </Alert>
  );
}

function StepLine(props: { step: Step }) {
  const { step, fault, detail } = props.step;
  const { sayAny } = usePhrases(trialWords);
  return (
    <div data-testid="trial-step" data-step={step} data-fault={fault}>
      <Group gap={6} wrap="nowrap">
        {fault === "" ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
        <Text size="sm" fw={fault === "" ? 400 : 600}>{sayAny("step", step, step)}</Text>
      </Group>
      {fault !== "" && <Text size="sm">{sayAny("fault", fault, "")}</Text>}
      {detail !== "" && <Text size="xs" dir="auto" style={{ overflowWrap: "anywhere" }}>{detail}</Text>}
    </div>
  );
}

/** Servers of a known provider at one choice; the one that the address tells is suggested. */
export function ProviderField(props: { values: Record<string, unknown>; set: (values: Record<string, unknown>) => void }) {
  const { say } = usePhrases(trialWords);
  const host = String(props.values["imap_host"] ?? "");
  const chosen = providers.find(({ settings }) => settings["imap_host"] === host && host !== "" && settings["smtp_host"] === props.values["smtp_host"]);
  const suggested = providerOf(String(props.values["address"] ?? ""));
  const choose = (id: string | null) => {
    const found = providers.find((one) => one.id === id);
    if (!found) return;
    const user = props.values["address"];
    props.set({ ...props.values, sign_in: "password", ...found.settings, imap_user: user, smtp_user: user });
  };
  return (
    <Stack gap={4}>
      <ChoiceField label={say("provider")} hint={say("provider_hint")} placeholder={say("provider_own")} value={chosen?.id ?? null} set={choose} options={providers.map(({ id, name }) => ({ value: id, label: name }))} testid="field-provider" />
      {suggested && suggested !== chosen && host === "" && (
        <Button size="compact-sm" variant="subtle" onClick={() => choose(suggested.id)} data-testid="use-provider">{say("use", { name: suggested.name })}</Button>
      )}
      {chosen && <Text size="xs" c="dimmed" data-testid="provider-asks">{say(`asks.${chosen.asks}`)}</Text>}
    </Stack>
  );
}
