import { Alert, Button, CopyButton, Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy, IconKey, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { notifications } from "@mantine/notifications";
import { call } from "../../http/api";
import type { Branch, Extension } from "../../http/views";
import { languages, type Language } from "../../i18n/words";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import css from "../../kit/Kit.module.css";
import type { List } from "../../kit/list";
import { permissionWords } from "../../kit/permissions";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import { words } from "./words";

export interface Secret {
  id: string;
  secret: string;
}

interface ExtensionFormProps {
  extension: Extension | null;
  extensions: List<Extension>;
  branches: Branch[];
  reload: () => void;
  secret: Secret | null;
  setSecret: (secret: Secret | null) => void;
}

const permissions = Object.keys(permissionWords.en).map((word) => word.replace("permission.", ""));

export function ExtensionForm(props: ExtensionFormProps) {
  const { extension, extensions, setSecret } = props;
  const { say } = usePhrases(words);
  const allowed = usePhrases(permissionWords);
  const initial = {
    name: extension?.name ?? ({} as Extension["name"]),
    url: extension?.url ?? "",
    place: extension?.place ?? ("conversation" as const),
    permission: extension?.permission ?? null,
    branch_id: extension?.branch_id ?? null,
    shares_addresses: extension?.shares_addresses ?? false,
    is_enabled: extension?.is_enabled ?? true,
    version: extension?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const name = Object.fromEntries(Object.entries(values.name).filter(([, text]) => text.trim() !== ""));
    const sent = { ...values, name, url: values.url.trim() };
    if (extension) {
      const saved = await call<Extension>("PUT", `/api/extensions/${extension.id}`, { ...sent, version });
      extensions.put(saved);
      return { version: saved.version };
    }
    const made = await call<Secret>("POST", "/api/extensions", sent);
    setSecret(made);
    await extensions.reload();
    go("extensions", made.id);
    return {};
  });
  const { values, set, fault } = editor;
  return (
    <Stack>
      {props.secret && <ShownOnce secret={props.secret.secret} />}
      <Form editor={editor} reload={props.reload}>
        <Names value={values.name} set={(name) => set({ name })} error={fault("name") && say("needs_name")} />
        <TextField label={say("url")} hint={say("url_hint")} value={values.url} set={(url) => set({ url })} error={fault("url")} isCode isRequired testid="field-url" />
        <ChoiceField
          label={say("place")}
          value={values.place}
          set={(place) => place && set({ place: place as Extension["place"] })}
          options={(["conversation", "customer"] as const).map((value) => ({ value, label: say(`place.${value}`) }))}
          testid="field-place"
        />
        <ChoiceField
          label={say("permission")}
          placeholder={say("everybody")}
          value={values.permission}
          set={(permission) => set({ permission })}
          options={permissions.map((value) => ({ value, label: allowed.sayAny("permission", value, value) }))}
          isClearable
          testid="field-permission"
        />
        <BranchField branches={props.branches} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />
        <SwitchField label={say("shares")} hint={say("shares_hint")} value={values.shares_addresses} set={(shares_addresses) => set({ shares_addresses })} testid="field-shares" />
        <SwitchField label={say("enabled")} value={values.is_enabled} set={(is_enabled) => set({ is_enabled })} testid="field-enabled" />
      </Form>
      {extension && <Ends {...props} extension={extension} />}
    </Stack>
  );
}

function Names(props: { value: Extension["name"]; set: (name: Extension["name"]) => void; error?: string | undefined }) {
  const { say } = usePhrases(words);
  return (
    <fieldset className={css.fieldset}>
      <Text component="legend" size="sm" fw={600}>{say("tab")}</Text>
      <Stack gap="xs">
        {(Object.keys(languages) as Language[]).map((language) => (
          <TextField
            key={language}
            label={languages[language].name}
            value={props.value[language] ?? ""}
            set={(text) => props.set({ ...props.value, [language]: text })}
            testid={`field-name-${language}`}
          />
        ))}
      </Stack>
      {props.error && <Text size="xs" c="red" role="alert">{props.error}</Text>}
    </fieldset>
  );
}

function ShownOnce(props: { secret: string }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  return (
    <Alert color="teal" title={say("secret")} role="status">
      <Text size="sm">{say("secret_once")}</Text>
      <pre className={css.code} data-testid="secret" dir="ltr">{props.secret}</pre>
      <CopyButton value={props.secret}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" mt="xs" leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />} onClick={copy}>
            {kit.say(copied ? "copied" : "copy")}
          </Button>
        )}
      </CopyButton>
    </Alert>
  );
}

/** What cannot be taken back asks once more, in its place. */
function Ends(props: ExtensionFormProps & { extension: Extension }) {
  const { extension, extensions, setSecret } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const [asked, setAsked] = useState<"renew" | "delete" | null>(null);
  const renew = async () => {
    setSecret(await call<Secret>("POST", `/api/extensions/${extension.id}/secret`));
    await extensions.reload();
    props.reload();
  };
  const remove = async () => {
    await call("DELETE", `/api/extensions/${extension.id}`);
    go("extensions");
    await extensions.reload();
    notifications.show({ color: "teal", message: say("deleted") });
  };
  if (asked === null) {
    return (
      <Group>
        <Button variant="default" leftSection={<IconKey size={18} aria-hidden />} onClick={() => setAsked("renew")} data-testid="renew">{say("renew")}</Button>
        <Button variant="default" color="red" leftSection={<IconTrash size={18} aria-hidden />} onClick={() => setAsked("delete")} data-testid="delete">{say("delete")}</Button>
      </Group>
    );
  }
  return (
    <Alert color="yellow" role="alert">
      <Text size="sm">{say(asked === "renew" ? "renew_sure" : "sure")}</Text>
      <Group mt="sm">
        <Button color="red.8" loading={isBusy} onClick={() => void run(asked === "renew" ? renew : remove).then(() => setAsked(null))} data-testid="sure">
          {say(asked)}
        </Button>
        <Button variant="default" onClick={() => setAsked(null)}>{kit.say("cancel")}</Button>
      </Group>
    </Alert>
  );
}
