import { Accordion, Button, Stack, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { HolidaysSection } from "../../hours/Holidays";
import { DaysOffSection } from "../../hours/SingleDays";
import { WeekField } from "../../hours/Spans";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { DateField } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, ManyField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import { kinds } from "../campaigns/campaign";
import { words as campaignWords } from "../campaigns/words";
import { CapsField } from "./CapsField";
import { countriesIn, freshPreset, media, placesInCaps, type Preset } from "./preset";
import { words } from "./words";

const ofAbandonment = ["abandonment.most_percent", "abandonment.hours", "abandonment.within_seconds"];
const usualAbandonment = { most_percent: 3, hours: 720, within_seconds: 2 };
const parts = ["windows", "caps", "agents", "texts"] as const;
const fieldsOf: Record<(typeof parts)[number], string[]> = {
  windows: ["windows", "holidays", "days_off"],
  caps: ["frequency", ...placesInCaps("frequency"), "after_refusal_days", "after_talk_days", "after_abandon_hours"],
  agents: ["abandonment", ...ofAbandonment, "ring_least_seconds", "message_within_seconds", "caller_id", "announces_recording"],
  texts: ["sender_suffix", "text_suffix"],
};

/** One rule, field by field. */
export function PresetForm(props: { preset: Preset | null; list: List<Preset>; reload: () => void }) {
  const { preset, list } = props;
  const { say } = usePhrases(words);
  const campaign = usePhrases(campaignWords);
  const { isBusy, run } = useCommand();
  const [opened, setOpened] = useState<string[]>(["windows"]);
  const { version, is_shipped: _, ...known } = preset ?? { ...freshPreset(), version: 0, is_shipped: false };
  const begun = { ...known, countries: known.countries.join(", ") };
  const editor = useEditor(begun, async (values) => {
    const said = { ...values, countries: countriesIn(values.countries), version };
    await call("PUT", `/api/compliance/presets/${encodeURIComponent(said.id.trim())}`, said);
    await list.reload();
    go("compliance", said.id);
  }, [...ofAbandonment, ...placesInCaps("frequency")]);
  const { values, set, fault } = editor;
  const reset = async () => {
    if (!(await run(() => call("DELETE", `/api/compliance/presets/${preset!.id}`)))) return;
    await list.reload();
    go("compliance");
  };
  const number = (name: "after_refusal_days" | "after_talk_days" | "after_abandon_hours" | "ring_least_seconds" | "retention_years", suffix: string) => (
    <NumberField label={say(name)} suffix={suffix} min={0} value={values[name]} set={(value) => set({ [name]: value ?? 0 })} error={fault(name)} testid={`preset-${name}`} />
  );
  const abandonment = values.abandonment;
  const put = (part: Partial<typeof usualAbandonment>) => set({ abandonment: { ...usualAbandonment, ...abandonment, ...part } });
  const faulty = parts.filter((part) => fieldsOf[part].some((name) => fault(name) !== undefined));
  const sections: Record<(typeof parts)[number], ReactNode> = {
    windows: (
      <Stack>
        <Text size="xs" c="dimmed">{say("windows_hint")}</Text>
        <WeekField value={values.windows} set={(windows) => set({ windows })} />
        <Wrong text={fault("windows")} />
        <HolidaysSection value={values.holidays} set={(holidays) => set({ holidays })} />
        <Wrong text={fault("holidays")} />
        <DaysOffSection value={values.days_off} set={(days_off) => set({ days_off })} />
      </Stack>
    ),
    caps: (
      <Stack>
        <CapsField value={values.frequency} set={(frequency) => set({ frequency })} fault={(place) => fault(`frequency.${place}`)} />
        <Wrong text={fault("frequency")} />
        {number("after_refusal_days", say("days"))}
        {number("after_talk_days", say("days"))}
        {number("after_abandon_hours", say("hours"))}
      </Stack>
    ),
    agents: (
      <Stack>
        <SwitchField label={say("has_abandonment")} hint={say("abandonment_hint")} error={fault("abandonment")} value={abandonment !== null} set={(is) => set({ abandonment: is ? usualAbandonment : null })} testid="preset-abandonment" />
        {abandonment && <NumberField label={say("most_percent")} suffix="%" min={0} max={100} value={abandonment.most_percent} set={(value) => put({ most_percent: value ?? 0 })} error={fault("abandonment.most_percent")} decimals={2} testid="preset-most_percent" />}
        {abandonment && <NumberField label={say("over_hours")} suffix={say("hours")} min={1} value={abandonment.hours} set={(value) => put({ hours: value ?? 0 })} error={fault("abandonment.hours")} testid="preset-over_hours" />}
        {abandonment && <NumberField label={say("within_seconds")} suffix={say("seconds")} min={0} max={60} value={abandonment.within_seconds} set={(value) => put({ within_seconds: value ?? 0 })} error={fault("abandonment.within_seconds")} decimals={2} testid="preset-within_seconds" />}
        {number("ring_least_seconds", say("seconds"))}
        <NumberField label={say("message_within_seconds")} suffix={say("seconds")} min={0} max={60} value={values.message_within_seconds} set={(message_within_seconds) => set({ message_within_seconds })} error={fault("message_within_seconds")} decimals={2} testid="preset-message" />
        <ChoiceField label={say("caller_id")} hint={say("caller_id_hint")} value={values.caller_id} set={(value) => set({ caller_id: value as Preset["caller_id"] })} options={(["any", "local"] as const).map((value) => ({ value, label: say(`caller_id.${value}`) }))} error={fault("caller_id")} testid="preset-caller" />
        <SwitchField label={say("announces_recording")} hint={say("announces_hint")} value={values.announces_recording} set={(announces_recording) => set({ announces_recording })} testid="preset-announces" />
      </Stack>
    ),
    texts: (
      <Stack>
        <TextField label={say("sender_suffix")} hint={say("sender_suffix_hint")} isCode value={values.sender_suffix} set={(sender_suffix) => set({ sender_suffix })} error={fault("sender_suffix")} testid="preset-sender" />
        <TextField label={say("text_suffix")} hint={say("text_suffix_hint")} value={values.text_suffix} set={(text_suffix) => set({ text_suffix })} error={fault("text_suffix")} testid="preset-suffix" />
      </Stack>
    ),
  };
  return (
    <Stack>
      <Form editor={editor} reload={props.reload}>
        <SwitchField label={say("active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="preset-active" />
        <TextField label={say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="preset-name" />
        <TextField label={say("id")} hint={say("id_hint")} isCode isDisabled={preset !== null} value={values.id} set={(id) => set({ id })} error={fault("id")} isRequired testid="preset-id" />
        <TextField label={say("countries")} hint={say("countries_hint")} isCode value={values.countries} set={(countries) => set({ countries })} error={fault("countries")} testid="preset-countries" />
        <ManyField label={say("kinds")} placeholder={say("every_kind")} value={values.kinds} set={(next) => set({ kinds: next })} options={kinds.map((value) => ({ value, label: campaign.say(`kind.${value}`) }))} error={fault("kinds")} testid="preset-kinds" />
        <ManyField label={say("media")} placeholder={say("every_medium")} value={values.media} set={(next) => set({ media: next })} options={media.map((value) => ({ value, label: say(`medium.${value}`) }))} error={fault("media")} testid="preset-media" />
        <SwitchField label={say("forbidden")} hint={say("forbidden_hint")} value={values.is_forbidden} set={(is_forbidden) => set({ is_forbidden })} testid="preset-forbidden" />
        <SwitchField label={say("consent")} hint={say("consent_hint")} value={values.needs_consent} set={(needs_consent) => set({ needs_consent })} testid="preset-consent" />
        <Accordion variant="contained" multiple value={[...new Set([...opened, ...faulty])]} onChange={setOpened}>
          {parts.map((part) => (
            <Accordion.Item key={part} value={part}>
              <Accordion.Control data-testid={`preset-part-${part}`}>{say(`part.${part}`)}</Accordion.Control>
              <Accordion.Panel>{sections[part]}</Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
        <DateField label={say("valid_from")} value={values.valid_from} set={(valid_from) => set({ valid_from })} error={fault("valid_from")} testid="preset-from" />
        <DateField label={say("valid_until")} value={values.valid_until} set={(valid_until) => set({ valid_until })} error={fault("valid_until")} testid="preset-until" />
        {number("retention_years", say("years"))}
        <TextField label={say("source")} value={values.source} set={(source) => set({ source })} error={fault("source")} testid="preset-source" />
      </Form>
      {preset && preset.version > 0 && <Button variant="subtle" color="red" size="xs" loading={isBusy} onClick={() => void reset()} style={{ alignSelf: "flex-start" }} data-testid="preset-reset">{say("reset")}</Button>}
    </Stack>
  );
}

function Wrong(props: { text: string | undefined }) {
  return props.text ? <Text size="xs" c="red" role="alert">{props.text}</Text> : null;
}
