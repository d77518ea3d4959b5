import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { IconEar } from "@tabler/icons-react";
import { usePhrases } from "../i18n/phrases";
import { useCommand, useFeed, useLive } from "../live/context";
import type { Call, Interaction } from "../protocol";
import css from "../pages/work/Bars.module.css";
import { partyWords } from "./partyWords";

const modes = ["monitor", "whisper", "barge"] as const;

/** A supervisor's way into somebody else's call. */
export function ListenBar(props: { interaction: Interaction; call: Call }) {
  const { interaction, call } = props;
  const live = useLive();
  const { me } = useFeed();
  const { say } = usePhrases(partyWords);
  const { isBusy, run } = useCommand();
  if (!me.permissions.includes("call.listen") || call.status !== "joined") return null;
  const mine = (call.listeners ?? []).find(({ staff_id }) => staff_id === me.id);
  const listen = (mode: string) => void run(() => live.ask("call.listen", { interaction_id: interaction.id, mode }));
  const stop = () => void run(() => live.ask("call.stop_listening", { interaction_id: interaction.id }));
  return (
    <div className={css.bar} data-kind="call" data-testid="listen-bar" data-status={mine?.status ?? "out"}>
      <Group gap="sm">
        <IconEar size={20} aria-hidden />
        <Text role="status">{say(mine ? (mine.status === "in" ? `now.${mine.mode}` : "phone_rings") : "on_a_call")}</Text>
      </Group>
      <Group gap="xs">
        {mine ? (
          <>
            <SegmentedControl aria-label={say("listen")} value={mine.mode} onChange={listen} disabled={isBusy} data={modes.map((value) => ({ value, label: say(`mode.${value}`) }))} data-testid="listen-mode" />
            <Button variant="default" onClick={stop} loading={isBusy} data-testid="stop-listening">{say("stop")}</Button>
          </>
        ) : (
          <Button leftSection={<IconEar size={18} />} onClick={() => listen("monitor")} loading={isBusy} data-testid="listen">{say("listen")}</Button>
        )}
      </Group>
    </div>
  );
}
