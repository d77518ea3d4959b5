import { Group, Tabs, Text } from "@mantine/core";
import { languages, type Language } from "../i18n/words";
import { TextField } from "./fields";

export type Texts = Partial<Record<Language, string>>;

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
          <TextField label="" name={`${props.label} (${languages[language].name})`} value={props.value[language] ?? ""} set={(text) => props.set({ ...props.value, [language]: text })} {...(props.rows ? { rows: props.rows } : {})} testid={`${props.testid ?? "said"}-${language}`} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** Words that are left empty are not sent. */
export function said<K extends string>(texts: Partial<Record<K, string>>): Partial<Record<K, string>> {
  const kept = Object.entries<string | undefined>(texts).filter(([, text]) => text?.trim());
  return Object.fromEntries(kept) as Partial<Record<K, string>>;
}
