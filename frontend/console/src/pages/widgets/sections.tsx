import { Group, Stack, Text } from "@mantine/core";
import { useSpeech } from "../../i18n/context";
import { HoursField } from "../../hours/HoursField";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Repeated } from "../../kit/Repeated";
import { Said } from "../../kit/Said";
import { freeKey, type AskedField, type FieldKind, type InvitationSettings, type Texts, type WidgetSettings } from "./settings";
import { words } from "./words";

export interface SectionProps {
  settings: WidgetSettings;
  set: (part: Partial<WidgetSettings>) => void;
  queues: { id: string; name: string }[];
  mailboxes: { id: string; name: string }[];
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

export function HoursSection({ settings, set, queues, mailboxes, fault }: SectionProps & { fault: (name: string) => string | undefined }) {
  const { say } = usePhrases(words);
  return (
    <Stack>
      <HoursField value={settings.hours} set={(hours) => set({ hours })} hint={say("has_hours_hint")} error={fault("settings.hours")} fault={(part) => fault(`settings.hours.${part}`)} />
      <SwitchField label={say("offline_nobody")} value={settings.is_offline_when_nobody} set={(is_offline_when_nobody) => set({ is_offline_when_nobody })} testid="offline-nobody" />
      <ChoiceField label={say("offline_queue")} hint={say("offline_queue_hint")} value={settings.offline_queue_id} set={(offline_queue_id) => set({ offline_queue_id })} options={queues.map(({ id, name }) => ({ value: id, label: name }))} isClearable />
      <NumberField label={say("answer_minutes")} value={settings.answer_minutes} set={(minutes) => set({ answer_minutes: minutes ?? 1 })} min={1} suffix={say("minutes")} />
      <ChoiceField label={say("mailbox")} hint={say("mailbox_hint")} value={settings.mail_account_id} set={(mail_account_id) => set({ mail_account_id })} options={mailboxes.map(({ id, name }) => ({ value: id, label: name }))} isClearable />
      <NumberField label={say("mail_after")} value={settings.mail_after_minutes} set={(minutes) => set({ mail_after_minutes: minutes ?? 0 })} suffix={say("minutes")} />
    </Stack>
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
