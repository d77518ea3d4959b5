import { Stack, Text } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import type { Referral } from "./complaint";
import { ReferralCard } from "./ReferralCard";
import { words } from "./words";

/** What the reader's own units are asked: the question and the number, not the complaint. */
export function ReferralsPanel(props: { chosen: string | undefined }) {
  const { say } = usePhrases(words);
  const list = useList<Referral>("/api/complaint-referrals", byId);
  const chosen = list.items.filter(({ id }) => id === props.chosen);
  const others = list.items.filter(({ id }) => id !== props.chosen);
  if (list.items.length === 0) return <Text c="dimmed" size="sm">{list.isBusy ? "" : say("no_questions")}</Text>;
  return (
    <Stack gap="sm">
      {[...chosen, ...others].map((each) => <ReferralCard key={each.id} referral={each} can={["answer", "return"]} done={list.put} isNumbered />)}
    </Stack>
  );
}
