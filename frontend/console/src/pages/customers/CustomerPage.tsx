import { Alert, Anchor, Button, Center, Loader, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconSend2 } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { Beside } from "../../frames/Beside";
import { call } from "../../http/api";
import type { CustomerRecord, Merge } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { Panel } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import { DocumentNotes } from "../../notes/DocumentNotes";
import { pathTo } from "../../shell/route";
import CustomerTickets from "../tickets/CustomerTickets";
import VisitsOf from "../visits/VisitsOf";
import { Name } from "../work/Name";
import { CustomerFiles } from "./CustomerFiles";
import css from "./Customers.module.css";
import { DetailsForm } from "./DetailsForm";
import { Facts, OpenItems } from "./Facts";
import { factWords } from "./factWords";
import { Identities } from "./Identities";
import { Merges } from "./Merges";
import { useOverview } from "./overview";
import { Timeline } from "./Timeline";
import { words } from "./words";
import { WriteDialog } from "./WriteDialog";

interface CustomerPageProps {
  id: string;
  saved: (customer: CustomerRecord) => void;
  reloadAll: () => Promise<void>;
}

/** Everything about one customer: who it is, how to reach it, what there was, and which records are the same. */
export function CustomerPage(props: CustomerPageProps) {
  const { id, saved, reloadAll } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const facts = usePhrases(factWords);
  const { me } = useFeed();
  const { customer, round, isFailed, read, put } = useCustomer(id, saved);
  const { overview, read: readOverview } = useOverview(id, customer?.version);
  const [isWriting, writing] = useDisclosure(false);
  const merges = useList<Merge>(`/api/customers/${id}/merges`, byId);
  const may = (permission: string) => me.permissions.includes(permission);
  if (!customer) {
    return (
      <Panel title="" back={["customers"]}>
        <Center mih={120}>{isFailed ? <Text c="dimmed">{kit.say("gone")}</Text> : <Loader size="sm" />}</Center>
      </Panel>
    );
  }
  const changed = async () => {
    await Promise.all([read(), readOverview(), merges.reload(), reloadAll()]);
  };
  const isOpen = customer.merged_into === null;
  return (
    <Panel
      title={<Name of={customer.name} />}
      back={["customers"]}
      actions={
        isOpen && may("interaction.start") && (
          <Button size="xs" leftSection={<IconSend2 size={16} aria-hidden />} onClick={writing.open} data-testid="write">{facts.say("write")}</Button>
        )
      }
    >
      {isWriting && <WriteDialog customer={customer} close={writing.close} written={() => void changed()} />}
      {customer.merged_into !== null && (
        <Alert color="yellow" mb="md">
          {say("gone_up")} <Anchor href={pathTo("customers", customer.merged_into)}>{say("gone_up_open")}</Anchor>
        </Alert>
      )}
      <Beside place="customer" subject={{ customerId: id }}>
        <div className={css.halves}>
          <div className={css.column}>
            {overview && <Facts overview={overview} />}
            {overview && <OpenItems items={overview.open} />}
            {may("ticket.read") && <CustomerTickets customerId={id} moment={merges.items.length} />}
            {may("visit.read") && <VisitsOf kind="customer" id={id} mayAdd />}
            <Timeline customerId={id} moment={`${customer.version} ${merges.items.length} ${overview?.last_out_at}`} />
            {may("interaction.read") && <CustomerFiles customerId={id} />}
            <Merges customer={customer} merges={merges} changed={changed} mayMerge={isOpen && may("customer.merge")} />
          </div>
          <div className={css.column}>
            <DocumentNotes kind="customer" id={id} />
            <Identities customer={customer} put={put} mayWrite={isOpen && may("customer.write")} />
            <section>
              <Title order={3} fz="sm" mb="xs">{say("details")}</Title>
              <DetailsForm
                key={round}
                customer={customer}
                saved={put}
                reload={() => void read(true)}
                isFixed={!isOpen || !may("customer.write")}
                organizationName={overview?.organization?.name}
                responsibleName={overview?.responsible?.name}
              />
            </section>
          </div>
        </div>
      </Beside>
    </Panel>
  );
}

function useCustomer(id: string, saved: (customer: CustomerRecord) => void) {
  const [customer, setCustomer] = useState<CustomerRecord | null>(null);
  const [isFailed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  const read = useCallback(
    async (isAnew = false) => {
      try {
        setCustomer(await call<CustomerRecord>("GET", `/api/customers/${encodeURIComponent(id)}`));
        setFailed(false);
        if (isAnew) setRound((old) => old + 1);
      } catch {
        setFailed(true);
      }
    },
    [id],
  );
  useEffect(() => void read(), [read]);
  const put = useCallback(
    (next: CustomerRecord) => {
      setCustomer(next);
      saved(next);
    },
    [saved],
  );
  return { customer, round, isFailed, read, put };
}
