import { Button, Text } from "@mantine/core";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useBranches } from "../../kit/branches";
import { useCommand, useFeed } from "../../live/context";
import { Act } from "./Act";
import { outcomes, ways } from "./complaint";
import type { Part } from "./ComplaintPanel";
import { words } from "./words";

const named = (all: { id: string; name: string }[]) => all.map(({ id, name }) => ({ value: id, label: name }));

export function ReferAct(props: Part) {
  const { say } = usePhrases(words);
  const { queues } = useFeed();
  const branches = useBranches();
  return (
    <Act
      title={say("refer")}
      testid="refer"
      asks={[
        { key: "branch_id", label: say("branch"), options: named(branches.items), isAsked: ({ queue_id }) => !queue_id },
        { key: "queue_id", label: say("team"), options: named(queues), isAsked: ({ branch_id }) => !branch_id },
        { key: "question", label: say("question"), isLong: true },
        { key: "days", label: say("days"), isNumber: true },
      ]}
      initial={{ days: 5 }}
      act={(said) => props.does("referrals", said)}
    />
  );
}

export function EscalateAct(props: Part) {
  const { say } = usePhrases(words);
  const { agents } = useFeed();
  return (
    <Act
      title={say("escalate")}
      testid="escalate"
      asks={[{ key: "to_owner_id", label: say("new_owner"), options: named(agents) }, { key: "reason", label: say("reason"), isLong: true }]}
      act={(said) => props.does("escalations", { ...said, level: props.complaint.level + 1 })}
    />
  );
}

/** The first decision, or that of a review. */
export function DecideAct(props: Part & { isReview?: boolean }) {
  const { say } = usePhrases(words);
  return (
    <Act
      title={say(props.isReview ? "decide_review" : "decide")}
      testid={props.isReview ? "decide-review" : "decide"}
      asks={[
        { key: "outcome", label: say("outcome"), options: outcomes.map((value) => ({ value, label: say(`outcome.${value}`) })) },
        { key: "reasons", label: say("reasons"), isLong: true },
      ]}
      act={(said) => props.does(props.isReview ? "review-decision" : "decision", said)}
    />
  );
}

/** Whoever decided does not review: others see the button. */
export function ReviewActs(props: Part & { isAsked: boolean }) {
  const { say } = usePhrases(words);
  const { me } = useFeed();
  if (!props.isAsked) {
    if (!props.may("ticket.write")) return null;
    return <Act title={say("ask_review")} testid="ask-review" asks={[{ key: "reason", label: say("reason"), isLong: true }]} act={(said) => props.does("reviews", said)} />;
  }
  const decidedBefore = props.complaint.decisions.some(({ decided_by }) => decided_by === me.id);
  return props.may("complaint.review") && !decidedBefore ? <DecideAct {...props} isReview /> : null;
}

/** How the complainant was told: by what was sent since the decision, or otherwise. */
export function AnswerAct(props: Part) {
  const { say } = usePhrases(words);
  const dates = useDates();
  const sent = props.complaint.sent.map(({ message_id, at, preview }) => ({ value: message_id, label: `${dates.brief(at)} ${preview}` }));
  return (
    <Act
      title={say("record_answer")}
      testid="record-answer"
      asks={[
        { key: "way", label: say("way"), options: ways.map((value) => ({ value, label: say(`way.${value}`) })) },
        { key: "message_id", label: say("message"), options: sent, isAsked: ({ way }) => way === "message" },
        { key: "note", label: say("note"), isLong: true, isAsked: ({ way }) => way !== "message" },
      ]}
      initial={{ way: sent.length > 0 ? "message" : "telephone" }}
      act={(said) => props.does("answer", said)}
    />
  );
}

export function CloseAct(props: Part) {
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const { lacks } = props.complaint;
  return (
    <div>
      <Button variant="filled" disabled={lacks !== null} loading={isBusy} onClick={() => void run(() => props.does("close"))} data-testid="close-complaint">{say("close")}</Button>
      {lacks !== null && <Text size="xs" c="dimmed" mt={4} data-testid="lacks">{say(`lacks.${lacks}`)}</Text>}
    </div>
  );
}
