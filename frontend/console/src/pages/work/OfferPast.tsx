import { Badge, Group, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { directionOf } from "../../../../shared/direction";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useLive } from "../../live/context";
import type { Id, OfferContext } from "../../protocol";
import { ChannelIcon } from "./ChannelIcon";
import { Name } from "./Name";
import { words } from "./words";

const shownAtMost = 4;

/** Who it is, read while the offer rings; without an answer the offer is there all the same. */
export function OfferPast(props: { offerId: Id }) {
  const live = useLive();
  const speech = useSpeech();
  const { say } = usePhrases(words);
  const dates = useDates();
  const [context, setContext] = useState<OfferContext | null | "failed">(null);
  useEffect(() => {
    let isGone = false;
    live.ask("offer.context", { offer_id: props.offerId }).then((found) => !isGone && setContext(found), () => !isGone && setContext("failed"));
    return () => void (isGone = true);
  }, [live, props.offerId]);
  if (context === "failed") return null;
  if (context === null) return <Text size="xs" c="dimmed">{say("history_busy")}</Text>;
  const open = context.past.filter(({ state }) => state !== "closed").length;
  const rating = context.past.find(({ score }) => score !== null)?.score ?? undefined;
  return (
    <Stack gap={4} data-testid="offer-context">
      {context.notes !== "" && (
        <Text size="sm" lineClamp={3} dir={directionOf(context.notes)} title={say("notes")} data-testid="offer-notes">{context.notes}</Text>
      )}
      <Group gap={6}>
        <Text size="xs" fw={600} c="dimmed">{context.past.length === 0 ? say("history_none") : say("history")}</Text>
        {open > 0 && <Badge size="sm" color="orange" variant="light" tt="none">{say("history_open", { n: open })}</Badge>}
      </Group>
      {rating !== undefined && <Text size="xs" c="dimmed" data-testid="offer-rating">{say("rated", { score: rating })}</Text>}
      {context.past.slice(0, shownAtMost).map((past) => (
        <Group key={past.id} gap={6} wrap="nowrap" data-testid="offer-past">
          <ChannelIcon channel={past.channel} size={14} />
          <Text size="xs" c="dimmed" flex="none">{dates.brief(past.opened_at)}</Text>
          <Text size="xs" truncate flex={1}><Name of={past.subject ?? (past.preview || say("untitled"))} /></Text>
          <Text size="xs" c="dimmed" flex="none">{past.disposition === null ? speech.say(`state.${past.state}`) : speech.sayAny("disposition", past.disposition, past.disposition)}</Text>
        </Group>
      ))}
    </Stack>
  );
}
