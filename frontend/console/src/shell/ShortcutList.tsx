import { Group, Kbd, Modal, Stack, Switch, Text, Title } from "@mantine/core";
import { Fragment, useSyncExternalStore } from "react";
import { usePhrases } from "../i18n/phrases";
import { keyNames, scopes, singleKeys, type Shortcut } from "../kit/shortcuts";
import { isMac, shortcuts, useShortcutList } from "../kit/useShortcut";
import { kitWords } from "../kit/words";
import css from "./ShortcutList.module.css";
import { shellWords } from "./words";

/** What can be pressed now, by where; each can be switched off. */
export function ShortcutList(props: { isOpen: boolean; close: () => void }) {
  const { say } = usePhrases(shellWords);
  const kit = usePhrases(kitWords);
  const all = useShortcutList();
  return (
    <Modal opened={props.isOpen} onClose={props.close} title={say("shortcuts")} size="lg" closeButtonProps={{ "aria-label": kit.say("close") }} data-testid="shortcuts">
      <Stack>
        <Text size="sm" c="dimmed">{say("shortcuts_about")}</Text>
        <SingleKeys />
        {scopes.map((scope) => {
          const own = all.filter((shortcut) => shortcut.scope === scope);
          if (own.length === 0) return null;
          return (
            <section key={scope}>
              <Title order={3} fz="sm" mb={4}>{say(`scope.${scope}`)}</Title>
              {own.map((shortcut) => <Line key={shortcut.id} shortcut={shortcut} />)}
            </section>
          );
        })}
      </Stack>
    </Modal>
  );
}

export function SingleKeys() {
  const { say } = usePhrases(shellWords);
  const isOn = useIsOn(singleKeys);
  return (
    <Switch
      label={say("shortcuts_single")}
      description={say("shortcuts_single_about")}
      checked={isOn}
      onChange={(event) => shortcuts.toggle(singleKeys, event.currentTarget.checked)}
      data-testid="single-keys"
    />
  );
}

function Line(props: { shortcut: Shortcut }) {
  const { id, keys, word } = props.shortcut;
  const { say } = usePhrases(shellWords);
  const isOn = useIsOn(id);
  return (
    <div className={css.line} data-testid="shortcut" data-id={id}>
      <Text size="sm" flex={1}>{word}</Text>
      <Group gap={6} wrap="nowrap">
        {keys.map((each, index) => (
          <Fragment key={each}>
            {index > 0 && <Text size="xs" c="dimmed">/</Text>}
            <Keys keys={each} />
          </Fragment>
        ))}
      </Group>
      <Switch size="xs" checked={isOn} aria-label={say("shortcut_on", { name: word })} onChange={(event) => shortcuts.toggle(id, event.currentTarget.checked)} />
    </div>
  );
}

function Keys(props: { keys: string }) {
  const { say } = usePhrases(shellWords);
  return (
    <>
      {keyNames(props.keys, isMac).map((stroke, index) => (
        <Fragment key={index}>
          {index > 0 && <Text size="xs" c="dimmed">{say("shortcuts_then")}</Text>}
          <Group gap={2} wrap="nowrap" dir="ltr">{stroke.map((key) => <Kbd key={key} size="xs">{key}</Kbd>)}</Group>
        </Fragment>
      ))}
    </>
  );
}

function useIsOn(id: string): boolean {
  return useSyncExternalStore(shortcuts.subscribe, () => shortcuts.isOn(id));
}
