import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMessage2Question } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { Panel } from "../../kit/Frame";
import { useFeed } from "../../live/context";
import { keyOf } from "../../feedTeam";
import { DocumentNotes } from "../../notes/DocumentNotes";
import type { Interaction, Message } from "../../protocol";
import { pathTo } from "../../shell/route";
import { AskTeam } from "../rooms/AskTeam";
import { MessageView } from "../work/MessageView";
import { Name } from "../work/Name";
import { words } from "./words";

/** A document with what colleagues wrote at it. A conversation is shown whole, whoever's work it is; what it is not is an answer to it. */
export function DocumentPanel(props: { kind: string; id: string }) {
  const { kind, id } = props;
  const { say } = usePhrases(words);
  const { notes, me } = useFeed();
  const [isAsking, asking] = useDisclosure(false);
  const title = notes[keyOf({ kind, id })]?.title ?? "";
  return (
    <Panel title={<Name of={title} />} back={["assigned"]}>
      <Stack gap="lg">
        <Group gap="sm">
          {kind === "customer" && <Anchor size="sm" href={pathTo("customers", id)}>{say("open_customer")}</Anchor>}
          {me.permissions.includes("room.talk") && (
            <Button size="compact-sm" variant="default" leftSection={<IconMessage2Question size={16} aria-hidden />} onClick={asking.open} data-testid="ask-team">{say("discuss")}</Button>
          )}
        </Group>
        <DocumentNotes kind={kind} id={id} />
        {kind === "interaction" && <Transcript id={id} />}
      </Stack>
      <AskTeam document={{ kind, id }} title={title} isOpen={isAsking} close={asking.close} />
    </Panel>
  );
}

function Transcript(props: { id: string }) {
  const { id } = props;
  const { say } = usePhrases(words);
  const { work } = useFeed();
  const [interaction, setInteraction] = useState<Interaction | null>(null);
  const [messages, setMessages] = useState<Message[]>([]);
  useEffect(() => {
    let isCurrent = true;
    const path = `/api/interactions/${encodeURIComponent(id)}`;
    Promise.all([call<Interaction>("GET", path), call<{ messages: Message[] }>("GET", `${path}/messages`)]).then(
      ([found, page]) => {
        if (!isCurrent) return;
        setInteraction(found);
        setMessages(page.messages);
      },
      // What is not for this reader is said by the notes above.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [id]);
  if (!interaction) return null;
  return (
    <section aria-label={say("conversation")} data-testid="transcript">
      <Group gap="sm" mb="xs">
        <Title order={3} fz="sm">{say("conversation")}</Title>
        {work[id] && <Anchor size="sm" href={pathTo("work", id)}>{say("open_document")}</Anchor>}
        <Anchor size="sm" href={pathTo("customers", interaction.customer.id)}>{say("open_customer")}</Anchor>
      </Group>
      {messages.length === 0 && <Text size="sm" c="dimmed">{say("nothing")}</Text>}
      <Stack gap={8}>
        {messages.map((message) => <MessageView key={message.seq} message={message} customer={interaction.customer} channel={interaction.channel} />)}
      </Stack>
    </section>
  );
}
