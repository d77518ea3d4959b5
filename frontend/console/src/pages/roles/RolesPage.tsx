import { Alert, Checkbox, Fieldset, Stack } from "@mantine/core";
import { useState } from "react";
import { call } from "../../http/api";
import type { Role } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { TextField } from "../../kit/fields";
import { matches } from "../../kit/fold";
import { Form } from "../../kit/Form";
import { Frame } from "../../kit/Frame";
import { byId, useList, type List } from "../../kit/list";
import { permissionWords } from "../../kit/permissions";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { Name } from "../work/Name";
import { groupsOf } from "./groups";
import { words } from "./words";

export function RolesPage(props: { rest: string[] }) {
  const { say, count } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const roles = useList<Role>("/api/roles", byId);
  const [search, setSearch] = useState("");
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["roles", "new"] }}
      search={{ value: search, set: setSearch }}
      side={chosen && <RolePanel key={chosen} id={chosen} roles={roles} />}
    >
      <DataTable
        label={say("title")}
        list={roles}
        rows={roles.items.filter(({ name }) => matches(search, name))}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["roles", id]}
        isSearched={search !== ""}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          { key: "permissions", title: say("permissions"), cell: ({ permissions }) => count("permission_count", permissions.length) },
        ]}
      />
    </Frame>
  );
}

function RolePanel(props: { id: string; roles: List<Role> }) {
  const { say } = usePhrases(words);
  return (
    <Detail id={props.id} list={props.roles} idOf={byId} back={["roles"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
      {(role, { key, reload }) => <RoleForm key={key} role={role} roles={props.roles} reload={reload} />}
    </Detail>
  );
}

function RoleForm(props: { role: Role | null; roles: List<Role>; reload: () => void }) {
  const { role } = props;
  const { say } = usePhrases(words);
  const { sayAny } = usePhrases(permissionWords);
  const kit = usePhrases(kitWords);
  const own = useFeed().me.permissions;
  // Nobody changes what goes beyond the own rights; the server says the same.
  const isBeyond = role !== null && role.permissions.some((permission) => !own.includes(permission));
  const editor = useEditor(
    { name: role?.name ?? "", permissions: role?.permissions ?? [], version: role?.version ?? 0 },
    async ({ version, ...values }) => {
      const saved = role
        ? await call<Role>("PUT", `/api/roles/${role.id}`, { ...values, version })
        : await call<Role>("POST", "/api/roles", values);
      props.roles.put(saved);
      if (!role) go("roles", saved.id);
      return { version: saved.version };
    },
  );
  const { values, set, fault } = editor;
  const toggle = (permission: string) => {
    const { permissions } = values;
    set({ permissions: permissions.includes(permission) ? permissions.filter((each) => each !== permission) : [...permissions, permission] });
  };
  return (
    <Form editor={editor} reload={props.reload} isFixed={isBeyond}>
      {isBeyond && <Alert color="yellow">{say("beyond")}</Alert>}
      <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired isDisabled={isBeyond} testid="field-name" />
      {groupsOf(own, values.permissions).map(({ name, permissions }) => (
        <Fieldset key={name} legend={say(`group.${name}`)} disabled={isBeyond}>
          <Stack gap="xs">
            {permissions.map((permission) => (
              <Checkbox
                key={permission}
                label={sayAny("permission", permission, permission)}
                checked={values.permissions.includes(permission)}
                disabled={isBeyond || !own.includes(permission)}
                onChange={() => toggle(permission)}
                data-testid={`permission-${permission}`}
              />
            ))}
          </Stack>
        </Fieldset>
      ))}
    </Form>
  );
}
