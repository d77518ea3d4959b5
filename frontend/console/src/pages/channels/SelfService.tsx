import { Stack, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import type { Account } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { useEditor } from "../../kit/editor";
import { SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { mailroomWords } from "./mailroomWords";

interface Kept {
  is_on: boolean;
  words: Partial<Record<Language, string[]>>;
  version: number;
}

/** By which words customers ask by text how their requests stand; only numbers for texts are asked. */
export function SelfService(props: { account: Account }) {
  const path = `/api/accounts/${props.account.id}/self-service`;
  const [known, setKnown] = useState<Kept | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    call<Kept>("GET", path).then(setKnown, () => setKnown(null));
  }, [path, round]);
  if (known === null) return null;
  return <SelfServiceForm key={`${props.account.id}:${round}`} path={path} known={known} reload={() => setRound((old) => old + 1)} />;
}

const apart = (text: string) => text.split(/[\n،,;؛]+/).map((each) => each.trim()).filter((each) => each !== "");

function SelfServiceForm(props: { path: string; known: Kept; reload: () => void }) {
  const { say } = usePhrases(mailroomWords);
  const { is_on, version, words } = props.known;
  const written = Object.fromEntries((["en", "ar", "fa"] as const).map((language) => [language, (words[language] ?? []).join("\n")])) as Record<Language, string>;
  const editor = useEditor({ is_on, version, texts: written }, async ({ texts, ...values }) => {
    const asked = Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, apart(text)]).filter(([, some]) => some!.length > 0));
    const saved = await call<Kept>("PUT", props.path, { ...values, words: asked });
    return { version: saved.version };
  }, ["words"]);
  const { values, set, fault } = editor;
  return (
    <Stack mt="lg" data-testid="self-service">
      <Title order={4} fz="sm">{say("self_service")}</Title>
      <Text size="sm" c="dimmed">{say("self_service_about")}</Text>
      <Form editor={editor} reload={props.reload}>
        <SwitchField label={say("self_service_on")} value={values.is_on} set={(next) => set({ is_on: next })} testid="self-service-on" />
        {values.is_on &&
          (["en", "ar", "fa"] as const).map((language) => (
            <TextField
              key={language}
              label={say("self_service_words", { language: languages[language].name })}
              hint={language === "en" ? say("self_service_hint") : undefined}
              value={values.texts[language]}
              set={(next) => set({ texts: { ...values.texts, [language]: next } })}
              error={fault(`words.${language}`)}
              rows={2}
              testid={`self-service-${language}`}
            />
          ))}
        {fault("words") !== undefined && <Text size="sm" c="red" role="alert">{fault("words")}</Text>}
      </Form>
    </Stack>
  );
}
