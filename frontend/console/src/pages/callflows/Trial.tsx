import { Button, Card, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import type { Tier } from "../../kit/tiers";
import { exitsOf, type Flow } from "./flow";
import { useExitLabel } from "./StepCard";
import { words } from "./words";

/** Goes through a draft without a call: the reader decides what happens at each step. */
export function Trial({ flow, tiers }: { flow: Flow; tiers: Tier[] }) {
  const { say } = usePhrases(words);
  const exitLabel = useExitLabel({ tiers });
  const [gone, setGone] = useState<string[]>([flow.first]);
  const steps = gone.map((id) => flow.steps.find((step) => step.id === id));
  const last = steps.at(-1);
  const [language] = flow.languages;
  return (
    <Card withBorder p="sm" data-testid="trial">
      <Stack gap="xs" aria-live="polite">
        {steps.map((step, place) => (
          <Text size="sm" key={place}>
            {step ? <><b>{say(`kind.${step.kind}`)}</b> <bdi>{step.name}</bdi> {language && step.prompt.words[language] && <bdi>“{step.prompt.words[language]}”</bdi>}</> : say("leads_nowhere")}
          </Text>
        ))}
        <Group gap="xs">
          {last && exitsOf(last).map((exit) => <Button key={exit} size="xs" variant="light" onClick={() => setGone([...gone, last.exits[exit] ?? ""])}>{exitLabel(exit)}</Button>)}
          {gone.length > 1 && <Button size="xs" variant="subtle" onClick={() => setGone([flow.first])}>{say("from_start")}</Button>}
        </Group>
        {last && exitsOf(last).length === 0 && <Text size="sm" c="dimmed">{say("ends_here")}</Text>}
      </Stack>
    </Card>
  );
}
