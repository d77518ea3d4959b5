import { ActionIcon, Button, Indicator, Popover, Switch, Text, Title } from "@mantine/core";
import { IconArrowBackUp, IconBell, IconChecks, IconSettings } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { inOneTab } from "../../../shared/outbox";
import { call } from "../http/api";
import { useDates, useSpeech } from "../i18n/context";
import { usePhrases, type Phrases } from "../i18n/phrases";
import { useCommand, useFeed, useLive } from "../live/context";
import { Name } from "../pages/work/Name";
import type { Notice, NoticeKind } from "../protocolTeam";
import css from "../notes/Notes.module.css";
import { words } from "../notes/words";
import { tone } from "./alerts";
import { go } from "./route";

const chimeMs = 1_200;

/** Notifications of the person: the same on every device. */
export function Bell() {
  const { notifications, unreadNotifications } = useFeed();
  const { say, count } = usePhrases(words);
  const { number } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  const [isSettings, setSettings] = useState(false);
  useRinging(notifications);
  const label = unreadNotifications > 0 ? count("bell_unread", unreadNotifications) : say("bell");
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" withinPortal trapFocus returnFocus shadow="md">
      <Indicator label={number(Math.min(unreadNotifications, 99))} disabled={unreadNotifications === 0} size={18} color="red.8" offset={5} data-testid="bell-count">
        <Popover.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} aria-expanded={isOpen} onClick={() => { setOpen(!isOpen); setSettings(false); }} data-testid="bell" data-unread={unreadNotifications}>
            <IconBell size={22} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown className={css.bell!} aria-label={say("bell")}>
        {isSettings ? <Settings back={() => setSettings(false)} /> : <List close={() => setOpen(false)} settings={() => setSettings(true)} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function List(props: { close: () => void; settings: () => void }) {
  const { notifications, unreadNotifications } = useFeed();
  const live = useLive();
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [older, setOlder] = useState<{ items: Notice[]; isDone: boolean }>({ items: [], isDone: false });
  const known = new Set(notifications.map(({ id }) => id));
  const all = [...notifications, ...older.items.filter(({ id }) => !known.has(id))];
  const more = () =>
    void run(async () => {
      const last = all.at(-1);
      const page = await call<{ items: Notice[]; next_cursor: string | null }>("GET", `/api/notifications?limit=30${last ? `&cursor=${last.id}` : ""}`);
      setOlder((old) => ({ items: [...old.items, ...page.items], isDone: page.next_cursor === null }));
    });
  return (
    <>
      <div className={css.bellHead}>
        <Title order={2} fz="sm" flex={1}>{say("bell")}</Title>
        {unreadNotifications > 0 && (
          <Button size="compact-sm" variant="subtle" leftSection={<IconChecks size={16} aria-hidden />} onClick={() => void run(() => live.ask("notification.read", { ids: null }))} data-testid="bell-read-all">
            {say("read_all")}
          </Button>
        )}
        <ActionIcon variant="subtle" color="gray" size={30} onClick={props.settings} aria-label={say("settings")} data-testid="bell-settings"><IconSettings size={18} /></ActionIcon>
      </div>
      <ul className={css.bellList}>
        {all.length === 0 && <li><Text p="md" ta="center" size="sm" c="dimmed">{say("bell_empty")}</Text></li>}
        {grouped(all).map((group) => <li key={group[0]!.id}><Line group={group} close={props.close} /></li>)}
        {notifications.length >= 20 && !older.isDone && (
          <li><Button fullWidth size="xs" variant="subtle" onClick={more} loading={isBusy}>{say("older")}</Button></li>
        )}
      </ul>
    </>
  );
}

function Line(props: { group: Notice[]; close: () => void }) {
  const { group } = props;
  const first = group[0]!;
  const live = useLive();
  const phrases = usePhrases(words);
  const dates = useDates();
  const unread = group.filter(({ read_at }) => read_at === null);
  const open = () => {
    if (unread.length > 0) live.ask("notification.read", { ids: unread.map(({ id }) => id) }).catch(() => undefined);
    if (first.link.length > 0) go(...first.link);
    props.close();
  };
  return (
    <button type="button" className={css.notice} onClick={open} data-unread={unread.length > 0 || undefined} data-testid="notice" data-kind={first.kind}>
      <span className={css.dot} aria-hidden />
      <span>
        <Text component="span" size="sm" display="block">{sentence(phrases, group)}</Text>
        <Text component="span" size="sm" fw={600} display="block"><Name of={first.title || phrases.say("no_longer")} /></Text>
        {first.text && <Text component="span" size="xs" c="dimmed" display="block" lineClamp={2}><Name of={first.text} /></Text>}
        <Text component="time" size="xs" c="dimmed" dateTime={first.created_at}>{dates.brief(first.created_at)}</Text>
      </span>
    </button>
  );
}

function sentence(phrases: Phrases<typeof words.en>, group: Notice[]): string {
  const first = group[0]!;
  if (group.length === 1) return phrases.say(`notice.${first.kind}`, { name: first.by_name });
  return phrases.count(first.kind === "comment" ? "several.comment" : "several.other", group.length);
}

/** Neighbours of one kind at one document are one line: three comments on the same customer. */
export function grouped(notices: Notice[]): Notice[][] {
  const groups: Notice[][] = [];
  for (const notice of notices) {
    const group = groups.at(-1);
    const before = group?.[0];
    const isSame = before && before.kind === notice.kind && before.document.id === notice.document.id && (before.read_at === null) === (notice.read_at === null);
    if (isSame) group!.push(notice);
    else groups.push([notice]);
  }
  return groups;
}

function Settings(props: { back: () => void }) {
  const { rings } = useFeed();
  const live = useLive();
  const { say } = usePhrases(words);
  const { run } = useCommand();
  const choose = (kind: NoticeKind, isOn: boolean) => void run(() => live.ask("notification.choose", { kind, rings: isOn }));
  return (
    <>
      <div className={css.bellHead}>
        <Title order={2} fz="sm" flex={1}>{say("settings")}</Title>
        <ActionIcon variant="subtle" color="gray" size={30} onClick={props.back} aria-label={say("back")}><IconArrowBackUp size={18} /></ActionIcon>
      </div>
      <div style={{ display: "grid", gap: 12, padding: 12 }}>
        <Text size="xs" c="dimmed">{say("settings_about")}</Text>
        {(Object.entries(rings) as [NoticeKind, boolean][]).map(([kind, isOn]) => (
          <Switch key={kind} label={say(`kind.${kind}`)} checked={isOn} onChange={(event) => choose(kind, event.currentTarget.checked)} data-testid={`rings-${kind}`} />
        ))}
      </div>
    </>
  );
}

/** What came since the page was opened rings, if it is of a kind that does; a room on the screen does not. */
function useRinging(notices: Notice[]): void {
  const { rings } = useFeed();
  const phrases = usePhrases(words);
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    const before = known.current;
    known.current = new Set(notices.map(({ id }) => id));
    if (before === null) return;
    const fresh = notices.filter(({ id, kind, read_at, link }) => !before.has(id) && read_at === null && rings[kind] && !isOnScreen(link));
    if (fresh.length === 0) return;
    void inOneTab("markaz.chime", chime);
    for (const notice of fresh) showOnDesktop(notice, sentence(phrases, [notice]));
  }, [notices, rings, phrases]);
}

function isOnScreen(link: string[]): boolean {
  return document.hasFocus() && link.length > 0 && window.location.hash.startsWith(`#/${link.map(encodeURIComponent).join("/")}`);
}

/** Two soft tones, held in one tab for their length so that the others stay silent. */
async function chime(): Promise<void> {
  const audio = new AudioContext();
  if (audio.state === "suspended") void audio.resume().catch(() => undefined);
  tone(audio, 660, 0);
  tone(audio, 880, 0.14);
  await new Promise((resolve) => window.setTimeout(resolve, chimeMs));
  await audio.close().catch(() => undefined);
}

function showOnDesktop(notice: Notice, body: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return;
  // The tag makes several tabs show one notification.
  const shown = new Notification(notice.title, { body, tag: notice.id, dir: "auto" });
  shown.onclick = () => {
    window.focus();
    if (notice.link.length > 0) go(...notice.link);
    shown.close();
  };
}
