import { Button, Group, Select, Text } from "@mantine/core";
import { IconClipboardCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { useCommand, useFeed, useLive, useServerNow } from "../../live/context";
import type { Interaction } from "../../protocol";
import css from "./Bars.module.css";
import { Name } from "./Name";

/** The conversation is over; the agent finishes the notes and says when. */
export function WrapUpBar(props: { interaction: Interaction }) {
  const { interaction } = props;
  const live = useLive();
  const { dispositions } = useFeed();
  const { say, sayAny } = useSpeech();
  const dates = useDates();
  const now = useServerNow();
  const { isBusy, run } = useCommand();
  const end = interaction.closed_at ?? interaction.call?.ended_at ?? null;
  const [disposition, setDisposition] = useState<string | null>(null);
  // A call ends by itself: then the result is said here.
  const wantsResult = interaction.disposition === null && dispositions.length > 0;
  const done = () =>
    void run(() =>
      disposition === null
        ? live.ask("interaction.wrap_up_done", { interaction_id: interaction.id })
        : live.ask("interaction.close", { interaction_id: interaction.id, disposition, note: null }),
    );
  return (
    <div className={css.bar} data-kind="wrap_up" data-testid="wrap-up">
      <Group gap="sm">
        <Text fw={700}>{say("wrap_up.title")}</Text>
        {end !== null && <Text role="timer">{dates.duration((now - Date.parse(end)) / 1_000)}</Text>}
        <Text size="sm">{interaction.disposition === null ? say("wrap_up.hint") : <Name of={sayAny("disposition", interaction.disposition, interaction.disposition)} />}</Text>
      </Group>
      {wantsResult && (
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
      <Button leftSection={<IconClipboardCheck size={18} />} onClick={done} loading={isBusy} data-testid="wrap-up-done">
        {say("wrap_up.done")}
      </Button>
    </div>
  );
}
