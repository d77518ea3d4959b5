import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DurationField } from "../../kit/DurationField";
import { ChoiceField, SwitchField } from "../../kit/fields";
import kitCss from "../../kit/Kit.module.css";
import { triggerOf, type Catalogue, type Trigger } from "./automation";
import { words } from "./words";

/** When a rule looks: after something happened, or when something has lasted. */
export function TriggerFields(props: { value: Trigger; set: (value: Trigger) => void; catalogue: Catalogue; error?: string | undefined }) {
  const { value, set, catalogue } = props;
  const { say, sayAny } = usePhrases(words);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>{say("trigger")}</Text>
      <SegmentedControl aria-label={say("trigger")} value={value.on} onChange={(on) => set(triggerOf(on as Trigger["on"]))} data={(["event", "time"] as const).map((each) => ({ value: each, label: say(`on.${each}`) }))} data-testid="trigger-on" />
      <Text size="xs" c="dimmed">{say(`on.${value.on}_hint`)}</Text>
      {value.on === "event" ? (
        <ChoiceField label={say("happening")} value={value.happening} set={(happening) => happening && set({ ...value, happening })} options={catalogue.happenings.map((each) => ({ value: each, label: sayAny("cause", each, each) }))} error={props.error} testid="trigger-happening" />
      ) : (
        <>
          <div className={kitCss.pair}>
            <ChoiceField label={say("since")} value={value.since} set={(since) => since && set({ ...value, since: since as "opened" | "stage" })} options={catalogue.lasting.map((each) => ({ value: each, label: say(`since.${each}`) }))} testid="trigger-since" />
            <DurationField label={say("minutes")} value={value.minutes} set={(minutes) => set({ ...value, minutes: minutes ?? 1 })} error={props.error} testid="trigger-minutes" />
          </div>
          <SwitchField label={say("in_business_time")} hint={say("in_business_time_hint")} value={value.in_business_time} set={(in_business_time) => set({ ...value, in_business_time })} testid="trigger-business" />
        </>
      )}
    </Stack>
  );
}

/** A trigger in a few words. */
export function useTriggerText(): (trigger: Trigger) => string {
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  return (trigger) => {
    if (trigger.on === "event") return sayAny("cause", trigger.happening, trigger.happening);
    return say(trigger.in_business_time ? "lasted_business" : "lasted", { what: say(`since.${trigger.since}`), time: dates.span(trigger.minutes) });
  };
}
