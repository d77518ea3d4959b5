import { Badge, Button, Group, Loader, SegmentedControl, Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import type { Id } from "../../protocol";
import { CustomerField } from "../tickets/CustomerField";
import { Name } from "../work/Name";
import { DeskFormForm } from "./DeskFormForm";
import { SettingsForm } from "./SettingsForm";
import type { Contact, DeskForm, PortalView } from "./setup";
import { words } from "./words";

const tabs = ["settings", "forms", "contacts"] as const;
const byCustomer = ({ customer_id }: Contact) => customer_id;

/** The portal, its forms on other sites, and who sees more than their own: `#/portal/<tab>/<form>`. */
export function PortalPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const tab = tabs.find((each) => each === props.rest[0]) ?? "settings";
  const chosen = tab === "forms" ? props.rest[1] : undefined;
  const [portal, setPortal] = useState<PortalView | null>(null);
  const [round, setRound] = useState(0);
  const forms = useList<DeskForm>("/api/portal-forms", byId);
  const read = useCallback(async () => {
    setPortal(await call<PortalView>("GET", "/api/portal-settings"));
    setRound((old) => old + 1);
  }, []);
  useEffect(() => void read().catch(() => undefined), [read]);
  return (
    <Frame
      title={say("title")}
      about={say(`about.${tab}`)}
      add={tab === "forms" ? { label: say("add"), to: ["portal", "forms", "new"] } : undefined}
      tools={<SegmentedControl aria-label={say("title")} value={tab} onChange={(value) => go("portal", value)} data={tabs.map((value) => ({ value, label: say(value) }))} data-testid="portal-tab" />}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={forms} idOf={byId} back={["portal", "forms"]} newTitle={say("add")} titleOf={({ id }) => <bdi dir="ltr">{id}</bdi>}>
            {(form, { key, reload }) => <DeskFormForm key={key} form={form} forms={forms} accounts={portal?.accounts ?? []} reload={reload} />}
          </Detail>
        )
      }
    >
      {tab === "settings" && (portal ? <SettingsForm key={round} portal={portal} put={setPortal} reload={() => void read()} /> : <Loader size="sm" />)}
      {tab === "forms" && (
        <DataTable
          label={say("forms")}
          list={forms}
          rows={forms.items}
          idOf={byId}
          chosen={chosen}
          to={({ id }) => ["portal", "forms", id]}
          isOff={({ is_enabled }) => !is_enabled}
          columns={[
            { key: "id", title: kit.say("name"), cell: ({ id }) => <bdi dir="ltr">{id}</bdi> },
            { key: "origins", title: say("origins"), cell: ({ origins }) => <bdi dir="ltr">{origins.join(", ")}</bdi>, isExtra: true },
            { key: "enabled", title: say("enabled"), cell: ({ is_enabled }) => <Badge color={is_enabled ? "teal" : "gray"} variant="light" tt="none">{kit.say(is_enabled ? "on" : "off")}</Badge> },
          ]}
        />
      )}
      {tab === "contacts" && <Contacts />}
    </Frame>
  );
}

function Contacts() {
  const { say } = usePhrases(words);
  const contacts = useList<Contact>("/api/portal-contacts", byCustomer);
  const [added, setAdded] = useState<Id | null>(null);
  const { isBusy, run } = useCommand();
  const add = () =>
    run(async () => {
      await call("POST", "/api/portal-contacts", { customer_id: added });
      setAdded(null);
      await contacts.reload();
    });
  const remove = (customerId: Id) =>
    run(async () => {
      await call("DELETE", `/api/portal-contacts/${customerId}`);
      await contacts.reload();
    });
  return (
    <Stack maw={560}>
      <Group align="end" wrap="nowrap">
        <div style={{ flex: 1, minWidth: 0 }}><CustomerField value={added} set={setAdded} error={undefined} /></div>
        <Button disabled={added === null} loading={isBusy} onClick={() => void add()} data-testid="contact-add">{say("contact_add")}</Button>
      </Group>
      {!contacts.isBusy && contacts.items.length === 0 && <Text c="dimmed">{say("none")}</Text>}
      {contacts.items.map((contact) => (
        <Group key={contact.customer_id} justify="space-between" wrap="nowrap" data-testid="contact">
          <div>
            <Name of={contact.name} />
            {contact.organization_name && <Text size="sm" c="dimmed">{say("organisation")}: <Name of={contact.organization_name} /></Text>}
          </div>
          <Button variant="default" size="xs" loading={isBusy} onClick={() => void remove(contact.customer_id)} data-testid="contact-remove">{say("remove")}</Button>
        </Group>
      ))}
    </Stack>
  );
}
