import { ActionIcon, Button, TextInput, Title, Text } from "@mantine/core";
import { IconPlus, IconSearch, IconX } from "@tabler/icons-react";
import { useId, type ReactNode } from "react";
import { usePhrases } from "../i18n/phrases";
import { go, pathTo } from "../shell/route";
import css from "./Kit.module.css";
import { kitWords } from "./words";

interface FrameProps {
  title: string;
  about?: string;
  /** What the button for a new one says, and where it leads. */
  add?: { label: string; to: string[] } | undefined;
  search?: { value: string; set: (value: string) => void; hint?: string } | undefined;
  tools?: ReactNode;
  side?: ReactNode;
  /** Whether the side is the larger part, as for a customer. */
  isWide?: boolean;
  children: ReactNode;
}

/** A page with a list, and beside it what was chosen; on a phone one of them at a time. */
export function Frame(props: FrameProps) {
  const { say } = usePhrases(kitWords);
  const { add, search } = props;
  const side = !props.side ? "none" : props.isWide ? "wide" : "open";
  return (
    <div className={css.page} data-side={side}>
      <div className={css.list}>
        <div className={css.inner}>
          <Title order={2} fz="xl" data-testid="page-title">{props.title}</Title>
          {props.about && <Text size="sm" c="dimmed" mt={2}>{props.about}</Text>}
          <div className={css.tools}>
            {search && (
              <TextInput
                className={css.search!}
                type="search"
                leftSection={<IconSearch size={16} aria-hidden />}
                placeholder={search.hint ?? say("search")}
                aria-label={say("search")}
                value={search.value}
                onChange={(event) => search.set(event.currentTarget.value)}
                dir={search.value === "" ? undefined : "auto"}
                data-testid="search"
              />
            )}
            {props.tools}
            {add && (
              <Button ms="auto" leftSection={<IconPlus size={18} aria-hidden />} onClick={() => go(...add.to)} data-testid="add">
                {add.label}
              </Button>
            )}
          </div>
          {props.children}
        </div>
      </div>
      {props.side}
    </div>
  );
}

/** What was chosen from the list, with the way back to it. */
export function Panel(props: { title: ReactNode; back: string[]; children: ReactNode; actions?: ReactNode }) {
  const { say } = usePhrases(kitWords);
  const id = useId();
  return (
    <section className={css.side} aria-labelledby={id} data-testid="panel">
      <div className={css.panelHead}>
        <Title order={3} fz="md" id={id} flex={1}>{props.title}</Title>
        {props.actions}
        <ActionIcon component="a" href={pathTo(...props.back)} variant="subtle" color="gray" aria-label={say("back")} data-testid="panel-close">
          <IconX size={20} />
        </ActionIcon>
      </div>
      <div className={css.panelBody}>{props.children}</div>
    </section>
  );
}
