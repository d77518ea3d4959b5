import { Button } from "@mantine/core";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { useEditor } from "../../kit/editor";
import { NumberField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { Frame } from "../../kit/Frame";
import { byId, type List } from "../../kit/list";
import { useTiers, type Tier } from "../../kit/tiers";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { go } from "../../shell/route";
import { Name } from "../work/Name";
import { words } from "./words";

export function TiersPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { number } = useSpeech();
  const tiers = useTiers();
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["tiers", "new"] }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={tiers} idOf={byId} back={["tiers"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(tier, { key, reload }) => <TierForm key={key} tier={tier} tiers={tiers} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={tiers}
        rows={tiers.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["tiers", id]}
        isSearched={false}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          { key: "position", title: say("position"), cell: ({ position }) => number(position) },
        ]}
      />
    </Frame>
  );
}

function TierForm(props: { tier: Tier | null; tiers: List<Tier>; reload: () => void }) {
  const { tier, tiers } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const initial = { name: tier?.name ?? "", position: (tier?.position ?? tiers.items.length + 1) as number | null, version: tier?.version ?? 0 };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const saved = tier ? await call<Tier>("PUT", `/api/tiers/${tier.id}`, { ...values, version }) : await call<Tier>("POST", "/api/tiers", values);
    await tiers.reload();
    if (!tier) go("tiers");
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  const remove = async () => {
    if (!(await run(() => call("DELETE", `/api/tiers/${tier!.id}`)))) return;
    await tiers.reload();
    go("tiers");
  };
  return (
    <>
      <Form editor={editor} reload={props.reload}>
        <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired testid="field-name" />
        <NumberField label={say("position")} hint={say("position_hint")} min={0} value={values.position} set={(position) => set({ position })} error={fault("position")} testid="field-position" />
      </Form>
      {tier && <Button variant="subtle" color="red" size="xs" mt="md" loading={isBusy} onClick={() => void remove()} data-testid="remove-tier">{say("remove")}</Button>}
    </>
  );
}
