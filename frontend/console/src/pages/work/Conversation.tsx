import { ActionIcon, Badge, Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowLeft, IconArrowRight, IconCheck, IconTransfer, IconUser } from "@tabler/icons-react";
import { useEffect } from "react";
import type { Work } from "../../feed";
import { directionOf } from "../../../../shared/direction";
import { useRegion, useSpeech } from "../../i18n/context";
import { languages } from "../../i18n/words";
import { usePhrases } from "../../i18n/phrases";
import { useShortcut } from "../../kit/useShortcut";
import { useLive } from "../../live/context";
import { pathTo } from "../../shell/route";
import { shellWords } from "../../shell/words";
import { CallBar } from "./CallBar";
import { ChannelIcon } from "./ChannelIcon";
import { CloseDialog } from "./CloseDialog";
import { Composer } from "./Composer";
import { Messages } from "./Messages";
import { TransferDialog } from "./TransferDialog";
import { WrapUpBar } from "./WrapUpBar";
import css from "./Work.module.css";

export function Conversation(props: { work: Work; showCustomer: (() => void) | null }) {
  const { work } = props;
  const { interaction } = work;
  const { say } = useSpeech();
  const [isTransferOpen, transfer] = useDisclosure(false);
  const [isCloseOpen, closing] = useDisclosure(false);
  useReadMark(work);
  const isOpen = interaction.state === "assigned";
  const phrases = usePhrases(shellWords);
  useShortcut({ id: "transfer", keys: "t", word: phrases.say("do.transfer"), scope: "conversation", run: transfer.open, isOn: isOpen });
  useShortcut({ id: "close", keys: "e", word: phrases.say("do.close"), scope: "conversation", run: closing.open, isOn: isOpen });
  // A visitor's address is an id that tells nobody anything.
  const about = interaction.subject ?? (interaction.channel === "webchat" ? say("channel.webchat") : interaction.address);

  return (
    <section className={css.talk} aria-label={interaction.customer.name} data-testid="conversation" data-interaction={interaction.id}>
      <header className={css.talkHead}>
        <BackLink />
        <div className={css.talkName}>
          <Text fw={700} className={css.oneLine} dir={directionOf(interaction.customer.name)}>{interaction.customer.name}</Text>
          <Group gap={6} wrap="nowrap">
            <ChannelIcon channel={interaction.channel} size={16} />
            <Text size="sm" c="dimmed" className={css.oneLine} dir={directionOf(about)}>{about}</Text>
            <Badge size="sm" variant="light" tt="none" visibleFrom="sm" flex="none"><bdi>{interaction.queue_name}</bdi></Badge>
          </Group>
        </div>
        {props.showCustomer && (
          <ActionIcon variant="default" size="lg" onClick={props.showCustomer} aria-label={say("customer.show")} data-testid="show-customer">
            <IconUser size={18} />
          </ActionIcon>
        )}
        {isOpen && (
          <>
            <HeadButton icon={<IconTransfer size={18} />} text={say("transfer.title")} click={transfer.open} testId="transfer" />
            <HeadButton icon={<IconCheck size={18} />} text={say("close.title")} click={closing.open} testId="close" isFilled />
          </>
        )}
      </header>
      {interaction.call && <CallBar interaction={interaction} call={interaction.call} />}
      <Messages work={work} />
      {interaction.state === "wrap_up" && <WrapUpBar interaction={interaction} />}
      <Composer work={work} />
      <TransferDialog interaction={interaction} isOpen={isTransferOpen} close={transfer.close} />
      <CloseDialog interaction={interaction} isOpen={isCloseOpen} close={closing.close} />
    </section>
  );
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

function BackLink() {
  const { language, speech } = useRegion();
  const Arrow = languages[language].dir === "rtl" ? IconArrowRight : IconArrowLeft;
  return (
    <ActionIcon component="a" href={pathTo("work")} variant="subtle" size="lg" className={css.backLink} aria-label={speech.say("work.back")}>
      <Arrow size={20} />
    </ActionIcon>
  );
}

/** What is on the screen of a person who is looking has been read. */
function useReadMark(work: Work): void {
  const live = useLive();
  const { id, unread, last_seq } = work.interaction;
  useEffect(() => {
    if (unread === 0) return;
    const mark = () => {
      if (document.visibilityState !== "visible") return;
      // The mark is not worth a word to the agent: the next message brings the next try.
      live.ask("interaction.read", { interaction_id: id, seq: last_seq }).catch(() => undefined);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [live, id, unread, last_seq]);
}
