import { Avatar, Group, Stack, Text, Title } from "@mantine/core";
import { lazy, Suspense } from "react";
import { hasLetters } from "../../../../shared/direction";
import { DocumentNotes } from "../../notes/DocumentNotes";
import { useSpeech } from "../../i18n/context";
import { useFeed } from "../../live/context";
import type { Identity, Interaction } from "../../protocol";
import { AroundPanel } from "./around/AroundPanel";
import { CustomerFacts } from "./CustomerFacts";
import { History } from "./History";
import { Name } from "./Name";
import { VisitorPanel } from "./VisitorPanel";
import css from "./CustomerPanel.module.css";

const ContactFormPanel = lazy(() => import("../contactforms/ContactFormPanel"));
const CustomerTickets = lazy(() => import("../tickets/CustomerTickets"));

export function CustomerPanel(props: { interaction: Interaction }) {
  const { customer } = props.interaction;
  const { say } = useSpeech();
  const { me } = useFeed();
  return (
    <Stack gap="lg" data-testid="customer-panel">
      <Group wrap="nowrap">
        <Portrait name={customer.name} />
        <div>
          <Text fw={700} fz="lg"><Name of={customer.name} /></Text>
          <Text size="sm" c="dimmed">{say(`customer.${customer.kind}`)}</Text>
        </div>
      </Group>
      {customer.identities.length > 0 && (
        <section>
          <Title order={3} fz="sm" mb={6}>{say("customer.identities")}</Title>
          <Stack gap={4}>
            {customer.identities.map((identity) => (
              <IdentityLine key={identity.kind + identity.value} identity={identity} />
            ))}
          </Stack>
        </section>
      )}
      {props.interaction.channel === "email" && <AroundPanel interaction={props.interaction} />}
      {me.permissions.includes("contactform.write") && (
        <Suspense fallback={null}>
          <ContactFormPanel key={props.interaction.id} interactionId={props.interaction.id} />
        </Suspense>
      )}
      {me.permissions.includes("ticket.read") && (
        <Suspense fallback={null}>
          <CustomerTickets customerId={customer.id} interactionId={props.interaction.id} />
        </Suspense>
      )}
      <DocumentNotes key={props.interaction.id} kind="interaction" id={props.interaction.id} />
      {props.interaction.channel === "webchat" && <VisitorPanel interaction={props.interaction} />}
      <CustomerFacts interaction={props.interaction} />
      <History customerId={customer.id} except={props.interaction.id} moment={props.interaction.state} />
    </Stack>
  );
}

/** Initials, or a sign for somebody who is known by a number alone. */
export function Portrait(props: { name: string }) {
  const { name } = props;
  if (!hasLetters(name)) return <Avatar size="lg" radius="xl" alt="" />;
  return <Avatar name={name} color="initials" size="lg" radius="xl" alt="" />;
}

function IdentityLine(props: { identity: Identity }) {
  const { kind, value } = props.identity;
  const { say } = useSpeech();
  return (
    <div className={css.identity}>
      <Text size="xs" c="dimmed">{say(`identity.${kind}`)}</Text>
      {/* A visitor's id tells nobody anything. */}
      {kind !== "visitor" && <Text size="sm"><bdi dir="ltr">{value}</bdi></Text>}
    </div>
  );
}
