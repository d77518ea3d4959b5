import { Anchor, Button, Group, Menu, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconFilePlus, IconPencil } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DateField } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import type { Id } from "../../protocol";
import { go, pathTo } from "../../shell/route";
import { kinds, nameIn, type Kind } from "../tickets/ticket";
import { words as ticketWords } from "../tickets/words";
import { Name } from "../work/Name";
import { useChoices, useOptions, type Choice, type ContactForm, type Fields } from "./choices";
import { words } from "./words";

/** Beside a conversation: what the contact was about and who it was, and the ticket that is made of it. */
export default function ContactFormPanel(props: { interactionId: Id }) {
  const { interactionId } = props;
  const { say } = usePhrases(words);
  const choices = useChoices();
  const [form, setForm] = useState<ContactForm | null>(null);
  const [isOpen, editing] = useDisclosure(false);
  const read = useCallback(async () => setForm(await call<ContactForm>("GET", `/api/interactions/${interactionId}/contact-form`)), [interactionId]);
  useEffect(() => {
    read().catch(() => setForm(null));
  }, [read]);
  if (form === null) return null;
  const isWritten = form.class_id !== null;
  return (
    <section aria-label={say("title")} data-testid="contact-form" data-version={form.version}>
      <Group justify="space-between" mb={6}>
        <Title order={3} fz="sm">{say("title")}</Title>
        {!isOpen && <Button size="compact-xs" variant="subtle" leftSection={<IconPencil size={14} aria-hidden />} onClick={editing.open} data-testid="contact-form-open">{say(isWritten ? "change" : "open")}</Button>}
      </Group>
      {isOpen ? (
        <FormFields key={form.version} form={form} choices={choices.items} saved={(next) => { setForm(next); editing.close(); }} reload={() => void read()} close={editing.close} />
      ) : isWritten ? (
        <Written form={form} choices={choices.items} made={() => void read()} />
      ) : (
        <Text size="sm" c="dimmed">{say("none")}</Text>
      )}
    </section>
  );
}

function Written(props: { form: ContactForm; choices: Choice[]; made: () => void }) {
  const { form, choices } = props;
  const { say } = usePhrases(words);
  const desk = usePhrases(ticketWords);
  const { language } = useSpeech();
  const dates = useDates();
  const { me, agents } = useFeed();
  // Whoever makes it has it, like every ticket.
  const owner_id = agents.some(({ id }) => id === me.id) ? me.id : null;
  const { isBusy, run } = useCommand();
  const named = (id: Id | null) => {
    const found = choices.find((each) => each.id === id);
    return found ? nameIn(found.names, language) : "";
  };
  const make = (kind: Kind | null) =>
    void run(async () => {
      const { ticket_id } = await call<{ ticket_id: Id }>("POST", `/api/interactions/${form.interaction_id}/contact-form/ticket`, { kind, owner_id });
      props.made();
      go("tickets", ticket_id);
    });
  const who = form.party_kind === "organization" ? [form.fields.organisation, form.fields.name] : [form.fields.name, form.fields.organisation];
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600} data-testid="contact-form-class">{[named(form.class_id), named(form.request_id)].filter(Boolean).join(" · ")}</Text>
      {who.filter(Boolean).map((each) => <Text key={each} size="sm"><Name of={each} /></Text>)}
      {form.fields.phone !== "" && <Text size="sm"><bdi dir="ltr">{form.fields.phone}</bdi></Text>}
      {form.fields.note !== "" && <Text size="sm" dir="auto" style={{ whiteSpace: "pre-wrap" }}>{form.fields.note}</Text>}
      {form.at !== null && <Text size="xs" c="dimmed">{say("by", { name: form.by_name ?? "", at: dates.full(form.at) })}</Text>}
      <Group gap="xs">
        {form.ticket_id !== null && <Anchor size="sm" href={pathTo("tickets", form.ticket_id)} data-testid="contact-form-ticket">{say("to_ticket")}</Anchor>}
        {me.permissions.includes("ticket.write") && (
          <Button.Group>
            <Button size="compact-sm" variant="default" leftSection={<IconFilePlus size={14} aria-hidden />} loading={isBusy} onClick={() => make(null)} data-testid="contact-form-make">{say("make")}</Button>
            <Menu position="bottom-end" withinPortal>
              <Menu.Target>
                <Button size="compact-sm" variant="default" px={6} aria-label={say("make_as", { kind: "" })}><IconChevronDown size={14} aria-hidden /></Button>
              </Menu.Target>
              <Menu.Dropdown>
                {kinds.map((kind) => <Menu.Item key={kind} onClick={() => make(kind)} data-testid={`contact-form-make-${kind}`}>{desk.say(`kind.${kind}`)}</Menu.Item>)}
              </Menu.Dropdown>
            </Menu>
          </Button.Group>
        )}
      </Group>
    </Stack>
  );
}

function FormFields(props: { form: ContactForm; choices: Choice[]; saved: (form: ContactForm) => void; reload: () => void; close: () => void }) {
  const { form } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const options = useOptions(props.choices);
  const { class_id, request_id, source_id, party_kind, fields, version } = form;
  const editor = useEditor({ class_id, request_id, source_id, party_kind, fields, version }, async (values) => {
    props.saved(await call<ContactForm>("PUT", `/api/interactions/${form.interaction_id}/contact-form`, values));
  }, Object.keys(fields).map((name) => `fields.${name}`));
  const { values, set, fault } = editor;
  const say_of = (name: keyof Omit<Fields, "bought_on">, more: { isCode?: boolean; rows?: number } = {}) => (
    <TextField label={say(name)} value={values.fields[name]} set={(text) => set({ fields: { ...values.fields, [name]: text } })} error={fault(`fields.${name}`)} testid={`contact-${name}`} {...more} />
  );
  return (
    <Form editor={editor} reload={props.reload}>
      <ChoiceField label={say("class")} value={values.class_id} set={(id) => set({ class_id: id })} options={options("class", class_id)} error={fault("class_id")} isRequired testid="contact-class" />
      <ChoiceField label={say("request")} placeholder={say("nothing")} value={values.request_id} set={(id) => set({ request_id: id })} options={options("request", request_id)} error={fault("request_id")} isClearable testid="contact-request" />
      <SegmentedControl
        aria-label={say("party")}
        value={values.party_kind}
        onChange={(kind) => set({ party_kind: kind as ContactForm["party_kind"] })}
        data={(["person", "organization"] as const).map((value) => ({ value, label: say(`party.${value}`) }))}
        data-testid="contact-party"
      />
      {say_of("name")}
      {say_of("organisation")}
      {say_of("phone", { isCode: true })}
      {say_of("address", { rows: 2 })}
      {say_of("note", { rows: 2 })}
      <details>
        <Text component="summary" size="sm">{say("more")}</Text>
        <Stack gap="sm" mt="xs">
          <ChoiceField label={say("source")} placeholder={say("nothing")} value={values.source_id} set={(id) => set({ source_id: id })} options={options("source", source_id)} error={fault("source_id")} isClearable testid="contact-source" />
          {say_of("campaign")}
          {say_of("seller")}
          {say_of("seller_phone", { isCode: true })}
          <DateField label={say("bought_on")} value={values.fields.bought_on} set={(bought_on) => set({ fields: { ...values.fields, bought_on } })} error={fault("fields.bought_on")} testid="contact-bought-on" />
        </Stack>
      </details>
      <Button variant="subtle" size="xs" onClick={props.close}>{kit.say("cancel")}</Button>
    </Form>
  );
}
