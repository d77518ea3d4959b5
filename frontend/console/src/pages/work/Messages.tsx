import { Button, Center, Text } from "@mantine/core";
import { Fragment, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Work } from "../../feed";
import { useDates, useSpeech } from "../../i18n/context";
import { useCommand, useLive, useView } from "../../live/context";
import { HeldReply } from "./HeldReply";
import { useLanding } from "./landing";
import { MessageView } from "./MessageView";
import { Pending } from "./Pending";
import css from "./Messages.module.css";

const nearEndPixels = 80;

/** The conversation, oldest first, with a line for each day; it follows the newest unless the reader scrolled up or came to see one of them. */
export function Messages(props: { work: Work; at: number | null }) {
  const { interaction, messages } = props.work;
  const { state, outbox, typing } = useView();
  const { say } = useSpeech();
  const dates = useDates();
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const pending = outbox.filter((draft) => draft.interaction_id === interaction.id);
  const held = (state?.held ?? []).filter((each) => each.interaction_id === interaction.id);
  const preview = typing[interaction.id];

  const follow = () => {
    if (isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(follow, [messages, pending.length, held.length, preview]);
  // Pictures and mails get their height late.
  useEffect(() => {
    const content = box.current?.firstElementChild;
    if (!content) return;
    const observer = new ResizeObserver(follow);
    observer.observe(content);
    return () => observer.disconnect();
  }, []);
  const marked = useLanding(props.work, props.at, box, () => {
    isAtEnd.current = false;
  });
  const scrolled = () => {
    const { scrollTop, clientHeight, scrollHeight } = box.current!;
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearEndPixels;
  };

  return (
    <div ref={box} className={css.box} onScroll={scrolled} tabIndex={0} role="log" aria-label={say("talk.messages")} data-testid="messages">
      <div className={css.column}>
        <Earlier work={props.work} />
        {messages.map((message, index) => {
          const before = messages[index - 1];
          const isNewDay = !before || dates.dayKey(before.at) !== dates.dayKey(message.at);
          return (
            <Fragment key={message.seq}>
              {isNewDay && <p className={css.day} data-testid="day"><span>{dates.day(message.at)}</span></p>}
              <MessageView message={message} customer={interaction.customer} channel={interaction.channel} isMarked={message.seq === marked} />
            </Fragment>
          );
        })}
        {held.map((each) => (
          <HeldReply key={each.id} held={each} isNewest={each === held.at(-1)} />
        ))}
        {pending.map((draft) => (
          <Pending key={draft.client_id} draft={draft} />
        ))}
        {preview && (
          <Text size="sm" c="dimmed" fs="italic" data-testid="typing">
            {say("talk.typing", { name: interaction.customer.name })} <bdi>{preview.preview}</bdi>
          </Text>
        )}
      </div>
    </div>
  );
}

function Earlier(props: { work: Work }) {
  const live = useLive();
  const { say } = useSpeech();
  const { isBusy, run } = useCommand();
  const [isDone, setDone] = useState(false);
  const first = props.work.messages[0]?.seq ?? 1;
  // Seqs of a conversation begin at 1.
  if (isDone || first <= 1) return null;
  const read = () => void run(async () => setDone(!(await live.readEarlier(props.work.interaction.id))));
  return (
    <Center>
      <Button variant="subtle" size="xs" onClick={read} loading={isBusy}>{say("talk.earlier")}</Button>
    </Center>
  );
}
