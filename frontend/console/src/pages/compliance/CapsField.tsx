import { Group } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField, NumberField } from "../../kit/fields";
import { Repeated } from "../../kit/Repeated";
import { freshFrequency, type Frequency } from "./preset";
import { words } from "./words";

interface CapsProps {
  value: Frequency[];
  set: (value: Frequency[]) => void;
  /** What is wrong at a place such as `0.most`. */
  fault: (place: string) => string | undefined;
}

/** How often somebody may be tried: in hours that roll, or on a day. */
export function CapsField(props: CapsProps) {
  const { say } = usePhrases(words);
  const options = <T extends string>(prefix: "per" | "counts" | "span", all: readonly T[]) => all.map((value) => ({ value, label: say(`${prefix}.${value}` as "per.number") }));
  return (
    <Repeated items={props.value} set={props.set} fresh={freshFrequency} add={say("add_cap")} nameOf={() => say("cap")} testid="cap">
      {(cap, set, at) => (
        <Group align="flex-start" gap="xs">
          <NumberField label={say("most")} min={0} max={1000} value={cap.most} set={(most) => set({ most: most ?? 0 })} error={props.fault(`${at}.most`)} testid="cap-most" />
          <ChoiceField label={say("span")} value={cap.is_day ? "day" : "hours"} set={(span) => set({ is_day: span === "day" })} options={options("span", ["hours", "day"])} testid="cap-span" />
          {!cap.is_day && <NumberField label={say("hours")} min={1} max={8784} value={cap.hours} set={(hours) => set({ hours: hours ?? 0 })} error={props.fault(`${at}.hours`)} testid="cap-hours" />}
          <ChoiceField label={say("per")} value={cap.per} set={(per) => set({ per: per as Frequency["per"] })} options={options("per", ["number", "campaign"])} testid="cap-per" />
          <ChoiceField label={say("counts")} value={cap.counts} set={(counts) => set({ counts: counts as Frequency["counts"] })} options={options("counts", ["all", "unanswered"])} testid="cap-counts" />
        </Group>
      )}
    </Repeated>
  );
}
