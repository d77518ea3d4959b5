import { Drawer, Text } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconMessages } from "@tabler/icons-react";
import { useEffect } from "react";
import { Beside } from "../../frames/Beside";
import { useSpeech } from "../../i18n/context";
import { useFeed } from "../../live/context";
import type { Interaction } from "../../protocol";
import { go } from "../../shell/route";
import { Conversation } from "./Conversation";
import { CustomerPanel } from "./CustomerPanel";
import { WorkList } from "./WorkList";
import css from "./Work.module.css";

/** Own work: the list, the chosen conversation and its customer. On a phone one of them at a time. */
export function WorkPage(props: { rest: string[] }) {
  const state = useFeed();
  const { say } = useSpeech();
  const [isCustomerOpen, customer] = useDisclosure(false);
  const isWide = useMediaQuery("(min-width: 75em)", true, { getInitialValueInEffect: false });
  const chosen = props.rest[0];
  const work = chosen === undefined ? undefined : state.work[chosen];
  const isGone = chosen !== undefined && !work;

  // Work that was transferred, closed or never ours has nothing to show. A just accepted offer may still be on its way.
  useEffect(() => {
    if (!isGone) return;
    const timer = window.setTimeout(() => go("work"), 3_000);
    return () => window.clearTimeout(timer);
  }, [isGone]);

  return (
    <div className={css.page} data-chosen={work ? "yes" : "no"}>
      <WorkList chosen={work?.interaction.id} />
      {work ? (
        <Conversation key={work.interaction.id} work={work} showCustomer={isWide ? null : customer.open} />
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
