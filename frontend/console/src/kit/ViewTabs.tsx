import { ActionIcon, Button, Group, Menu, Modal, Stack, Switch, TextInput } from "@mantine/core";
import { IconChevronDown, IconDeviceFloppy, IconStar, IconUsers } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { usePhrases } from "../i18n/phrases";
import { useCommand, useFeed } from "../live/context";
import { Name } from "../pages/work/Name";
import css from "./Views.module.css";
import type { SavedView, Table } from "./table";
import { tableWords } from "./tableWords";
import { kitWords } from "./words";

type Asking = "no" | "new" | "name";

/** The views of a list, and what can be done with the chosen one. */
export function ViewTabs(props: { table: Table; title: string }) {
  const { table } = props;
  const { chosen, isChanged, views } = table;
  const { me } = useFeed();
  const { say } = usePhrases(tableWords);
  const { run } = useCommand();
  const [asking, setAsking] = useState<Asking>("no");
  const isOwn = chosen !== null && chosen.owner_id === me.id;
  return (
    <Group gap={6} role="group" aria-label={say("views")} data-testid="views">
      <Tab isChosen={chosen === null} choose={() => table.choose(null)} testid="views-all" isDefault={false}>{say("all")}</Tab>
      {views.map((view) => (
        <Tab key={view.id} isChosen={view.id === chosen?.id} choose={() => table.choose(view)} testid="view" isDefault={view.id === table.defaultId}
          sharedBy={view.is_shared ? (view.owner_id === me.id ? say("shared") : say("shared_by", { name: view.owner_name })) : undefined}>
          <Name of={view.name} />
        </Tab>
      ))}
      {chosen && <ViewMenu table={table} view={chosen} isOwn={isOwn} rename={() => setAsking("name")} />}
      {isChanged && isOwn && (
        <Button size="compact-sm" variant="light" onClick={() => void run(() => table.update(chosen, { settings: table.state }))} data-testid="view-save">{say("save")}</Button>
      )}
      {isChanged && (
        <Button size="compact-sm" variant="subtle" leftSection={<IconDeviceFloppy size={14} aria-hidden />} onClick={() => setAsking("new")} data-testid="view-save-as">{say("save_as")}</Button>
      )}
      {isChanged && chosen && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => table.choose(chosen)}>{say("reset")}</Button>
      )}
      {asking !== "no" && <NameDialog table={table} view={asking === "name" ? chosen : null} close={() => setAsking("no")} />}
    </Group>
  );
}

interface TabProps {
  isChosen: boolean;
  choose: () => void;
  testid: string;
  isDefault: boolean;
  sharedBy?: string | undefined;
  children: React.ReactNode;
}

function Tab(props: TabProps) {
  const { say } = usePhrases(tableWords);
  return (
    <button type="button" className={css.tab} aria-pressed={props.isChosen} onClick={props.choose} title={props.sharedBy} data-testid={props.testid}>
      {props.isDefault && <IconStar size={14} role="img" aria-label={say("default")} />}
      {props.children}
      {props.sharedBy && <IconUsers size={14} role="img" aria-label={props.sharedBy} />}
    </button>
  );
}

function ViewMenu(props: { table: Table; view: SavedView; isOwn: boolean; rename: () => void }) {
  const { table, view, isOwn } = props;
  const { me } = useFeed();
  const { say } = usePhrases(tableWords);
  const { run } = useCommand();
  const isDefault = table.defaultId === view.id;
  const mayShare = isOwn && (view.is_shared || me.permissions.includes("view.share"));
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={say("more")} data-testid="view-menu"><IconChevronDown size={16} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void run(() => table.beginWith(isDefault ? null : view))} data-testid="view-default">{say(isDefault ? "no_default" : "default")}</Menu.Item>
        {mayShare && (
          <Menu.Item onClick={() => void run(() => table.update(view, { is_shared: !view.is_shared }))} data-testid="view-share">{say(view.is_shared ? "unshare" : "share")}</Menu.Item>
        )}
        {isOwn && <Menu.Item onClick={props.rename} data-testid="view-rename">{say("rename")}</Menu.Item>}
        {isOwn && <Menu.Item color="red" onClick={() => void run(() => table.remove(view))} data-testid="view-remove">{say("remove")}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Asks for the name of a new view, or another one of a view that there is. */
function NameDialog(props: { table: Table; view: SavedView | null; close: () => void }) {
  const { table, view, close } = props;
  const { me } = useFeed();
  const { say } = usePhrases(tableWords);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const [name, setName] = useState(view?.name ?? "");
  const [isShared, setShared] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await run(() => (view ? table.update(view, { name: name.trim() }) : table.save(name.trim(), isShared)))) close();
  };
  return (
    <Modal opened onClose={close} title={say(view ? "rename" : "save_as")} centered closeButtonProps={{ "aria-label": kit.say("close") }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <TextInput label={say("name")} value={name} maxLength={60} onChange={(event) => setName(event.currentTarget.value)} dir={name === "" ? undefined : "auto"} data-autofocus data-testid="view-name" />
          {!view && me.permissions.includes("view.share") && (
            <Switch label={say("share")} checked={isShared} onChange={(event) => setShared(event.currentTarget.checked)} data-testid="view-is-shared" />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>{kit.say("cancel")}</Button>
            <Button type="submit" loading={isBusy} disabled={name.trim() === ""} data-testid="view-submit">{kit.say("save")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
