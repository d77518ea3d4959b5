import { Badge, Group, Paper, Text } from "@mantine/core";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { Act } from "./Act";
import type { Referral } from "./complaint";
import { words } from "./words";

export type End = "answer" | "return" | "withdraw";

/** A question to a unit, and what can be done with it. */
export function ReferralCard(props: { referral: Referral; can: End[]; done: (ended: Referral) => Promise<void> | void; isNumbered?: boolean }) {
  const { referral } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  const titles: Record<End, string> = { answer: say("answer_of"), return: say("send_back"), withdraw: say("take_back") };
  const end = (what: End) => async (said: object) => {
    await props.done(await call<Referral>("POST", `/api/complaint-referrals/${referral.id}/${what}`, said));
  };
  return (
    <Paper withBorder p="sm" data-testid="referral" data-state={referral.state}>
      <Group gap="xs" justify="space-between">
        <Text size="sm" fw={600}>{props.isNumbered && <><bdi dir="ltr">{referral.number}</bdi> · </>}<bdi>{referral.unit_name}</bdi></Text>
        <Badge variant="light" tt="none" color={referral.is_late && referral.state === "open" ? "red" : "gray"}>{say(`state.${referral.state}`)}</Badge>
      </Group>
      <Text size="sm" dir="auto" mt={4} style={{ whiteSpace: "pre-wrap" }}>{referral.question}</Text>
      {referral.answer && <Text size="sm" dir="auto" mt={4} c="dimmed" style={{ whiteSpace: "pre-wrap" }}>{referral.answer}</Text>}
      <Text size="xs" mt={4} c={referral.is_late ? "red" : "dimmed"}>{say("due")}: {dates.full(referral.due_at)}{referral.is_late ? ` · ${say("late")}` : ""}</Text>
      {referral.state === "open" && props.can.length > 0 && (
        <Group gap="xs" mt="xs">
          {props.can.map((what) => (
            <Act key={what} title={titles[what]} testid={`referral-${what}`} asks={[{ key: "answer", label: what === "answer" ? say("answer_of") : say("reason"), isLong: true }]} act={end(what)} />
          ))}
        </Group>
      )}
    </Paper>
  );
}
