import { ActionIcon, Badge, Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowLeft, IconArrowRight, IconCheck, IconTicket, IconTransfer, IconUser } from "@tabler/icons-react";
import { lazy, Suspense, useEffect } from "react";
import type { Work } from "../../feed";
import { directionOf } from "../../../../shared/direction";
import { useRegion, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages } from "../../i18n/words";
import { useShortcut } from "../../kit/useShortcut";
import { useFeed, useLive } from "../../live/context";
import type { Interaction } from "../../protocol";
import { go, pathTo } from "../../shell/route";
import { shellWords } from "../../shell/words";
import { BeforeAnswering } from "./around/AroundPanel";
import { ListenBar } from "../../phone/ListenBar";
import { CallBar } from "./CallBar";
import { ChannelIcon } from "./ChannelIcon";
import { CloseDialog } from "./CloseDialog";
import { Composer } from "./Composer";
import { DialPanel } from "./dial/DialPanel";
import { AlsoHere, useLook } from "./Looking";
import { Messages } from "./Messages";
import { SnoozedStrip, SnoozeMenu } from "./SnoozeMenu";
import { Stepping } from "./Stepping";
import { TransferDialog } from "./TransferDialog";
import { WhyButton } from "./why/WhyDialog";
import { words } from "./words";
import { WrapUpBar } from "./WrapUpBar";
import css from "./Work.module.css";

const CallPath = lazy(() => import("./path/CallPath"));

/** One conversation: one's own, or somebody else's that is looked at. `back` is the list it was opened from, `at` the message to be seen; `isPart`: of a page that is read from its top. */
export function Conversation(props: { work: Work; showCustomer: (() => void) | null; back?: string[]; at?: number | null; isPart?: boolean }) {
  const { work } = props;
  const { interaction } = work;
  const { me } = useFeed();
  const { say } = useSpeech();
  const [isTransferOpen, transfer] = useDisclosure(false);
  const [isCloseOpen, closing] = useDisclosure(false);
  const isOwn = interaction.agent_id === me.id;
  useReadMark(work, isOwn);
  const noticeWriting = useLook(interaction.id);
  const isOpen = isOwn && interaction.state === "assigned";
  const phrases = usePhrases(shellWords);
  useShortcut({ id: "transfer", keys: "t", word: phrases.say("do.transfer"), scope: "conversation", run: transfer.open, isOn: isOpen });
  useShortcut({ id: "close", keys: "e", word: phrases.say("do.close"), scope: "conversation", run: closing.open, isOn: isOpen });
  // A visitor's address is an id that tells nobody anything.
  const about = interaction.subject ?? (interaction.channel === "webchat" ? say("channel.webchat") : interaction.address);

  return (
    <section className={css.talk} aria-label={interaction.customer.name} data-testid="conversation" data-interaction={interaction.id} data-own={isOwn || undefined}>
      <header className={css.talkHead}>
        <BackLink to={props.back ?? ["work"]} />
        <div className={css.talkName}>
          <Text fw={700} className={css.oneLine} dir={directionOf(interaction.customer.name)}>{interaction.customer.name}</Text>
          <Group gap={6} wrap="nowrap">
            <ChannelIcon channel={interaction.channel} size={16} />
            <Text size="sm" c="dimmed" className={css.oneLine} dir={directionOf(about)}>{about}</Text>
            <Badge size="sm" variant="light" tt="none" visibleFrom="sm" flex="none"><bdi>{interaction.queue_name}</bdi></Badge>
            {!isOwn && <Owner interaction={interaction} />}
          </Group>
        </div>
        {props.showCustomer && (
          <ActionIcon variant="default" size="lg" onClick={props.showCustomer} aria-label={say("customer.show")} data-testid="show-customer">
            <IconUser size={18} />
          </ActionIcon>
        )}
        {me.permissions.includes("ticket.write") && (
          <ActionIcon variant="default" size="lg" visibleFrom="sm" onClick={() => go("tickets", "new", "conversation", interaction.id)} aria-label={phrases.say("do.ticket")} title={phrases.say("do.ticket")} data-testid="open-ticket">
            <IconTicket size={18} />
          </ActionIcon>
        )}
        <WhyButton workId={interaction.id} isOwn={isOwn} />
        {!isOwn && <Stepping interaction={interaction} />}
        {isOpen && (
          <>
            {!interaction.call && <SnoozeMenu interaction={interaction} />}
            <HeadButton icon={<IconTransfer size={18} />} text={say("transfer.title")} click={transfer.open} testId="transfer" />
            <HeadButton icon={<IconCheck size={18} />} text={say("close.title")} click={closing.open} testId="close" isFilled />
          </>
        )}
      </header>
      <AlsoHere id={interaction.id} />
      {isOwn && interaction.snoozed_until !== null && <SnoozedStrip interaction={interaction} />}
      {interaction.call && isOwn && <CallBar interaction={interaction} call={interaction.call} />}
      {isOwn && interaction.details?.dial && interaction.state !== "closed" && <DialPanel key={interaction.id} interaction={interaction} />}
      {interaction.call && !isOwn && <ListenBar interaction={interaction} call={interaction.call} />}
      {interaction.call && interaction.direction === "inbound" && <Suspense fallback={null}><CallPath interaction={interaction} call={interaction.call} /></Suspense>}
      <Messages work={work} at={props.at ?? null} />
      {isOwn && interaction.state === "wrap_up" && <WrapUpBar interaction={interaction} />}
      {interaction.channel === "email" && <BeforeAnswering interaction={interaction} />}
      <Composer work={work} noticeWriting={noticeWriting} isPart={props.isPart} />
      <TransferDialog interaction={interaction} isOpen={isTransferOpen} close={transfer.close} />
      <CloseDialog interaction={interaction} isOpen={isCloseOpen} close={closing.close} />
    </section>
  );
}

function Owner(props: { interaction: Interaction }) {
  const { agent_name, state } = props.interaction;
  const speech = useSpeech();
  const { say } = usePhrases(words);
  const text = state === "closed" ? speech.say("state.closed") : agent_name === null ? say("owner_none") : say("owner", { name: agent_name });
  return <Badge size="sm" variant="outline" tt="none" flex="none" data-testid="owner">{text}</Badge>;
}

/** Words at 1280 pixels, the sign alone on a phone. */
function HeadButton(props: { icon: React.ReactNode; text: string; click: () => void; testId: string; isFilled?: boolean }) {
  const { icon, text, click, testId } = props;
  const variant = props.isFilled ? "filled" : "default";
  return (
    <Button variant={variant} onClick={click} aria-label={text} data-testid={testId} px="sm">
      {icon}
      <Text component="span" size="sm" fw={600} visibleFrom="sm" ms={6}>{text}</Text>
    </Button>
  );
}

function BackLink(props: { to: string[] }) {
  const { language, speech } = useRegion();
  const Arrow = languages[language].dir === "rtl" ? IconArrowRight : IconArrowLeft;
  return (
    <ActionIcon component="a" href={pathTo(...props.to)} variant="subtle" size="lg" className={css.backLink} aria-label={speech.say("work.back")}>
      <Arrow size={20} />
    </ActionIcon>
  );
}

/** What is on the screen of a person who is looking has been read. */
function useReadMark(work: Work, isOwn: boolean): void {
  const live = useLive();
  const { id, unread, last_seq } = work.interaction;
  useEffect(() => {
    if (unread === 0 || !isOwn) return;
    const mark = () => {
      if (document.visibilityState !== "visible") return;
      // The mark is not worth a word to the agent: the next message brings the next try.
      live.ask("interaction.read", { interaction_id: id, seq: last_seq }).catch(() => undefined);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [live, id, unread, last_seq, isOwn]);
}
