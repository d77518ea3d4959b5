import { ActionIcon, Alert, Button, Code, CopyButton, Group, Modal, Stack, Table, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField, SwitchField, TextField } from "../../kit/fields";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import type { Phone, PhoneClient, PhoneMade, TechnicianDetail } from "../../protocolGeo";
import { Name } from "../work/Name";
import { words } from "./words";

const clients: PhoneClient[] = ["traccar", "owntracks", "overland", "page"];

/** The phones of a technician: each with a token of its own, set up by a picture, revoked by a click. */
export function Phones(props: { technicianId: string }) {
  const { technicianId } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const dates = useDates();
  const { isBusy, run } = useCommand();
  const [phones, setPhones] = useState<Phone[]>([]);
  const [made, setMade] = useState<PhoneMade | null>(null);
  const [values, setValues] = useState({ name: "", client: "traccar" as PhoneClient, is_encrypted: false });
  const read = useCallback(async () => setPhones((await call<TechnicianDetail>("GET", `/api/technicians/${technicianId}`)).phones), [technicianId]);
  useEffect(() => void run(read), [run, read]);
  const add = () =>
    run(async () => {
      setMade(await call<PhoneMade>("POST", `/api/technicians/${technicianId}/devices`, { ...values, name: values.name || say(`client.${values.client}`) }));
      await read();
    });
  const revoke = (phone: Phone) =>
    run(async () => {
      await call("DELETE", `/api/devices/${phone.id}`);
      notifications.show({ message: say("revoked") });
      await read();
    });
  return (
    <Stack gap="sm" data-testid="phones">
      <Title order={4} fz="sm">{say("phones")}</Title>
      {phones.length === 0 && <Text size="sm" c="dimmed">{say("no_phones")}</Text>}
      <Table aria-label={say("phones")}>
        <Table.Tbody>
          {phones.map((phone) => (
            <Table.Tr key={phone.id} data-testid="phone">
              <Table.Td><Name of={phone.name} /></Table.Td>
              <Table.Td>{say(`client.${phone.client}`)}</Table.Td>
              <Table.Td>{dates.brief(phone.created_at)}</Table.Td>
              <Table.Td ta="end">
                <ActionIcon variant="subtle" color="red" disabled={isBusy} onClick={() => void revoke(phone)} aria-label={say("revoke", { name: phone.name })} data-testid="revoke"><IconTrash size={18} /></ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group grow align="flex-end">
        <TextField label={say("phone_name")} value={values.name} set={(name) => setValues({ ...values, name })} testid="phone-name" />
        <ChoiceField label={say("client")} value={values.client} set={(client) => client && setValues({ ...values, client: client as PhoneClient })} options={clients.map((value) => ({ value, label: say(`client.${value}`) }))} testid="phone-client" />
      </Group>
      {values.client === "owntracks" && <SwitchField label={say("encrypted")} value={values.is_encrypted} set={(is_encrypted) => setValues({ ...values, is_encrypted })} testid="phone-encrypted" />}
      <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} loading={isBusy} onClick={() => void add()} style={{ alignSelf: "flex-start" }} data-testid="add-phone">{say("add_phone")}</Button>
      <Modal opened={made !== null} onClose={() => setMade(null)} title={made && <bdi>{made.name}</bdi>} size="lg" closeButtonProps={{ "aria-label": kit.say("close") }}>
        {made && <Shown made={made} close={() => setMade(null)} />}
      </Modal>
    </Stack>
  );
}

function Shown(props: { made: PhoneMade; close: () => void }) {
  const { made } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const lines = [
    [say("address"), made.url],
    ...(made.client === "owntracks" || made.client === "overland" ? [[say("user"), made.id], [say("token"), made.token]] : []),
    ...(made.secret ? [[say("key"), made.secret]] : []),
    [say("link"), made.link],
  ] as [string, string][];
  return (
    <Stack gap="sm" data-testid="phone-made">
      <Alert color="yellow">{say("shown_once")}</Alert>
      <img src={`data:image/svg+xml;utf8,${encodeURIComponent(made.picture)}`} alt={say("qr", { name: made.name })} width={260} height={260} style={{ alignSelf: "center" }} data-testid="phone-picture" />
      {lines.map(([label, value]) => (
        <Group key={label} gap="xs" wrap="nowrap" justify="space-between">
          <div style={{ minInlineSize: 0 }}>
            <Text size="xs" c="dimmed">{label}</Text>
            <Code dir="ltr" style={{ overflowWrap: "anywhere" }}>{value}</Code>
          </div>
          <CopyButton value={value}>{({ copied, copy }) => <Button size="compact-xs" variant="default" onClick={copy} style={{ flexShrink: 0 }}>{copied ? kit.say("copied") : kit.say("copy")}</Button>}</CopyButton>
        </Group>
      ))}
      <Button onClick={props.close} data-testid="phone-done">{say("done")}</Button>
    </Stack>
  );
}
