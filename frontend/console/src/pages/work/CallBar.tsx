import { Button, Group, Text } from "@mantine/core";
import { IconPhone, IconPhoneOff } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useCommand, useLive, useServerNow } from "../../live/context";
import { usePhone } from "../../phone/context";
import { phoneWords } from "../../phone/words";
import type { Call, Interaction } from "../../protocol";
import css from "./Bars.module.css";

const CallControls = lazy(() => import("../../phone/CallControls"));
const ListenersLine = lazy(() => import("../../phone/PartyControls").then((module) => ({ default: module.ListenersLine })));
const running: ReadonlySet<Call["status"]> = new Set(["ringing", "waiting", "joined"]);

/** The call's state and duration, and the way to end it. */
export function CallBar(props: { interaction: Interaction; call: Call }) {
  const { call, interaction } = props;
  const live = useLive();
  const { say } = useSpeech();
  const dates = useDates();
  const now = useServerNow();
  const { isBusy, run } = useCommand();
  const { phone } = usePhone();
  const words = usePhrases(phoneWords);
  // Handed to somebody outside: it goes on without us.
  const isElsewhere = call.party?.kind === "number" && call.party.is_handed_over && interaction.state !== "assigned";
  const isOver = !running.has(call.status) || isElsewhere;
  const begin = call.answered_at ?? call.started_at;
  const seconds = begin === null ? 0 : ((call.ended_at ? Date.parse(call.ended_at) : now) - Date.parse(begin)) / 1_000;
  const hangUp = () => void run(() => phone?.hangUp() ?? live.ask("call.hang_up", { interaction_id: interaction.id }));
  return (
    <div className={css.bar} data-kind={isOver ? "over" : "call"} data-testid="call-bar" data-status={call.status}>
      <Group gap="sm">
        <IconPhone size={20} aria-hidden />
        <Text fw={600} role="status">{call.is_held ? words.say("held") : isElsewhere ? words.say("elsewhere") : say(`call.${call.status}`)}</Text>
        <Text aria-label={say("call.duration")} role="timer">{dates.duration(seconds)}</Text>
        <Text size="sm" visibleFrom="sm"><bdi dir="ltr">{interaction.address}</bdi></Text>
        {!isOver && <Suspense fallback={null}><ListenersLine call={call} /></Suspense>}
      </Group>
      {!isOver && (
        <Group gap="xs">
          <Suspense fallback={null}><CallControls id={interaction.id} call={call} /></Suspense>
          <Button color="red.8" leftSection={<IconPhoneOff size={18} />} onClick={hangUp} loading={isBusy} data-testid="hang-up">
            {say("call.hang_up")}
          </Button>
        </Group>
      )}
    </div>
  );
}
