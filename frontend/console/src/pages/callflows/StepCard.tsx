import { ActionIcon, Badge, Button, Card, Group, Menu, Select, Stack, Text } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { kitWords } from "../../kit/words";
import { changed, exitsOf, keys, kinds, shape, withExit, withoutExit, withStep, type Fault, type Flow, type Kind, type Step } from "./flow";
import { useExitLabel } from "./exits";
import { StepFields, type Choices } from "./StepFields";
import { words } from "./words";

interface TreeProps {
  flow: Flow;
  set: (flow: Flow) => void;
  choices: Choices;
  problems: Fault[];
}

const deepest = 3;

/** Steps as cards within cards, each where the first way to it leads; other ways name it. */
export function StepTree(props: TreeProps) {
  const { flow, set } = props;
  const { say } = usePhrases(words);
  const first = flow.steps.find(({ id }) => id === flow.first);
  const places = shape(flow);
  if (!first) return <AddStep label={say("first")} add={(kind) => set(withStep(flow, kind).flow)} testid="first-step" />;
  return <StepCard {...props} step={first} places={places} depth={0} />;
}

interface CardProps extends TreeProps {
  step: Step;
  places: ReturnType<typeof shape>;
  depth: number;
}

function StepCard(props: CardProps) {
  const { step, flow, set } = props;
  const { say } = usePhrases(words);
  const change = (part: Partial<Step>) => set(changed(flow, step.id, (old) => ({ ...old, ...part })));
  const isWrong = props.problems.some((each) => each.step === step.id);
  return (
    <Card withBorder p="sm" role="group" aria-label={`${say(`kind.${step.kind}`)} ${step.name}`} style={isWrong ? { borderColor: "var(--mantine-color-yellow-6)" } : {}} data-testid="step" data-step={step.id}>
      <Stack gap="xs">
        <Group gap="xs"><Badge variant="light" tt="none">{say(`kind.${step.kind}`)}</Badge><Text size="sm" fw={600}><bdi>{step.name}</bdi></Text></Group>
        <StepFields step={step} languages={flow.languages} set={change} choices={props.choices} />
        {exitsOf(step).map((exit) => <Exit key={exit} {...props} exit={exit} />)}
        {step.kind === "menu" && <AddKey {...props} />}
        {step.kind === "customer" && <AddTier {...props} />}
      </Stack>
    </Card>
  );
}

/** A way out of a step: what follows is shown in it, or named where it is shown elsewhere. */
function Exit(props: CardProps & { exit: string }) {
  const { step, flow, set, exit, places } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const to = step.exits[exit];
  const target = flow.steps.find(({ id }) => id === to);
  const place = target && places.get(target.id);
  const isHere = Boolean(target && place && place.from === step.id && place.exit === exit);
  const label = useExitLabel(props.choices)(exit);
  const isOwn = keys.includes(exit) || exit.startsWith("tier:");
  return (
    <Stack gap={6} ps={props.depth < deepest ? "sm" : 0} style={{ borderInlineStart: "2px solid var(--mantine-color-default-border)" }} data-testid="exit" data-exit={exit}>
      <Group gap="xs" ps={props.depth < deepest ? 0 : "sm"}>
        <Text size="sm" fw={500}>{label}</Text>
        {target && !isHere && <Badge variant="outline" tt="none" color="gray">{say("goes_to", { name: target.name || say(`kind.${target.kind}`) })}</Badge>}
        {(target || isOwn) && <ActionIcon size="sm" variant="subtle" color="red" aria-label={kit.say("remove", { name: label })} onClick={() => set(withoutExit(flow, step.id, exit))}><IconX size={14} /></ActionIcon>}
      </Group>
      {!target && (
        <Group gap="xs">
          <AddStep label={say("add_step")} add={(kind) => set(withStep(flow, kind, { id: step.id, exit }).flow)} testid={`add-${step.id}-${exit}`} />
          <Select size="xs" aria-label={say("lead_to")} placeholder={say("lead_to")} value={null} data={flow.steps.map((each) => ({ value: each.id, label: each.name || `${say(`kind.${each.kind}`)} (${each.id})` }))} onChange={(id) => id && set(withExit(flow, step.id, exit, id))} data-testid={`lead-${step.id}-${exit}`} />
        </Group>
      )}
      {target && isHere && <StepCard {...props} step={target} depth={props.depth + 1} />}
    </Stack>
  );
}

function AddStep(props: { label: string; add: (kind: Kind) => void; testid: string }) {
  const { say } = usePhrases(words);
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target><Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} data-testid={props.testid}>{props.label}</Button></Menu.Target>
      <Menu.Dropdown>
        {kinds.map((kind) => <Menu.Item key={kind} onClick={() => props.add(kind)} data-testid={`kind-${kind}`}>{say(`kind.${kind}`)}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A further key: it leads nowhere until a step is put there. */
function AddKey(props: CardProps) {
  const { step, flow, set } = props;
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const free = keys.filter((key) => !(key in step.exits)).map((key) => ({ value: key, label: speech.keys(key) }));
  return <Select size="xs" w={160} aria-label={say("add_key")} placeholder={say("add_key")} value={null} data={free} onChange={(key) => key && set(withExit(flow, step.id, key, ""))} data-testid={`key-${step.id}`} />;
}

function AddTier(props: CardProps) {
  const { step, flow, set } = props;
  const { say } = usePhrases(words);
  const free = props.choices.tiers.filter(({ id }) => !(`tier:${id}` in step.exits));
  if (free.length === 0) return null;
  return <Select size="xs" w={200} aria-label={say("add_tier")} placeholder={say("add_tier")} value={null} data={free.map(({ id, name }) => ({ value: `tier:${id}`, label: name }))} onChange={(exit) => exit && set(withExit(flow, step.id, exit, ""))} data-testid={`tier-${step.id}`} />;
}
