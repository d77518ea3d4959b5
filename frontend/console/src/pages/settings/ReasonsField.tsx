import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { languages, type Language } from "../../i18n/words";
import { usePhrases } from "../../i18n/phrases";
import { kitWords } from "../../kit/words";
import type { Reason } from "../../protocol";
import { newKey } from "./weekdays";
import { words } from "./words";

const most = 20;

/** Why somebody takes no work, in each language. */
export function ReasonsField(props: { value: Reason[]; set: (value: Reason[]) => void; error?: string | undefined }) {
  const { value, set } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const rename = (key: string, language: Language, text: string) =>
    set(value.map((reason) => (reason.key === key ? { ...reason, name: { ...reason.name, [language]: text } } : reason)));
  return (
    <Stack gap={6} data-testid="reasons">
      <Text size="sm" fw={500}>{say("reasons")}</Text>
      <Text size="xs" c="dimmed">{say("reasons_hint")}</Text>
      {value.map((reason) => (
        <Group key={reason.key} gap={6} data-testid="reason">
          {(Object.keys(languages) as Language[]).map((language) => (
            <TextInput
              key={language}
              flex="1 1 120px"
              aria-label={`${say("reasons")}: ${languages[language].name}`}
              placeholder={languages[language].name}
              value={reason.name[language] ?? ""}
              onChange={(event) => rename(reason.key, language, event.currentTarget.value)}
              dir={languages[language].dir}
              lang={language}
              maxLength={60}
              data-testid={`reason-${language}`}
            />
          ))}
          <ActionIcon variant="subtle" color="red" size="lg" onClick={() => set(value.filter(({ key }) => key !== reason.key))} aria-label={kit.say("remove", { name: Object.values(reason.name)[0] ?? reason.key })}>
            <IconTrash size={18} />
          </ActionIcon>
        </Group>
      ))}
      {props.error && <Text size="xs" c="red" role="alert">{props.error}</Text>}
      {value.length < most && (
        <Button variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set([...value, { key: newKey(value.map(({ key }) => key)), name: {} }])} style={{ alignSelf: "flex-start" }} data-testid="reason-add">
          {say("reason_add")}
        </Button>
      )}
    </Stack>
  );
}
