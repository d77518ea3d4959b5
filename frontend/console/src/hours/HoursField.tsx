import { Stack } from "@mantine/core";
import { usePhrases } from "../i18n/phrases";
import { SwitchField } from "../kit/fields";
import { HoursEditor, partsOfHours } from "./HoursEditor";
import { freshHours, type Hours } from "./model";
import { hoursWords } from "./words";

interface HoursFieldProps {
  value: Hours | null;
  set: (value: Hours | null) => void;
  hint: string;
  /** What is wrong with the hours as a whole, or at a place within them. */
  error?: string | undefined;
  fault?: ((name: string) => string | undefined) | undefined;
}

/** Hours, or none at all: then it is always open. */
export function HoursField(props: HoursFieldProps) {
  const { say } = usePhrases(hoursWords);
  const { value, set, fault } = props;
  return (
    <Stack>
      <SwitchField label={say("has_hours")} hint={props.hint} error={props.error} value={value !== null} set={(is) => set(is ? freshHours() : null)} testid="has-hours" />
      {value && <HoursEditor value={value} set={set} fault={fault} />}
    </Stack>
  );
}

/** The places within hours of which a refusal may speak, for `useEditor`. */
export const placesIn = (field: string): string[] => partsOfHours.map((part) => `${field}.${part}`);
