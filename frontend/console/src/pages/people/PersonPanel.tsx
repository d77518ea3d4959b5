import { Button, MultiSelect } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { notifications } from "@mantine/notifications";
import { call } from "../../http/api";
import type { Branch, Role, Staff } from "../../http/views";
import { offeredLanguages, type Language } from "../../i18n/words";
import { useFeed } from "../../live/context";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { ChoiceField, SecretField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { byId, type List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import { Name } from "../work/Name";
import { words } from "./words";

interface Choices {
  roles: Role[];
  branches: Branch[];
}

export function PersonPanel(props: { id: string; people: List<Staff> } & Choices) {
  const { say } = usePhrases(words);
  return (
    <Detail id={props.id} list={props.people} idOf={byId} back={["people"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
      {(person, { key, reload }) =>
        person ? <Change key={key} person={person} reload={reload} {...props} /> : <Add key={key} reload={reload} {...props} />
      }
    </Detail>
  );
}

function Add(props: { people: List<Staff>; reload: () => void } & Choices) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { organisation } = useFeed();
  const editor = useEditor(
    { login: "", name: "", password: "", email: "", branch_id: null as string | null, role_ids: [] as string[], locale: organisation.locale as Language },
    async (values) => {
      const made = await call<Staff>("POST", "/api/staff", { ...values, email: values.email || null });
      props.people.put(made);
      go("people", made.id);
    },
  );
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
      <TextField label={say("login")} hint={say("login_hint")} value={values.login} set={(login) => set({ login: login.toLowerCase() })} error={fault("login")} isCode isRequired testid="field-login" />
      <SecretField label={say("password")} hint={say("first_password_hint")} value={values.password} set={(password) => set({ password })} error={fault("password")} isSet={false} isRequired testid="field-password" />
      <TextField label={say("email")} value={values.email} set={(email) => set({ email })} error={fault("email")} isCode testid="field-email" />
      <RolesField roles={props.roles} value={values.role_ids} set={(role_ids) => set({ role_ids })} />
      <BranchField branches={props.branches} value={values.branch_id} set={(branch_id) => set({ branch_id })} error={fault("branch_id")} />
      <ChoiceField
        label={say("language")}
        value={values.locale}
        set={(locale) => locale && set({ locale: locale as Language })}
        options={offeredLanguages(organisation.languages, values.locale)}
        testid="field-locale"
      />
    </Form>
  );
}

function Change(props: { person: Staff; people: List<Staff>; reload: () => void } & Choices) {
  const { person } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const { name, branch_id, role_ids, is_active } = person;
  const editor = useEditor({ name, email: person.email ?? "", branch_id, role_ids, is_active, password: "", version: person.version }, async ({ password, email, ...values }) => {
    const saved = await call<Staff>("PATCH", `/api/staff/${person.id}`, { ...values, email: email || null, ...(password ? { password } : {}) });
    props.people.put(saved);
    return { version: saved.version, password: "" };
  });
  const { values, set, fault } = editor;
  const signOut = async () => {
    const isDone = await run(() => call("DELETE", `/api/staff/${person.id}/sessions`));
    if (isDone) notifications.show({ color: "teal", message: say("sign_out_done") });
  };
  return (
    <Form editor={editor} reload={props.reload}>
      <TextField label={kit.say("name")} value={values.name} set={(next) => set({ name: next })} error={fault("name")} isRequired testid="field-name" />
      <TextField label={say("email")} value={values.email} set={(email) => set({ email })} error={fault("email")} isCode testid="field-email" />
      <RolesField roles={props.roles} value={values.role_ids} set={(next) => set({ role_ids: next })} />
      <BranchField branches={props.branches} value={values.branch_id} set={(next) => set({ branch_id: next })} error={fault("branch_id")} />
      <SecretField label={say("new_password")} hint={say("password_hint")} value={values.password} set={(password) => set({ password })} error={fault("password")} isSet testid="field-password" />
      <SwitchField label={say("is_active")} hint={say("active_hint")} value={values.is_active} set={(next) => set({ is_active: next })} testid="field-active" />
      <Button variant="default" leftSection={<IconLogout size={18} aria-hidden />} loading={isBusy} onClick={() => void signOut()} data-testid="sign-out-everywhere">
        {say("sign_out")}
      </Button>
    </Form>
  );
}

function RolesField(props: { roles: Role[]; value: string[]; set: (value: string[]) => void }) {
  const { say } = usePhrases(words);
  return (
    <MultiSelect
      label={say("roles")}
      data={props.roles.map(({ id, name }) => ({ value: id, label: name }))}
      value={props.value}
      onChange={props.set}
      searchable
      openOnFocus={false}
      data-testid="field-roles"
    />
  );
}
