import { Group } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { NumberField, SwitchField, TextField } from "../../kit/fields";
import { Repeated } from "../../kit/Repeated";
import type { Disposition } from "../work/dial/dial";
import { partWords } from "./partWords";
import { words } from "./words";

const languages = ["en", "ar", "fa"] as const;
const fresh = (): Disposition => ({ key: "", names: { en: "" }, is_success: false, is_refusal: false, opts_out: false, calls_back: false, again_minutes: null });
const most = 40;

/** The places within dispositions of which a refusal may speak, for `useEditor`. */
export const placesInDispositions = (field: string): string[] =>
  Array.from({ length: most }, (_, at) => [...["key", "names", "again_minutes"].map((name) => `${field}.${at}.${name}`), ...languages.map((each) => `${field}.${at}.names.${each}`)]).flat();

interface Props {
  value: Disposition[];
  set: (value: Disposition[]) => void;
  /** What is wrong at a place such as `0.key`. */
  fault: (place: string) => string | undefined;
}

/** How agents may say that a call ended, in their order. */
export function DispositionsField(props: Props) {
  const { say } = usePhrases(partWords);
  const { say: common } = usePhrases(words);
  return (
    <Repeated items={props.value} set={props.set} fresh={fresh} add={say("add_disposition")} nameOf={({ key, names }) => names.en || key} testid="disposition">
      {(item, set, at) => (
        <>
          <Group align="flex-start" gap="xs">
            <TextField label={say("disposition_key")} isCode value={item.key} set={(key) => set({ key })} error={props.fault(`${at}.key`)} testid="disposition-key" />
            {languages.map((each) => (
              <TextField key={each} label={say(`name_in.${each}`)} value={item.names[each] ?? ""} set={(name) => set({ names: named(item.names, each, name) })} error={props.fault(`${at}.names.${each}`) ?? (each === "en" ? props.fault(`${at}.names`) : undefined)} testid={`disposition-${each}`} />
            ))}
          </Group>
          <Group gap="md">
            <SwitchField label={say("is_success")} value={item.is_success} set={(is_success) => set({ is_success })} testid="disposition-success" />
            <SwitchField label={say("is_refusal")} value={item.is_refusal} set={(is_refusal) => set({ is_refusal })} testid="disposition-refusal" />
            <SwitchField label={say("opts_out")} value={item.opts_out} set={(opts_out) => set({ opts_out })} testid="disposition-out" />
            <SwitchField label={say("calls_back")} value={item.calls_back} set={(calls_back) => set({ calls_back })} testid="disposition-back" />
          </Group>
          <NumberField label={say("again_minutes")} hint={say("again_minutes_hint")} suffix={common("minutes")} min={1} value={item.again_minutes} set={(again_minutes) => set({ again_minutes })} error={props.fault(`${at}.again_minutes`)} testid="disposition-again" />
        </>
      )}
    </Repeated>
  );
}

/** An empty name is none: agents see another language's then. */
function named(names: Disposition["names"], language: (typeof languages)[number], name: string): Disposition["names"] {
  const rest = Object.fromEntries(Object.entries(names).filter(([each]) => each !== language));
  return name === "" ? rest : { ...rest, [language]: name };
}
