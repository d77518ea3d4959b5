import { Button, Card, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import type { Tier } from "../../kit/tiers";
import { soundId, type Sound } from "../callsounds/sound";
import { exitsOf, type Flow } from "./flow";
import { useExitLabel } from "./exits";
import { words } from "./words";

/** Goes through a draft without a call: the reader decides what happens at each step. */
export function Trial({ flow, tiers, sounds }: { flow: Flow; tiers: Tier[]; sounds: Sound[] }) {
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
            {step ? <><b>{say(`kind.${step.kind}`)}</b> <bdi>{step.name}</bdi> {language && <Said sound={step.prompt.sounds[language]} words={step.prompt.words[language]} sounds={sounds} />}</> : say("leads_nowhere")}
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

/** What the caller hears: the sound by its name, where one is played, else the words. */
function Said(props: { sound: string | undefined; words: string | undefined; sounds: Sound[] }) {
  const { sound, words: said } = props;
  if (sound) return <bdi data-testid="trial-sound">♪ {props.sounds.find(({ id }) => id === soundId(sound))?.name ?? sound}</bdi>;
  return said ? <bdi>“{said}”</bdi> : null;
}
