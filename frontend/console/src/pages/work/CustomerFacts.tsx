import { Anchor, Loader, Text } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import type { Interaction } from "../../protocol";
import { pathTo } from "../../shell/route";
import { Facts, OpenItems } from "../customers/Facts";
import { factWords } from "../customers/factWords";
import { useOverview } from "../customers/overview";
import { CustomerNotes } from "./CustomerNotes";

/** Beside a conversation: what there is to know of its customer, in short. */
export function CustomerFacts(props: { interaction: Interaction }) {
  const { interaction } = props;
  const { say } = usePhrases(factWords);
  const { overview, isFailed, read } = useOverview(interaction.customer.id, interaction.state);
  if (!overview) return isFailed ? <Text size="sm" c="dimmed">{say("failed")}</Text> : <Loader size="xs" />;
  return (
    <>
      <CustomerNotes key={overview.customer.version} customer={overview.customer} saved={read} />
      <Facts overview={overview} isCompact />
      <OpenItems items={overview.open} except={interaction.id} />
      <Anchor href={pathTo("customers", overview.customer.id)} size="sm" data-testid="customer-page">{say("whole")}</Anchor>
    </>
  );
}
