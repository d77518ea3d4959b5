import { ActionIcon, Button, Card, Group, Stack } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { usePhrases } from "../i18n/phrases";
import { kitWords } from "./words";

interface RepeatedProps<T> {
  items: T[];
  set: (items: T[]) => void;
  fresh: () => T;
  add: string;
  nameOf: (item: T, at: number) => string;
  testid: string;
  children: (item: T, set: (part: Partial<T>) => void, at: number) => ReactNode;
}

/** A list whose items are added at its end and removed anywhere. */
export function Repeated<T>(props: RepeatedProps<T>) {
  const { items, set } = props;
  const { say } = usePhrases(kitWords);
  return (
    <Stack gap="sm">
      {items.map((item, at) => (
        <Card key={at} withBorder p="sm" data-testid={props.testid}>
          <Group justify="flex-end" mb={-8}>
            <ActionIcon variant="subtle" color="red" aria-label={say("remove", { name: props.nameOf(item, at) })} onClick={() => set(items.filter((_, other) => other !== at))}>
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
          <Stack gap="xs">{props.children(item, (part) => set(items.map((each, other) => (other === at ? { ...each, ...part } : each))), at)}</Stack>
        </Card>
      ))}
      <Button size="xs" variant="default" leftSection={<IconPlus size={16} />} onClick={() => set([...items, props.fresh()])} style={{ alignSelf: "flex-start" }} data-testid={`add-${props.testid}`}>{props.add}</Button>
    </Stack>
  );
}
