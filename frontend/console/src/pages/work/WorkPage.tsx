import { Drawer, Text } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconMessages } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Beside } from "../../frames/Beside";
import { useSpeech } from "../../i18n/context";
import { useFeed } from "../../live/context";
import type { Interaction } from "../../protocol";
import { go } from "../../shell/route";
import { Conversation } from "./Conversation";
import { CustomerPanel } from "./CustomerPanel";
import { seqIn } from "./landing";
import { useWatched } from "./watching";
import { WorkList } from "./WorkList";
import css from "./Work.module.css";

/** A just accepted offer may still be on its way: only then is it looked at as somebody else's. */
const arrivesWithinMs = 1_500;
const leaveAfterMs = 3_000;

/** Own work: the list, the chosen conversation and its customer. On a phone one of them at a time. */
export function WorkPage(props: { rest: string[] }) {
  const state = useFeed();
  const { say } = useSpeech();
  const [isCustomerOpen, customer] = useDisclosure(false);
  const isWide = useMediaQuery("(min-width: 75em)", true, { getInitialValueInEffect: false });
  const chosen = props.rest[0];
  const own = chosen === undefined ? undefined : state.work[chosen];
  const { watched, isGone } = useOthers(chosen, own !== undefined);
  const work = own ?? watched;

  // Work that was transferred, closed or never ours has nothing to show.
  useEffect(() => {
    if (!isGone) return;
    const timer = window.setTimeout(() => go("work"), leaveAfterMs);
    return () => window.clearTimeout(timer);
  }, [isGone]);

  return (
    <div className={css.page} data-chosen={work ? "yes" : "no"}>
      <WorkList chosen={work?.interaction.id} />
      {work ? (
        <Conversation key={work.interaction.id} work={work} at={seqIn(props.rest[1])} showCustomer={isWide ? null : customer.open} />
      ) : (
        <div className={css.nothing}>
          <IconMessages size={48} stroke={1.2} aria-hidden />
          <Text c="dimmed">{say("work.choose")}</Text>
        </div>
      )}
      {work && isWide && (
        <aside className={css.customer} aria-label={say("customer.title")}>
          <Side key={work.interaction.id} interaction={work.interaction} />
        </aside>
      )}
      {work && !isWide && (
        <Drawer opened={isCustomerOpen} onClose={customer.close} title={say("customer.title")} position="right" size="sm"
          closeButtonProps={{ "aria-label": say("common.close") }}>
          <Side interaction={work.interaction} />
        </Drawer>
      )}
    </div>
  );
}

/** The customer, and other systems' pages in tabs. */
function Side(props: { interaction: Interaction }) {
  const { id, number, channel, customer } = props.interaction;
  return (
    <Beside place="conversation" subject={{ customerId: customer.id, interaction: { id, number, channel } }}>
      <CustomerPanel interaction={props.interaction} />
    </Beside>
  );
}

/** Somebody else's conversation behind an address of this page; what was one's own and is over is not looked at any more. */
function useOthers(chosen: string | undefined, isOwn: boolean) {
  const [wasOwn, setWasOwn] = useState<string | null>(null);
  const [isLate, setLate] = useState(false);
  if (isOwn && chosen !== undefined && wasOwn !== chosen) setWasOwn(chosen);
  const isOver = chosen !== undefined && !isOwn && wasOwn === chosen;
  useEffect(() => {
    setLate(false);
    const timer = window.setTimeout(() => setLate(true), arrivesWithinMs);
    return () => window.clearTimeout(timer);
  }, [chosen]);
  const { work, isGone } = useWatched(chosen !== undefined && !isOwn && !isOver && isLate ? chosen : null);
  return { watched: work, isGone: isOver || isGone };
}
