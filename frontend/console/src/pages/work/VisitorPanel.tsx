import { Alert, Badge, Button, Checkbox, Group, Modal, Rating, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconBan, IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useFeed, useProblemText } from "../../live/context";
import type { Interaction } from "../../protocol";
import css from "./CustomerPanel.module.css";
import { visitorWords } from "./visitorWords";

/** What a chat from a web site brought along: who vouches for the visitor, what they answered, how they rated it. */
export function VisitorPanel(props: { interaction: Interaction }) {
  const { details = {}, id } = props.interaction;
  const { say } = usePhrases(visitorWords);
  const { me } = useFeed();
  const [isOpen, blocking] = useDisclosure(false);
  const { rating } = details;
  const claims = [
    { key: "email", label: say("email"), value: details.email, isCode: true },
    { key: "phone", label: say("phone"), value: details.phone, isCode: true },
    ...(details.form ?? []).map((answer) => ({ ...answer, isCode: false })),
    { key: "page", label: say("page"), value: details.page, isCode: true },
    { key: "consent", label: say("consent"), value: details.consent?.version, isCode: false },
  ].filter((claim) => claim.value);
  return (
    <section data-testid="visitor-panel">
      <Group justify="space-between" mb={6}>
        <Title order={3} fz="sm">{say("title")}</Title>
        {details.is_verified
          ? <Badge color="teal" variant="light" tt="none" leftSection={<IconShieldCheck size={14} />} data-testid="verified">{say("verified")}</Badge>
          : <Badge color="gray" variant="light" tt="none" data-testid="unverified">{say("unverified")}</Badge>}
      </Group>
      {details.is_offline && <Alert p="xs" mb={6} data-testid="left-offline">{say(details.email ? "offline_mail" : "offline")}</Alert>}
      <Stack gap={4}>
        {claims.map(({ key, label, value, isCode }) => (
          <div key={key} className={css.identity} data-testid={`visitor-${key}`}>
            <Text size="xs" c="dimmed"><bdi>{label}</bdi></Text>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}><bdi dir={isCode ? "ltr" : "auto"}>{value}</bdi></Text>
          </div>
        ))}
      </Stack>
      {rating && (
        <div data-testid="visitor-rating" data-score={rating.score}>
          <Text size="xs" c="dimmed" mt={6}>{say("rating")}</Text>
          <Rating value={rating.score} readOnly aria-label={say("of_five", { n: rating.score })} />
          {rating.comment && <Text size="sm" dir="auto">{rating.comment}</Text>}
        </div>
      )}
      {me.permissions.includes("visitor.block") && (
        <Button mt="sm" size="xs" variant="default" leftSection={<IconBan size={16} />} onClick={blocking.open} data-testid="block-visitor">{say("block")}</Button>
      )}
      <BlockDialog interactionId={id} isOpen={isOpen} close={blocking.close} />
    </section>
  );
}

function BlockDialog(props: { interactionId: string; isOpen: boolean; close: () => void }) {
  const { say } = usePhrases(visitorWords);
  const textOf = useProblemText();
  const [reason, setReason] = useState("");
  const [hours, setHours] = useState<string | null>("24");
  const [hasAddress, setHasAddress] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const block = async () => {
    setTrouble(null);
    try {
      const until = hours === "" || hours === null ? null : Number(hours);
      await call("POST", "/api/visitors/blocks", { interaction_id: props.interactionId, reason: reason.trim(), hours: until, has_address: hasAddress });
      notifications.show({ color: "teal", message: say("blocked") });
      props.close();
    } catch (error) {
      setTrouble(textOf(error));
    }
  };
  return (
    <Modal opened={props.isOpen} onClose={props.close} title={say("block")} centered>
      <form onSubmit={(event) => { event.preventDefault(); void block(); }}>
        <Stack>
          <Text size="sm">{say("block_about")}</Text>
          <TextInput label={say("reason")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} maxLength={500} dir={reason ? "auto" : undefined} required data-testid="block-reason" />
          <Select
            label={say("until")}
            value={hours}
            onChange={setHours}
            allowDeselect={false}
            data={[
              { value: "1", label: say("hour") },
              { value: "24", label: say("day") },
              { value: "720", label: say("month") },
              { value: "", label: say("always") },
            ]}
          />
          <Checkbox label={say("address")} description={say("address_hint")} checked={hasAddress} onChange={(event) => setHasAddress(event.currentTarget.checked)} />
          {trouble && <Alert color="red" role="alert">{trouble}</Alert>}
          <Button type="submit" color="red" disabled={!reason.trim()} data-testid="block-submit">{say("block")}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
