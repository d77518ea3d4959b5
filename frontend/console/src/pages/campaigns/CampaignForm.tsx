import { Alert, Button, Center, Loader, Text } from "@mantine/core";
import { call } from "../../http/api";
import { useRegion } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { HoursField, placesIn } from "../../hours/HoursField";
import { useAnswer } from "../../kit/answer";
import { DateField } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, ManyField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { byId, useList, type List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { CapsField } from "../compliance/CapsField";
import { isTelephone, isTexting } from "../channels/kinds";
import { placesInCaps, type Preset } from "../compliance/preset";
import { usePresetName } from "../compliance/shipped";
import { SegmentCount } from "../work/SegmentCount";
import { kinds, modes, recycled, type Account, type Campaign, type CampaignSettings } from "./campaign";
import { DispositionsField, placesInDispositions } from "./Dispositions";
import { FiltersField, placesInFilters, tidied } from "./Filters";
import { partWords } from "./partWords";
import { words } from "./words";

interface FormProps {
  campaign: Campaign | null;
  list: List<Campaign>;
  reload: () => void;
}

/** What a campaign is set to; a new one begins with what is usual, which the server knows. */
export function CampaignForm(props: FormProps) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const usual = useAnswer<CampaignSettings>(props.campaign === null ? "/api/campaigns/usual" : null);
  const known = props.campaign?.settings ?? usual.value;
  if (known !== null) return <Fields {...props} known={known} />;
  if (!usual.isFailed) return <Center mih={120}><Loader size="sm" /></Center>;
  return (
    <Alert color="red">
      {say("usual_failed")}
      <Button display="block" mt="xs" size="xs" variant="default" onClick={usual.reload}>{kit.say("retry")}</Button>
    </Alert>
  );
}

function Fields(props: FormProps & { known: CampaignSettings }) {
  const { campaign, known } = props;
  const { say } = usePhrases(words);
  const part = usePhrases(partWords);
  const kit = usePhrases(kitWords);
  const { language } = useRegion();
  const { queues, me } = useFeed();
  const accounts = useList<Account>(me.permissions.includes("channel.manage") ? "/api/accounts" : null, byId);
  const presets = useList<Preset>("/api/compliance/presets", byId);
  const presetName = usePresetName();
  const tries = Object.fromEntries(recycled.map((outcome) => {
    const rule = known.recycling.find((each) => each.outcome === outcome);
    return [outcome, [rule?.minutes ?? 60, rule?.most ?? 0] as readonly [number | null, number | null]];
  })) as Record<(typeof recycled)[number], readonly [number | null, number | null]>;
  const begun = {
    name: campaign?.name ?? "", kind: (campaign?.kind ?? "satisfaction") as string, mode: (campaign?.mode ?? "progressive") as string,
    queue_id: campaign?.queue_id ?? (null as string | null), account_id: campaign?.account_id ?? (null as string | null),
    script: known.script, message: known.message, play_url: known.play_url, language: known.language, text: known.text,
    caller_id: known.caller_id, is_machine_asked: known.is_machine_asked, ratio: known.ratio as number | null, abandon_percent: known.abandon_percent,
    lines_most: known.lines_most as number | null, calls_per_second: known.calls_per_second as number | null,
    ring_seconds: known.ring_seconds as number | null, attempts_most: known.attempts_most as number | null,
    inbound_queue_id: known.inbound_queue_id as string | null, spare: known.spare, hours: known.hours,
    is_caller_local: known.is_caller_local, preview_seconds: known.preview_seconds as number | null, filters: known.filters, presets: known.presets,
    frequency: known.frequency, dispositions: known.dispositions, starts_on: known.starts_on, ends_on: known.ends_on, tries, version: campaign?.version ?? 0,
  };
  const editor = useEditor(begun, async ({ name, kind, mode, queue_id, account_id, version, tries: chosen, filters, ...rest }) => {
    const recycling = recycled.map((outcome) => ({ outcome, minutes: chosen[outcome][0] ?? 60, most: chosen[outcome][1] ?? 0 }));
    const body = { name, kind, mode, queue_id, account_id, branch_id: campaign?.branch_id ?? null, settings: { ...known, ...rest, recycling, filters: tidied(filters) } };
    const saved = campaign ? await call<Campaign>("PUT", `/api/campaigns/${campaign.id}`, { ...body, version }) : await call<Campaign>("POST", "/api/campaigns", body);
    props.list.put(saved);
    if (!campaign) go("campaigns", saved.id);
    return { version: saved.version };
  }, [...placesIn("hours"), ...placesInCaps("frequency"), ...placesInFilters("filters"), ...placesInDispositions("dispositions")]);
  const { values, set } = editor;
  const { fault } = editor;
  const options = (prefix: "kind" | "mode", all: readonly string[]) => all.map((value) => ({ value, label: say(`${prefix}.${value}` as "kind.research") }));
  const own = accounts.items.filter((account) => ((values.mode === "sms" ? isTexting : isTelephone)(account))).map(({ id, name }) => ({ value: id, label: name }));
  const places = queues.map(({ id, name }) => ({ value: id, label: name }));
  const isCall = values.mode !== "sms";
  const hasAgents = isCall && values.mode !== "recording";
  return (
    <Form editor={editor} reload={props.reload}>
      <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="campaign-name" />
      <ChoiceField label={say("kind")} hint={say("kind_hint")} value={values.kind} set={(kind) => kind && set({ kind })} options={options("kind", kinds)} error={fault("kind")} testid="campaign-kind" />
      <ChoiceField label={say("mode")} hint={say(`mode_hint.${values.mode}` as "mode_hint.preview")} value={values.mode} set={(mode) => mode && set({ mode })} options={options("mode", modes)} error={fault("mode")} testid="campaign-mode" />
      <ChoiceField label={say("queue")} hint={say("queue_hint")} value={values.queue_id} set={(queue_id) => set({ queue_id })} options={places} error={fault("queue_id")} isRequired testid="campaign-queue" />
      <ChoiceField label={say("account")} value={values.account_id} set={(account_id) => set({ account_id })} options={own} error={fault("account_id")} isRequired testid="campaign-account" />
      {hasAgents && <TextField label={say("script")} hint={say("script_hint")} rows={4} value={values.script} set={(script) => set({ script })} error={fault("script")} testid="campaign-script" />}
      {isCall && <TextField label={say("message")} hint={say(hasAgents ? "message_hint" : "recording_hint")} rows={2} value={values.message} set={(message) => set({ message })} error={fault("message")} testid="campaign-message" />}
      {isCall && <TextField label={say("play_url")} value={values.play_url} set={(play_url) => set({ play_url })} error={fault("play_url")} isCode testid="campaign-play" />}
      {isCall && <TextField label={say("language")} value={values.language} set={(next) => set({ language: next })} error={fault("language")} isCode testid="campaign-language" />}
      {!isCall && <TextField label={say("text")} hint={say("script_hint")} rows={3} value={values.text} set={(text) => set({ text })} error={fault("text")} testid="campaign-text" />}
      {!isCall && <SegmentCount text={values.text} />}
      {values.mode === "power" && <NumberField label={say("ratio")} hint={say("ratio_hint")} min={1} max={4} value={values.ratio} set={(ratio) => set({ ratio })} error={fault("ratio")} decimals={2} testid="campaign-ratio" />}
      {hasAgents && <NumberField label={say("abandon_percent")} hint={say("abandon_hint")} suffix="%" min={0} max={100} value={values.abandon_percent} set={(abandon_percent) => set({ abandon_percent })} error={fault("abandon_percent")} decimals={2} testid="campaign-abandon" />}
      {isCall && <NumberField label={say("ring_seconds")} suffix={say("seconds")} min={5} max={120} value={values.ring_seconds} set={(ring_seconds) => set({ ring_seconds })} error={fault("ring_seconds")} testid="campaign-ring" />}
      <NumberField label={say("lines_most")} min={1} max={500} value={values.lines_most} set={(lines_most) => set({ lines_most })} error={fault("lines_most")} testid="campaign-lines" />
      <NumberField label={say("calls_per_second")} hint={say("calls_per_second_hint")} min={1} max={100} value={values.calls_per_second} set={(calls_per_second) => set({ calls_per_second })} error={fault("calls_per_second")} decimals={2} testid="campaign-rate" />
      {isCall && <TextField label={say("caller_id")} hint={say("caller_id_hint")} value={values.caller_id} set={(caller_id) => set({ caller_id })} error={fault("caller_id")} isCode testid="campaign-caller" />}
      {isCall && <SwitchField label={part.say("is_caller_local")} hint={part.say("is_caller_local_hint")} value={values.is_caller_local} set={(is_caller_local) => set({ is_caller_local })} testid="campaign-local" />}
      {values.mode === "preview" && <NumberField label={part.say("preview_seconds")} suffix={say("seconds")} min={10} max={3600} value={values.preview_seconds} set={(preview_seconds) => set({ preview_seconds })} error={fault("preview_seconds")} testid="campaign-preview" />}
      {hasAgents && <SwitchField label={say("is_machine_asked")} value={values.is_machine_asked} set={(is_machine_asked) => set({ is_machine_asked })} testid="campaign-machine" />}
      {hasAgents && <ChoiceField label={say("inbound_queue")} hint={say("inbound_queue_hint")} value={values.inbound_queue_id} set={(inbound_queue_id) => set({ inbound_queue_id })} options={places} isClearable error={fault("inbound_queue_id")} testid="campaign-inbound" />}
      {hasAgents && values.inbound_queue_id && <NumberField label={say("spare")} hint={say("spare_hint")} min={0} max={1000} value={values.spare} set={(spare) => set({ spare })} error={fault("spare")} testid="campaign-spare" />}
      <DateField label={say("starts_on")} value={values.starts_on} set={(starts_on) => set({ starts_on })} error={fault("starts_on")} testid="campaign-from" />
      <DateField label={say("ends_on")} value={values.ends_on} set={(ends_on) => set({ ends_on })} error={fault("ends_on")} testid="campaign-until" />
      <HoursField value={values.hours} set={(hours) => set({ hours })} hint={say("hours_hint")} error={fault("hours")} fault={(part) => fault(`hours.${part}`)} />
      <NumberField label={say("attempts_most")} min={1} max={100} value={values.attempts_most} set={(attempts_most) => set({ attempts_most })} error={fault("attempts_most")} testid="campaign-attempts" />
      <fieldset lang={language}>
        <legend>{say("again")}</legend>
        {recycled.map((outcome) => (
          <div key={outcome} style={{ display: "flex", gap: 8 }}>
            <NumberField label={say(`outcome.${outcome}` as "outcome.busy")} hint={say("again_after")} suffix={say("minutes")} min={1} value={values.tries[outcome][0]} set={(minutes) => set({ tries: { ...values.tries, [outcome]: [minutes, values.tries[outcome][1]] } })} testid={`again-${outcome}`} />
            <NumberField label={say("times")} hint={say("again_most")} min={0} max={50} value={values.tries[outcome][1]} set={(most) => set({ tries: { ...values.tries, [outcome]: [values.tries[outcome][0], most] } })} testid={`times-${outcome}`} />
          </div>
        ))}
      </fieldset>
      <fieldset lang={language}>
        <legend>{part.say("caps")}</legend>
        <CapsField value={values.frequency} set={(frequency) => set({ frequency })} fault={(place) => fault(`frequency.${place}`)} />
      </fieldset>
      <fieldset lang={language}>
        <legend>{part.say("filters")}</legend>
        <Text size="xs" c="dimmed">{part.say("filters_hint")}</Text>
        <FiltersField value={values.filters} set={(filters) => set({ filters })} fault={(place) => fault(`filters.${place}`)} />
      </fieldset>
      <ManyField label={part.say("presets")} hint={part.say("presets_hint")} value={values.presets} set={(presets) => set({ presets })} options={presets.items.map((preset) => ({ value: preset.id, label: presetName(preset) }))} error={fault("presets")} testid="campaign-presets" />
      {hasAgents && (
        <fieldset lang={language}>
          <legend>{part.say("dispositions")}</legend>
          <DispositionsField value={values.dispositions} set={(dispositions) => set({ dispositions })} fault={(place) => fault(`dispositions.${place}`)} />
          {fault("dispositions") && <Text size="xs" c="red" role="alert">{fault("dispositions")}</Text>}
        </fieldset>
      )}
    </Form>
  );
}
