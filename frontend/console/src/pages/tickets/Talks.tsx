import { ActionIcon, Button, Center, Group, Loader, Text } from "@mantine/core";
import { IconUnlink } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useCommand, useFeed } from "../../live/context";
import type { Id, Interaction } from "../../protocol";
import { ChannelIcon } from "../work/ChannelIcon";
import { Conversation } from "../work/Conversation";
import { Name } from "../work/Name";
import { useWatched } from "../work/watching";
import { words as talkWords } from "../conversations/words";
import { pageWords } from "./pageWords";
import { Section } from "./Section";
import type { Ticket } from "./ticket";
import type { PartProps } from "./TicketPage";
import css from "./Tickets.module.css";

/** The conversations about it: one is open, live, and answered from here by whoever has it. */
export function Talks(props: PartProps) {
  const { ticket } = props;
  const { say } = usePhrases(pageWords);
  const [open, setOpen] = useState<Id | null>(ticket.interactions.at(-1) ?? null);
  return (
    <Section title={say("talks")} testid="ticket-talks">
      {ticket.interactions.length === 0 && <Text size="sm" c="dimmed">{say("talks_none")}</Text>}
      {ticket.interactions.map((id) => <Talk key={id} id={id} isOpen={open === id} toggle={() => setOpen(open === id ? null : id)} {...props} />)}
    </Section>
  );
}

function Talk(props: PartProps & { id: Id; isOpen: boolean; toggle: () => void }) {
  const { id, ticket, take, isOpen } = props;
  const { say } = usePhrases(pageWords);
  const talk = usePhrases(talkWords);
  const speech = useSpeech();
  const dates = useDates();
  const { run, isBusy } = useCommand();
  const about = useAbout(id, isOpen);
  if (about === "gone") return <Text size="sm" c="dimmed">{talk.say("gone")}</Text>;
  if (about === null) return <Loader size="sm" />;
  const remove = () => void run(async () => take(await call<Ticket>("DELETE", `/api/tickets/${ticket.id}/interactions/${id}`)));
  return (
    <div data-testid="ticket-talk" data-interaction={id}>
      <div className={css.line}>
        <ChannelIcon channel={about.channel} size={16} />
        <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} onClick={props.toggle} data-testid="talk-open"><Name of={about.subject ?? about.customer.name} /></Button>
        <Text size="xs" c="dimmed" className={css.grow}>{dates.brief(about.opened_at)} · {speech.say(`state.${about.state}`)}</Text>
        {props.mayWrite && <ActionIcon variant="subtle" color="gray" aria-label={say("talk_remove")} title={say("talk_remove")} onClick={remove} loading={isBusy} data-testid="talk-remove"><IconUnlink size={16} /></ActionIcon>}
      </div>
      {isOpen && <Live id={id} ticketId={ticket.id} />}
    </div>
  );
}

/** What a conversation is called; read again when `moment` changes. */
function useAbout(id: Id, moment?: unknown): Interaction | null | "gone" {
  const [about, setAbout] = useState<Interaction | null | "gone">(null);
  useEffect(() => {
    let isLeft = false;
    call<Interaction>("GET", `/api/interactions/${id}`).then((found) => !isLeft && setAbout(found), () => !isLeft && setAbout("gone"));
    return () => {
      isLeft = true;
    };
  }, [id, moment]);
  return about;
}

export function TalkName(props: { id: Id }) {
  const about = useAbout(props.id);
  const dates = useDates();
  const talk = usePhrases(talkWords);
  if (about === null || about === "gone") return <>{about === "gone" && talk.say("gone")}</>;
  return <span><ChannelIcon channel={about.channel} size={14} /> <Name of={about.subject ?? about.customer.name} /> · {dates.brief(about.opened_at)}</span>;
}

function Live(props: { id: Id; ticketId: Id }) {
  const { work: own } = useFeed();
  const talk = usePhrases(talkWords);
  const { work, isGone } = useWatched(props.id);
  const shown = own[props.id] ?? work;
  if (isGone) return <Group><Text size="sm" c="dimmed">{talk.say("gone")}</Text></Group>;
  if (!shown) return <Center mih={80}><Loader size="sm" /></Center>;
  return <div className={css.talk}><Conversation work={shown} showCustomer={null} back={["tickets", props.ticketId]} isPart /></div>;
}
