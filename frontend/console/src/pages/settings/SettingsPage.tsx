import { Center, Checkbox, Group, Loader, Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { call } from "../../http/api";
import type { OrganisationSettings } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { Form } from "../../kit/Form";
import { Frame } from "../../kit/Frame";
import { initialOf, type Schema } from "../../kit/schema";
import { SchemaFields } from "../../kit/SchemaFields";
import { kitWords } from "../../kit/words";
import { LogoField } from "./LogoField";
import { ReasonsField } from "./ReasonsField";
import { weekdays } from "./weekdays";
import { words } from "./words";

interface Read {
  settings: OrganisationSettings;
  version: number;
  json_schema: Schema;
}

// What the schema's plain fields do not hold has an editor of its own.
const own = ["logo", "weekend", "languages", "presence_reasons"];

export function SettingsPage() {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const [read, setRead] = useState<{ found: Read; round: number } | null>(null);
  const [isFailed, setFailed] = useState(false);
  const load = useCallback(async () => {
    try {
      const found = await call<Read>("GET", "/api/organisation");
      setRead((old) => ({ found, round: (old?.round ?? 0) + 1 }));
    } catch {
      setFailed(true);
    }
  }, []);
  useEffect(() => void load(), [load]);
  return (
    <Frame title={say("title")} about={say("about")}>
      {read ? (
        <SettingsForm key={read.round} read={read.found} reload={() => void load()} />
      ) : (
        <Center mih={120}>{isFailed ? <Text c="dimmed">{kit.say("list_failed")}</Text> : <Loader size="sm" />}</Center>
      )}
    </Frame>
  );
}

function SettingsForm(props: { read: Read; reload: () => void }) {
  const { settings, version, json_schema } = props.read;
  const { say, sayAny } = usePhrases(words);
  const plain = plainPart(json_schema);
  const initial = { ...settings, plain: initialOf(plain, settings), version } as OrganisationSettings & { plain: Record<string, unknown>; version: number };
  const editor = useEditor(
    initial,
    async ({ plain: written, ...values }) => {
      const reasons = values.presence_reasons.map((reason) => ({ ...reason, name: Object.fromEntries(Object.entries(reason.name).filter(([, text]) => text.trim() !== "")) }));
      const saved = await call<Read>("PUT", "/api/organisation", { ...values, ...written, presence_reasons: reasons });
      return { version: saved.version };
    },
    Object.keys(plain.properties ?? {}),
  );
  const { values, set, fault } = editor;
  return (
    <Stack maw={640} mt="md">
      <Form editor={editor} reload={props.reload}>
        <LogoField value={values.logo as string} set={(logo) => set({ logo })} error={fault("logo")} />
        <SchemaFields
          schema={plain}
          values={values.plain}
          set={(next) => set({ plain: next })}
          fault={fault}
          word={(part, name, fallback) => sayAny(part, name, part === "hint" ? "" : fallback)}
          isSaved
        />
        <Several label={say("languages")} options={["en", "ar", "fa"]} value={values.languages} set={(languages) => set({ languages: languages as OrganisationSettings["languages"] })} testid="field-languages" />
        <Several label={say("weekend")} options={[...weekdays]} value={values.weekend} set={(weekend) => set({ weekend })} testid="field-weekend" />
        <ReasonsField value={values.presence_reasons} set={(presence_reasons) => set({ presence_reasons })} error={fault("presence_reasons")} />
      </Form>
    </Stack>
  );
}

function plainPart(schema: Schema): Schema {
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => !own.includes(name)));
  return { ...schema, properties };
}

function Several(props: { label: string; options: string[]; value: string[]; set: (value: string[]) => void; testid: string }) {
  const { sayAny } = usePhrases(words);
  return (
    <Checkbox.Group label={props.label} value={props.value} onChange={props.set} data-testid={props.testid}>
      <Group gap="md" mt={6}>
        {props.options.map((option) => <Checkbox key={option} value={option} label={sayAny("option", option, option)} />)}
      </Group>
    </Checkbox.Group>
  );
}
