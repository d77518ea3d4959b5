import { Alert, Anchor, Text } from "@mantine/core";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { useEditor } from "../../kit/editor";
import { ChoiceField, ManyField, NumberField, SwitchField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { kinds, ways, type PortalSettings, type PortalView } from "./setup";
import { words } from "./words";

export function SettingsForm(props: { portal: PortalView; put: (portal: PortalView) => void; reload: () => void }) {
  const { portal } = props;
  const { say } = usePhrases(words);
  const editor = useEditor({ ...portal.settings, version: portal.version }, async (values) => {
    const saved = await call<PortalView>("PUT", "/api/portal-settings", values);
    props.put(saved);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      <Text size="sm">{say("address")}: <Anchor href={portal.url} target="_blank" data-testid="portal-url"><bdi dir="ltr">{portal.url}</bdi></Anchor></Text>
      {portal.accounts.length === 0 && <Alert color="yellow">{say("no_account")}</Alert>}
      <SwitchField label={say("on")} value={values.is_on} set={(is_on) => set({ is_on })} testid="field-on" />
      <ChoiceField label={say("account")} hint={say("account_hint")} value={values.account_id} set={(account_id) => set({ account_id })} error={fault("account_id")}
        options={portal.accounts.map(({ id, name }) => ({ value: id, label: name }))} testid="field-account" />
      <ManyField label={say("kinds")} value={values.kinds} set={(chosen) => set({ kinds: chosen })} error={fault("kinds")}
        options={kinds.map((value) => ({ value, label: say(`kind.${value}`) }))} testid="field-kinds" />
      <ManyField label={say("ways")} value={values.ways} set={(chosen) => set({ ways: chosen })} error={fault("ways")}
        options={ways.map((value) => ({ value, label: say(`way.${value}`) }))} testid="field-ways" />
      <ChoiceField label={say("registration")} value={values.registration} set={(registration) => registration && set({ registration: registration as PortalSettings["registration"] })}
        options={(["known", "anyone"] as const).map((value) => ({ value, label: say(`registration.${value}`) }))} testid="field-registration" />
      <NumberField label={say("session_hours")} value={values.session_hours} set={(session_hours) => set({ session_hours: session_hours ?? 24 })} error={fault("session_hours")} min={1} max={720} testid="field-hours" />
      <NumberField label={say("rating_days")} value={values.rating_days} set={(rating_days) => set({ rating_days: rating_days ?? 7 })} error={fault("rating_days")} min={1} max={90} testid="field-days" />
    </Form>
  );
}
