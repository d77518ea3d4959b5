import { IconCornerDownRight } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../http/api";
import type { Branch } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { BranchField } from "../../kit/BranchField";
import { treeOf, useBranches, withBelow, type Placed } from "../../kit/branches";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { TextField } from "../../kit/fields";
import { matches } from "../../kit/fold";
import { Form } from "../../kit/Form";
import { Frame } from "../../kit/Frame";
import { byId, type List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";
import { Name } from "../work/Name";
import css from "./Branches.module.css";
import { words } from "./words";

export function BranchesPage(props: { rest: string[] }) {
  const { language } = useSpeech();
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const branches = useBranches();
  const [search, setSearch] = useState("");
  const chosen = props.rest[0];
  const rows = treeOf(branches.items, new Intl.Collator(language).compare).filter(({ branch }) => matches(search, branch.name));
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["branches", "new"] }}
      search={{ value: search, set: setSearch }}
      side={chosen && <BranchPanel key={chosen} id={chosen} branches={branches} />}
    >
      <DataTable
        label={say("title")}
        list={branches}
        rows={rows}
        idOf={({ branch }) => branch.id}
        chosen={chosen}
        to={({ branch }) => ["branches", branch.id]}
        isSearched={search !== ""}
        columns={[{ key: "name", title: kit.say("name"), cell: (place) => <BranchName place={place} /> }]}
      />
    </Frame>
  );
}

function BranchName(props: { place: Placed }) {
  const { branch, depth } = props.place;
  return (
    <span className={css.place} style={{ paddingInlineStart: `${Math.max(0, depth - 1) * 26}px` }}>
      {depth > 0 && <IconCornerDownRight size={16} className={css.turn!} aria-hidden />}
      <Name of={branch.name} />
    </span>
  );
}

function BranchPanel(props: { id: string; branches: List<Branch> }) {
  const { say } = usePhrases(words);
  return (
    <Detail id={props.id} list={props.branches} idOf={byId} back={["branches"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
      {(branch, { key, reload }) => <BranchForm key={key} branch={branch} branches={props.branches} reload={reload} />}
    </Detail>
  );
}

function BranchForm(props: { branch: Branch | null; branches: List<Branch>; reload: () => void }) {
  const { branch, branches } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const own = branch ? withBelow(branches.items, branch.id) : new Set<string>();
  const editor = useEditor(
    { name: branch?.name ?? "", parent_id: branch?.parent_id ?? null, version: branch?.version ?? 0 },
    async ({ version, ...values }) => {
      const saved = branch
        ? await call<Branch>("PUT", `/api/branches/${branch.id}`, { ...values, version })
        : await call<Branch>("POST", "/api/branches", values);
      branches.put(saved);
      if (!branch) go("branches", saved.id);
      return { version: saved.version };
    },
  );
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
      <BranchField
        label={say("parent")}
        whole={say("top")}
        branches={branches.items.filter(({ id }) => !own.has(id))}
        value={values.parent_id}
        set={(parent_id) => set({ parent_id })}
        error={fault("parent_id")}
      />
    </Form>
  );
}
