import { Badge, Button, Center, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { useId, type ReactNode } from "react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import type { Id, Iso } from "../../protocol";
import { Act } from "./Act";
import { AboutActs, LearnedActs, SourceAct } from "./describing";
import { useComplaint, useNamed, useSources, type Complaint } from "./complaint";
import { AnswerAct, CloseAct, DecideAct, EscalateAct, ReferAct, ReviewActs } from "./deciding";
import { ReferralCard } from "./ReferralCard";
import { words } from "./words";

export interface Part {
  complaint: Complaint;
  /** Sends something that is done with it, and shows it as it is then. */
  does: (what: string, body?: object) => Promise<void>;
  may: (permission: string) => boolean;
}

/** The regulated path of a complaint: for the ticket's page, and for the page of complaints. */
export function ComplaintPanel(props: { ticketId: Id; changed?: () => void }) {
  const { ticketId, changed } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { me } = useFeed();
  const { complaint, isGone, put, reload } = useComplaint(ticketId);
  if (complaint === null) return <Center mih={120}>{isGone ? <Text c="dimmed">{kit.say("gone")}</Text> : <Loader size="sm" />}</Center>;
  const does = async (what: string, body: object = {}) => {
    const method = what === "" ? "PATCH" : "POST";
    const path = `/api/complaints/${ticketId}${what && `/${what}`}`;
    put(await call<Complaint>(method, path, what === "" ? { version: complaint.version, ...body } : body));
    changed?.();
  };
  const part: Part = { complaint, does, may: (permission) => me.permissions.includes(permission) };
  const mayHandle = part.may("complaint.handle") && complaint.stage !== "closed";
  return (
    <Stack gap="lg" data-testid="complaint" data-stage={complaint.stage}>
      <Head {...part} />
      <Path {...part} />
      <Section title={say("complained_of")}>
        <Stack gap={4}>
          {complaint.about.map((each, index) => (
            <Text key={index} size="sm" data-testid="complained-of"><span>{say(`kind.${each.kind}`)}: </span><bdi>{each.name}</bdi></Text>
          ))}
          {mayHandle && <AboutActs {...part} />}
        </Stack>
      </Section>
      {(complaint.referrals.length > 0 || mayHandle) && (
        <Section title={say("referrals")}>
          {complaint.referrals.map((each) => <ReferralCard key={each.id} referral={each} can={mayHandle ? ["withdraw"] : []} done={reload} />)}
          {mayHandle && <ReferAct {...part} />}
        </Section>
      )}
      {(complaint.escalations.length > 0 || mayHandle) && (
        <Section title={say("escalations")}>
          {complaint.escalations.map((each) => (
            <Entry key={each.level} title={`${say("level")} ${each.level}: ${each.to_owner_name}`} text={each.reason} by={each.by_name} at={each.at} />
          ))}
          {mayHandle && <EscalateAct {...part} />}
        </Section>
      )}
      <Decisions {...part} />
      <Section title={say("learned")}>
        <LearnedActs {...part} isFixed={!part.may("complaint.handle")} />
      </Section>
      {mayHandle && <CloseAct {...part} />}
    </Stack>
  );
}

function Head(props: Part) {
  const { complaint, may, does } = props;
  const { say } = usePhrases(words);
  const named = useNamed();
  const sources = useSources();
  const source = sources.items.find(({ id }) => id === complaint.source_id);
  const { isBusy, run } = useCommand();
  const mayHandle = may("complaint.handle") && complaint.stage !== "closed";
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Badge size="lg" variant="light" tt="none" data-testid="complaint-stage">{say(`stage.${complaint.stage}`)}</Badge>
        {complaint.level > 0 && <Badge size="lg" variant="light" color="orange" tt="none">{say("level")} {complaint.level}</Badge>}
      </Group>
      <Text size="sm">{say("source")}: {source ? named(source.names) : ""}</Text>
      <Text size="sm">
        {say("code")}: <bdi dir="ltr" data-testid="tracking-code">{complaint.code}</bdi> · {say(`receipt.${complaint.receipt}`)}
      </Text>
      {complaint.receipt_note && <Text size="sm" c="dimmed" dir="auto">{complaint.receipt_note}</Text>}
      <Group gap="xs">
        {complaint.receipt === "owed" && may("ticket.write") && (
          <>
            <Button size="xs" variant="default" loading={isBusy} onClick={() => void run(() => does("receipt"))} data-testid="send-receipt">{say("send_receipt")}</Button>
            <TellAct {...props} />
          </>
        )}
        {mayHandle && <SourceAct {...props} sources={sources.items} />}
        {mayHandle && !complaint.deadlines.some(({ step, done_at }) => step === "investigation" && done_at) && (
          <Button size="xs" loading={isBusy} onClick={() => void run(() => does("take-up"))} data-testid="take-up">{say("take_up")}</Button>
        )}
      </Group>
    </Stack>
  );
}

function TellAct(props: Part) {
  const { say } = usePhrases(words);
  return <Act title={say("tell")} testid="tell-code" asks={[{ key: "note", label: say("tell_how") }]} act={(said) => props.does("receipt-told", said)} />;
}

/** Every step with its deadline: done, waiting or late. */
function Path(props: Part) {
  const { say } = usePhrases(words);
  const dates = useDates();
  return (
    <Section title={say("path")}>
      <Stack gap={4} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
        {props.complaint.deadlines.map(({ step, due_at, done_at, is_late }) => (
          <Group key={step} component="li" gap="xs" wrap="nowrap" data-testid="deadline" data-late={is_late || undefined}>
            <Text size="sm" flex={1} {...(done_at ? { c: "dimmed" } : {})}>{say(`step.${step}`)}</Text>
            <Text size="sm" c={is_late ? "red" : "dimmed"}>{dates.brief(done_at ?? due_at)}{is_late ? ` · ${say("late")}` : ""}</Text>
            <Text size="sm" w={16} aria-hidden>{done_at ? "✓" : ""}</Text>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

function Decisions(props: Part) {
  const { complaint, may } = props;
  const { say } = usePhrases(words);
  const isOpen = complaint.stage !== "closed";
  const isDecided = complaint.decisions.length > 0;
  const isReviewed = complaint.reviews.some(({ decision_id }) => decision_id === null);
  return (
    <Section title={say("decisions")}>
      {complaint.decisions.map((each, index) => {
        const answer = complaint.answers.find(({ decision_id }) => decision_id === each.id);
        const review = complaint.reviews[index];
        return (
          <Stack key={each.id} gap="xs">
            <Entry title={say(`outcome.${each.outcome}`)} text={each.reasons} by={each.decided_by_name} at={each.decided_at} testid="decision" />
            {answer && <Entry title={say(`way.${answer.way}`)} text={answer.note} by={answer.given_by_name} at={answer.given_at} testid="answer" />}
            {review && <Entry title={say("reviewed")} text={review.reason} by={review.asked_by_name} at={review.asked_at} testid="review" />}
          </Stack>
        );
      })}
      <Group gap="xs">
        {isOpen && !isDecided && may("complaint.handle") && <DecideAct {...props} />}
        {isDecided && <ReviewActs {...props} isAsked={isReviewed} />}
        {isOpen && complaint.stage === "decided" && may("complaint.handle") && <AnswerAct {...props} />}
      </Group>
    </Section>
  );
}

function Section(props: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Title order={4} fz="sm" mb="xs" id={id}>{props.title}</Title>
      <Stack gap="xs">{props.children}</Stack>
    </section>
  );
}

function Entry(props: { title: string; text: string; by: string | null; at: Iso; testid?: string }) {
  const { say } = usePhrases(words);
  const dates = useDates();
  return (
    <div data-testid={props.testid}>
      <Text size="sm" fw={600} dir="auto">{props.title}</Text>
      {props.text && <Text size="sm" dir="auto" style={{ whiteSpace: "pre-wrap" }}>{props.text}</Text>}
      <Text size="xs" c="dimmed">{say("by", { name: props.by ?? "", when: dates.brief(props.at) })}</Text>
    </div>
  );
}
