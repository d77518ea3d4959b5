import { Center, Loader, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { usePhrases } from "../i18n/phrases";
import { Panel } from "./Frame";
import type { List } from "./list";
import { kitWords } from "./words";

interface DetailProps<T> {
  id: string;
  list: List<T>;
  idOf: (item: T) => string;
  back: string[];
  newTitle?: string;
  titleOf: (item: T) => ReactNode;
  /** The form; it begins anew with each `key`. */
  children: (item: T | null, begin: { key: string; reload: () => void }) => ReactNode;
}

/** The panel of one item of a list, or of a new one (`new`). Reloading reads the list again and begins the form anew. */
export function Detail<T>(props: DetailProps<T>) {
  const { id, list } = props;
  const { say } = usePhrases(kitWords);
  const [round, setRound] = useState(0);
  const item = list.items.find((each) => props.idOf(each) === id);
  const reload = () => void list.reload().then(() => setRound((old) => old + 1));
  const begin = { key: `${id} ${round}`, reload };
  if (id === "new") return <Panel title={props.newTitle} back={props.back}>{props.children(null, begin)}</Panel>;
  if (item) return <Panel title={props.titleOf(item)} back={props.back}>{props.children(item, begin)}</Panel>;
  return (
    <Panel title="" back={props.back}>
      <Center mih={120}>{list.isBusy ? <Loader size="sm" /> : <Text c="dimmed">{say("gone")}</Text>}</Center>
    </Panel>
  );
}
