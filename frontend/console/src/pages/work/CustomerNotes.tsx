import { ActionIcon, Button, Group, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { call } from "../../http/api";
import type { CustomerRecord } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { ChoiceField } from "../../kit/fields";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed } from "../../live/context";
import { words } from "../customers/words";

/** What colleagues should know, pinned; name, language and notes are changed in place. */
export function CustomerNotes(props: { customer: CustomerRecord; saved: () => Promise<void> }) {
  const { customer } = props;
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return <NotesForm {...props} close={() => setOpen(false)} />;
  return (
    <section data-testid="pinned-notes">
      <Group gap={6} wrap="nowrap">
        <Title order={3} fz="sm">{say("notes")}</Title>
        {me.permissions.includes("customer.write") && (
          <ActionIcon variant="subtle" size="md" onClick={() => setOpen(true)} aria-label={say("details")} data-testid="edit-customer"><IconPencil size={16} /></ActionIcon>
        )}
      </Group>
      {customer.notes !== "" && <Text size="sm" dir="auto" style={{ whiteSpace: "pre-wrap" }}>{customer.notes}</Text>}
    </section>
  );
}

function NotesForm(props: { customer: CustomerRecord; saved: () => Promise<void>; close: () => void }) {
  const { customer } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const [name, setName] = useState(customer.name);
  const [locale, setLocale] = useState<string | null>(customer.locale);
  const [notes, setNotes] = useState(customer.notes);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const change = { version: customer.version, name: name.trim(), locale, notes };
    const isDone = await run(async () => {
      await call("PATCH", `/api/customers/${customer.id}`, change);
      await props.saved();
    });
    if (isDone) props.close();
  };
  return (
    <form onSubmit={(event) => void submit(event)} data-testid="customer-form">
      <Stack gap="xs">
        <TextInput label={kit.say("name")} value={name} onChange={(event) => setName(event.currentTarget.value)} dir="auto" maxLength={200} data-testid="customer-name" />
        <ChoiceField
          label={say("locale")}
          placeholder={say("unknown")}
          value={locale}
          set={setLocale}
          options={(Object.keys(languages) as Language[]).map((value) => ({ value, label: languages[value].name }))}
          isClearable
          testid="customer-locale"
        />
        <Textarea label={say("notes")} value={notes} onChange={(event) => setNotes(event.currentTarget.value)} dir="auto" autosize minRows={2} maxRows={8} data-testid="customer-notes" />
        <Group gap="xs">
          <Button type="submit" size="xs" loading={isBusy} disabled={name.trim() === ""} data-testid="customer-save">{kit.say("save")}</Button>
          <Button size="xs" variant="default" onClick={props.close}>{kit.say("cancel")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
