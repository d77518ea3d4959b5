import { Accordion, Alert, Anchor, Button, ColorInput, CopyButton, SegmentedControl, Stack, Tabs, Text } from "@mantine/core";
import { IconCheck, IconCopy, IconExternalLink } from "@tabler/icons-react";
import { useEffect, useState, type ReactNode } from "react";
import { placesIn } from "../../hours/HoursField";
import { call } from "../../http/api";
import type { Account, Widget } from "../../http/views";
import { languages, type Language } from "../../i18n/words";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import css from "../../kit/Kit.module.css";
import type { List } from "../../kit/list";
import { said } from "../../kit/Said";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";
import { useFeed } from "../../live/context";
import { BlockedSection, IdentitySection } from "./IdentitySection";
import { originsOf, scriptTag } from "./script";
import { FormSection, HoursSection, InvitationSection } from "./sections";
import { usual, type WidgetSettings } from "./settings";
import { words } from "./words";

const colors = ["#0b7285", "#364fc7", "#862e9c", "#a61e4d", "#c92a2a", "#d9480f", "#2b8a3e", "#343a40"];

export function WidgetForm(props: { widget: Widget | null; widgets: List<Widget>; accounts: Account[]; mailboxes: Account[]; reload: () => void }) {
  const { widget, widgets, accounts } = props;
  const { say } = usePhrases(words);
  const initial = {
    site: widget?.site ?? "",
    account_id: widget?.account_id ?? (accounts.length === 1 ? accounts[0]!.id : null),
    settings: widget?.settings ?? usual,
    origins: widget?.origins.join("\n") ?? "",
    is_enabled: widget?.is_enabled ?? true,
    version: widget?.version ?? 0,
  };
  const save = async ({ site, version, origins, settings, ...values }: typeof initial) => {
    const sent = { ...values, origins: originsOf(origins), settings: cleaned(settings) };
    const saved = widget
      ? await call<Widget>("PUT", `/api/widgets/${site}`, { ...sent, version })
      : await call<Widget>("POST", "/api/widgets", { ...sent, site });
    widgets.put(saved);
    if (!widget) go("widgets", saved.site);
    return { version: saved.version, origins: saved.origins.join("\n") };
  };
  const editor = useEditor(initial, save, ["settings.color", "settings.identity_key", "settings", "settings.hours", ...placesIn("settings.hours")]);
  const { values, set, fault } = editor;
  const { settings } = values;
  const wrong = ["settings", "settings.hours", ...placesIn("settings.hours")].map(fault).find(Boolean);
  const { queues, me } = useFeed();
  const change = (part: Partial<WidgetSettings>) => set({ settings: { ...settings, ...part } });
  const section = { settings, set: change, queues: queues.filter(({ channels }) => channels === null || channels.includes("webchat")), mailboxes: props.mailboxes };
  const counts = useCounts(widget?.site ?? null);
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
      <div>
        <Text size="sm" fw={600} mb={4}>{say("side")}</Text>
        <SegmentedControl aria-label={say("side")} value={settings.side} onChange={(side) => change({ side: side as "start" | "end" })} data={[{ value: "start", label: say("side.start") }, { value: "end", label: say("side.end") }]} />
      </div>
      <ChoiceField
        label={say("locale")}
        value={settings.locale}
        set={(locale) => locale && set({ settings: { ...settings, locale: locale as Language } })}
        options={Object.entries(languages).map(([value, { name }]) => ({ value, label: name }))}
        testid="field-locale"
      />
      <TextField label={say("origins")} hint={say("origins_hint")} value={values.origins} set={(origins) => set({ origins })} error={fault("origins")} isCode rows={2} testid="field-origins" />
      {wrong && <Alert color="red" role="alert">{wrong}</Alert>}
      <Accordion variant="separated" multiple data-testid="sections">
        <Section id="form" title={say("section.form")}><FormSection {...section} /></Section>
        <Section id="hours" title={say("section.hours")}><HoursSection {...section} fault={fault} /></Section>
        <Section id="invitation" title={say("section.invitation")}><InvitationSection {...section} counts={counts} /></Section>
        <Section id="identity" title={say("section.identity")}>
          <IdentitySection site={widget?.site ?? null} hasSecret={widget?.has_secret ?? false} settings={settings} set={change} fault={fault("settings.identity_key")} />
        </Section>
        {widget && me.permissions.includes("visitor.block") && <Section id="blocked" title={say("section.blocked")}><BlockedSection site={widget.site} /></Section>}
      </Accordion>
      <SwitchField label={say("is_enabled")} value={values.is_enabled} set={(is_enabled) => set({ is_enabled })} testid="field-enabled" />
    </Form>
  );
}

function Section(props: { id: string; title: string; children: ReactNode }) {
  return (
    <Accordion.Item value={props.id}>
      <Accordion.Control data-testid={`section-${props.id}`}>{props.title}</Accordion.Control>
      <Accordion.Panel>{props.children}</Accordion.Panel>
    </Accordion.Item>
  );
}

interface Count {
  invitation: string;
  outcome: string;
  count: number;
}

function useCounts(site: string | null): Count[] {
  const [counts, setCounts] = useState<Count[]>([]);
  useEffect(() => {
    if (site) call<{ items: Count[] }>("GET", `/api/widgets/${site}/invitations`).then(({ items }) => setCounts(items), () => undefined);
  }, [site]);
  return counts;
}

/** As it is sent: words that are left empty are not. */
function cleaned(settings: WidgetSettings): WidgetSettings {
  return {
    ...settings,
    title: said(settings.title),
    greeting: said(settings.greeting),
    fields: settings.fields.map((field) => ({ ...field, label: said(field.label), options: field.options.filter(({ value }) => value.trim() !== "") })),
    departments: settings.departments.map((each) => ({ ...each, label: said(each.label) })),
    consent: settings.consent && { ...settings.consent, text: said(settings.consent.text) },
    invitations: settings.invitations.map((each) => ({ ...each, text: said(each.text) })),
  };
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
      <Anchor href={`/chat/page/${props.site}`} target="_blank" size="sm" data-testid="preview">
        {say("preview")} <IconExternalLink size={14} style={{ verticalAlign: "-2px" }} aria-hidden />
      </Anchor>
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
