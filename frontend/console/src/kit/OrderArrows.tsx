import { ActionIcon, Group } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import { call } from "../http/api";
import { usePhrases } from "../i18n/phrases";
import { useCommand } from "../live/context";
import type { List } from "./list";
import { inOrder, moved, type Placed } from "./order";
import { kitWords } from "./words";

/** Puts one of a list earlier or later; `path` is where each of them is saved, by its id. */
export function OrderArrows<T extends Placed>(props: { item: T; list: List<T>; path: string; name: string }) {
  const { item, list, name } = props;
  const { say } = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const at = inOrder(list.items).findIndex(({ id }) => id === item.id);
  const put = async (to: number) => {
    await run(async () => {
      for (const { item: each, position } of moved(list.items, item.id, to)) {
        const { id, ...values } = each;
        await call("PUT", `${props.path}/${id}`, { ...values, position });
      }
    });
    await list.reload();
  };
  const move = (to: number) => (event: MouseEvent) => {
    // The row is a link of its own.
    event.stopPropagation();
    void put(to);
  };
  return (
    <Group gap={2} wrap="nowrap" component="span">
      <ActionIcon variant="subtle" color="gray" disabled={at === 0 || isBusy} onClick={move(at - 1)} aria-label={say("earlier", { name })} data-testid="move-up"><IconArrowUp size={16} /></ActionIcon>
      <ActionIcon variant="subtle" color="gray" disabled={at === list.items.length - 1 || isBusy} onClick={move(at + 1)} aria-label={say("later", { name })} data-testid="move-down"><IconArrowDown size={16} /></ActionIcon>
    </Group>
  );
}
