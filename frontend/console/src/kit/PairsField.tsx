import { ActionIcon, Button, Group, Input, Select, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { usePhrases } from "../i18n/phrases";
import { asciiDigits } from "./fold";
import { byId, useList } from "./list";
import { kitWords } from "./words";

interface PairsFieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  testid?: string;
  value: Record<string, string>;
  set: (value: Record<string, string>) => void;
  /** What stands on the left and on the right, for who cannot see them beside each other. */
  ofName: string;
  ofValue: string;
  isOfPeople: boolean;
}

type Pair = [name: string, value: string];

const pairsOf = (value: Record<string, string>): Pair[] => Object.entries(value);

/** What is known under a name: which number of ours for which country, which extension is whose. */
export function PairsField(props: PairsFieldProps) {
  const { say } = usePhrases(kitWords);
  // Lines that are not whole yet are nobody's but the form's.
  const [pairs, setPairs] = useState<Pair[]>(() => pairsOf(props.value));
  const change = (next: Pair[]) => {
    setPairs(next);
    props.set(Object.fromEntries(next.filter(([name, value]) => name !== "" && value !== "")));
  };
  const put = (at: number, pair: Pair) => change(pairs.map((each, other) => (other === at ? pair : each)));
  return (
    <Input.Wrapper label={props.label} description={props.hint} error={props.error}>
      <Stack gap="xs" mt={4} data-testid={props.testid}>
        {pairs.map(([name, value], at) => (
          <Group key={at} gap="xs" wrap="nowrap" dir="ltr">
            <TextInput aria-label={props.ofName || props.label} placeholder={props.ofName} value={name} dir="ltr" w={120} onChange={(event) => put(at, [asciiDigits(event.currentTarget.value).trim(), value])} data-testid="pair-name" />
            {props.isOfPeople ? (
              <Person label={props.ofValue || props.label} value={value} set={(id) => put(at, [name, id])} />
            ) : (
              <TextInput aria-label={props.ofValue || props.label} placeholder={props.ofValue} value={value} dir="ltr" flex={1} onChange={(event) => put(at, [name, asciiDigits(event.currentTarget.value).trim()])} data-testid="pair-value" />
            )}
            <ActionIcon variant="subtle" color="red" aria-label={say("remove", { name: name || props.ofName || props.label })} onClick={() => change(pairs.filter((_, other) => other !== at))}><IconTrash size={18} /></ActionIcon>
          </Group>
        ))}
        <Button size="xs" variant="default" leftSection={<IconPlus size={16} />} onClick={() => change([...pairs, ["", ""]])} style={{ alignSelf: "flex-start" }} data-testid="add-pair">{say("add")}</Button>
      </Stack>
    </Input.Wrapper>
  );
}

function Person(props: { label: string; value: string; set: (id: string) => void }) {
  const people = useList<{ id: string; name: string }>("/api/staff?limit=200", byId);
  return <Select aria-label={props.label} placeholder={props.label} flex={1} searchable value={props.value || null} onChange={(id) => props.set(id ?? "")} data={people.items.map(({ id, name }) => ({ value: id, label: name }))} data-testid="pair-value" />;
}
