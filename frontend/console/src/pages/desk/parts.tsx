import { Stack, Text } from "@mantine/core";
import { languages, type Language } from "../../i18n/words";
import { usePhrases } from "../../i18n/phrases";
import { ManyField, TextField } from "../../kit/fields";
import { kitWords } from "../../kit/words";
import { kinds, type Names, type TicketKind } from "./setup";
import { words } from "./words";

/** A name in each language, beside each other; those that are empty are shown in another one. */
export function NamesField(props: { value: Names; set: (value: Names) => void; error?: string | undefined; testid?: string }) {
  const kit = usePhrases(kitWords);
  const { say } = usePhrases(words);
  return (
    <Stack gap={6}>
      {(Object.keys(languages) as Language[]).map((language) => (
        <TextField key={language} label={`${kit.say("name")} (${languages[language].name})`} value={props.value[language] ?? ""} set={(text) => props.set({ ...props.value, [language]: text })} testid={`${props.testid ?? "name"}-${language}`} />
      ))}
      {props.error ? <Text size="xs" c="red" role="alert">{props.error}</Text> : <Text size="xs" c="dimmed">{say("names_hint")}</Text>}
    </Stack>
  );
}

/** Of which kinds of ticket; none is all. */
export function KindsField(props: { value: TicketKind[] | null; set: (value: TicketKind[] | null) => void; error?: string | undefined }) {
  const { say } = usePhrases(words);
  return (
    <ManyField label={say("kinds")} placeholder={say("every_kind")} value={props.value ?? []} set={(next) => props.set(next.length === 0 ? null : (next as TicketKind[]))} options={kinds.map((value) => ({ value, label: say(`kind.${value}`) }))} error={props.error} testid="field-kinds" />
  );
}
