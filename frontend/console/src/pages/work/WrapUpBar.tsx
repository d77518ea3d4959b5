import { Button, Group, Text } from "@mantine/core";
import { IconClipboardCheck } from "@tabler/icons-react";
import { useDates, useSpeech } from "../../i18n/context";
import { useCommand, useLive, useServerNow } from "../../live/context";
import type { Interaction } from "../../protocol";
import css from "./Bars.module.css";

/** The conversation is over; the agent finishes the notes and says when. */
export function WrapUpBar(props: { interaction: Interaction }) {
  const { interaction } = props;
  const live = useLive();
  const { say } = useSpeech();
  const dates = useDates();
  const now = useServerNow();
  const { isBusy, run } = useCommand();
  const end = interaction.closed_at ?? interaction.call?.ended_at ?? null;
  const done = () => void run(() => live.ask("interaction.wrap_up_done", { interaction_id: interaction.id }));
  return (
    <div className={css.bar} data-kind="wrap_up" data-testid="wrap-up">
      <Group gap="sm">
        <Text fw={700}>{say("wrap_up.title")}</Text>
        {end !== null && <Text role="timer">{dates.duration((now - Date.parse(end)) / 1_000)}</Text>}
        <Text size="sm">{interaction.disposition === null ? say("wrap_up.hint") : <bdi>{interaction.disposition}</bdi>}</Text>
      </Group>
      <Button leftSection={<IconClipboardCheck size={18} />} onClick={done} loading={isBusy} data-testid="wrap-up-done">
        {say("wrap_up.done")}
      </Button>
    </div>
  );
}
