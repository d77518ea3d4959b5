import { ActionIcon, Button, Card, Group, Select, Stack, Tabs, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { daysOf, freeKey, type AskedField, type FieldKind, type Hours, type InvitationSettings, type Texts, type WidgetSettings } from "./settings";
import { words } from "./words";

export interface SectionProps {
  settings: WidgetSettings;
  set: (part: Partial<WidgetSettings>) => void;
  queues: { id: string; name: string }[];
  mailboxes: { id: string; name: string }[];
}

/** A text in each language. */
export function Said(props: { label: string; value: Texts; set: (value: Texts) => void; rows?: number; testid?: string }) {
  return (
    <Tabs defaultValue="en" keepMounted={false}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600}>{props.label}</Text>
        <Tabs.List>{Object.entries(languages).map(([language, { name }]) => <Tabs.Tab key={language} value={language} p={6}>{name}</Tabs.Tab>)}</Tabs.List>
      </Group>
      {(Object.keys(languages) as Language[]).map((language) => (
        <Tabs.Panel key={language} value={language} pt={6} lang={language}>
          <TextField label="" value={props.value[language] ?? ""} set={(text) => props.set({ ...props.value, [language]: text })} {...(props.rows ? { rows: props.rows } : {})} testid={`${props.testid ?? "said"}-${language}`} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** A list whose items are added at its end and removed anywhere. */
function Repeated<T>(props: { items: T[]; set: (items: T[]) => void; fresh: () => T; add: string; nameOf: (item: T) => string; testid: string; children: (item: T, set: (part: Partial<T>) => void) => ReactNode }) {
  const { items, set } = props;
  const { say } = usePhrases(words);
  return (
    <Stack gap="sm">
      {items.map((item, at) => (
        <Card key={at} withBorder p="sm" data-testid={props.testid}>
          <Group justify="flex-end" mb={-8}>
            <ActionIcon variant="subtle" color="red" aria-label={say("remove", { name: props.nameOf(item) })} onClick={() => set(items.filter((_, other) => other !== at))}>
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
          <Stack gap="xs">{props.children(item, (part) => set(items.map((each, other) => (other === at ? { ...each, ...part } : each))))}</Stack>
        </Card>
      ))}
      <Button size="xs" variant="default" leftSection={<IconPlus size={16} />} onClick={() => set([...items, props.fresh()])} style={{ alignSelf: "flex-start" }} data-testid={`add-${props.testid}`}>{props.add}</Button>
    </Stack>
  );
}

const kinds: FieldKind[] = ["name", "email", "phone", "text", "select"];

export function FormSection({ settings, set, queues }: SectionProps) {
  const { say } = usePhrases(words);
  const { consent } = settings;
  return (
    <Stack>
      <Repeated<AskedField>
        items={settings.fields} set={(fields) => set({ fields })} add={say("add_field")} nameOf={({ key }) => key} testid="asked"
        fresh={() => ({ key: freeKey("field", settings.fields.map(({ key }) => key)), kind: "text", label: {}, is_required: false, options: [] })}
      >
        {(field, change) => (
          <>
            <Group grow align="flex-start">
              <ChoiceField label={say("kind")} value={field.kind} set={(kind) => kind && change({ kind: kind as FieldKind })} options={kinds.map((kind) => ({ value: kind, label: say(`kind.${kind}`) }))} />
              <TextField label={say("key")} value={field.key} set={(key) => change({ key })} isCode />
            </Group>
            <Said label={say("label")} value={field.label} set={(label) => change({ label })} testid="asked-label" />
            {field.kind === "select" && (
              <TextField
                label={say("options")} hint={say("options_hint")} rows={2} value={field.options.map(({ value }) => value).join("\n")}
                set={(text) => change({ options: text.split("\n").map((value) => field.options.find((each) => each.value === value) ?? { value, label: {} }) })}
              />
            )}
            <SwitchField label={say("is_required")} value={field.is_required} set={(is_required) => change({ is_required })} />
          </>
        )}
      </Repeated>
      <Text fw={600} size="sm">{say("departments")}</Text>
      <Repeated
        items={settings.departments} set={(departments) => set({ departments })} add={say("add_department")} nameOf={({ label }) => label.en ?? ""} testid="department"
        fresh={() => ({ queue_id: queues.find(({ id }) => !settings.departments.some(({ queue_id }) => queue_id === id))?.id ?? "", label: {} as Texts })}
      >
        {(department, change) => (
          <>
            <ChoiceField label={say("queue")} value={department.queue_id} set={(queue_id) => queue_id && change({ queue_id })} options={queues.map(({ id, name }) => ({ value: id, label: name }))} />
            <Said label={say("label")} value={department.label} set={(label) => change({ label })} />
          </>
        )}
      </Repeated>
      <SwitchField label={say("consent")} hint={say("consent_hint")} value={consent !== null} set={(is) => set({ consent: is ? { version: "1", text: {}, is_required: true } : null })} testid="consent" />
      {consent && (
        <>
          <Said label={say("consent_text")} rows={3} value={consent.text} set={(text) => set({ consent: { ...consent, text } })} testid="consent-text" />
          <TextField label={say("consent_version")} value={consent.version} set={(version) => set({ consent: { ...consent, version } })} isCode />
          <SwitchField label={say("is_required")} value={consent.is_required} set={(is_required) => set({ consent: { ...consent, is_required } })} />
        </>
      )}
      <SwitchField label={say("has_rating")} value={settings.has_rating} set={(has_rating) => set({ has_rating })} />
      <SwitchField label={say("has_transcript")} value={settings.has_transcript} set={(has_transcript) => set({ has_transcript })} />
    </Stack>
  );
}

export function HoursSection({ settings, set, queues, mailboxes }: SectionProps) {
  const { say } = usePhrases(words);
  const { hours } = settings;
  const change = (part: Partial<Hours>) => hours && set({ hours: { ...hours, ...part } });
  return (
    <Stack>
      <SwitchField label={say("has_hours")} hint={say("has_hours_hint")} value={hours !== null} set={(is) => set({ hours: is ? { zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC", weekly: [], holidays: [] } : null })} testid="has-hours" />
      {hours && (
        <>
          <Select label={say("zone")} searchable data={[...new Set([hours.zone, "UTC", ...Intl.supportedValuesOf("timeZone")])]} value={hours.zone} onChange={(zone) => zone && change({ zone })} allowDeselect={false} dir="ltr" limit={60} />
          <Repeated items={hours.weekly} set={(weekly) => change({ weekly })} add={say("add_interval")} nameOf={({ start }) => start} testid="interval" fresh={() => ({ day: ((hours.weekly.at(-1)?.day ?? 6) + 1) % 7, start: "09:00", end: "17:00" })}>
            {(interval, part) => <IntervalRow {...interval} set={part} />}
          </Repeated>
          <TextField label={say("holidays")} hint={say("holidays_hint")} rows={2} isCode value={hours.holidays.join("\n")} set={(text) => change({ holidays: daysOf(text) })} />
        </>
      )}
      <SwitchField label={say("offline_nobody")} value={settings.is_offline_when_nobody} set={(is_offline_when_nobody) => set({ is_offline_when_nobody })} testid="offline-nobody" />
      <ChoiceField label={say("offline_queue")} hint={say("offline_queue_hint")} value={settings.offline_queue_id} set={(offline_queue_id) => set({ offline_queue_id })} options={queues.map(({ id, name }) => ({ value: id, label: name }))} isClearable />
      <NumberField label={say("answer_minutes")} value={settings.answer_minutes} set={(minutes) => set({ answer_minutes: minutes ?? 1 })} min={1} suffix={say("minutes")} />
      <ChoiceField label={say("mailbox")} hint={say("mailbox_hint")} value={settings.mail_account_id} set={(mail_account_id) => set({ mail_account_id })} options={mailboxes.map(({ id, name }) => ({ value: id, label: name }))} isClearable />
      <NumberField label={say("mail_after")} value={settings.mail_after_minutes} set={(minutes) => set({ mail_after_minutes: minutes ?? 0 })} suffix={say("minutes")} />
    </Stack>
  );
}

function IntervalRow(props: { day: number; start: string; end: string; set: (part: Partial<{ day: number; start: string; end: string }>) => void }) {
  const { language } = useSpeech();
  const { say } = usePhrases(words);
  // 5 January 2026 was a Monday.
  const names = Array.from({ length: 7 }, (_, day) => new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2026, 0, 5 + day)));
  return (
    <Group grow align="flex-start">
      <ChoiceField label={say("day")} value={String(props.day)} set={(day) => day && props.set({ day: Number(day) })} options={names.map((label, day) => ({ value: String(day), label }))} />
      <TextInput label={say("from")} value={props.start} onChange={(event) => props.set({ start: event.currentTarget.value })} dir="ltr" />
      <TextInput label={say("to")} value={props.end} onChange={(event) => props.set({ end: event.currentTarget.value })} dir="ltr" />
    </Group>
  );
}

export function InvitationSection({ settings, set, counts }: SectionProps & { counts: { invitation: string; outcome: string; count: number }[] }) {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const countOf = (id: string, outcome: string) => number(counts.find((each) => each.invitation === id && each.outcome === outcome)?.count ?? 0);
  return (
    <Repeated<InvitationSettings>
      items={settings.invitations} set={(invitations) => set({ invitations })} add={say("add_invitation")} nameOf={({ id }) => id} testid="invitation-rule"
      fresh={() => ({ id: freeKey("invitation", settings.invitations.map(({ id }) => id)), page: "*", after_seconds: 20, scroll_percent: null, on_exit: false, every_hours: 24, text: {} })}
    >
      {(rule, change) => (
        <>
          <Said label={say("invitation_text")} rows={2} value={rule.text} set={(text) => change({ text })} testid="invitation-text" />
          <TextField label={say("page")} hint={say("page_hint")} value={rule.page} set={(page) => change({ page })} isCode />
          <Group grow align="flex-start">
            <NumberField label={say("after")} value={rule.after_seconds} set={(after_seconds) => change({ after_seconds })} suffix={say("seconds")} />
            <NumberField label={say("scroll")} value={rule.scroll_percent} set={(scroll_percent) => change({ scroll_percent })} suffix="%" />
            <NumberField label={say("every")} value={rule.every_hours} set={(hours) => change({ every_hours: hours ?? 0 })} suffix={say("hours")} />
          </Group>
          <SwitchField label={say("on_exit")} value={rule.on_exit} set={(on_exit) => change({ on_exit })} />
          <Text size="xs" c="dimmed">{say("counts", { shown: countOf(rule.id, "shown"), accepted: countOf(rule.id, "accepted"), dismissed: countOf(rule.id, "dismissed") })}</Text>
        </>
      )}
    </Repeated>
  );
}
