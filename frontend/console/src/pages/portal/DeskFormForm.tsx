import { Alert, Anchor, Button, CopyButton, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { useEditor } from "../../kit/editor";
import { ChoiceField, ManyField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import css from "../../kit/Kit.module.css";
import type { List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";
import { originsOf } from "../widgets/script";
import { frameOf, kinds, snippetOf, type DeskForm, type PortalView } from "./setup";
import { words } from "./words";

const spoken = Object.keys(languages) as Language[];

export function DeskFormForm(props: { form: DeskForm | null; forms: List<DeskForm>; accounts: PortalView["accounts"]; reload: () => void }) {
  const { form, forms, accounts } = props;
  const { say } = usePhrases(words);
  const initial = {
    id: form?.id ?? "",
    account_id: form?.account_id ?? (accounts.length === 1 ? accounts[0]!.id : null),
    settings: form?.settings ?? { title: {}, kinds: ["support_request"], locale: "en" as Language },
    origins: form?.origins.join("\n") ?? "",
    is_enabled: form?.is_enabled ?? true,
    version: form?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ id, version, origins, settings, ...values }) => {
    const title = Object.fromEntries(Object.entries(settings.title).filter(([, text]) => text?.trim()));
    const sent = { ...values, origins: originsOf(origins), settings: { ...settings, title } };
    const saved = form ? await call<DeskForm>("PUT", `/api/portal-forms/${id}`, { ...sent, version }) : await call<DeskForm>("POST", "/api/portal-forms", { ...sent, id });
    forms.put(saved);
    if (!form) go("portal", "forms", saved.id);
    return { version: saved.version, origins: saved.origins.join("\n") };
  });
  const { values, set, fault } = editor;
  const change = (part: Partial<DeskForm["settings"]>) => set({ settings: { ...values.settings, ...part } });
  return (
    <Form editor={editor} reload={props.reload}>
      {form && <Snippets form={form.id} />}
      {accounts.length === 0 && <Alert color="yellow">{say("no_account")}</Alert>}
      {!form && <TextField label={say("id")} hint={say("id_hint")} value={values.id} set={(id) => set({ id })} error={fault("id")} isCode isRequired testid="field-id" />}
      <ChoiceField label={say("account")} hint={say("account_hint")} value={values.account_id} set={(account_id) => set({ account_id })} error={fault("account_id")}
        options={accounts.map(({ id, name }) => ({ value: id, label: name }))} testid="field-account" />
      <ManyField label={say("kinds")} value={values.settings.kinds} set={(chosen) => change({ kinds: chosen })}
        options={kinds.map((value) => ({ value, label: say(`kind.${value}`) }))} testid="field-kinds" />
      <fieldset className={css.fieldset}>
        <Text component="legend" size="sm" fw={600}>{say("form_title")}</Text>
        <Stack gap="xs">
          {spoken.map((language) => (
            <TextField key={language} label={languages[language].name} value={values.settings.title[language] ?? ""}
              set={(text) => change({ title: { ...values.settings.title, [language]: text } })} testid={`field-title-${language}`} />
          ))}
        </Stack>
      </fieldset>
      <ChoiceField label={say("locale")} value={values.settings.locale} set={(locale) => locale && change({ locale: locale as Language })}
        options={spoken.map((value) => ({ value, label: languages[value].name }))} testid="field-locale" />
      <TextField label={say("origins")} hint={say("origins_hint")} value={values.origins} set={(origins) => set({ origins })} error={fault("origins")} isCode rows={3} testid="field-origins" />
      <SwitchField label={say("enabled")} value={values.is_enabled} set={(is_enabled) => set({ is_enabled })} testid="field-enabled" />
    </Form>
  );
}

function Snippets(props: { form: string }) {
  const { say } = usePhrases(words);
  const { origin } = window.location;
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600}>{say("snippet")}</Text>
      <Copied text={snippetOf(origin, props.form)} testid="snippet" />
      <Text size="sm" fw={600}>{say("frame")}</Text>
      <Copied text={frameOf(origin, props.form)} testid="frame" />
      <Anchor href={`/desk/${props.form}`} target="_blank" size="sm">{say("preview")}</Anchor>
    </Stack>
  );
}

function Copied(props: { text: string; testid: string }) {
  const kit = usePhrases(kitWords);
  return (
    <>
      <pre className={css.code} data-testid={props.testid} dir="ltr">{props.text}</pre>
      <CopyButton value={props.text}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />} onClick={copy} style={{ alignSelf: "flex-start" }}>
            {kit.say(copied ? "copied" : "copy")}
          </Button>
        )}
      </CopyButton>
    </>
  );
}
