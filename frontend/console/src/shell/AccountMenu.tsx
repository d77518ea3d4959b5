import { Avatar, Button, Popover, SegmentedControl, Select, Stack, Switch, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconBell, IconKeyboard, IconLogout } from "@tabler/icons-react";
import { useState } from "react";
import { signOut } from "../http/api";
import { useRegion } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { offeredLanguages, type Digits, type Language } from "../i18n/words";
import { useCommand, useFeed, useLive } from "../live/context";
import { mailWords } from "../pages/work/mailWords";
import type { Calendar, Me } from "../protocol";
import { SingleKeys } from "./ShortcutList";
import { shellWords } from "./words";

type Save = (locale: string, calendar: Calendar) => Promise<Me>;

const calendars: Calendar[] = ["gregory", "persian", "islamic-umalqura"];
const themes = ["auto", "light", "dark"] as const;

export function AccountMenu(props: { me: Me; save: Save; leave: () => void; showShortcuts: () => void }) {
  const { me } = props;
  const [isOpen, setOpen] = useState(false);
  const { speech, language, calendar, digits, change } = useRegion();
  const { say } = speech;
  const phrases = usePhrases(shellWords);
  const { run } = useCommand();
  const { languages: offered } = useFeed().organisation;
  const { colorScheme, setColorScheme } = useMantineColorScheme();

  const keep = (next: { language?: Language; calendar?: Calendar }) => {
    change(next);
    void run(() => props.save(next.language ?? language, next.calendar ?? calendar));
  };
  const leave = () => void run(signOut).then((isDone) => isDone && props.leave());

  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={280} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton onClick={() => setOpen(!isOpen)} data-testid="account">
          <VisuallyHidden>{say("menu.label")}: {me.name}</VisuallyHidden>
          <Avatar name={me.name} variant="filled" color="indigo.8" radius="xl" size={36} alt="" aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Stack gap="sm">
          <div>
            <Text fw={600}><bdi>{me.name}</bdi></Text>
            <Text size="sm" c="dimmed"><bdi>{me.login}</bdi></Text>
          </div>
          <SegmentedControl
            aria-label={say("menu.language")}
            value={language}
            onChange={(value) => keep({ language: value as Language })}
            data={offeredLanguages(offered, language)}
            data-testid="language"
            fullWidth
          />
          <Select
            label={say("menu.calendar")}
            value={calendar}
            onChange={(value) => value && keep({ calendar: value as Calendar })}
            data={calendars.map((value) => ({ value, label: say(`calendar.${value}`) }))}
            comboboxProps={{ withinPortal: false }}
            allowDeselect={false}
          />
          {language !== "en" && (
            <Select
              label={say("menu.digits")}
              value={digits}
              onChange={(value) => value && change({ digits: value as Digits })}
              data={(["locale", "latn"] as const).map((value) => ({ value, label: say(`digits.${value}`) }))}
              comboboxProps={{ withinPortal: false }}
              allowDeselect={false}
            />
          )}
          <div>
            <Text size="sm" fw={500} mb={4}>{say("menu.theme")}</Text>
            <SegmentedControl
              aria-label={say("menu.theme")}
              value={colorScheme}
              onChange={(value) => setColorScheme(value as (typeof themes)[number])}
              data={themes.map((value) => ({ value, label: say(`theme.${value}`) }))}
              fullWidth
            />
          </div>
          {me.permissions.includes("interaction.reply") && <DeskChoices />}
          <NotificationButton />
          <SingleKeys />
          <Button variant="subtle" leftSection={<IconKeyboard size={18} />} onClick={() => { setOpen(false); props.showShortcuts(); }} data-testid="show-shortcuts">
            {phrases.say("shortcuts")}
          </Button>
          <Button variant="subtle" color="red" leftSection={<IconLogout size={18} />} onClick={leave} data-testid="sign-out">
            {say("menu.sign_out")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

const undoChoices = [0, 5, 10, 20, 30, 60];

/** How long a mail can be taken back, and whether mail tells what customers write. */
function DeskChoices() {
  const live = useLive();
  const { desk } = useFeed();
  const { number } = useRegion().speech;
  const { say } = usePhrases(mailWords);
  const { run } = useCommand();
  const keep = (next: Partial<typeof desk>) => void run(() => live.ask("desk.save", { ...desk, ...next }));
  const choices = [...new Set([...undoChoices, desk.undo_seconds])].sort((a, b) => a - b);
  return (
    <>
      <Select
        label={say("undo_for")}
        value={String(desk.undo_seconds)}
        onChange={(value) => value !== null && keep({ undo_seconds: Number(value) })}
        data={choices.map((seconds) => ({ value: String(seconds), label: seconds === 0 ? say("undo_none") : say("undo_seconds", { seconds: number(seconds) }) }))}
        comboboxProps={{ withinPortal: false }}
        allowDeselect={false}
        data-testid="undo-seconds"
      />
      <Switch checked={desk.is_mailed} onChange={(event) => keep({ is_mailed: event.currentTarget.checked })} label={say("is_mailed")} description={say("is_mailed_hint")} data-testid="is-mailed" />
    </>
  );
}

/** The browser wants a click before it asks for the permission. */
function NotificationButton() {
  const { say } = useRegion().speech;
  const [permission, setPermission] = useState(() => ("Notification" in window ? Notification.permission : "denied"));
  if (permission !== "default") return null;
  const ask = () => void Notification.requestPermission().then(setPermission);
  return (
    <Button variant="light" leftSection={<IconBell size={18} />} onClick={ask}>
      {say("menu.notifications")}
    </Button>
  );
}
