import { Alert, Button, Card, Group, List, Text, TextInput, ThemeIcon, Title } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { call, Problem } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { asciiDigits } from "../../kit/fold";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { byNumber } from "../tickets/Links";
import { unfinished, type Catalogue, type Conditions, type Held } from "./automation";
import { fieldKey, type Choices } from "./choices";
import { partWords } from "./partWords";
import { words } from "./words";

interface TrialProps {
  conditions: Conditions;
  catalogue: Catalogue;
  choices: Choices;
}

/** Holds the conditions, as they stand in the form, against one ticket; nothing is done. */
export function Trial(props: TrialProps) {
  const { conditions, catalogue, choices } = props;
  const { say } = usePhrases(words);
  const parts = usePhrases(partWords);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const [number, setNumber] = useState("");
  const [isGone, setGone] = useState(false);
  const [tried, setTried] = useState<{ number: string; holds: boolean; conditions: Held[] } | null>(null);
  const isOpen = [...conditions.all, ...conditions.any].some(unfinished);
  const look = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      setTried(null);
      try {
        const ticket = await byNumber(number);
        const answer = await call<{ holds: boolean; conditions: Held[] }>("POST", "/api/automation/try", { conditions, ticket_id: ticket.id });
        setTried({ ...answer, number: ticket.number });
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 404) throw error;
        setGone(true);
      }
    });
  };
  const factOf = (name: string) => catalogue.facts.find((each) => each.name === name) ?? { name, names: null, shape: "text" as const };
  return (
    <Card withBorder p="sm" mt="lg" component="form" onSubmit={look}>
      <Title order={4} fz="sm">{say("trial")}</Title>
      <Text size="xs" c="dimmed">{say("trial_hint")}</Text>
      <Group align="end" gap="xs" wrap="nowrap" mt="xs">
        <TextInput label={say("ticket_number")} value={number} dir="ltr" flex={1} autoComplete="off" onChange={(event) => { setNumber(asciiDigits(event.currentTarget.value)); setGone(false); }} error={isGone ? kit.say("gone") : undefined} data-testid="trial-number" />
        <Button type="submit" variant="default" disabled={number.trim() === "" || isOpen} loading={isBusy} data-testid="trial-try">{say("try")}</Button>
      </Group>
      {isOpen && <Text size="xs" c="dimmed" mt={4}>{say("trial_open")}</Text>}
      {tried && (
        <Alert color={tried.holds ? "teal" : "gray"} mt="sm" role="status" data-testid="trial-result" data-holds={tried.holds} title={say(tried.holds ? "would_act" : "would_not_act", { number: tried.number })}>
          <List spacing={4} size="sm" center>
            {tried.conditions.map((held, at) => (
              <List.Item key={at} icon={<ThemeIcon size={18} radius="xl" color={held.holds ? "teal" : "gray"} aria-label={say(held.holds ? "holds" : "holds_not")} role="img">{held.holds ? <IconCheck size={12} /> : <IconX size={12} />}</ThemeIcon>}>
                {choices.factName(factOf(held.fact))} {parts.say(`operation.${held.operation}`)}: <bdi>{choices.said(factOf(held.fact).shape, held.found, fieldKey(held.fact))}</bdi>
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Card>
  );
}
