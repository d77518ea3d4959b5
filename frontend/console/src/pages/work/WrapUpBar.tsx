import { Button, Group, Select, Text, TextInput } from "@mantine/core";
import { IconClipboardCheck, IconClockPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useCommand, useFeed, useLive, useServerNow } from "../../live/context";
import type { Interaction } from "../../protocol";
import { extendWrapUp } from "./actions";
import css from "./Bars.module.css";
import { Name } from "./Name";
import { words } from "./words";

/** The conversation is over; the agent finishes the notes in the time there is, once with more of it, and says when. */
export function WrapUpBar(props: { interaction: Interaction }) {
  const { interaction } = props;
  const live = useLive();
  const { dispositions } = useFeed();
  const { say, sayAny } = useSpeech();
  const desk = usePhrases(words);
  const { isBusy, run } = useCommand();
  const [disposition, setDisposition] = useState<string | null>(interaction.disposition);
  const [note, setNote] = useState("");
  const isPlain = note.trim() === "" && disposition === interaction.disposition;
  const done = () =>
    void run(() =>
      isPlain
        ? live.ask("interaction.wrap_up_done", { interaction_id: interaction.id })
        : live.ask("interaction.close", { interaction_id: interaction.id, disposition, note: note.trim() || null }),
    );
  return (
    <div className={css.bar} data-kind="wrap_up" data-testid="wrap-up">
      <Group gap="sm">
        <Text fw={700}>{say("wrap_up.title")}</Text>
        <WrapUpTime interaction={interaction} />
        {interaction.wrap_up_until !== null && !interaction.is_extended && (
          <Button size="compact-sm" variant="default" leftSection={<IconClockPlus size={16} />} loading={isBusy}
            onClick={() => void run(() => extendWrapUp(live, interaction.id))} data-testid="wrap-up-extend">
            {desk.say("extend")}
          </Button>
        )}
        <Text size="sm">{interaction.disposition === null ? say("wrap_up.hint") : <Name of={sayAny("disposition", interaction.disposition, interaction.disposition)} />}</Text>
      </Group>
      {dispositions.length > 0 && (
        <Select
          size="sm"
          aria-label={say("close.disposition")}
          placeholder={say("close.disposition")}
          data={dispositions.map((value) => ({ value, label: sayAny("disposition", value, value) }))}
          value={disposition}
          onChange={setDisposition}
          clearable
          data-testid="wrap-up-disposition"
        />
      )}
      <TextInput
        size="sm"
        flex={1}
        miw={160}
        aria-label={desk.say("wrap_note")}
        placeholder={desk.say("wrap_note")}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        dir={note === "" ? undefined : "auto"}
        maxLength={5_000}
        data-testid="wrap-up-note"
      />
      <Button leftSection={<IconClipboardCheck size={18} />} onClick={done} loading={isBusy} data-testid="wrap-up-done">
        {say("wrap_up.done")}
      </Button>
    </div>
  );
}

/** How much of it is left; without an end, for how long it has been going on. */
function WrapUpTime(props: { interaction: Interaction }) {
  const { wrap_up_until, wrap_up_since } = props.interaction;
  const { say } = usePhrases(words);
  const dates = useDates();
  const now = useServerNow();
  if (wrap_up_until === null) {
    if (wrap_up_since === null) return null;
    const passed = Math.max(0, Math.floor((now - Date.parse(wrap_up_since)) / 1_000));
    return <Text role="timer" fw={600} aria-live="off" data-testid="wrap-up-since">{say("since_wrap_up", { time: dates.duration(passed) })}</Text>;
  }
  const seconds = (Date.parse(wrap_up_until) - now) / 1_000;
  return (
    <Text role="timer" fw={600} {...(seconds < 10 ? { c: "red" } : {})} data-testid="wrap-up-left">
      {seconds <= 0 ? say("over") : say("left", { time: dates.duration(Math.ceil(seconds)) })}
    </Text>
  );
}
