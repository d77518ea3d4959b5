import { Alert, Button, ColorInput, CopyButton, Stack, Tabs, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { call } from "../../http/api";
import type { Account, Widget } from "../../http/views";
import { languages, type Language } from "../../i18n/words";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import css from "../../kit/Kit.module.css";
import type { List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";
import { originsOf, said, scriptTag } from "./script";
import { words } from "./words";

const colors = ["#0b7285", "#364fc7", "#862e9c", "#a61e4d", "#c92a2a", "#d9480f", "#2b8a3e", "#343a40"];

export function WidgetForm(props: { widget: Widget | null; widgets: List<Widget>; accounts: Account[]; reload: () => void }) {
  const { widget, widgets, accounts } = props;
  const { say } = usePhrases(words);
  const initial = {
    site: widget?.site ?? "",
    account_id: widget?.account_id ?? (accounts.length === 1 ? accounts[0]!.id : null),
    settings: widget?.settings ?? { title: {}, greeting: {}, color: "#0b7285", locale: "en" as Language },
    origins: widget?.origins.join("\n") ?? "",
    is_enabled: widget?.is_enabled ?? true,
    version: widget?.version ?? 0,
  };
  const save = async ({ site, version, origins, settings, ...values }: typeof initial) => {
    const texts = { title: said(settings.title), greeting: said(settings.greeting) };
    const sent = { ...values, origins: originsOf(origins), settings: { ...settings, ...texts } };
    const saved = widget
      ? await call<Widget>("PUT", `/api/widgets/${site}`, { ...sent, version })
      : await call<Widget>("POST", "/api/widgets", { ...sent, site });
    widgets.put(saved);
    if (!widget) go("widgets", saved.site);
    return { version: saved.version, origins: saved.origins.join("\n") };
  };
  const editor = useEditor(initial, save, ["settings.color"]);
  const { values, set, fault } = editor;
  const { settings } = values;
  return (
    <Form editor={editor} reload={props.reload}>
      {widget && <ScriptTag site={widget.site} />}
      {!widget && accounts.length === 0 && <Alert color="yellow">{say("no_account")}</Alert>}
      {!widget && <TextField label={say("site")} hint={say("site_hint")} value={values.site} set={(site) => set({ site })} error={fault("site")} isCode isRequired testid="field-site" />}
      <ChoiceField
        label={say("account")}
        hint={say("account_hint")}
        value={values.account_id}
        set={(account_id) => set({ account_id })}
        options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
        error={fault("account_id")}
        isRequired
        testid="field-account"
      />
      <Texts settings={settings} set={(part) => set({ settings: { ...settings, ...part } })} />
      <ColorInput
        label={say("color")}
        value={settings.color}
        onChange={(color) => set({ settings: { ...settings, color } })}
        swatches={colors}
        swatchesPerRow={8}
        error={fault("settings.color")}
        popoverProps={{ withinPortal: false }}
        data-testid="field-color"
      />
      <ChoiceField
        label={say("locale")}
        value={settings.locale}
        set={(locale) => locale && set({ settings: { ...settings, locale: locale as Language } })}
        options={Object.entries(languages).map(([value, { name }]) => ({ value, label: name }))}
        testid="field-locale"
      />
      <TextField label={say("origins")} hint={say("origins_hint")} value={values.origins} set={(origins) => set({ origins })} error={fault("origins")} isCode rows={2} testid="field-origins" />
      <SwitchField label={say("is_enabled")} value={values.is_enabled} set={(is_enabled) => set({ is_enabled })} testid="field-enabled" />
    </Form>
  );
}

function Texts(props: { settings: Widget["settings"]; set: (part: Partial<Widget["settings"]>) => void }) {
  const { settings, set } = props;
  const { say } = usePhrases(words);
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>{say("texts")}</Text>
      <Tabs defaultValue="en">
        <Tabs.List>
          {Object.entries(languages).map(([language, { name }]) => <Tabs.Tab key={language} value={language}>{name}</Tabs.Tab>)}
        </Tabs.List>
        {(Object.keys(languages) as Language[]).map((language) => (
          <Tabs.Panel key={language} value={language} pt="sm" lang={language}>
            <Stack gap="sm">
              <TextField
                label={say("heading")}
                hint={say("usual")}
                value={settings.title[language] ?? ""}
                set={(text) => set({ title: { ...settings.title, [language]: text } })}
                testid={`title-${language}`}
              />
              <TextField
                label={say("greeting")}
                value={settings.greeting[language] ?? ""}
                set={(text) => set({ greeting: { ...settings.greeting, [language]: text } })}
                rows={2}
                testid={`greeting-${language}`}
              />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}

function ScriptTag(props: { site: string }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const tag = scriptTag(window.location.origin, props.site);
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600}>{say("script")}</Text>
      <pre className={css.code} data-testid="script-tag">{tag}</pre>
      <CopyButton value={tag}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />} onClick={copy} style={{ alignSelf: "flex-start" }} data-testid="copy">
            {kit.say(copied ? "copied" : "copy")}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}
