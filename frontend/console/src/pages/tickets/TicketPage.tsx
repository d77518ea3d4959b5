import { Alert, Anchor, Button, Center, Group, Loader, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp, IconBell, IconBellOff, IconFilePlus, IconGitMerge } from "@tabler/icons-react";
import { call } from "../../http/api";
import { useDates, useRegion } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { Panel } from "../../kit/Frame";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import { DocumentNotes } from "../../notes/DocumentNotes";
import type { Id } from "../../protocol";
import { go, pathTo } from "../../shell/route";
import { ComplaintPanel } from "../complaints/ComplaintPanel";
import { SuggestedArticles } from "../knowledge/SuggestedArticles";
import { TicketArticles } from "../knowledge/TicketArticles";
import { words as knowledgeWords } from "../knowledge/words";
import VisitsOf from "../visits/VisitsOf";
import { Checks } from "./Checks";
import { DetailsForm } from "./DetailsForm";
import { History } from "./History";
import { Links } from "./Links";
import { linkWords } from "./linkWords";
import { Due, Requester, Title } from "./marks";
import { MacroItems } from "./Macros";
import { MergeDialog } from "./MergeDialog";
import { pageWords } from "./pageWords";
import { Papers } from "./Papers";
import { Promises } from "./Promises";
import { Quick } from "./Quick";
import { Section } from "./Section";
import type { Setup } from "./setup";
import { Talks } from "./Talks";
import { kinds, type Ticket, type TicketRow } from "./ticket";
import { TicketFiles } from "./TicketFiles";
import css from "./Tickets.module.css";
import { Times } from "./Times";
import { UnitPart } from "./UnitPart";
import { useTicket } from "./useTicket";
import { words } from "./words";

interface PageProps {
  id: Id;
  setup: Setup;
  put: (row: TicketRow) => void;
}

/** What every part of the page gets. */
export interface PartProps {
  ticket: Ticket;
  setup: Setup;
  mayWrite: boolean;
  /** Take what a change answered with. */
  take: (ticket: Ticket) => void;
}

/** One ticket with all that hangs on it; what others change appears. */
export function TicketPage(props: PageProps) {
  const { id, setup } = props;
  const kit = usePhrases(kitWords);
  const { me } = useFeed();
  const { ticket, isGone, read, take } = useTicket(id, props.put);
  if (!ticket || isGone || !setup.isRead) {
    return (
      <Panel title="" back={["tickets"]}>
        <Center mih={120}>{isGone ? <Text c="dimmed">{kit.say("gone")}</Text> : <Loader size="sm" />}</Center>
      </Panel>
    );
  }
  const part: PartProps = { ticket, setup, take, mayWrite: me.permissions.includes("ticket.write") && ticket.merged_into === null };
  return (
    <Panel title={<Title ticket={ticket} />} back={["tickets"]} actions={<Actions {...part} />}>
      <div className={css.ticket} data-testid="ticket" data-number={ticket.number} data-category={ticket.category} data-version={ticket.version}>
        {ticket.merged_into !== null && <Merged {...part} into={ticket.merged_into} />}
        <About {...part} />
        <Quick {...part} read={read} />
        <ComplaintPart {...part} read={read} />
        {ticket.kind === "service_case" && <UnitPart {...part} read={read} />}
        <div className={css.halves}>
          <div className={css.column}>
            <DetailsForm {...part} read={read} />
            <Talks {...part} />
            <TicketFiles {...part} />
            <Papers {...part} />
            {me.permissions.includes("visit.read") && <VisitsOf kind="ticket" id={id} mayAdd={part.mayWrite} />}
          </div>
          <div className={css.column}>
            <Promises ticket={ticket} />
            <ArticlesPart ticket={ticket} />
            <DocumentNotes kind="ticket" id={id} onlyComments />
            <Checks {...part} />
            <Times {...part} />
            <Links {...part} />
            <History ticket={ticket} setup={setup} />
          </div>
        </div>
      </div>
    </Panel>
  );
}

/** The path that the law knows for a complaint, for whoever may see it. */
function ComplaintPart(props: PartProps & { read: () => Promise<void> }) {
  const { say } = usePhrases(words);
  const { me } = useFeed();
  if (props.ticket.kind !== "complaint" || !me.permissions.includes("complaint.read")) return null;
  return (
    <Section title={say("kind.complaint")} testid="ticket-complaint">
      <ComplaintPanel ticketId={props.ticket.id} changed={() => void props.read()} />
    </Section>
  );
}

/** Articles that may help, by the ticket's subject. */
function ArticlesPart(props: { ticket: Ticket }) {
  const { language } = useRegion();
  const knowledge = usePhrases(knowledgeWords);
  return (
    <Section title={knowledge.say("suggested")} testid="ticket-articles">
      <TicketArticles ticketId={props.ticket.id} isConfidential={props.ticket.is_confidential} />
      <SuggestedArticles text={props.ticket.subject} language={language} />
    </Section>
  );
}

/** Whose it is, and how it stands. */
function About(props: PartProps) {
  const { ticket } = props;
  const { say } = usePhrases(words);
  const page = usePhrases(pageWords);
  const dates = useDates();
  const { me } = useFeed();
  const maySee = ticket.customer_id !== null && me.permissions.includes("customer.read");
  const who = <Requester ticket={ticket} />;
  return (
    <Group gap="xs">
      <Text size="sm" fw={600}>{say(`kind.${ticket.kind}`)}</Text>
      <Text size="sm" data-testid="ticket-requester">{maySee ? <Anchor href={pathTo("customers", ticket.customer_id!)}>{who}</Anchor> : who}</Text>
      <Due ticket={ticket} />
      <Text size="sm" c="dimmed">{page.say("opened_at", { at: dates.full(ticket.opened_at) })}</Text>
      {ticket.solved_at !== null && <Text size="sm" c="dimmed">{page.say("solved_at", { at: dates.full(ticket.solved_at) })}</Text>}
    </Group>
  );
}

function Actions(props: PartProps) {
  const { ticket, take, mayWrite } = props;
  const { say } = usePhrases(words);
  const page = usePhrases(pageWords);
  const links = usePhrases(linkWords);
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const [isMerging, merging] = useDisclosure(false);
  const isFollowing = ticket.followers.includes(me.id);
  const follow = () =>
    void run(async () => {
      await call(isFollowing ? "DELETE" : "PUT", `/api/tickets/${ticket.id}/follow`);
      take({ ...ticket, followers: isFollowing ? ticket.followers.filter((id) => id !== me.id) : [...ticket.followers, me.id] });
    });
  const Sign = isFollowing ? IconBell : IconBellOff;
  return (
    <>
      <Button size="compact-sm" variant={isFollowing ? "light" : "default"} leftSection={<Sign size={14} aria-hidden />} aria-pressed={isFollowing} onClick={follow} loading={isBusy} data-testid="ticket-follow">
        {page.say(isFollowing ? "following" : "follow")}
      </Button>
      {mayWrite && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button size="compact-sm" variant="default" data-testid="ticket-more">{page.say("more")}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            <MacroItems ticket={ticket} />
            <Menu.Label>{page.say("make_of_it")}</Menu.Label>
            {kinds.map((kind) => (
              <Menu.Item key={kind} leftSection={<IconFilePlus size={16} aria-hidden />} onClick={() => go("tickets", "new", "ticket", ticket.id, kind)} data-testid={`make-${kind}`}>{say(`kind.${kind}`)}</Menu.Item>
            ))}
            {me.permissions.includes("ticket.merge") && (
              <>
                <Menu.Divider />
                <Menu.Item leftSection={<IconGitMerge size={16} aria-hidden />} onClick={merging.open} data-testid="merge">{links.say("merge")}</Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {isMerging && <MergeDialog ticket={ticket} close={merging.close} />}
    </>
  );
}

/** It ended in another one; that can be taken back. */
function Merged(props: PartProps & { into: Id }) {
  const { ticket, into, take } = props;
  const { say } = usePhrases(linkWords);
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const other = ticket.links.find((link) => link.ticket.id === into)?.ticket;
  const undo = () => void run(async () => take(await call<Ticket>("POST", `/api/tickets/${ticket.id}/unmerge`)));
  return (
    <Alert color="yellow" icon={<IconGitMerge />} data-testid="merged">
      <Group gap="xs" justify="space-between">
        <Anchor href={pathTo("tickets", into)}>{say("merged_into", { number: other?.number ?? "" })}</Anchor>
        {me.permissions.includes("ticket.merge") && (
          <Button size="xs" variant="default" leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={undo} loading={isBusy} data-testid="unmerge">{say("unmerge")}</Button>
        )}
      </Group>
    </Alert>
  );
}
