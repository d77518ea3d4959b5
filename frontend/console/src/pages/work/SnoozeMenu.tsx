import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, Textarea } from "@mantine/core";
import { IconClockPause } from "@tabler/icons-react";
import { useState } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useShortcut } from "../../kit/useShortcut";
import { useCommand, useFeed, useLive, useServerNow } from "../../live/context";
import type { Interaction } from "../../protocol";
import { snooze, wake } from "./actions";
import { MomentField } from "./MomentField";
import { presets } from "./moments";
import css from "./Work.module.css";
import { words } from "./words";

/** Puts a conversation aside until a moment, or until the customer writes. */
export function SnoozeMenu(props: { interaction: Interaction }) {
  const { interaction } = props;
  const live = useLive();
  const { organisation } = useFeed();
  const { say } = usePhrases(words);
  const dates = useDates();
  const { isBusy, run } = useCommand();
  const [isPicking, setPicking] = useState(false);
  const [isOpen, setOpen] = useState(false);
  useShortcut({ id: "snooze", keys: "z", word: say("snooze"), scope: "conversation", run: () => setOpen(true) });
  const until = (at: Date, note: string | null = null) => run(() => snooze(live, interaction.id, at, note));
  return (
    <>
      <Menu position="bottom-end" withinPortal opened={isOpen} onChange={setOpen}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={say("snooze")} title={say("snooze")} loading={isBusy} data-testid="snooze">
            <IconClockPause size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{say("snooze")}</Menu.Label>
          {isOpen && presets(new Date(), organisation.weekend).map(({ word, at }) => (
            <Menu.Item key={word} onClick={() => void until(at)} rightSection={<Text size="xs" c="dimmed">{dates.full(at.getTime())}</Text>} data-testid={`snooze-${word}`}>
              {say(word)}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => setPicking(true)} data-testid="snooze-pick">{say("pick")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isPicking && <MomentDialog close={() => setPicking(false)} choose={until} />}
    </>
  );
}

function MomentDialog(props: { close: () => void; choose: (at: Date, note: string | null) => Promise<boolean> }) {
  const speech = useSpeech();
  const { say } = usePhrases(words);
  const now = useServerNow();
  const [at, setAt] = useState<Date | null>(null);
  const [note, setNote] = useState("");
  const isPast = at !== null && at.getTime() <= now;
  const submit = async () => {
    if (at !== null && !isPast && (await props.choose(at, note.trim() || null))) props.close();
  };
  return (
    <Modal opened onClose={props.close} title={say("snooze")} centered closeButtonProps={{ "aria-label": speech.say("common.close") }}>
      <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Stack>
          <MomentField label={say("moment")} value={at} set={setAt} error={isPast ? say("moment_past") : undefined} />
          <Textarea label={speech.say("close.note")} value={note} onChange={(event) => setNote(event.currentTarget.value)} dir={note === "" ? undefined : "auto"} autosize minRows={2} />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.close}>{speech.say("common.cancel")}</Button>
            <Button type="submit" disabled={at === null || isPast} data-testid="snooze-set">{say("set")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Says until when, and how to have it back. */
export function SnoozedStrip(props: { interaction: Interaction }) {
  const live = useLive();
  const { say } = usePhrases(words);
  const dates = useDates();
  const { isBusy, run } = useCommand();
  return (
    <div className={css.strip} data-testid="snoozed">
      <Text size="sm">{say("snooze_until", { time: dates.full(props.interaction.snoozed_until!) })}</Text>
      <Button size="compact-sm" variant="default" loading={isBusy} onClick={() => void run(() => wake(live, props.interaction.id))} data-testid="wake">{say("wake")}</Button>
    </div>
  );
}
